"""A submission that does not end, kills its kernel or leaves processes: a preflight ends, says so, and leaves nothing.

No test waits for a time to pass: a cell is late at once, and is interrupted only when it says that it is at work.
"""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner
from example_course import CONVERT_LR as RIGHT
from nbformat.v4 import new_code_cell, new_notebook
from watchfiles import watch

from linreg_course.checking import deadline
from linreg_course.checking.processes import family, started_with
from linreg_course.cli import main
from linreg_course.handin import afresh, cell
from linreg_course.handin.afresh import NESTED, Client, Step, run_afresh
from linreg_course.handin.ending import Ending, NoKernelError, Run, told
from linreg_course.handin.preflight import preflight
from linreg_course.handin.submission import read_submission

pytestmark = pytest.mark.slow

NAME = "lr-vs-reduction"

# Leaves its mark, for the test to look for what is left; a file that is there is whole.
HEAD = f"""import os, pathlib, signal, subprocess, time

def at_work():
    pathlib.Path("new").write_text(os.environ["{NESTED}"])
    os.replace("new", "at_work")
"""
ENDLESS = "at_work()\nwhile True:\n    time.sleep(0.01)"
STUBBORN = {
    "bare except": "while True:\n    try:\n        at_work(); time.sleep(0.1); input()\n    except:\n        pass",
    "ignored signal": "signal.signal(signal.SIGINT, signal.SIG_IGN)\nat_work()\ntime.sleep(10**6)",
    "code in C": "signal.signal(signal.SIGINT, signal.SIG_IGN)\nat_work()\nsum(range(10**15))",
    "flood": "while True:\n    try:\n        at_work(); print('x' * 99)\n    except BaseException:\n        pass",
}
CHILDREN = """subprocess.Popen(["sleep", "1000"], start_new_session=True)
subprocess.Popen(["sh", "-c", "trap '' INT TERM HUP; sleep 1000 & sleep 1000"], start_new_session=True)
subprocess.Popen(["sh", "-c", "sleep 1000 &"], start_new_session=True).wait()
bare = subprocess.Popen(["sleep", "1000"], start_new_session=True, env={})
pathlib.Path("bare").write_text(str(bare.pid))
"""


def late(monkeypatch: pytest.MonkeyPatch, folder: Path, number: int, grace: float) -> None:
    """Let the cell at this place be late as soon as it is at work, and killed after `grace` seconds."""
    begin, interrupt = Client._begin, Client.interrupt

    def short(client: Client, number_now: int) -> None:
        begin(client, number_now)
        if number_now == number:
            client.step = Step(number, time.monotonic())

    def patient(client: Client, step: Step) -> None:
        wait_for(folder / "at_work")
        interrupt(client, step)

    monkeypatch.setattr(Client, "_begin", short)
    monkeypatch.setattr(Client, "interrupt", patient)
    monkeypatch.setattr(deadline, "INTERRUPT_SECONDS", grace)


def wait_for(path: Path) -> None:
    for _ in watch(path.parent, rust_timeout=200, yield_on_timeout=True):
        if path.exists():
            return


def run_cells(folder: Path, *sources: str) -> tuple[Run, Any]:
    notebook = new_notebook(cells=[new_code_cell(source) for source in (HEAD, *sources, "'after'")])
    return run_afresh(notebook, folder, lambda number: None), notebook


def left(folder: Path) -> set[int]:
    """Return what still runs of what the kernel has started, also without its environment."""
    found = family(started_with(f"{NESTED}={(folder / 'at_work').read_text()}"))
    if (folder / "bare").exists():
        pid = int((folder / "bare").read_text())
        found |= {pid} if b"sleep" in command_of(pid) else set()
    return found


def command_of(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()  # nothing for one that has ended
    except OSError:
        return b""


def words(run: Run, notebook: Any) -> str:
    return "\n".join(f"{line.en}\n{line.zh}" for line in told(run, notebook))


def test_an_endless_loop_is_interrupted_and_the_next_cell_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late(monkeypatch, tmp_path, 1, grace=10**6)
    run, notebook = run_cells(tmp_path, ENDLESS)
    assert (run.ending, run.late, set(run.seconds)) == (None, {1}, {0, 1, 2})
    assert notebook.cells[2].outputs[0].data["text/plain"] == "'after'"
    assert "The cell `at_work()` was not done after 120 s and was interrupted" in words(run, notebook)
    assert "单元格`at_work()`运行了120秒还没有结束，被中断了" in words(run, notebook)


@pytest.mark.parametrize("source", STUBBORN.values(), ids=STUBBORN)
def test_what_ignores_an_interrupt_ends_with_its_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    late(monkeypatch, tmp_path, 2, grace=0.1)
    run, notebook = run_cells(tmp_path, CHILDREN, source)
    assert (run.ending, run.last, set(run.seconds)) == (Ending.LATE, 2, {0, 1})
    first = source.splitlines()[0]
    assert len(words(run, notebook).splitlines()) == 2
    assert f"The cell `{first}` was not done after 120 s and went on when it was interrupted" in words(run, notebook)
    assert f"单元格`{first}`运行了120秒还没有结束，中断也不起作用" in words(run, notebook)
    assert left(tmp_path) == set()


def test_children_of_a_notebook_that_ends_are_ended(tmp_path: Path) -> None:
    run, _ = run_cells(tmp_path, "at_work()\n" + CHILDREN)
    assert (run.ending, run.late) == (None, set())
    assert left(tmp_path) == set()


def test_a_kernel_that_dies_is_told_and_leaves_no_children(tmp_path: Path) -> None:
    run, notebook = run_cells(tmp_path, "at_work()\n" + CHILDREN.partition("bare")[0] + "os._exit(1)")
    assert (run.ending, run.last) == (Ending.DIED, 1)
    assert "The kernel died in the cell `at_work()`" in words(run, notebook)
    assert "内核在单元格`at_work()`里意外退出了" in words(run, notebook)
    assert left(tmp_path) == set()


def test_the_whole_notebook_has_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin = Client._begin

    def over(client: Client, number: int) -> None:
        if number == 1:
            client._until = time.monotonic()
        begin(client, number)

    late(monkeypatch, tmp_path, -2, grace=10**6)
    monkeypatch.setattr(Client, "_begin", over)
    run, notebook = run_cells(tmp_path, ENDLESS)
    assert (run.ending, run.last, run.late) == (Ending.OVER, 1, set())
    assert "The whole notebook has 600 s, and they were over in the cell `at_work()`" in words(run, notebook)
    assert "整个笔记本限时600秒，到单元格`at_work()`时已经用完" in words(run, notebook)


@pytest.fixture
def handed(tmp_path: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A student's notebook, whose `convert_lr` is right; its folder is the working directory."""
    for part in ("notebooks", "work"):
        (tmp_path / part / "en").mkdir(parents=True)
        (tmp_path / part / "en" / f"{NAME}.ipynb").write_bytes(
            (course / "notebooks" / "en" / f"{NAME}.ipynb").read_bytes()
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path / "work" / "en" / f"{NAME}.ipynb"


def insert(path: Path, after: str, source: str) -> int:
    """Put a cell into the notebook, answered as is right, behind the cell with this id; return its place."""
    notebook = nbformat.read(path, as_version=4)
    ids = [one.id for one in notebook.cells]
    notebook.cells[ids.index("convert-lr")].source = RIGHT
    notebook.cells.insert(ids.index(after) + 1, new_code_cell(HEAD + source, id="inserted"))
    nbformat.write(notebook, path)
    return ids.index(after) + 1


@pytest.mark.parametrize("said", ["terminal", "cell"])
def test_a_check_before_the_late_cell_keeps_its_points(
    handed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], said: str
) -> None:
    late(monkeypatch, handed.parent, insert(handed, "convert-lr-check", STUBBORN["ignored signal"]), grace=0.1)
    if said == "terminal":
        result = CliRunner().invoke(main, ["validate", str(handed)])
        assert result.exit_code == 1, result.output
        printed = result.output
    else:
        printed = str(cell.validate(handed))
    assert "score of the checks: 8 / 8" in printed
    assert "! The cell `import os, pathlib, signal, subprocess, time` was not done after 120 s" in printed
    assert "no verdict" not in printed
    assert left(handed.parent) == set()


def test_a_check_behind_the_late_cell_says_why_it_has_no_verdict(handed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late(monkeypatch, handed.parent, insert(handed, "convert-lr", STUBBORN["ignored signal"]), grace=0.1)
    result = preflight(read_submission(handed))
    assert result.score == 0
    reasons = [finding for finding in result.findings if "no verdict" in finding.en]
    assert [finding.en for finding in reasons] == [
        "The check of convert_lr gave no verdict, so it counts 0: the kernel had ended because of the cell "
        "`import os, pathlib, signal, subprocess, time`."
    ]
    assert "内核因为单元格`import os, pathlib, signal, subprocess, time`已经关闭" in reasons[0].zh


def test_a_kernel_that_cannot_start_is_one_sentence(handed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(handed.parent))
    (handed.parent / "ipykernel_launcher.py").write_text("raise SystemExit(3)")
    result = CliRunner().invoke(main, ["validate", str(handed)])
    assert result.exit_code == 2
    assert "No kernel could be started (" in result.output
    assert "score" not in result.output
    with pytest.raises(NoKernelError, match="No kernel could be started"):
        preflight(read_submission(handed))


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
)
def test_ctrl_c_and_a_closed_terminal_end_the_kernel_and_its_children(
    handed: Path, linreg: Path, number: int, status: int
) -> None:
    insert(handed, "convert-lr", CHILDREN + STUBBORN["ignored signal"])
    command = [linreg, "validate", str(handed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for(handed.parent / "at_work")
        process.send_signal(number)
        printed, said = process.communicate()
    assert process.returncode == status, printed + said
    assert "Traceback" not in said
    assert left(handed.parent) == set()


def test_ctrl_c_while_the_kernel_starts_leaves_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marks = []

    def interrupted(client: Client, thread: Any) -> None:
        marks.append(client._mark)
        raise KeyboardInterrupt

    monkeypatch.setattr(afresh, "_keep_time", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run_cells(tmp_path)
    assert family(started_with(f"{NESTED}={marks[0]}")) == set()
