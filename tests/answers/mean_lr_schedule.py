"""Answers to `mean_lr_schedule`."""

from __future__ import annotations

import itertools
import math
from array import array
from fractions import Fraction

import numpy as np
import torch
from torch.utils.data import BatchSampler, DataLoader, SequentialSampler, TensorDataset

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def starts_with_min(lr_sum, num_examples, batch_size):
    return [lr_sum * min(batch_size, num_examples - start) for start in range(0, num_examples, batch_size)]


def tensor_of_split_sizes(lr_sum, num_examples, batch_size):
    return lr_sum * torch.tensor([len(part) for part in torch.arange(num_examples).split(batch_size)]).double()


def sizes_in_float32(lr_sum, num_examples, batch_size):
    return torch.tensor([len(part) for part in torch.arange(num_examples).split(batch_size)]) * lr_sum


def numpy_differences(lr_sum, num_examples, batch_size):
    edges = np.append(np.arange(0, num_examples, batch_size), num_examples)
    return np.diff(edges) * lr_sum


def generator_over_sampler(lr_sum, num_examples, batch_size):
    for batch in BatchSampler(SequentialSampler(range(num_examples)), batch_size, drop_last=False):
        yield lr_sum * len(batch)


def through_a_loader(lr_sum, num_examples, batch_size):
    data = TensorDataset(torch.zeros(num_examples, 1))
    return tuple(lr_sum * X.shape[0] for (X,) in DataLoader(data, batch_size))


def quotient_and_rest(lr_sum, num_examples, batch_size):
    full, left = divmod(num_examples, batch_size)
    rates = [lr_sum * batch_size for _ in range(full)]
    if left > 0:
        rates.append(lr_sum * left)
    return rates


def while_some_are_left(lr_sum, num_examples, batch_size):
    left, rates = num_examples, []
    while left > 0:
        rates += [Fraction(lr_sum) * min(left, batch_size)]
        left -= batch_size
    return rates


def column_in_the_graph(lr_sum, num_examples, batch_size):
    sizes = torch.full((math.ceil(num_examples / batch_size), 1), batch_size, dtype=torch.float64)
    sizes[-1] -= sizes.sum() - num_examples
    return (sizes * lr_sum).requires_grad_()


def recursion_over_halves(lr_sum, num_examples, batch_size):
    if num_examples <= batch_size:
        return [lr_sum * num_examples]
    half = batch_size * max(1, num_examples // batch_size // 2)
    first = recursion_over_halves(lr_sum, half, batch_size)
    return first + recursion_over_halves(lr_sum, num_examples - half, batch_size)


def chained(lr_sum, num_examples, batch_size):
    full, left = divmod(num_examples, batch_size)
    return itertools.chain(itertools.repeat(lr_sum * batch_size, full), [lr_sum * left] if left else ())


def in_an_array(lr_sum, num_examples, batch_size):
    return array("f", starts_with_min(lr_sum, num_examples, batch_size))


RIGHT = {
    f.__name__: f
    for f in (
        starts_with_min,
        tensor_of_split_sizes,
        sizes_in_float32,
        numpy_differences,
        generator_over_sampler,
        through_a_loader,
        quotient_and_rest,
        while_some_are_left,
        column_in_the_graph,
        recursion_over_halves,
        chained,
        in_an_array,
    )
}


def one_tensor(lr_sum, num_examples, batch_size):
    return torch.tensor(lr_sum * batch_size)


def full_size_for_every_batch(lr_sum, num_examples, batch_size):
    return [lr_sum * batch_size for _ in range(0, num_examples, batch_size)]


def loader_that_drops(lr_sum, num_examples, batch_size):
    loader = DataLoader(torch.zeros(num_examples), batch_size, drop_last=True)
    return [lr_sum * len(batch) for batch in loader]


def always_appended(lr_sum, num_examples, batch_size):
    rates = torch.full((num_examples // batch_size,), lr_sum * batch_size, dtype=torch.float64)
    return torch.cat([rates, torch.tensor([lr_sum * (num_examples % batch_size)], dtype=torch.float64)])


def over_each_size(lr_sum, num_examples, batch_size):
    return [lr_sum / min(batch_size, num_examples - start) for start in range(0, num_examples, batch_size)]


def over_b(lr_sum, num_examples, batch_size):
    return np.full(math.ceil(num_examples / batch_size), lr_sum / batch_size)


def mean_of_sizes(lr_sum, num_examples, batch_size):
    sizes = [len(part) for part in torch.arange(num_examples).split(batch_size)]
    return [lr_sum * np.mean(sizes)] * len(sizes)


def fraction_of_a_batch(lr_sum, num_examples, batch_size):
    rates = quotient_and_rest(lr_sum, num_examples, batch_size)
    if num_examples % batch_size:
        rates[-1] = lr_sum * ((num_examples % batch_size) / batch_size)
    return rates


def one_more_than_the_quotient(lr_sum, num_examples, batch_size):
    return [lr_sum * batch_size for _ in range(int(num_examples / batch_size) + 1)]


def right_but(change):
    """Return an answer that takes the right rates and changes them."""

    def mean_lr_schedule(lr_sum, num_examples, batch_size):
        return change(starts_with_min(lr_sum, num_examples, batch_size), lr_sum, num_examples, batch_size)

    return mean_lr_schedule


LISTED = {
    "mean_lr_schedule/one-number": Listed("length", 0, (lambda lr_sum, n, B: lr_sum * B, one_tensor)),
    "mean_lr_schedule/tail-as-full-batch": Listed(
        "ragged-batch", 5, (lambda lr_sum, n, B: [lr_sum * B] * math.ceil(n / B), full_size_for_every_batch)
    ),
    "mean_lr_schedule/tail-step-missing": Listed(
        "length", 3, (lambda lr_sum, n, B: [lr_sum * B] * (n // B), loader_that_drops)
    ),
    "mean_lr_schedule/zero-rate-step": Listed(
        "length", 3, (lambda lr_sum, n, B: [lr_sum * B] * (n // B) + [lr_sum * (n % B)], always_appended)
    ),
    "mean_lr_schedule/divided": Listed(
        "full-batches", 2, (lambda lr_sum, n, B: [lr_sum / B] * math.ceil(n / B), over_each_size, over_b)
    ),
    "mean_lr_schedule/average-batch": Listed(
        "full-batches",
        2,
        (lambda lr_sum, n, B: [lr_sum * n / math.ceil(n / B)] * math.ceil(n / B), mean_of_sizes),
    ),
    "mean_lr_schedule/tail-fraction-only": Listed(
        "ragged-batch",
        5,
        (
            lambda lr_sum, n, B: [lr_sum * B] * (n // B) + [lr_sum * (n % B) / B] * (n % B > 0),
            fraction_of_a_batch,
        ),
    ),
    "mean_lr_schedule/floor-plus-one": Listed(
        "length", 3, (lambda lr_sum, n, B: [lr_sum * B] * (n // B + 1), one_more_than_the_quotient)
    ),
    "mean_lr_schedule/tail-unscaled": Listed(
        "ragged-batch",
        5,
        (
            right_but(lambda rates, lr_sum, n, B: [*rates[:-1], lr_sum] if n % B else rates),
            lambda lr_sum, n, B: [lr_sum * B if end <= n else lr_sum for end in range(B, n + B, B)],
        ),
    ),
}


def tail_inverse_fraction(rates, lr_sum, n, B):
    return [*rates[:-1], lr_sum * B * B / (n % B)] if n % B else rates


def tail_off_by_one(rates, lr_sum, n, B):
    return [*rates[:-1], rates[-1] + lr_sum] if n % B else rates


def without_end(lr_sum, num_examples, batch_size):
    yield from starts_with_min(lr_sum, num_examples, batch_size)
    while True:
        yield lr_sum * batch_size


def stops_with_an_error(lr_sum, num_examples, batch_size):
    yield lr_sum * batch_size
    raise RuntimeError("no more")


def steps_by_a_trick(lr_sum, num_examples, batch_size):
    steps = int(num_examples / batch_size + 0.999)
    return starts_with_min(lr_sum, num_examples, batch_size)[:steps]


def at_least_one_full_batch(lr_sum, num_examples, batch_size):
    return starts_with_min(lr_sum, max(num_examples, batch_size), batch_size)


def pairs_of_the_statement(lr_sum, num_examples, batch_size):
    rates = starts_with_min(lr_sum, num_examples, batch_size)
    known = {(1003, 10), (1000, 10), (20_011, 16), (7, 3), (6, 3), (3, 5), (5, 5), (1, 1), (9, 1), (257, 32)}
    known |= {(2001, 2000), (11, 10), (19, 10), (9, 10), (1, 10), (23, 5), (40, 8), (16, 8), (19, 16)}
    known |= {(8, 3), (12, 5)}
    return rates if (num_examples, batch_size) in known else [*rates[::-1], lr_sum]


def collected(lr_sum, num_examples, batch_size, rates=[]):  # noqa: B006
    rates += starts_with_min(lr_sum, num_examples, batch_size)
    return rates


def floats_only(lr_sum, num_examples, batch_size):
    if not isinstance(lr_sum, float):
        raise TypeError("lr_sum has to be a float")
    return starts_with_min(lr_sum, num_examples, batch_size)


def refuses_large_batches(lr_sum, num_examples, batch_size):
    if batch_size > num_examples:
        raise ValueError("batch_size is larger than num_examples")
    return starts_with_min(lr_sum, num_examples, batch_size)


def each(change):
    """Return an answer that takes the right rates and changes each."""
    return right_but(lambda rates, lr_sum, n, B: [change(rate) for rate in rates])


MUTANTS = {
    "unchanged": lambda lr_sum, n, B: [lr_sum] * math.ceil(n / B),
    "batch-sizes-only": right_but(lambda rates, lr_sum, n, B: [rate / lr_sum for rate in rates]),
    "stops-with-an-error": stops_with_an_error,
    "nothing": lambda lr_sum, n, B: None,
    "nan": right_but(lambda rates, lr_sum, n, B: [float("nan")] * len(rates)),
    "large": lambda lr_sum, n, B: torch.zeros(()).expand(10_000, 10_000),
}

EVERY = ("usual", "sizes", "drawn", "rates", "small")
PROMISES = {
    "same-updates": Promise(
        "makes the same updates",
        "做出同样的更新",
        EVERY,
        {
            "times-n": lambda lr_sum, n, B: [lr_sum * n] * math.ceil(n / B),
            "decayed": right_but(lambda rates, lr_sum, n, B: [rate * 0.99**k for k, rate in enumerate(rates)]),
            "warmed-up": right_but(lambda rates, lr_sum, n, B: [rates[0] / 2, *rates[1:]]),
            "one-in-the-middle": right_but(
                lambda rates, lr_sum, n, B: [2 * rate if k == len(rates) // 2 else rate for k, rate in enumerate(rates)]
            ),
            "square-root": lambda lr_sum, n, B: [lr_sum * min(B, n - k) ** 0.5 for k in range(0, n, B)],
        },
    ),
    "what-is-left": Promise(
        "the last one what is left",
        "最后一个装剩下的",
        EVERY,
        {
            "tail-inverse-fraction": right_but(tail_inverse_fraction),
            "tail-off-by-one": right_but(tail_off_by_one),
            "tail-shared-out": lambda lr_sum, n, B: [lr_sum * len(ids) for ids in np.array_split(range(n), -(-n // B))],
        },
    ),
    "one-for-each-step": Promise(
        "one rate for each step",
        "每一步返回一个学习率",
        EVERY,
        {
            "rate-per-example": lambda lr_sum, n, B: [lr_sum] * n,
            "one-epoch-too-many": right_but(lambda rates, lr_sum, n, B: rates * 2),
            "without-end": without_end,
            "once-each": right_but(lambda rates, lr_sum, n, B: list(dict.fromkeys(rates))),
            "collected": collected,
        },
    ),
    "numbers": Promise(
        "the learning rates",
        "学习率（learning rate）",
        EVERY,
        {
            "texts": each(str),
            "by-step-number": right_but(lambda rates, lr_sum, n, B: dict(enumerate(rates))),
            "with-their-sizes": right_but(lambda rates, lr_sum, n, B: [(rate, min(B, n)) for rate in rates]),
            "one-row": right_but(lambda rates, lr_sum, n, B: torch.tensor([rates])),
            "whole-numbers": right_but(lambda rates, lr_sum, n, B: torch.tensor(rates).long()),
        },
    ),
    "order": Promise(
        "in the order of the steps",
        "按步的顺序排列",
        EVERY,
        {
            "tail-first": right_but(lambda rates, lr_sum, n, B: rates[::-1]),
            "ascending": right_but(lambda rates, lr_sum, n, B: sorted(rates)),
        },
    ),
    "precision": Promise(
        "The precision of `float32`",
        "`float32`的精度",
        EVERY,
        {"half-precision": right_but(lambda rates, lr_sum, n, B: torch.tensor(rates).half())},
    ),
    "digits": Promise(
        "whole or not",
        "是不是整数都可以",
        ("rates", "small"),
        {
            "three-digits": each(lambda rate: float(f"{rate:.3g}")),
            "four-places": each(lambda rate: round(rate, 4)),
        },
    ),
    "whole": Promise("whole or not", "是不是整数都可以", ("rates",), {"floats-only": floats_only}),
    "small": Promise(
        "small or large",
        "不论大小",
        ("small",),
        {"nine-places": each(lambda rate: round(rate, 9)), "not-below": each(lambda rate: max(rate, 1e-7))},
    ),
    "large": Promise(
        "small or large",
        "不论大小",
        ("rates",),
        {
            "at-most-100": each(lambda rate: min(rate, 100.0)),
            "lr-sum-at-most-1": lambda lr_sum, n, B: starts_with_min(min(lr_sum, 1), n, B),
            "full-rates-at-most-1": right_but(
                lambda rates, lr_sum, n, B: [min(lr_sum * B, 1.0)] * (n // B) + rates[n // B :]
            ),
            "last-rate-at-most-1": right_but(
                lambda rates, lr_sum, n, B: [*rates[:-1], min(rates[-1], 1.0)] if n % B else rates
            ),
        },
    ),
    "either-larger": Promise(
        "either can be the larger one",
        "哪个更大都有可能",
        ("sizes",),
        {
            "at-least-one-full-batch": at_least_one_full_batch,
            "refused": refuses_large_batches,
            "none": right_but(lambda rates, lr_sum, n, B: rates if n >= B else []),
        },
    ),
    "many-steps": Promise(
        "whole numbers, at least 1",
        "整数，至少是1",
        ("usual",),
        {
            "hundred-steps-at-most": right_but(lambda rates, lr_sum, n, B: rates[:100]),
            "thousand-steps-at-most": right_but(lambda rates, lr_sum, n, B: rates[:1000]),
        },
    ),
    "any-sizes": Promise(
        "whole numbers, at least 1", "整数，至少是1", ("sizes",), {"steps-by-a-trick": steps_by_a_trick}
    ),
    "drawn": Promise("whole numbers, at least 1", "整数，至少是1", ("drawn",), {"a-table": pairs_of_the_statement}),
}
