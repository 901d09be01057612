"""Which cell `guard` names: the one whose rerun heals, by the number that stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from linreg_course.language import Text
from linreg_course.lessons import guard as room

IMPORTS = "import torch\nfrom torch import nn\nfrom linreg_course.lessons.guard import guard"
NET = "net = nn.Sequential(nn.Linear(2, 1))"
START = "net[0].weight.data.normal_(0, 0.01)\nnet[0].bias.data.fill_(0)"
TRAINER = "trainer = torch.optim.SGD(net.parameters(), lr=0.03)"
TRAINING = """\
guard(net, trainer)
for _ in range(3):
    trainer.zero_grad()
    net(torch.ones(4, 2)).sum().backward()
    trainer.step()"""

# The cells in the order in which they are run; the imports are In[1]. Then what the last of them is told.
TRAINED = {
    "the seed's order": (
        [NET, START, "loss = nn.MSELoss()", TRAINER, TRAINING, "loss = nn.HuberLoss()", TRAINER, TRAINING],
        "In[3] (`net[0].bias.data.fill_(0)`)",
    ),
    "the training cell twice": ([NET, START, TRAINER, TRAINING, TRAINING], "In[3] (`net[0].bias.data.fill_(0)`)"),
    "no start values": ([NET, TRAINER, TRAINING, TRAINING], f"In[2] (`{NET}`)"),
    "by nn.init": (
        [NET, "nn.init.normal_(net[0].weight, 0, 0.01)", TRAINER, TRAINING, TRAINING],
        "In[3] (`nn.init.normal_(net[0].weight, 0, 0.01)`)",
    ),
    "without a graph": (
        [NET, "with torch.no_grad():\n    net[0].weight.normal_(0, 0.01)", TRAINER, TRAINING, TRAINING],
        "In[3] (`net[0].weight.normal_(0, 0.01)`)",
    ),
    "initialised twice": ([NET, START, START, TRAINER, TRAINING, TRAINING], "In[4] (`net[0].bias.data.fill_(0)`)"),
    "made twice": ([NET, START, NET, TRAINER, TRAINING, TRAINING], f"In[4] (`{NET}`)"),
    "with others in one line": (
        ["net, lr = nn.Linear(2, 1), 0.03", TRAINER, TRAINING, TRAINING],
        "In[2] (`net, lr = nn.Linear(2, 1), 0.03`)",
    ),
    "a note written on it": (
        [NET, TRAINER, "net.note = net[0].note = 'fresh'", TRAINING, TRAINING],
        f"In[2] (`{NET}`)",
    ),
    "a part initialised again": (
        [NET, START, TRAINER, TRAINING, "net[0].weight.data.normal_(0, 0.01)", TRAINING],
        f"In[2] (`{NET}`)",
    ),
    "gradients clipped in the loop": (
        [NET, TRAINER, TRAINING + "\n    nn.utils.clip_grad_norm_(net.parameters(), 1.0)", TRAINING],
        f"In[2] (`{NET}`)",
    ),
    "gradients zeroed by hand": (
        [NET, TRAINER, TRAINING + "\n    net[0].weight.grad.zero_()", TRAINING],
        f"In[2] (`{NET}`)",
    ),
    "a sum that the net adds to": (
        [NET, TRAINER, "s = torch.zeros(1)\n" + TRAINING + "\n    s.data.add_(net(torch.ones(1, 2)).item())", TRAINING],
        f"In[2] (`{NET}`)",
    ),
    "a magic and a broken cell between": (
        [NET, TRAINER, TRAINING, "%time 1 + 1", "x = = 1", TRAINING],
        f"In[2] (`{NET}`)",
    ),
    "under other names": (
        [cell.replace("net", "model").replace("trainer", "sgd") for cell in (NET, TRAINER, TRAINING, TRAINING)],
        "In[2] (`model = nn.Sequential(nn.Linear(2, 1))`)",
    ),
}


@pytest.fixture
def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[list[str]], list[Text]]]:
    """Run cells in a shell of IPython and return what `guard` said in the last of them."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    said: list[Text] = []
    monkeypatch.setattr(room, "say", lambda words, same: said.append(words))
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(history_load_length=0)
    shell.history_manager.enabled = False

    def run(cells: list[str]) -> list[Text]:
        for cell in [IMPORTS, *cells]:
            said.clear()
            shell.run_cell(cell, store_history=True)
        return said

    yield run
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(("cells", "cell"), TRAINED.values(), ids=TRAINED)
def test_of_a_trained_net_the_cell_that_initialised_it_is_named(tell, cells: list[str], cell: str) -> None:
    (words,) = tell(cells)
    assert f"Rerun {cell}, the cells after it, and then this one." in words.en


def test_of_a_trainer_that_holds_another_net_the_cell_that_made_the_trainer_is_named(tell) -> None:
    (words,) = tell([NET, START, TRAINER, TRAINING, NET, START, TRAINING])
    assert words.en.endswith(f"Rerun In[4] (`{TRAINER}`).")
    assert words.zh.endswith(f"重新运行In[4]（`{TRAINER}`）。")


def test_a_cell_that_changes_the_trainers_rate_did_not_make_it(tell) -> None:
    (words,) = tell([NET, TRAINER, 'trainer.param_groups[0]["lr"] = 0.1', NET, TRAINING])
    assert words.en.endswith(f"Rerun In[3] (`{TRAINER}`).")


def test_no_older_cell_is_named_for_a_trainer_that_this_cell_made(tell) -> None:
    replaced = f"{NET}\n{TRAINER}\nnet[0].weight = nn.Parameter(torch.zeros(1, 2))\nguard(net, trainer)"
    (words,) = tell([NET, TRAINER, replaced])
    assert words.en.endswith("Rerun the cell that makes `trainer`.")


@pytest.mark.parametrize("again", [[NET, START, TRAINER], [START], [START, TRAINER], [NET, TRAINER]])
def test_after_the_rerun_that_was_asked_for_guard_is_silent(tell, again: list[str]) -> None:
    assert tell([NET, START, TRAINER, TRAINING, *again, TRAINING]) == []


def test_outside_a_shell_the_cell_is_described() -> None:
    assert room._cell_that(room._makes, "net")[0].en == "the cell that makes `net`"


def test_a_cell_that_makes_the_net_and_trains_it_is_not_to_be_rerun(tell) -> None:
    (words,) = tell([f"{NET}\n{TRAINER}\n{TRAINING}", f"{TRAINER}\n{TRAINING}"])
    assert f"In[2] (`{NET}`) makes it and trains it too. Make and initialise the net in this cell" in words.en
    assert tell([f"{NET}\n{TRAINER}\n{TRAINING}", f"{NET}\n{TRAINER}\n{TRAINING}"]) == []
