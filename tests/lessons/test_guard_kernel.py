"""The seed's order of runs in a real kernel: what the learner reads, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CELLS = {
    "setup": "import torch\nfrom torch import nn\nfrom linreg_course.lessons.guard import guard\n"
    "from linreg_course.language import use_language",
    "net": "net = nn.Sequential(nn.Linear(2, 1))",
    "start": "nn.init.normal_(net[0].weight, 0, 0.01)\nnn.init.zeros_(net[0].bias)",
    "trainer": "trainer = torch.optim.SGD(net.parameters(), lr=0.03)",
    "training": "guard(net, trainer)\nfor _ in range(3):\n    trainer.zero_grad()\n"
    "    net(torch.ones(4, 2)).sum().backward()\n    trainer.step()",
    "english": 'use_language("en")',
    "chinese": 'use_language("zh")',
}


class Learner:
    """Runs cells by name, in any order, and reads what is shown below them."""

    def __init__(self, client: NotebookClient) -> None:
        self._client = client

    def run(self, *names: str) -> tuple[int, list[str]]:
        """Return the execution count of the last of these cells and the texts that it shows."""
        for name in names:
            index = list(CELLS).index(name)
            cell = self._client.execute_cell(self._client.nb.cells[index], index)
        return cell.execution_count, [output.data["text/plain"] for output in cell.outputs]


@pytest.fixture(scope="module")
def learner() -> Iterator[Learner]:
    notebook = new_notebook(cells=[new_code_cell(source, id=name) for name, source in CELLS.items()])
    client = NotebookClient(notebook, kernel_name="python3", timeout=600)
    with client.setup_kernel():
        yield Learner(client)


def test_the_sentence_names_the_number_beside_the_initialisation_in_both_languages(learner: Learner) -> None:
    learner.run("setup", "net")
    start, _ = learner.run("start")
    _, first = learner.run("trainer", "training")
    _, english = learner.run("english", "trainer", "training")
    _, chinese = learner.run("chinese", "trainer", "training")
    assert first == []
    assert english == [
        f"This net has been trained since it was initialised. Rerun In[{start}] (`nn.init.zeros_(net[0].bias)`), "
        "the cells after it, and then this one."
    ]
    assert chinese == [
        f"这个网络在初始化之后已经训练过。重新运行In[{start}]（`nn.init.zeros_(net[0].bias)`）"
        "和它后面的单元格，再运行这一个。"
    ]


def test_following_the_advice_ends_it(learner: Learner) -> None:
    learner.run("setup", "english", "net", "start", "trainer", "training")
    _, silent = learner.run("start", "trainer", "training")
    start, _ = learner.run("start")
    _, fresh = learner.run("training")
    _, used = learner.run("training")
    assert silent == fresh == []
    assert f"In[{start}] " in used[0]
