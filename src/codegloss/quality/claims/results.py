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
_NULL_IS_ZERO = frozenset({"c", "cpp"})
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


# "Returns -1 if not found" above a function that returns a found thing, or a plain `return None`.
_PLAIN = re.compile(r"[A-Za-z_][\w.]*(?:\[[^\[\]()]*\])?|\$\w+(?:->\w+)*")


def _other_sentinel(subject: Subject) -> Iterator[Claim]:
    """A number that is said to be returned where the code has null for it, and nowhere that number."""
    function, text, body = subject.function, subject.function.comment_text or "", subject.body
    said = [match for match in _RETURNS.finditer(text) if match["value"].lower() not in _NULL]
    if not said or not function.has_body or not body.known or body.implicit_return or body.yields:
        return
    if function.language in _NULL_IS_ZERO or _MACRO.search(body.code):
        return
    literals = [_literal(value) for value in body.returns]
    others = [value for value, found in zip(body.returns, literals, strict=True) if found is None]
    if "null" not in literals or not all(map(_PLAIN.fullmatch, others)):
        return
    if any(re.search(rf"{re.escape(name)}\s*:?=[^=\n][^\n]*\(", body.code) for name in others):
        return  # what a call gives may be the number
    for match in said:
        value = match["value"]
        if value not in body.numbers and value.lstrip("-") not in body.numbers and value not in literals:
            yield Claim(
                quote=line_of(text, match.start("value")),
                message=f"the comment says that {value} is returned, the code has none and returns null",
            )


_VALUE = r"(?:true|false)"
_BOTH = re.compile(
    rf"\b(?P<value>{_VALUE})\b{_MARKS}\s+(?:if|when|in\s+case)\s(?P<between>[^\n]{{3,160}}(?:\n[^\n@:\\]{{1,100}})?)"
    rf"(?:(?<=[\s({{`'\"*])(?P=value)\b[`'\"*}}]*,?\s+otherwise\b|\b(?:otherwise|or\s+else|else)\b,?\s+"
    rf"(?:it\s+|will\s+|should\s+|the\s+\w+\s+){{0,3}}(?:returns?\s+)?{_MARKS}(?P=value)\b{_MARKS}\s*(?:[.,;)]|$))",
    re.IGNORECASE | re.MULTILINE,
)
_THIRD = re.compile(rf"\b(?:{_VALUE}|otherwise|else)\b", re.IGNORECASE)


def _same_for_both(subject: Subject) -> Iterator[Claim]:
    """One result for both cases: "true if it was found, true otherwise"."""
    text = subject.function.comment_text or ""
    for match in _BOTH.finditer(text) if "otherwise" in text.lower() or "else" in text.lower() else ():
        if not _THIRD.search(match["between"]):
            value = match["value"]
            yield Claim(
                quote=line_of(text, match.start("value")),
                message=f"the comment says {value} for a case and {value} otherwise",
            )


def _find(subject: Subject) -> Iterator[Claim]:
    yield from _other_result(subject)
    yield from _other_sentinel(subject)
    yield from _never_null(subject)


_EXPLANATION = '''\
"Returns None if …", "returns -1 when …" are compared with the returns of a function that has several, all of
them literals and new objects; "never returns None" with a return of just that. A number that the code
does not have is compared too where the code returns null and, but for that, only variables.

No finding: other functions that return a variable or what a call gives, or that may end without a return,
and bodies with macros in capitals, which may return.

    def find(name):
        """Returns -1 if the name is unknown."""
        if name in TABLE:
            return 1
        return None

Cure: name the result that the code returns.
'''

_EXPLANATION_OF_BOTH = '''\
"True if it was found, true otherwise": one of the two was meant to be another. The comment alone decides.

No finding: where another result is named between the two.

    def remove(item):
        """Remove an item; returns False if it was not there, otherwise False."""

Cure: name the result of each case.
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
    Rule(
        code="CG505",
        name="one-result-for-both",
        summary="the comment gives the same result for a case and for its opposite",
        explanation=_EXPLANATION_OF_BOTH,
        confidence=0.9,
        find=_same_for_both,
    ),
)
