"""The exercises in the order of the course: one module each, read from top to bottom."""

from __future__ import annotations

import importlib
from typing import Any

EXERCISES = (
    "synthetic_data",
    "load_array",
    "init_params",
    "train",
    "convert_lr",
    "loss_catalogue",
    "init_catalogue",
    "huber_loss",
    "huber_scale",
    "named_gradients",
    "mean_lr_schedule",
    "robust_fit",
    "per_example_gradients",
)


def load(name: str) -> Any:
    """Return the module of the exercise `name`, imported when first asked for.

    Raises:
        ValueError: there is no exercise of that name.
    """
    if name not in EXERCISES:
        raise ValueError(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}")
    return importlib.import_module(f"linreg_course.exercises.{name}")
