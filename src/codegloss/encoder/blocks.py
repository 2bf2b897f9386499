"""Texts longer than the context, split into blocks that fit it; nothing is cut off.

After SEA (arXiv 2208.11271): code is split along its syntax tree, each block is encoded, and
the vectors are aggregated. Here a text is first taken apart into small pieces at the
beginnings of constructs, of lines, of sentences, of words; a block is then filled with pieces
and ends, in its second half, before the piece that begins the outermost construct. So every
block but the last is at least half full, whatever the text, and all is done in time that
grows with the length alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise

from tree_sitter import Node, Parser, Point

from codegloss.encoder.tokens import well_formed
from codegloss.extract.languages import languages, tools

# How good a place is to end a block, the less the better: a depth in the syntax tree, or one of these.
_PARAGRAPH, _LINE, _SENTENCE, _WORD, _INSIDE = range(1_000_000, 1_000_005)

_SMALLEST = 48  # bytes of a construct that is worth to be looked into
_DEEPEST = 256  # in the tree; below it only lines and words count

# What bounds the time of a parser that some texts keep busy for the square of their length, or for hours:
# it reads so many bytes at a time, and may call back, as it does every 100 steps, so often. Of code in
# Python, JavaScript, C and C++ a byte took 0.02 calls at most.
_PARSED = 32_768
_CALLS_PER_BYTE, _LEAST_CALLS = 0.1, 1_000

_BREAKS = re.compile(rb"\n(?:[ \t\r]*\n)+|\n|(?<=[.!?;])[ \t]+")
_SPACES = re.compile(r"\s+")


def split(text: str, language: str | None, budget: int, packed: Callable[[str], bytes]) -> list[bytes]:
    """The blocks of a text, each at most `budget` tokens: packed int32 ids, which `packed` gives of any text.

    Code in a `language` of `codegloss.extract` is split along its tree, all else along lines and sentences.
    """
    levels: list[int] = []  # of the place before each piece
    ends: list[int] = []  # of each piece, in tokens from the start of the text
    ids = bytearray()
    for level, piece in _pieces(text, language, budget, packed):
        if piece:
            ids += piece
            levels.append(level)
            ends.append(len(ids) // 4)
    return [bytes(ids[4 * start : 4 * end]) for start, end in _blocks(levels, ends, budget)]


def _blocks(levels: list[int], ends: list[int], budget: int) -> Iterator[tuple[int, int]]:
    """Half-open ranges of tokens, one a block. No piece may be larger than `budget`."""
    first = start = 0  # piece and token that the block begins with
    while first < len(ends):
        last = bisect_right(ends, start + budget)  # the first piece that no longer fits
        if last < len(ends):
            half = bisect_left(ends, start + budget // 2, lo=first)
            last = min(range(last, min(half, last - 1), -1), key=levels.__getitem__)
        yield start, ends[last - 1]
        first, start = last, ends[last - 1]


def _pieces(
    text: str, language: str | None, budget: int, packed: Callable[[str], bytes]
) -> Iterator[tuple[int, bytes]]:
    """The pieces of a text in order: how good a place the beginning of each is to cut, and its ids."""
    data = well_formed(text).encode()
    cuts = _breaks(data)
    if language in languages():
        cuts.update(_constructs(data, language))
    most = max(1, budget // 8)
    for start, end in pairwise([*sorted(cuts), len(data)]):
        piece = data[start:end].decode("utf-8", "replace")
        ids = packed(piece)
        if len(ids) <= 4 * most:
            yield cuts[start], ids
        else:
            yield from _torn(piece, cuts[start], most, packed)


def _torn(text: str, level: int, most: int, packed: Callable[[str], bytes]) -> Iterator[tuple[int, bytes]]:
    """Words of a piece of more than `most` tokens, and parts of words where these are as large."""
    for word in _SPACES.split(text):
        ids = packed(word)
        if len(ids) <= 4 * most:
            yield level, ids
        else:  # an int32 is an id: a word's ids may be cut anywhere
            for start in range(0, len(ids), 4 * most):
                yield level if start == 0 else _INSIDE, ids[start : start + 4 * most]
        level = _WORD


def _breaks(data: bytes) -> dict[int, int]:
    """Where paragraphs, lines and sentences begin, as byte offsets, and how good a place each is."""
    cuts = {0: 0}
    for match in _BREAKS.finditer(data):
        lines = data.count(b"\n", match.start(), match.end())
        cuts[match.end()] = (_SENTENCE, _LINE)[lines] if lines < 2 else _PARAGRAPH
    return cuts


def _constructs(data: bytes, language: str) -> dict[int, int]:
    """Where constructs of some size begin, as byte offsets, and their depth in the syntax tree."""
    cuts: dict[int, int] = {}
    start = 0
    while start < len(data):
        end = _end_of_part(data, start)
        root, shift = _tree(data[start:end], language)
        for place, depth in _starts(root) if root else ():
            offset = start + place - shift
            if start <= offset < end:
                cuts.setdefault(offset, depth)
        start = end
    return cuts


def _end_of_part(data: bytes, start: int) -> int:
    """Where the part that begins at `start` ends: behind a line, else behind a word, else somewhere."""
    limit = start + _PARSED
    if limit >= len(data):
        return len(data)
    for space in (b"\n", b" "):
        if (end := data.rfind(space, start, limit) + 1) > 0:
            return end
    while data[limit] & 0xC0 == 0x80:  # not inside a character
        limit -= 1
    return limit


def _starts(root: Node) -> Iterator[tuple[int, int]]:
    """Byte offset and depth of each construct that is not inside a small one, in the order of the text."""
    cursor = root.walk()
    depth = 0  # counted here: the cursor's own takes as long as it is deep
    while node := cursor.node:
        if node.is_named:
            yield node.start_byte, depth
        is_worth = node.end_byte - node.start_byte > _SMALLEST and depth < _DEEPEST
        if is_worth and cursor.goto_first_child():
            depth += 1
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def _tree(data: bytes, language: str) -> tuple[Node | None, int]:
    """The tree of code, and how many bytes stand before the code in the text that it is the tree of.

    A method alone is no valid Java: the first of the language's `snippets` that makes code valid is put
    around it. None where even the parser gives up.
    """
    row = languages()[language]
    for before, behind in (*row.surroundings("X", "x"), ("", "")):
        head = before.encode()
        root = _parse(language, head + data + behind.encode())
        if root is None or not root.has_error:
            return root, len(head)
    return root, 0


def _parse(language: str, data: bytes) -> Node | None:
    """Root of the syntax tree, or None where the parser takes more steps than such code ever took."""
    calls = 0

    def give_up(_offset: int, _has_error: bool) -> bool:
        nonlocal calls
        calls += 1
        return calls > _LEAST_CALLS + _CALLS_PER_BYTE * len(data)

    def read(offset: int, _point: Point) -> bytes:
        return data[offset : offset + (1 << 16)]

    parser = Parser(tools(language).parser.language)  # its own: parsers keep state, and threads share `tools`
    try:
        tree = parser.parse(read, progress_callback=give_up)
    except ValueError:  # so py-tree-sitter says that it gave up
        return None
    return tree.root_node if tree else None
