"""A process in the cage can do what a notebook of the course needs, and none of what the cage forbids."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from linreg_course.grading.execute import ENDED, grade
from linreg_course.wall import cage, watch
from linreg_course.wall.cage import CageError
from linreg_course.wall.watch import Watch, excess

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the cage is Linux's")]


def executed(*sources: str) -> Any:
    """Run cells in the cage; return the notebook."""
    notebook = new_notebook(cells=list(map(new_code_cell, sources)), metadata={"linreg_course": {"seeds": {}}})
    task = {"notebook": nbformat.writes(notebook), "folders": [], "scratch": None, "checks": {}, "options": {}}
    return nbformat.reads(grade(task), as_version=4)


def outputs(*sources: str) -> list[str]:
    """Run cells in the cage; return of each its errors, or what it shows."""
    return [
        "".join(output.get("ename") or output.get("text") or output.data["text/plain"] for output in cell.outputs)
        for cell in executed(*sources).cells
    ]


NEEDED = {
    "training": """
import torch
from torch import nn
net = nn.Linear(3, 1); trainer = torch.optim.SGD(net.parameters(), lr=0.1)
for X in torch.utils.data.DataLoader(torch.randn(64, 3), batch_size=8, shuffle=True):
    trainer.zero_grad(); (net(X) ** 2).mean().backward(); trainer.step()
""",
    "threads": "import threading\nt = threading.Thread(target=print)\nt.start(); t.join()",
    "four torch threads": "import torch\ntorch.set_num_threads(4)\ntorch.randn(999, 999) @ torch.randn(999, 999)\n0",
    "a figure": """
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.title('线性回归'); plt.savefig('f.png'); plt.close()
""",
    "files": """
import os, pathlib, tempfile, shutil
pathlib.Path("a").touch(); pathlib.Path("a").write_text("x"); os.mkdir("d"); shutil.copyfile("a", "d/b")
shutil.copy("a", "d/c"); os.rename("d/b", "e"); shutil.rmtree("d"); os.remove("a"); os.chmod("e", 0o600)
with tempfile.TemporaryDirectory() as folder: pathlib.Path(folder, "x").write_text("y")
tempfile.TemporaryFile().write(b"z")
""",
    "a saved net": "import torch\ntorch.save(torch.nn.Linear(2, 1).state_dict(), 'n.pt'); torch.load('n.pt')\n0",
    "sources": "import inspect, torch\ninspect.getsource(torch.nn.Linear)\n0",
    "random numbers": "import os, random, secrets, uuid\nos.urandom(3), secrets.token_hex(3), uuid.uuid4()\n0",
    "a loop of events": "import asyncio\nawait asyncio.sleep(0.01)",
    "the course": """
import torch
from linreg_course.lessons.compat import d2l
from linreg_course.lessons.explore import explore
d2l.synthetic_data(torch.ones(2), 4.2, 10)
""",
    "its own signals": """
import os, signal
signal.signal(signal.SIGUSR1, lambda *a: None); os.kill(os.getpid(), signal.SIGUSR1)
""",
    "the magic %timeit": "%timeit -n 1 -r 1 1 + 1",
    "pandas": "import pandas as pd\npd.DataFrame({'a': [1]}).to_csv('a.csv'); pd.read_csv('a.csv')\n0",
}


@pytest.mark.parametrize("code", NEEDED.values(), ids=NEEDED)
def test_what_a_notebook_needs_goes_on(code: str) -> None:
    (shown,) = outputs(code)
    assert "Error" not in shown, shown


def test_what_is_refused_is_an_ordinary_exception_and_the_notebook_goes_on() -> None:
    opening = "open('/etc/passwd')", "import socket; socket.socket()", "import os; os.fork()"
    shown = outputs(*opening, "!ls", "bytearray(3 * 2**30)", "1")
    assert shown[:3] == ["PermissionError"] * 3
    assert "Operation not permitted" in shown[3] or "Error" in shown[3]
    assert shown[4:] == ["MemoryError", "1"]


def test_nothing_is_confined_where_a_part_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage, "pyseccomp", None)
    with pytest.raises(CageError, match="landlockpy and pyseccomp"):
        cage.enter("/tmp")


def test_an_old_kernel_is_refused_by_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cage.landlockpy, "abi_version", lambda: 2)
    with pytest.raises(OSError, match=r"version 3 .* is needed, and this kernel has 2"):
        cage._close_files("/tmp")


def test_a_kernel_that_cannot_be_confined_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linreg_course.wall.caged.CagedKernelManager.confine", staticmethod(_refuse))
    with pytest.raises((CageError, DeadKernelError), match="no such part"):
        outputs("open('ran', 'w')")


def _refuse(scratch: str) -> None:
    raise CageError("no such part")


def _wait(folder: str) -> None:
    signal.pause()


def test_whoever_takes_too_much_of_its_folder_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = multiprocessing.get_context("fork").Process(target=_wait, args=(str(tmp_path),), daemon=True)
    process.start()
    assert excess(process.pid or 0, str(tmp_path)) == ""
    (tmp_path / "big").write_bytes(b"x" * 2**20)
    monkeypatch.setattr(watch, "SCRATCH_BYTES", 2**19)
    watching = Watch(process, str(tmp_path))
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert "MB in its folder" in watching.why


def test_what_has_no_name_counts_while_it_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SCRATCH_BYTES", 2**20)
    with (tmp_path / "gone").open("wb") as file:
        (tmp_path / "gone").unlink()
        assert excess(os.getpid(), str(tmp_path)) == ""
        file.write(b"x" * 2**22)
        file.flush()
        assert "MB in its folder" in excess(os.getpid(), str(tmp_path))


def test_deep_folders_and_many_files_count_without_being_walked_to_their_end(tmp_path: Path) -> None:
    deep = tmp_path / "/".join(["d"] * (watch.SCRATCH_DEPTH + 1))
    deep.mkdir(parents=True)
    assert "in its folder" in excess(os.getpid(), str(tmp_path))
    assert excess(2**22 + 1, str(tmp_path)) == ""


def test_whoever_is_ended_is_told_what_there_was_too_much_of() -> None:
    notebook = executed("import os\nfor number in range(10**6): open(str(number), 'w').close()", "1")
    (error,) = notebook.cells[0].outputs
    assert (error.ename, error.evalue) == (ENDED, f"it took more than {watch.SCRATCH_FILES} files in its folder")
    assert notebook.cells[1].outputs[0].data["text/plain"] == "1"
