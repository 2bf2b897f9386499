"""Which functions are material for code and language, and what their comments come to as a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codegloss.quality.markup import clean
from codegloss.quality.reasons import Reason
from codegloss.quality.texts import objection, without_own_name

MIN_CODE_LINES = 2  # non-blank, inner comments apart
MIN_CODE_TOKENS = 6  # words and punctuation marks
MAX_CODE_CHARACTERS = 20_000

# Where doc comments have a mark of their own that everybody uses, other comments say little of the whole.
MARKED = frozenset({"csharp", "java", "kotlin", "php", "rust", "scala", "swift"})

# The columns of the functions table that are looked at here.
COLUMNS = (
    "name", "language", "code", "summary", "is_doc", "code_lines", "tokens", "has_body", "has_syntax_error",
    "is_generated", "is_test",
)  # fmt: skip


def undocumented(row: Mapping[str, Any]) -> Reason | None:
    """Why a function counts as one without a comment, None where it has one."""
    if not row["summary"]:
        return Reason("no comment")
    if row["language"] in MARKED and not row["is_doc"]:
        return Reason("not a doc comment", row["summary"][:80])
    return None


def unfit(row: Mapping[str, Any]) -> Reason | None:
    """Why a function is no material whatever its comment says, None where it is; needs no text."""
    if not row["has_body"]:
        return Reason("no body")
    if row["is_generated"]:
        return Reason("generated")
    if row["is_test"]:
        return Reason("test")
    if row["has_syntax_error"]:
        return Reason("syntax error")
    return None


def missized(row: Mapping[str, Any]) -> Reason | None:
    """Why there is too little code, or too much."""
    if row["code_lines"] < MIN_CODE_LINES or row["tokens"] < MIN_CODE_TOKENS:
        return Reason("code too short", f"{row['code_lines']} lines, {row['tokens']} tokens")
    if len(row["code"]) > MAX_CODE_CHARACTERS:
        return Reason("code too long", f"{len(row['code']):,} characters")
    return None


def description(row: Mapping[str, Any]) -> str | Reason:
    """What the comment says in plain prose, or why that describes nothing; its summary is not None."""
    text = without_own_name(clean(row["summary"]), row["name"])
    return objection(text) or text
