"""`linreg doctor` says what holds, by trying it; where a part does not, grading stops and says which."""

from __future__ import annotations

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
