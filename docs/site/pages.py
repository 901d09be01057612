"""From notebooks and pages of the repository to what Sphinx reads: the same cells, with a mark at each."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

SITE = Path(__file__).resolve().parent
COURSE = SITE.parents[1]

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")


def write_sources(executed: Path, lang: str, folder: Path) -> None:
    """Write the sources of the site in one language.

    Args:
        executed: the folder with the run notebooks of both languages.
        lang: "en" or "zh".
        folder: where the sources go; it is made.
    """
    shutil.copytree(SITE / lang, folder)
    for path in sorted((executed / lang).glob("*.ipynb")):
        (folder / path.name).write_text(json.dumps(notebook_source(path, lang)), encoding="utf-8")
    names = {path.name.partition(".")[0] for path in (COURSE / "docs").glob("*.zh.md")}
    for name in sorted(names):
        (folder / f"{name}.md").write_text(page_source(name, lang, names), encoding="utf-8")
    for page, name in (("GLOSSARY.md", "glossary"), ("docs/attacks.md", "attacks")):  # of both languages, and English
        text = _LINK.sub(lambda link: _within(link, names), (COURSE / page).read_text(encoding="utf-8"))
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def notebook_source(path: Path, lang: str) -> dict[str, Any]:
    """Return a run notebook as Sphinx reads it: without the proofs, which no learner has, and with marked places."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    built = json.loads((COURSE / "notebooks" / lang / path.name).read_text(encoding="utf-8"))
    known = {cell["id"] for cell in built["cells"]}
    notebook["cells"] = [_marked(cell, path.stem) for cell in notebook["cells"] if cell["id"] in known]
    return notebook


def _marked(cell: dict[str, Any], page: str) -> dict[str, Any]:
    """Fold the setup, and name each cell of text in both languages alike, so that one leads to the other."""
    if cell["id"] == "setup":
        cell["metadata"]["tags"] = ["hide-input"]
    if cell["cell_type"] == "markdown":
        text = "\n\n".join(part for part in "".join(cell["source"]).split("\n\n") if not _leads_across(part))
        cell["source"] = f"(cell-{page}-{cell['id']})=\n{text}"
    return cell


def _leads_across(paragraph: str) -> bool:
    """Tell whether a paragraph is the line of links to the other language: the site has its own on every page."""
    targets = [target for _, target in _LINK.findall(paragraph)]
    return any(target.startswith("../") for target in targets) and not _LINK.sub("", paragraph).strip(" ·\n")


def page_source(name: str, lang: str, names: set[str]) -> str:
    """Return a page of `docs/` with its links within the site; what is not on the site is named without a link."""
    page = COURSE / "docs" / (f"{name}.md" if lang == "en" else f"{name}.zh.md")
    lines = page.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith(("English · [", "[English](")))
    return _LINK.sub(lambda link: _within(link, names), text)


def _within(link: re.Match[str], names: set[str]) -> str:
    words, target = link.groups()
    if re.match(r"[a-z]+:|#", target):
        return link[0]
    path, _, place = target.partition("#")
    stem = Path(path).name.partition(".")[0]
    if stem in names and "/" not in path:
        return f"[{words}]({stem}.md{'#' + place if place else ''})"
    if path.endswith(("GLOSSARY.md", "attacks.md")):
        return f"[{words}]({stem.lower()}.md)"
    if "notebooks/" in path and path.endswith(".ipynb"):
        return f"[{words}]({Path(path).name})"
    return words
