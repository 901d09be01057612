"""`linreg build --watch` builds again whenever a source is saved, also after a broken save."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from linreg_course.authoring import commands

pytestmark = pytest.mark.slow

SOURCE = """# %% [markdown] name="title" lang="en"
# # Title {number}
# %% [markdown] name="title" lang="zh"
# # 标题{number}
# %% name="setup" role="setup"
use_language("en")
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "notebooks" / "source" / "01_x.py"
    path.parent.mkdir(parents=True)
    path.write_text(SOURCE.format(number=1), encoding="utf-8")
    return path


@pytest.fixture
def watching(linreg: Path, source: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [linreg, "build", "--watch"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield process
    process.kill()
    process.communicate()


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout is not None
    assert any(words in line for line in process.stdout), f"the watcher ended without saying {words!r}"


def test_a_saved_source_is_built_again_even_after_a_broken_save(
    watching: subprocess.Popen[str], source: Path, tmp_path: Path
) -> None:
    built = tmp_path / "notebooks" / "zh" / "01_x.ipynb"
    wait_for(watching, "changed: 2")
    assert "标题1" in built.read_text(encoding="utf-8")

    source.write_text(SOURCE.format(number=2) + '# %% name="setup"\n', encoding="utf-8")
    wait_for(watching, f"{source.relative_to(tmp_path)}:7: the name 'setup' is already used in line 5")
    assert "标题1" in built.read_text(encoding="utf-8")

    source.write_text(SOURCE.format(number=3), encoding="utf-8")
    wait_for(watching, "changed: 2")
    assert "标题3" in built.read_text(encoding="utf-8")

    watching.send_signal(signal.SIGINT)
    assert watching.wait() == 0


def test_ctrl_c_while_a_build_goes_on_ends_the_watch_as_quietly(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(sources: list[Path]) -> None:
        print("building")
        signal.raise_signal(signal.SIGINT)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(commands, "build", interrupted)
    commands.watch([source])
    assert capsys.readouterr().out.endswith("building\n")
