"""What a rule is: what it is given, what it finds, and how it is told about.

A rule looks at one function and yields what its comment claims and its code contradicts. It stays
silent where it cannot know: a finding costs a reader's trust, a silence costs little.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from codegloss.quality.claims.body import Body
from codegloss.records import Function

DEFAULT_CONFIDENCE = 0.5  # of a finding that counts where nothing else is said: more often true than not


@dataclass(frozen=True, slots=True)
class Subject:
    """A documented function, and what is known around it."""

    function: Function  # its `comment`, `comment_text` and `comment_start_line` are not None
    body: Body  # facts of its code, computed when first asked for
    known: Container[str] | None  # every identifier of its repository; None where that is not known


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of the comment that the code contradicts."""

    quote: str  # verbatim from `comment_text`, one line of it or a part: what the reader should look at
    message: str  # one sentence: what the comment says, and what the code does
    confidence: float | None = None  # where it is another than the rule's


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of contradiction."""

    code: str  # CG101
    name: str  # unknown-parameter
    summary: str  # one line, for lists
    explanation: str  # what is compared, what is deliberately no finding, an example, the cure
    confidence: float  # how often such a finding is true, from 0 to 1
    find: Callable[[Subject], Iterator[Claim]] | None  # None: see `linter.doubts`
