"""What `linreg validate`, `submit` and `receipt` say on the terminal, and with which exit status they end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from linreg_course.handin.finding import meant
from linreg_course.handin.preflight import Preflight, preflight
from linreg_course.handin.receipt import check_receipt, read_receipt, write_handin
from linreg_course.handin.report import NOT_HANDED_IN, WHICH, handed_in, refused, running, unwritable
from linreg_course.handin.submission import Submission, UnreadableError
from linreg_course.language import LANGUAGES, Text, language, use_language


def validate(name: str) -> None:
    """Say what would be graded; fail if something would be lost."""
    with refusing():
        result = _run(chosen(name))
    click.echo(result)
    if result.findings:
        raise SystemExit(1)


def submit(name: str, yes: bool) -> None:
    """Write the file to hand in and its receipt; ask first where something is not finished."""
    with refusing():
        submission = chosen(name)
        result = _run(submission)
        click.echo(result)
        if not result.is_finished and not yes and not _confirmed(name):
            raise SystemExit(1)
        for words in handed_in(*write_handin(submission, datetime.now(UTC))):
            click.echo(words)


def receipt(path: Path) -> None:
    """Verify a receipt; fail if file or receipt were changed."""
    with refusing():
        content, notebook = read_receipt(path)
        if content.get("language") in LANGUAGES:
            use_language(content["language"])
        found = check_receipt(content, notebook)
    for words in found:
        click.echo(words)
    if found:
        raise SystemExit(1)
    name, time, code = content["assignment"], content["time"], content["code"]
    click.echo(Text(en=f"{name}, handed in {time}, code {code}", zh=f"{name}，上交时间{time}，校验码{code}"))
    click.echo(Text(en="File and receipt belong together and are unchanged.", zh="文件和回执相符，都没有改动过。"))


def chosen(name: str) -> Submission:
    """Return the one submission that `name` means, and use its language."""
    found = meant(name)
    if len(found) > 1:
        lang = click.prompt(str(WHICH), type=click.Choice([one.lang for one in found]), default=language())
        found = [one for one in found if one.lang == lang]
    use_language(found[0].lang)
    return found[0]


def _run(submission: Submission) -> Preflight:
    click.echo(running(submission), err=True)
    with _leaving(), click.progressbar(length=submission.num_code_cells(), file=sys.stderr) as bar:
        return preflight(submission, bar.update)


@contextmanager
def _leaving() -> Iterator[None]:
    """Leave as Ctrl-C does, with the kernel ended, when the terminal is closed or the process is asked to end."""

    def leave(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    known = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ours = [one for one in known if signal.getsignal(one) is signal.SIG_DFL]  # `nohup` ignores the second
    for one in ours:
        signal.signal(one, leave)
    try:
        yield
    finally:
        for one in ours:
            signal.signal(one, signal.SIG_DFL)


def _confirmed(name: str) -> bool:
    question = Text(en="This is not finished. Hand it in as it is?", zh="还没有全部完成。要按现在的样子上交吗？")
    try:
        confirmed = click.confirm(str(question))
    except click.Abort:  # nobody is there to answer
        confirmed = False
        click.echo()
    if not confirmed:
        words = Text(
            en=f"Nothing was handed in. `linreg submit --yes {name}` hands it in as it is.",
            zh=f"没有上交。要按现在的样子上交，请用`linreg submit --yes {name}`。",
        )
        click.echo(words, err=True)
    return confirmed


@contextmanager
def refusing(safe: Text = NOT_HANDED_IN) -> Iterator[None]:
    """Say in a sentence why a file cannot be taken, with exit status 2; end at once on Ctrl-C.

    Args:
        safe: what is said where nothing can be written: that the work itself is safe, and what to do.
    """
    try:
        yield
    except UnreadableError as error:
        for words in refused(error):
            click.echo(words, err=True)
        raise SystemExit(2) from None
    except OSError as error:
        click.echo(unwritable(error, safe), err=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        click.echo("\n" + str(Text(en="interrupted", zh="已中断")), err=True)
        raise SystemExit(130) from None
