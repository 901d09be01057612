"""The case file: what the case notebook printed, and in which order its cells were run.

Its question, opened in lesson 01 and solved in lesson 07: why is the first printed gradient 0.003?
"""

from __future__ import annotations

# The gradients of w1, w2 and b that were printed at the first 21 steps, as printed.
PRINTED = (
    (-0.0018, 0.0010, 0.0026),
    (0.0055, -0.0025, 0.0014),
    (-0.0036, 0.0007, -0.0012),
    (0.0012, -0.0023, -0.0023),
    (-0.0030, 0.0003, 0.0017),
    (0.0013, -0.0031, -0.0023),
    (0.0045, 0.0034, -0.0010),
    (-0.0043, -0.0030, 0.0060),
    (-6.0234e-05, -2.5485e-03, -0.0033),
    (-0.0007, 0.0002, -0.0049),
    (0.0013, 0.0043, -0.0059),
    (0.0010, 0.0072, -0.0036),
    (0.0004, 0.0027, 0.0015),
    (-0.0031, 0.0005, 0.0029),
    (-0.0043, 0.0066, 0.0030),
    (-0.0033, -0.0043, 0.0012),
    (0.0012, -0.0028, 0.0036),
    (0.0011, -0.0038, -0.0004),
    (0.0024, -0.0006, 0.0037),
    (0.0020, -0.0033, -4.6718e-05),
    (0.0006, -0.0018, -0.0016),
)

# The execution counts that stood beside the cells: they tell the last run of each.
COUNTS = {
    "data": 21,
    "data_iter": 22,
    "net": 23,
    "start values": 24,
    "loss": 25,
    "trainer": 34,
    "training": 39,
}
