"""What a learner reads is rendered as it was meant: no asterisk of a bold is left over."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from markdown_it import MarkdownIt

_NOT_PROSE = re.compile(r"<code>.*?</code>|<pre>.*?</pre>|\$\$.+?\$\$|\$[^$]+\$", re.DOTALL)


@pytest.mark.parametrize("path", sorted(Path("notebooks").glob("[ez][nh]/*.ipynb")), ids=str)
def test_no_asterisk_is_left_over(path: Path) -> None:
    reader = MarkdownIt().enable("table")
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown":
            assert "*" not in _NOT_PROSE.sub("", reader.render(cell.source)), f"{cell.id}: an emphasis does not close"
