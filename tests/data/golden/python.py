#!/usr/bin/env python3
# -*- coding: utf-8 -*-
# Copyright 2024 The Orchard Keepers
# Licensed under the MIT licence.
"""Odd corners of Python, one function each."""

from __future__ import annotations

import os.path
import typing as t, collections.abc
from contextlib import asynccontextmanager
from . import relative
from ..above import (thing as other)

SIZE = 3
LIMIT: int = 4
first, second = 1, 2


def nothing(): pass


def google(path: str, *patterns: str, size: int = 1_000, **options: t.Any) -> dict[str, int]:
    """Counts fruit in files.

    Goes through the files
    one by one.

    Args:
        path (str): Where to look.
        *patterns: What to look for,
            on two lines.
        size (int, optional): Bytes at most. Defaults to 1_000.
        **options: Passed on.

    Returns:
        dict[str, int]: Fruit by kind.

    Raises:
        OSError: If the path is missing.
        ValueError: If a pattern is empty.

    Example:
        >>> google('.')
        {}
    """
    if not patterns or size < 0:
        raise ValueError("no pattern")
    elif path is None:
        raise errors.MissingPath
    return {p: count(p) for p in patterns if p and os.path.exists(path)}


def numpy(weights, /, axis=0, *, dtype: "type | None" = None):
    r"""Sums weights \alpha.

    Parameters
    ----------
    weights : array_like
        The weights.
    axis, start : int, optional
        Where.

    Returns
    -------
    float
        The sum.

    Raises
    ------
    TypeError
        For text.

    Examples
    --------
    >>> numpy([1, 2])
    3
    """
    total = 0
    for weight in weights:
        total += weight if weight else 0
    else:
        total = abs(total)
    return total


async def sphinx(basket, lid=lambda x, *y: (x, y)):
    """
    Opens a basket.

    :param Basket basket: The basket.
    :param lid: How the lid
        comes off.
    :type lid: collections.abc.Callable
    :returns: What was inside.
    :rtype: list
    :raises KeyError: when it is locked

    .. deprecated:: 2.0
       Use :func:`numpy`.
    """
    async with basket as opened:
        async for fruit in opened:
            await fruit.wash()
    return [await f async for f in opened if f]


def epytext(tree):
    """Climbs a tree.

    @param tree: The tree.
    @type tree: Tree
    @return: The height.
    @rtype: float
    @raise IOError: If it breaks.
    """
    raise tree


def concatenated():
    "Joined " 'of "several" ' r"""pieces\n.""" \
        "And continued."


def parenthesised():
    (
        "In brackets, "
        "on two lines."
    )
    return 1


def bytes_are_no_docstring():
    b"bytes"


def formatted_is_no_docstring(x):
    f"formatted {x}"


def late_string_is_no_docstring():
    x = 1
    "late"
    return x


def escaped(): "One\tline; \u00e9."


# A comment above stands in where there is no docstring.
# On two lines.
def commented():
    return "# no comment"


# Apart by a blank line.

def uncommented():
    # Inside.
    return 1  # behind


# noqa: E302
def directive_above(): ...


@decorator
@other.decorator(key="value", callback=lambda: None)
# Between decorator and definition.
def decorated(self): return call(inner)(self).chained[0].method()


# Above the decorator.
@t.overload
def overloaded(x: int) -> int: ...
@t.overload
def overloaded(x: str) -> str: """A stub with a docstring."""
def overloaded(x):
    """The real one."""
    return x


if t.TYPE_CHECKING:
    def conditional(a: int) -> int:
        """When checking."""
else:
    try:
        def conditional(a): return a
    except ImportError:
        def conditional(a): return None


def outer(a):
    """Holds others."""
    def inner(b):
        def innermost(c=[1, (2, 3)], *, d): return inner_call(c)
        return innermost(b)

    class Local:
        def method(self): return super().method()

    yield from inner(a)
    return Local


def generic[T: (int, str), *Ts, **P](first: T, *rest: *Ts, call: Callable[P, T]) -> T:
    """With type parameters."""
    match first:
        case int() if first > 0:
            return first
        case [x, *_] | {"key": x}:
            return x
        case _:
            raise TypeError("never") from None


type Alias[T] = list[T]


class Basket[T](Base, metaclass=Meta):
    """A basket for fruit.

    It has a handle.
    """

    size: int = 0

    class Handle:
        """Its handle."""

        def lift(self, *, by: float = (1
                                       + 2)) -> None:
            """Lifts."""

    def __init__(self, size: int, /) -> None:
        super().__init__()
        self.größe = size

    def __new__(cls): return object.__new__(cls)

    @property
    def full(self) -> bool:
        """Whether it is full."""
        return self.count() >= self.size and not self.open

    @full.setter
    def full(self, value): ...

    @staticmethod
    @cache
    async def make(*args, **kwargs): ...

    if SIZE:
        def sized(self): pass

    @abstractmethod
    def weigh(self) -> float:
        """Must be given."""
        raise NotImplementedError

    def __eq__(self, other): return (yield)

    def test_me(self): assert True


named_lambda = lambda x: x


def test_google():
    while (n := next(it)) and n: pass
    try:
        print("done")
    except* (KeyError, OSError) as group:
        raise
    finally:
        del n


def ñandú(x, \
          y): return x \
    + y


def dedented(
a,
  b):
    """Arguments may be dedented."""
    return """
not a docstring
"""
