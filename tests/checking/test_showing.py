"""What a panel shows of a value: what differs looks different, and the place that differs is among what is shown."""

from __future__ import annotations

import pytest
import torch

from linreg_course import check
from linreg_course.checking.observing import describe
from linreg_course.checking.panel import as_text
from linreg_course.checking.showing import shown


@pytest.mark.parametrize(
    ("came", "wanted", "numbers"),
    [
        ([1.0, 2.0], [1.0, 2.5], "1, 2"),
        ([1.0000001], [1.0], "1.0000001"),
        ([1.0], [1.0000001], "1"),
        ([0.0] * 7 + [7.25], [0.0] * 8, "[7:] 7.25"),
        ([0.0] * 6 + [7.25] * 9, [0.0] * 15, "[6:] 7.25, 7.25, 7.25, 7.25, 7.25, 7.25, …"),
        ([0.0] * 9, [1.0] * 9, "0, 0, 0, 0, 0, 0, …"),
        ([1.0, 2.0], [1.0], "1, 2"),
    ],
)
def test_a_difference_can_be_seen(came: list[float], wanted: list[float], numbers: str) -> None:
    text = shown(describe(torch.tensor(came, dtype=torch.float64)), torch.tensor(wanted, dtype=torch.float64))
    assert text.split(": ")[1] == numbers


def test_zeros_in_the_first_row_only_show_what_is_left() -> None:
    def first_row(t: torch.Tensor) -> None:
        with torch.no_grad():
            t[0] = 0.0

    entries = {"zeros": first_row, "constant": torch.nn.init.constant_}
    entries |= {name: getattr(torch.nn.init, f"{name}_") for name in ("normal", "uniform", "xavier_uniform")}
    entries |= {"kaiming_normal": torch.nn.init.kaiming_normal_}
    verdict = check.init_catalogue(lambda: entries).verdict
    faults = [fault for _, fault in verdict.rules if fault is not None]
    assert faults
    assert all("7.25" in str(fault.came) for fault in faults), as_text(verdict)
