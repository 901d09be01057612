"""Every notebook runs in both languages, and says in words what its figures show."""

from __future__ import annotations

from pathlib import Path

import nbformat


def test_every_notebook_runs_and_the_languages_agree(executed: Path, course: Path) -> None:
    built = {path.relative_to(course / "notebooks") for path in (course / "notebooks").glob("[ez][nh]/*.ipynb")}
    assert {path.relative_to(executed) for path in executed.glob("*/*.ipynb")} == built
    assert len(built) >= 16


def test_every_figure_has_words_beside_it_and_as_alt_text(executed: Path) -> None:
    pages = [
        output.data["text/html"]
        for path in executed.glob("*/*.ipynb")
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output and "<img" in output.data.get("text/html", "")
    ]
    assert len(pages) >= 28
    for page in pages:
        alt = page.split('alt="')[1].split('"')[0]
        assert len(alt) > 15
        assert f"<figcaption>{alt}</figcaption>" in page


def test_no_lesson_shows_an_image_without_words(executed: Path) -> None:
    for path in executed.glob("*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                assert not {"image/png", "image/svg+xml"} & set(output.get("data", {})), f"{path.name}: {cell.id}"
