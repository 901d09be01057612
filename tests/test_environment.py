"""The set-up speaks in sentences: what stopped it and how to go on."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def environment(course: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", course / "tools" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def small_course(course: Path, tmp_path: Path) -> Path:
    """A course whose environment needs one small package, to be set up for real."""
    (tmp_path / "tools").mkdir()
    shutil.copy(course / "tools" / "environment.py", tmp_path / "tools")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "small"\nversion = "0"\n')
    (tmp_path / "requirements").mkdir()
    for name in ("default.txt", "newest.txt"):
        (tmp_path / "requirements" / name).write_text("six==1.17.0\n")
    return tmp_path


def set_up(course: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, course / "tools" / "environment.py"]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **variables})


def test_an_older_python_is_refused_in_one_sentence(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is Python 3\.10"):
        environment.set_up(tmp_path / ".venv", "default")
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(...)'",
            "the package index cannot be reached",
        ),
        ("Command '[... '-m', 'ensurepip']' returned non-zero exit status 1.", "install python3-venv"),
    ],
)
def test_what_the_system_says_becomes_a_sentence_with_a_way_on(
    environment: ModuleType, output: str, sentence: str
) -> None:
    explained = environment.explain(output)
    assert sentence in explained
    assert "again" in explained
    assert "\n" not in explained


def test_without_a_network_the_set_up_says_so_and_leaves_no_stamp(small_course: Path) -> None:
    unreachable = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0", "PIP_CONFIG_FILE": os.devnull}
    hidden = dict.fromkeys(("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"), "")
    done = set_up(small_course, **unreachable, **hidden)
    assert done.returncode == 1
    assert "the package index cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (small_course / ".venv" / "ready").exists()


def test_an_environment_left_without_pip_is_made_anew(environment: ModuleType, tmp_path: Path) -> None:
    half = tmp_path / ".venv"
    venv.create(half, with_pip=False)
    environment.make_venv(half)
    pip = subprocess.run([environment.python_of(half), "-m", "pip", "--version"], capture_output=True, text=True)
    assert str(half) in pip.stdout


def test_a_complete_environment_is_left_alone(environment: ModuleType, small_course: Path) -> None:
    environment.COURSE = small_course
    folder = small_course / ".venv"
    venv.create(folder, with_pip=False)
    version = sys.version_info >= (3, 12)
    inputs = (small_course / "requirements" / ("newest.txt" if version else "default.txt")).read_bytes()
    inputs += (small_course / "pyproject.toml").read_bytes()
    (folder / "ready").write_text(hashlib.sha256(inputs).hexdigest())
    before = sorted(folder.rglob("*"))
    environment.set_up(folder, "default")
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("version", "installed"),
    [((3, 11), ["default.txt"]), ((3, 12), ["newest.txt", "d2l==1.0.3"])],
)
def test_the_lock_is_that_of_the_environments_own_python(
    environment: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    small_course: Path,
    version: tuple[int, int],
    installed: list[str],
) -> None:
    environment.COURSE = small_course
    calls: list[str] = []
    monkeypatch.setattr(environment, "version_of", lambda folder: version)
    monkeypatch.setattr(environment, "pip", lambda folder, *arguments: calls.append(Path(arguments[-1]).name))
    environment.set_up(small_course / ".venv", "default")
    assert calls == [*installed, small_course.name]


def test_a_students_copy_installs_its_wheel_and_a_new_wheel_makes_it_install_again(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch, small_course: Path
) -> None:
    environment.COURSE = small_course
    calls: list[tuple[str, ...]] = []
    monkeypatch.setattr(environment, "make_venv", lambda folder: folder.mkdir(exist_ok=True))
    monkeypatch.setattr(environment, "version_of", lambda folder: (3, 11))
    monkeypatch.setattr(environment, "pip", lambda folder, *arguments: calls.append(arguments))
    (small_course / "pyproject.toml").unlink()
    wheel = small_course / "linreg_course-1.0-py3-none-any.whl"
    for content in ("one", "one", "two"):
        wheel.write_text(content)
        environment.set_up(small_course / ".venv", "default")
    installed = [arguments for arguments in calls if str(wheel) in arguments]
    assert installed == [("--no-deps", "--force-reinstall", str(wheel))] * 2
