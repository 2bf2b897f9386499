"""What tests of claims share: a documented function made from source, and what a rule finds in it."""

from __future__ import annotations

from collections.abc import Callable, Container
from textwrap import dedent

import pytest

from codegloss.extract import functions_in
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.rule import Claim, Rule, Subject

Claims = Callable[..., list[Claim]]


def subject_of(
    source: str, language: str = "python", name: str | None = None, known: Container[str] | None = None
) -> Subject:
    """The first documented function of the source, or the one of that name."""
    functions = [row for row in functions_in(dedent(source), language) if row.comment is not None]
    function = next(row for row in functions if name in (None, row.name))
    return Subject(function, Body(function.code, function.language), known)


@pytest.fixture
def claims() -> Claims:
    """Called with rules, a code such as CG101, and what `subject_of` takes: the rule's claims."""

    def found(
        rules: tuple[Rule, ...],
        code: str,
        source: str,
        language: str = "python",
        known: Container[str] | None = None,
    ) -> list[Claim]:
        rule = next(rule for rule in rules if rule.code == code)
        return list(rule.find(subject_of(source, language, known=known)))

    return found
