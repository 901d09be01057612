"""Small sources for tests: a setup cell is always there, and `←` marks the line that an error should name."""

from __future__ import annotations

from pathlib import Path

from linreg_course.authoring.source import Source, read_source

MARK = "←"
SETUP = '# %% name="setup" role="setup"\nfrom linreg_course.language import use_language\nuse_language("en")\n'


def code(name: str, text: str, role: str = "") -> str:
    """Return a code cell."""
    header = f'# %% name="{name}" role="{role}"' if role else f'# %% name="{name}"'
    return f"{header}\n{text}\n"


def twins(name: str, en: str, zh: str, keys: str = "") -> str:
    """Return a pair of markdown cells; `keys` stands in both headers."""
    return "".join(
        f'# %% [markdown] name="{name}" lang="{lang}" {keys}'.rstrip() + "\n" + _commented(text)
        for lang, text in (("en", en), ("zh", zh))
    )


def write(folder: Path, *cells: str) -> Path:
    """Write `folder/source/x.py` with the setup cell and these cells, without marks."""
    path = folder / "source" / "x.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text((SETUP + "".join(cells)).replace(MARK, ""), encoding="utf-8")
    return path


def source(folder: Path, *cells: str) -> Source:
    """Return the source with the setup cell and these cells."""
    return read_source(write(folder, *cells))


def marked_line(text: str) -> int:
    """Return the number of the line that bears the mark."""
    return text[: text.index(MARK)].count("\n") + 1


def _commented(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())
