"""What crosses the wall as text: plain data and tensors, of which nothing can run and no shape claims bytes unsent.

The first line is a JSON tree, the second its tensors as safetensors, in base64.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from linreg_course.checking.observing import MAX_ELEMENTS

# Of a reply: characters of the tree, values and entries in it, how deep it may be nested, bytes of all tensors.
MAX_TREE = 8 * 2**20
MAX_NODES = 500_000
MAX_DEPTH = 24
MAX_TENSORS = 8 * 2**20
# What safetensors takes for a tensor's name, shape and dtype.
_HEAD = 128
MAX_TEXT = MAX_TREE + MAX_TENSORS * 3 // 2

_TENSOR, _COMPLEX = "$tensor", "$complex"
_COMPLEX_DTYPES = {torch.complex64, torch.complex128}
_DTYPES = {
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
}


class WireError(ValueError):
    """Raised for a text that holds no plain data; it says why."""


def encode(value: Any) -> str:
    """Return the text of None, bool, int, float, str, tensors, and lists and dicts of them.

    A tensor of a dtype that does not cross becomes None; where all tensors take more than `MAX_TENSORS` bytes,
    so do the largest.
    """
    tensors: list[Tensor] = []
    tree = _without(value, tensors)
    kept = _those_that_fit(tensors)
    text = json.dumps(_known(tree, kept))
    return f"{text}\n{base64.b64encode(save(kept)).decode() if kept else ''}"


def decode(text: str) -> Any:
    """Return the value of a text from the other side of the wall.

    Raises:
        WireError: it holds none, or too much.
    """
    tree, _, blob = text.partition("\n")
    size = sum(map(tree.count, ",[{"))
    if len(tree) > MAX_TREE or len(blob) > MAX_TENSORS * 3 // 2 or size > MAX_NODES:
        raise WireError(f"{len(text)} characters with {size} values are more than may come")
    try:
        tensors = load(base64.b64decode(blob, validate=True)) if blob else {}
        return _with(json.loads(tree), tensors, MAX_DEPTH)
    except WireError:
        raise
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError, RuntimeError, SafetensorError) as error:
        raise WireError(f"it is no plain data ({type(error).__name__})") from None


def _without(value: Any, tensors: list[Tensor]) -> Any:
    """Return the tree of a value, with each tensor's number in its place."""
    if isinstance(value, Tensor):
        split = torch.view_as_real(value.resolve_conj()) if value.dtype in _COMPLEX_DTYPES else value
        tensors.append(split)
        return {_TENSOR if split is value else _COMPLEX: len(tensors) - 1}
    if isinstance(value, dict):
        return {str(key): _without(part, tensors) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_without(part, tensors) for part in value]
    return value


def _those_that_fit(tensors: list[Tensor]) -> dict[str, Tensor]:
    kept, room = {}, MAX_TENSORS - _HEAD * len(tensors)
    for number, tensor in sorted(enumerate(tensors), key=lambda one: one[1].nbytes):
        room -= tensor.nbytes
        if tensor.dtype in _DTYPES and room >= 0:
            kept[str(number)] = tensor.detach().clone(memory_format=torch.contiguous_format)
    return kept


def _known(tree: Any, kept: dict[str, Tensor]) -> Any:
    """Return the tree with None for each tensor that is not kept."""
    if isinstance(tree, dict):
        number = next((tree[mark] for mark in (_TENSOR, _COMPLEX) if mark in tree), None)
        if number is not None and str(number) not in kept:
            return None
        return {key: _known(part, kept) for key, part in tree.items()}
    return [_known(part, kept) for part in tree] if isinstance(tree, list) else tree


def _with(tree: Any, tensors: dict[str, Tensor], depth: int) -> Any:
    """Return the value of a tree."""
    if depth < 0:
        raise WireError(f"it is nested deeper than {MAX_DEPTH} levels")
    if isinstance(tree, list):
        return [_with(part, tensors, depth - 1) for part in tree]
    if not isinstance(tree, dict):
        return tree
    if tree.keys() & {_TENSOR, _COMPLEX}:
        return _tensor(tree, tensors)
    return {key: _with(part, tensors, depth - 1) for key, part in tree.items()}


def _tensor(tree: dict[str, Any], tensors: dict[str, Tensor]) -> Tensor:
    ((mark, number),) = tree.items()
    tensor = tensors[str(number)]
    if tensor.numel() > 2 * MAX_ELEMENTS or any(length > MAX_ELEMENTS for length in tensor.shape):
        raise WireError(f"a tensor of shape {tuple(tensor.shape)} is larger than any that is looked at")
    if tensor.dtype not in _DTYPES:
        raise WireError(f"a tensor of {tensor.dtype} does not cross")
    return torch.view_as_complex(tensor) if mark == _COMPLEX else tensor


def require_descriptions(value: Any) -> None:
    """See that each tensor in a value stands in a description of its own (see `observing.describe`), and is like it.

    Raises:
        WireError: one is not.
    """
    if isinstance(value, Tensor):
        raise WireError("a tensor stands where none is told")
    parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, dict) and isinstance(tensor := value.get("value"), Tensor):
        dtype = str(tensor.dtype).removeprefix("torch.")
        if value.get("shape") != list(tensor.shape) or dtype not in _spellings(value.get("dtype")):
            raise WireError("a tensor is not as it is described")
        parts = [part for part in parts if part is not tensor]
    for part in parts:
        require_descriptions(part)


def _spellings(dtype: Any) -> Iterator[str]:
    """Yield a dtype's name, and its name in this machine's byte order, for numpy tells another."""
    yield str(dtype)
    with suppress(TypeError):
        yield np.dtype(str(dtype)).newbyteorder("=").name
