"""An old comment brought up to date without a model: what the code contradicts goes, all else stays.

Where rules object, the sentences and entries that they quote are left out or written anew, and all else is
kept. Where none does, a short comment gives way to the new one, with its sentences that hold what code cannot
tell; a longer one (`says_more`) is better left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from codegloss.extract.docstyles import parse_parts
from codegloss.quality.claims.check import objections
from codegloss.records import CommentParts, DocumentedParameter, Finding, Function
from codegloss.synth.writing.compose import Doc, composed, sentence
from codegloss.synth.writing.convention import Convention, convention_key
from codegloss.synth.writing.facts import retained
from codegloss.synth.writing.kept import kept_blocks, prose_of
from codegloss.synth.writing.naming import described_parameters
from codegloss.synth.writing.writers import with_comment

MOST_PUT_ASIDE = 25  # words of a comment that a new one may replace where no rule objects to it
# Rules that object to how an entry is headed, or that one is missing: its description may stay.
_OF_HEADS = frozenset((
    "unknown-parameter", "undocumented-parameter", "repeated-parameter", "contradicting-type",
    "contradicting-optional",
))  # fmt: skip
_DEFAULT_RULE = "contradicting-default"
_DEFAULT = re.compile(
    r"""(\bdefaults?\b(?:\s+(?:to|is|value(?:\s+is)?))?\s*[=:]?\s*)([`"']*[\w.+-]*\w[`"']*)""", re.IGNORECASE
)


def refreshed(doc: Doc, old: str, function: Function, convention: Convention) -> Doc:
    """New parts of a comment with what the old one knows and the code does not contradict."""
    parts = parse_parts(old, convention_key(function.language))
    found = objections(with_comment(function, old))
    quotes = [one.quote for one in found if one.name not in _OF_HEADS and one.name != _DEFAULT_RULE]
    returns = doc.returns
    if parts.returns and not _quoted(parts.returns.description, quotes):
        returns = parts.returns
    raises = [one for one in parts.raises if not _quoted(one.description, quotes, one.type or "")]
    told = {one.type for one in raises}
    doc = replace(
        doc,
        parameters=_parameters(doc, parts, found, function),
        returns=returns,
        raises=[*raises, *(one for one in doc.raises if one.type not in told)],
        verbatim=kept_blocks(old, function.language),
    )
    if found:
        summary = sentence(doc.summary, convention)
        return replace(
            doc, prose=_prose(prose_of(old, function.language), summary, [one.quote for one in found])
        )
    kept = retained(old, composed(doc, convention), function)
    description = "\n\n".join(part for part in (doc.description, " ".join(kept)) if part)
    return replace(doc, description=description)


def says_more(old: str, language: str) -> bool:
    """Whether an old comment is more than a sentence or two: nothing to be put aside without a reason."""
    parts = parse_parts(old, convention_key(language))
    prose = prose_of(old, language)
    return parts.style != "plain" or len(prose.split()) > MOST_PUT_ASIDE or bool(kept_blocks(old, language))


def _prose(prose: str, summary: str, quotes: Sequence[str]) -> str:
    """The prose without the sentences that are quoted, the new summary in the place of its first."""
    kept = []
    for place, paragraph in enumerate(re.split(r"\n\s*\n", prose.strip("\n"))):
        if not any(_flat(quote) in _flat(paragraph) for quote in quotes):
            kept.append(paragraph)
            continue
        sentences = re.split(r"(?<=[.!?])\s+(?=\S)", _flat(paragraph))
        left = [one for one in sentences if not any(_overlap(one, quote) for quote in quotes)]
        if place == 0 and (not left or left[0] != sentences[0]):
            left = [summary, *left]
        kept.append(" ".join(left))
    return "\n\n".join(one for one in kept if one.strip())


def _parameters(
    doc: Doc, parts: CommentParts, found: Sequence[Finding], function: Function
) -> list[DocumentedParameter]:
    """The declared parameters, as the old comment has them or else as the new one does.

    A default or a type to which a rule objects becomes what is declared; a sentence that one quotes is left
    out.
    """
    told = {one.name: one for one in parts.parameters}
    described = {one.name: one for one in doc.parameters}
    quotes = [one.quote for one in found if one.name not in _OF_HEADS and one.name != _DEFAULT_RULE]
    kept = []
    for declared in described_parameters(function):
        before = told.get(declared.name)
        if before is None:
            kept += [described[declared.name]] if declared.name in described else []
            continue
        wrong = {one.name for one in found if _names(one.quote, declared.name)}
        type_, text = before.type, _without(before.description, quotes)
        if wrong & {"contradicting-type", "contradicting-optional"}:
            type_ = declared.type
        if _DEFAULT_RULE in wrong and declared.default:
            declares = _as_declared(declared.default)
            type_, text = type_ and _DEFAULT.sub(declares, type_), _DEFAULT.sub(declares, text)
        if text:
            kept.append(DocumentedParameter(declared.name, type_ or declared.type, text))
        elif declared.name in described:
            kept.append(described[declared.name])
    return kept


def _as_declared(default: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{match[1]}{default}"


def _names(quote: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", quote) is not None


def _without(description: str, quotes: Sequence[str]) -> str:
    """A description without the sentences that hold words which the code contradicts."""
    if not any(_overlap(description, quote) for quote in quotes):
        return description
    sentences = re.split(r"(?<=[.;])\s+", description)
    return " ".join(one for one in sentences if not any(_overlap(one, quote) for quote in quotes))


def _overlap(text: str, quote: str) -> bool:
    flat, words = _flat(text), _flat(quote)
    return bool(flat) and (words in flat or flat in words)


def _flat(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str, quotes: Sequence[str], name: str = "") -> bool:
    """Whether the words that the code contradicts are part of this entry, or it of them."""
    return any(_overlap(text, quote) or (name and _names(quote, name)) for quote in quotes)
