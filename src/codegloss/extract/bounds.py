"""What may be asked of one text's tree, so that no text, however it is made, takes for ever.

Querying a tree and making its rows takes time in proportion to the text, but for a few kinds
of nonsense in which it takes the square. The bounds count steps and bytes, not seconds: the
same text is refused, or not, on every machine. Of 18,000 real files in 18 languages none was.

Covered: trees deeper than a query can follow, errors that are one long row of punctuation,
functions inside functions inside functions, whose rows repeat each other. Not covered: the
parser itself, which some rows of operators keep busy for hours; there the engine's limit on
a row's time ends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

# A query takes the square of the depth: at 16,000 calls in a chain, in Java, 5 s. It counts in 16 bits:
# below 65,535 it takes time without end and finds what is not there.
MOST_DEPTH = 20_000
_STRIDE = 5_000  # nodes from one sample of the depth to the next, so that 25,000 is never passed

# Siblings looked at for one with a name, which the query seeks anew at each token of an error. A row of
# 63,000 brackets takes as many, and 3 s.
MOST_SIBLINGS = 2_000_000_000


# What the rows of a text may hold, as a function's code holds that of the functions inside it once more:
# of those 18,000 files none came to more than 3.6 times its size.
_TIMES = 16
_AT_LEAST = 1_000_000  # bytes, for small texts


class TangledError(ValueError):
    """The text is so far from its grammar, or so deep, that its tree is of no use."""


def refuse_tangled(root: Node) -> None:
    """Raise TangledError for a tree over which a query would take too long."""
    if _is_too_deep(root):
        raise TangledError(f"more than {MOST_DEPTH:,} constructs inside each other")
    if not root.has_error:
        return
    for error in errors(root):
        if error.child_count**2 > MOST_SIBLINGS and _siblings_sought(error) > MOST_SIBLINGS:
            line = error.start_point.row + 1
            raise TangledError(f"a syntax error of {error.child_count:,} tokens begins in line {line}")


def _is_too_deep(root: Node) -> bool:
    """Whether a node in a sample is deeper than MOST_DEPTH.

    From one node to the next in the order of the text the depth grows by one at most.
    """
    cursor = root.walk()
    for place in range(_STRIDE, root.descendant_count, _STRIDE):
        cursor.goto_descendant(place)
        if cursor.depth > MOST_DEPTH:
            return True
    return False


def errors(root: Node) -> Iterator[Node]:
    """The outermost nodes of the tree that are errors, and the tokens that are missing."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node
        else:
            waiting += [child for child in children(node) if child.has_error]


def children(node: Node) -> Iterator[Node]:
    """The children one by one; `Node.children` keeps them all, a gigabyte for a million."""
    cursor = node.walk()
    there = cursor.goto_first_child()
    while there:
        if cursor.node:
            yield cursor.node
        there = cursor.goto_next_sibling()


def _siblings_sought(error: Node) -> int:
    """Steps from each child to the next one behind it that has a name, or to the end."""
    steps = row = 0
    for child in children(error):
        if child.is_named:
            steps, row = steps + row * row // 2, 0
        else:
            row += 1
    return steps + row * row // 2


class Allowance:
    """How much more the rows of one text may hold."""

    def __init__(self, text: bytes) -> None:
        self._most = self._left = max(_TIMES * len(text), _AT_LEAST)

    def spend(self, size: int) -> None:
        """Take `size` bytes of it. Raises TangledError when they are too many."""
        self._left -= size
        if self._left < 0:
            raise TangledError(f"the definitions inside each other come to more than {self._most:,} bytes")
