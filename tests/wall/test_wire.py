"""What crosses the wall is what was sent; what `encode` did not make is refused, or is plain data."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from linreg_course.checking.observing import describe
from linreg_course.wall.wire import MAX_NODES, MAX_TENSORS, WireError, decode, encode, require_descriptions

DTYPES = [
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
]

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**1000), 2**1000) | st.floats() | st.text(),
    lambda parts: st.lists(parts, max_size=5) | st.dictionaries(st.text().filter(lambda key: key[:1] != "$"), parts),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, tensors and nan included."""
    if isinstance(one, dict | list):
        pairs = [(one[key], other[key]) for key in one] if isinstance(one, dict) else list(zip(one, other, strict=True))
        return type(one) is type(other) and len(one) == len(other) and all(same(*pair) for pair in pairs)
    if isinstance(one, torch.Tensor):
        return (
            one.dtype == other.dtype and one.shape == other.shape and torch.equal(one.nan_to_num(), other.nan_to_num())
        )
    nan = isinstance(one, float) and math.isnan(one)
    return type(one) is type(other) and (one == other or (nan and math.isnan(other)))


@given(plain)
def test_plain_data_cross_unchanged(value: Any) -> None:
    assert same(decode(encode(value)), value)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (3,), (0,), (2, 0, 3), (4, 5)], ids=str)
def test_tensors_of_each_dtype_and_shape_cross_unchanged(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = torch.arange(math.prod(shape)).reshape(shape).to(dtype)
    assert same(decode(encode({"a": [tensor, tensor]})), {"a": [tensor, tensor]})


def test_views_and_tensors_that_share_their_numbers_cross() -> None:
    whole = torch.arange(12.0).reshape(3, 4)
    value = [whole, whole.T, whole[:, 1], whole.expand(2, 3, 4), torch.zeros(1).expand(100)]
    assert same(decode(encode(value)), value)


def test_what_numpy_describes_in_another_byte_order_crosses() -> None:
    assert decode(encode(describe(np.arange(3, dtype=">f4"))))["value"].tolist() == [0, 1, 2]


def test_too_many_numbers_become_none_the_largest_first() -> None:
    small, large = torch.ones(10), torch.zeros(MAX_TENSORS // 4)
    assert same(decode(encode([large, small, {"value": large}])), [None, small, {"value": None}])
    assert decode(encode(torch.zeros(3).to(torch.float8_e4m3fn))) is None


def lying(**said: Any) -> str:
    """Return the text of a described tensor of which something else is said."""
    described = {**describe(torch.zeros(3)), **said}
    blob = base64.b64encode(save({"0": described["value"]})).decode()
    return f"{json.dumps({**described, 'value': {'$tensor': 0}})}\n{blob}"


BLOB = base64.b64encode(save({"0": torch.zeros(3)})).decode()


def headed(header: Any, data: bytes = b"") -> str:
    text = json.dumps(header).encode()
    return '{"$tensor": 0}\n' + base64.b64encode(len(text).to_bytes(8, "little") + text + data).decode()


REFUSED = {
    "nothing": "",
    "no json": "what?",
    "half": '{"seen": [',
    "pickle": "\x80\x04\x95",
    "deep": "[" * 100_000 + "]" * 100_000,
    "rather deep": "[" * 60 + "]" * 60,
    "wide": "[" + "[]," * (MAX_NODES + 1) + "[]]",
    "long": '"' + "x" * 2**24 + '"',
    "large number": "9" * 5000,
    "no tensors": '{"$tensor": 0}',
    "no such tensor": f'{{"$tensor": 1}}\n{BLOB}',
    "a list for a number": f'{{"$tensor": [0]}}\n{BLOB}',
    "more beside a tensor": f'{{"$tensor": 0, "type": "Tensor"}}\n{BLOB}',
    "no base64": '{"$tensor": 0}\n%%%',
    "two lines": f'{{"$tensor": 0}}\n{BLOB}\n{BLOB}',
    "no complex numbers": f'{{"$complex": 0}}\n{BLOB}',
    "half a tensor": f'{{"$tensor": 0}}\n{BLOB[:-8]}',
    "bytes that never came": headed({"0": {"dtype": "F64", "shape": [10**12], "data_offsets": [0, 8 * 10**12]}}),
    "few bytes for a shape": headed({"0": {"dtype": "F64", "shape": [1000], "data_offsets": [0, 8]}}, b"x" * 8),
    "overlapping": headed({str(n): {"dtype": "U8", "shape": [8], "data_offsets": [0, 8]} for n in range(9)}, b"x" * 8),
    "a long empty one": headed({"0": {"dtype": "F64", "shape": [2**40, 0], "data_offsets": [0, 0]}}),
    "a negative length": headed({"0": {"dtype": "F64", "shape": [-1], "data_offsets": [0, 8]}}, b"x" * 8),
    "a long header": '{"$tensor": 0}\n' + base64.b64encode((2**40).to_bytes(8, "little") + b"{}").decode(),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_data_is_refused_in_words(text: str) -> None:
    with pytest.raises(WireError, match=r"."):
        decode(text)


UNDESCRIBED = {
    "another shape": lying(shape=[4]),
    "no shape": lying(shape=None),
    "another dtype": lying(dtype="float64"),
    "another order of bytes": lying(dtype="<f8"),
    "no dtype": lying(dtype=">nonsense"),
    "a tensor for a list": encode({"seen": torch.zeros(3)}),
    "a tensor beside the described one": encode({**describe(torch.zeros(3)), "type": torch.zeros(3)}),
}


@pytest.mark.parametrize("text", UNDESCRIBED.values(), ids=UNDESCRIBED)
def test_a_tensor_that_is_not_as_it_is_described_is_refused(text: str) -> None:
    with pytest.raises(WireError, match="tensor"):
        require_descriptions(decode(text))


def test_whatever_is_described_is_as_described() -> None:
    for value in (torch.zeros(3), torch.ones(2, 0), np.arange(3, dtype=">f4"), np.float32(1), [np.zeros((2, 2))]):
        require_descriptions(decode(encode(describe(value))))


@settings(max_examples=300)
@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")), st.text() | st.just(BLOB))
def test_any_text_is_refused_or_is_plain_data(tree: str, blob: str) -> None:
    try:
        value = decode(f"{tree}\n{blob}")
    except WireError:
        return
    assert isinstance(value, str | int | float | list | dict | torch.Tensor | None)
