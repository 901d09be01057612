"""When a submission was due and when it came, as the gradebook has it, in one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from nbgrader.api import SubmittedAssignment

from linreg_course.grading.points import number
from linreg_course.language import Text

_NONE = timedelta(0)


@dataclass(frozen=True)
class Lateness:
    """What the gradebook has of a submission's time; all times are in UTC.

    Attributes:
        due: when the assignment is due for everybody, or None.
        extension: what this student has beyond that.
        handed_in: when it was handed in, or None where that is not known.
        seconds_late: how long after the time that was due for this student.
        penalty: points taken off for it, when it was last graded.
    """

    due: datetime | None = None
    extension: timedelta = _NONE
    handed_in: datetime | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0

    @property
    def words(self) -> Text:
        """What is to be said of it; "" in both languages where nothing is due."""
        if self.due is None:
            return Text(en="", zh="")
        due, more, came, less = moment(self.due), self._extended(), self._came(), self._less()
        return Text(
            en=f"Due {due}{more.en}, {came.en}{less.en}.",
            zh=f"截止时间为{due}{more.zh}，{came.zh}{less.zh}。",
        )

    @property
    def until(self) -> str:
        """Until when it could be handed in without being late, or ""; what a penalty rests on."""
        return (self.due + self.extension).isoformat() if self.due is not None else ""

    @property
    def is_plain(self) -> bool:
        """Tell whether nothing is due, or it came in time without more ado."""
        in_time = self.handed_in is not None and not self.seconds_late and not self.extension
        return not self.penalty and (self.due is None or in_time)

    def _extended(self) -> Text:
        if not self.extension:
            return Text(en="", zh="")
        long = span(abs(self.extension))
        if self.extension < _NONE:
            return Text(en=f", brought forward by {long.en}", zh=f"，提前{long.zh}")
        return Text(en=f", extended by {long.en}", zh=f"，延期{long.zh}")

    def _came(self) -> Text:
        if self.handed_in is None:
            return Text(en="handed in at an unknown time", zh="上交时间未知")
        if not self.seconds_late:
            return Text(en="handed in on time", zh="按时上交")
        late = span(timedelta(seconds=self.seconds_late))
        return Text(en=f"handed in {late.en} late", zh=f"迟交{late.zh}")

    def _less(self) -> Text:
        if self.penalty:
            points = number(self.penalty)
            return Text(en=f": {points} point{'' if points == '1' else 's'} off", zh=f"，扣{points}分")
        return Text(en=": no points off", zh="，不扣分") if self.seconds_late else Text(en="", zh="")


def lateness_of(submission: SubmittedAssignment) -> Lateness:
    """Return what the gradebook has of a submission's time."""
    due, extension, handed_in = submission.assignment.duedate, submission.extension or _NONE, submission.timestamp
    # nbgrader's own property fails where an extension was given and no due date.
    seconds = max(0.0, (handed_in - due - extension).total_seconds()) if due and handed_in else 0.0
    return Lateness(due, extension, handed_in, seconds, submission.late_submission_penalty or 0.0)


def moment(time: datetime) -> str:
    """Return a time in UTC as it is written in both languages; seconds only where there are some."""
    return f"{time:%Y-%m-%d %H:%M:%S}".removesuffix(":00") + " UTC"


def span(time: timedelta) -> Text:
    """Return how long it is, in days, hours and minutes, and in seconds where it is less than a minute."""
    minutes, seconds = divmod(round(time.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "day" if days == 1 else "days", "天"), (hours, "h", "小时"), (minutes, "min", "分钟")]
    kept = [part for part in parts if part[0]] or [(seconds, "s", "秒")]
    en, zh = [f"{count} {unit}" for count, unit, _ in kept], [f"{count}{unit}" for count, _, unit in kept]
    return Text(en=" ".join(en), zh="".join(zh))


def clock(time: timedelta) -> str:
    """Return how long it is as a spreadsheet reads it, hours first: 51:05:00."""
    seconds = round(abs(time).total_seconds())
    sign = "-" if time < _NONE else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
