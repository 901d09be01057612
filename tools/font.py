"""Cut the figures' Chinese font to the characters that the lessons' code can draw.

    python tools/font.py NotoSansSC-Regular.ttf

The font is Noto Sans SC (https://fonts.google.com/noto, SIL Open Font License). Run this again when a
figure's words have a new character: a test says so.
"""

import re
import sys
from pathlib import Path

from fontTools import subset

LESSONS = Path(__file__).resolve().parent.parent / "linreg_course" / "lessons"
FONT = LESSONS / "plots" / "NotoSansSC-subset.ttf"


def characters():
    """Return what stands outside of ASCII in the lessons' code: Chinese, its punctuation, and a few symbols."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(LESSONS.rglob("*.py")))
    return "".join(sorted(set(re.findall(r"[^\x00-\x7f]", text))))


def main():
    """Write the subset."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=["*"])
    font = subset.load_font(sys.argv[1], options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    subset.save_font(font, str(FONT), options)
    print(f"{FONT.name}: {len(characters())} characters, {FONT.stat().st_size / 1000:.0f} KB")


if __name__ == "__main__":
    main()
