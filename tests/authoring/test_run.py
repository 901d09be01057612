"""`linreg run` on notebooks that fail, hang, die, or are none."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from example_source import code, twins
from example_source import write as write_source
from nbformat.v4 import new_code_cell, new_notebook

from linreg_course.authoring.build import build, write_beside

pytestmark = pytest.mark.slow


def write_notebook(path: Path, *sources: str) -> Path:
    cells = [new_code_cell(textwrap.dedent(source), id=f"cell-{i}") for i, source in enumerate(sources)]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=cells), path)
    return path


def run(linreg: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([linreg, "run", *map(str, arguments)], capture_output=True, text=True)


def test_a_failing_cell_is_named_with_its_error_and_the_others_still_run(linreg: Path, tmp_path: Path) -> None:
    good = write_notebook(tmp_path / "good.ipynb", "print(1)")
    bad = write_notebook(tmp_path / "bad.ipynb", "x = 1", "x / 0", "print('never')")
    done = run(linreg, good, bad)
    assert done.returncode == 1
    assert f"{bad}: cell 'cell-1': ZeroDivisionError: division by zero" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert "2 notebooks run, problems: 1" in done.stdout


def test_a_kernel_that_dies_is_named_with_its_cell(linreg: Path, tmp_path: Path) -> None:
    dead = write_notebook(tmp_path / "dead.ipynb", "import os", "os._exit(1)")
    done = run(linreg, dead)
    assert done.returncode == 1
    assert f"{dead}: cell 'cell-1': the kernel died" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def write_built(folder: Path, value: int) -> Path:
    """Write a source that proves `x == 6` of a cell that gives `x` the value, and build it; return the English one."""
    cells = code("step", f"x = {value}"), code("step-proof", "assert x == 6", "proof"), twins("end", "the end", "完")
    folder.mkdir()
    built = dict(build([write_source(folder, *cells)]))
    for path, content in built.items():
        write_beside(path, content)
    return folder / "en" / "x.ipynb"


def test_the_proofs_of_the_source_run_where_they_stand_in_it(linreg: Path, tmp_path: Path) -> None:
    right, wrong = write_built(tmp_path / "right", 6), write_built(tmp_path / "wrong", 7)
    done = run(linreg, right, wrong, "--save", tmp_path / "saved")
    assert done.returncode == 1
    assert done.stderr.count("AssertionError") == 1
    assert f"{wrong}: cell 'step-proof': AssertionError" in done.stderr
    saved = nbformat.read(tmp_path / "saved" / "en" / "x.ipynb", as_version=4)
    assert [cell.id for cell in saved.cells] == ["setup", "step", "step-proof", "end"]


def test_a_notebook_away_from_its_source_runs_as_it_is(linreg: Path, tmp_path: Path) -> None:
    moved = write_built(tmp_path / "course", 7).rename(tmp_path / "x.ipynb")
    assert run(linreg, moved).returncode == 0


def test_a_source_that_cannot_be_read_is_the_notebooks_problem(linreg: Path, tmp_path: Path) -> None:
    path = write_built(tmp_path / "course", 6)
    source = tmp_path / "course" / "source" / "x.py"
    source.write_text("x = 1\n")
    done = run(linreg, path)
    assert done.returncode == 1
    assert f"{path}: {source}:1: the file must begin with a cell" in done.stderr


@pytest.mark.parametrize("content", ["", "{", '{"cells": 3}', "\xff\xfe"])
def test_a_file_that_is_no_notebook_is_reported_in_one_line(linreg: Path, tmp_path: Path, content: str) -> None:
    broken = tmp_path / "broken.ipynb"
    broken.write_bytes(content.encode("latin-1"))
    done = run(linreg, broken)
    assert done.returncode == 1
    assert f"{broken}: is not a notebook" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_missing_notebook_stops_the_run_before_it_begins(linreg: Path, tmp_path: Path) -> None:
    done = run(linreg, tmp_path / "absent.ipynb")
    assert done.returncode == 2
    assert f"no such notebook: {tmp_path / 'absent.ipynb'}" in done.stderr


def test_twins_whose_outputs_differ_fail_the_run(linreg: Path, tmp_path: Path) -> None:
    en = write_notebook(tmp_path / "en" / "x.ipynb", "print(1)", "print(2)")
    zh = write_notebook(tmp_path / "zh" / "x.ipynb", "print(1)", "print(3)")
    done = run(linreg, en, zh)
    assert done.returncode == 1
    assert f"{en}: cell 'cell-1'" in done.stderr
    assert "cell-0" not in done.stderr


def test_executed_copies_are_saved_and_the_notebook_stays_as_it_was(linreg: Path, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "en" / "x.ipynb", "print(6 * 7)")
    before = path.read_bytes()
    done = run(linreg, path, "--save", tmp_path / "saved")
    saved = nbformat.read(tmp_path / "saved" / "en" / "x.ipynb", as_version=4)
    assert done.returncode == 0
    assert saved.cells[0].outputs[0].text == "42\n"
    assert path.read_bytes() == before


def test_ctrl_c_ends_every_kernel_and_leaves_no_half_written_file(linreg: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "begun")
    source = f"""
        import os, time
        with open({str(tmp_path / "begun")!r}, "w") as pipe:
            pipe.write(f"{{os.getpid()}}\\n")
        while True:
            time.sleep(3600)
    """
    paths = [write_notebook(tmp_path / f"{name}.ipynb", source) for name in ("a", "b", "c")]
    command = [linreg, "run", "--jobs", "2", "--save", tmp_path / "saved", *paths]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with os.fdopen(os.open(tmp_path / "begun", os.O_RDWR)) as pipe:  # RDWR: no end of file between the two
        kernels = [int(pipe.readline()) for _ in range(2)]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert "interrupted" in errors
    assert "Traceback" not in errors
    assert not (tmp_path / "saved").exists()
    for kernel in kernels:
        with pytest.raises(ProcessLookupError):
            os.kill(kernel, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no fork server")
def test_ctrl_c_while_the_first_kernel_starts_does_not_wait_for_the_notebook(linreg: Path, tmp_path: Path) -> None:
    endless = write_notebook(tmp_path / "endless.ipynb", "import time\nwhile True:\n    time.sleep(1)")
    process = subprocess.Popen([linreg, "run", endless], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not _warms_up(process.pid):
        pass
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in errors


def _warms_up(pid: int) -> bool:
    """Tell whether the process has a fork server that imports torch."""
    with suppress(OSError):  # a thread or a process has ended meanwhile
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        children = [child for task in tasks for child in task.read_text().split()]
        servers = [child for child in children if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes()]
        return any(b"libtorch" in Path(f"/proc/{server}/maps").read_bytes() for server in servers)
    return False
