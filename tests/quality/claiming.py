"""What a rule finds in a documented function made from source."""

from __future__ import annotations

from collections.abc import Container
from textwrap import dedent

from codegloss.extract import functions_in
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.check import RULES
from codegloss.quality.claims.rule import Claim, Subject

RULE = {rule.code: rule for rule in RULES}


def subject_of(source: str, language: str = "python", known: Container[str] | None = None) -> Subject:
    """The first documented function of the source, else its first, as a rule is given it."""
    functions = functions_in(dedent(source), language)
    function = next((row for row in functions if row.comment is not None), functions[0])
    return Subject(function, Body(function.code, function.language), known)


def claims(
    code: str, source: str, language: str = "python", known: Container[str] | None = None
) -> list[Claim]:
    """The claims of the rule of that code; each quotes one line of the comment, word for word."""
    subject = subject_of(source, language, known)
    found = list(RULE[code].find(subject))
    for claim in found:
        assert claim.quote in (subject.function.comment_text or "")
        assert "\n" not in claim.quote
    return found
