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
    r"(?<![\w.`'*-])(?P<left>(?:[\w.`'*-]{1,40}[ \t]){0,5}?[\w.`'*-]{1,40})\s+"
    r"(?P<verb>must\s+be|should\s+be|has\s+to\s+be|needs\s+to\s+be|is|are)\s+(?:(?:"
    rf"{'|'.join(f'(?P<op{i}>{phrase})' for i, (phrase, _) in enumerate(_PHRASES))}"
    r")\s+(?:the\s+)?[`'*]*"
    r"(?P<right>-?\d[\w.]*|[A-Za-z_][\w.]*)|(?P<sign>non-?negative|positive|negative)\b)",
    re.IGNORECASE,
)
_FLIP = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_NOT = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_IN_WORDS = {"<": "less than", ">": "greater than", "<=": "at most", ">=": "at least"}
_IGNORED = stems(
    ("the", "value", "argument", "parameter", "number", "it", "length", "size", "given", "this", "self")
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
    for match in _PHRASE.finditer(text):
        if match["sign"]:
            bound = _Bound(match["left"], _SIGNS[match["sign"].lower()], "0")
        else:
            index = next(i for i in range(len(_PHRASES)) if match[f"op{i}"])
            right = match["right"].rstrip(".")
            bound = _Bound(match["left"], _PHRASES[index][1], _NUMBER_WORDS.get(right.lower(), right))
        yield bound, match["verb"].lower() not in ("is", "are"), match.start("verb")


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


def _claim(bound: _Bound, operator: str, line: str, does: str) -> Claim:
    said = f"{bound.left} {_IN_WORDS[bound.operator]} {bound.right}"
    return Claim(
        quote=line, message=f"the comment says {said!r}, the code {does} {_IN_WORDS[operator]} {bound.right}"
    )


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
