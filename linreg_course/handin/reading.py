"""Read a notebook that a student hands in, whatever was done to its file; rebuild it from the release."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from linreg_course.handin.conflicts import Versions, versions_of
from linreg_course.handin.decoding import decoded
from linreg_course.handin.decoding import told as told_encoding
from linreg_course.handin.loose import cells_before_the_end, cells_in, name_apart, notebook_in
from linreg_course.handin.matching import Released, defined, label_of
from linreg_course.handin.salvage import rebuilt
from linreg_course.handin.submission import Submission, UnreadableError, grade_id, read_bytes
from linreg_course.language import LANGUAGES, Text

# More than any notebook with its outputs has; all of it is read into memory, and each cell looked at.
MOST_BYTES, MOST_CELLS = 200 * 2**20, 5000

# How files begin that bear a notebook's name and are none.
_OTHERS = (
    (re.compile(rb"%PDF"), Text(en="a PDF", zh="PDF")),
    (
        re.compile(rb"\s*<(?!<)", re.ASCII),
        Text(en="a web page (was it downloaded without signing in?)", zh="网页（是不是没有登录就下载的？）"),
    ),
    (re.compile(rb"\xd0\xcf\x11\xe0"), Text(en="an Office document", zh="Office文档")),
    (re.compile(rb"\x89PNG|\xff\xd8\xff"), Text(en="a picture", zh="图片")),
    (re.compile(rb"Rar!|7z\xbc\xaf|\x1f\x8b"), Text(en="an archive that is no zip", zh="不是zip的压缩包")),
    (re.compile(rb"\s*(#|import |from |def |\"\"\"|---)"), Text(en="a script or a text", zh="脚本或文本")),
)


def read_handed_in(path: Path, releases: list[Submission], expected: str = "") -> Submission:
    """Return the submission in a file, with each cell of the release where it belongs.

    Args:
        path: where the file is.
        releases: the assignments as they were released, in each language.
        expected: the assignment that it is handed in as, where that is known.

    Raises:
        UnreadableError: the file cannot be read, or belongs to no assignment; `files` holds what there is of it.
    """
    content = _content(path)
    text, encoding = decoded(content)
    raw = _json(path, text)
    if raw is None:
        raise _no_json(path, content, text, releases, expected)
    if (count := len(cells_in(raw))) > MOST_CELLS:
        raise UnreadableError(_too_many(path, count))
    notebook, keeps_rules = notebook_in(raw)
    release, is_known = _release_of(notebook, releases, expected)
    if release is None:
        raise UnreadableError(_no_assignment(path, notebook))
    mended, repairs = rebuilt(notebook, release)
    told = (
        *([told_encoding(encoding)] if encoding else [] if _is_plain(content, raw) else [_ODD_BYTES]),
        *([] if keeps_rules else [_BROKEN_RULES]),
        *([_WIDGETS] if "widgets" in notebook.metadata else []),
        *([] if is_known else [_KNOWN_BY_CELLS]),
        *repairs.told(doubts=False),
    )
    doubts = repairs.told(doubts=True)
    used = mended if told or doubts else notebook
    return Submission(path, content, used, release.assignment, release.lang, told, doubts)


def as_saved(submission: Submission) -> NotebookNode:
    """Return the notebook in the bytes of a submission that could be read, before any repair of its cells."""
    raw = _json(submission.path, decoded(submission.content)[0])
    assert raw is not None
    return notebook_in(raw)[0]


_ODD_BYTES = Text(
    en="The file holds something that does not belong into a notebook, in it or behind its end: it is left out.",
    zh="文件里或文件末尾有不属于笔记本的内容：已略去。",
)
_BROKEN_RULES = Text(
    en="The file breaks the rules of the notebook format, or is of an old version: the text of its cells is taken.",
    zh="文件不符合笔记本格式的规定，或者是旧版本的格式：取用了单元格里的文本。",
)
_WIDGETS = Text(en="The saved state of controls is left out.", zh="略去了控件的保存状态。")
_KNOWN_BY_CELLS = Text(
    en="The notebook did not say which assignment and language it is: it is known by its cells.",
    zh="笔记本没有写明是哪个作业、哪种语言：是按它的单元格认出来的。",
)


def _content(path: Path) -> bytes:
    size = path.stat().st_size if path.exists() else 0
    if size > MOST_BYTES:
        raise UnreadableError(
            Text(
                en=f"{path.name} has {size // 2**20} MB: clear the outputs (Edit, Clear All Outputs), save, and hand "
                "in again.",
                zh=f"{path.name}有{size // 2**20} MB：请清除输出（编辑→清除所有输出），保存后再上交。",
            )
        )
    content = read_bytes(path)
    if not content.strip(b"\0 \r\n\t"):
        raise UnreadableError(
            Text(
                en=f"{path.name} is empty: hand in the notebook itself; an earlier copy may be in JupyterLab's folder "
                ".ipynb_checkpoints.",
                zh=f"{path.name}是空文件：请上交笔记本本身；JupyterLab的.ipynb_checkpoints文件夹里可能有更早的副本。",
            )
        )
    return content


def _too_many(path: Path, cells: int) -> Text:
    return Text(
        en=f"{path.name} has {cells} cells, and at most {MOST_CELLS} are graded: copy your answers into a fresh "
        "copy of the assignment.",
        zh=f"{path.name}有{cells}个单元格，最多评{MOST_CELLS}个：请把你的回答复制到一份新的作业里。",
    )


def _is_plain(content: bytes, raw: dict[str, Any]) -> bool:
    """Tell whether the bytes are nothing but JSON in UTF-8, as nbgrader reads it, of text that can be written again."""
    try:
        json.loads(content.decode())
        json.dumps(raw, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _json(path: Path, text: str) -> dict[str, Any] | None:
    """Return the object that the text holds, or None where it holds none; what stands behind it is left out."""
    text = text.lstrip("\ufeff \r\n\t\0")
    try:
        raw, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(raw, dict) and (isinstance(raw.get("cells"), list) or isinstance(raw.get("worksheets"), list)):
        return raw
    words = Text(
        en=f"{path.name} is no notebook: it holds no cells. Hand in the file that ends in .ipynb.",
        zh=f"{path.name}不是笔记本：里面没有单元格。请上交以.ipynb结尾的文件。",
    )
    raise UnreadableError(words)


def _no_json(path: Path, content: bytes, text: str, releases: list[Submission], expected: str) -> UnreadableError:
    """Return why a text is no notebook, with what there is of one."""
    versions = versions_of(text)
    if versions.places:
        return _conflict(path, versions)
    cells = cells_before_the_end(text, MOST_CELLS)
    if cells:
        return _cut_off(path, cells, releases, expected)
    other = next((words for pattern, words in _OTHERS if pattern.match(content)), None)
    if other is not None:
        return UnreadableError(
            Text(
                en=f"{path.name} is no notebook but {other.en}: hand in the file that ends in .ipynb, as JupyterLab "
                "saves it.",
                zh=f"{path.name}不是笔记本，而是{other.zh}：请上交JupyterLab保存的、以.ipynb结尾的文件。",
            )
        )
    return UnreadableError(
        Text(
            en=f"{path.name} is not a readable notebook: it is damaged, and no cell can be read. Save it again in "
            "JupyterLab, or hand in an earlier copy.",
            zh=f"{path.name}不是可读的笔记本：文件已损坏，读不出任何单元格。请在JupyterLab里重新保存，或者上交更早的副本。",
        )
    )


def _conflict(path: Path, versions: Versions) -> UnreadableError:
    names, conflicts = [f"{path.stem}-version-{number}.ipynb" for number in (1, 2)], versions.places
    files = {path.with_name(names[0]): versions.ours, path.with_name(names[1]): versions.theirs}
    places = f"{conflicts} place{'' if conflicts == 1 else 's'}"
    return UnreadableError(
        Text(
            en=f"{path.name} holds both sides of a merge conflict, in {places}, and none is chosen. The two "
            f"versions are {names[0]} and {names[1]}: look at both, and hand in the right one.",
            zh=f"{path.name}里有{conflicts}处合并冲突，两个版本都在，没有替你选。两个版本是{names[0]}和{names[1]}："
            "请都看一看，上交正确的那个。",
        ),
        files,
    )


def _cut_off(path: Path, cells: list[NotebookNode], releases: list[Submission], expected: str) -> UnreadableError:
    """Return that a file ends too soon, with a notebook of the cells that can be read."""
    name_apart(cells)
    notebook = new_notebook(cells=cells)
    release, _ = _release_of(notebook, releases, expected)
    if release is not None:
        notebook, _ = rebuilt(notebook, release)
    name = f"{path.stem}-recovered.ipynb"
    names = frozenset().union(*(defined(cell.source) for cell in cells if cell.cell_type == "code"))
    written = sorted(names & frozenset().union(*(Released(one.notebook.cells).answered for one in releases)))
    en, zh = (f", with {', '.join(written)},", f"，其中有{'、'.join(written)}") if written else ("", "")
    return UnreadableError(
        Text(
            en=f"{path.name} is not a readable notebook: it is damaged or cut off after {len(cells)} cells. What can "
            f"be read{en} is in {name}. Hand in a whole copy; an earlier one may be in the folder .ipynb_checkpoints.",
            zh=f"{path.name}不是可读的笔记本：{len(cells)}个单元格之后损坏或被截断。能读出来的{zh}在{name}里。"
            "请上交完整的副本；.ipynb_checkpoints文件夹里可能有更早的副本。",
        ),
        {path.with_name(name): nbformat.writes(notebook)},
    )


def _release_of(notebook: NotebookNode, releases: list[Submission], expected: str) -> tuple[Submission | None, bool]:
    """Return the release that a notebook comes from, and whether its metadata say so."""
    course = notebook.metadata.get("linreg_course")
    course = course if isinstance(course, dict) else {}
    source, lang = course.get("source"), course.get("language")
    likeness = {id(release): _likeness(notebook, release) for release in releases}
    known = [one for one in releases if (f"{one.assignment}.py", one.lang) == (source, lang)]
    if known and likeness[id(known[0])] > 0:
        return known[0], True
    best = max(
        releases,
        key=lambda one: (likeness[id(one)], one.assignment == expected, one.lang == lang, _same_texts(notebook, one)),
        default=None,
    )
    return (best, False) if best is not None and likeness[id(best)] > 0 else (None, False)


def _likeness(notebook: NotebookNode, release: Submission) -> int:
    """Return how many of a release's graded cells a notebook seems to hold."""
    graded = release.graded()
    labels, ids = {grade_id(cell) for cell in graded}, {cell.id for cell in graded}
    names = Released(release.notebook.cells).answered
    return sum(
        label_of(cell) in labels or cell.id in ids or (cell.cell_type == "code" and bool(defined(cell.source) & names))
        for cell in notebook.cells
    )


def _same_texts(notebook: NotebookNode, release: Submission) -> int:
    texts = {cell.source for cell in release.notebook.cells}
    return sum(cell.source in texts for cell in notebook.cells)


def _no_assignment(path: Path, notebook: NotebookNode) -> Text:
    course = notebook.metadata.get("linreg_course")
    if isinstance(course, dict) and course.get("language") in LANGUAGES:
        return Text(
            en=f"{path.name} has no graded cell: it is a lesson, or an assignment that lost its cells.",
            zh=f"{path.name}里没有评分的单元格：它是一节课，或者是丢失了单元格的作业。",
        )
    return Text(
        en=f"{path.name} does not say which assignment it is, and holds no cell of one. Copy your answers into a fresh "
        "copy of the assignment.",
        zh=f"{path.name}没有写明是哪个作业，里面也没有作业的单元格。请把你的回答复制到一份新的作业里。",
    )
