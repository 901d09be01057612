"""Print the answer bank by exercise: how many answers of each kind, how they are judged, and how fast.

What is counted as rejected, accepted, named or misnamed is so with any of the seeds.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from statistics import median

from answers import bank, judged, wrong_answers
from rich.console import Console
from rich.table import Column, Table

from linreg_course.exercises import EXERCISES

SEEDS = (0, 1, 2, 20200229, 2**63 + 5)
COLUMNS = ("right", "rejected", "wrong", "accepted", "listed", "named", "break one", "misnamed", "check ms")


def row(name):
    """Return the counts of one exercise."""
    answers = bank(name)
    seconds, rejected = [], 0
    for answer in answers.RIGHT.values():
        start = time.perf_counter()
        verdicts = [judged(name, answer, seed) for seed in SEEDS]
        seconds.append((time.perf_counter() - start) / len(SEEDS))
        rejected += any(verdict.score < verdict.points for verdict in verdicts)
    wrong = [(one, [judged(name, one.answer, seed) for seed in SEEDS]) for one in wrong_answers(name)]
    accepted = sum(any(verdict.score == verdict.points for verdict in verdicts) for _, verdicts in wrong)
    names = [(one, {verdict.mistake and verdict.mistake.id for verdict in verdicts}) for one, verdicts in wrong]
    listed = [(one, found) for one, found in names if one.is_listed]
    named = sum(found == one.mistakes for one, found in listed)
    misnamed = sum(not found <= {*one.mistakes, None} for one, found in names)
    breaking = sum(len(promise.broken_by) for promise in answers.PROMISES.values())
    counts = (len(seconds), rejected, len(wrong), accepted, len(listed), named, breaking, misnamed)
    return (*counts, round(1000 * median(seconds)))


def main():
    """Print a line for each exercise and one for all."""
    table = Table(*(Column(name, no_wrap=True) for name in ("exercise", *COLUMNS)), caption=f"over {len(SEEDS)} seeds")
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(row, EXERCISES))
    for name, counts in zip(EXERCISES, rows, strict=True):
        table.add_row(name, *map(str, counts))
    table.add_row("all", *(str(sum(column)) for column in list(zip(*rows, strict=True))[:-1]), "")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
