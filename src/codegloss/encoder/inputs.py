"""What an encoder is given of a function: its code without any comment."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.records import Span

_BLANK_LINES = re.compile(r"\n(?:[ \t\r\f\v]*\n)+")
_TRAILING = re.compile(r"[ \t\f\v]+(?=\r?$)", re.MULTILINE)


def code_of(code: str, inner_comments: Sequence[Span | tuple[int, int]] = ()) -> str:
    """`code` without the comments inside it, and without the blank lines that they leave behind.

    `inner_comments` are half-open byte ranges of the code in UTF-8, as `Function.inner_comments`
    has them; each leaves a space, so that what stood on its two sides stays apart. The doc comment
    is not in `Function.code` to begin with.
    """
    if inner_comments:
        # A lone surrogate, three bytes either way, must not keep the code from being read.
        data = code.encode("utf-8", "surrogatepass")
        spans = sorted((s.start, s.end) if isinstance(s, Span) else (s[0], s[1]) for s in inner_comments)
        kept, place = [], 0
        for start, end in spans:
            if end > place:
                kept.append(data[place : max(start, place)])
                place = end
        kept.append(data[place:])
        code = b" ".join(kept).decode("utf-8", "surrogatepass")
        code = _TRAILING.sub("", code)
    return _BLANK_LINES.sub("\n", code).strip("\r\n")
