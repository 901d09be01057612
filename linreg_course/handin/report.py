"""What a preflight says, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from linreg_course.exercises import EXERCISES, load
from linreg_course.language import Text

if TYPE_CHECKING:  # a preflight is told by this module
    from linreg_course.handin.preflight import Preflight


def lines_of(preflight: Preflight) -> Iterator[Text]:
    """Yield the lines: what each check and each answer in words would get, the time, the findings, the score."""
    submission = preflight.submission
    head = f"{submission.path.name}: {submission.assignment} ({submission.lang})"
    yield Text(en=head, zh=head)
    for name, record in preflight.verdicts.items():
        yield _verdict_line(name, record)
    for name, written in preflight.free.items():
        state = Text(
            en="written, graded by hand" if written else "empty", zh="已作答，待人工评分" if written else "未作答"
        )
        yield Text(en=f"  {name}: {state.en}", zh=f"  {name}：{state.zh}")
    slowest = max(preflight.seconds, key=lambda name: preflight.seconds[name], default=None)
    if slowest is not None:
        total, longest = sum(preflight.seconds.values()), preflight.seconds[slowest]
        yield Text(
            en=f"time: {total:.1f} s in all, longest {slowest} {longest:.1f} s",
            zh=f"用时：共{total:.1f}秒，最长的是{slowest}，{longest:.1f}秒",
        )
    for finding in preflight.findings:
        yield Text(en=f"! {finding.en}", zh=f"! {finding.zh}")
    score = f"{preflight.score:g} / {preflight.points:g}"
    yield Text(en=f"score of the checks: {score}", zh=f"检查得分：{score}")


# How a list is written in each language.
LISTS = (("en", ", "), ("zh", "、"))


def _verdict_line(name: str, record: dict[str, Any] | None) -> Text:
    if record is None:
        return Text(en=f"  {name}: no score, its check did not end", zh=f"  {name}：没有得分，检查没有运行到底")
    states = {True: "✓", False: "✗", None: "–"}
    held = [(states[one], _title(record["exercise"], rule)) for rule, one in record["rules"].items()]
    en, zh = (separator.join(f"{mark} {getattr(title, lang)}" for mark, title in held) for lang, separator in LISTS)
    score = f"{record['score']:g} / {record['points']:g}"
    return Text(en=f"  {name}: {score}  ({en})", zh=f"  {name}：{score}（{zh}）")


def _title(exercise: str, rule: str) -> Text:
    """Return what a learner calls a rule; what a notebook made up keeps its name."""
    rules = load(exercise).WORDS.rules if exercise in EXERCISES else {}
    return rules[rule]["title"] if rule in rules else Text(en=rule, zh=rule)
