"""A notebook of a submission always ends, and what one cell does to its kernel costs that cell alone."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from linreg_course.checking import deadline
from linreg_course.exercises import EXERCISES, check_in
from linreg_course.grading.execute import PRINTED, grade
from linreg_course.grading.scratch import copy_files
from linreg_course.grading.unseen import stopped_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere kernels are cold, and go as nbgrader lets them"),
]

CHECK = {"nbgrader": {"grade": True, "grade_id": "x-check", "solution": False, "points": 4, "cell_type": "code"}}


def run(*sources: str, folders: tuple[Path, ...] = (), **options: Any) -> nbformat.NotebookNode:
    """Run the cells as a submission's; one that calls `check.…` is a graded check."""
    cells = [new_code_cell(source, metadata=CHECK if source.startswith("check.") else {}) for source in sources]
    notebook = new_notebook(cells=cells, metadata={"linreg_course": {"seeds": dict.fromkeys(EXERCISES, 1)}})
    (code,) = [source for source in sources if source.startswith("check.")] or [""]
    task = {"notebook": nbformat.writes(notebook), "folders": list(map(str, folders)), "scratch": None}
    return nbformat.reads(grade({**task, "checks": {"x-check": check_in(code)}, "options": options}), as_version=4)


def shown(notebook: nbformat.NotebookNode) -> list[str]:
    """Return of each cell its errors' names, or else what it shows."""
    return [
        "".join(output.get("ename") or output.get("text") or output.data["text/plain"] for output in cell.outputs)
        for cell in notebook.cells
    ]


def said(notebook: nbformat.NotebookNode) -> str:
    return " ".join(words.en for words in stopped_in(notebook))


@pytest.mark.parametrize(
    "death",
    [
        "import os\nos._exit(0)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        "import ctypes\nctypes.string_at(0)",
        "import os\nos.close(get_ipython().kernel.session.socket.fileno())\nwhile True: pass",
    ],
    ids=["exit", "signal", "segmentation", "hangs up"],
)
def test_a_cell_that_ends_its_kernel_costs_itself_alone(death: str) -> None:
    notebook = run("x = 1", death, "x + 1", timeout=60)
    assert shown(notebook) == ["", "KernelEnded", "2"]
    assert "The kernel died in the cell `" in said(notebook)


def test_a_kernel_that_dies_in_one_run_of_two_was_ended_from_outside(tmp_path: Path) -> None:
    seen = str(tmp_path / "seen")
    once = f"import os\nif not os.path.exists({seen!r}):\n    open({seen!r}, 'w').close()\n    os._exit(1)\n'alive'"
    notebook = run("x = 1", once, "x + 1", confined=False)
    assert shown(notebook) == ["", "'alive'", "2"]
    assert said(notebook) == ""


def test_checks_are_not_run_again_and_cells_that_end_the_kernel_are_left_out() -> None:
    notebook = run(
        "import os; open('lines', 'a').write('own ')",
        "check.huber_loss(open('lines', 'a').write('check '))",
        "os._exit(1)",
        "os._exit(2)",
        "print(open('lines').read())",
    )
    assert shown(notebook)[2:] == ["KernelEnded", "KernelEnded", "own own own \n"]


def test_a_cell_that_is_interrupted_costs_itself_alone() -> None:
    notebook = run("x = 1", "import time\nwhile True: time.sleep(0.1)", "x + 1", timeout=2)
    assert shown(notebook)[1] == "KeyboardInterruptCellTimeoutError"
    assert shown(notebook)[2] == "2"
    assert "took too long and was stopped" in said(notebook)


def test_a_cell_that_ignores_the_interrupt_is_ended_with_what_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "INTERRUPT_SECONDS", 0.5)
    with tempfile.NamedTemporaryFile("r") as pids:
        notebook = run(
            "x = 1",
            f"""
import signal, subprocess
signal.signal(signal.SIGINT, signal.SIG_IGN)
children = [subprocess.Popen(["sleep", "1000"], start_new_session=new) for new in (False, True)]
command = "setsid sleep 1000 > /dev/null 2>&1 & echo $!"
orphan = subprocess.run(["sh", "-c", command], capture_output=True, text=True).stdout
print(*[child.pid for child in children], orphan, file=open({pids.name!r}, "w"), flush=True)
while True: pass
""",
            "x + 1",
            timeout=2,
            confined=False,
        )
        started = list(map(int, pids.read().split()))
    assert shown(notebook) == ["", "CellTimeoutError", "2"]
    assert len(started) == 3
    assert [pid for pid in started if runs(pid)] == []


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_whole_notebook_has_its_time() -> None:
    loop = "import time\nwhile True: time.sleep(0.1)"
    notebook = run("1", loop, loop, "2", timeout=60, submission_seconds=3.0)
    assert shown(notebook)[0] == "1"
    assert shown(notebook)[2:] == ["TimeIsOver", "TimeIsOver"]
    assert said(notebook).count("The time of the whole notebook was over") == 1


def test_fifty_threads_and_twenty_megabytes_harm_nobody() -> None:
    threads = "last = threading.Event()\nfor _ in range(50): threading.Thread(target=last.wait).start()"
    notebook = run(f"import threading\n{threads}", "print('x' * 20_000_000)", "last.set(); 1")
    assert shown(notebook)[2] == "1"
    assert shown(notebook)[1].startswith("x" * PRINTED)
    assert len(shown(notebook)[1]) < PRINTED + 100


@pytest.mark.parametrize(
    "flood",
    ["print('x')", "print('x' * 1000)", "display('x' * 1000)", "os.write(1, b'x' * 1000)"],
)
def test_a_cell_that_never_stops_telling_costs_itself_alone(flood: str) -> None:
    notebook = run("import os\nx = 1", f"while True: {flood}", "x + 1", timeout=5)
    assert shown(notebook)[1].endswith(("KernelEnded", "CellTimeoutError", "OSError"))
    assert shown(notebook)[2] == "2"
    assert len(nbformat.writes(notebook)) < 5e7


def test_it_runs_in_a_folder_of_its_own_with_copies_of_plain_files(tmp_path: Path) -> None:
    mine, course = tmp_path / "mine", tmp_path / "course"
    for folder in (mine, course / "deep"):
        folder.mkdir(parents=True)
    (mine / "data.csv").write_text("mine")
    (mine / "other.csv").write_text("other")
    (mine / "x.ipynb").write_text("{}")
    (mine / "link").symlink_to("/etc/passwd")
    (course / "data.csv").write_text("course")
    (course / "deep" / "more.csv").write_text("more")
    names = "import os\nprint(os.getcwd(), sorted(os.path.join(a, c) for a, b, d in os.walk('.') for c in d))"
    notebook = run(names, "open('data.csv').read()", "open('new', 'w').write('new')", folders=(mine, course))
    folder, found = shown(notebook)[0].split(maxsplit=1)
    assert found == "['./data.csv', './deep/more.csv', './other.csv']\n"
    assert shown(notebook)[1] == "'course'"
    assert not Path(folder).exists()
    assert sorted(os.listdir(mine)) == ["data.csv", "link", "other.csv", "x.ipynb"]


def test_a_folder_that_its_owner_closed_is_removed() -> None:
    notebook = run("import os\nos.makedirs('a/b')\nos.chmod('a', 0)\nprint(os.getcwd())")
    assert not Path(shown(notebook)[0].strip()).exists()


def test_files_that_are_none_are_not_copied(tmp_path: Path) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    os.mkfifo(tmp_path / "from" / "pipe")
    (tmp_path / "from" / "plain").write_text("plain")
    copy_files(tmp_path / "from", tmp_path / "to")
    assert os.listdir(tmp_path / "to") == ["plain"]


def test_no_secret_of_this_process_reaches_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "hunter2")
    assert shown(run("import os\n'hunter2' in str(os.environ), os.environ['LINREG_RUN_AFRESH']")) == ["(False, '1')"]
