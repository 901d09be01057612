"""No attack gets a point that its answer does not deserve, nothing outside its folder, nothing of anybody else."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from attacks.arena import in_arena
from attacks.cells import ATTACKS
from attacks.hostile_class import AFTER, NAME, hand_in

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("bwrap") is None, reason="attacks are let loose in bubblewrap alone: install it"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is left of a class in which every second student attacks, after `linreg grade`."""
    folder = hand_in(tmp_path_factory.mktemp("attacks"), ATTACKS)
    linreg = str(Path(sys.executable).with_name("linreg"))
    return in_arena(folder, 900, linreg, "grade", NAME, "--jobs", "2")


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_what_its_answer_deserves(told: dict[str, Any], name: str) -> None:
    assert told["scores"].get(name) == ATTACKS[name].score, ATTACKS[name].tries
    assert told["shown"].get(name) == [], ATTACKS[name].tries


@pytest.mark.parametrize("name", ATTACKS)
def test_the_next_submission_is_graded_as_if_it_had_not_been_there(told: dict[str, Any], name: str) -> None:
    assert told["scores"].get(name + AFTER) == 8
    assert told["shown"].get(name + AFTER) == []


def test_nothing_outside_is_changed_left_or_heard(told: dict[str, Any]) -> None:
    assert told["changed"] == []
    assert told["left"] == []
    assert told["processes"] == []
    assert told["heard"] == []


def test_the_whole_class_has_scores(told: dict[str, Any]) -> None:
    assert told["status"] == 0, told["said"]
    assert len(told["scores"]) == 2 * len(ATTACKS)
    assert len(ATTACKS) >= 60
