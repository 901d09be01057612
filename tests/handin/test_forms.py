"""Notebooks as other programs save them: what makes the form is written by hand from the programs' documentation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from damaged_class import undamaged
from damages import Notebook, cells_of, dumped

from linreg_course.handin.candidates import notebook_among
from linreg_course.handin.finding import releases

NAME = "loss-and-init"
STREAM = {"name": "stdout", "output_type": "stream", "text": ["done\n"]}


def lines(notebook: Notebook, minor: int, metadata: dict[str, Any]) -> Notebook:
    """Give the notebook's sources as lists of lines, its minor version and its metadata; below 4.5 a cell has no id."""
    course = notebook["metadata"]["linreg_course"]
    for cell in notebook["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
        if minor < 5:
            del cell["id"]
    return {**notebook, "nbformat_minor": minor, "metadata": {"linreg_course": course, **metadata}}


def colab(notebook: Notebook) -> Notebook:
    # Ids stand in the cells' metadata, with the output's beside them; the state of widgets has no key "state".
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {"id": f"Zt{number}xQe", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "e1"}
    widgets = {"application/vnd.jupyter.widget-state+json": {"a1": {"model_module": "@jupyter-widgets/base"}}}
    kernel = {"name": "python3", "display_name": "Python 3"}
    return lines(notebook, 0, {"colab": {"provenance": []}, "kernelspec": kernel, "widgets": widgets})


def vs_code(notebook: Notebook) -> Notebook:
    # The kernel is called after its environment, the version of the file before conversion is kept.
    for cell in notebook["cells"]:
        cell["metadata"] |= {"vscode": {"languageId": "python"}}
    kernel = {"name": "python3", "display_name": ".venv (3.11.9)", "language": "python"}
    return lines(notebook, 2, {"kernelspec": kernel, "orig_nbformat": 4})


def kaggle(notebook: Notebook) -> Notebook:
    # Cells have two ids of Kaggle's and times of execution; outputs are left out.
    for cell in notebook["cells"]:
        cell["metadata"] |= {"_uuid": "8f2839", "_cell_guid": "b1076d", "trusted": True}
        cell["metadata"] |= {"execution": {"iopub.status.busy": "2026-03-01T10:00:00.000Z"}}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return lines(notebook, 4, {"kernelspec": kernel, "kaggle": {"accelerator": "none", "isGpuEnabled": False}})


def deepnote(notebook: Notebook) -> Notebook:
    # Of the cells' own metadata nothing stays, and a cell with an advertisement ends the notebook.
    for number, cell in enumerate(notebook["cells"]):
        kind = cell["cell_type"]
        cell["metadata"] = {"cell_id": f"{number:05}-c1", "deepnote_cell_type": kind, "tags": [], "source_hash": "b6"}
    mark = {"tags": [], "created_in_deepnote_cell": True, "deepnote_cell_type": "markdown"}
    end = {"cell_type": "markdown", "id": "end", "metadata": mark, "source": "<a>Created in Deepnote</a>"}
    notebook["cells"].append(end)
    saved = lines(notebook, 2, {"deepnote": {}, "deepnote_notebook_id": "9f1c", "orig_nbformat": 2})
    del saved["metadata"]["linreg_course"]
    return saved


def classic_notebook_6(notebook: Notebook) -> Notebook:
    # The toolbar and extensions write into the metadata; a long output is marked as scrolled.
    for cell in notebook["cells"]:
        cell["metadata"] |= {"ExecuteTime": {"end_time": "2026-03-01T10:00:00Z"}}
        if cell["cell_type"] == "code":
            cell["metadata"] |= {"collapsed": False, "scrolled": True}
            cell |= {"outputs": [STREAM], "execution_count": 3}
    toc = {"base_numbering": 1, "nav_menu": {}, "number_sections": True}
    return lines(notebook, 4, {"celltoolbar": "Create Assignment", "toc": toc, "varInspector": {"cols": {}}})


def jupyterlab_3(notebook: Notebook) -> Notebook:
    # New cells get a uuid for an id, and an empty list of tags.
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"] |= {"tags": []}
        if "nbgrader" not in cell["metadata"]:
            cell["id"] = f"4b2d1c7e-0a3f-4c56-9d10-{number:012x}"
    return lines(notebook, 5, {"toc-autonumbering": True})


def jupyterlab_4(notebook: Notebook) -> Notebook:
    # Headings can be collapsed; `editable` and `slideshow` are written when the property inspector was open.
    for cell in notebook["cells"]:
        more = {"jp-MarkdownHeadingCollapsed": True} if cell["cell_type"] == "markdown" else {"scrolled": True}
        cell["metadata"] |= {**more, "slideshow": {"slide_type": ""}}
        cell["metadata"].setdefault("editable", True)
    return lines(notebook, 5, {})


def nbstripout(notebook: Notebook) -> Notebook:
    # Outputs and counts go, and each id becomes the cell's number, unless it is told to keep them.
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = str(number)
    return lines(notebook, 5, {})


def nbstripout_of_metadata(notebook: Notebook) -> Notebook:
    # As many set it up: without all of the cells' metadata.
    for cell in notebook["cells"]:
        cell["metadata"] = {}
    return nbstripout(notebook)


def jupytext_from_a_script(notebook: Notebook) -> Notebook:
    # Made anew from a script whose header filters metadata out: ids are drawn, and magics stand for other languages.
    for number, cell in enumerate(notebook["cells"]):
        cell |= {"metadata": {}, "id": f"{number * 2654435761 % 2**32:08x}"}
    pair = {"formats": "ipynb,py:percent", "cell_metadata_filter": "-all", "notebook_metadata_filter": "-all"}
    saved = lines(notebook, 5, {"jupytext": pair, "kernelspec": {"name": "python3", "display_name": "Python 3"}})
    del saved["metadata"]["linreg_course"]
    return saved


FORMS = (
    *(colab, vs_code, kaggle, deepnote, classic_notebook_6, jupyterlab_3, jupyterlab_4),
    *(nbstripout, nbstripout_of_metadata, jupytext_from_a_script),
)
# nbgrader itself reads these as they are.
AS_THEY_ARE = (vs_code, kaggle, classic_notebook_6, jupyterlab_3, jupyterlab_4, nbstripout)


def answers(notebook: Any) -> dict[str, str]:
    found = [*cells_of(notebook, "solution"), *cells_of(notebook, "words"), *cells_of(notebook, "check")]
    return {cell["metadata"]["nbgrader"]["grade_id"]: cell["source"] for cell in found}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_its_answers_are_found_and_its_language(
    course: Path, tmp_path: Path, form: Callable[[Notebook], Notebook], lang: str
) -> None:
    right = answers(undamaged(course / "notebooks", NAME, lang).notebook)
    folder = tmp_path / NAME
    folder.mkdir()
    saved = form(undamaged(course / "notebooks", NAME, lang).notebook)
    (folder / f"{NAME}.ipynb").write_bytes(dumped(saved))
    (folder / f"{NAME}.py").write_text("# %%\n# the other of a pair\n")
    found = notebook_among([folder], NAME, releases(course / "_"), tmp_path / "unpacked")
    assert answers(found.submission.notebook) == right
    assert (found.submission.lang, found.doubts, found.submission.doubts) == (lang, (), ())
    assert found.submission.is_as_saved is (form in AS_THEY_ARE)
