"""Show that the attacks are real: let each loose with the wall off, in the same sandbox, and write the table of both.

    python tests/attacks/control.py docs/attacks.md      (`make attacks`; about an hour)

With the wall off is nbgrader's own way: a notebook runs in an ipykernel beside its checks, as whoever grades.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[1]))

from attacks.arena import in_arena
from attacks.cells import ATTACKS
from attacks.hostile_class import AFTER, NAME, hand_in
from cold_execute import take_stock

HEAD = """# What attacks get

Made by `make attacks` on {date}. Each row is a submission whose answer to `convert_lr` (8 points) attacks; the code \
is in [tests/attacks/cells.py](../tests/attacks/cells.py). The third column is nbgrader's own way of running \
notebooks, with the wall off; the last one is `linreg grade`. Both ran in bubblewrap, in which only a copy of the \
course can be changed and files, memory and processes are limited: what these limits stopped has harmed nothing. \
"–" stands for nothing beyond what the answer deserves. Attacks on the wall itself find nothing where it is off.

| attack | what it tries | wall off | wall on |
|---|---|---|---|
"""
SECONDS = 60


def main(target: str) -> None:
    """Let the attacks loose and write the table."""
    bin_folder = Path(sys.executable).parent
    rows = []
    with tempfile.TemporaryDirectory() as place:
        walled = hand_in(Path(place) / "walled", ATTACKS)
        guarded = in_arena(walled, 1800, str(bin_folder / "linreg"), "grade", NAME)
        stock = Path(place) / "stock"
        shutil.copytree(walled, stock, symlinks=True)
        take_stock(stock)
        with (stock / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write('c.Autograde.autograde_preprocessors.remove("linreg_course.grading.scores.Scores")\n')
        for name, one in ATTACKS.items():
            grade = [f"{bin_folder / 'nbgrader'} autograde {NAME} --student {who}" for who in (name, name + AFTER)]
            try:
                off = effects(in_arena(stock, SECONDS, "sh", "-c", "; ".join(grade)), name, alone=True)
            except RuntimeError:
                off = "kills the grader, and whatever else runs there"
            on = effects(guarded, name, alone=False)
            rows.append(f"| {name} | {one.tries} | {off} | {on} |")
            print(rows[-1], flush=True)
    Path(target).write_text(HEAD.format(date=date.today()) + "\n".join(rows) + "\n", encoding="utf-8")


def effects(told: dict[str, Any], name: str, *, alone: bool) -> str:
    """Return in words what an attack got; where it was not alone, what was left outside is everybody's."""
    score, after, deserved = told["scores"].get(name), told["scores"].get(name + AFTER), ATTACKS[name].score
    found = []
    if alone and told["status"] is None:
        found.append("the grader hangs")
    if score is None:
        found.append("no score at all")
    elif score != deserved:
        found.append(f"{score:g} points in place of {deserved:g}")
    if after != 8:
        found.append("the next submission loses its score")
    found += ["shows what is not its own"] if told["shown"].get(name) else []
    if alone or told["changed"]:
        found += [f"changes {len(told['changed'])} files outside"] if told["changed"] else []
    found += [f"leaves {', '.join(told['left'])}"] if told["left"] else []
    found += [f"leaves {len(told['processes'])} processes"] if told["processes"] else []
    found += ["is heard by a service"] if told["heard"] else []
    return "; ".join(found) or "–"


if __name__ == "__main__":
    main(*sys.argv[1:])
