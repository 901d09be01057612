"""`load_array(data_arrays, batch_size, is_train=True)`: minibatches of examples, in a new order each pass (6 points).

The oracle is the data themselves: each row carries the number of its example in every array, so that what
came, in which order and with what it belonged is read from the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor

from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import is_tensor, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault, Rule, Wrong
from linreg_course.language import Text

RULES = (
    Rule(
        "batches",
        2,
        Text(
            en="In every pass each example comes exactly once, batch_size at a time, its rows together; the rest last.",
            zh="每次遍历，每个样本恰好出现一次，每批batch_size个，同一样本的行在一起；剩下的放在最后一批。",
        ),
    ),
    Rule(
        "training-order",
        2,
        Text(
            en="With is_train, and by default, every pass has a new random order of the examples.",
            zh="is_train为真时（默认也是），每次遍历都按新的随机顺序给出样本。",
        ),
    ),
    Rule(
        "given-order",
        1,
        Text(en="Without is_train every pass keeps the given order.", zh="is_train为假时，每次遍历都保持给定的顺序。"),
    ),
    Rule(
        "general",
        1,
        Text(en="Any number of arrays works, in a list too.", zh="数组有几个都可以，放在列表里也可以。"),
    ),
)

PASSES = 2
# Among a thousand examples in random order a minibatch of ten neighbours has a chance of 4e-21; of few, a real one.
FEWEST_OF_A_BLOCK = 6
FEW = ((12, 12), (5, 8), (1, 1), (7, 1))
MODES: dict[str, tuple[bool, ...]] = {"training": (True,), "given": (False,), "default": ()}


def cases(rng: np.random.Generator) -> list[Case]:
    orders = {"training": "training-order", "given": "given-order", "default": "training-order"}
    n, batch_size = int(rng.integers(300, 400)), int(rng.integers(40, 60))
    return [
        *(_case("usual", ["batches", orders[mode]], 1003, 10, mode) for mode in MODES),
        *(_case("number of arrays", ["general"], 57, 8, mode, arrays) for arrays in (3, 1) for mode in MODES),
        *(_case("sizes", ["batches", orders[mode]], 257, 32, mode) for mode in MODES),
        *(_case("sizes", ["batches", orders[mode]], 128, 32, mode) for mode in ("training", "given")),
        *(_case("sizes", ["batches", orders[mode]], n, batch_size, mode) for mode in ("training", "given")),
        # Too few examples to tell a random order from the given one.
        *(_case("sizes", ["batches"], *size, mode) for size in FEW for mode in ("training", "given")),
    ]


def _case(kind: str, rules: list[str], n: int, batch_size: int, mode: str, arrays: int = 2) -> Case:
    return {"kind": kind, "rules": rules, "n": n, "batch_size": batch_size, "mode": mode, "arrays": arrays}


def spell(case: Case) -> str:
    names = ", ".join("Xyz"[: case["arrays"]])
    arrays = {1: "(X,)", 2: "(X, y)", 3: "[X, y, z]"}[case["arrays"]]
    values = ["torch.stack([i, -i], 1)", "10 * i[:, None]", "i + 0.5"][: case["arrays"]]
    given = "".join(f", {mode}" for mode in MODES[case["mode"]])
    return (
        f"i = torch.arange({case['n']}.0)\n"
        f"{names} = {', '.join(values)}\n"
        f"data_iter = load_array({arrays}, {case['batch_size']}{given})"
    )


def _arrays(case: Case) -> list[Tensor]:
    i = torch.arange(float(case["n"]))
    return [torch.stack([i, -i], 1), 10 * i[:, None], i + 0.5][: case["arrays"]]


def observe(answer: Any, case: Case) -> Seen:
    arrays = _arrays(case)
    given = arrays if len(arrays) == 3 else tuple(arrays)
    data_iter, raised = attempt(answer, given, case["batch_size"], *MODES[case["mode"]])
    passes = []
    for _ in range(PASSES):
        if raised is None:
            batches, raised = attempt(_read, data_iter, case["n"])
            passes.append(batches)
    return {"raised": raised} if raised is not None else {"passes": passes}


def _read(data_iter: Any, n: int) -> list[Any]:
    """Return the minibatches of a pass; of one that has more rows than there are examples, only the first."""
    batches, rows = [], 0
    for batch in data_iter:
        batches.append(describe(batch))
        shapes = [part["shape"] for part in _parts(batches[-1]) if is_tensor(part)]
        rows += shapes[0][0] if shapes and shapes[0] else 1
        if rows > n:
            break
    return batches


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    order: list[list[list[int]]] = []
    for batches in seen["passes"]:
        ids, odd = _ids(case, batches)
        if odd is not None:
            came = shown(batches[odd])
            unreadable = Text(en=f"as minibatch {odd + 1}: {came}", zh=f"第{odd + 1}个小批量：{came}")
            return dict.fromkeys(case["rules"], Fault(spell(case), unreadable, MINIBATCH))
        order.append(ids)
    found = {rule: _JUDGES[rule](case, order) for rule in case["rules"]}
    return {rule: Fault(spell(case), came, SHOULD[rule]) for rule, came in found.items() if came is not None}


def _ids(case: Case, batches: list[Any]) -> tuple[list[list[int]], int | None]:
    """Return the numbers of the examples by minibatch, and which is the first that is none of the case's."""
    odd = next((number for number, batch in enumerate(batches) if not _has_form(case, batch)), None)
    if odd is not None or not batches:
        return [], odd
    columns = [
        torch.cat([part["value"] for part in parts]).double() for parts in zip(*map(_parts, batches), strict=True)
    ]
    i = columns[0][:, 0]
    true = [torch.stack([i, -i], 1), 10 * i[:, None], i + 0.5][: case["arrays"]]
    wrong = (i != i.round()) | (i < 0) | (i >= case["n"])
    for column, own in zip(columns, true, strict=True):
        wrong |= (column != own).reshape(len(i), -1).any(1)
    sizes = [_parts(batch)[0]["shape"][0] for batch in batches]
    odd = next((number for number, rows in enumerate(wrong.split(sizes)) if rows.any()), None)
    return [] if odd is not None else [rows.tolist() for rows in i.long().split(sizes)], odd


def _has_form(case: Case, batch: Any) -> bool:
    """Tell whether a minibatch has one tensor for each array, with the same number of rows, at least one."""
    parts = _parts(batch)
    if len(parts) != case["arrays"] or not all(is_tensor(part) and tensor(part) is not None for part in parts):
        return False
    rows = parts[0]["shape"][:1]
    shapes = [[*rows, 2], [*rows, 1], rows][: case["arrays"]]
    return rows > [0] and all(
        part["shape"] == shape and not part["value"].is_complex() for part, shape in zip(parts, shapes, strict=True)
    )


def _parts(batch: Any) -> list[Any]:
    is_sequence = isinstance(batch, dict) and batch.get("type") in ("tuple", "list")
    return list(batch["items"]) if is_sequence and "items" in batch else []


def _judge_batches(case: Case, order: list[list[list[int]]]) -> Text | None:
    full, rest = divmod(case["n"], case["batch_size"])
    true = [case["batch_size"]] * full + [rest] * (rest > 0)
    for number, batches in enumerate(order, 1):
        sizes = [len(ids) for ids in batches]
        if sizes != true:
            return _sizes(number, sizes)
        if came := _not_once(case, number, batches):
            return came
    return None


def _sizes(number: int, sizes: list[int]) -> Text:
    listed = ", ".join(map(str, sizes)) if len(sizes) < 7 else f"{str(sizes[:3])[1:-1]}, …, {str(sizes[-2:])[1:-1]}"
    return Text(
        en=f"pass {number}: {len(sizes)} minibatches, their sizes: {listed or 'none'}",
        zh=f"第{number}次遍历：{len(sizes)}个小批量，大小依次为：{listed or '无'}",
    )


def _not_once(case: Case, number: int, batches: list[list[int]]) -> Text | None:
    """Return how many examples of a pass are missing or come again; None where each comes once."""
    ids = [one for batch in batches for one in batch]
    missing, again = case["n"] - len(set(ids)), len(ids) - len(set(ids))
    if not missing and not again:
        return None
    return Text(
        en=f"pass {number}: {missing} of {case['n']} examples are missing, {again} come again",
        zh=f"第{number}次遍历：{case['n']}个样本中缺{missing}个，重复{again}个",
    )


def _judge_general(case: Case, order: list[list[list[int]]]) -> Text | None:
    return next(filter(None, (_not_once(case, number, batches) for number, batches in enumerate(order, 1))), None)


def _judge_given_order(case: Case, order: list[list[list[int]]]) -> Text | None:
    """Return the first example that comes out of order; whether all come is told by `batches`."""
    for number, ids in enumerate(map(_flat, order), 1):
        if ids != sorted(ids) or (number == 1 and not ids):
            return _first_of(number, ids)
    return None


def _judge_training_order(case: Case, order: list[list[list[int]]]) -> Text | None:
    for number, batches in enumerate(order, 1):
        ids = _flat(batches)
        if ids == sorted(ids):
            return _first_of(number, ids)
        block = next(filter(_is_block, batches), None)
        if block is not None:
            return Text(
                en=f"pass {number}: a minibatch of neighbours, the examples {min(block)} to {max(block)}",
                zh=f"第{number}次遍历：有一个小批量由相邻的样本组成，即样本{min(block)}到{max(block)}",
            )
    return SAME_AGAIN if _flat(order[0]) == _flat(order[1]) else None


def _is_block(ids: list[int]) -> bool:
    return len(ids) >= FEWEST_OF_A_BLOCK and max(ids) - min(ids) == len(ids) - 1


def _flat(batches: list[list[int]]) -> list[int]:
    return [one for ids in batches for one in ids]


def _first_of(number: int, ids: list[int]) -> Text:
    listed = ", ".join(map(str, ids[:5])) + (", …" if len(ids) > 5 else "")
    return Text(
        en=f"pass {number}: the examples {listed or 'none'}",
        zh=f"第{number}次遍历：样本{listed or '一个也没有'}",
    )


_JUDGES = {
    "batches": _judge_batches,
    "training-order": _judge_training_order,
    "given-order": _judge_given_order,
    "general": _judge_general,
}
MINIBATCH = Text(
    en="A minibatch is a tuple or list with one tensor for each array, each with the same examples as its rows.",
    zh="小批量应当是元组或列表，每个数组对应一个张量，各张量的行属于同样的样本。",
)
SAME_AGAIN = Text(en="pass 2 has the order of pass 1", zh="第2次遍历的顺序与第1次相同")
SHOULD = {
    "batches": Text(
        en="Every pass gives each example exactly once, in minibatches of batch_size; only the last may be shorter.",
        zh="每次遍历都应当把每个样本恰好给出一次，每批batch_size个，只有最后一批可以更少。",
    ),
    "training-order": Text(
        en="Every pass has a random order of its own, of single examples: no minibatch holds neighbours only.",
        zh="每次遍历都应当有自己的随机顺序，打乱的是单个样本：没有一个小批量全由相邻的样本组成。",
    ),
    "given-order": Text(en="Every pass gives the examples as they stand.", zh="每次遍历都应当按给定的顺序给出样本。"),
    "general": Text(
        en="Every pass gives each example exactly once, however many arrays there are.",
        zh="无论有几个数组，每次遍历都应当把每个样本恰好给出一次。",
    ),
}


def battery(rng: np.random.Generator) -> list[Case]:
    usual = [_case("usual", [], 1003, 32, mode) for mode in MODES]
    return [*usual, *(_case("number of arrays", [], 100, 32, "given", arrays) for arrays in (1, 3))]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    pairs = list(zip(battery, seen, strict=True))
    usual, others = pairs[: len(MODES)], pairs[len(MODES) :]
    failed = [_error(one) for _, one in usual if "passes" not in one]
    batches = [_batches_view(*pair) for pair in usual if "passes" in pair[1]]
    order = [_order_view(*pair) for pair in usual if "passes" in pair[1]]
    general = [_general_view(*pair) for pair in others]
    return {
        "runs": failed or None,
        "batches": None if set(batches) <= {"right"} else batches,
        "order": None if order == ["new", "given", "new"] else order,
        "general": None if set(general) <= {"right"} else general,
    }


def _error(seen: Seen) -> str:
    words = seen["raised"]["message"] if "raised" in seen else ""
    if "unpack" in words:
        return "unpack"
    return "a tuple has no size" if "has no attribute 'size'" in words else "other"


def _orders(case: Case, seen: Seen) -> list[list[list[int]]] | None:
    """Return the numbers of the examples by pass and minibatch; None where something else came."""
    found = [_ids(case, batches) for batches in seen["passes"]]
    return None if any(odd is not None for _, odd in found) else [ids for ids, _ in found]


def _batches_view(case: Case, seen: Seen) -> str:
    order = _orders(case, seen)
    if order is None:
        return "single rows" if _is_row(seen["passes"][0][:1]) else "other"
    if _judge_batches(case, order) is None:
        return "right"
    sizes = [[len(ids) for ids in batches] for batches in order]
    known = {
        "no second pass": sizes[0] != [] and sizes[1] == [],
        "one at a time": sizes == [[1] * case["n"]] * PASSES,
        "no tail": sizes == [[case["batch_size"]] * (case["n"] // case["batch_size"])] * PASSES,
    }
    return next((name for name, holds in known.items() if holds), "other")


def _is_row(first: list[Any]) -> bool:
    parts = _parts(first[0]) if first else []
    return bool(parts) and is_tensor(parts[0]) and parts[0]["shape"] == [2]


def _order_view(case: Case, seen: Seen) -> str:
    order = _orders(case, seen)
    if order is None:
        return "other"
    if _judge_given_order(case, order) is None:
        return "given"
    came = _judge_training_order(case, order)
    return "new" if came is None else "once" if came is SAME_AGAIN else "other"


def _general_view(case: Case, seen: Seen) -> str:
    if "passes" not in seen:
        return _error(seen)
    order = _orders(case, seen)
    return "right" if order is not None and _judge_general(case, order) is None else "other"


def _rows(arrays, order, batch_size):
    """Return the full minibatches of an order: all that the wrong answers below need, and without the last rows."""
    return [[array[ids] for array in arrays] for ids in order.split(batch_size) if len(ids) == batch_size]


class _Mixed:
    """Gives full minibatches in a new order each time."""

    def __init__(self, arrays, batch_size):
        self.arrays, self.batch_size = arrays, batch_size

    def __iter__(self):
        return iter(_rows(self.arrays, torch.randperm(len(self.arrays[0])), self.batch_size))


def _no_star(data_arrays, batch_size, is_train=True):
    return data_arrays.size(0)


def _dataset_not_loader(data_arrays, batch_size, is_train=True):
    return torch.utils.data.TensorDataset(*data_arrays)


def _one_pass_only(data_arrays, batch_size, is_train=True):
    return iter(_rows(data_arrays, torch.arange(len(data_arrays[0])), batch_size))


def _batch_size_forgotten(data_arrays, batch_size, is_train=True):
    return _rows(data_arrays, torch.arange(len(data_arrays[0])), 1)


def _tail_dropped(data_arrays, batch_size, is_train=True):
    return _rows(data_arrays, torch.arange(len(data_arrays[0])), batch_size)


def _always_shuffled(data_arrays, batch_size, is_train=True):
    return _Mixed(data_arrays, batch_size)


def _shuffle_inverted(data_arrays, batch_size, is_train=True):
    return (_tail_dropped if is_train else _always_shuffled)(data_arrays, batch_size)


def _always_shuffled_once(data_arrays, batch_size, is_train=True):
    return list(_Mixed(data_arrays, batch_size))


def _shuffled_once(data_arrays, batch_size, is_train=True):
    return (_always_shuffled_once if is_train else _tail_dropped)(data_arrays, batch_size)


def _two_arrays_unpacked(data_arrays, batch_size, is_train=True):
    X, y = data_arrays
    return _tail_dropped((X, y), batch_size)


WRONG = (
    Wrong(
        "load_array/no-star",
        shows_in=("runs",),
        answers=(_no_star,),
        en=(
            "How many arguments does `TensorDataset` get from you?",
            "Rule batches: X and y are two tensors of one dataset.",
            "Unpack the tuple in the call.",
        ),
        zh=(
            "你给了`TensorDataset`几个参数？",
            "规则batches：X和y是同一个数据集里的两个张量。",
            "调用时把元组拆开。",
        ),
    ),
    Wrong(
        "load_array/dataset-not-loader",
        shows_in=("batches",),
        answers=(_dataset_not_loader,),
        en=(
            "What is the shape of the first thing the loop gives?",
            "Rule batches: minibatches of batch_size rows.",
            "A dataset knows single examples; something has to group them.",
        ),
        zh=(
            "循环给出的第一样东西，形状是什么？",
            "规则batches：每个小批量有batch_size行。",
            "数据集只认识单个样本，还需要有东西把它们组成小批量。",
        ),
    ),
    Wrong(
        "load_array/one-pass-only",
        shows_in=("batches",),
        answers=(_one_pass_only,),
        en=(
            "What happens when you loop over it a second time?",
            "Rule batches: every pass gives the whole data.",
            "Return the thing that can be iterated, not an iteration already begun.",
        ),
        zh=(
            "再循环一遍，会发生什么？",
            "规则batches：每次遍历都给出全部数据。",
            "要返回的是可以反复遍历的对象，而不是一次已经开始的遍历。",
        ),
    ),
    Wrong(
        "load_array/batch-size-forgotten",
        shows_in=("batches",),
        answers=(_batch_size_forgotten,),
        en=(
            "How long is the first minibatch?",
            "Rule batches: batch_size rows each.",
            "One argument of `load_array` never reaches the `DataLoader`.",
        ),
        zh=(
            "第一个小批量有多长？",
            "规则batches：每个小批量有batch_size行。",
            "`load_array`有一个参数始终没有传给`DataLoader`。",
        ),
    ),
    Wrong(
        "load_array/tail-dropped",
        shows_in=("batches",),
        answers=(_tail_dropped,),
        en=(
            "With 1003 examples and batch_size 10, how many do you see in a pass?",
            "Rule batches: every example exactly once.",
            "An option you set throws the ragged batch away.",
        ),
        zh=(
            "1003个样本，batch_size为10，遍历一次能看到多少个样本？",
            "规则batches：每个样本恰好出现一次。",
            "你设的某个选项，把不足一批的那个小批量丢掉了。",
        ),
    ),
    Wrong(
        "load_array/never-shuffled",
        shows_in=("order",),
        answers=(_tail_dropped,),
        en=(
            "What does is_train change in your function?",
            "Rule training-order: a new order each pass when is_train.",
            "`DataLoader` has an option for it; its value is an argument you already have.",
        ),
        zh=(
            "在你的函数里，is_train改变了什么？",
            "规则training-order：is_train为真时，每次遍历都是新的顺序。",
            "`DataLoader`有一个选项管这件事，它的值就是你手里已有的一个参数。",
        ),
    ),
    Wrong(
        "load_array/always-shuffled",
        shows_in=("order",),
        answers=(_always_shuffled,),
        en=(
            "What should happen for is_train=False?",
            "Rule given-order: keep the order when not training.",
            "The option's value must depend on an argument.",
        ),
        zh=(
            "is_train=False时，应当怎样？",
            "规则given-order：不训练时保持原来的顺序。",
            "这个选项的值，必须取决于一个参数。",
        ),
    ),
    Wrong(
        "load_array/shuffle-inverted",
        shows_in=("order",),
        answers=(_shuffle_inverted,),
        en=(
            "For which value of is_train do you shuffle?",
            "Rule training-order: shuffle when training.",
            "One word in your expression turns it round.",
        ),
        zh=(
            "is_train取哪个值时，你打乱顺序？",
            "规则training-order：训练时打乱。",
            "表达式里有一个词，把意思反了过来。",
        ),
    ),
    Wrong(
        "load_array/shuffled-once",
        shows_in=("order",),
        answers=(_shuffled_once, _always_shuffled_once),
        en=(
            "Are the batches of epoch 2 those of epoch 1?",
            "Rule training-order: a new order in every pass.",
            "Leave the shuffling to the loader, which does it each time it is iterated.",
        ),
        zh=(
            "第2个迭代周期的小批量，是不是与第1个的一模一样？",
            "规则training-order：每次遍历都是新的顺序。",
            "把打乱交给加载器：每次遍历，它都会重新打乱。",
        ),
    ),
    Wrong(
        "load_array/two-arrays-unpacked",
        shows_in=("general",),
        answers=(_two_arrays_unpacked,),
        en=(
            "Does your function work for three arrays?",
            "Rule general: any number of arrays.",
            "Do not name the arrays; hand on all of them.",
        ),
        zh=(
            "给它三个数组，你的函数还能用吗？",
            "规则general：数组有几个都可以。",
            "不要给各个数组起名字，把它们全部传下去。",
        ),
    ),
)
