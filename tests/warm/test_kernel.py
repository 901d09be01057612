"""A warm kernel shows what ipykernel shows: cells of many kinds through both, their outputs compared."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from traitlets.config import Config

from linreg_course.warm.manager import WarmKernelManager

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process cannot safely be forked"),
]

# By name: cells, each run after the ones before it in one notebook.
CELLS = {
    "expression": "1 + 1",
    "print": "print('a'); print('b', end=''); print()",
    "streams": "import sys\nprint('out')\nprint('err', file=sys.stderr)",
    "nothing": "x = 3",
    "semicolon": "x;",
    "several displays": "from IPython.display import *\ndisplay(1, HTML('<b>2</b>'))\nMarkdown('*3*')",
    "display id": "handle = display('first', display_id='one')",
    "update": "handle.update('second')",
    "clear output": "from IPython.display import clear_output\nprint('gone')\nclear_output(wait=True)\nprint('stays')",
    "error": "1 / 0",
    "error in a function": "def f(n):\n    return [n][1]\nf(1)",
    "chained error": "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ValueError('二') from error",
    "syntax error": "def (:",
    "indentation error": "if x:\nprint()",
    "name error": "undefined_name",
    "system exit": "import sys\nsys.exit(3)",
    "keyboard interrupt": "raise KeyboardInterrupt",
    "base exception": "class Odd(BaseException): pass\nraise Odd('odd')",
    "input": "input('?')",
    "getpass": "import getpass\ngetpass.getpass()",
    "warning": "import warnings\nwarnings.warn('careful')",
    "line magic": "%who_ls",
    "time": "%%capture caught\nprint('kept')",
    "captured": "caught.stdout",
    "shell": "!echo shell",
    "shell captured": "lines = !printf 'a\\nb\\n'\nlines",
    "bash": "%%bash\necho bash",
    "c output": "import os\nos.write(1, b'from C\\n');",
    "child process": "import subprocess\nsubprocess.run(['echo', 'child']);",
    "fork": "pid = os.fork()\nif not pid:\n    print('forked', flush=True)\n    os._exit(0)\nos.waitpid(pid, 0);",
    "thread": "import threading\nthread = threading.Thread(target=print, args=[1])\nthread.start()\nthread.join()",
    "await": "import asyncio\nawait asyncio.sleep(0.01)\n'awaited'",
    "task": "async def later():\n    await asyncio.sleep(0.01)\n    return 5\ntask = asyncio.create_task(later())",
    "its result": "await task",
    "async for": "async def numbers():\n    yield 1\n    yield 2\n[n async for n in numbers()]",
    "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('title');",
    "two figures": "for n in range(2):\n    plt.figure()\n    plt.plot([n, 2])",
    "svg": "%config InlineBackend.figure_formats = ['svg']\nlen(plt.get_fignums())",
    "torch": "import torch\ntorch.arange(3.0, requires_grad=True).sum()",
    "training": "torch.manual_seed(1)\nnet = torch.nn.Linear(2, 1)\n"
    "trainer = torch.optim.SGD(net.parameters(), lr=0.1)\n"
    "net(torch.ones(1, 2)).sum().backward()\ntrainer.step()\nnet.weight",
    "workers": "data = torch.utils.data.TensorDataset(torch.arange(4))\n"
    "[batch[0].tolist() for batch in torch.utils.data.DataLoader(data, 2, num_workers=2)]",
    "pickle": "import pickle\nclass Own: pass\ntype(pickle.loads(pickle.dumps(Own()))).__name__",
    "source": "import inspect\nprint(inspect.getsource(later))",
    "underscore": "40 + 2",
    "last": "_ + 1, In[-2], Out[len(Out) and max(Out)]",
    "file": "'__file__' in globals(), __name__",
    "docstring": "len?",
    "much": "print('x' * 300_000)",
    "progress": "import time\nfor n in range(3):\n    print(f'\\r{n}', end='')",
    "logging": "import logging\nlogging.warning('logged')",
    "unicode": "print('回归', '\\u2028', '🙂')",
    "nul": "print('a\\0b')",
    "repr fails": "class Bad:\n    def __repr__(self): raise ValueError('repr')\nBad()",
    "mime": "class Two:\n    def _repr_html_(self): return '<i>2</i>'\nTwo()",
    "decimals": "%precision 2\n3.14159",
    "environment": "os.environ['OMP_NUM_THREADS'], os.environ['MPLBACKEND'], os.environ.get('SEEN')",
    "folder": "os.listdir('.')",
    "parameters": "sorted(k for k in globals() if not k.startswith('_'))[:5]",
}


def run_in(manager: type[AsyncKernelManager], folder: Path) -> dict[str, list[NotebookNode]]:
    """Return the outputs of the cells by name, run by nbclient in a kernel of this kind."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS.values()])
    client = NotebookClient(
        notebook,
        kernel_manager_class=manager,
        kernel_name="python3",
        allow_errors=True,
        timeout=300,
        resources={"metadata": {"path": str(folder)}},
        config=Config({"KernelManager": {"transport_encryption": "auto"}}),
    )
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}  # ipykernel looks for it
    client.execute(env={**env, "SEEN": "yes", "OMP_NUM_THREADS": "1"})
    shown = [[without_places(output) for output in joined(cell.outputs)] for cell in notebook.cells]
    return dict(zip(CELLS, shown, strict=True))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[NotebookNode]]:
    return run_in(AsyncKernelManager, tmp_path_factory.mktemp("ipykernel"))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[NotebookNode]]:
    return run_in(WarmKernelManager, tmp_path_factory.mktemp("warm"))


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_shows_what_it_shows_in_ipykernel(name: str, expected: Any, shown: Any) -> None:
    assert shown[name] == expected[name]


def test_the_cells_show_something(expected: dict[str, list[NotebookNode]]) -> None:
    assert len(CELLS) >= 40
    assert sum(bool(outputs) for outputs in expected.values()) > 50
    assert {output["output_type"] for outputs in expected.values() for output in outputs} == {
        "stream",
        "display_data",
        "execute_result",
        "error",
    }


def joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Return the outputs with neighbours of one stream in one: where they are cut is a matter of time."""
    result: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and result and result[-1].get("name") == output.name:
            result[-1] = NotebookNode({**result[-1], "text": result[-1].text + output.text})
        else:
            result.append(output)
    return result


def without_places(output: Any) -> Any:
    """Return an output without addresses and files of its process, and its traceback without the lines around.

    How many lines IPython shows around one is not the same from one process to the next.
    """
    if isinstance(output, dict):
        shown = {key: without_places(value) for key, value in output.items()}
        return (
            shown | {"traceback": [line.split("\n")[0] for line in shown["traceback"]]} if "ename" in shown else shown
        )
    if isinstance(output, list):
        return [without_places(value) for value in output]
    if isinstance(output, str):
        return re.sub(r"0x[0-9a-f]+|/tmp/ipykernel_\S+?\.py|ipykernel_\d+", "PLACE", output)
    return output
