"""The text in a file's bytes, whichever editor or drive has saved it anew."""

from __future__ import annotations

import codecs
import re

from linreg_course.language import Text

# The longer mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {"utf-8-sig": "UTF-8 with a byte order mark", "gb18030": "GBK", "cp1252": "Latin-1", "latin-1": "Latin-1"}
_LOST = "\N{REPLACEMENT CHARACTER}"


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text in the bytes, and the name of its encoding, or "" where it is UTF-8 as a notebook has it.

    Bytes that belong to no character become U+FFFD.
    """
    encoding = _encoding(content)
    text = content.decode(encoding, errors="replace")
    # Windows's line ends are JSON's white space; in a cell's text they stand as escapes.
    return text, "" if encoding == "utf-8" else _NAMES.get(encoding, encoding.upper())


def told(encoding: str) -> Text:
    """Return in which encoding a file was, and that it was read all the same."""
    return Text(en=f"The file is saved as {encoding}; it was read as that.", zh=f"文件的编码是{encoding}，已按它读取。")


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    if b"\0" in content[:4] and content[:4].strip(b"\0"):  # UTF-16 without its mark: JSON begins with ASCII
        return "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _of_another_age(content)
    return "utf-8"


def _of_another_age(content: bytes) -> str:
    """Return the encoding of what is not all UTF-8: damaged UTF-8, a Chinese or a Western encoding."""
    text = content.decode("utf-8", errors="replace")
    whole = sum(char > "\x7f" and char != _LOST for char in text)
    if whole >= text.count(_LOST):
        return "utf-8"
    try:
        chinese = content.decode("gb18030")
    except UnicodeDecodeError:
        chinese = ""
    # A Western letter and its neighbour make a lone character; Chinese words have several.
    alone = len(re.findall(r"(?<![^\x00-\x7f])[^\x00-\x7f](?![^\x00-\x7f])", chinese))
    if chinese and 2 * alone < sum(char > "\x7f" for char in chinese):
        return "gb18030"
    try:
        content.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"
