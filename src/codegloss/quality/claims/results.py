"""Results that the comment names, "returns null if …", against a body that returns nothing but literals."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegloss.quality.claims.body import Body, number
from codegloss.quality.claims.phrases import line_of
from codegloss.quality.claims.rule import Claim, Rule, Subject

_MARKS = r"[`'\"*]*"
_RETURNS = re.compile(
    r"(?:^|\n|[.;:,(@\\])[ \t*]{0,8}(?:(?:and|or|it|this|will|should|method|function)\s+){0,2}"
    rf"[Rr]eturn(?:s|ed|ing)?:?\s+(?:value\s+)?{_MARKS}(?P<value>None|null|nil|NULL|nullptr|undefined|-1|0|1)\b{_MARKS},?\s+"
    r"(?:if|when|on|in\s+case|for|otherwise|unless|upon)\b",
)
_NEVER = re.compile(
    rf"\b(?:[Nn]ever|(?<!should )not|n't|cannot)\s+(?:ever\s+)?(?:return|be|give)s?\s+{_MARKS}"
    rf"(?P<value>None|null|nil|NULL|nullptr)\b{_MARKS}(?!,?\s+(?:if|when|unless|for|as\s+long|but|except))"
)
_NULL = frozenset({"none", "null", "nil", "nullptr", "undefined", "nullopt", "std::nullopt"})
# Values that are what they look like: numbers, strings, truth, new objects, the object itself.
_DECIDED = re.compile(
    r"-?\d[\w.]*|[rbfuRBFU]{0,2}\"(?:\\.|[^\"\\])*\"|[rbfuRBFU]{0,2}'(?:\\.|[^'\\])*'"
    r"|(?i:true|false|null|none|nil|nullptr|undefined|nullopt|std::nullopt)|new\s+[\w.<>]+\s*\([^()]*\)|this|self"
)
_ZERO = frozenset({"0", "NULL", "null", "nullptr"})  # one and the same in C
_UNREACHED = re.compile(r"reach", re.IGNORECASE)  # "never reached", written beside the return
_MACRO = re.compile(r"\b(?!\w*(?:LOG|DEBUG|TRACE|PRINT|WARN))[A-Z][A-Z_]{3,}\(")
_ENDS = re.compile(r"return|raise|throw")
_ZERO_ONE = {"true": "1", "false": "0"}


def _literal(text: str) -> str | None:
    """A returned literal in one form for all languages; None for what is none."""
    text = text.strip().rstrip(";").strip().removeprefix("(").removesuffix(")").strip()
    if not _DECIDED.fullmatch(text):
        return None
    low = text.lower()
    if low in _NULL:
        return "null"
    return _ZERO_ONE.get(low) or number(text)


def _literals(body: Body) -> set[str] | None:
    """All that the function can return; None where that is not known, or it may end without a return.

    A lone return is often a default that others override; a macro in capitals may return.
    """
    if (
        not body.known
        or len(body.returns) < 2
        or body.implicit_return
        or body.yields
        or _MACRO.search(body.code)
    ):
        return None
    found = {_literal(text) for text in body.returns}
    last = body.statements[-1] if body.statements else None
    if None in found or last is None or not _ENDS.match(body.text_of(last)):
        return None
    return {value for value in found if value}


def _other_result(subject: Subject) -> Iterator[Claim]:
    function, text = subject.function, subject.function.comment_text or ""
    said = list(_RETURNS.finditer(text))
    if not said or not function.has_body or function.is_generated:
        return
    returned = _literals(subject.body)
    if returned is None or all(text.lower() in _ZERO_ONE for text in subject.body.returns):
        return
    for match in said:
        value = match["value"]
        plain = "null" if value.lower() in _NULL else value
        if plain not in returned and not (value in _ZERO and {"0", "null"} & returned):
            shown = ", ".join(dict.fromkeys(subject.body.returns))
            yield Claim(
                quote=line_of(text, match.start("value")),
                message=f"the comment says that {value} is returned, the code only returns {shown[:80]}",
            )


def _never_null(subject: Subject) -> Iterator[Claim]:
    text = subject.function.comment_text or ""
    if _UNREACHED.search(subject.function.code):
        return
    section = subject.function.parts.returns if subject.function.parts else None
    for match in _NEVER.finditer(text):
        about_result = "return" in match[0] or (section is not None and match[0] in section.description)
        if about_result and any(_literal(value) == "null" for value in subject.body.returns):
            yield Claim(
                quote=line_of(text, match.start()),
                message=f"the comment says that {match['value']} is never returned, the code does so",
            )


def _find(subject: Subject) -> Iterator[Claim]:
    yield from _other_result(subject)
    yield from _never_null(subject)


_EXPLANATION = '''\
"Returns None if …", "returns -1 when …" are compared with the returns of a function that has several, all of
them literals and new objects; "never returns None" with a return of just that.

No finding: functions that return a variable or what a call gives, or that may end without a return, and
bodies with macros in capitals, which may return.

    def find(name):
        """Returns -1 if the name is unknown."""
        if name in TABLE:
            return 1
        return None

Cure: name the result that the code returns.
'''

RULES: tuple[Rule, ...] = (
    Rule(
        code="CG504",
        name="contradicting-result",
        summary="the comment names a result that the code never returns, or denies one that it does",
        explanation=_EXPLANATION,
        confidence=0.8,
        find=_find,
    ),
)
