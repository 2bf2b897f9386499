"""An old comment mended where the code contradicts it, and left as it is everywhere else.

A rule of `check` says which words are false; the smallest edit that takes the contradiction out is made, and
the rules read the comment again. An edit that they still object to is not made.

What is not known: whether a comment was false in more places than a rule can see. A parameter that was
renamed and given another meaning keeps the description of the old one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from codegloss.quality.claims.body import Body
from codegloss.quality.claims.check import objections
from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE, Subject
from codegloss.quality.reasons import Reason
from codegloss.records import Finding, Function
from codegloss.synth.writing.repair import parameters, values, words
from codegloss.synth.writing.repair.edit import Edit
from codegloss.synth.writing.writers import with_comment

NO_REPAIR = "no repair"
MOST_ROUNDS = 12  # contradictions of one comment that are mended
MOST_TRIED = 24  # edits that are tried for one of them

# Rule → the edits that may take its contradiction out, the likeliest first.
MENDERS: Mapping[str, Callable[[Subject, Finding], Iterator[Edit]]] = {
    **parameters.MENDERS,
    **values.MENDERS,
    **words.MENDERS,
}


@dataclass(frozen=True, slots=True)
class Repair:
    """A comment without its contradictions."""

    comment: str  # the whole text, as `Function.comment_text`
    edits: tuple[str, ...]  # what was done, in words


def repaired(
    function: Function, findings: Sequence[Finding], known: Container[str] | None = None
) -> Repair | Reason:
    """The function's comment with the smallest edits after which no rule finds anything; else why not.

    `findings` are those of the comment as it stands, of which the ones less likely true than not are left;
    `known` holds every identifier of the repository, where that is known.
    """
    found = [one for one in findings if one.confidence >= DEFAULT_CONFIDENCE]
    if not found or not function.comment_text:
        return Reason("nothing to repair")
    crlf = "\r\n" in function.comment_text
    now = _with(function, function.comment_text.replace("\r\n", "\n"))
    edits: list[str] = []
    for _ in range(MOST_ROUNDS):
        if not found:
            text = now.comment_text or ""
            return Repair(text.replace("\n", "\r\n") if crlf else text, tuple(edits))
        step = _step(now, found, known)
        if step is None:
            break
        now, found, words_ = step
        edits.append(words_)
    return Reason(NO_REPAIR, f"{found[0].rule} {found[0].message}")


def _step(
    function: Function, found: Sequence[Finding], known: Container[str] | None
) -> tuple[Function, list[Finding], str] | None:
    """The function after one edit, what is still found, and the edit in words; None where none helps."""
    subject = Subject(function, Body(function.code, function.language), known)
    before = Counter(one.rule for one in found)
    for finding in found:
        mender = MENDERS.get(finding.rule)
        tried = 0
        for edit in mender(subject, finding) if mender else ():
            if not edit.text.strip() or edit.text == function.comment_text:
                continue
            if (tried := tried + 1) > MOST_TRIED:
                break
            changed = _with(function, edit.text)
            left = objections(changed, known)
            after = Counter(one.rule for one in left)
            if after <= before and after[finding.rule] < before[finding.rule]:
                return changed, left, edit.words
    return None


def _with(function: Function, text: str) -> Function:
    """The function under another text; what kind of comment it bears stays."""
    return replace(with_comment(function, text), is_doc=function.is_doc)
