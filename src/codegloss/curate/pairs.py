"""A function as a pair of text and code, or the reason why it makes none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codegloss.curate.licences import is_permissive
from codegloss.encoder.inputs import code_of
from codegloss.quality.material import MIN_CODE_LINES, description, missized, undocumented, unfit
from codegloss.quality.reasons import Reason

# The columns of the functions table that decide, and make up, a pair.
COLUMNS = (
    "id", "repository", "path", "name", "qualified_name", "language", "licence", "code", "summary", "is_doc",
    "inner_comments", "code_lines", "tokens", "has_body", "has_syntax_error", "is_generated", "is_test",
)  # fmt: skip


def outside(row: Mapping[str, Any]) -> Reason | None:
    """Why a function is no material whatever its comment says, None where it is; needs no text."""
    if reason := unfit(row):
        return reason
    if not is_permissive(row["licence"]):
        return Reason("licence", row["licence"] or "unknown")
    return None


def pair_of(row: Mapping[str, Any]) -> tuple[str, str] | Reason:
    """Text and code of a function, or the reason why they make no pair; a row of `COLUMNS`."""
    if reason := undocumented(row) or outside(row) or missized(row):
        return reason
    text = description(row)
    if isinstance(text, Reason):
        return text
    code = code_of(row["code"], [(span["start"], span["end"]) for span in row["inner_comments"]])
    lines = code.count("\n") + 1
    if lines < MIN_CODE_LINES:
        return Reason("code too short", f"{lines} line without its comments")
    return text, code
