"""Facts that a comment states and the code decides, each with the words that would tell it wrongly.

One function a kind. It looks for a fact that stands in the comment *and* in the code, and gives what it
could be changed to in the comment: something plausible that the code does not have.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codegloss.quality.claims.hierarchy import covers, is_builtin
from codegloss.records import Function


@dataclass(frozen=True, slots=True)
class Slip:
    """Words of a comment, and what would be wrong in their place."""

    kind: str
    before: str
    after: str
    places: tuple[tuple[int, int], ...]  # of the raw comment, in characters


def _words(text: str, word: str) -> tuple[tuple[int, int], ...]:
    return tuple(match.span() for match in re.finditer(rf"(?<![\w.]){re.escape(word)}(?!\w)", text))


_OTHER_NAMES = (
    "options", "source", "target", "values", "items", "timeout", "prefix", "callback", "limit", "context",
    "flags", "encoding", "config", "entries", "handler", "mode", "width", "buffer", "labels", "strict",
)  # fmt: skip


def _parameters(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """A documented parameter under a name that the function does not have."""
    declared = {parameter.name for parameter in function.parameters}
    parts = function.parts
    for parameter in parts.parameters if parts else ():
        name = parameter.name
        if name not in declared or len(name) < 2:
            continue
        free = [other for other in _OTHER_NAMES if other not in function.code and other not in comment]
        if free and (places := _words(comment, name)):
            yield Slip("parameter", name, chance.choice(free), places)


# The words for simple types, so different that one cannot stand for another.
_TYPES = {
    "python": ("int", "str", "bool", "dict", "list", "bytes"),
    "php": ("int", "string", "bool", "array"),
    "javascript": ("number", "string", "boolean"),
    "typescript": ("number", "string", "boolean"),
    "ruby": ("Integer", "String", "Boolean", "Hash", "Array"),
    "lua": ("number", "string", "boolean"),
}
_ALIKE = ({"int", "bool"}, {"number", "boolean"}, {"Integer", "Boolean"}, {"str", "bytes"})
# A literal's type, by the place of its word in the row above: number, text, flag.
_LITERALS = (r"-?[2-9]\d*|-?[1-9]\d+", r"'[^'\n]+'|\"[^\"\n]+\"", r"[Tt]rue|False|false")


def _other_type(word: str, language: str, chance: random.Random) -> str:
    return chance.choice(
        [other for other in _TYPES[language] if other != word and {word, other} not in _ALIKE]
    )


def _type_of(literal: str, language: str) -> str | None:
    words = zip(_TYPES[language], _LITERALS, strict=False)
    return next((word for word, pattern in words if re.fullmatch(pattern, literal)), None)


def _types(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """A documented type that is the declared one, or that of the literal by default, as another."""
    declared = {parameter.name: parameter for parameter in function.parameters}
    language, parts = function.language, function.parts
    for parameter in parts.parameters if parts and language in _TYPES else ():
        word = (re.match(r"\w+", parameter.type or "") or [""])[0]
        code = declared.get(parameter.name)
        if code is None or word not in _TYPES[language]:
            continue
        if code.type != word and (code.type or _type_of(code.default or "", language) != word):
            continue
        name = re.escape(parameter.name.lstrip("$"))
        match = re.search(
            rf"(?<!\w)\$?{name}\W{{0,3}}\s*[(:\[{{]\s*(?P<type>{word})\b", comment
        ) or re.search(rf"param\w*\s*[\[{{]?(?P<type>{word})[\]}}]?\s+[\[$&.]*{name}\b", comment)
        if match:
            yield Slip("type", word, _other_type(word, language, chance), (match.span("type"),))


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


def _raises(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """A documented exception that the body raises by name, as one that it does not.

    Of those that come with the language: another may be a kind of the one that is told in its place.
    """
    raised = {name.rpartition(".")[2] for name in function.raises}
    parts = function.parts
    for documented in parts.raises if parts else ():
        name = (documented.type or "").rpartition(".")[2]
        others = [
            other
            for other in _EXCEPTIONS.get(function.language, ())
            if other not in function.code
            and other not in comment
            and not covers(other, name, function.language)
        ]
        if (
            name in raised
            and others
            and is_builtin(name, function.language)
            and (places := _words(comment, name))
        ):
            yield Slip("raises", name, chance.choice(others), places)


_RETURN = r"\b(?i:returns?|rtype)\b\W{1,40}"  # a tag, a field or a heading, up to the type
_RESULT = re.compile(
    r"\b[Rr]eturns?:?\s+[`'*]{0,2}(?P<value>None|null|nil|NULL|nullptr|-1|0|1)\b(?=[`'*]{0,2},?\s+(?:if|when|on|otherwise)\b)"
)
_NULLS = {"python": "None", "ruby": "nil", "lua": "nil", "go": "nil", "c": "NULL", "cpp": "nullptr"}
_NOTHINGS = {"void": ("int", "bool"), "None": ("int", "bool")}


def _returns(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """The type of the result, a result under a condition, or a result where there is none."""
    language, parts = function.language, function.parts
    given = [text.strip() for text in re.findall(r"\breturn\b[ \t]*([^;\n]*)", function.code)]
    for match in _RESULT.finditer(comment):
        value, null = match["value"], _NULLS.get(language, "null")
        if value not in given:
            continue
        others = {"-1", "0", "1", null} - {value, *given}
        if language in ("c", "cpp") and (value in ("0", null) or null in given):
            others -= {"0", null}  # one and the same
        if others:
            yield Slip("returns", value, chance.choice(sorted(others)), (match.span("value"),))
    word = (parts.returns.type or "" if parts and parts.returns else "").strip("`")
    place = re.search(rf"{_RETURN}(?P<type>{re.escape(word)})\b", comment) if word else None
    if language not in _TYPES or place is None:
        return
    after = None
    if (
        word in _NOTHINGS
        and function.kind != "constructor"
        and not any(given)
        and "yield" not in function.code
    ):
        after = chance.choice(_NOTHINGS[word])
    elif word in _TYPES[language]:
        types = {_type_of(text, language) for text in given}
        if function.return_type == word or (not function.return_type and types == {word}):
            after = _other_type(word, language, chance)
    if after:
        yield Slip("returns", word, after, (place.span("type"),))


_DEFAULT = re.compile(
    r"(?:defaults? (?:value )?(?:is|to|of|=)|default:|\(default|, default)\s*[`'\"]{0,2}"
    r"(?P<value>-?\d+(?:\.\d+)?|True|False|None|true|false|null)\b(?!\.\d)",
    re.IGNORECASE,
)
_OPPOSITE = {"True": "False", "False": "True", "true": "false", "false": "true", "None": "0", "null": "0"}


def _defaults(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """A documented default that is the declared one of exactly one parameter, as another."""
    declared = [parameter.default for parameter in function.parameters if parameter.default is not None]
    for match in _DEFAULT.finditer(comment):
        value = match["value"]
        if declared.count(value) != 1:
            continue
        after = _OPPOSITE.get(value) or _another(value, chance)
        if after not in declared:
            yield Slip("default", value, after, (match.span("value"),))


def _another(number: str, chance: random.Random) -> str:
    """Another number of the same kind, near enough to be a plausible slip."""
    if "." in number:
        return str(round(float(number) + chance.choice((0.5, 1.0, -0.25)), 4))
    return str(int(number) + chance.choice((1, 2, 5, 10)))


_TRUTH = re.compile(r"\b(True|False|true|false)\b(?=[`*}]* (?:if|when|iff|whenever|in case)\b)")


_DECIDED = re.compile(
    r"return\s*\(?\s*(?:True|False|true|false|not |!)|return\b[^\n]*(?:[!=<>]=|(?<![-=])[<>]| in | is )"
)


def _booleans(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """`True if` as `False if`, where the code says itself which it returns."""
    decided = _DECIDED.search(function.code)
    found = list(_TRUTH.finditer(comment))
    if decided and len({match[1] for match in found}) == 1:
        yield Slip("boolean", found[0][1], _OPPOSITE[found[0][1]], tuple(match.span() for match in found))


def _compares(code: str, operand: str) -> bool:
    """Whether the code compares something with this number or name by order."""
    operand = rf"(?<![\w.]){re.escape(operand)}(?![\w.]*\w)"
    return re.search(rf"(?<![-=<])[<>]=?\s*{operand}|{operand}\s*[<>]=?(?![<>])", code) is not None


def _numbers(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """A number that the code compares with, as one that it has not."""
    defaults = {match.span("value") for match in _DEFAULT.finditer(comment)}
    for match in re.finditer(r"(?<![\w.:/#,=(\[-])\d{1,6}(?=[\s.;)]|$)(?!\.\d)", comment):
        number = match[0]
        if match.span() in defaults or number in ("0", "1") or not _compares(function.code, number):
            continue
        after = _another(number, chance)
        if not re.search(rf"(?<![\w.]){after}(?![\w.])", function.code):
            yield Slip("number", number, after, (match.span(),))


# What the words need in the code, so that it is the code that decides which is true.
_ORDER = (
    ("minimum", "maximum", r"\b(?:min|max)\b"),
    ("smallest", "largest", r"\b(?:min|max|sort\w*)\b"),
    ("ascending", "descending", r"\b(?:sort\w*|reverse\w*)\b"),
    ("first", "last", r"\[-?[01]\]|\b(?:first|last|indexOf|lastIndexOf|find|rfind)\b"),
    ("lowercase", "uppercase", r"\b(?:lower|upper|toLowerCase|toUpperCase|downcase|upcase)\b"),
    ("prefix", "suffix", r"(?i)\b(?:starts_?with|ends_?with)\b"),
)  # fmt: skip
_BOUND = re.compile(
    r"\b(?P<words>at least|at most|less than|greater than)\s+(?:or equal to\s+)?(?:the\s+)?"
    r"(?:\{@code\s+|[`'*$]*)(?P<operand>-?\w+)"
)
_TURNED = {
    "at least": "at most",
    "at most": "at least",
    "less than": "greater than",
    "greater than": "less than",
}
_SPELT = {"zero": "0", "one": "1", "two": "2"}


def _orders(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """A word of order or extent as its opposite, where only one of the two is said.

    A bound only where the code compares with the very number or name that it is.
    """
    for one, two, needed in _ORDER:
        if not re.search(needed, function.code):
            continue
        for word, other in ((one, two), (two, one)):
            places = _words(comment, word)
            if places and not _words(comment, other):
                yield Slip("order", word, other, places)
    for match in _BOUND.finditer(comment):
        operand = _SPELT.get(match["operand"].lower(), match["operand"])
        if _compares(function.code, operand) and not _words(comment, _TURNED[match["words"]]):
            yield Slip("order", match["words"], _TURNED[match["words"]], (match.span("words"),))


# Names in code marks: `x`, {@link #x}, {@code x}, a role, self.x.
_MARKED = re.compile(r"(?:`~?|\{@\w+ #?|\bself\.|\bthis\.|<code>)(?P<name>[A-Za-z_]\w*)(?=\(\)|[`}\s.,<])")
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_NEW_WORDS = ("count", "limit", "state", "index", "entry", "token", "buffer", "source", "handler", "config")


def _names(function: Function, comment: str, chance: random.Random) -> Iterator[Slip]:
    """A name that the code has, as it might have been before it was renamed: another word, or one more."""
    documented = {parameter.name for parameter in function.parts.parameters} if function.parts else set()
    for name in dict.fromkeys(match["name"] for match in _MARKED.finditer(comment)):
        words = _PARTS.findall(name)
        if len(words) < 2 or name.isupper() or name in documented or not _words(function.code, name):
            continue
        new = chance.choice(_NEW_WORDS)
        old = chance.choice(words[1:])
        styled = new.capitalize() if old[0].isupper() else new
        joined = f"_{new}" if "_" in name.strip("_") else new.capitalize()
        after = chance.choice((styled.join(name.rsplit(old, 1)), name + joined))
        if after.lower() not in function.code.lower() and (places := _words(comment, name)):
            yield Slip("name", name, after, places)


KINDS: dict[str, Callable[[Function, str, random.Random], Iterator[Slip]]] = {
    "parameter": _parameters,
    "type": _types,
    "default": _defaults,
    "raises": _raises,
    "returns": _returns,
    "boolean": _booleans,
    "order": _orders,
    "number": _numbers,
    "name": _names,
}
