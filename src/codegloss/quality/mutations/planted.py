"""Contradictions planted in good comments: one fact that the code decides, told wrongly.

Made to measure what a checker finds: a fact of `facts` is changed in the comment alone. What stands in
examples is left alone. An exception may still be raised by what the function calls, and a comment may
have been false before.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from codegloss.extract import functions_in
from codegloss.quality.mutations.facts import KINDS
from codegloss.quality.mutations.source import surroundings
from codegloss.records import Function


@dataclass(frozen=True, slots=True)
class Planted:
    """A function whose comment was true in one more place before."""

    kind: str  # of the fact, a key of `facts.KINDS`
    function: Function  # with the comment changed, and all that is read from it
    before: str  # the words of the comment that were changed
    after: str


def planted(function: Function, seed: int = 0, kinds: Collection[str] = KINDS) -> Iterator[Planted]:
    """Each contradiction of these kinds that can be planted, in an order that `seed` decides."""
    comment = function.comment
    if comment is None or function.parts is None or not function.has_body:
        return
    chance = random.Random(f"{seed}:{function.id}")
    prose = _EXAMPLES.search(comment)
    until = prose.start() if prose else len(comment)
    found = [slip for find in KINDS.values() for slip in find(function, comment, chance)]
    slips = [slip for slip in found if all(end <= until for _, end in slip.places)]
    chance.shuffle(slips)
    for slip in slips:
        text = comment
        for start, end in sorted(slip.places, reverse=True):
            text = text[:start] + slip.after + text[end:]
        changed = _with_comment(function, text) if slip.kind in kinds else None
        if changed is not None:
            yield Planted(slip.kind, changed, slip.before, slip.after)


# Where the examples of a comment begin, in whatever style.
_EXAMPLES = re.compile(
    r">>>|```|@example|@usage|<code>|<pre>|\bExamples?\b\s*(?:::?|\n)|\be\.g\.|\bfor example\b", re.I
)


def _with_comment(function: Function, comment: str) -> Function | None:
    """The function with another comment, read anew; None where that would be no comment of the function."""
    if function.comment_start is None:
        return None
    code, offset = function.code.encode("utf-8"), function.comment_start - function.start
    if offset > 0:
        text = (code[:offset] + comment.encode("utf-8") + code[offset:]).decode("utf-8")
    else:
        text = comment + "\n" + function.code
    for head, tail in surroundings(function.language):
        for read in functions_in(head.decode() + text + tail.decode(), function.language):
            if read.name == function.name and read.comment == comment:
                return replace(
                    function,
                    comment=comment,
                    comment_hash=read.comment_hash,
                    comment_text=read.comment_text,
                    summary=read.summary,
                    parts=read.parts,
                )
    return None
