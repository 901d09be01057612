"""What `linreg validate`, `submit` and `receipt` say on the terminal, and with which exit status they end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click

from linreg_course.handin.comparison import find_release, findings
from linreg_course.handin.preflight import validate as preflight
from linreg_course.handin.receipt import check_receipt, make_receipt, worked_on
from linreg_course.handin.receipt import submit as write_handin
from linreg_course.handin.submission import Submission, UnreadableError, read_submission
from linreg_course.language import Text, language, locale_language, use_language


def validate(path: Path) -> None:
    """Say what would be graded; fail if something would be lost."""
    use_language(locale_language())
    try:
        use_language(read_submission(path).lang)
        result = preflight(path)
    except UnreadableError as error:
        _refuse(error.words)
    click.echo(result)
    if result.findings:
        raise SystemExit(1)


def submit(file: str) -> None:
    """Write the file to hand in and its receipt."""
    use_language(locale_language())
    try:
        submission = _chosen(file)
    except UnreadableError as error:
        _refuse(error.words)
    use_language(submission.lang)
    for finding in findings(submission, find_release(submission)):
        click.echo(f"! {finding}")
    now = datetime.now(UTC)
    path = write_handin(submission, Path.cwd(), now)
    receipt = make_receipt(submission, now)
    for name, state in receipt["cells"].items():
        click.echo(f"  {name}: {_STATES[state]}")
    click.echo(Text(en=f"hand in {path}", zh=f"请上交{path}"))
    click.echo(
        Text(
            en=f"receipt {path.with_suffix('.receipt.json')}, code {receipt['code']}: keep both",
            zh=f"回执{path.with_suffix('.receipt.json')}，校验码{receipt['code']}：请一并保存",
        )
    )


def receipt(path: Path) -> None:
    """Verify a receipt; fail if file or receipt were changed."""
    use_language(locale_language())
    try:
        found = check_receipt(path)
    except UnreadableError as error:
        _refuse(error.words)
    for words in found:
        click.echo(words)
    if found:
        raise SystemExit(1)
    click.echo(Text(en="file and receipt belong together and are unchanged", zh="文件和回执相符，都没有改动过"))


_STATES = {"written": Text(en="written", zh="已作答"), "untouched": Text(en="untouched", zh="未作答")}


def _chosen(file: str) -> Submission:
    """Return the submission in a file, or the copy of the assignment `file` in `work/` that was worked on."""
    if file.endswith(".ipynb") or Path(file).is_file():
        return read_submission(Path(file))
    found = worked_on(Path("work"), file)
    if len(found) > 1:
        return _asked(found)
    if not found:
        words = Text(
            en=f"Nothing was written in {file} yet: to hand it in empty, give the notebook's path.",
            zh=f"{file}里还什么都没有写：要上交空的作业，请给出笔记本的路径。",
        )
        raise UnreadableError(words)
    return found[0]


def _asked(found: list[Submission]) -> Submission:
    question = Text(
        en="You worked on both languages, and one notebook is handed in. Which?",
        zh="两种语言的笔记本你都写过，而上交的只有一个。交哪一个？",
    )
    lang = click.prompt(str(question), type=click.Choice([one.lang for one in found]), default=language())
    return next(one for one in found if one.lang == lang)


def _refuse(words: Text) -> NoReturn:
    click.echo(words, err=True)
    raise SystemExit(2)
