"""Whether a new comment may take the place of the old one: only where it is shown to be better.

What is not shown: that it is true. The claims are those that rules can read, the classifier sees words
and not what code does, and a comment that tells why the code is as it is cannot be judged by the code.
So a new comment must win by what is measured and must lose nothing that the old one knew; in doubt the old
one stays.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from codegloss.extract.comments import DIRECTIVE
from codegloss.quality.linter.doubts import COPIED
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.search.lexical import STOP_WORDS, words
from codegloss.synth.measure import Measured
from codegloss.synth.source.hazards import NEVER
from codegloss.synth.writing.facts import lost

SAME = "says the same"
UNSCORABLE = "the new comment cannot be scored"
OLD_UNSCORABLE = "the old comment cannot be scored"
CONTRADICTS = "contradicts the code"
INCONSISTENT = "not less inconsistent"
IMPROBABLE = "improbable for the code"
HARD_TO_FIND = "harder to find"
ONLY_THE_NAME = "says no more than the name"
LOST = "a fact would be lost"
COPIED_CODE = "copies the code"
PRAISE = "praises"

REPAIRED = (
    0.9  # share of words that a repaired comment has in common with the one it was, by Ratcliff and Obershelp
)
CONTROL = "control characters"
DIRECTIVES = "a line to a tool"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a new comment must hold; chosen on held-out repositories by `benchmarks/gate.py`."""

    probability: float = 0.1  # P(inconsistent) of a new comment at most: the classifier's prior
    odds: float = 1.5  # by which the odds of the old comment must be higher, where no rule objects to it
    foreign: float = (
        0.9  # P(inconsistent) of an old comment that seems to be another function's, facts and all
    )
    kept: float = 0.6  # share of an old comment's own words that its refreshed form must have
    copied: int = 12  # words and marks in a row that the comment and the code share
    worse: float = 1.5  # times the old rank that the new one may be: queries of few words are noisy
    near: int = 5  # a rank that is always good enough
    share: float = 0.1  # of a pool: before so many others a function must be found that had no comment


BOUNDS = Bounds()

# Words that sell; a comment may use one where the old one or the code does.
_PRAISE = re.compile(
    r"\b(?:powerful|elegant(?:ly)?|seamless(?:ly)?|robust(?:ly)?|effortless(?:ly)?|comprehensive(?:ly)?"
    r"|cutting-edge|state-of-the-art|best practices?|high-quality|well-designed|beautiful(?:ly)?"
    r"|intuitive(?:ly)?|versatile|sophisticated|world-class|blazing(?:ly)?|crucial|essential)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\w+|[^\w\s]")


def verdict(
    old: Function | None,
    new: Function,
    before: Measured | Reason | None,
    after: Measured | Reason,
    *,
    keep_facts: bool,
    bounds: Bounds = BOUNDS,
) -> Reason | None:
    """Why the old comment stays; None where the new one takes its place.

    `old` and `before` are None for a function without a comment. `keep_facts` is for a writer that was
    shown the old comment: what it knew and the code does not contradict must be in the new one.
    """
    said, proposed = old.comment_text if old else None, new.comment_text or ""
    if said is not None and said.split() == proposed.split():
        return Reason(SAME)
    if isinstance(after, Reason):
        return Reason(UNSCORABLE, _told(after))
    if isinstance(before, Reason):
        return Reason(OLD_UNSCORABLE, _told(before))
    return (
        _writing(said, proposed, new, bounds)
        or _consistency(before, after, bounds, repaired=said is not None and _is_repair(said, proposed))
        or _findability(before, after, bounds)
        or (_facts(said, proposed, before, new, bounds) if said is not None and keep_facts else None)
    )


def _told(reason: Reason) -> str:
    return f"{reason.name}: {reason.detail}" if reason.detail else reason.name


def _writing(said: str | None, proposed: str, function: Function, bounds: Bounds) -> Reason | None:
    """What is wrong with the text as such."""
    if hidden := NEVER.search(proposed.replace("\r\n", "\n")):
        return Reason(CONTROL, f"U+{ord(hidden[0]):04X}")
    if directive := _directive(proposed, said or ""):
        return Reason(DIRECTIVES, directive)
    praise = _PRAISE.search(proposed)
    if praise and praise[0].lower() not in f"{said or ''} {function.code}".lower():
        return Reason(PRAISE, praise[0])
    if copied := _shared(proposed, function.code, said or "", bounds.copied):
        return Reason(COPIED_CODE, copied)
    return None


def _consistency(
    before: Measured | None, after: Measured, bounds: Bounds, *, repaired: bool
) -> Reason | None:
    """`repaired` is for the old words but for what was false: these need not be likely, only no less so."""
    if after.findings:
        return Reason(CONTRADICTS, after.findings[0].message)
    if repaired and before is not None and before.findings and after.probability <= before.probability:
        return None
    if after.probability > bounds.probability:
        return Reason(IMPROBABLE, f"P(inconsistent) {after.probability:.2f}")
    if before is None or before.findings:
        return None
    if _odds(before.probability) < bounds.odds * _odds(after.probability):
        return Reason(
            INCONSISTENT, f"P(inconsistent) {before.probability:.2f} before, {after.probability:.2f} after"
        )
    return None


def _findability(before: Measured | None, after: Measured, bounds: Bounds) -> Reason | None:
    if before is None:
        if after.rank == after.pool > 1:
            return Reason(ONLY_THE_NAME)
        if after.rank > max(1, bounds.share * after.pool):
            return Reason(HARD_TO_FIND, f"rank {after.rank} of {after.pool}")
        return None
    if _is_foreign(before, bounds):
        return None  # where a comment leads that belongs elsewhere says nothing
    if after.rank > max(bounds.worse * before.rank, bounds.near):
        return Reason(HARD_TO_FIND, f"rank {before.rank} before, {after.rank} after, of {after.pool}")
    return None


def _facts(
    said: str, proposed: str, before: Measured | None, function: Function, bounds: Bounds
) -> Reason | None:
    """What the old comment knew and the new one does not say; nothing where it seems to be another's."""
    if before is None or _is_foreign(before, bounds):
        return None
    if missing := lost(said, proposed, function):
        return Reason(LOST, f"{missing[0].kind}: {missing[0].text}")
    false = {word for finding in before.findings for word in words(finding.quote)}
    own = dict.fromkeys(word for word in words(said) if word not in STOP_WORDS and word not in false)
    there = {_stem(word) for word in words(proposed)}
    gone = [word for word in own if _stem(word) not in there]
    if len(gone) > (1 - bounds.kept) * len(own):
        return Reason(LOST, f"words: {', '.join(gone[:5])}")
    return None


def _directive(proposed: str, said: str) -> str | None:
    """A line, mark and all, that tools read in comments (`# noqa`, `//go:build`); an old one may stay."""
    for line in map(str.strip, proposed.splitlines()):
        if line not in said and DIRECTIVE.match(line.encode("utf-8", "replace")):
            return line[:80]
    return None


def _is_foreign(before: Measured, bounds: Bounds) -> bool:
    """Whether a comment seems to be another function's."""
    return before.probability >= bounds.foreign or any(one.rule == COPIED.code for one in before.findings)


def _stem(word: str) -> str:
    """The word without the endings of plural, third person, past and gerund."""
    return re.sub(r"(?:ing|ed|es|s)$", "", word) if len(word) > 4 else word


def _is_repair(said: str, proposed: str) -> bool:
    """Whether nine of ten words are the same, in the same order."""
    first, second = said.split(), proposed.split()
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio() >= REPAIRED


def _odds(probability: float) -> float:
    return probability / max(1e-9, 1 - probability)


def _shared(proposed: str, code: str, said: str, most: int) -> str | None:
    """A run of that many words and marks that comment and code share and the old comment did not have."""
    text, old = _TOKEN.findall(proposed), " ".join(_TOKEN.findall(said))
    written = " " + " ".join(_TOKEN.findall(code)) + " "
    for start in range(len(text) - most + 1):
        run = " ".join(text[start : start + most])
        if f" {run} " in written and run not in old:
            return run
    return None
