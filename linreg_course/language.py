"""The learner's language, and text that exists in both."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass

LANGUAGES = ("en", "zh")

_in_use = "en"


@dataclass(frozen=True)
class Text:
    """A sentence shown to a learner, in English and in Chinese; `str()` gives it in the language in use."""

    en: str
    zh: str

    def __str__(self) -> str:
        return self.en if _in_use == "en" else self.zh


def use_language(code: str) -> None:
    """Show every `Text` in the language `code` from now on.

    Args:
        code: "en" or "zh".

    Raises:
        ValueError: `code` is another language.
    """
    global _in_use
    if code not in LANGUAGES:
        raise ValueError(f"use_language: there is no language {code!r}; use one of {', '.join(LANGUAGES)}")
    _in_use = code


def language() -> str:
    """Return the code of the language in use."""
    return _in_use


def locale_language() -> str:
    """Return the code of the language that the user's system speaks.

    The variables come first, in gettext's order: of a locale that is not installed, Python sees nothing.
    """
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    named = next(filter(None, map(os.environ.get, names)), None) or locale.getlocale()[0] or ""
    return "zh" if named.lower().startswith(("zh", "chinese")) else "en"
