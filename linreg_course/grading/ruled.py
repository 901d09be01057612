"""What a verdict's record says of each rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from linreg_course.language import Text

NOTHING = Text("", "")


@dataclass(frozen=True)
class Ruled:
    """A rule, and what became of it.

    Attributes:
        rule: its name.
        points: the most that it gives.
        title: what a learner calls it.
        text: what it asks.
        holds: None where it was not tried.
        call: a call in which it does not hold, or "".
        line: the line of the answer that raised, or "".
        came: what came back; in both languages the same where it is code or a value.
        should: what should hold.
    """

    rule: str
    points: float
    title: Text
    text: Text
    holds: bool | None
    call: str = ""
    line: str = ""
    came: Text = NOTHING
    should: Text = NOTHING

    @property
    def given(self) -> float:
        """The points that it gives."""
        return self.points if self.holds else 0.0

    @property
    def came_is_code(self) -> bool:
        """Tell whether what came back is code or a value."""
        return self.came.en == self.came.zh


def rules_in(record: dict[str, Any] | None) -> list[Ruled]:
    """Return the rules of a verdict in their order; none where there is no verdict (see `Verdict.record`)."""
    return [] if record is None else [_ruled(record, detail) for detail in record.get("details", [])]


def hints_in(record: dict[str, Any] | None) -> list[Text]:
    """Return the hints of a verdict, in the order of telling."""
    return [Text(*hint) for hint in (record or {}).get("hints", [])]


def _ruled(record: dict[str, Any], detail: dict[str, Any]) -> Ruled:
    words: dict[str, Any] = {key: Text(*detail[key]) for key in ("title", "text", "came", "should") if key in detail}
    plain: dict[str, Any] = {key: detail[key] for key in ("rule", "points", "call", "line") if key in detail}
    holds = None if record.get("note") else record["rules"].get(detail["rule"])
    return Ruled(holds=holds, **plain, **words)
