"""Plain values keep kind and content on their way through text; what is not plain does not get through."""

from __future__ import annotations

import collections
import enum
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.sandbox import Plain, decode, encode, same

ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
HASHABLE = st.recursive(
    ATOMS, lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3), max_leaves=4
)
PLAIN = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.sets(HASHABLE, max_size=3)
        | st.dictionaries(HASHABLE, inner, max_size=3)
    ),
    max_leaves=8,
)


class Liar(int):
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Colour(enum.IntEnum):
    RED = 1


@given(PLAIN)
def test_a_value_survives_its_text(value: Plain) -> None:
    text = encode(value)
    assert text.isascii()
    assert "\n" not in text
    assert type(decode(text)) is type(value)
    assert encode(decode(text)) == text
    assert same(decode(text), value)
    assert same(decode(text), value, tolerance=1e-9)


@given(PLAIN, PLAIN)
def test_values_that_differ_have_texts_that_differ(left: Plain, right: Plain) -> None:
    if left != right and left == left and right == right:
        assert encode(left) != encode(right) or "nan" in encode(left)


def test_a_text_can_be_read() -> None:
    assert (
        encode([1, (True, None), "é"])
        == '["list",[["int","1"],["tuple",[["bool",true],["none"]]],["str","\\u00e9"]]]'
    )


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, True), (1, 1.0), (0.0, -0.0), ([1], (1,)), ({1}, frozenset({1})), ("a", b"a"), ({}, set())],
)
def test_kinds_are_kept_apart(left: Plain, right: Plain) -> None:
    assert not same(left, right)


def test_order_matters_where_it_has_a_meaning() -> None:
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})
    assert same({3, 1, 2}, {2, 3, 1})
    assert not same([1, 2], [2, 1])


def test_floats_agree_within_a_tolerance_and_only_floats() -> None:
    assert same([0.1 + 0.2, {"x": (1e9,)}], [0.3, {"x": (1e9 + 0.1,)}], tolerance=1e-9)
    assert not same(0.1 + 0.2, 0.3)
    assert not same([1.0], [1.1], tolerance=1e-2)
    assert not same([1.0], [1.0, 1.0], tolerance=1e-2)
    assert not same({"x": 1.0}, {"y": 1.0}, tolerance=1e-2)
    assert not same(100, 101, tolerance=0.1)
    assert same(math.nan, math.nan)
    assert same([math.nan], [math.nan], tolerance=1e-6)


def test_large_integers_pass() -> None:
    assert decode(encode(-(10**6000))) == -(10**6000)


def deep(levels: int) -> list[Any]:
    return [deep(levels - 1)] if levels else []


def endless() -> list[Any]:
    ring: list[Any] = []
    ring.append(ring)
    return ring


@pytest.mark.parametrize(
    "value",
    [
        Liar(1),
        [Liar(1)],
        {Liar(1): 2},
        Colour.RED,
        collections.OrderedDict(a=1),
        collections.Counter("a"),
        object(),
        1j,
        range(3),
        deep(100),
        endless(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"is not a plain value|nested deeper"):
        encode(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "null",
        "{}",
        "[]",
        '["object",[]]',
        '["int",1]',
        '["int","zz"]',
        '["float","0x1p99999"]',
        '["bool",1]',
        '["str",["none"]]',
        '["list",["none"]]',
        '["dict",[[["list",[]],["none"]]]]',
        "[" * 100_000,
        '["list",[' * 200 + "]]" * 200,
    ],
)
def test_a_text_of_no_value_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not the text of a plain value"):
        decode(text)


def test_sets_made_to_collide_are_not_rebuilt() -> None:
    modulus = 2**61 - 1  # of the hash of an integer: all of these have the same
    text = encode([modulus * factor for factor in range(20_000)]).replace('["list"', '["set"', 1)
    with pytest.raises(ValueError, match="20000 members"):
        decode(text)
