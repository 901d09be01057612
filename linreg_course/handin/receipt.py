"""Write the file to hand in with a receipt, and verify a receipt later."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linreg_course.handin.comparison import find_release
from linreg_course.handin.submission import Submission, UnreadableError, grade_id, read_submission, role
from linreg_course.language import LANGUAGES, Text

FOLDER = "handin"


def worked_on(work: Path, assignment: str) -> list[Submission]:
    """Return the copies of an assignment in `work/en` and `work/zh` that differ from the release in an answer.

    Raises:
        UnreadableError: there is no copy at all, or one is damaged.
    """
    paths = [path for lang in LANGUAGES if (path := work / lang / f"{assignment}.ipynb").exists()]
    if not paths:
        raise UnreadableError(
            Text(
                en=f"There is no {assignment}.ipynb in {work / 'en'} or {work / 'zh'}: give the notebook's path.",
                zh=f"{work / 'en'}和{work / 'zh'}里都没有{assignment}.ipynb：请给出笔记本的路径。",
            )
        )
    return [submission for path in paths if _written(submission := read_submission(path))]


def submit(submission: Submission, folder: Path, now: datetime) -> Path:
    """Copy the submission, byte for byte, into a folder of its own with its receipt; return the notebook's path.

    Nothing handed in before is touched: each time has its own folder.
    """
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    target = folder / FOLDER / submission.assignment / stamp
    target.mkdir(parents=True, exist_ok=False)
    path = target / f"{submission.assignment}.ipynb"
    path.write_bytes(submission.content)
    receipt = make_receipt(submission, now)
    text = json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"
    path.with_suffix(".receipt.json").write_text(text, encoding="utf-8")
    return path


def make_receipt(submission: Submission, now: datetime) -> dict[str, Any]:
    """Return what a receipt says: content hash, time, what the file contains, and a code over all of it."""
    body = {
        "assignment": submission.assignment,
        "language": submission.lang,
        "time": now.astimezone(UTC).isoformat(timespec="seconds"),
        "bytes": len(submission.content),
        "sha256": hashlib.sha256(submission.content).hexdigest(),
        "cells": _cells(submission),
    }
    return {**body, "code": _code(body)}


def check_receipt(path: Path) -> list[Text]:
    """Return what is wrong with a receipt and the notebook beside it; nothing where both are as they were.

    A receipt shows that file and receipt belong together and are unchanged. It is no signature: whoever
    can write it can write another, so the instructor keeps a copy of its code when it is handed in.

    Raises:
        UnreadableError: there is no receipt in the file, or no notebook beside it.
    """
    receipt_path = path.with_suffix(".receipt.json") if path.suffix == ".ipynb" else path
    receipt = _read_receipt(receipt_path)
    notebook = receipt_path.with_name(receipt_path.name.removesuffix(".receipt.json") + ".ipynb")
    try:
        content = notebook.read_bytes()
    except OSError:
        raise UnreadableError(
            Text(en=f"The notebook {notebook} is not beside its receipt.", zh=f"回执旁边没有笔记本{notebook}。")
        ) from None
    found = []
    if hashlib.sha256(content).hexdigest() != receipt["sha256"]:
        found.append(
            Text(
                en=f"{notebook.name} is not the file that was handed in: its content has another hash.",
                zh=f"{notebook.name}不是当时上交的文件：内容的哈希值不同。",
            )
        )
    if _code({key: value for key, value in receipt.items() if key != "code"}) != receipt["code"]:
        found.append(Text(en="The receipt itself was changed.", zh="回执本身被改动过。"))
    return found


def _read_receipt(path: Path) -> dict[str, Any]:
    try:
        receipt = json.loads(path.read_text(encoding="utf-8"))
        if {"assignment", "time", "sha256", "cells", "code"} <= receipt.keys():
            return dict(receipt)
    except (OSError, ValueError, AttributeError):
        pass
    words = Text(en=f"{path} is not a receipt of `linreg submit`.", zh=f"{path}不是`linreg submit`的回执。")
    raise UnreadableError(words)


def _code(body: dict[str, Any]) -> str:
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _cells(submission: Submission) -> dict[str, str]:
    """Return for each answer and free response whether it was written."""
    answers = [cell for cell in submission.graded() if role(cell) != "check"]
    untouched = _untouched(submission)
    return {grade_id(cell): "untouched" if grade_id(cell) in untouched else "written" for cell in answers}


def _untouched(submission: Submission) -> set[str]:
    release = find_release(submission)
    theirs = {grade_id(cell): cell.source.strip() for cell in release.graded()} if release else {}
    return {grade_id(cell) for cell in submission.graded() if cell.source.strip() in ("", theirs.get(grade_id(cell)))}


def _written(submission: Submission) -> bool:
    return "written" in _cells(submission).values()
