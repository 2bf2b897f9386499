"""A comment's source with only those lines changed of which the text changed.

For a text that is the old one but for a few lines: what is laid out anew would break lines that were always
too long, and lose blank ones before the closing mark. Where the lines of source and text cannot be told
to be the same, or new ones come in, there is no patch, and the comment is laid out anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

LEAST_SAME = 0.5  # share of the old lines that stay; below, a comment is another one
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_RISKY = ("\\", '"""', "'''", "*/", "]]", "=end")  # what may end a comment or mean something else in it


def patched(raw: str, old: str, new: str, columns: int) -> str | None:
    """The source `raw` of a comment that says `old`, with what differs in `new`; None where that cannot be.

    A changed line may have as many `columns`, or as many as it had. `old` and `new` are in normal form.
    """
    before, after = old.split("\n"), new.split("\n")
    lines = [line for line in _LINE.findall(raw) if line]
    start = _start(lines, before)
    if start is None:
        return None
    kept: list[str] = lines[:start]
    same = 0
    for kind, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        here = lines[start + i : start + j]
        if kind == "equal":
            kept += here
            same += j - i
        elif kind == "replace" and j - i == m - k:
            for line, was, becomes in zip(here, before[i:j], after[k:m], strict=True):
                changed = _changed(line, was, becomes, columns)
                if changed is None:
                    return None
                kept.append(changed)
        elif kind != "delete" or start + i == 0 or start + j == len(lines):
            return None  # new lines, or the one with the opening or the closing mark
    kept += lines[start + len(before) :]
    return "".join(kept) if same >= LEAST_SAME * len(after) else None


def _start(lines: Sequence[str], text: Sequence[str]) -> int | None:
    """The line of the source on which the text begins; None unless each line of it stands where it must."""
    for start in (0, 1):
        here = lines[start : start + len(text)]
        if len(here) == len(text) and all(map(_is_that, here, text)):
            return start
    return None


def _is_that(line: str, text: str) -> bool:
    return line.count(text.strip()) == 1 if text.strip() else not any(map(str.isalnum, line))


def _changed(line: str, was: str, becomes: str, columns: int) -> str | None:
    """A line of the source with other words in the place of the old."""
    indentation = len(was) - len(was.lstrip())
    if not was.strip() or indentation != len(becomes) - len(becomes.lstrip()):
        return None
    if any(mark in becomes for mark in _RISKY):
        return None
    changed = line.replace(was.strip(), becomes.strip())
    return None if len(changed) > max(len(line), columns) else changed
