"""A function as a pair of text and code, or the reason why it makes none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from codegloss.curate.licences import is_permissive
from codegloss.curate.markup import clean
from codegloss.curate.reasons import Reason
from codegloss.curate.texts import objection, without_own_name
from codegloss.encoder.inputs import code_of

MIN_CODE_LINES = 2  # non-blank, inner comments apart
MIN_CODE_TOKENS = 6  # words and punctuation marks
MAX_CODE_CHARACTERS = 20_000

# Where doc comments have a mark of their own that everybody uses, other comments say little of the whole.
MARKED = frozenset({"csharp", "java", "kotlin", "php", "rust", "scala", "swift"})

# The columns of the functions table that decide, and make up, a pair.
COLUMNS = (
    "id", "repository", "path", "name", "qualified_name", "language", "licence", "code", "summary", "is_doc",
    "inner_comments", "code_lines", "tokens", "has_body", "has_syntax_error", "is_generated", "is_test",
)  # fmt: skip


def outside(row: Mapping[str, Any]) -> Reason | None:
    """Why a function is no material whatever its comment says, None where it is; needs no text."""
    if not row["has_body"]:
        return Reason("no body")
    if row["is_generated"]:
        return Reason("generated")
    if row["is_test"]:
        return Reason("test")
    if row["has_syntax_error"]:
        return Reason("syntax error")
    if not is_permissive(row["licence"]):
        return Reason("licence", row["licence"] or "unknown")
    return None


def pair_of(row: Mapping[str, Any]) -> tuple[str, str] | Reason:
    """Text and code of a function, or the reason why they make no pair; a row of `COLUMNS`."""
    if not row["summary"]:
        return Reason("no comment")
    if row["language"] in MARKED and not row["is_doc"]:
        return Reason("not a doc comment", row["summary"][:80])
    if reason := outside(row):
        return reason
    if row["code_lines"] < MIN_CODE_LINES or row["tokens"] < MIN_CODE_TOKENS:
        return Reason("code too short", f"{row['code_lines']} lines, {row['tokens']} tokens")
    if len(row["code"]) > MAX_CODE_CHARACTERS:
        return Reason("code too long", f"{len(row['code']):,} characters")
    text = without_own_name(clean(row["summary"]), row["name"])
    if reason := objection(text):
        return reason
    code = code_of(row["code"], [(span["start"], span["end"]) for span in row["inner_comments"]])
    lines = code.count("\n") + 1
    if lines < MIN_CODE_LINES:
        return Reason("code too short", f"{lines} line without its comments")
    return text, code
