"""Answers to `load_array`, and how often a right one is called wrong."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import torch
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, SequentialSampler, TensorDataset

from answers import Listed, Promise
from linreg_course.exercises import load_array as exercise


def false_alarm_bound() -> float:
    """Return a bound of the share of checks that call a right answer wrong: the sum over all random orders judged."""
    cases = exercise.cases(np.random.default_rng(0))
    return sum(order_bound(case) for case in cases if "training-order" in case["rules"])


def order_bound(case) -> float:
    """Return how often the random orders of a case look wrong by chance.

    A minibatch of k has only neighbours: of the C(n, k) sets of k examples n - k + 1 are such; it has the
    examples of one given minibatch: one set is such. Of two orders m examples or more stand at one distance:
    at most 1 in m!, for each of n distances and n sums. An example has one place in all of P passes, or is in
    the last minibatch of r. Of the first half, a quarter or three quarters come first: hypergeometric.
    """
    n, k, passes = case["n"], case["batch_size"], case["passes"]
    sizes = [size for size in [k] * (n // k) + [n % k] if size >= exercise.FEWEST_OF_A_BLOCK]
    pairs = math.comb(passes, 2)
    tail = passes * sum((n - size + 1) / math.comb(n, size) for size in sizes)
    tail += pairs * sum(sizes.count(size) / math.comb(n, size) for size in sizes)
    tail += (pairs + passes) * 2 * n / math.factorial(exercise.FEWEST_MOVED_ALIKE)
    if passes >= exercise.MANY_PASSES:
        tail += n ** (2 - passes) + n * ((n % k or k) / n) ** passes
    return tail + (passes * half_bound(n) if n >= exercise.FEWEST_TO_HALVE else 0.0)


def half_bound(n) -> float:
    half = n // 2
    far = [count for count in range(half + 1) if abs(count - half / 2) >= half / 4]
    return sum(math.comb(half, count) * math.comb(n - half, half - count) for count in far) / math.comb(n, half)


def reference(data_arrays, batch_size, is_train=True):
    return DataLoader(TensorDataset(*data_arrays), batch_size, shuffle=is_train)


def list_of_examples(data_arrays, batch_size, is_train=True):
    return DataLoader(list(zip(*data_arrays, strict=True)), batch_size, is_train)


class Rows(Dataset):
    def __init__(self, arrays):
        self.arrays = arrays

    def __len__(self):
        return len(self.arrays[0])

    def __getitem__(self, i):
        return [array[i] for array in self.arrays]


def own_dataset_with_a_seeded_generator(data_arrays, batch_size, is_train=True):
    generator = torch.Generator().manual_seed(7)
    return DataLoader(Rows(data_arrays), batch_size=batch_size, shuffle=is_train, generator=generator)


def batch_sampler(data_arrays, batch_size, is_train=True):
    dataset = TensorDataset(*data_arrays)
    sampler = RandomSampler(dataset) if is_train else SequentialSampler(dataset)
    return DataLoader(dataset, batch_sampler=BatchSampler(sampler, batch_size, drop_last=False))


class Batches:
    """Minibatches by indexing, as the from-scratch chapter makes them."""

    def __init__(self, arrays, batch_size, mixed):
        self.arrays, self.batch_size, self.mixed = arrays, batch_size, mixed

    def __iter__(self):
        ids = list(range(len(self.arrays[0])))
        if self.mixed:
            random.shuffle(ids)
        for start in range(0, len(ids), self.batch_size):
            chosen = torch.tensor(ids[start : start + self.batch_size])
            yield tuple(array[chosen] for array in self.arrays)


class SplitAnew:
    """One table of all columns, permuted and split again in each pass."""

    def __init__(self, data_arrays, batch_size, is_train=True):
        self.arrays, self.batch_size, self.is_train = list(data_arrays), batch_size, is_train

    def __len__(self):
        return -(-len(self.arrays[0]) // self.batch_size)

    def __iter__(self):
        n = len(self.arrays[0])
        order = torch.randperm(n) if self.is_train else torch.arange(n)
        yield from zip(*(array[order].split(self.batch_size) for array in self.arrays), strict=True)


def own_iterable(data_arrays, batch_size, is_train=True):
    return Batches(data_arrays, batch_size, is_train)


def numpy_order(data_arrays, batch_size, is_train=True):
    class Loader:
        def __iter__(self):
            n = len(data_arrays[0])
            order = np.random.permutation(n) if is_train else np.arange(n)
            return ([array[order[k : k + batch_size]] for array in data_arrays] for k in range(0, n, batch_size))

    return Loader()


def own_collate(data_arrays, batch_size, is_train=True):
    def gathered(ids):
        return tuple(array[list(ids)] for array in data_arrays)

    return DataLoader(range(len(data_arrays[0])), batch_size, is_train, collate_fn=gathered)


class Restarting:
    """Its own iterator: a pass begins anew whenever one is asked for."""

    def __init__(self, data_arrays, batch_size, is_train=True):
        self.arrays, self.batch_size, self.is_train = data_arrays, batch_size, is_train

    def __iter__(self):
        n = len(self.arrays[0])
        order = torch.rand(n).argsort() if self.is_train else torch.arange(n)
        self.left = list(order.split(self.batch_size))
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        ids = self.left.pop(0)
        return [array.index_select(0, ids) for array in self.arrays]


class MixedFurther:
    """A copy of its own, mixed further in each pass."""

    def __init__(self, data_arrays, batch_size, is_train=True):
        self.arrays, self.batch_size, self.is_train = [array.clone() for array in data_arrays], batch_size, is_train

    def __iter__(self):
        if self.is_train:
            order = torch.randperm(len(self.arrays[0]))
            self.arrays = [array[order] for array in self.arrays]
        return zip(*(array.split(self.batch_size) for array in self.arrays), strict=True)


RIGHT = {
    "restarting": Restarting,
    "mixed-further": MixedFurther,
    "reference": reference,
    "list-of-examples": list_of_examples,
    "own-dataset-with-a-seeded-generator": own_dataset_with_a_seeded_generator,
    "batch-sampler": batch_sampler,
    "own-iterable": own_iterable,
    "class-as-the-answer": SplitAnew,
    "numpy-order": numpy_order,
    "own-collate": own_collate,
}


def loader(**options):
    """Return the reference with options of the loader's own."""

    def answer(data_arrays, batch_size, is_train=True):
        known = {"batch_size": batch_size, "shuffle": is_train}
        return DataLoader(TensorDataset(*data_arrays), **{**known, **options})

    return answer


def no_star(data_arrays, batch_size, is_train=True):
    return DataLoader(TensorDataset(data_arrays), batch_size, shuffle=is_train)


def no_star_on_a_name(data_arrays, batch_size, is_train=True):
    dataset = TensorDataset(tuple(data_arrays))
    return DataLoader(dataset=dataset, batch_size=batch_size, shuffle=is_train)


def dataset_not_loader(data_arrays, batch_size, is_train=True):
    return TensorDataset(*data_arrays)


def zipped(data_arrays, batch_size, is_train=True):
    return list(zip(*data_arrays, strict=True))


def iterator(data_arrays, batch_size, is_train=True):
    return iter(reference(data_arrays, batch_size, is_train))


def generator(data_arrays, batch_size, is_train=True):
    yield from Batches(data_arrays, batch_size, is_train)


def batch_size_forgotten(data_arrays, batch_size, is_train=True):
    return DataLoader(TensorDataset(*data_arrays), shuffle=is_train)


def one_by_one(data_arrays, batch_size, is_train=True):
    return Batches(data_arrays, 1, is_train)


def whole_batches_only(data_arrays, batch_size, is_train=True):
    full = len(data_arrays[0]) // batch_size * batch_size
    return ShuffledIds(data_arrays, batch_size, is_train, full)


class ShuffledIds:
    def __init__(self, arrays, batch_size, mixed, kept):
        self.arrays, self.batch_size, self.mixed, self.kept = arrays, batch_size, mixed, kept

    def __iter__(self):
        n = len(self.arrays[0])
        order = (torch.randperm(n) if self.mixed else torch.arange(n))[: self.kept]
        for start in range(0, self.kept, self.batch_size):
            yield [array[order[start : start + self.batch_size]] for array in self.arrays]


def never_shuffled(data_arrays, batch_size, is_train=True):
    return DataLoader(TensorDataset(*data_arrays), batch_size)


def never_shuffled_by_slices(data_arrays, batch_size, is_train=True):
    n = len(data_arrays[0])
    return [[array[k : k + batch_size] for array in data_arrays] for k in range(0, n, batch_size)]


def always_shuffled_own(data_arrays, batch_size, is_train=True):
    return Batches(data_arrays, batch_size, True)


def shuffle_inverted(data_arrays, batch_size, is_train=True):
    return DataLoader(TensorDataset(*data_arrays), batch_size, shuffle=not is_train)


def shuffle_inverted_by_if(data_arrays, batch_size, is_train=True):
    return Batches(data_arrays, batch_size, mixed=not is_train)


def shuffled_once(data_arrays, batch_size, is_train=True):
    if is_train:
        order = torch.randperm(len(data_arrays[0]))
        data_arrays = [array[order] for array in data_arrays]
    return DataLoader(TensorDataset(*data_arrays), batch_size, shuffle=False)


def list_of_batches(data_arrays, batch_size, is_train=True):
    return list(reference(data_arrays, batch_size, is_train))


def two_arrays_unpacked(data_arrays, batch_size, is_train=True):
    X, y = data_arrays
    return DataLoader(TensorDataset(X, y), batch_size, shuffle=is_train)


def features_and_labels(data_arrays, batch_size, is_train=True):
    (features, labels) = data_arrays
    return Batches((features, labels), batch_size, is_train)


LISTED = {
    "load_array/no-star": Listed("batches", 0, (no_star, no_star_on_a_name)),
    "load_array/dataset-not-loader": Listed("batches", 0, (dataset_not_loader, zipped, loader(batch_size=None))),
    "load_array/one-pass-only": Listed("batches", 1, (iterator, generator)),
    "load_array/batch-size-forgotten": Listed("batches", 4, (batch_size_forgotten, one_by_one)),
    "load_array/tail-dropped": Listed("batches", 3, (loader(drop_last=True), whole_batches_only)),
    "load_array/never-shuffled": Listed("training-order", 4, (never_shuffled, never_shuffled_by_slices)),
    "load_array/always-shuffled": Listed("given-order", 5, (loader(shuffle=True), always_shuffled_own)),
    "load_array/shuffle-inverted": Listed("training-order", 3, (shuffle_inverted, shuffle_inverted_by_if)),
    "load_array/shuffled-once": Listed("training-order", 4, (shuffled_once, list_of_batches)),
    "load_array/two-arrays-unpacked": Listed("general", 5, (two_arrays_unpacked, features_and_labels)),
}


def tuple_as_dataset(data_arrays, batch_size, is_train=True):
    return DataLoader(data_arrays, batch_size, shuffle=is_train)


def shuffled_apart(data_arrays, batch_size, is_train=True):
    if is_train:
        data_arrays = [array[torch.randperm(len(array))] for array in data_arrays]
    return DataLoader(TensorDataset(*data_arrays), batch_size, shuffle=is_train)


def with_replacement(data_arrays, batch_size, is_train=True):
    dataset = TensorDataset(*data_arrays)
    sampler = RandomSampler(dataset, replacement=True) if is_train else None
    return DataLoader(dataset, batch_size, sampler=sampler)


class Blocks:
    """Mixes the minibatches, or the rows inside them, but not the examples."""

    def __init__(self, arrays, batch_size, is_train, outside):
        self.arrays, self.batch_size, self.is_train, self.outside = arrays, batch_size, is_train, outside

    def __iter__(self):
        blocks = list(torch.arange(len(self.arrays[0])).split(self.batch_size))
        if self.is_train and self.outside:
            full = blocks[:-1]
            random.shuffle(full)
            blocks = full + blocks[-1:]
        for ids in blocks:
            order = ids[torch.randperm(len(ids))] if self.is_train and not self.outside else ids
            yield [array[order] for array in self.arrays]


def default_false(data_arrays, batch_size, is_train=False):
    return reference(data_arrays, batch_size, is_train)


def two_arrays_only(data_arrays, batch_size, is_train=True):
    return reference((data_arrays[0], data_arrays[-1]), batch_size, is_train)


def three_at_most(data_arrays, batch_size, is_train=True):
    return reference(data_arrays[:2], batch_size, is_train)


class Reversing(Batches):
    def __iter__(self):
        ids = torch.arange(len(self.arrays[0]))
        for chosen in (ids.flip(0) if self.mixed else ids).split(self.batch_size):
            yield tuple(array[chosen] for array in self.arrays)


class Alternating(Batches):
    """Turns its mind in each pass."""

    def __iter__(self):
        self.mixed = not self.mixed
        return super().__iter__()


def short_batch_first(data_arrays, batch_size, is_train=True):
    return list(reference(data_arrays, batch_size, is_train))[::-1]


def tail_padded(data_arrays, batch_size, is_train=True):
    n = len(data_arrays[0])
    extra = torch.arange(-n % batch_size) % n
    return reference([torch.cat([array, array[extra]]) for array in data_arrays], batch_size, is_train)


def dicts(data_arrays, batch_size, is_train=True):
    return [dict(enumerate(batch)) for batch in reference(data_arrays, batch_size, is_train)]


def only_first_array(data_arrays, batch_size, is_train=True):
    return reference(data_arrays[:1], batch_size, is_train)


def transposed(data_arrays, batch_size, is_train=True):
    return reference(data_arrays[::-1], batch_size, is_train)


def labels_flat(data_arrays, batch_size, is_train=True):
    return [[part.flatten() for part in batch] for batch in reference(data_arrays, batch_size, is_train)]


def as_numpy(data_arrays, batch_size, is_train=True):
    return [[part.numpy() for part in batch] for batch in reference(data_arrays, batch_size, is_train)]


def one_table(data_arrays, batch_size, is_train=True):
    table = torch.cat([array.reshape(len(array), -1) for array in data_arrays], 1)
    return DataLoader(table, batch_size, shuffle=is_train)


def last_example_forgotten(data_arrays, batch_size, is_train=True):
    return reference([array[:-1] if len(array) > 1 else array for array in data_arrays], batch_size, is_train)


def half_precision(data_arrays, batch_size, is_train=True):
    return reference([array.half() for array in data_arrays], batch_size, is_train)


def fails_in_the_loop(data_arrays, batch_size, is_train=True):
    return DataLoader(Rows([*data_arrays, torch.zeros(2)]), batch_size, shuffle=is_train)


class Endless(Batches):
    def __iter__(self):
        return itertools.cycle(super().__iter__())


def fixed_seed_each_pass(data_arrays, batch_size, is_train=True):
    class Loader:
        def __iter__(self):
            torch.manual_seed(3)
            return iter(reference(data_arrays, batch_size, is_train))

    return Loader()


class Ordered:
    """Gives the minibatches of the orders that a function makes of the passes so far: the given one first."""

    def __init__(self, arrays, batch_size, next_order):
        self.arrays, self.batch_size, self.next_order = arrays, batch_size, next_order
        self.orders = [torch.arange(len(arrays[0]))]

    def __iter__(self):
        self.orders.append(self.next_order(self.orders, self.batch_size))
        for ids in self.orders[-1].split(self.batch_size):
            yield [array[ids] for array in self.arrays]


def training(next_order):
    """Return an answer whose training passes have the orders of a function, and which is right in all else."""

    def answer(data_arrays, batch_size, is_train=True):
        given = reference(data_arrays, batch_size, False)
        return Ordered(data_arrays, batch_size, next_order) if is_train else given

    return answer


def mixed(orders):
    return torch.randperm(len(orders[0]))


def first_pass_only(orders, batch_size):
    return mixed(orders) if len(orders) == 1 else orders[0]


def first_kept(orders, batch_size):
    return torch.cat([orders[0][:1], 1 + torch.randperm(len(orders[0]) - 1)])


def last_kept(orders, batch_size):
    return torch.cat([torch.randperm(len(orders[0]) - 1), orders[0][-1:]])


def only_full_minibatches_mixed(orders, batch_size):
    n = len(orders[0])
    full = n // batch_size * batch_size
    return torch.cat([torch.randperm(full), full + torch.randperm(n - full)])


def rotated(orders, batch_size):
    return mixed(orders) if len(orders) == 1 else orders[1].roll(7 * len(orders))


def reversed_each_time(orders, batch_size):
    return mixed(orders) if len(orders) == 1 else orders[-1].flip(0)


def groups_fixed(orders, batch_size):
    if len(orders) == 1:
        return mixed(orders)
    groups = list(orders[1].split(batch_size))
    full = [group for group in groups if len(group) == batch_size]
    return torch.cat([*(full[k] for k in torch.randperm(len(full))), *groups[len(full) :]])


def mixed_inside_its_groups(orders, batch_size):
    if len(orders) == 1:
        return mixed(orders)
    return torch.cat([group[torch.randperm(len(group))] for group in orders[1].split(batch_size)])


def a_few_exchanged(orders, batch_size):
    if len(orders) == 1:
        return mixed(orders)
    order = orders[-1].clone()
    one, other = (torch.randint(len(order), (1,)) for _ in range(2))
    order[one], order[other] = orders[-1][other], orders[-1][one]
    return order


def halves_mixed(orders, batch_size):
    half = len(orders[0]) // 2
    return torch.cat([torch.randperm(half), half + torch.randperm(len(orders[0]) - half)])


def part_by_part(orders, batch_size):
    return torch.cat([part[torch.randperm(len(part))] for part in orders[0].split(400)])


def from_a_random_start(orders, batch_size):
    return orders[0].roll(int(torch.randint(1, max(2, len(orders[0])), (1,))))


def orders_in_turn(count):
    return training(lambda orders, batch_size: mixed(orders) if len(orders) <= count else orders[-count])


def sampled_for_each_minibatch(data_arrays, batch_size, is_train=True):
    n = len(data_arrays[0])

    def order(orders, batch_size):
        sizes = [len(ids) for ids in orders[0].split(batch_size)]
        return torch.cat([torch.randperm(n)[:size] for size in sizes])

    return training(order)(data_arrays, batch_size, is_train)


class Resuming(Restarting):
    """Begins anew only after the end of a pass."""

    left = None

    def __iter__(self):
        return self if self.left else super().__iter__()


class Prefetching(SplitAnew):
    """Makes the minibatches of the next pass when one ends."""

    ready = None

    def __iter__(self):
        self.ready = self.ready or list(super().__iter__())
        while self.ready:
            yield self.ready.pop(0)


class FewPasses(SplitAnew):
    """Has minibatches for five epochs."""

    passes = 0

    def __iter__(self):
        self.passes += 1
        return super().__iter__() if self.passes <= 5 else iter(())


class MixedInPlace(SplitAnew):
    def __iter__(self):
        if self.is_train:
            order = torch.randperm(len(self.arrays[0]))
            for array in self.arrays:
                array[:] = array[order]
        return zip(*(array.split(self.batch_size) for array in self.arrays), strict=True)


def mixed_in_place_by_numpy(data_arrays, batch_size, is_train=True):
    if is_train:
        state = np.random.randint(2**31)
        for array in data_arrays:
            np.random.RandomState(state).shuffle(array.numpy())
    return reference(data_arrays, batch_size, is_train)


def tuples_only(data_arrays, batch_size, is_train=True):
    if not isinstance(data_arrays, tuple):
        data_arrays = (data_arrays,)
    return reference(data_arrays, batch_size, is_train)


def several_named(data_arrays, batch_size, is_train=True):
    X, y, *rest = data_arrays
    return reference((X, y, *rest), batch_size, is_train)


def bare_when_alone(data_arrays, batch_size, is_train=True):
    return (
        reference(data_arrays, batch_size, is_train) if len(data_arrays) > 1 else DataLoader(data_arrays[0], batch_size)
    )


def converted(convert):
    """Return an answer that hands on its arrays converted."""
    return lambda arrays, batch_size, is_train=True: reference([convert(a) for a in arrays], batch_size, is_train)


def each_minibatch(convert):
    """Return an answer that converts the parts of its minibatches."""

    class Converting(SplitAnew):
        def __iter__(self):
            for batch in super().__iter__():
                yield [convert(part) for part in batch]

    return Converting


def at_least_two_axes(array):
    return array[:, None] if array.ndim == 1 else array


def numbered_by_shape(data_arrays, batch_size, is_train=True):
    return reference([array.reshape(len(array), array.shape[-1]) for array in data_arrays], batch_size, is_train)


def named_shuffle(data_arrays, batch_size, shuffle=True):
    return reference(data_arrays, batch_size, shuffle)


def swallows_names(data_arrays, batch_size, *given, **options):
    return reference(data_arrays, batch_size, given[0] if given else True)


def at_most(largest):
    return lambda arrays, batch_size, is_train=True: reference(arrays, min(batch_size, largest), is_train)


def even_minibatches(data_arrays, batch_size, is_train=True):
    class Loader:
        def __iter__(self):
            n = len(data_arrays[0])
            order = torch.randperm(n) if is_train else torch.arange(n)
            return zip(*(array[order].chunk(-(-n // batch_size)) for array in data_arrays), strict=True)

    return Loader()


def tail_joined(data_arrays, batch_size, is_train=True):
    class Loader:
        def __iter__(self):
            n = len(data_arrays[0])
            order = torch.randperm(n) if is_train else torch.arange(n)
            ends = [*range(batch_size, n - n % batch_size, batch_size)]
            return zip(*(array[order].tensor_split(ends) for array in data_arrays), strict=True)

    return Loader()


def sorted_by_value(data_arrays, batch_size, is_train=True):
    order = data_arrays[0].reshape(len(data_arrays[0]), -1)[:, 0].argsort()
    return reference([array[order] for array in data_arrays], batch_size, is_train)


def all_at_once_when_given(data_arrays, batch_size, is_train=True):
    return reference(data_arrays, batch_size if is_train else len(data_arrays[0]), is_train)


MUTANTS = {
    "tuple-as-dataset": tuple_as_dataset,
    "alternating": lambda arrays, batch_size, is_train=True: Alternating(arrays, batch_size, is_train),
    "only-first-array": only_first_array,
    "short-batch-first": short_batch_first,
    "labels-flat": labels_flat,
    "one-table": one_table,
    "half-precision": half_precision,
    "fails-in-the-loop": fails_in_the_loop,
    "endless": lambda arrays, batch_size, is_train=True: Endless(arrays, batch_size, is_train),
    "nothing": lambda *given: None,
    "a-number": lambda *given: 3,
    "empty": lambda *given: [],
    "text": lambda *given: "batches",
    "whole-set": lambda arrays, batch_size, is_train=True: reference(arrays, len(arrays[0]), is_train),
    "exits": lambda *given: exit(),
    "large-batches": lambda arrays, batch_size, is_train=True: (
        reference(arrays, min(batch_size, 100), is_train)
        if len(arrays[0]) > batch_size
        else reference(arrays, max(1, len(arrays[0]) // 2), is_train)
    ),
    "fixed-seed-each-pass-and-default-false": lambda arrays, batch_size, is_train=False: fixed_seed_each_pass(
        arrays, batch_size, is_train
    ),
}

ORDERED = ("usual", "sizes", "by name", "many passes")
GENERAL = ("number of arrays", "shapes", "dtypes")
BATCHES = ("usual", "sizes", "left early", "many passes")
EVERY = (*ORDERED, *GENERAL, "falling values", "left early")
PROMISES = {
    "through-as-often": Promise(
        "go through as often as it likes", "遍历任意多次", ("many passes",), {"five-passes": FewPasses}
    ),
    "after-a-break": Promise(
        "each time from the start, also after a `break`",
        "每次都从头开始，用`break`中断之后也一样",
        ("left early",),
        {"resuming": Resuming, "prefetching": Prefetching},
    ),
    "list": Promise("a tuple or a list of", "元组或列表，里面", ("number of arrays",), {"tuples-only": tuples_only}),
    "number": Promise(
        "one or more tensors",
        "一个或多个",
        ("number of arrays", "dtypes"),
        {
            "first-and-last": two_arrays_only,
            "first-two": three_at_most,
            "at-least-two": several_named,
            "bare-when-alone": bare_when_alone,
        },
        ("two-arrays-unpacked",),
    ),
    "four": Promise(
        "one or more tensors",
        "一个或多个",
        ("number of arrays",),
        {"three-at-most": lambda arrays, batch_size, is_train=True: reference(arrays[:3], batch_size, is_train)},
    ),
    "any-shape": Promise(
        "of any shape",
        "形状和dtype任意",
        ("shapes",),
        {"two-axes-at-most": each_minibatch(lambda part: part.flatten(1) if part.ndim > 2 else part)},
    ),
    "one-axis": Promise(
        "with the shape and dtype of their rows",
        "行的形状和dtype不变",
        ("shapes", "number of arrays", "dtypes"),
        {"a-column": converted(at_least_two_axes)},
    ),
    "any-dtype": Promise(
        "with the shape and dtype of their rows",
        "行的形状和dtype不变",
        ("dtypes",),
        {
            "in-float32": converted(torch.Tensor.float),
            "minibatches-in-float32": each_minibatch(lambda part: part.to(torch.float32)),
            "masks-as-numbers": converted(lambda array: array.long() if array.dtype == torch.bool else array),
            "one-dtype-for-all": lambda arrays, batch_size, is_train=True: reference(
                [array.to(arrays[0].dtype) for array in arrays], batch_size, is_train
            ),
        },
    ),
    "kept": Promise(
        "which stay as they are",
        "它们本身保持不变",
        GENERAL,
        {"mixed-in-place": MixedInPlace, "mixed-in-place-by-numpy": mixed_in_place_by_numpy},
    ),
    "sizes": Promise(
        "may be larger than the number of examples",
        "也可以大于样本数",
        ("sizes",),
        {"a-hundred-at-most": at_most(100)},
    ),
    "a-tuple-or-a-list": Promise(
        "A minibatch is a tuple or a list with one tensor for each array",
        "一个小批量是元组或列表，每个数组对应一个张量",
        EVERY,
        {"dicts": dicts, "numpy-batches": as_numpy},
    ),
    "arrays-order": Promise("in the arrays' order", "顺序与各数组相同", EVERY, {"arrays-reversed": transposed}),
    "together": Promise(
        "Rows that belong together stay together", "始终在一起", EVERY, {"shuffled-apart": shuffled_apart}
    ),
    "once": Promise(
        "every example exactly once",
        "每个样本恰好出现一次",
        EVERY,
        {
            "with-replacement": with_replacement,
            "sampled-for-each-minibatch": sampled_for_each_minibatch,
            "tail-padded": tail_padded,
            "last-example-forgotten": last_example_forgotten,
        },
    ),
    "batch-size": Promise(
        "All minibatches have `batch_size` examples",
        "小批量都含有`batch_size`个样本",
        BATCHES,
        {
            "batch-size-10": loader(batch_size=10),
            "even-minibatches": even_minibatches,
            "all-at-once-when-given": all_at_once_when_given,
        },
    ),
    "left-over": Promise(
        "what is left over at the end comes as one shorter minibatch",
        "最后剩下的样本组成一个较短的小批量",
        BATCHES,
        {"tail-joined": tail_joined},
    ),
    "every-pass": Promise(
        "every pass has a new random order",
        "每次遍历都按新的随机顺序",
        ORDERED,
        {
            "mixed-in-the-first-pass": training(first_pass_only),
            "groups-fixed": training(groups_fixed),
            "mixed-inside-its-groups": training(mixed_inside_its_groups),
            "rotated": training(rotated),
            "reversed-each-time": training(reversed_each_time),
            "a-few-exchanged": training(a_few_exchanged),
            "from-a-random-start": training(from_a_random_start),
            "reversed": training(lambda orders, batch_size: orders[0].flip(0)),
        },
    ),
    "also-the-third": Promise(
        "every pass has a new random order",
        "每次遍历都按新的随机顺序",
        ("many passes",),
        {
            "two-in-turn": orders_in_turn(2),
            "five-in-turn": orders_in_turn(5),
            "first-kept": training(first_kept),
            "last-kept": training(last_kept),
        },
    ),
    "examples": Promise(
        "it is not enough to mix the minibatches, or the rows inside them",
        "只打乱各个小批量的次序，或者只打乱小批量内部的行，都不够",
        ORDERED,
        {
            "minibatches-mixed": lambda arrays, batch_size, is_train=True: Blocks(arrays, batch_size, is_train, True),
            "inside-them": lambda arrays, batch_size, is_train=True: Blocks(arrays, batch_size, is_train, False),
            "full-ones-mixed": training(only_full_minibatches_mixed),
            "halves-mixed": training(halves_mixed),
            "part-by-part": training(part_by_part),
        },
    ),
    "by-default": Promise("is_train=True", "is_train=True", ("usual", "sizes"), {"default-false": default_false}),
    "by-name": Promise(
        "is_train=True",
        "is_train=True",
        ("by name",),
        {"another-name": named_shuffle, "names-swallowed": swallows_names},
    ),
    "given-order": Promise(
        "Without it every pass keeps the given order",
        "否则每次都保持给定的顺序",
        ("falling values",),
        {"sorted-by-value": sorted_by_value},
    ),
}
