"""Bounds in words, "at least n", "less than n", against the comparison on the same names in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codegloss.quality.claims.body import number
from codegloss.quality.claims.conditions import Condition, guards, truth
from codegloss.quality.claims.phrases import line_of, stems, words_of
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.quality.claims.truths import claims_of_truth

_MORE, _LESS = r"(?:greater|larger|bigger|higher|more|longer)", r"(?:less|smaller|lower|fewer|shorter)"
_PHRASES: tuple[tuple[str, str], ...] = (
    (rf"(?:{_MORE}\s+than\s+or\s+equals?(?:\s+to)?|at\s+least|(?:not|no)\s+{_LESS}\s+than|>=)", ">="),
    (rf"(?:{_LESS}\s+than\s+or\s+equals?(?:\s+to)?|at\s+most|(?:not|no)\s+{_MORE}\s+than|<=)", "<="),
    (rf"(?:(?:strictly\s+)?{_MORE}\s+than|>)(?!\s+or\b)", ">"),
    (rf"(?:(?:strictly\s+)?{_LESS}\s+than|<)(?!\s+or\b)", "<"),
)
_SIGNS = {"non-negative": ">=", "nonnegative": ">=", "positive": ">", "negative": "<"}
_PHRASE = re.compile(
    r"(?<![$\w.`'*{}@-])(?P<left>(?:[$\w.`'*{}@-]{1,40}[ \t]){0,5}?[$\w.`'*{}@-]{1,40})\s+"
    r"(?P<verb>must\s+be|should\s+be|has\s+to\s+be|needs\s+to\s+be|is|are)\s+(?:(?:"
    rf"{'|'.join(f'(?P<op{i}>{phrase})' for i, (phrase, _) in enumerate(_PHRASES))}"
    r")\s+(?:the\s+)?(?:\{@code\s+)?[`'*$]*"
    r"(?P<right>-?\d[\w.]*|[A-Za-z_][\w.]*(?:[ \t]+(?:of\s+)?[\w.]{3,40}){0,3})"
    r"|(?P<sign>non-?negative|positive|negative)\b"
    r"|(?:between|in\s+(?:the\s+)?range(?:\s+(?:from|of))?)\s+[\[`]?(?P<low>-?\d[\d.]*)`?"
    r"\s*(?:and|to|-|,|\.\.\.?)\s*`?(?P<high>-?\d[\d.]*\d|\d)\b)",
    re.IGNORECASE,
)
MOST = 20_000  # characters of a comment in which bounds are looked for
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NOT = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_IN_WORDS = {"<": "less than", ">": "greater than", "<=": "at most", ">=": "at least"}
_IGNORED = stems(
    (
        "the",
        "value",
        "argument",
        "parameter",
        "number",
        "it",
        "length",
        "size",
        "given",
        "this",
        "self",
        "code",
    )
)
_BITS = re.compile(r"[&|^%]|<<|>>")
_NUMBER_WORDS = {"zero": "0", "one": "1", "two": "2", "three": "3"}


@dataclass(frozen=True, slots=True)
class _Bound:
    left: str
    operator: str  # <, <=, >, >=
    right: str


def _stated(text: str) -> Iterator[tuple[_Bound, bool, int]]:
    """Bounds in words, whether each is a demand ("must be"), and its place."""
    for match in _PHRASE.finditer(text, 0, MOST):
        demanded = match["verb"].lower() not in ("is", "are")
        if match["low"]:
            yield _Bound(match["left"], ">=", match["low"].rstrip(".")), demanded, match.start("verb")
            yield _Bound(match["left"], "<=", match["high"]), demanded, match.start("verb")
            continue
        if match["sign"]:
            bound = _Bound(match["left"], _SIGNS[match["sign"].lower()], "0")
        else:
            index = next(i for i in range(len(_PHRASES)) if match[f"op{i}"])
            right = match["right"].rstrip(".")
            bound = _Bound(
                match["left"], _PHRASES[index][1], _NUMBER_WORDS.get(right.split()[0].lower(), right)
            )
        yield bound, demanded, match.start("verb")


def _compared(code: Condition) -> _Bound | None:
    """A comparison in the code as one without negation."""
    if code.operator not in _NOT or _BITS.search(code.left + code.right):
        return None
    return _Bound(code.left, _NOT[code.operator] if code.negated else code.operator, code.right)


def _same(words: str, code: str) -> bool:
    if number(words).lstrip("-").replace(".", "").isdigit():
        return number(words) == number(code)
    return bool((stems(words_of(words)) & stems(words_of(code))) - _IGNORED)


def _turned(bound: _Bound, code: _Bound) -> str | None:
    """Operator of the code, read in the order of the comment's words; None where the names differ."""
    if _same(bound.left, code.left) and _same(bound.right, code.right):
        return code.operator
    if _same(bound.left, code.right) and _same(bound.right, code.left):
        return _FLIP[code.operator]
    return None


def _inverted_bound(subject: Subject) -> Iterator[Claim]:
    text = subject.function.comment_text or ""
    stated = list(_stated(text))
    if not stated:
        return
    code = truth(subject.body)
    compared = _compared(code) if code else None
    for value, clause, line in claims_of_truth(text) if compared else ():
        for bound, _, _ in _stated(clause):
            operator = _turned(bound, compared) if compared else None
            operator = operator and (operator if value else _NOT[operator])
            if operator and operator != bound.operator:
                yield _claim(bound, operator, line, f"returns {value} when it is")
    refused = [other for _, guard in guards(subject.body) if (other := _compared(guard))]
    for bound, demanded, place in stated:
        if not demanded:
            continue
        wanted = {_NOT[operator] for other in refused if (operator := _turned(bound, other))}
        if wanted and bound.operator not in wanted:
            yield _claim(bound, min(wanted), line_of(text, place), "accepts what is")
        if not wanted and (other := _other_limit(bound, refused, accepted=True)):
            yield _other_number(bound, other, line_of(text, place))
    yield from _refusals(subject, refused)


def _refusals(subject: Subject, refused: list[_Bound]) -> Iterator[Claim]:
    """Bounds under which an exception is said to be raised, against those under which one is."""
    text, parts = subject.function.comment_text or "", subject.function.parts
    for raised in parts.raises if parts and refused else ():
        for bound, demanded, _ in _stated(raised.description):
            if demanded:
                continue
            found = {operator for other in refused if (operator := _turned(bound, other))}
            place = text.find(raised.description.split("\n")[0])
            if place < 0:
                continue
            if found and not {operator[0] for operator in found} & {bound.operator[0]}:
                yield _claim(bound, min(found), line_of(text, place), "raises when it is")
            elif not found and (other := _other_limit(bound, refused, accepted=False)):
                yield _other_number(bound, other, line_of(text, place))


def _other_limit(bound: _Bound, refused: list[_Bound], accepted: bool) -> _Bound | None:
    """The one comparison of the same thing, in the same direction, with another number."""
    if _limit(bound) is None:
        return None
    turned = [
        _Bound(other.left, _NOT[other.operator] if accepted else other.operator, other.right)
        for other in refused
        if _same(bound.left, other.left) and _limit(other) is not None
    ]
    same = [code for code in turned if code.operator[0] == bound.operator[0]]
    return same[0] if len(same) == 1 and _limit(same[0]) != _limit(bound) else None


def _limit(bound: _Bound) -> float | None:
    """The outermost number inside a bound, of whole numbers where its own is one; None where it is a name."""
    try:
        value = float(number(bound.right))
    except ValueError:
        return None
    if not value.is_integer() or len(bound.operator) == 2:
        return value
    return value + 1 if bound.operator == ">" else value - 1


def _other_number(bound: _Bound, code: _Bound, line: str) -> Claim:
    words = f"{_IN_WORDS[code.operator]} {code.right}"
    return Claim(
        quote=line, message=f"the comment says {_said(bound)!r}, the code compares `{code.left}` with {words}"
    )


def _claim(bound: _Bound, operator: str, line: str, does: str) -> Claim:
    does = f"{does} {_IN_WORDS[operator]} {bound.right}"
    return Claim(quote=line, message=f"the comment says {_said(bound)!r}, the code {does}")


def _said(bound: _Bound) -> str:
    return f"{bound.left} {_IN_WORDS[bound.operator]} {bound.right}"


_EXPLANATION = '''\
"X is greater than Y", "X must be at least Y" and their like are compared with the only comparison of X
with Y that decides: the one that a function returns, or the one under which it raises.

No finding: comparisons joined by `and` or `or`, other names, other numbers.

    def check(size, limit):
        """The size must be less than the limit."""
        if size > limit:
            raise ValueError(size)

Cure: say "at most" for "less than", or mend the comparison.
'''

RULES: tuple[Rule, ...] = (
    Rule(
        code="CG502",
        name="inverted-bound",
        summary="the comment's bound is not the one that the code compares with",
        explanation=_EXPLANATION,
        confidence=0.8,
        find=_inverted_bound,
    ),
)
