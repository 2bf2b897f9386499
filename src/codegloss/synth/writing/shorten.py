"""Code longer than a model's context, shortened along its syntax tree; what was left out is told.

The head and the end are kept, for they hold the signature, the first steps and what is returned. The code
is cut where `encoder.blocks` cuts it: before the outermost constructs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from codegloss.encoder.blocks import split

PARTS = 8  # blocks that fill the room; one of them is kept for the end


@dataclass(frozen=True, slots=True)
class Shortened:
    """Code that fits, and how much of it is left."""

    code: str
    lines: int  # that are left
    of: int  # that there were

    @property
    def note(self) -> str:
        """One line for the records; empty where nothing was left out."""
        return f"code shortened: {self.lines:,} of {self.of:,} lines" if self.lines < self.of else ""


def shorten(code: str, language: str, most: int) -> Shortened:
    """Code of at most about `most` characters. Raises ValueError where that is less than 200."""
    lines = code.count("\n") + 1
    if len(code) <= most:
        return Shortened(code, lines, lines)
    if most < 200:
        raise ValueError(f"{most} characters are too few to shorten code to; at least 200 are needed")
    blocks = [_read(ids) for ids in split(code, language, most // PARTS, _ids)]
    head: list[str] = []
    room = most - len(blocks[-1])
    for block in blocks[:-1]:
        if len(block) > room:
            break
        head.append(block)
        room -= len(block)
    # A block begins at its construct: the indentation before it is the end of the one before.
    margin = re.search(r"[ \t]*\Z", blocks[-2])
    first, last = "".join(head), (margin[0] if margin else "") + blocks[-1]
    left = first.count("\n") + last.count("\n") + 1
    return Shortened(f"{first.rstrip()}\n[… {lines - left:,} lines left out …]\n{last}", left, lines)


def _ids(text: str) -> bytes:
    """Each character an id, so that blocks of ids can be read again."""
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.int32).tobytes()


def _read(ids: bytes) -> str:
    return ids.decode("utf-32-le", "replace")
