"""A comment and its function's code, taken apart into words: what a classifier reads."""

from __future__ import annotations

from dataclasses import dataclass

from codegloss.encoder.inputs import code_of
from codegloss.quality.inconsistency.vocabulary import words
from codegloss.quality.markup import clean
from codegloss.quality.reasons import Reason
from codegloss.quality.texts import objection, without_own_name
from codegloss.records import Function

MOST_CODE_CHARACTERS = 20_000  # of a longer function the beginning
MOST_TEXT_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Prose:
    """What a comment says, in words."""

    lead: list[str]  # of its summary
    all: list[str]  # of the whole
    text: str  # the summary, cleaned
    raw: str  # the whole, markers removed


@dataclass(frozen=True, slots=True)
class Code:
    """What a function is made of, in words."""

    source: str  # without comments
    name: list[str]
    head: list[str]  # name, class, parameters and their types
    calls: list[str]
    all: list[str]


def prose(function: Function) -> Prose | Reason:
    """The words of a function's comment, or why it cannot be judged."""
    if not function.summary or not function.comment_text:
        return Reason("no comment")
    if not function.has_body:
        return Reason("no body")
    text = without_own_name(clean(function.summary[:MOST_TEXT_CHARACTERS]), function.name)
    if reason := objection(text):
        return reason
    raw = function.comment_text[:MOST_TEXT_CHARACTERS]
    parts = [clean(raw)]
    if function.parts:
        parts += [f"{part.name} {part.description}" for part in function.parts.parameters]
        parts += [part.description for part in function.parts.raises]
        parts += [function.parts.returns.description] if function.parts.returns else []
    return Prose(words(text), words(" ".join(parts)), text, raw)


def code(function: Function) -> Code:
    """The words of a function's code."""
    source = code_of(function.code, function.inner_comments)[:MOST_CODE_CHARACTERS]
    name = words(function.name)
    head = name + words(function.class_name or "")
    for parameter in function.parameters:
        head += words(f"{parameter.name} {parameter.type or ''}")
    return Code(source, name, head, words(" ".join(function.calls)), words(source) + name)


def described(function: Function) -> bool:
    """Whether the comment says something that can be judged."""
    return isinstance(prose(function), Prose)
