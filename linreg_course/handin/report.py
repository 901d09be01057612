"""What a preflight and a hand-in say, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linreg_course.checking.verdict import Outcome
from linreg_course.exercises import EXERCISES, load
from linreg_course.handin.answers import told
from linreg_course.handin.receipt import SUFFIX
from linreg_course.handin.submission import Submission, UnreadableError, named
from linreg_course.language import Text

if TYPE_CHECKING:  # a preflight is told by this module
    from linreg_course.handin.preflight import Preflight


def lines_of(preflight: Preflight) -> Iterator[Text]:
    """Yield the lines: what each check and each answer in words would get, the time, the findings, the score."""
    submission = preflight.submission
    name = submission.path.name
    yield Text(
        en=f"{name}: {submission.assignment}, {_TONGUES[submission.lang].en}",
        zh=f"{name}：{submission.assignment}，{_TONGUES[submission.lang].zh}",
    )
    for name, worth in {**dict.fromkeys(preflight.verdicts, 0.0), **preflight.worth}.items():
        yield _verdict_line(preflight, name, worth)
    for title, state in preflight.free:
        yield Text(en=f"  {title}: {told(state).en}", zh=f"  {title}：{told(state).zh}")
    for repair in submission.repairs:
        yield Text(en=f"repaired: {repair.en}", zh=f"已修复：{repair.zh}")
    if preflight.seconds:
        yield _time_line(preflight)
    for finding in preflight.findings:
        yield Text(en=f"! {finding.en}", zh=f"! {finding.zh}")
    score = f"{preflight.score:g} / {preflight.points:g}"
    yield Text(en=f"score of the checks: {score}", zh=f"检查得分：{score}")


def _time_line(preflight: Preflight) -> Text:
    slowest = max(preflight.seconds, key=lambda number: preflight.seconds[number])
    total, longest = sum(preflight.seconds.values()), preflight.seconds[slowest]
    name = named(preflight.submission.notebook, slowest)
    return Text(
        en=f"time: {total:.1f} s in all, longest {name} {longest:.1f} s",
        zh=f"用时：共{total:.1f}秒，最长的是{name}，{longest:.1f}秒",
    )


_TONGUES = {"en": Text(en="English", zh="英文"), "zh": Text(en="Chinese", zh="中文")}
# How a list is written in each language.
LISTS = (("en", ", "), ("zh", "、"))


def _verdict_line(preflight: Preflight, name: str, worth: float) -> Text:
    record = preflight.verdicts.get(name)
    if record is None:
        return Text(
            en=f"  {name}: 0 / {worth:g}, its check did not end", zh=f"  {name}：0 / {worth:g}，检查没有运行到底"
        )
    if record["outcome"] == Outcome.UNWRITTEN.value:
        return Text(en=f"  {name}: 0 / {worth:g}, not written yet", zh=f"  {name}：0 / {worth:g}，未作答")
    states = {True: "✓", False: "✗", None: "–"}
    held = [(states[one], _title(record["exercise"], rule)) for rule, one in record["rules"].items()]
    en, zh = (separator.join(f"{mark} {getattr(title, lang)}" for mark, title in held) for lang, separator in LISTS)
    score = f"{record['score']:g} / {record['points']:g}"
    return Text(en=f"  {name}: {score}  ({en})", zh=f"  {name}：{score}（{zh}）")


def _title(exercise: str, rule: str) -> Text:
    """Return what a learner calls a rule; what a notebook made up keeps its name."""
    rules = load(exercise).WORDS.rules if exercise in EXERCISES else {}
    return rules[rule]["title"] if rule in rules else Text(en=rule, zh=rule)


def running(submission: Submission) -> Text:
    """Return what is said while a submission runs."""
    name, cells = submission.path.name, submission.num_code_cells()
    return Text(
        en=f"Running {name} in a fresh kernel, as grading does ({cells} cells of code) …",
        zh=f"正在新的内核里运行{name}，与评分时一样（{cells}个代码单元格）……",
    )


WHICH = Text(
    en="You worked on both languages, and one notebook is handed in. Which?",
    zh="两种语言的笔记本你都写过，而上交的只有一个。交哪一个？",
)


def handed_in(path: Path, receipt: dict[str, Any]) -> Iterator[Text]:
    """Yield what a student has to know of the file handed in and of its receipt."""
    beside = path.with_suffix(SUFFIX)
    yield Text(
        en=f"Keep the receipt, code {receipt['code']}, which shows later what you handed in: {beside}",
        zh=f"请保存回执，校验码{receipt['code']}，它以后能证明你上交了什么：{beside}",
    )
    yield Text(en=f"Send this one file to your teacher: {path}", zh=f"请把这一个文件发给老师：{path}")


def refused(error: UnreadableError) -> Iterator[Text]:
    """Yield why a file is none to hand in; what can be read of it is put beside it, or it is said why not."""
    yield error.words
    try:
        error.keep()
    except OSError as failed:
        yield unwritable(failed)


NOT_HANDED_IN = Text(
    en="Nothing was handed in. Your notebook is as it was: make room or ask for the right to write there, then hand in "
    "again.",
    zh="没有上交。你的笔记本没有变化：请腾出空间或取得写入权限，再上交一次。",
)


def unwritable(error: OSError, safe: Text = NOT_HANDED_IN) -> Text:
    """Return why a file could not be written, and that the work itself is safe."""
    return Text(
        en=f"{error.filename} cannot be written ({error.strerror}). {safe.en}",
        zh=f"无法写入{error.filename}（{error.strerror}）。{safe.zh}",
    )
