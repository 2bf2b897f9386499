"""Python docstrings: tells Google, NumPy, Sphinx and Epytext style from the text, and reads it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.extract.docstyles import fields, google, numpydoc
from codegloss.extract.docstyles.blocks import Draft, description, doctests, indent_of
from codegloss.records import CommentParts

_DEPRECATED = re.compile(r"\.\.\s*deprecated\s*::(.*)", re.IGNORECASE)


def parse(text: str) -> CommentParts:
    """The parts of a docstring that `inspect.cleandoc` has cleaned.

    Where two styles are mixed, the one that gives more parts names the style and the
    other fills the kinds of part that it lacks.
    """
    if ":" not in text and "@" not in text and "---" not in text and "===" not in text and ">>>" not in text:
        return CommentParts("plain", [], None, [], None, [])
    if "\t" in text:
        text = text.expandtabs()
    lines = text.split("\n")
    styles = _styles(lines)
    if not styles:
        draft, style = Draft(), "plain"
    elif len(styles) == 1:
        draft, style = _read(lines, styles[0]), styles[0]
    else:
        draft, style = _read_mixed(lines, styles)
    if draft.deprecated is None and "eprecated" in text:
        draft.deprecated = _deprecated_directive(lines)
    if not draft.examples and ">>>" in text:
        draft.examples = doctests(lines)
    if style == "plain" or not draft.size():
        return CommentParts("plain", [], None, [], draft.deprecated, draft.examples)
    return draft.finish(style)


def _styles(lines: Sequence[str]) -> list[str]:
    """The styles whose marks stand at the start or end of some line, in order of precedence."""
    found = set()
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            continue
        first = text[0]
        if first == ":":
            field = fields.sphinx_field(text)
            if field and field[0].lower() in fields.MEANINGS:
                found.add("sphinx")
        elif first == "@":
            field = fields.epytext_field(text)
            if field and field[0].lower() in fields.MEANINGS:
                found.add("epytext")
        elif text[-1] == ":":
            if google.heading(text):
                found.add("google")
        elif first in "-=":
            if number and numpydoc.is_underline(text) and _is_title(lines[number - 1]):
                found.add("numpy")
        elif first in "RY" and google.inline_heading(line):
            found.add("google")
    return [style for style in ("numpy", "google", "sphinx", "epytext") if style in found]


def _is_title(line: str) -> bool:
    return line.strip().rstrip(":").lower() in numpydoc.SECTIONS


def _read(lines: Sequence[str], style: str) -> Draft:
    if style == "google":
        return google.parse(lines)
    if style == "numpy":
        return numpydoc.parse(lines)
    return fields.parse(lines, ":" if style == "sphinx" else "@")


def _read_mixed(lines: Sequence[str], styles: list[str]) -> tuple[Draft, str]:
    drafts = [(_read(lines, style), style) for style in styles]
    drafts.sort(key=lambda pair: -pair[0].size())  # stable: precedence decides between equals
    best, style = drafts[0]
    for draft, _ in drafts[1:]:
        best.merge(draft)
    return best, style


def _deprecated_directive(lines: Sequence[str]) -> str | None:
    """The text of `.. deprecated:: version`, version first."""
    for number, line in enumerate(lines):
        match = _DEPRECATED.match(line.strip())
        if match:
            margin = indent_of(line)
            end = number + 1
            while end < len(lines) and (not lines[end].strip() or indent_of(lines[end]) > margin):
                end += 1
            return description(match[1], lines[number + 1 : end])
    return None
