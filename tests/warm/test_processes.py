"""The fork server and its children: what they know, what they leave behind, and how they end."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from linreg_course.checking import deadline
from linreg_course.warm import manager
from linreg_course.warm.manager import WarmKernelManager

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process cannot safely be forked"),
]


def run(*sources: str, env: dict[str, str] | None = None, **options: Any) -> list[str]:
    """Run cells in a warm kernel; return what each shows: its streams, its value, its error's name."""
    notebook = new_notebook(cells=[new_code_cell(textwrap.dedent(source)) for source in sources])
    options = {"timeout": 300, "interrupt_on_timeout": True, "allow_errors": True, **options}
    NotebookClient(notebook, kernel_manager_class=WarmKernelManager, **options).execute(env=env)
    return ["".join(text_of(output) for output in cell.outputs) for cell in notebook.cells]


def text_of(output: Any) -> str:
    return output.get("text") or output.get("ename") or output.data["text/plain"]


def gone(pid: int) -> bool:
    """Tell whether a process has ended; wait for one that is ending."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with os.fdopen(descriptor) as ended:
        return select.select([ended], [], [], 60)[0] != []


def test_kernels_draw_other_numbers_and_share_no_names() -> None:
    draw = (
        "import torch, random, numpy; torch.rand(1).item(), random.random(), numpy.random.rand(), 'mine' in globals()"
    )
    first, second = eval(run("mine = 1", draw)[1]), eval(run(draw)[0])
    assert first[3] is True
    assert second[3] is False
    assert all(one != other for one, other in zip(first[:3], second[:3], strict=True))


def test_a_kernel_starts_with_one_thread() -> None:
    assert run("import os; len(os.listdir('/proc/self/task'))") == ["1"]


def test_a_kernel_holds_nothing_open_of_its_server() -> None:
    """Its pipe would keep the server alive, and what multiprocessing tracks could be written to."""
    pipes = """
        import os
        links = {number: os.readlink(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")
                 if os.path.lexists(f"/proc/self/fd/{number}")}
        sorted(int(number) for number, link in links.items() if "pipe" in link)
    """
    assert run(pipes) == ["[]"]


def test_secrets_of_the_environment_reach_neither_server_nor_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own: here the server has been started."""
    program = """
        from test_processes import run
        looks = "open('/proc/self/environ').read() + open(f'/proc/{os.getppid()}/environ').read()"
        print(run("import os", f"'hunter2' in {looks}", env={"PATH": os.environ["PATH"]}))
    """
    done = python(program, SECRET="hunter2")
    assert done.stdout == "['', 'False']\n", done.stderr


def test_an_interrupt_ends_the_cell_and_not_the_kernel() -> None:
    loop = "import time\nwhile True: time.sleep(0.1)"
    assert run("x = 1", loop, "x", timeout=2) == ["", "KeyboardInterrupt", "1"]


@pytest.mark.parametrize(
    "source",
    [
        "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException: pass",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})\nsignal.pause()",
    ],
)
def test_a_kernel_that_ignores_the_interrupt_is_ended(monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setattr(deadline, "INTERRUPT_SECONDS", 0.5)
    with pytest.raises(DeadKernelError):
        run(source, timeout=2)


@pytest.mark.parametrize("text", ["no JSON", "[]", "{}", '{"header": {}}', "[" * 100_000])
def test_a_kernel_that_does_not_send_messages_is_ended(text: str) -> None:
    with pytest.raises(DeadKernelError):
        run(
            f"connection = get_ipython().kernel.session.socket\nconnection.sendall({text!r}.encode() + b'\\n')\n"
            "while True: pass"
        )


def test_a_kernel_that_says_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manager, "ALL_BYTES", 2**20)
    with pytest.raises(DeadKernelError):
        run("while True: print('x' * 1000)")


def test_twenty_megabytes_are_not_too_much() -> None:
    shown, after = run("for n in range(200): print('x' * 100_000)", "1")
    assert (len(shown), after) == (200 * 100_001, "1")


def test_a_dead_server_takes_its_kernels_and_is_replaced() -> None:
    with pytest.raises(DeadKernelError):
        run("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nwhile True: pass")
    assert run("1 + 1") == ["2"]


def test_kernel_and_server_end_with_their_owner(tmp_path: Path) -> None:
    begun = str(tmp_path / "begun")
    os.mkfifo(begun)
    cell = f"import os\nwith open({begun!r}, 'w') as file: print(os.getpid(), os.getppid(), file=file)"
    program = f"""
        from test_processes import run
        run({cell!r} + "\\nwhile True: pass")
    """
    owner = subprocess.Popen([sys.executable, "-c", textwrap.dedent(program)], env=environment())
    with open(begun) as file:
        kernel, server = map(int, file.readline().split())
    owner.kill()
    owner.wait()
    assert gone(kernel)
    assert gone(server)


def test_kernels_are_started_from_several_threads_at_once() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda number: run(f"{number} + 1"), range(12))) == [[str(n + 1)] for n in range(12)]


def test_a_program_without_a_guard_does_not_run_again_in_the_kernel(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("print('ran')\nfrom test_processes import run\nprint(run('1 + 1'))\n")
    done = subprocess.run([sys.executable, script], env=environment(), capture_output=True, text=True)
    assert done.stdout == "ran\n['2']\n", done.stderr


def python(program: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a program that may import this file."""
    command = [sys.executable, "-c", "import os\n" + textwrap.dedent(program)]
    return subprocess.run(command, env=environment() | variables, capture_output=True, text=True)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}


def test_what_makes_the_server_warm_does_nothing_elsewhere() -> None:
    program = """
        import sys
        before = dict(os.environ), sys.modules["__main__"]
        import linreg_course.warm.forget, linreg_course.warm.preload
        from IPython import get_ipython
        print(before == (dict(os.environ), sys.modules["__main__"]), get_ipython())
    """
    done = python(program)
    assert done.stdout == "True None\n", done.stderr
