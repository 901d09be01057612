"""Check cells in a real kernel: whatever the answer does, a panel comes and the kernel lives on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from linreg_course.checking.verdict import RECORD
from linreg_course.language import LANGUAGES

RIGHT = """def huber_scale(delta):
    return delta"""
STATE = """import random, sys, warnings
import numpy as np
print(torch.get_rng_state().sum().item(), np.random.get_state()[1].sum(), hash(random.getstate()),
      torch.get_default_dtype(), torch.get_num_threads(), torch.is_grad_enabled(), sys.getrecursionlimit(),
      len(warnings.filters), sys.stdout.__class__.__name__)"""
# What an answer does, and what its panel says (in English).
UNRULY = {
    "exit()": "SystemExit",
    "quit()": "SystemExit",
    "import sys; sys.exit(2)": "SystemExit",
    "raise KeyboardInterrupt": "KeyboardInterrupt",
    "return huber_scale(delta)": "RecursionError",
    "input('delta? ')": "EOFError",
    "raise ValueError('<b>bold</b>')": "&lt;b&gt;bold&lt;/b&gt;",
    "return delta / 0": "ZeroDivisionError",
    "import os; os.chdir('/'); return None": "None",
    "return torch.zeros(10_000, 10_000)": "shape=(10000, 10000)",
    "return torch.tensor(delta, requires_grad=True) * 2": "requires_grad=True",
    "return float('nan')": "nan",
    "return lambda: delta": "function",
}
ENDLESS = """from linreg_course.checking import deadline
deadline.CASE_SECONDS = 0.5
def huber_scale(delta):
    while True: pass"""
MEDDLING = """def huber_scale(delta):
    import random, sys, warnings
    import numpy as np
    print("x" * 3_000_000)
    sys.stderr.write("y" * 3_000_000)
    warnings.warn("a warning")
    warnings.simplefilter("error")
    torch.manual_seed(1), np.random.seed(1), random.seed(1)
    torch.set_default_dtype(torch.float64)
    torch.set_num_threads(2)
    torch.set_grad_enabled(False)
    sys.setrecursionlimit(5000)
    return delta"""

Run = Callable[[str], Any]


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    lang: str = request.param
    return lang


@pytest.fixture(scope="module")
def notebook(lang: str) -> Any:
    return nbformat.read(Path("notebooks") / lang / "huber.ipynb", as_version=4)


@pytest.fixture(scope="module")
def client(notebook: Any) -> Iterator[NotebookClient]:
    """A kernel in which the notebook's setup has run."""
    client = NotebookClient(
        notebook, allow_errors=True, config=Config({"KernelManager": {"transport_encryption": "auto"}})
    )
    with client.setup_kernel():
        run_cell(client, cell_of(notebook, "setup").source)
        yield client


@pytest.fixture
def run(client: NotebookClient) -> Run:
    return lambda source: run_cell(client, source)


@pytest.fixture
def checked(client: NotebookClient, notebook: Any) -> Run:
    """Run an answer's cell and the notebook's own check below it; return the output of the check."""

    def checked(answer: str) -> Any:
        run_cell(client, answer)
        (output,) = run_cell(client, cell_of(notebook, "huber-scale-check").source)
        return output

    return checked


def run_cell(client: NotebookClient, source: str) -> Any:
    client.nb.cells.append(nbformat.v4.new_code_cell(source))
    return client.execute_cell(client.nb.cells[-1], len(client.nb.cells) - 1).outputs


def cell_of(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def test_a_check_before_its_answers_cell_says_so(client: NotebookClient, notebook: Any, lang: str) -> None:
    (output,) = run_cell(client, cell_of(notebook, "huber-loss-check").source)
    words = {"en": "has not been run, ended with an error", "zh": "没有运行，运行出错，或者写成了别的名字"}
    assert words[lang] in output.data["text/html"]
    assert output.data["text/plain"] == "0.0"


def test_the_checks_value_is_the_score_the_panel_and_the_record(checked: Run, run: Run, lang: str) -> None:
    output = checked(RIGHT)
    assert output.output_type == "execute_result"
    assert output.data["text/plain"] == "4.0"
    assert {"en": "right", "zh": "正确"}[lang] in output.data["text/html"]
    assert output.metadata[RECORD]["score"] == 4
    (printed,) = run("print(check.huber_scale(huber_scale))")
    assert printed.text.startswith(
        {"en": "huber_scale: right · 4 of 4", "zh": "huber_scale：正确 · 得4分，满分4分"}[lang]
    )


@pytest.mark.parametrize(("code", "said"), UNRULY.items(), ids=UNRULY)
def test_whatever_an_answer_does_its_panel_comes_and_the_kernel_lives_on(
    checked: Run, run: Run, code: str, said: str
) -> None:
    output = checked(f"def huber_scale(delta):\n    {code}")
    assert output.data["text/plain"] == "0.0"
    assert said in output.data["text/html"]
    (alive,) = run("1 + 1")
    assert alive.data["text/plain"] == "2"


def test_an_answer_that_never_ends_is_stopped_and_the_kernel_lives_on(checked: Run, run: Run, lang: str) -> None:
    output = checked(ENDLESS)
    run("deadline.CASE_SECONDS = 10.0")
    assert {"en": "nothing within 0.5 seconds", "zh": "0.5秒内没有返回"}[lang] in output.data["text/html"]
    (alive,) = run("1 + 1")
    assert alive.data["text/plain"] == "2"


@pytest.mark.parametrize("given", ["None", "3.0", "torch.zeros(2)", "[1, 2]"])
def test_an_answer_that_is_no_function_is_told(checked: Run, given: str) -> None:
    output = checked(f"huber_scale = {given}")
    assert output.data["text/plain"] == "0.0"
    assert "check.huber_scale(huber_scale)" in output.data["text/html"]


def test_an_answer_changes_nothing_in_the_kernel_and_says_nothing(checked: Run, run: Run) -> None:
    (before,) = run(STATE)
    output = checked(MEDDLING)
    (after,) = run(STATE)
    assert output.data["text/plain"] == "4.0"
    assert before.text == after.text


def test_hints_go_on_to_the_last_and_a_mended_answer_gets_its_points(checked: Run, run: Run, lang: str) -> None:
    assert {"en": "Have you tried delta = 2?", "zh": "试过delta = 2吗？"}[lang] in checked(
        "def huber_scale(delta):\n    return 1.0"
    ).data["text/html"]
    said = [run('check.hint("huber_scale")')[0].data["text/plain"] for _ in range(3)]
    assert said[0] != said[1]
    assert said[2].startswith(said[1])
    assert {"en": "This was the last hint", "zh": "这是最后一条提示"}[lang] in said[2]
    assert checked(RIGHT).data["text/plain"] == "4.0"
    (progress,) = run("check.progress()")
    assert (
        progress.data["text/plain"].split("\n")
        == {
            "en": ["huber_loss: → next", "huber_scale: ✓ done"],
            "zh": ["huber_loss：→ 下一个", "huber_scale：✓ 已完成"],
        }[lang]
    )
