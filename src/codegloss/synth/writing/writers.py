"""What writes comments: the seam between the rebuild and whatever knows how to describe code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Protocol

from codegloss.extract.docstyles import parse_parts, summarise
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth.writing.context import Context
from codegloss.synth.writing.convention import convention_key

NO_ANSWER = "no answer"  # begins the reason where a model was asked and nothing usable came


@dataclass(frozen=True, slots=True)
class Written:
    """A comment that a writer proposes."""

    comment: str  # as `Function.comment_text`: in the codebase's style, without comment marks
    model: str  # what wrote it
    request: str | None = None  # hash of the request whose answer this is
    cost: float | None = 0.0  # in the currency of the prices; None where it is not known
    notes: tuple[str, ...] = ()  # what was done to the input: shortened code, masked secrets


class Writer(Protocol):
    """Writes the doc comment of a function, or says why it does not."""

    @property
    def name(self) -> str: ...

    async def write(self, function: Function, context: Context) -> Written | Reason:
        """The comment of a function; nothing of the function's own comment is used but `context.old`."""
        ...


def with_comment(function: Function, comment: str) -> Function:
    """The function as if it had a comment of this text, for what reads comments from a `Function`.

    Its `comment` is the text itself, for there are no marks; its lines are those of the function.
    """
    text = comment.replace("\r\n", "\n").strip()
    convention = convention_key(function.language)
    return replace(
        function,
        comment=text,
        comment_hash=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        comment_text=text,
        summary=summarise(text, convention) or None,
        is_doc=True,
        parts=parse_parts(text, convention),
        comment_start_line=function.comment_start_line or function.start_line,
        comment_end_line=function.comment_end_line or function.start_line,
        comment_ratio=len(text) / max(1, len(function.code)),
    )


def without_comment(function: Function) -> Function:
    """The function as if nobody had documented it."""
    return replace(
        function,
        comment=None, comment_hash=None, comment_text=None, summary=None, is_doc=False, parts=None,
        comment_start=None, comment_end=None, comment_start_line=None, comment_end_line=None,
        comment_ratio=0.0,
    )  # fmt: skip
