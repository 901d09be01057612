"""The image for graders: its steps in order, and what it is for, as its user."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from dockerfile import Image, is_sent, steps_of
from example_course import COURSE, copy_course
from namespace import refusal
from nbgrader.api import Gradebook

DOCKERFILE = COURSE / "docker" / "grader.Dockerfile"
STUDENT = "01-right"


def test_nothing_that_is_private_reaches_docker() -> None:
    ignore = (COURSE / ".dockerignore").read_text(encoding="utf-8")
    private = ("course/seed.key", "course/gradebook.db", "course/submitted/ann/huber/huber.ipynb", ".git/config")
    for path in (*private, ".venv/bin/python", "notebooks/source/huber.py", "linreg_course/__pycache__/cli.pyc"):
        assert not is_sent(path, ignore), path
    for path in ("linreg_course/grading/grade.py", "requirements/default.txt", "pyproject.toml"):
        assert is_sent(path, ignore), path


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    """The image after all its steps, with a course of the grader's in its folder."""
    if reason := refusal():
        pytest.skip(reason)
    if shutil.which("dpkg") is None:
        pytest.skip("the image is Debian's, and this machine has no dpkg to ask for the packages that apt-get installs")
    made = Image(tmp_path_factory.mktemp("image") / "root", COURSE)
    try:
        for name, rest in steps_of(DOCKERFILE):
            made.step(name, rest)
        course = made.root / "course"
        course.rmdir()
        copy_course(course, "huber")
        subprocess.run(["chown", "-R", "1000:1000", course], check=True)
        yield made
    finally:
        made.close()
        shutil.rmtree(made.root)


@pytest.mark.long
@pytest.mark.slow
def test_the_cage_holds_in_the_image(image: Image) -> None:
    said = image.does(" ".join(image.command))
    assert "as an ordinary user" in said
    assert "All of it holds" in said


@pytest.mark.long
@pytest.mark.slow
def test_a_submission_is_graded_in_the_image(image: Image) -> None:
    image.does("linreg release huber && python tools/sample_class.py")
    submitted = image.root / "course" / "course" / "submitted"
    for folder in submitted.iterdir():
        if folder.name != STUDENT:
            shutil.rmtree(folder)
    image.does("linreg grade huber")
    with Gradebook(f"sqlite:///{submitted.parent / 'gradebook.db'}") as gradebook:
        assert [one.score for one in gradebook.assignment_submissions("huber")] == [12.0]
    assert (submitted.parent / "gradebook.db").stat().st_uid == 1000


@pytest.mark.long
@pytest.mark.slow
def test_the_image_can_be_a_worker_of_a_cluster(image: Image) -> None:
    assert "dask worker" in image.does("dask worker --help")
    assert os.path.dirname(image.does("command -v dask")) == "/python/bin"
