"""What words of a comment ask of the code's operators."""

from __future__ import annotations

import math

import pytest

from codegloss.quality.inconsistency.operators import operators


@pytest.mark.parametrize(
    ("said", "right", "wrong"),
    [
        ("Whether a is less than b.", "return a < b", "return a > b"),
        ("Whether a is greater than b.", "return a >= b", "return a <= b"),
        ("Return the remainder.", "return a % b", "return a * b"),
        ("The product of both.", "return a * b", "return a - b"),
        ("Gets the last item.", "return items[-1]", "return items[0]"),
        ("The first item.", "return items[0]", "return items[1]"),
        ("Return the sum.", "return a + b", "return a - b"),
        ("Whether they are not alike.", "return !alike(a, b)", "return alike(a, b)"),
    ],
)
def test_the_wrong_operator_misses_what_is_asked(said: str, right: str, wrong: str) -> None:
    assert operators(said, right)["demands_missed"] == 0
    assert operators(said, right)["demands_met"] > 0
    assert operators(said, wrong)["demands_missed"] > 0


def test_arrows_and_shifts_are_no_comparisons() -> None:
    assert operators("less", "p->next << 2; x => 1")["asks_less"] == 0
    assert operators("greater", "p->next >> 2; x => 1")["asks_greater"] == 0


def test_who_asks_for_nothing_misses_nothing() -> None:
    found = operators("Draw a circle.", "a < b > c % d")
    assert found["demands_met"] == found["demands_missed"] == 0
    assert math.isnan(found["asks_less"])
