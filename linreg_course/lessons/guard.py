"""A word of warning at the top of a training cell: is this net still untrained, and does the trainer hold it?"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy
from torch.optim.optimizer import (
    Optimizer,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)
from torch.utils.weak import WeakTensorKeyDictionary

from linreg_course.display import say, shell
from linreg_course.language import Text

# For each parameter that an optimizer has stepped: its value before the first of the steps that
# followed one another undisturbed, and after the last.
_before = WeakTensorKeyDictionary()
_after = WeakTensorKeyDictionary()


def guard(net: nn.Module, trainer: Optimizer) -> None:
    """Say so if `net` was trained since it was initialised, or if `trainer` holds other parameters.

    Steps of torch's optimizers count as training; any other change of the values counts as a new
    initialisation. The sentence names the cell to rerun; where all is well nothing is shown.

    Args:
        net: the net that the cell is about to train.
        trainer: the optimizer that is about to train it.
    """
    held = {id(p) for group in trainer.param_groups for p in group["params"]}
    if any(id(p) not in held for p in net.parameters() if p.requires_grad):
        cell, _ = _cell_that(_assigns, _name_of(trainer, "trainer"))
        words = Text(
            en="The trainer does not hold all parameters of this net: its steps would not move those that it "
            f"lacks. Rerun {cell.en}.",
            zh=f"优化器没有持有这个网络的全部参数：它的更新不会改变缺少的那些。重新运行{cell.zh}。",
        )
        say(words, same="guard: trainer")
    trained = [_was_trained(p) for p in net.parameters()]
    if any(trained):
        # Where only a part was initialised again, the cell that did so is no cure: a new net is.
        cell, source = _cell_that(_makes if all(trained) else _assigns, _name_of(net, "net"))
        say(_remedy(cell, source), same="guard: net")


def _remedy(cell: Text, source: str) -> Text:
    """Return what to do with a trained net that was made in this cell, of which the source is known."""
    if _trains(source):  # to run it again would only train the net again
        return Text(
            en=f"This net has been trained since it was initialised: {cell.en} makes it and trains it too. Make and "
            "initialise the net in this cell, above its trainer.",
            zh=f"这个网络在初始化之后已经训练过：{cell.zh}创建它，也训练它。请在这个单元格里、优化器之前，重新创建并初始化网络。",
        )
    return Text(
        en=f"This net has been trained since it was initialised. Rerun {cell.en}, the cells after it, "
        "and then this one.",
        zh=f"这个网络在初始化之后已经训练过。重新运行{cell.zh}和它后面的单元格，再运行这一个。",
    )


def _was_trained(p: Tensor) -> bool:
    return p in _after and _same(p, _after[p]) and not _same(p, _before[p])


def _same(p: Tensor, value: Tensor) -> bool:
    if p.shape != value.shape:
        return False
    return torch.allclose(p.detach(), value.to(p), rtol=0, atol=0, equal_nan=True)


def _note_before(trainer: Optimizer, args: Any, kwargs: Any) -> None:
    for p in _held(trainer):
        if p not in _after or not _same(p, _after[p]):
            _before[p] = p.detach().clone()


def _note_after(trainer: Optimizer, args: Any, kwargs: Any) -> None:
    for p in _held(trainer):
        if p in _before:  # not where the closure of this step was a lazy net's first forward pass
            _after[p] = p.detach().clone()


def _held(trainer: Optimizer) -> Iterator[Tensor]:
    """Yield the parameters that the trainer can step; a lazy one has no value before the first forward pass."""
    return (p for group in trainer.param_groups for p in group["params"] if not is_lazy(p))


register_optimizer_step_pre_hook(_note_before)
register_optimizer_step_post_hook(_note_after)


def _name_of(thing: object, usual: str) -> str:
    names = [name for name, value in _shell_names().items() if value is thing and not name.startswith("_")]
    return usual if usual in names or not names else names[0]


def _cell_that(does: Callable[[ast.stmt, str], bool], name: str) -> tuple[Text, str]:
    """Return the last cell run before this one that does something with `name`: by number and line, and its source."""
    *history, this = _shell_names().get("In") or [""]
    if not any(_assigns(statement, name) for statement in _statements(this)):
        for number, source in reversed(list(enumerate(history))):
            for statement in reversed(_statements(source)):
                if does(statement, name):
                    line = source.splitlines()[statement.lineno - 1].strip()
                    return Text(en=f"In[{number}] (`{line}`)", zh=f"In[{number}]（`{line}`）"), source
    return Text(en=f"the cell that makes `{name}`", zh=f"创建`{name}`的单元格"), ""


def _trains(source: str) -> bool:
    calls = [node for statement in _statements(source) for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(isinstance(call.func, ast.Attribute) and call.func.attr == "step" for call in calls)


def _shell_names() -> dict[str, Any]:
    running = shell()
    return {} if running is None else running.user_ns


def _statements(source: str) -> list[ast.stmt]:
    try:
        return [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)]
    except SyntaxError:  # a cell that never ran
        return []


def _assigns(statement: ast.stmt, name: str) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    parts = [part for target in targets for part in ast.walk(target)]
    return any(isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id == name for part in parts)


def _makes(statement: ast.stmt, name: str) -> bool:
    """Tell whether the statement assigns `name`, or calls torch's in-place spelling (`normal_`) on a part of it.

    What works with gradients (`clip_grad_norm_`, `grad.zero_`, `requires_grad_`) belongs to training.
    """
    if _assigns(statement, name):
        return True
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    call = statement.value
    if not (isinstance(call.func, ast.Attribute) and call.func.attr.endswith("_")) or "grad" in ast.unparse(call):
        return False
    # nn.init.normal_(net[0].weight) or net[0].weight.data.normal_()
    is_init = ast.unparse(call.func.value).endswith("init")
    changed = call.args[:1] if is_init else [call.func.value]
    return any(isinstance(part, ast.Name) and part.id == name for root in changed for part in ast.walk(root))
