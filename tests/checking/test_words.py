"""The words of an exercise: read from TOML beside the module, refused where they are not whole or not matched."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from example_course import COURSE

from linreg_course.authoring.findings import words_findings
from linreg_course.checking.exercise import check_words
from linreg_course.checking.words import Words, WordsError, words_of
from linreg_course.exercises import EXERCISES, huber_scale, load
from linreg_course.language import Text

FOLDER = COURSE / "linreg_course" / "exercises"
WHOLE = (FOLDER / "huber_scale.toml").read_text(encoding="utf-8")


def words(folder: Path, text: str) -> Words:
    (folder / "huber_scale.toml").write_text(text, encoding="utf-8")
    return words_of(str(folder / "huber_scale.py"))


def exercise(folder: Path, text: str) -> Any:
    """Return the exercise `huber_scale` with other words."""
    module = ModuleType("huber_scale")
    vars(module).update({**vars(huber_scale), "WORDS": words(folder, text)})
    return module


@pytest.mark.parametrize("name", EXERCISES)
def test_words_and_code_of_every_exercise_belong_together(name: str) -> None:
    check_words(load(name))


BROKEN = {
    "no table": ('[other]\na.en = "x"\n', r"\[other\]: this table is none of rules, mistakes and says"),
    "no TOML": ("[rules", "Expected"),
    "one language": ('[says]\na.en = "x"\n', r"\[says.a\]: a sentence stands in .en and .zh"),
    "another language": ('[says]\na.en = "x"\na.zh = "x"\na.de = "x"\n', r"\[says.a\]: a sentence stands in"),
    "an empty sentence": ('[says]\na.en = "x"\na.zh = " "\n', r"\[says.a\]: a sentence is a text that is not empty"),
    "a number": ("[says]\na.en = 1\na.zh = 1\n", r"\[says.a\]: a sentence is a text that is not empty"),
    "a missing hint": ('[mistakes.a]\nask.en = "x"\nask.zh = "x"\n', r"\[mistakes.a\]: it needs ask, rule, step"),
    "a rule without a title": ('[rules.a]\ntext.en = "x"\ntext.zh = "x"\n', r"\[rules.a\]: it needs title, text"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_an_entry_that_is_not_whole_is_refused_with_file_and_entry(tmp_path: Path, kind: str) -> None:
    text, message = BROKEN[kind]
    with pytest.raises(WordsError, match=f"^{tmp_path}/huber_scale.toml: .*{message}"):
        words(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WordsError, match=r"absent\.toml: an exercise needs this file: No such file"):
        words_of(str(tmp_path / "absent.py"))


ONE_SIDED = {
    "a rule without code": ("[rules.identity]", "[rules.other]", r"\[rules.identity\]: the module has it"),
    "a mistake without code": ("[mistakes.one]", "[mistakes.two]", r"\[mistakes.one\]: the module has it"),
    "hints of nothing": (WHOLE[:1], WHOLE[WHOLE.index("[mistakes.one]") :].partition("\n\n")[0].replace("one", "new")
                         + "\n\n" + WHOLE[:1], r"\[mistakes.new\]: this file has it, and the module has not"),
    "a sentence that nobody says": ("[says]\n", '[says]\nmore.en = "x"\nmore.zh = "x"\n', r"\[says.more\]: this file"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ONE_SIDED)
def test_what_stands_on_one_side_alone_is_refused_with_file_and_entry(tmp_path: Path, kind: str) -> None:
    old, new, message = ONE_SIDED[kind]
    with pytest.raises(WordsError, match=f"^{tmp_path}/huber_scale.toml: {message}"):
        check_words(exercise(tmp_path, WHOLE.replace(old, new, 1)))


def test_places_are_filled_by_language(tmp_path: Path) -> None:
    found = words(tmp_path, '[says]\na.en = "{n} of {what}"\na.zh = "{what}有{n}个"\nb.en = "{}"\nb.zh = "{}"\n')
    assert found.say("a", n=3, what=Text(en="rows", zh="行")) == Text(en="3 of rows", zh="行有3个")
    assert found.say("b") == Text(en="{}", zh="{}")
    with pytest.raises(WordsError, match=r"\[says.a\]: a place has no value: 'what'"):
        found.say("a", n=3)
    with pytest.raises(WordsError, match=r"\[says\]: there is no sentence 'c'"):
        found.say("c")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("Have you tried delta = 2?", "Have you tried delta = 3?", "[mistakes.one.ask]: the twins differ in a number"),
        ("两个损失之比", "两个损失值之比，共三轮", "[rules.value.text]: calls epoch '三轮'"),
        ("Rule identity: for", "For", "[mistakes.one]: the hint `rule` opens with"),
        ("规则“恒等式”：对", "规则“另一条”：对", "[mistakes.one]: the hint `rule` opens with"),
    ],
)
def test_words_are_held_to_twins_terms_and_rule_names(tmp_path: Path, old: str, new: str, message: str) -> None:
    from linreg_course.authoring.glossary import read_glossary

    assert WHOLE.count(old) == 1
    terms = read_glossary(COURSE / "GLOSSARY.md")
    (finding,) = words_findings(words(tmp_path, WHOLE.replace(old, new)), terms)
    assert f"{tmp_path}/huber_scale.toml: {message}" in finding


def test_a_hint_that_a_teacher_mends_reaches_panel_and_hint_without_a_build(tmp_path: Path) -> None:
    shutil.copytree(COURSE / "linreg_course", tmp_path / "linreg_course", ignore=shutil.ignore_patterns("__pycache__"))
    hints = tmp_path / "linreg_course" / "exercises" / "huber_scale.toml"
    mended = WHOLE.replace("Have you tried delta = 2?", "And at delta = 2?").replace("The default hides", "One hides")
    hints.write_text(mended, encoding="utf-8")
    code = "\n".join(
        [
            "from linreg_course import check",
            "print(check.huber_scale(lambda delta: 1.0))",
            "check.hint('huber_scale'); check.hint('huber_scale')",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "hint: And at delta = 2?" in done.stdout
    assert "One hides the factor" in done.stdout


def test_no_sentence_of_a_learner_stands_in_the_code_of_an_exercise() -> None:
    for name in EXERCISES:
        code = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
        assert re.findall(r"[一-鿿]+", code) == []


def test_english_and_chinese_of_a_sentence_stand_on_adjacent_lines() -> None:
    for name in EXERCISES:
        lines = (FOLDER / f"{name}.toml").read_text(encoding="utf-8").split("\n")
        keys = [line.partition(" = ")[0] for line in lines if " = " in line and not line.startswith("#")]
        assert [key.removesuffix(".en") for key in keys[::2]] == [key.removesuffix(".zh") for key in keys[1::2]]
