"""Write the file to hand in with a receipt, and verify a receipt later."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from linreg_course.handin.answers import states
from linreg_course.handin.finding import course_folder, find_release
from linreg_course.handin.submission import Submission, UnreadableError
from linreg_course.language import Text

FOLDER, SUFFIX = "handin", ".receipt.json"


def write_handin(submission: Submission, now: datetime) -> tuple[Path, dict[str, Any]]:
    """Copy the submission, byte for byte, into the course's folder `handin/` with its receipt; return path and receipt.

    Nothing handed in before is touched: each time has its own folder. Outside of a course's folder,
    `handin/` is made beside the notebook.
    """
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    course = course_folder(submission.path) or submission.path.resolve().parent
    target = course / FOLDER / submission.assignment / stamp
    target.mkdir(parents=True, exist_ok=False)
    path = target / f"{submission.assignment}.ipynb"
    path.write_bytes(submission.content)
    receipt = make_receipt(submission, now)
    text = json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"
    path.with_suffix(SUFFIX).write_text(text, encoding="utf-8")
    return path, receipt


def make_receipt(submission: Submission, now: datetime) -> dict[str, Any]:
    """Return what a receipt says: content hash, time, what the file contains, and a code over all of it."""
    body = {
        "assignment": submission.assignment,
        "language": submission.lang,
        "time": now.astimezone(UTC).isoformat(timespec="seconds"),
        "bytes": len(submission.content),
        "sha256": hashlib.sha256(submission.content).hexdigest(),
        "cells": states(submission, find_release(submission)),
    }
    return {**body, "code": _code(body)}


def read_receipt(path: Path) -> tuple[dict[str, Any], Path]:
    """Return the receipt in a file, or beside a notebook, and the notebook's path.

    Raises:
        UnreadableError: there is no such file, or it is no receipt.
    """
    receipt_path = path.with_suffix(SUFFIX) if path.suffix == ".ipynb" else path
    if not path.exists():
        raise UnreadableError(Text(en=f"There is no file {path}.", zh=f"没有文件{path}。"))
    if not receipt_path.exists():
        words = Text(
            en=f"There is no receipt beside {path}: `linreg submit` puts it there as {receipt_path.name}.",
            zh=f"{path}旁边没有回执：`linreg submit`会把它写在那里，名为{receipt_path.name}。",
        )
        raise UnreadableError(words)
    try:
        receipt = json.loads(receipt_path.read_text(encoding="utf-8"))
        if {"assignment", "time", "sha256", "cells", "code"} <= receipt.keys():
            return dict(receipt), receipt_path.with_name(receipt_path.name.removesuffix(SUFFIX) + ".ipynb")
    except (OSError, ValueError, AttributeError):
        pass
    words = Text(
        en=f"{receipt_path} is not a receipt of `linreg submit`: give the file that ends in {SUFFIX}, or the notebook "
        "beside it.",
        zh=f"{receipt_path}不是`linreg submit`的回执：请给出以{SUFFIX}结尾的文件，或者它旁边的笔记本。",
    )
    raise UnreadableError(words)


def check_receipt(receipt: dict[str, Any], notebook: Path) -> list[Text]:
    """Return what is wrong with a receipt and the notebook beside it; nothing where both are as they were.

    A receipt shows that file and receipt belong together and are unchanged. It is no signature: whoever
    can write it can write another, so the instructor keeps a copy of its code when it is handed in.

    Raises:
        UnreadableError: the notebook cannot be read.
    """
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


def _code(body: dict[str, Any]) -> str:
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()[:16]
