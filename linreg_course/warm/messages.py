"""Jupyter's messages as a kernel sends them: whoever holds its socket may send anything, so each is looked at first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

# How deep the parts of a message may be nested: what copies and writes a notebook recurses.
MAX_DEPTH = 50

Content = dict[str, Any]


class MessageError(ValueError):
    """A line that is no message as a kernel of Jupyter's sends it."""


def message_of(line: bytes) -> dict[str, Any]:
    """Return the message in a line.

    Raises:
        MessageError: there is none in it.
    """
    try:
        told = json.loads(line.decode(errors="replace"))
        if b"\\ud" in line:  # half a character, which no file can hold
            told = json.loads(json.dumps(told, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError) as error:
        raise MessageError(f"no JSON: {type(error).__name__}") from None
    parts = ("header", "parent_header", "content")
    if not isinstance(told, dict) or not all(isinstance(told.get(part), dict) for part in parts):
        raise MessageError("no message")
    kind, content = told["header"].get("msg_type"), told["content"]
    if not isinstance(kind, str) or not _is_shallow(told, MAX_DEPTH):
        raise MessageError("no message")
    if not _is_count(content.get("execution_count")) or not _CONTENTS.get(kind, lambda content: True)(content):
        raise MessageError(f"no {kind}")
    return {**{part: told[part] for part in parts}, "metadata": {}, "buffers": [], "msg_type": kind}


def _is_shallow(value: Any, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return depth > 0 and all(_is_shallow(part, depth - 1) for part in parts)


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and value >= 0)


def _is_stream(content: Content) -> bool:
    return content.get("name") in ("stdout", "stderr") and isinstance(content.get("text"), str)


def _is_display(content: Content) -> bool:
    data, transient = content.get("data"), content.get("transient") or {}
    if not (isinstance(data, dict) and isinstance(content.get("metadata"), dict) and isinstance(transient, dict)):
        return False
    return all(_is_shown(kind, part) for kind, part in data.items()) and _is_name(transient.get("display_id"))


def _is_shown(kind: str, part: Any) -> bool:
    return kind.endswith("json") or isinstance(part, str) or (isinstance(part, list) and _are_strings(part))


def _is_name(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_error(content: Content) -> bool:
    lines = content.get("traceback")
    return isinstance(lines, list) and _are_strings([content.get("ename"), content.get("evalue"), *lines])


def _is_reply(content: Content) -> bool:
    return content.get("status") in ("ok", "aborted") or (content.get("status") == "error" and _is_error(content))


def _are_strings(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


_CONTENTS: dict[str, Callable[[Content], bool]] = {
    "status": lambda content: isinstance(content.get("execution_state"), str),
    "stream": _is_stream,
    "execute_result": _is_display,
    "display_data": _is_display,
    "update_display_data": _is_display,
    "error": _is_error,
    "execute_reply": _is_reply,
}
