"""What a kernel sends is a message that can stand in a notebook, or it is refused."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, output_from_msg

from linreg_course.warm.messages import MessageError, message_of

SHOWN = {"data": {"text/plain": "1", "application/x+json": {"a": [1]}}, "metadata": {}, "transient": {}}
CONTENTS: dict[str, dict[str, Any]] = {
    "status": {"execution_state": "idle"},
    "stream": {"name": "stderr", "text": "words"},
    "execute_result": {**SHOWN, "execution_count": 3},
    "display_data": SHOWN,
    "update_display_data": {**SHOWN, "transient": {"display_id": "x"}},
    "error": {"ename": "E", "evalue": "", "traceback": ["line"]},
    "execute_reply": {"status": "ok", "execution_count": 3},
    "execute_input": {"code": "1", "execution_count": 3},
    "comm_open": {"comm_id": "1", "data": {}},
}


def line(kind: Any, content: Any, **parts: Any) -> bytes:
    return json.dumps({"header": {"msg_type": kind}, "parent_header": {}, "content": content, **parts}).encode()


@pytest.mark.parametrize(("kind", "content"), CONTENTS.items())
def test_what_ipykernel_sends_is_a_message(kind: str, content: dict[str, Any]) -> None:
    found = message_of(line(kind, content))
    assert (found["msg_type"], found["content"]) == (kind, content)


deep: Any = []
for _ in range(60):
    deep = [deep]

REFUSED = {
    "no json": b"{",
    "no object": b"[]",
    "too deep to read": b"[" * 100_000,
    "no content": line("status", None),
    "no kind": line(None, {}),
    "no header": b'{"header": 3, "parent_header": {}, "content": {}}',
    "no parent": line("status", CONTENTS["status"], parent_header=[]),
    "no state": line("status", {}),
    "another stream": line("stream", {"name": "stdin", "text": "x"}),
    "no text": line("stream", {"name": "stdout", "text": 3}),
    "no data": line("display_data", {"metadata": {}}),
    "data that are no text": line("display_data", {**SHOWN, "data": {"text/plain": {"a": 1}}}),
    "no metadata": line("display_data", {"data": {}}),
    "a list for a name": line("display_data", {**SHOWN, "transient": {"display_id": []}}),
    "a word for a count": line("execute_result", {**SHOWN, "execution_count": "3"}),
    "a count that is no count": line("execute_input", {"execution_count": True}),
    "a count below 0": line("execute_result", {**SHOWN, "execution_count": -1}),
    "too deep": line("display_data", {**SHOWN, "data": {"application/json": deep}}),
    "no lines": line("error", {"ename": "E", "evalue": "", "traceback": "line"}),
    "no status": line("execute_reply", {}),
    "an error without a name": line("execute_reply", {"status": "error"}),
}


@pytest.mark.parametrize("told", REFUSED.values(), ids=REFUSED)
def test_anything_else_is_refused(told: bytes) -> None:
    with pytest.raises(MessageError):
        message_of(told)


def test_half_a_character_becomes_one_that_can_be_written() -> None:
    assert message_of(line("stream", {"name": "stdout", "text": "a\ud800b"}))["content"]["text"] == "a?b"
    assert message_of(line("stream", {"name": "stdout", "text": "线性"}))["content"]["text"] == "线性"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["idle", "ok", "stdout", "text/plain"]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text() | st.sampled_from(["data", "text"]), parts),
    max_leaves=8,
)


@given(st.sampled_from(["execute_result", "display_data", "stream", "error"]), anything, st.data())
def test_what_is_accepted_can_stand_in_a_notebook(kind: str, part: Any, data: st.DataObject) -> None:
    content = dict(CONTENTS[kind])
    content[data.draw(st.sampled_from([*content, "more"]))] = part
    try:
        found = message_of(line(kind, content))
    except MessageError:
        return
    cell = new_code_cell("", outputs=[output_from_msg(found)])
    nbformat.validate(new_notebook(cells=[cell]))
    nbformat.writes(new_notebook(cells=[cell])).encode()
