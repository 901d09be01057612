"""A class of 24 in two assignments: who wrote what, and the points of every rule, by hand from the rules' sentences."""

from __future__ import annotations

import runpy
from typing import NamedTuple

from example_course import CONVERT_LR, COURSE

HUBER, RATE = "huber", "lr-vs-reduction"
MOST = {HUBER: "17", RATE: "14"}

# Words: points that a person gives; w, written and not graded yet; -, left as released, which is 0.
# student | language | huber_loss | huber_scale | quadratic linear gradient shapes | value identity | h1 h2 | sum
_HUBER = """
Ann Lee   | en | right      | right   | 2 2 3 1 | 2 2 | 3 2   | 17
王小明    | zh | right      | right   | 2 2 3 1 | 2 2 | 2.5 1 | 15.5
Bo O'Hara | en | unusual    | unusual | 2 2 3 1 | 2 2 | 3 -   | 15
cai       | en | sum        | right   | 0 0 0 1 | 2 2 | w w   | 5
dora      | en | torch      | one     | 0 0 0 1 | 0 0 | 1 0   | 2
emil      | en | no half    | right   | 2 0 0 1 | 2 2 | - w   | 7
fay       | en | broadcasts | inverse | 2 2 3 0 | 0 0 | 2 2   | 11
gus       | en | one if     | right   | 0 0 0 0 | 2 2 | - -   | 4
李雷      | zh | empty      | empty   | 0 0 0 0 | 0 0 | - -   | 0
hana      | en | dies       | right   | 0 0 0 0 | 2 2 | - -   | 4
ivo       | en | float      | right   | 2 2 0 1 | 2 2 | 3 1   | 13
jun       | en | no delta   | right   | 0 2 0 1 | 2 2 | w -   | 7
kim       | en | syntax     | right   | 0 0 0 0 | 2 2 | - -   | 4
leo       | en | no name    | right   | 0 0 0 0 | 2 2 | 0 0   | 4
mia       | en | asserts    | pair    | 2 2 3 0 | 0 2 | - -   | 9
nil       | en | right      | right   | refused |     | w w   |
ona       | en | right      | right   | 2 2 3 1 | 2 2 | 3 2   | 17
pia       | zh | unusual    | right   | 2 2 3 1 | 2 2 | 3 2   | 17
"""
# By hand: what a person gave for the check beyond its rules; the sum stays. Then the same after a point has moved from
# `convert` to `bad-reduction`.
# student | language | convert_lr | convert same-reduction bad-reduction bad-batch-size | by hand | l1 l2 | sum | ...
_RATE = """
Ann Lee   | en | right       | 4 1 2 1 | 0 | 3 3   | 14   | 3 1 3 1 | 0 | 14
王小明    | zh | powers      | 4 1 2 1 | 0 | 2 1.5 | 11.5 | 3 1 3 1 | 0 | 11.5
Bo O'Hara | en | inverted    | 0 1 2 1 | 0 | 1 w   | 5    | 0 1 3 1 | 0 | 6
cai       | en | small       | 4 1 0 1 | 0 | - -   | 6    | 3 1 0 1 | 0 | 5
dora      | en | times       | 0 1 2 1 | 2 | 3 2   | 11   | 0 1 3 1 | 1 | 11
emil      | en | only new    | 4 0 2 1 | 0 | - -   | 7    | 3 0 3 1 | 0 | 7
fay       | en | unsized     | 4 1 2 0 | 0 | 3 3   | 13   | 3 1 3 0 | 0 | 13
gus       | en | equal first | 4 1 0 0 | 0 | w w   | 5    | 3 1 0 0 | 0 | 4
李雷      | zh | empty       | 0 0 0 0 | 0 | - -   | 0    | 0 0 0 0 | 0 | 0
nil       | en | right       | 4 1 2 1 | 0 | 3 3   | 14   | 3 1 3 1 | 0 | 14
rui       | en | key error   | 4 1 0 1 | 0 | 1 0   | 7    | 3 1 0 1 | 0 | 6
sam       | en | root        | 0 1 2 1 | 0 | - -   | 4    | 0 1 3 1 | 0 | 5
tom       | en | text        | 0 0 2 1 | 0 | - w   | 3    | 0 0 3 1 | 0 | 4
uma       | en | prints      | 0 0 0 0 | 0 | 3 3   | 6    | 0 0 0 0 | 0 | 6
韩梅梅    | zh | right       | 4 1 2 1 | 0 | 3 2.5 | 13.5 | 3 1 3 1 | 0 | 13.5
wen       | en | unchanged   | 0 1 2 1 | 0 | 1 -   | 5    | 0 1 3 1 | 0 | 6
"""
# student | of both | afterwards | points that wait for a person
_TOTALS = """
Ann Lee 31 31 0, 王小明 27 27 0, Bo O'Hara 20 21 3, cai 11 10 5, dora 13 13 0, emil 14 14 2, fay 24 24 0, gus 9 8 6,
李雷 0 0 0, hana 4 4 0, ivo 13 13 0, jun 7 7 3, kim 4 4 0, leo 4 4 0, mia 9 9 0, nil 14 14 0, ona 17 17 0, pia 17 17 0,
rui 7 6 0, sam 4 5 0, tom 3 4 3, uma 6 6 0, 韩梅梅 13.5 13.5 0, wen 5 6 0
"""
TOTALS = {
    student: (before, after, waiting)
    for student, before, after, waiting in (one.strip().rsplit(" ", 3) for one in _TOTALS.split(","))
}
# Points of the check alone; what a person gave instead stands behind.
MOVES = {
    **{"cai": (6, 5), "gus": (5, 4), "rui": (6, 5)},
    **{"Bo O'Hara": (4, 5), "dora": (4, 5), "sam": (4, 5), "tom": (3, 4), "wen": (4, 5)},
}
GIVEN_FOR_A_CHECK = {"dora": 6.0}
COMMENTS = {("Bo O'Hara", RATE, "l1"): "See me about the ratio.", ("王小明", HUBER, "h1"): "第二点写得很好。"}
REFUSED = "nil"
DAMAGED = {
    ("Ann Lee", HUBER): "metadata-and-ids-gone",
    ("王小明", RATE): "gbk",
    ("Bo O'Hara", RATE): "version-3",
    ("dora", HUBER): "reordered",
    ("fay", RATE): "zipped",
    ("ivo", HUBER): "renamed",
    ("mia", HUBER): "check-deleted",
    ("rui", RATE): "labels-exchanged",
    (REFUSED, HUBER): "merge-conflict",
}
# The others hand in where nbgrader collects.
BY_MOODLE = ("Ann Lee", "王小明", "Bo O'Hara", "fay", "ona", "pia", "韩梅梅")

_SAMPLE = runpy.run_path(str(COURSE / "tools" / "sample_class.py"))
_MEAN = _SAMPLE["LOSS"]
_NAMES = 'old not in ("mean", "sum") or new not in ("mean", "sum")'
_RIGHT_RATE = "lr if old == new else lr / batch_size if new == 'sum' else lr * batch_size"


def _rate(*lines: str) -> str:
    return "\n    ".join(["def convert_lr(lr, batch_size, old, new):", *lines])


def _checked(*lines: str) -> str:
    return _rate(f"if {_NAMES} or batch_size < 1:", "    raise ValueError", *lines)


_OF_THE_SAMPLE = {
    **{"unusual": "02-right-but-unusual", "sum": "04-sum", "torch": "05-torch-huber", "no half": "06-no-half-delta"},
    **{"broadcasts": "07-broadcasts", "one if": "08-one-if", "dies": "10-kernel-dies"},
}
LOSSES = {
    **{name: _SAMPLE["CLASS"][student]["huber-loss"] for name, student in _OF_THE_SAMPLE.items()},
    "right": _MEAN,
    "float": f"{_MEAN}.item()",
    "no delta": _MEAN.replace("size**2 / (2 * delta)", "size**2 / 2"),
    "syntax": _MEAN.replace("):", ")", 1),
    "no name": _MEAN.replace("    size =", "    sizes ="),
    "asserts": "\n".join([_MEAN.split("\n")[0], "    assert y_hat.shape == y.shape", *_MEAN.split("\n")[3:]]),
}
SCALES = {
    **{"right": _SAMPLE["SCALE"], "unusual": _SAMPLE["UNUSUAL_SCALE"]},
    **{"one": "def huber_scale(delta):\n    return 1.0", "inverse": "def huber_scale(delta):\n    return 1 / delta"},
    "pair": "def huber_scale(delta):\n    return torch.tensor([delta, delta])",
}
RATES = {
    "right": CONVERT_LR,
    "powers": _checked("power = {'mean': 0, 'sum': 1}", "return lr * batch_size ** (power[old] - power[new])"),
    "inverted": _checked("return lr if old == new else lr * batch_size if new == 'sum' else lr / batch_size"),
    "small": _rate(
        "if batch_size < 1:", "    raise ValueError", "old, new = old.lower(), new.lower()", f"return {_RIGHT_RATE}"
    ),
    "times": _checked("return lr if old == new else lr * batch_size"),
    "only new": _checked("return lr / batch_size if new == 'sum' else lr * batch_size"),
    "unsized": _rate(f"if {_NAMES}:", "    raise ValueError", f"return {_RIGHT_RATE}"),
    "equal first": _rate("if old == new:", "    return lr", *_checked(f"return {_RIGHT_RATE}").split("\n    ")[1:]),
    "key error": _rate(
        *("if batch_size < 1:", "    raise ValueError", "factor = {'mean': 1, 'sum': batch_size}"),
        "return lr * factor[old] / factor[new]",
    ),
    "root": _checked("root = batch_size**0.5", f"return {_RIGHT_RATE}".replace("batch_size", "root")),
    "text": _checked(f"return str({_RIGHT_RATE})"),
    "prints": _checked(f"print({_RIGHT_RATE})"),
    "unchanged": _checked("return lr"),
}
RULES = {
    "huber_loss": ("quadratic", "linear", "gradient", "shapes"),
    "huber_scale": ("value", "identity"),
    "convert_lr": ("convert", "same-reduction", "bad-reduction", "bad-batch-size"),
}


class Row(NamedTuple):
    """What a student hands in for an assignment, and what it is worth.

    Attributes:
        cells: what is written into which cell; the others stay as released.
        rules: by exercise and rule the points, as they are written; None for a hand-in without a score.
        words: the same for each answer in words: see the table.
        score: the sum.
    """

    student: str
    assignment: str
    lang: str
    cells: dict[str, str]
    rules: dict[tuple[str, str], str] | None
    words: dict[str, str]
    score: str

    def lines(self) -> dict[tuple[str, str], str]:
        """Return the points of each line that `rules.csv` is to have, with "" where a person has yet to give them."""
        if self.rules is None:
            return {("", ""): ""}
        words = {(cell, ""): {"-": "0", "w": ""}.get(given, given) for cell, given in self.words.items()}
        return self.rules | words

    def exercises(self) -> dict[str, float]:
        """Return the points of each exercise and answer in words, with 0 for what a person has yet to grade."""
        sums: dict[str, float] = {}
        for (name, _), points in self.lines().items():
            sums[name] = sums.get(name, 0.0) + float(points or 0)
        return sums

    def to_import(self) -> str:
        """Return what an LMS gets: nothing before a person has graded all that is theirs."""
        return "" if "w" in self.words.values() else self.score


def rows(afterwards: bool = False) -> list[Row]:
    """Return the table's rows, as they are before or after a rule's points have changed."""
    return [*map(_of_huber, _split(_HUBER)), *(_of_rate(columns, afterwards) for columns in _split(_RATE))]


def _split(table: str) -> list[list[str]]:
    return [[column.strip() for column in line.split("|")] for line in table.strip().split("\n")]


def _of_huber(columns: list[str]) -> Row:
    student, lang, loss, scale, of_loss, of_scale, words, score = columns
    cells = {"huber-loss": LOSSES.get(loss, ""), "huber-scale": SCALES.get(scale, "")}
    rules = None if of_loss == "refused" else _rules("huber_loss", of_loss) | _rules("huber_scale", of_scale)
    return _row(student, HUBER, lang, cells, rules, dict(zip(("h1", "h2"), words.split(), strict=True)), score)


def _of_rate(columns: list[str], afterwards: bool) -> Row:
    student, lang, rate, of_rate, hand, words, score, *then = columns
    if afterwards:
        of_rate, hand, score = then
    rules = _rules("convert_lr", of_rate) | ({("convert_lr", "changed by hand"): hand} if hand != "0" else {})
    given = dict(zip(("l1", "l2"), words.split(), strict=True))
    return _row(student, RATE, lang, {"convert-lr": RATES.get(rate, "")}, rules, given, score)


def _rules(exercise: str, points: str) -> dict[tuple[str, str], str]:
    return {(exercise, rule): given for rule, given in zip(RULES[exercise], points.split(), strict=True)}


def _row(
    student: str,
    assignment: str,
    lang: str,
    cells: dict[str, str],
    rules: dict[tuple[str, str], str] | None,
    words: dict[str, str],
    score: str,
) -> Row:
    said = _SAMPLE["CHINESE" if lang == "zh" else "WORDS"]
    written = {cell: said for cell, given in words.items() if given != "-"}
    kept = {cell: text for cell, text in cells.items() if text}
    return Row(student, assignment, lang, kept | written, rules, words, score)
