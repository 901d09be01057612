"""Print the answer bank by exercise: how many answers of each kind, how they are judged, and how fast."""

import time
from statistics import median

from answers import bank, judged
from rich.console import Console
from rich.table import Table

from linreg_course.exercises import EXERCISES

COLUMNS = ("right", "rejected", "wrong", "accepted", "listed", "variants", "named", "mutants", "misnamed", "check ms")


def row(name):
    """Return the counts of one exercise."""
    answers = bank(name)
    known = [(key, answer) for key, listed in answers.LISTED.items() for answer in listed.answers]
    seconds, rejected = [], 0
    for answer in answers.RIGHT.values():
        start = time.perf_counter()
        verdict = judged(name, answer)
        seconds.append(time.perf_counter() - start)
        rejected += verdict.score < verdict.points
    named = [(key, judged(name, answer)) for key, answer in known]
    mutants = [judged(name, answer) for answer in answers.MUTANTS.values()]
    wrong = [*(verdict for _, verdict in named), *mutants]
    accepted = sum(verdict.score == verdict.points for verdict in wrong)
    hits = sum(verdict.mistake is not None and verdict.mistake.id == key for key, verdict in named)
    misnamed = sum(verdict.mistake is not None for verdict in mutants)
    listed = len(answers.LISTED)
    counts = (len(seconds), rejected, len(wrong), accepted, listed, len(known) - listed, hits, len(mutants), misnamed)
    return (*counts, round(1000 * median(seconds)))


def main():
    """Print a line for each exercise and one for all."""
    table = Table("exercise", *COLUMNS)
    rows = [row(name) for name in EXERCISES]
    for name, counts in zip(EXERCISES, rows, strict=True):
        table.add_row(name, *map(str, counts))
    table.add_row("all", *(str(sum(column)) for column in list(zip(*rows, strict=True))[:-1]), "")
    Console().print(table)


if __name__ == "__main__":
    main()
