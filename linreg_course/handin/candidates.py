"""Which of the files that were handed in is the notebook: renamed, zipped, too deep, in either language, or several."""

from __future__ import annotations

import itertools
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from linreg_course.handin.answers import State, states
from linreg_course.handin.reading import MOST_BYTES, read_handed_in
from linreg_course.handin.submission import Submission, UnreadableError
from linreg_course.language import Text

# More files, and notebooks, than anybody hands in: what lies beyond is not looked at.
_MOST_FILES, _MOST = 2000, 20
# As many names as a sentence lists, and zips as are unpacked.
_FEW = 5
_NOTEBOOK = re.compile(r"\.ipynb\b", re.IGNORECASE)
# The folders that `linreg submit` makes, one each time.
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")
_ZIP = b"PK\x03\x04"


class Found(NamedTuple):
    """The notebook that is taken, and what there is to say of the choice."""

    submission: Submission
    repairs: tuple[Text, ...]
    doubts: tuple[Text, ...]


def assignments_among(roots: list[Path], releases: list[Submission]) -> set[str]:
    """Return which assignments files and folders hold; of what cannot be read, it may be any."""
    with TemporaryDirectory(prefix="linreg-", ignore_cleanup_errors=True) as unpacked:
        read, errors = _read(_notebooks(_all_files(roots, Path(unpacked)), roots), "", releases)
    found = {one.assignment for one in read}
    return found or ({release.assignment for release in releases} if errors else set())


def notebook_among(roots: list[Path], assignment: str, releases: list[Submission], unpacked: Path) -> Found:
    """Return the notebook of an assignment among files and folders that were handed in.

    Of several, it is the one with the most answers, and of those with as many the one that nbgrader would take.

    Args:
        roots: what was handed in, the expected place first.
        assignment: its name.
        releases: the assignments as they were released.
        unpacked: an empty folder, in which zips are unpacked.

    Raises:
        UnreadableError: there is none; it says what there is.
    """
    files = _all_files(roots, unpacked)
    read, errors = _read(_notebooks(files, roots), assignment, releases)
    named = {path: _shown(path, [*roots, *unpacked.glob("*")]) for path in files}
    ours = [one for one in read if one.assignment == assignment]
    if not ours:
        raise _none(assignment, read, errors, [named[path] for path in files])
    chosen, *others = sorted(ours, key=lambda one: (-len(_written(one, releases)), _distance(one, roots, assignment)))
    expected = [root / f"{assignment}.ipynb" for root in roots if root.name == assignment]
    return Found(
        chosen, tuple(_chosen(chosen, expected, others, named)), tuple(_rivals(chosen, others, releases, named))
    )


def _all_files(roots: list[Path], unpacked: Path) -> list[Path]:
    """Return the files that were handed in, and those in the zips among them."""
    files = [path for root in roots for path in files_below(root)]
    zips = [path for path in files if _is_zip(path)][:_FEW]
    return files + [
        path for number, one in enumerate(zips) for path in files_below(unzipped(one, unpacked / str(number)))
    ]


def _notebooks(files: list[Path], roots: list[Path]) -> list[Path]:
    """Return the notebooks among files, of those that `linreg submit` has written only its last one's.

    A file that lies in the place of a folder is one too, whatever its name.
    """
    paths = [path for path in files if (_NOTEBOOK.search(path.name) or path in roots) and not _is_zip(path)]
    stamps = {path: stamp.group() for path in paths if (stamp := _STAMP.search(path.parent.name))}
    last = max(stamps.values(), default="")
    return sorted((path for path in paths if stamps.get(path, last) == last), key=lambda path: len(path.parts))[:_MOST]


def files_below(root: Path) -> list[Path]:
    """Return the plain files below a folder, or the file itself; nothing hidden, no copies that programs keep."""
    if root.is_symlink():
        return []
    if root.is_file():
        return [root]
    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        paths = (Path(folder) / name for name in sorted(names) if not name.startswith("."))
        found += itertools.islice((path for path in paths if stat.S_ISREG(path.lstat().st_mode)), _MOST_FILES)
        if len(found) >= _MOST_FILES:
            break
    return found[:_MOST_FILES]


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == _ZIP
    except OSError:
        return False


def unzipped(path: Path, folder: Path) -> Path:
    """Unpack a zip and return the folder; of one that is damaged or too large, what was unpacked so far.

    Each file keeps the time when it was last changed.
    """
    folder.mkdir(parents=True)
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist()[:_MOST_FILES]:
                left -= member.file_size
                if left < 0:
                    break
                file = archive.extract(member, folder)  # never outside of it
                changed = datetime(*member.date_time).timestamp()
                os.utime(file, (changed, changed))
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError):
        pass
    return folder


def _read(
    paths: list[Path], assignment: str, releases: list[Submission]
) -> tuple[list[Submission], list[tuple[Path, UnreadableError]]]:
    read, errors = [], []
    for path in paths:
        try:
            read.append(read_handed_in(path, releases, assignment))
        except UnreadableError as error:
            errors.append((path, error))
    return read, errors


def _shown(path: Path, roots: list[Path]) -> str:
    root = next(root for root in roots if path.is_relative_to(root))
    return path.relative_to(root).as_posix() if path != root else path.name


def _distance(submission: Submission, roots: list[Path], assignment: str) -> tuple[bool, int, str]:
    path = submission.path
    return path.name != f"{assignment}.ipynb", len(path.parts), str(path)


def _written(submission: Submission, releases: list[Submission]) -> dict[str, str]:
    """Return the texts of the answers that are not as they were released, by grade_id."""
    release = next(
        (one for one in releases if (one.assignment, one.lang) == (submission.assignment, submission.lang)), None
    )
    written = {name for name, state in states(submission, release).items() if state is not State.UNTOUCHED}
    return {
        name: cell.source.strip()
        for cell in submission.graded()
        if (name := cell.metadata["nbgrader"]["grade_id"]) in written
    }


def _chosen(
    chosen: Submission, expected: list[Path], others: list[Submission], named: dict[Path, str]
) -> Iterator[Text]:
    if chosen.path in expected:
        return
    if chosen.lang == "zh" and any(other.path in expected and other.lang == "en" for other in others):
        yield Text(
            en="The Chinese notebook was taken: it has more answers than the English one.",
            zh="采用了中文笔记本：它的回答比英文的多。",
        )
        return
    name = named[chosen.path]
    yield Text(
        en=f"The notebook {name} was taken: it lay in another place, or had another name.",
        zh=f"采用了笔记本{name}：它的位置或文件名与要求的不同。",
    )


def _rivals(
    chosen: Submission, others: list[Submission], releases: list[Submission], named: dict[Path, str]
) -> Iterator[Text]:
    ours = _written(chosen, releases)
    for other in others:
        theirs = _written(other, releases)
        differ = sorted(name for name, text in theirs.items() if ours.get(name) != text)
        if differ:
            name, cells = named[other.path], ", ".join(differ)
            yield Text(
                en=f"Another notebook, {name}, has other answers ({cells}) and is not graded: which one is meant?",
                zh=f"另一个笔记本{name}里有不同的回答（{cells}），没有评分：要交的是哪一个？",
            )


def _none(
    assignment: str, read: list[Submission], errors: list[tuple[Path, UnreadableError]], names: list[str]
) -> UnreadableError:
    """Return why there is no notebook to grade."""
    if errors and not read:
        return min(errors, key=lambda one: (one[0].name != f"{assignment}.ipynb", len(one[0].parts)))[1]
    if read:
        other = read[0].assignment
        return UnreadableError(
            Text(
                en=f"The file is the assignment {other}, handed in as {assignment}: hand in the other file here, and "
                f"this one as {other}.",
                zh=f"这个文件是作业{other}，却作为{assignment}上交：请在这里上交另一个文件，并把这个作为{other}上交。",
            )
        )
    few = ", ".join(names[:_FEW]) + (", …" if len(names) > _FEW else "")
    if not names:
        return UnreadableError(
            Text(
                en=f"Nothing was handed in for {assignment}: the folder is empty. Hand in {assignment}.ipynb.",
                zh=f"{assignment}没有上交任何文件：文件夹是空的。请上交{assignment}.ipynb。",
            )
        )
    return UnreadableError(
        Text(
            en=f"No notebook was handed in for {assignment}, only {few}: hand in the file {assignment}.ipynb.",
            zh=f"{assignment}没有上交笔记本，只有{few}：请上交文件{assignment}.ipynb。",
        )
    )
