"""For mypy alone: every exercise's module has the parts of `Exercise`."""

from linreg_course.checking.exercise import Exercise
from linreg_course.exercises import (
    convert_lr,
    huber_loss,
    huber_scale,
    init_catalogue,
    init_params,
    load_array,
    loss_catalogue,
    mean_lr_schedule,
    named_gradients,
    per_example_gradients,
    robust_fit,
    synthetic_data,
    train,
)

MODULES: tuple[Exercise, ...] = (
    synthetic_data,
    load_array,
    init_params,
    train,
    convert_lr,
    loss_catalogue,
    init_catalogue,
    huber_loss,
    huber_scale,
    named_gradients,
    mean_lr_schedule,
    robust_fit,
    per_example_gradients,
)
