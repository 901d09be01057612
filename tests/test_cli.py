"""The command `linreg` speaks the learner's language, click's own words included, and lists what can be run here."""

from __future__ import annotations

import gettext
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from linreg_course import cli

LOCALE = Path(cli.__file__).parent / "locale" / "zh" / "LC_MESSAGES"
# What stays English in a Chinese sentence: programs, files, options, and names for what is to be given.
KEPT = re.compile(
    r"linreg|PyTorch|JupyterLab|nbgrader|zip|huber|notebooks|course|submitted|feedback|handin|work|both|en|zh|y|n|"
    r"collect|Moodle|Canvas|Gradescope|CSV|HTML|explain|regrade|report|"
    r"--?[a-z]+|[A-Z]{4,}|'[^']*'|build|release|grade|lab|receipt|run|submit|validate|update|doctor|fr"
)


def said(*arguments: str, lang: str) -> str:
    linreg = Path(sys.executable).with_name("linreg")
    done = subprocess.run([linreg, *arguments], env={**os.environ, "LANGUAGE": lang}, capture_output=True, text=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"], ["submit", "--help"], ["validate", "-h"], ["update", "-h"], ["receipt", "-h"], ["lab", "-h"],
        ["release", "-h"], ["submit"], ["receipt"], ["nothing"], ["submit", "--yse", "huber"],
        ["lab", "--language", "fr"], ["submit", "huber", "huber"], ["receipt", "--check"],
        ["submit", "--yes=1", "huber"], ["run", "--jobs", "n"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_in_chinese_no_english_sentence_is_left(arguments: list[str]) -> None:
    text = said(*arguments, lang="zh")
    assert re.search(r"[\u4e00-\u9fff]", text)
    assert re.findall(r"[A-Za-z]{2,}", KEPT.sub("", text)) == []
    assert not re.search(r"[\u4e00-\u9fff]", said(*arguments, lang="en"))


def test_clicks_words_are_compiled_from_what_can_be_read() -> None:
    written = read_po(io.BytesIO((LOCALE / "messages.po").read_bytes()))
    compiled = gettext.GNUTranslations(io.BytesIO((LOCALE / "messages.mo").read_bytes()))
    for message in written:
        if message.id and message.string:
            one, told = (
                (message.id, message.string) if isinstance(message.id, str) else (message.id[0], message.string[0])
            )
            assert compiled.ngettext(one, one, 1) in (told, one)
            assert compiled.gettext(one) == told


def test_a_students_installation_lists_what_it_can_run(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = {"nbgrader", "jupytext"}
    monkeypatch.setattr(cli, "find_spec", lambda name: None if name in absent else object())
    listed = cli.main.list_commands(cli.main.make_context("linreg", [], resilient_parsing=True))
    assert listed == ["lab", "receipt", "submit", "update", "validate"]
