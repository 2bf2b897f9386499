"""The text of a comment before it gets its marks: its normal form, and lines of a bearable width."""

from __future__ import annotations

import re
from textwrap import dedent

from codegloss.extract.comments import cleandoc

# What a reader takes line by line: doctests, tables, headings and rulers, markup blocks, indented directives.
_VERBATIM = re.compile(r"\s*(?:>>>|\.\.\.|\||\+[-=]|\.\. |<pre|</|[-=~^#*]{2,}|#|\$ )")
# What would mean something else at the start of a line: an item, a tag, a heading, a quotation, an entry.
_NEVER_FIRST = re.compile(r"[-+*•#>|@\\:.~=/`]|\d+[.)]|\(?\w[.)]|[\w*]+:|<")
_ENTRY = re.compile(
    r"\s+\*{0,2}[\w.]+(?:\s\([^)]*\))?:\s|\s*[:@\\]\w+"
)  # `name (type): …`, `:param x:`, `@param`
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_FENCE = re.compile(r"\s*(?:```|~~~)")


def normalised(text: str) -> str:
    """The form in which a text is written.

    Newlines are LF and tabs are expanded; the indentation that all lines share, space at line ends, and
    blank lines before and behind are gone.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs().split("\n")
    return dedent("\n".join(line.rstrip() for line in lines)).strip("\n")


def compared(text: str) -> str:
    """The form in which a text that was written and one that was read back are compared.

    As `normalised`, and without the indentation of the first line and that which all the others share:
    in comments of marked lines it is not told from the space behind the marks (`inspect.cleandoc`).
    """
    return cleandoc(normalised(text))


def wrapped(text: str, width: int, indented_prose: bool) -> str:
    """The text with each line of prose that is longer than `width` characters broken at spaces.

    What was broken differs from what it was in newlines and indentation only. Doctests, tables, fenced
    code and literal blocks stay as they are; indented lines too, unless they are prose by the convention
    of the comment (`indented_prose`: the sections of a docstring).
    """
    if all(len(line) <= width for line in text.split("\n")):
        return text
    lines: list[str] = []
    fenced = False
    literal: int | None = None  # indentation of the paragraph that ended in `::`
    for line in text.split("\n"):
        indentation = len(line) - len(line.lstrip())
        if literal is not None and line.strip() and indentation <= literal:
            literal = None
        if _FENCE.match(line):
            fenced = not fenced
        held = fenced or literal is not None or (indentation > 0 and not indented_prose)
        if len(line) <= width or held or _VERBATIM.match(line) or "  " in line.strip():
            lines.append(line)
        else:
            lines += _broken(line, indentation, width)
        if line.rstrip().endswith("::"):
            literal = indentation
    return "\n".join(lines)


def _broken(line: str, indentation: int, width: int) -> list[str]:
    """One line as several; a break stands only before a word that means nothing special there."""
    item = _ITEM.match(line)
    hang = item.end() if item else indentation + (4 if _ENTRY.match(line) else 0)
    lines: list[str] = []
    current = ""
    for word in line.strip().split(" "):
        start = " " * (hang if lines else indentation)
        if not current:
            current = start + word
        elif len(current) + 1 + len(word) <= width or _NEVER_FIRST.match(word):
            current += " " + word
        else:
            lines.append(current)
            current = " " * hang + word
    return [*lines, current]
