"""`linreg doctor` says what holds, by trying it; where a part does not, grading stops and says which."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from linreg_course.cli import main
from linreg_course.grading import before
from linreg_course.grading.before import require_cage
from linreg_course.language import LANGUAGES, use_language
from linreg_course.wall import doctor
from linreg_course.wall.doctor import PARTS, Found, examine

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the cage is Linux's")]


def test_every_part_holds_here() -> None:
    assert examine() == [Found(part, True, "") for part in PARTS]


def test_out_of_the_cage_every_try_is_possible_that_needs_no_rights(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (tmp_path / "scratch").mkdir()
    for part in ("read", "write", "network", "processes"):
        tries = doctor._tries(str(tmp_path / "scratch"), str(secret), 1)[part]
        tries.pop("another's environment", None)
        assert doctor._possible(tries) == f"possible: {', '.join(tries)}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_fits_one_screen_and_says_what_to_do(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [Found(part, part != "network", "possible: internet" * (part == "network")) for part in PARTS]
    for found, status, words in (
        (broken, 1, "--allow-unconfined"),
        ([Found(part, True, "") for part in PARTS], 0, "✓"),
    ):
        monkeypatch.setattr("linreg_course.wall.commands.examine", lambda found=found: found)
        use_language(lang)
        done = CliRunner().invoke(main, ["doctor"])
        assert done.exit_code == status, done.output
        assert words in done.output
        assert len(done.output.splitlines()) <= 24
        assert done.output.count("✗") == status


USER = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "--uid", "1000", "--gid", "1000", "--cap-drop", "ALL"]


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="bubblewrap makes the ordinary user here: install it")
def test_it_holds_for_an_ordinary_user_where_namespaces_are_forbidden() -> None:
    done = doctor_behind(*USER, "--disable-userns")
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", as an ordinary user" in done.stdout
    assert done.stdout.count("✓") == len(PARTS)


@pytest.mark.parametrize(("call", "told"), [("landlock_create_ruleset", "Landlock"), ("seccomp", "seccomp")])
def test_where_a_container_refuses_a_part_it_says_which(call: str, told: str) -> None:
    done = doctor_behind(sys.executable, "-c", REFUSE, call)
    assert done.returncode == 1
    assert done.stdout.count("✗") == len(PARTS)
    assert f"There is no cage here. {told}: " in done.stdout


# Runs the rest of its command line where a system call is answered as by a kernel that has none of it.
REFUSE = """
import ctypes, errno, os, sys, pyseccomp as s
rules = s.SyscallFilter(s.ALLOW)
rules.add_rule(s.ERRNO(errno.ENOSYS), sys.argv[1])
if sys.argv[1] == "seccomp": rules.add_rule(s.ERRNO(errno.EINVAL), "prctl", s.Arg(0, s.EQ, 22))
rules.load()
os.execv(sys.argv[2], sys.argv[2:])
"""


def doctor_behind(*wrapper: str) -> subprocess.CompletedProcess[str]:
    linreg = str(Path(sys.executable).with_name("linreg"))
    env = {**os.environ, "LANGUAGE": "en"}
    return subprocess.run([*wrapper, linreg, "doctor"], capture_output=True, text=True, env=env, check=False)


def test_grading_stops_and_names_the_part_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before, "examine", lambda: [Found("network", False, "possible: internet")])
    with pytest.raises(
        click.ClickException, match=r"no network and no sockets \(possible: internet\).*allow-unconfined"
    ):
        require_cage(tmp_path)


def test_a_course_that_submissions_could_read_is_not_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before, "readable", lambda: iter([tmp_path]))
    with pytest.raises(click.ClickException, match="move it"):
        require_cage(tmp_path / "course")


def test_elsewhere_nothing_holds_and_it_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.sys, "platform", "darwin")
    assert examine() == [Found(part, False, "a cage needs Linux, and this is darwin") for part in PARTS]


# Imports what grades and what says that it cannot, without what Windows and macOS do not have.
ELSEWHERE = """
import sys
sys.modules |= dict.fromkeys(["resource", "landlockpy", "pyseccomp"])
import linreg_course.grading.commands
from linreg_course.wall import cage
try: cage.enter(".")
except cage.CageError as error: print(error)
"""


def test_where_the_cages_libraries_are_missing_it_says_so_and_grading_can_be_imported() -> None:
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "landlockpy and pyseccomp" in done.stdout
