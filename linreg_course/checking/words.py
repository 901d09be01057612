"""What a learner reads of an exercise: `NAME.toml` beside `NAME.py`, every sentence in both languages.

    [rules.value]                    a rule: its title, and its sentence below the task and in the panel
    [mistakes.sum]                   a known mistake: three hints, `ask` a question, `rule` which rule and why,
                                     `step` what to do
    [says]                           by name, what judging says came back and what should hold; {places} are
                                     filled with values

A key ends in `.en` or `.zh`, and the two stand on adjacent lines.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linreg_course.language import LANGUAGES, Text

RULE_KEYS = ("title", "text")
HINT_KEYS = ("ask", "rule", "step")
_KEYS = {"rules": RULE_KEYS, "mistakes": HINT_KEYS}


class WordsError(Exception):
    """Words and code of an exercise that do not belong together: file, entry and what to do."""

    def __init__(self, path: Path, entry: str, message: str) -> None:
        super().__init__(f"{path}: [{entry}]: {message}" if entry else f"{path}: {message}")


@dataclass(frozen=True)
class Words:
    """The words of one exercise.

    Attributes:
        path: the file that they were read in.
        rules: by rule its words, by `RULE_KEYS`.
        mistakes: by known mistake its hints, by `HINT_KEYS` in the order of telling.
        says: by name the sentences of judging.
    """

    path: Path
    rules: Mapping[str, Mapping[str, Text]]
    mistakes: Mapping[str, Mapping[str, Text]]
    says: Mapping[str, Text]

    def say(self, name: str, /, **values: object) -> Text:
        """Return the sentence `name` with the values in its places; a `Text` is put in by language.

        Raises:
            WordsError: there is no such sentence, or it has a place for which no value is given.
        """
        if name not in self.says:
            raise WordsError(self.path, "says", f"there is no sentence {name!r}")
        try:
            return Text(*(_filled(getattr(self.says[name], lang), lang, values) for lang in LANGUAGES))
        except (KeyError, IndexError, ValueError) as error:
            raise WordsError(self.path, f"says.{name}", f"a place has no value: {error}") from None


def words_of(module_file: str) -> Words:
    """Return the words beside an exercise's module.

    Raises:
        WordsError: the file is missing or no TOML, or an entry is not as the format above says.
    """
    path = Path(module_file).with_suffix(".toml")
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WordsError(path, "", f"an exercise needs this file: {error.strerror}") from None
    except ValueError as error:  # of TOML or UTF-8
        raise WordsError(path, "", str(error)) from None
    strange = set(tables) - {*_KEYS, "says"}
    if strange:
        raise WordsError(path, min(strange), "this table is none of rules, mistakes and says")
    parts = {kind: _entries(path, kind, keys, tables.get(kind, {})) for kind, keys in _KEYS.items()}
    says = {name: text_of(path, f"says.{name}", found) for name, found in tables.get("says", {}).items()}
    return Words(path, parts["rules"], parts["mistakes"], says)


def _entries(path: Path, kind: str, keys: tuple[str, ...], table: Mapping[str, Any]) -> dict[str, dict[str, Text]]:
    entries = {}
    for name, found in table.items():
        if not isinstance(found, dict) or set(found) != set(keys):
            raise WordsError(path, f"{kind}.{name}", f"it needs {', '.join(keys)}, and nothing else")
        entries[name] = {key: text_of(path, f"{kind}.{name}", found[key]) for key in keys}
    return entries


def text_of(path: Path, entry: str, found: Any) -> Text:
    """Return the sentence that an entry of a file holds.

    Raises:
        WordsError: it does not stand in both languages, or is empty.
    """
    if not isinstance(found, dict) or set(found) != set(LANGUAGES):
        raise WordsError(path, entry, f"a sentence stands in .en and .zh, not {found!r}")
    if not all(isinstance(words, str) and words.strip() for words in found.values()):
        raise WordsError(path, entry, "a sentence is a text that is not empty")
    return Text(**found)


def _filled(words: str, lang: str, values: Mapping[str, object]) -> str:
    if not values:
        return words
    return words.format(
        **{name: getattr(value, lang) if isinstance(value, Text) else value for name, value in values.items()}
    )
