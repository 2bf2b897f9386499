"""Literals as values: numbers, texts, flags and nothing, the same whatever the language writes for them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegloss.quality.claims.body import number

_NUMBER = re.compile(
    r"[-+]?\s?(?:0[xX][\da-fA-F_']+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_']*(?:\.\d[\d_]*|\.(?=[eE]))?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
    r"\.?(?:[uUlLfFdDmM]{1,3}|[iuf](?:8|16|32|64|size))?"
)
_TEXT = re.compile(
    r"""(?:[rRbBuUfF]{0,2}|@|L|u8)(?P<quote>'{3}|"{3}|'|")(?P<text>(?:(?!(?P=quote)).)*)(?P=quote)""",
    re.DOTALL,
)
_WORDS = {
    "true": ("flag", "true"),
    "false": ("flag", "false"),
    **dict.fromkeys(["none", "null", "nil", "nullptr", "undefined"], ("nothing", "")),
}
_EMPTY = {
    **dict.fromkeys(["[]", "list()", "array()", "Array()"], ("list", "")),
    **dict.fromkeys(["{}", "dict()", "new Map()"], ("mapping", "")),
    **dict.fromkeys(["()", "tuple()"], ("tuple", "")),
}
# Texts that stand for "not given, the code will see" whatever the type of the value is.
STAND_INS = frozenset({"auto", "default", "deprecated", "infer", "no", "none", "unset", "warn", "yes"})


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the code or in a comment."""

    kind: str  # text, number, flag, nothing, list, mapping, tuple
    value: str  # the text itself, the number in one form, true or false; empty for what is empty

    @property
    def stands_in(self) -> bool:
        """Whether it is a text in the place of a value that is found out later."""
        return self.kind == "text" and self.value.lower() in STAND_INS


def literal(source: str) -> Literal | None:
    """The value that a source text is, and nothing beside it; None for a name, a call, an expression."""
    source = source.strip()
    if source in _EMPTY:
        return Literal(*_EMPTY[source])
    if source.lower() in _WORDS:
        return Literal(*_WORDS[source.lower()])
    if _NUMBER.fullmatch(source):
        sign = "-" if source[0] == "-" else ""
        found = number(source.lstrip("+- ").removesuffix("."))
        return Literal("number", found if found == "0" else sign + found)
    match = _TEXT.fullmatch(source)
    return Literal("text", match["text"]) if match else None
