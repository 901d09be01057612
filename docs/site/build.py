"""Build the site to read: all pages in both languages, from notebooks that were run already.

    .venv-book/bin/python docs/site/build.py [EXECUTED] [OUT]

EXECUTED is what `linreg run --save EXECUTED` has left, `build/executed` unless it is said; OUT, `build/book`, is
made anew. It can be read from a file system and asks nothing of a network. The same run gives the same files.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

SITE = Path(__file__).resolve().parent
COURSE = SITE.parents[1]
sys.path[:0] = [str(SITE), str(COURSE)]

from pages import write_sources  # noqa: E402

from linreg_course.language import LANGUAGES  # noqa: E402

THEME_IN_CHINESE = {
    "Color mode": "配色",
    "System Settings": "跟随系统",
    "Toggle primary sidebar": "展开或收起目录",
    "Toggle secondary sidebar": "展开或收起本页内容",
}


def build(executed: Path, out: Path) -> None:
    """Write the site in both languages to `out`, or end with what Sphinx found.

    Args:
        executed: a folder with a run copy of every notebook in `en/` and `zh/`.
        out: the site's folder; once the new one is whole, what was in it is gone.
    """
    missing = [lang for lang in LANGUAGES if not any((executed / lang).glob("*.ipynb"))]
    if missing:
        sys.exit(f"no run notebooks in {executed / missing[0]}: type `linreg run --save {executed}` first")
    with tempfile.TemporaryDirectory() as work:
        for lang in LANGUAGES:
            _build_language(executed, lang, Path(work))
        shutil.rmtree(out, ignore_errors=True)
        for lang in LANGUAGES:
            shutil.copytree(
                Path(work) / "html" / lang, out / lang, ignore=shutil.ignore_patterns(".buildinfo", "_sources")
            )
            shutil.copytree(COURSE / "notebooks" / lang, out / lang / "notebooks")
    shutil.copy(SITE / "cover.html", out / "index.html")
    print(f"open {out / 'index.html'}")


def _build_language(executed: Path, lang: str, work: Path) -> None:
    write_sources(executed, lang, work / lang)
    options = ["-q", "-W", "--keep-going", "-t", lang, "-c", str(SITE), "-d", f"{work}/doctrees-{lang}"]
    if build_main(["-b", "html", *options, str(work / lang), str(work / "html" / lang)]) != 0:
        sys.exit(f"the site in {lang} has the faults above")
    for path in (work / "html" / lang).glob("*.html"):
        path.write_text(_labelled(path.read_text(encoding="utf-8"), lang), encoding="utf-8")


def _labelled(html: str, lang: str) -> str:
    """Return a page with the labels that the theme does not translate, and none that hides the words in its place."""
    html = html.replace(' aria-label="Toggle hidden content"', "")
    for label, words in THEME_IN_CHINESE.items() if lang == "zh" else ():
        html = html.replace(f'"{label}"', f'"{words}"').replace(f">{label}<", f">{words}<")
    return html


if __name__ == "__main__":
    given = [Path(word) for word in sys.argv[1:]]
    build(*given, *[COURSE / "build" / "executed", COURSE / "build" / "book"][len(given) :])
