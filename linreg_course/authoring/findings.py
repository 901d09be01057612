"""What `linreg build --check` asks of the words: twins, terms and numbers in notebooks, exercises and package."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from linreg_course.authoring.glossary import Term, refused_terms
from linreg_course.authoring.numbers import number_findings
from linreg_course.authoring.parity import differences
from linreg_course.authoring.printed import printed_findings
from linreg_course.authoring.source import Source
from linreg_course.checking.words import Words, words_of
from linreg_course.exercises import EXERCISES
from linreg_course.language import Text
from linreg_course.start.contents import CONTENTS, sentences

PACKAGE = Path(__file__).resolve().parents[1]


def source_findings(source: Source, terms: list[Term]) -> Iterator[str]:
    """Yield what is wrong with the words of a notebook's source."""
    for en, zh in source.twins():
        for message in _text_findings(Text(en.text, zh.text), terms):
            yield f"{source.path}:{zh.line}: {zh.name!r}: {message}"
    yield from number_findings(source)
    yield from printed_findings(source)


def package_findings(terms: list[Term]) -> Iterator[str]:
    """Yield what is wrong with the words of the exercises, the contents, and every `Text` in the package's code."""
    for name in EXERCISES:
        yield from words_findings(words_of(str(PACKAGE / "exercises" / f"{name}.py")), terms)
    for entry, text in sentences():
        for message in _text_findings(text, terms):
            yield f"{CONTENTS.relative_to(PACKAGE.parent)}: [{entry}]: {message}"
    for path in sorted(PACKAGE.rglob("*.py")):
        for line, text in _texts(path):
            for message in _text_findings(text, terms):
                yield f"{path.relative_to(PACKAGE.parent)}:{line}: {message}"


def words_findings(words: Words, terms: list[Term]) -> Iterator[str]:
    """Yield what is wrong with the words of one exercise."""
    path = words.path.relative_to(PACKAGE.parent) if words.path.is_relative_to(PACKAGE) else words.path
    for entry, text in _entries(words):
        for message in _text_findings(text, terms):
            yield f"{path}: [{entry}]: {message}"
    titles = [rule["title"] for rule in words.rules.values()]
    for name, hints in words.mistakes.items():
        if not any(_opens_with(hints["rule"], title) for title in titles):
            yield f"{path}: [mistakes.{name}]: the hint `rule` opens with 'Rule' and a rule's title, in both languages"


def _opens_with(hint: Text, title: Text) -> bool:
    in_english = hint.en.startswith((f"Rule {title.en}: ", f"Rules {title.en} and "))
    return in_english and hint.zh.startswith((f"规则“{title.zh}”：", f"规则“{title.zh}”和"))


def _entries(words: Words) -> Iterator[tuple[str, Text]]:
    for table, entries in (("rules", words.rules), ("mistakes", words.mistakes)):
        for name, texts in entries.items():
            yield from ((f"{table}.{name}.{key}", text) for key, text in texts.items())
    yield from ((f"says.{name}", text) for name, text in words.says.items())


def _text_findings(text: Text, terms: list[Term]) -> Iterator[str]:
    yield from differences(text.en, text.zh)
    yield from refused_terms(text.zh, terms)


def _texts(path: Path) -> Iterator[tuple[int, Text]]:
    """Yield line and words of each `Text(…)` whose sentences stand in the code; a place for a value is `{…}`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            given = {word.arg: word.value for word in node.keywords}
            sentences = [_literal(given.get(lang)) for lang in ("en", "zh")]
            if None not in sentences:
                yield node.lineno, Text(*map(str, sentences))


def _literal(node: ast.expr | None) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = (str(part.value) if isinstance(part, ast.Constant) else "{…}" for part in node.values)
    return "".join(parts)
