"""Text of which a preprocessor would keep one branch, as a grammar without a preprocessor can read it.

A grammar knows `#if` around whole statements and declarations. Where a branch begins or
ends within one (two heads for one body, an `else` that is there or not), no tree fits all
branches, and one of them has to do. Other groups keep all of theirs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(if|el|endif)(?:[^\n\\]|\\\r?\n|\\)*", re.MULTILINE)
_NEVER = re.compile(rb"[ \t]*#[ \t]*if[ \t]+(?:0|false)\b")
_BLANKED = bytes(byte if byte in b"\r\n" else 32 for byte in range(256))  # a table for `translate`
# Comments, strings and directives: nothing in them opens or closes anything.
_OPAQUE = re.compile(
    rb"""/\*.*?(?:\*/|\Z)|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'"""
    rb"""|^[ \t]*\#(?:[^\n\\]|\\\r?\n|\\)*""",
    re.DOTALL | re.MULTILINE,
)
# What no statement begins with.
_CONTINUES = re.compile(rb"\s*(?:(?:else|catch|finally)\b|[,.?:+\-=|&<>)\]}/%^]|\*[^;{}]*=)")
# The head of a statement whose body stands behind the branch.
_HEAD = re.compile(
    rb"(?:\A|[;{}]|\belse)\s*(?:if|for|foreach|while|switch|catch|using|lock|fixed)\b[^;{}]*\)\Z"
)
_BODY = re.compile(rb"\s*\{")
_DEEPEST = 63  # groups inside each other that every C compiler takes (C17, 5.2.4.1); others are passed over
_OPEN, _CLOSED = b"({[", b")}]"

Group = list[re.Match[bytes]]  # the directives of one `#if`: itself, each `#elif` and `#else`, `#endif`


def one_branch(text: bytes, places: Sequence[tuple[int, int]], *, only_cutting: bool) -> bytes:
    """The text with the first branch alone of each `#if` group that touches one of `places`.

    Directives and other branches become blanks, every byte in its place. Of `#if 0` the
    second branch is kept. `only_cutting` leaves groups alone whose branches are whole. The places
    do not overlap.
    """
    resolved = bytearray(text)

    def blank(start: int, end: int) -> None:
        resolved[start:end] = text[start:end].translate(_BLANKED)

    apart = sorted(places)
    starts = [start for start, _ in apart]
    for before, group in _groups(text):
        begin, end = group[0].start(), group[-1].end()
        last = bisect_right(starts, end) - 1  # of the places that begin before the group's end
        if last < 0 or apart[last][1] < begin:
            continue
        if only_cutting and not _cuts(text, before, group):
            continue
        kept = 1 if _NEVER.match(group[0][0]) else 0
        for place, (head, following) in enumerate(pairwise(group)):
            blank(head.start(), head.end() if place == kept else following.start())
        blank(group[-1].start(), end)
    return bytes(resolved)


def weight(text: bytes) -> int:
    """Bytes of the text that are neither blanks nor conditional directives."""
    return len(_DIRECTIVE.sub(b"", text).translate(None, b" \t\r\n"))


def _groups(text: bytes) -> Iterator[tuple[int, Group]]:
    """The groups by their ends, each with the byte at which the directive before it ends."""
    open_groups: list[tuple[int, Group]] = []
    before = 0
    for match in _DIRECTIVE.finditer(text):
        if match[1] == b"if":
            open_groups.append((before, [match]))
        elif open_groups:
            open_groups[-1][1].append(match)
            if match[1] == b"endif":
                if len(open_groups) <= _DEEPEST:
                    yield open_groups[-1]
                open_groups.pop()
        before = match.end()


def _cuts(text: bytes, before_it: int, group: Group) -> bool:
    """Whether the group stands within a statement or declaration, or one of its branches is a part of one."""
    before = _OPAQUE.sub(b" ", text[before_it : group[0].start()]).rstrip()
    if before and before[-1] not in b';{}:>)"':
        return True
    branches = [text[head.end() : following.start()] for head, following in pairwise(group)]
    if _BODY.match(text, group[-1].end()) and any(branch.rstrip().endswith(b")") for branch in branches):
        return True  # heads of the body below
    return not all(map(_is_whole, branches))


def _is_whole(branch: bytes) -> bool:
    code = _OPAQUE.sub(b" ", branch).strip()
    if not code:
        return True
    if code[-1] not in b";}:)" or _CONTINUES.match(code) or _HEAD.search(code):
        return False
    depth = 0
    for byte in code:
        if byte in _OPEN:
            depth += 1
        elif byte in _CLOSED:
            depth -= 1
            if depth < 0:
                return False
    return depth == 0
