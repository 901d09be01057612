"""Answers to `convert_lr`."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import torch

from answers import Listed, Promise


def false_alarm_bound() -> float:
    """No rule of this exercise is statistical."""
    return 0.0


def table_of_factors(lr, batch_size, old, new):
    if old not in ("mean", "sum") or new not in ("mean", "sum") or batch_size < 1:
        raise ValueError("no such conversion")
    return lr * {("mean", "sum"): 1 / batch_size, ("sum", "mean"): batch_size}.get((old, new), 1)


def powers(lr, batch_size, old, new):
    exponent = {"mean": 0, "sum": 1}
    try:
        power = exponent[old] - exponent[new]
    except KeyError as error:
        raise ValueError(*error.args) from error
    if not batch_size >= 1:
        raise ValueError(batch_size)
    return lr * batch_size**power


def measured_with_autograd(lr, batch_size, old, new):
    if {old, new} - {"mean", "sum"} or batch_size < 1:
        raise ValueError
    w = torch.ones(1, dtype=torch.float64, requires_grad=True)
    grads = {}
    for name in (old, new):
        terms = w * torch.ones(batch_size, dtype=torch.float64)
        (grads[name],) = torch.autograd.grad(getattr(terms, name)(), w)
    return lr * grads[old] / grads[new]


def fractions(lr, batch_size, old, new):
    if batch_size <= 0:
        raise ValueError("batch_size")
    match old, new:
        case ("mean", "sum"):
            return Fraction(lr) / batch_size
        case ("sum", "mean"):
            return Fraction(lr) * batch_size
        case ("mean", "mean") | ("sum", "sum"):
            return Fraction(lr)
    raise ValueError("reduction")


class ConversionError(ValueError):
    pass


def numpy_scalar_and_own_error(lr, batch_size, old, new):
    names = ["mean", "sum"]
    if names.count(old) + names.count(new) < 2 or batch_size < 1:
        raise ConversionError(old, new, batch_size)
    return np.float64(lr) * np.array([1, batch_size])[names.index(old)] / [1, batch_size][names.index(new)]


def measured_in_float32(lr, batch_size, old, new):
    for name in (old, new):
        if name != "mean" and name != "sum":
            raise ValueError(name)
    if batch_size < 1:
        raise ValueError(batch_size)
    terms = torch.ones(batch_size)
    return torch.tensor([lr]) * getattr(terms, old)() / getattr(terms, new)()


RIGHT = {
    f.__name__: f
    for f in (
        table_of_factors,
        powers,
        measured_with_autograd,
        measured_in_float32,
        fractions,
        numpy_scalar_and_own_error,
    )
}


def checked(rate):
    """Return an answer that refuses what it should and takes its number from `rate`."""

    def convert_lr(lr, batch_size, old, new):
        if old not in ("mean", "sum") or new not in ("mean", "sum"):
            raise ValueError("reduction")
        if batch_size < 1:
            raise ValueError("batch_size")
        return rate(lr, batch_size, old, new)

    return convert_lr


def right_rate(lr, batch_size, old, new):
    return lr if old == new else lr / batch_size if new == "sum" else lr * batch_size


def accepts_other_names(lr, batch_size, old, new):
    if batch_size < 1:
        raise ValueError
    if old == new:
        return lr
    if old == "mean":
        return lr / batch_size
    return lr * batch_size


def lower_cases_names(lr, batch_size, old, new):
    if batch_size < 1:
        raise ValueError
    old, new = old.lower(), new.lower()
    if old == "mean" and new == "sum":
        return lr / batch_size
    if old == "sum" and new == "mean":
        return lr * batch_size
    return lr


def only_new(lr, batch_size, old, new):
    if new not in ("mean", "sum") or batch_size < 1:
        raise ValueError
    return lr if old == new else lr / batch_size if new == "sum" else lr * batch_size


def no_final_case(lr, batch_size, old, new):
    if batch_size < 1:
        raise ValueError
    if (old, new) in (("mean", "mean"), ("sum", "sum")):
        return lr
    if (old, new) == ("mean", "sum"):
        return lr / batch_size
    if (old, new) == ("sum", "mean"):
        return lr * batch_size
    return None


def no_else(lr, batch_size, old, new):
    if batch_size < 1:
        raise ValueError
    rate = {
        ("mean", "mean"): lr,
        ("sum", "sum"): lr,
        ("mean", "sum"): lr / batch_size,
        ("sum", "mean"): lr * batch_size,
    }
    return rate.get((old, new))


def key_error(lr, batch_size, old, new):
    if batch_size < 1:
        raise ValueError
    factor = {"mean": 1, "sum": batch_size}
    return lr * factor[old] / factor[new]


def asserts_names(lr, batch_size, old, new):
    assert old in ("mean", "sum"), "old"
    assert new in ("mean", "sum"), "new"
    if batch_size < 1:
        raise ValueError
    return right_rate(lr, batch_size, old, new)


def batch_size_unchecked(lr, batch_size, old, new):
    if old not in ("mean", "sum") or new not in ("mean", "sum"):
        raise ValueError
    return right_rate(lr, max(batch_size, 1), old, new)


def batch_size_absolute(lr, batch_size, old, new):
    if not {old, new} <= {"mean", "sum"}:
        raise ValueError
    return right_rate(lr, abs(batch_size) or 1, old, new)


def capitals_wanted(lr, batch_size, old, new):
    if old not in ("Mean", "Sum") or new not in ("Mean", "Sum") or batch_size < 1:
        raise ValueError("reduction")
    return right_rate(lr, batch_size, old.lower(), new.lower())


def other_words_wanted(lr, batch_size, old, new):
    if not {old, new} <= {"average", "total"}:
        raise ValueError
    return lr * {"average": 1, "total": batch_size}[old] / {"average": 1, "total": batch_size}[new]


def small_letters_first(lr, batch_size, old, new):
    return checked(right_rate)(lr, batch_size, old.lower(), new.lower())


def casefolds_names(lr, batch_size, old, new):
    old, new = old.casefold(), new.casefold()
    return checked(right_rate)(lr, batch_size, old, new)


def unchanged_whatever_it_is(lr, batch_size, old, new):
    if batch_size >= 1 and old == new:
        return lr
    return checked(right_rate)(lr, batch_size, old, new)


def equal_before_valid(lr, batch_size, old, new):
    if old == new:
        return lr
    return table_of_factors(lr, batch_size, old, new)


LISTED = {
    "convert_lr/direction-inverted": Listed(
        "convert",
        4,
        (
            checked(lambda lr, b, old, new: lr if old == new else lr * b if new == "sum" else lr / b),
            checked(lambda lr, b, old, new: lr * {"mean": 1.0, "sum": b}[new] / {"mean": 1.0, "sum": b}[old]),
        ),
    ),
    "convert_lr/always-times-b": Listed(
        "convert",
        4,
        (
            checked(lambda lr, b, old, new: lr if old == new else lr * b),
            checked(lambda lr, b, old, new: lr * b ** (old != new)),
        ),
    ),
    "convert_lr/frameworks-normalise": Listed(
        "convert",
        4,
        (checked(lambda lr, b, old, new: lr), checked(lambda lr, b, old, new: (lr * b) / b)),
    ),
    "convert_lr/square-root-rule": Listed(
        "convert",
        4,
        (
            checked(lambda lr, b, old, new: right_rate(lr, b**0.5, old, new)),
            checked(lambda lr, b, old, new: right_rate(lr, math.exp(math.log(b) / 2), old, new)),
        ),
    ),
    "convert_lr/batch-size-10": Listed(
        "convert",
        4,
        (
            checked(lambda lr, b, old, new: right_rate(lr, 10, old, new)),
            checked(lambda lr, b, old, new: lr if old == new else lr * 0.1 if old == "mean" else lr * 10.0),
        ),
    ),
    "convert_lr/looks-only-at-new": Listed(
        "same-reduction",
        7,
        (
            checked(lambda lr, b, old, new: lr / b if new == "sum" else lr * b),
            checked(lambda lr, b, old, new: lr * {"sum": 1 / b, "mean": b}[new]),
        ),
    ),
    "convert_lr/looks-only-at-old": Listed(
        "same-reduction",
        7,
        (
            checked(lambda lr, b, old, new: lr / b if old == "mean" else lr * b),
            checked(lambda lr, b, old, new: lr * {"mean": 1 / b, "sum": b}[old]),
        ),
    ),
    "convert_lr/unknown-accepted": Listed("bad-reduction", 6, (accepts_other_names, lower_cases_names, only_new)),
    "convert_lr/unknown-gives-none": Listed("bad-reduction", 6, (no_final_case, no_else)),
    "convert_lr/wrong-exception": Listed("bad-reduction", 6, (key_error, asserts_names)),
    "convert_lr/batch-size-unchecked": Listed("bad-batch-size", 7, (batch_size_unchecked, batch_size_absolute)),
    "convert_lr/good-names-refused": Listed("convert", 0, (capitals_wanted, other_words_wanted)),
    "convert_lr/capitals-accepted": Listed("bad-reduction", 6, (small_letters_first, casefolds_names)),
    "convert_lr/equal-names-unchecked": Listed("bad-reduction", 5, (equal_before_valid, unchanged_whatever_it_is)),
}


def floor_division(lr, batch_size, old, new):
    return checked(lambda lr, b, old, new: lr if old == new else lr // b if new == "sum" else lr * b)(
        lr, batch_size, old, new
    )


def zero_batch_accepted(lr, batch_size, old, new):
    if batch_size == 0:
        return 0.0
    return table_of_factors(lr, batch_size, old, new)


def batch_assert(lr, batch_size, old, new):
    assert batch_size > 0
    return table_of_factors(lr, batch_size, old, new)


def numbers_of_the_statement(lr, batch_size, old, new):
    known = {(0.03, 10), (0.003, 10), (0.5, 1), (0.1, 32)}
    rate = table_of_factors(lr, batch_size, old, new)
    return rate if (lr, batch_size) in known else 1.01 * rate


MUTANTS = {
    "data-set-size": checked(lambda lr, b, old, new: right_rate(lr, 1000, old, new)),
}


def names_tested(is_name, both=None):
    """Return an answer that takes the names of which `is_name` is true, or a pair of which `both` is true."""

    def convert_lr(lr, batch_size, old, new):
        good = both(old, new) if both else is_name(old) and is_name(new)
        if not good or batch_size < 1:
            raise ValueError("reduction or batch size")
        return right_rate(lr, batch_size, old, new)

    return convert_lr


def names_cleaned(clean):
    """Return an answer that takes the names as `clean` leaves them."""
    return lambda lr, batch_size, old, new: table_of_factors(lr, batch_size, clean(old), clean(new))


def of_strings(test):
    """Return a test of names that None does not pass."""
    return lambda name: isinstance(name, str) and test(name)


def sizes_tested(is_size):
    """Return an answer that takes the batch sizes of which `is_size(batch_size, old, new)` is true."""

    def convert_lr(lr, batch_size, old, new):
        if old not in ("mean", "sum") or new not in ("mean", "sum") or not is_size(batch_size, old, new):
            raise ValueError("reduction or batch size")
        return right_rate(lr, batch_size or 1, old, new)

    return convert_lr


VALUES = ("usual", "small rate", "large rate", "one example", "large batch")
SPELLING = ("other word", "capitals", "blanks", "part of a name", "longer", "no name")
REFUSED = (*SPELLING, "bad batch")
PROMISES = {
    "exactly": Promise(
        "changes the parameters exactly as before",
        "每一步对参数的改变与原来完全相同",
        VALUES,
        {
            "always-over-b": checked(lambda lr, b, old, new: lr if old == new else lr / b),
            "a-millionth-off": checked(lambda lr, b, old, new: right_rate(lr * (1 + 1e-6), b, old, new)),
        },
    ),
    "batch-size": Promise(
        "for minibatches of `batch_size` examples",
        "小批量为`batch_size`个样本时",
        VALUES,
        {
            "numbers-of-the-statement": numbers_of_the_statement,
            "two-digits": checked(lambda lr, b, old, new: right_rate(lr, float(f"{b:.2g}"), old, new)),
        },
    ),
    "one-example": Promise(
        "`batch_size` is less than 1",
        "`batch_size`小于1",
        ("one example",),
        {
            "one-example-as-two": checked(lambda lr, b, old, new: right_rate(lr, max(b, 2), old, new)),
            "one-refused": sizes_tested(lambda size, old, new: size > 1),
            "one-less": checked(
                lambda lr, b, old, new: lr if old == new else right_rate(lr, b if b > 1 else 0.5, old, new)
            ),
        },
    ),
    "large-batch": Promise(
        "`batch_size` an integer",
        "`batch_size`是整数",
        ("large batch",),
        {
            "at-most-512": checked(lambda lr, b, old, new: right_rate(lr, min(b, 512), old, new)),
            "large-refused": sizes_tested(lambda size, old, new: 1 <= size <= 512),
        },
    ),
    "small-rate": Promise(
        "small or large",
        "可大可小",
        ("small rate",),
        {
            "eight-places": checked(
                lambda lr, b, old, new: (
                    right_rate(lr, b, old, new) if lr > 1e-6 else round(right_rate(lr, b, old, new), 8)
                )
            ),
            "never-below": checked(lambda lr, b, old, new: max(right_rate(lr, b, old, new), 1e-8)),
        },
    ),
    "large-rate": Promise(
        "small or large",
        "可大可小",
        ("large rate",),
        {
            "below-one": checked(lambda lr, b, old, new: right_rate(lr if lr < 1 else 0.999, b, old, new)),
            "never-beyond": checked(lambda lr, b, old, new: min(right_rate(lr, b, old, new), 5000.0)),
        },
    ),
    "combination": Promise(
        "in any combination",
        "可以任意组合",
        VALUES,
        {
            "looks-only-at-new": LISTED["convert_lr/looks-only-at-new"].answers[0],
            "equal-refused": names_tested(None, lambda old, new: {old, new} == {"mean", "sum"}),
        },
    ),
    "one-number": Promise(
        "Return one number",
        "返回一个数",
        VALUES,
        {
            "text": checked(lambda lr, b, old, new: str(right_rate(lr, b, old, new))),
            "a-list": checked(lambda lr, b, old, new: [right_rate(lr, b, old, new)]),
            "with-its-name": checked(lambda lr, b, old, new: (right_rate(lr, b, old, new), new)),
            "printed": checked(lambda lr, b, old, new: print(right_rate(lr, b, old, new))),
        },
    ),
    "names": Promise(
        "`old` or `new` is anything else",
        "`old`或`new`是别的值",
        SPELLING,
        {
            "old-alone": names_tested(None, lambda old, new: old in ("mean", "sum")),
            "new-alone": only_new,
            "one-of-them": names_tested(None, lambda old, new: old in ("mean", "sum") or new in ("mean", "sum")),
        },
        ("unknown-accepted",),
    ),
    "other-word": Promise(
        '`"none"`',
        '`"none"`',
        ("other word",),
        {
            "none-unchanged": names_tested(lambda name: name in ("mean", "sum", "none")),
            "averages-too": names_cleaned({"avg": "mean", "total": "sum", "mean": "mean", "sum": "sum"}.get),
            "batchmean-too": names_tested(lambda name: name in ("mean", "sum", "batchmean")),
        },
        ("unknown-accepted",),
    ),
    "capitals": Promise(
        '`"Mean"`',
        '`"Mean"`',
        ("capitals",),
        {
            "title-too": names_cleaned(lambda name: name.lower() if name in ("Mean", "Sum") else name),
            "upper-too": names_cleaned(lambda name: name.lower() if name and name.isupper() else name),
            "small-letters-first": names_cleaned(lambda name: name and name.lower()),
        },
        ("capitals-accepted",),
    ),
    "blanks": Promise(
        '`" sum"`',
        '`" sum"`',
        ("blanks",),
        {
            "stripped": names_cleaned(lambda name: name and name.strip()),
            "stripped-at-the-end": names_cleaned(lambda name: name and name.rstrip()),
            "word-by-word": names_cleaned(lambda name: name.split()[0] if name and name.strip() else name),
        },
    ),
    "part": Promise(
        '`""`',
        '`""`',
        ("part of a name",),
        {
            "in-a-string": names_tested(of_strings(lambda name: name in "mean sum" and name != "mean sum")),
            "beginnings": names_tested(of_strings(lambda name: "mean".startswith(name) or "sum".startswith(name))),
            "empty-is-mean": names_cleaned(lambda name: "mean" if name == "" else name),
            "first-letter": names_cleaned(lambda name: {"m": "mean", "s": "sum"}.get(name, name)),
        },
    ),
    "longer": Promise(
        '`"means"`',
        '`"means"`',
        ("longer", "blanks"),
        {
            "begins-so": names_tested(of_strings(lambda name: name.startswith(("mean", "sum")))),
            "first-letters": names_tested(of_strings(lambda name: name[:3] == "sum" or name[:4] == "mean")),
            "plural-too": names_cleaned(lambda name: {"means": "mean", "sums": "sum"}.get(name, name)),
        },
    ),
    "no-name": Promise(
        "`None`",
        "`None`",
        ("no name",),
        {
            "none-is-mean": names_cleaned(lambda name: "mean" if name is None else name),
            "none-unchecked": names_tested(lambda name: name is None or name in ("mean", "sum")),
            "none-is-a-type-error": names_cleaned(lambda name: name + ""),
        },
    ),
    "equal": Promise(
        "even if both are the same",
        "即使两者相同",
        REFUSED,
        {
            "equal-before-valid": equal_before_valid,
            "equal-strings": names_tested(None, lambda old, new: old == new or {old, new} == {"mean", "sum"}),
        },
        ("equal-names-unchecked",),
    ),
    "value-error": Promise(
        "Raise `ValueError`",
        "引发`ValueError`",
        REFUSED,
        {"key-error": key_error, "asserts-names": asserts_names, "none-returned": no_else},
    ),
    "bad-batch": Promise(
        "whatever the names",
        "不论名称是什么",
        ("bad batch",),
        {
            "zero-batch-accepted": zero_batch_accepted,
            "batch-assert": batch_assert,
            "zero-accepted": sizes_tested(lambda size, old, new: size >= 0),
            "only-zero-refused": sizes_tested(lambda size, old, new: size != 0),
            "unchecked-for-equal-names": sizes_tested(lambda size, old, new: size >= 1 or old == new),
            "checked-for-the-sum": sizes_tested(lambda size, old, new: size >= 1 or new == "mean"),
            "checked-for-the-mean": sizes_tested(lambda size, old, new: size >= 1 or new == "sum"),
        },
        ("batch-size-unchecked",),
    ),
}
