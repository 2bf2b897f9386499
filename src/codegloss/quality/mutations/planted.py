"""Contradictions planted in good comments: one fact that the code decides, told wrongly.

Made to measure what a checker finds: the fact stands in the comment *and* in the code, it is changed in
the comment alone, and what it is changed to is not in the code. What stands in examples is left alone. An
exception may still be raised by what the function calls, and a comment may have been false before.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from codegloss.extract import functions_in
from codegloss.quality.mutations.source import surroundings
from codegloss.records import Function


@dataclass(frozen=True, slots=True)
class Planted:
    """A function whose comment was true in one more place before."""

    kind: str  # parameter, raises, default, boolean, number or order
    function: Function  # with the comment changed, and all that is read from it
    before: str  # the words of the comment that were changed
    after: str


@dataclass(frozen=True, slots=True)
class _Edit:
    kind: str
    before: str
    after: str
    places: tuple[tuple[int, int], ...]  # of the raw comment, in characters


def planted(function: Function, seed: int = 0) -> Iterator[Planted]:
    """Each contradiction that can be planted in the function's comment, in an order that `seed` decides."""
    comment = function.comment
    if comment is None or function.parts is None or not function.has_body:
        return
    chance = random.Random(f"{seed}:{function.id}")
    prose = _EXAMPLES.search(comment)
    until = prose.start() if prose else len(comment)
    found = [edit for find in _KINDS for edit in find(function, comment, chance)]
    edits = [edit for edit in found if all(end <= until for _, end in edit.places)]
    chance.shuffle(edits)
    for edit in edits:
        text = comment
        for start, end in sorted(edit.places, reverse=True):
            text = text[:start] + edit.after + text[end:]
        changed = _with_comment(function, text)
        if changed is not None:
            yield Planted(edit.kind, changed, edit.before, edit.after)


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


def _words(text: str, word: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in re.finditer(rf"(?<![\w.]){re.escape(word)}(?!\w)", text))


_OTHER_NAMES = (
    "options", "source", "target", "values", "items", "timeout", "prefix", "callback", "limit", "context",
    "flags", "encoding", "config", "entries", "handler", "mode", "width", "buffer", "labels", "strict",
)  # fmt: skip


def _parameters(function: Function, comment: str, chance: random.Random) -> Iterator[_Edit]:
    """A documented parameter under a name that the function does not have."""
    declared = {parameter.name for parameter in function.parameters}
    parts = function.parts
    for parameter in parts.parameters if parts else ():
        name = parameter.name
        if name not in declared or len(name) < 2:
            continue
        free = [other for other in _OTHER_NAMES if other not in function.code and other not in comment]
        if free and (places := _words(comment, name)):
            yield _Edit("parameter", name, chance.choice(free), places)


_EXCEPTIONS = {
    "python": ("ValueError", "TypeError", "KeyError", "RuntimeError", "OSError", "IndexError"),
    "java": ("IllegalArgumentException", "IllegalStateException", "NullPointerException",
             "UnsupportedOperationException", "IndexOutOfBoundsException"),
    "csharp": ("ArgumentException", "InvalidOperationException", "ArgumentNullException"),
    "javascript": ("TypeError", "RangeError", "SyntaxError"),
    "typescript": ("TypeError", "RangeError", "SyntaxError"),
    "php": ("InvalidArgumentException", "RuntimeException", "LogicException", "DomainException"),
    "ruby": ("ArgumentError", "TypeError", "KeyError", "IndexError"),
}  # fmt: skip


def _raises(function: Function, comment: str, chance: random.Random) -> Iterator[_Edit]:
    """A documented exception that the body raises by name, as one that it does not."""
    raised = {name.rpartition(".")[2] for name in function.raises}
    parts = function.parts
    for documented in parts.raises if parts else ():
        name = (documented.type or "").rpartition(".")[2]
        others = [
            other
            for other in _EXCEPTIONS.get(function.language, ())
            if other not in function.code and other not in comment
        ]
        if name in raised and others and (places := _words(comment, name)):
            yield _Edit("raises", name, chance.choice(others), places)


_DEFAULT = re.compile(
    r"(?:defaults? (?:value )?(?:is|to|of|=)|default:|\(default|, default)\s*[`'\"]{0,2}"
    r"(?P<value>-?\d+(?:\.\d+)?|True|False|None|true|false|null)\b(?!\.\d)",
    re.IGNORECASE,
)
_OPPOSITE = {"True": "False", "False": "True", "true": "false", "false": "true", "None": "0", "null": "0"}


def _defaults(function: Function, comment: str, chance: random.Random) -> Iterator[_Edit]:
    """A documented default that is the declared one of exactly one parameter, as another."""
    declared = [parameter.default for parameter in function.parameters if parameter.default is not None]
    for match in _DEFAULT.finditer(comment):
        value = match["value"]
        if declared.count(value) != 1:
            continue
        after = _OPPOSITE.get(value) or _another(value, chance)
        if after not in declared:
            yield _Edit("default", value, after, (match.span("value"),))


def _another(number: str, chance: random.Random) -> str:
    """Another number of the same kind, near enough to be a plausible slip."""
    if "." in number:
        return str(round(float(number) + chance.choice((0.5, 1.0, -0.25)), 4))
    return str(int(number) + chance.choice((1, 2, 5, 10)))


_TRUTH = re.compile(r"\b(True|False|true|false)\b(?=[`*}]* (?:if|when|iff|whenever|in case)\b)")


_DECIDED = re.compile(
    r"return\s*\(?\s*(?:True|False|true|false|not |!)|return\b[^\n]*(?:[!=<>]=|(?<![-=])[<>]| in | is )"
)


def _booleans(function: Function, comment: str, chance: random.Random) -> Iterator[_Edit]:
    """`True if` as `False if`, where the code says itself which it returns."""
    decided = _DECIDED.search(function.code)
    found = list(_TRUTH.finditer(comment))
    if decided and len({match[1] for match in found}) == 1:
        yield _Edit("boolean", found[0][1], _OPPOSITE[found[0][1]], tuple(match.span() for match in found))


def _numbers(function: Function, comment: str, chance: random.Random) -> Iterator[_Edit]:
    """A number that the code has as a literal, as one that it has not."""
    defaults = {match.span("value") for match in _DEFAULT.finditer(comment)}
    for match in re.finditer(r"(?<![\w.:/#,=(\[-])\d{1,6}(?=[\s.;)]|$)(?!\.\d)", comment):
        number = match[0]
        standing = rf"(?<![\w.]){number}(?![\w.])"
        if match.span() in defaults or number in ("0", "1") or not re.search(standing, function.code):
            continue
        after = _another(number, chance)
        if not re.search(rf"(?<![\w.]){after}(?![\w.])", function.code):
            yield _Edit("number", number, after, (match.span(),))


# What the words need in the code, so that it is the code that decides which is true.
_ORDER = (
    ("at least", "at most", r"[<>]"),
    ("less than", "greater than", r"[<>]"),
    ("minimum", "maximum", r"\b(?:min|max)\b"),
    ("smallest", "largest", r"\b(?:min|max|sort\w*)\b"),
    ("ascending", "descending", r"\b(?:sort\w*|reverse\w*)\b"),
    ("first", "last", r"\[-?[01]\]|\b(?:first|last|indexOf|lastIndexOf|find|rfind)\b"),
    ("lowercase", "uppercase", r"\b(?:lower|upper|toLowerCase|toUpperCase|downcase|upcase)\b"),
    ("prefix", "suffix", r"(?i)\b(?:starts_?with|ends_?with)\b"),
)  # fmt: skip


def _orders(function: Function, comment: str, chance: random.Random) -> Iterator[_Edit]:
    """A word of order or extent as its opposite, where only one of the two is said."""
    for one, two, needed in _ORDER:
        if not re.search(needed, function.code):
            continue
        for word, other in ((one, two), (two, one)):
            places = _words(comment, word)
            if places and not _words(comment, other):
                yield _Edit("order", word, other, places)


_KINDS: tuple[Callable[[Function, str, random.Random], Iterator[_Edit]], ...] = (
    _parameters,
    _raises,
    _defaults,
    _booleans,
    _numbers,
    _orders,
)
