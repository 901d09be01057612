"""What the first cell of the start page does: it checks the environment and shows the course with how far one is."""

from __future__ import annotations

from pathlib import Path

from linreg_course.display import say
from linreg_course.language import Text
from linreg_course.start import progress, versions


def start() -> None:
    """Say whether the environment is ready, or what is wrong and the fix, and show the pages with their states."""
    found = versions.faults()
    if not found:
        say(versions.well(), same="ready")
    else:
        lines = [*found, versions.FIX]
        words = Text(en="\n".join(line.en for line in lines), zh="\n".join(line.zh for line in lines))
        say(words, same=f"faults {len(found)}")
    try:
        from linreg_course.start.overview import overview
    except ImportError:  # it was among the faults
        return
    path = progress.place()
    say(*overview(Path.cwd(), path))
    if path is not None and not progress.is_kept(path):
        say(
            Text(
                en=f"{path} cannot be written: what you run and check from now on is not kept.",
                zh=f"无法写入{path}：从现在起，运行和检查的结果不会保存。",
            ),
            same="not kept",
        )
