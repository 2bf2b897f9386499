"""Which functions count, and why others do not."""

from __future__ import annotations

from typing import Any

import pytest

from codegloss.quality.material import description, missized, undocumented, unfit
from codegloss.quality.reasons import Reason

ROW: dict[str, Any] = {
    "name": "area", "language": "python", "code": "def area(side):\n    return side * side", "tokens": 10,
    "summary": "Area of a square.", "is_doc": True, "code_lines": 2, "has_body": True,
    "has_syntax_error": False, "is_generated": False, "is_test": False,
}  # fmt: skip


def why(**changes: Any) -> str | None:
    row = ROW | changes
    reason = undocumented(row) or unfit(row) or missized(row)
    return reason.name if reason else None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"summary": None}, "no comment"),
        ({"is_doc": False}, None),
        ({"is_doc": False, "language": "java"}, "not a doc comment"),
        ({"has_body": False}, "no body"),
        ({"is_generated": True}, "generated"),
        ({"is_test": True}, "test"),
        ({"has_syntax_error": True}, "syntax error"),
        ({"code_lines": 1}, "code too short"),
        ({"code": "x" * 20_001}, "code too long"),
    ],
)
def test_each_reason(changes: dict[str, Any], reason: str | None) -> None:
    assert why(**changes) == reason


def test_a_comment_becomes_prose_or_a_reason() -> None:
    assert (
        description(ROW | {"summary": "area computes the ``side`` squared."}) == "Computes the side squared."
    )
    said = description(ROW | {"summary": "Berechnet die Fläche und ist nicht für den Kreis"})
    assert isinstance(said, Reason)
    assert said.name == "another language"
