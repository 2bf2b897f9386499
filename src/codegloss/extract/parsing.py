"""From text to syntax tree, with a second try at text that is right but that the grammar does not know.

A grammar lags behind its language, and knows nothing of macros. Where a tree has errors,
the row's `repairs` are made to a copy of the text, every byte in its place, and the tree
of that copy counts when less of it is in error. Where a preprocessor's `#if` may cut through
any construct (`conditionals`), the groups in which errors lie are read by one branch alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from tree_sitter import Node, Parser, Point, Range

from codegloss.extract.bounds import children, errors, refuse_tangled
from codegloss.extract.conditionals import one_branch, weight
from codegloss.extract.languages import Language

_BRACKETS = re.compile(
    rb"""[bBfFrRuU]{0,2}(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
    rb"""|\#[^\n]*|[\[({\])}]|\n""",
    re.DOTALL,
)


def parse(parser: Parser, language: Language, text: bytes, ranges: Sequence[tuple[int, int]] | None) -> Node:
    """Root of the syntax tree of UTF-8 `text`; only of the bytes inside `ranges` where given.

    Raises TangledError for text that is out of the bounds of `bounds`.
    """
    root = _parse(parser, text, ranges)
    if root.has_error:
        root = _second_try(parser, language, text, ranges, root)
    refuse_tangled(root)
    return root


def _second_try(
    parser: Parser, language: Language, text: bytes, ranges: Sequence[tuple[int, int]] | None, root: Node
) -> Node:
    repaired = _repaired(text, language)
    if repaired != text:
        other = _parse(parser, repaired, ranges)
        # Equal when one error, far away, swallows all.
        if (_damage(other), _damaged(other)) <= (_damage(root), _damaged(root)):
            root, text = other, repaired
    if language.conditionals and root.has_error:
        return _one_branch(parser, text, ranges, root)
    return root


_ROUNDS = 4  # of resolving conditional groups: what one group hides, the next round may show


def _one_branch(parser: Parser, text: bytes, ranges: Sequence[tuple[int, int]] | None, root: Node) -> Node:
    """The tree, or a better one of the text with one branch of the `#if` groups that break it.

    These are groups that cut through a construct: where errors touch them, else anywhere, since an
    unbalanced brace shows far from its cause. At last any group that errors touch, if that mends
    more than it hides.
    """
    for _ in range(_ROUNDS):
        broken = [(node.start_byte, node.end_byte) for node in errors(root)]
        for places, only_cutting in ((broken, True), ([(0, len(text))], True), (broken, False)):
            resolved = one_branch(text, places, only_cutting=only_cutting)
            if resolved == text:
                continue
            other = _parse(parser, resolved, ranges)
            hidden = 0 if only_cutting else weight(text) - weight(resolved)
            if _damage(other) + hidden < _damage(root):
                break
        else:
            return root
        root, text = other, resolved
        if not root.has_error:
            return root
    return root


def _parse(parser: Parser, text: bytes, ranges: Sequence[tuple[int, int]] | None) -> Node:
    if ranges is None:
        return parser.parse(text).root_node
    line_starts = list(accumulate((len(line) + 1 for line in text.split(b"\n")), initial=0))

    def point(offset: int) -> Point:
        row = bisect_left(line_starts, offset + 1) - 1
        return Point(row, offset - line_starts[row])

    parser.included_ranges = [Range(point(start), point(end), start, end) for start, end in ranges]
    try:
        return parser.parse(text).root_node
    finally:
        parser.included_ranges = []


def _damage(root: Node) -> int:
    """Bytes of the tree that are in error, one for each missing token."""
    return sum(max(1, node.end_byte - node.start_byte) for node in errors(root))


def _damaged(root: Node) -> int:
    """Statements of the tree in which something is wrong, be it a missing newline."""
    return sum(child.has_error for child in children(root))


def _repaired(text: bytes, language: Language) -> bytes:
    if language.joins_lines:
        text = _joined_lines(text)
    for pattern, filling in language.repairs:

        def fill(match: re.Match[bytes], filling: bytes = filling) -> bytes:
            start, end = match.span(1)
            whole, begin, width = match[0], match.start(), end - start
            filled = filling * width if len(filling) == 1 else filling.ljust(width)
            filled = filled if len(filled) == width else b" " * width
            return whole[: start - begin] + filled + whole[end - begin :]

        text = pattern.sub(fill, text)
    return text


def _joined_lines(text: bytes) -> bytes:
    """Python text with the newlines and comments inside brackets blanked.

    tree-sitter-python takes a bracketed line that is indented less than its block for the
    block's end. On one line it cannot.
    """
    depth = 0

    def blank(match: re.Match[bytes]) -> bytes:
        nonlocal depth
        token = match[0]
        if token in b"([{":
            depth += 1
        elif token in b")]}":
            depth = max(0, depth - 1)
        elif depth and (token == b"\n" or token.startswith(b"#")):
            return b" " * len(token)
        return token

    return _BRACKETS.sub(blank, text)
