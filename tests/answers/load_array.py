"""Answers to `load_array`, and how often a right one is called wrong."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import torch
from torch.utils.data import BatchSampler, DataLoader, Dataset, RandomSampler, SequentialSampler, TensorDataset

from answers import Listed
from linreg_course.exercises import load_array as exercise


def false_alarm_bound() -> float:
    """Return a bound of the share of checks that call a right answer wrong.

    A random order looks wrong where it is the given one or that of the pass before (1 in n! each), or
    where a minibatch of k has only neighbours: of the C(n, k) sets of k examples n - k + 1 are such.
    """
    tails = 0.0
    for case in exercise.cases(np.random.default_rng(0)):
        if "training-order" in case["rules"]:
            n, k = case["n"], case["batch_size"]
            sizes = [k] * (n // k) + [n % k]
            blocks = sum((n - size + 1) / math.comb(n, size) for size in sizes if size >= exercise.FEWEST_OF_A_BLOCK)
            tails += exercise.PASSES * (blocks + 2 / math.factorial(min(n, 100)))
    return tails


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


RIGHT = {
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


class FirstPassOnly(Batches):
    """Mixes in the first pass and never again."""

    passes = 0

    def __iter__(self):
        self.passes += 1
        self.mixed = self.mixed and self.passes == 1
        return super().__iter__()


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


MUTANTS = {
    "tuple-as-dataset": tuple_as_dataset,
    "batch-size-10": loader(batch_size=10),
    "shuffled-apart": shuffled_apart,
    "with-replacement": with_replacement,
    "blocks-shuffled": lambda arrays, batch_size, is_train=True: Blocks(arrays, batch_size, is_train, True),
    "inside-blocks-shuffled": lambda arrays, batch_size, is_train=True: Blocks(arrays, batch_size, is_train, False),
    "default-false": default_false,
    "two-arrays-only": two_arrays_only,
    "first-two-arrays": three_at_most,
    "reversed": lambda arrays, batch_size, is_train=True: Reversing(arrays, batch_size, is_train),
    "mixed-in-the-first-pass": lambda arrays, batch_size, is_train=True: FirstPassOnly(arrays, batch_size, is_train),
    "alternating": lambda arrays, batch_size, is_train=True: Alternating(arrays, batch_size, is_train),
    "short-batch-first": short_batch_first,
    "tail-padded": tail_padded,
    "dicts": dicts,
    "only-first-array": only_first_array,
    "arrays-reversed": transposed,
    "labels-flat": labels_flat,
    "numpy-batches": as_numpy,
    "one-table": one_table,
    "last-example-forgotten": last_example_forgotten,
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
