"""From text to syntax tree, with a second try at text that is right but that the grammar does not know.

A grammar lags behind its language, and knows nothing of macros. Where a tree has errors,
the row's `repairs` are made to a copy of the text, every byte in its place, and the tree
of that copy counts when less of it is in error. Where a preprocessor's `#if` may cut through
any construct (`conditionals`), the groups in which errors lie are read by one branch alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from tree_sitter import Node, Parser, Point, Range

from codegloss.extract.languages import Language

_BRACKETS = re.compile(
    rb"""[bBfFrRuU]{0,2}(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')"""
    rb"""|\#[^\n]*|[\[({\])}]|\n""",
    re.DOTALL,
)


# A query over one error of n tokens takes time in n²: 10,000 take 0.1 s, 100,000 take 7 s.
MOST_TOKENS_IN_ERROR = 10_000


class TangledError(ValueError):
    """The text is so far from its grammar that its tree is of no use."""


def parse(parser: Parser, language: Language, text: bytes, ranges: Sequence[tuple[int, int]] | None) -> Node:
    """Root of the syntax tree of UTF-8 `text`; only of the bytes inside `ranges` where given.

    Raises TangledError when a single syntax error holds more than MOST_TOKENS_IN_ERROR tokens.
    """
    root = _parse(parser, text, ranges)
    if not root.has_error:
        return root
    for node in _broken(root):
        if node.child_count > MOST_TOKENS_IN_ERROR:
            line = node.start_point.row + 1
            raise TangledError(f"a syntax error of {node.child_count:,} tokens begins in line {line}")
    repaired = _repaired(text, language)
    if repaired != text:
        other = _parse(parser, repaired, ranges)
        if _damage(other) < _damage(root):
            root, text = other, repaired
    if language.conditionals and root.has_error:
        return _one_branch(parser, text, ranges, root)
    return root


_ROUNDS = 4  # of resolving conditional groups: what one group hides, the next round may show


def _one_branch(parser: Parser, text: bytes, ranges: Sequence[tuple[int, int]] | None, root: Node) -> Node:
    """The tree, or a better one of the text with one branch of the `#if` groups that errors touch.

    When that is none, with one branch of every group: an unbalanced brace shows far from its cause.
    """
    for _ in range(_ROUNDS):
        errors = [(node.start_byte, node.end_byte) for node in _broken(root)]
        for places in (errors, [(0, len(text))]):
            resolved = resolve_conditionals(text, places)
            other = _parse(parser, resolved, ranges) if resolved != text else root
            if _damage(other) < _damage(root):
                break
        else:
            return root
        root, text = other, resolved
        if not root.has_error:
            return root
    return root


_CONDITIONAL = re.compile(rb"^[ \t]*#[ \t]*(if|el|endif)(?:[^\n\\]|\\\r?\n|\\)*", re.MULTILINE)
_NEVER = re.compile(rb"[ \t]*#[ \t]*if[ \t]+(?:0|false)\b")
_NOT_NEWLINE = re.compile(rb"[^\r\n]")


def resolve_conditionals(text: bytes, places: Sequence[tuple[int, int]]) -> bytes:
    """The text with the first branch alone of each `#if` group that touches one of `places`.

    Directives and other branches become blanks, every byte in its place. Of `#if 0` the
    second branch is kept.
    """
    resolved = bytearray(text)

    def blank(start: int, end: int) -> None:
        resolved[start:end] = _NOT_NEWLINE.sub(b" ", text[start:end])

    open_groups: list[list[re.Match[bytes]]] = []
    for match in _CONDITIONAL.finditer(text):
        if match[1] == b"if":
            open_groups.append([match])
        elif open_groups:
            open_groups[-1].append(match)
            if match[1] != b"endif":
                continue
            group = open_groups.pop()
            begin, end = group[0].start(), match.end()
            if not any(start <= end and begin <= stop for start, stop in places):
                continue
            kept = 1 if _NEVER.match(group[0][0]) else 0
            for place, (head, following) in enumerate(pairwise(group)):
                blank(head.start(), head.end() if place == kept else following.start())
            blank(match.start(), match.end())
    return bytes(resolved)


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


def _broken(root: Node) -> Iterator[Node]:
    """The outermost nodes of the tree that are errors, and the tokens that are missing."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_error or node.is_missing:
            yield node
        else:
            waiting += [child for child in node.children if child.has_error]


def _damage(root: Node) -> int:
    """Bytes of the tree that are in error, one for each missing token."""
    return sum(max(1, node.end_byte - node.start_byte) for node in _broken(root))


def _repaired(text: bytes, language: Language) -> bytes:
    if language.joins_lines:
        text = _joined_lines(text)
    for pattern, filling in language.repairs:

        def fill(match: re.Match[bytes], filling: bytes = filling) -> bytes:
            start, end = match.span(1)
            whole, begin = match[0], match.start()
            return whole[: start - begin] + filling * (end - start) + whole[end - begin :]

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
