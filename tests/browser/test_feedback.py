"""The pages for students in a real Chromium: whole without a network, readable by all, and nothing of them runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import assert_no_script_runs, assert_stands_alone, faults
from conftest import SampleClass
from example_course import run
from playwright.sync_api import Page

# In English with all kinds of panels, in Chinese, with a kernel that died, and refused.
STUDENTS = ("04-sum", "03-in-chinese", "10-kernel-dies", "12-corrupt")


@pytest.fixture(scope="module")
def feedback(sample_class: SampleClass) -> Path:
    """The folder of the sample class's feedback."""
    done = run(sample_class.folder, "linreg", "feedback", "--solutions", "huber")
    assert done.returncode == 0, done.stdout + done.stderr
    return sample_class.folder / "course" / "feedback"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("student", STUDENTS)
def test_it_is_whole_offline_fits_its_window_and_axe_finds_nothing(
    feedback: Path, offline: Page, student: str, width: int
) -> None:
    assert_stands_alone(offline, feedback / student / "huber" / "huber.html", width)


def test_axe_finds_a_fault_where_there_is_one(offline: Page) -> None:
    offline.set_content("<html><title>x</title><p style='color:#ddd;background:#fff'>pale</p><img src=x></html>")
    assert {"color-contrast", "image-alt"} <= {one["id"] for one in faults(offline, "serious", "critical")}


def test_a_script_that_gets_onto_the_page_does_not_run(feedback: Path, page: Page, tmp_path: Path) -> None:
    assert_no_script_runs(page, feedback / "04-sum" / "huber" / "huber.html", tmp_path / "forged.html")
