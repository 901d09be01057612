"""`load_array(data_arrays, batch_size, is_train=True)`: minibatches of examples, in a new order each pass (6 points).

The oracle is the data themselves: each row carries the number of its example in every array, so that what
came, in which order and with what it belonged is read from the values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from linreg_course.checking.exercise import another, shows
from linreg_course.checking.observing import Case, Seen, attempt, describe
from linreg_course.checking.reading import is_tensor, tensor
from linreg_course.checking.showing import shown
from linreg_course.checking.verdict import Fault
from linreg_course.checking.words import words_of
from linreg_course.language import Text

WORDS = words_of(__file__)
POINTS = {"batches": 2, "training-order": 2, "given-order": 1, "general": 1}

PASSES, MANY_PASSES = 2, 8
# Among a thousand examples in random order a minibatch of ten neighbours has a chance of 4e-21; of few, a real one.
FEWEST_OF_A_BLOCK = 6
# That so many examples moved by one distance between two random orders has a chance below 1 in 20! for each distance.
FEWEST_MOVED_ALIKE = 20
# Of so many examples three quarters of the first half do not come in the first half (or the second) of a random order.
FEWEST_TO_HALVE = 250
FEW = ((12, 12), (5, 8), (1, 1), (7, 1), (9, 8), (140, 128))
MODES: dict[str, tuple[bool, ...]] = {"training": (True,), "given": (False,), "default": ()}
ORDERS = {"training": "training-order", "given": "given-order", "default": "training-order"}
# Each array as a learner types it, and made; the first of a case tells its examples apart.
ARRAYS: dict[str, tuple[str, Callable[[Tensor], Tensor]]] = {
    "X": ("torch.stack([i, -i], 1)", lambda i: torch.stack([i, -i], 1)),
    "y": ("10 * i[:, None]", lambda i: 10 * i[:, None]),
    "z": ("i + 0.5", lambda i: i + 0.5),
    "weight": ("i[:, None] / 4", lambda i: i[:, None] / 4),
    "falling": ("-i[:, None]", lambda i: -i[:, None]),
    "images": (
        "i[:, None, None] + torch.arange(6.0).reshape(2, 3) / 8",
        lambda i: i[:, None, None] + torch.arange(6, dtype=torch.float32).reshape(2, 3) / 8,
    ),
    "labels": ("2**40 + i.long()", lambda i: 2**40 + i.long()),
    "thirds": ("i[:, None].double() / 3", lambda i: i[:, None].double() / 3),
    "mask": ("i % 3 == 0", lambda i: i % 3 == 0),
}
NUMBERS = (["X", "y", "z"], ["X"], ["X", "y", "z", "weight"])
Order = list[list[list[int]]]


def cases(rng: np.random.Generator) -> list[Case]:
    n, batch_size = int(rng.integers(300, 400)), int(rng.integers(40, 60))
    both = ("training", "given")
    return [
        *(_case("usual", ["batches", ORDERS[mode]], 1003, 10, mode) for mode in MODES),
        *(_case("number of arrays", ["general"], 57, 8, mode, arrays) for arrays in NUMBERS for mode in MODES),
        *(_case("sizes", ["batches", ORDERS[mode]], 257, 32, mode) for mode in MODES),
        *(_case("sizes", ["batches", ORDERS[mode]], 128, 32, mode) for mode in both),
        *(_case("sizes", ["batches", ORDERS[mode]], n, batch_size, mode) for mode in both),
        # Too few examples to tell a random order from the given one.
        *(_case("sizes", ["batches"], *size, mode) for size in FEW for mode in both),
        *(_case("shapes", ["general"], 23, 5, mode, ["images", "z"]) for mode in both),
        *(_case("dtypes", ["general"], 23, 5, mode, ["thirds", "labels", "mask"]) for mode in both),
        *(_case("by name", [ORDERS[mode]], 128, 32, mode, named=True) for mode in both),
        _case("falling values", ["given-order"], 23, 5, "given", ["falling", "y"]),
        *(_case("left early", ["batches"], 23, 5, mode, left=True) for mode in both),
        *(_case("many passes", ["batches", ORDERS[mode]], 103, 10, mode, passes=MANY_PASSES) for mode in both),
    ]


def _case(
    kind: str, rules: list[str], n: int, batch_size: int, mode: str, arrays: Sequence[str] = ("X", "y"), **more: Any
) -> Case:
    """Return a case; `more`: its container, passes, whether is_train is named, and loops are left early."""
    container = "list" if arrays == NUMBERS[0] else "tuple"
    case = {"kind": kind, "rules": rules, "n": n, "batch_size": batch_size, "mode": mode, "arrays": list(arrays)}
    return {**case, "container": container, "passes": PASSES, "named": False, "left": False, **more}


def spell(case: Case) -> str:
    names = ", ".join(case["arrays"])
    listed = names + "," * (len(case["arrays"]) == 1)
    arrays = f"[{names}]" if case["container"] == "list" else f"({listed})"
    values = ", ".join(ARRAYS[name][0] for name in case["arrays"])
    given = "".join(f", {'is_train=' * case['named']}{mode}" for mode in MODES[case["mode"]])
    call = f"i = torch.arange({case['n']}.0)\n{names} = {values}\n"
    call += f"data_iter = load_array({arrays}, {case['batch_size']}{given})"
    return call + "\nfor minibatch in data_iter:\n    break" * case["left"]


def _arrays(case: Case) -> list[Tensor]:
    i = torch.arange(case["n"], dtype=torch.float32)
    return [ARRAYS[name][1](i) for name in case["arrays"]]


def arguments(case: Case) -> tuple[Any, ...]:
    arrays = _arrays(case)
    return arrays if case["container"] == "list" else tuple(arrays), case["batch_size"], *MODES[case["mode"]]


def observe(answer: Any, case: Case) -> Seen:
    data_arrays, batch_size, *is_train = arguments(case)
    own = list(data_arrays)
    named = dict(zip(["is_train"], is_train, strict=False)) if case["named"] else {}
    data_iter, raised = attempt(answer, data_arrays, batch_size, *([] if named else is_train), **named)
    passes = []
    for _ in range(case["passes"]):
        if raised is None and case["left"]:
            _, raised = attempt(_leave, data_iter)
        if raised is None:
            batches, raised = attempt(_read, data_iter, case["n"])
            passes.append(batches)
    if raised is not None:
        return {"raised": raised, **({"returned": [None]} if passes and data_iter is None else {})}
    return {"passes": passes, "arrays": [describe(array) for array in own]}


def _leave(data_iter: Any) -> None:
    """Begin a pass and leave it at its first minibatch."""
    for _ in data_iter:
        break


def _read(data_iter: Any, n: int) -> list[Any]:
    """Return the minibatches of a pass; of one that has more rows than there are examples, only the first."""
    batches, rows = [], 0
    for batch in data_iter:
        batches.append(describe(batch))
        shapes = [part["shape"] for part in _parts(batches[-1]) if is_tensor(part)]
        rows += shapes[0][0] if shapes and shapes[0] else 1
        if rows > n:
            break
    return batches


def judge(case: Case, seen: Seen) -> Mapping[str, Fault]:
    order: Order = []
    for batches in seen["passes"]:
        ids, odd = _ids(case, batches)
        if odd is not None:
            return dict.fromkeys(case["rules"], _no_minibatch(case, odd + 1, batches[odd]))
        order.append(ids)
    if "general" in case["rules"] and (fault := _judge_kept(case, seen)):
        return {"general": fault}
    found = {rule: _JUDGES[rule](case, order) for rule in case["rules"]}
    return {rule: Fault(spell(case), came, WORDS.say(rule)) for rule, came in found.items() if came is not None}


def _no_minibatch(case: Case, number: int, batch: Any) -> Fault:
    return Fault(spell(case), WORDS.say("as-minibatch", number=number, came=shown(batch)), WORDS.say("minibatch"))


def _judge_kept(case: Case, seen: Seen) -> Fault | None:
    """Return the first array that has another dtype in a minibatch, or was itself changed."""
    arrays = _arrays(case)
    dtypes = [describe(array)["dtype"] for array in arrays]
    for batches in seen["passes"]:
        for number, batch in enumerate(batches, 1):
            if [part["dtype"] for part in _parts(batch)] != dtypes:
                return _no_minibatch(case, number, batch)
    for name, array, kept in zip(case["arrays"], arrays, seen["arrays"], strict=True):
        values = tensor(kept)
        if values is None or values.dtype != array.dtype or not values.equal(array):
            return Fault(spell(case), WORDS.say("changed", name=name, came=shown(kept, array)), WORDS.say("kept"))
    return None


def _ids(case: Case, batches: list[Any]) -> tuple[list[list[int]], int | None]:
    """Return the numbers of the examples by minibatch, and which is the first that is none of the case's."""
    odd = next((number for number, batch in enumerate(batches) if not _has_form(case, batch)), None)
    if odd is not None or not batches:
        return [], odd
    columns = [
        torch.cat([part["value"] for part in parts]).double() for parts in zip(*map(_parts, batches), strict=True)
    ]
    true = [array.double() for array in _arrays(case)]
    # The example with this value in the first array; where none has it, some other one, which is unequal below.
    first, of_rows = (values[0].reshape(len(values[0]), -1)[:, 0] for values in (true, columns))
    by_value = first.argsort()
    i = by_value[torch.searchsorted(first[by_value], of_rows.contiguous()).clamp(max=case["n"] - 1)]
    wrong = torch.zeros(len(i), dtype=torch.bool)
    for column, own in zip(columns, true, strict=True):
        wrong |= (column != own[i]).reshape(len(i), -1).any(1)
    sizes = [_parts(batch)[0]["shape"][0] for batch in batches]
    odd = next((number for number, rows in enumerate(wrong.split(sizes)) if rows.any()), None)
    return [] if odd is not None else [rows.tolist() for rows in i.split(sizes)], odd


def _has_form(case: Case, batch: Any) -> bool:
    """Tell whether a minibatch has one tensor for each array, with the same number of rows, at least one."""
    parts = _parts(batch)
    if len(parts) != len(case["arrays"]) or not all(is_tensor(part) and tensor(part) is not None for part in parts):
        return False
    rows = parts[0]["shape"][:1]
    shapes = [[*rows, *array.shape[1:]] for array in _arrays({**case, "n": 1})]
    return rows > [0] and all(
        part["shape"] == shape and not part["value"].is_complex() for part, shape in zip(parts, shapes, strict=True)
    )


def _parts(batch: Any) -> list[Any]:
    is_sequence = isinstance(batch, dict) and batch.get("type") in ("tuple", "list")
    return list(batch["items"]) if is_sequence and "items" in batch else []


def _judge_batches(case: Case, order: Order) -> Text | None:
    full, rest = divmod(case["n"], case["batch_size"])
    true = [case["batch_size"]] * full + [rest] * (rest > 0)
    for number, batches in enumerate(order, 1):
        sizes = [len(ids) for ids in batches]
        if sizes != true:
            return _sizes(number, sizes, true)
        if came := _not_once(case, number, batches):
            return came
    return None


def _sizes(number: int, sizes: list[int], true: list[int]) -> Text:
    """Return the sizes of a pass; of many, those at its ends, or the first odd one where that is not among them."""
    odd = next((place for place, pair in enumerate(zip(sizes, true, strict=False)) if pair[0] != pair[1]), 0)
    if 3 <= odd < len(sizes) - 2:
        return WORDS.say("odd-size", number=number, count=len(sizes), place=odd + 1, size=sizes[odd])
    listed = ", ".join(map(str, sizes)) if len(sizes) < 7 else f"{str(sizes[:3])[1:-1]}, …, {str(sizes[-2:])[1:-1]}"
    return WORDS.say("sizes", number=number, count=len(sizes), sizes=listed or WORDS.say("no-sizes"))


def _not_once(case: Case, number: int, batches: list[list[int]]) -> Text | None:
    """Return how many examples of a pass are missing or come again; None where each comes once."""
    ids = [one for batch in batches for one in batch]
    missing, again = case["n"] - len(set(ids)), len(ids) - len(set(ids))
    if not missing and not again:
        return None
    return WORDS.say("not-once", number=number, n=case["n"], missing=missing, again=again)


def _judge_general(case: Case, order: Order) -> Text | None:
    return next(filter(None, (_not_once(case, number, batches) for number, batches in enumerate(order, 1))), None)


def _judge_given_order(case: Case, order: Order) -> Text | None:
    """Return the first example that comes out of order; whether all come is told by `batches`."""
    for number, ids in enumerate(map(_flat, order), 1):
        if ids != sorted(ids) or (number == 1 and not ids):
            return _first_of(number, ids)
    return None


def _judge_training_order(case: Case, order: Order) -> Text | None:
    for number, batches in enumerate(order, 1):
        ids = _flat(batches)
        if ids == sorted(ids):
            return _first_of(number, ids)
        block = next(filter(_is_block, batches), None)
        if block is not None:
            return WORDS.say("neighbours", number=number, first=min(block), last=max(block))
    of_earlier = (_of_earlier(number, batches, order[: number - 1]) for number, batches in enumerate(order, 1))
    return next(filter(None, of_earlier), None) or _half_kept(case, order) or _same_place(case, order)


def _is_block(ids: list[int]) -> bool:
    return len(ids) >= FEWEST_OF_A_BLOCK and max(ids) - min(ids) == len(ids) - 1


def _of_earlier(number: int, batches: list[list[int]], order: Order) -> Text | None:
    """Return what a pass has of the given order, or of a pass before it."""
    ids = _flat(batches)
    if count := _moved_alike(ids, sorted(ids)):
        return WORDS.say("given-moved", number=number, count=count)
    groups = {frozenset(group) for group in batches if len(group) >= FEWEST_OF_A_BLOCK}
    for before, earlier in enumerate(order, 1):
        if ids == _flat(earlier):
            return WORDS.say("same-again", number=number, before=before)
        if count := len(groups & {frozenset(group) for group in earlier}):
            return WORDS.say("same-groups", number=number, before=before, count=count)
        if count := _moved_alike(ids, _flat(earlier)):
            return WORDS.say("moved-alike", number=number, before=before, count=count)
    return None


def _moved_alike(ids: list[int], earlier: list[int]) -> int:
    """Return how many examples of an order are those of another one, rotated or turned round; 0 if but a few."""
    if len(ids) != len(earlier):
        return 0
    places = {one: place for place, one in enumerate(earlier)}
    pairs = [(place, places[one]) for place, one in enumerate(ids) if one in places]
    rotated = Counter((new - old) % len(ids) for new, old in pairs)
    turned = Counter((new + old) % len(ids) for new, old in pairs)
    count = max([*rotated.values(), *turned.values()], default=0)
    return count if count >= FEWEST_MOVED_ALIKE else 0


def _half_kept(case: Case, order: Order) -> Text | None:
    """Return how much of the first half of the data comes first, or last, where it is almost all."""
    half = case["n"] // 2
    for number, ids in enumerate(map(_flat, order), 1):
        count = sum(one < half for one in ids[:half])
        if case["n"] >= FEWEST_TO_HALVE and abs(count - half / 2) >= half / 4:
            return WORDS.say("half-kept", number=number, count=count, half=half)
    return None


def _same_place(case: Case, order: Order) -> Text | None:
    """Return the example that has one place in all of many passes, or is always in the last minibatch."""
    if len(order) < MANY_PASSES:
        return None
    fixed = [(place, ids[0]) for place, ids in enumerate(zip(*map(_flat, order), strict=False)) if len(set(ids)) == 1]
    last = set.intersection(*(set(batches[-1]) if batches else set() for batches in order))
    if fixed:
        return WORDS.say("same-place", example=fixed[0][1], place=fixed[0][0] + 1, count=len(order))
    return WORDS.say("always-last", example=min(last), count=len(order)) if last else None


def _flat(batches: list[list[int]]) -> list[int]:
    return [one for ids in batches for one in ids]


def _first_of(number: int, ids: list[int]) -> Text:
    listed = ", ".join(map(str, ids[:5])) + (", …" if len(ids) > 5 else "")
    return WORDS.say("examples", number=number, ids=listed or WORDS.say("no-examples"))


_JUDGES = {
    "batches": _judge_batches,
    "training-order": _judge_training_order,
    "given-order": _judge_given_order,
    "general": _judge_general,
}


def battery(rng: np.random.Generator) -> list[Case]:
    usual = [_case("usual", [], 1003, 32, mode) for mode in MODES]
    return [*usual, *(_case("number of arrays", [], 100, 32, "given", arrays) for arrays in (["X"], ["X", "y", "z"]))]


def aspects(battery: list[Case], seen: list[Seen]) -> dict[str, Any]:
    pairs = list(zip(battery, seen, strict=True))
    usual, others = pairs[: len(MODES)], pairs[len(MODES) :]
    failed = [_error(one) for _, one in usual if "passes" not in one]
    batches = [_batches_view(*pair) for pair in usual if "passes" in pair[1]]
    order = [_order_view(*pair) for pair in usual if "passes" in pair[1]]
    general = [_general_view(*pair) for pair in others]
    return {
        "runs": failed or None,
        "batches": None if set(batches) <= {"right"} else batches,
        "order": None if order == ["new", "given", "new"] else order,
        "general": None if set(general) <= {"right"} else general,
    }


def _error(seen: Seen) -> str:
    words = seen["raised"]["message"] if "raised" in seen else ""
    if "unpack" in words:
        return "unpack"
    return "a tuple has no size" if "has no attribute 'size'" in words else "other"


def _orders(case: Case, seen: Seen) -> Order | None:
    """Return the numbers of the examples by pass and minibatch; None where something else came."""
    found = [_ids(case, batches) for batches in seen["passes"]]
    return None if any(odd is not None for _, odd in found) else [ids for ids, _ in found]


def _batches_view(case: Case, seen: Seen) -> str:
    order = _orders(case, seen)
    if order is None:
        return "single rows" if _is_row(seen["passes"][0][:1]) else "other"
    if _judge_batches(case, order) is None:
        return "right"
    sizes = [[len(ids) for ids in batches] for batches in order]
    known = {
        "no second pass": sizes[0] != [] and sizes[1] == [],
        "one at a time": sizes == [[1] * case["n"]] * PASSES,
        "no tail": sizes == [[case["batch_size"]] * (case["n"] // case["batch_size"])] * PASSES,
    }
    return next((name for name, holds in known.items() if holds), "other")


def _is_row(first: list[Any]) -> bool:
    parts = _parts(first[0]) if first else []
    return bool(parts) and is_tensor(parts[0]) and parts[0]["shape"] == [2]


def _order_view(case: Case, seen: Seen) -> str:
    order = _orders(case, seen)
    if order is None:
        return "other"
    if _judge_given_order(case, order) is None:
        return "given"
    came = _judge_training_order(case, order)
    return "new" if came is None else "once" if came == WORDS.say("same-again", number=2, before=1) else "other"


def _general_view(case: Case, seen: Seen) -> str:
    if "passes" not in seen:
        return _error(seen)
    order = _orders(case, seen)
    return "right" if order is not None and _judge_general(case, order) is None else "other"


def _rows(arrays, order, batch_size):
    """Return the full minibatches of an order: all that the wrong answers below need, and without the last rows."""
    return [[array[ids] for array in arrays] for ids in order.split(batch_size) if len(ids) == batch_size]


class _Mixed:
    """Gives full minibatches in a new order each time."""

    def __init__(self, arrays, batch_size):
        self.arrays, self.batch_size = arrays, batch_size

    def __iter__(self):
        return iter(_rows(self.arrays, torch.randperm(len(self.arrays[0])), self.batch_size))


@shows("runs")
def _no_star(data_arrays, batch_size, is_train=True):
    return data_arrays.size(0)


@shows("batches")
def _dataset_not_loader(data_arrays, batch_size, is_train=True):
    return torch.utils.data.TensorDataset(*data_arrays)


@shows("batches")
def _one_pass_only(data_arrays, batch_size, is_train=True):
    return iter(_rows(data_arrays, torch.arange(len(data_arrays[0])), batch_size))


@shows("batches")
def _batch_size_forgotten(data_arrays, batch_size, is_train=True):
    return _rows(data_arrays, torch.arange(len(data_arrays[0])), 1)


@shows("batches")
def _tail_dropped(data_arrays, batch_size, is_train=True):
    return _rows(data_arrays, torch.arange(len(data_arrays[0])), batch_size)


@shows("order")
def _never_shuffled(data_arrays, batch_size, is_train=True):
    return _tail_dropped(data_arrays, batch_size)


@shows("order")
def _always_shuffled(data_arrays, batch_size, is_train=True):
    return _Mixed(data_arrays, batch_size)


@shows("order")
def _shuffle_inverted(data_arrays, batch_size, is_train=True):
    return (_tail_dropped if is_train else _always_shuffled)(data_arrays, batch_size)


@shows("order")
def _shuffled_once(data_arrays, batch_size, is_train=True):
    return (_always_shuffled_once if is_train else _tail_dropped)(data_arrays, batch_size)


@another(_shuffled_once)
def _always_shuffled_once(data_arrays, batch_size, is_train=True):
    return list(_Mixed(data_arrays, batch_size))


@shows("general")
def _two_arrays_unpacked(data_arrays, batch_size, is_train=True):
    X, y = data_arrays
    return _tail_dropped((X, y), batch_size)
