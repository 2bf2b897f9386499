"""A text as the literal of a Python docstring, with the quotes, the prefix and the layout of another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from codegloss.extract.comments import cleandoc, string_value
from codegloss.synth.source.wrapping import compared, normalised

_OPENING = re.compile(r"([A-Za-z]*)(\"\"\"|'''|\"|')")
# Written as escapes: control characters, other line ends, marks of direction (CVE-2021-42574), the byte
# order mark, halves of surrogate pairs.
_SPECIAL = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a docstring is written."""

    prefix: str = ""  # r, u, R, U, or nothing
    quote: str = '"""'
    opens_below: bool = False  # the text begins on the line below the quotes
    closes_below: bool = True  # the closing quotes of one of several lines have a line for themselves
    escapes: bool = False  # it writes a backslash as two, where others would use the prefix r


def layout_of(raw: str | None) -> Layout:
    """The layout of a docstring; the usual one (PEP 257) where there is none, or no single literal."""
    opening = _OPENING.match(raw) if raw else None
    if not raw or not opening or not raw.endswith(opening[2]) or string_value(raw) is None:
        return Layout()
    prefix, quote = opening[1], opening[2]
    body = raw[opening.end() : -len(quote)]
    several = "\n" in body or "\r" in body
    return Layout(
        prefix=prefix,
        quote=quote,
        opens_below=several and body.lstrip(" \t")[:1] in ("\r", "\n"),
        closes_below=not several or body.rstrip(" \t")[-1:] in ("\r", "\n"),
        escapes="\\" in body and "r" not in prefix.lower(),
    )


def literal(text: str, layout: Layout, indentation: str, newline: str, encoding: str) -> str | None:
    """The source of a docstring that says `text` (in normal form); None if there is no way to write it.

    The first line stands where the literal is put, the others after `indentation`. Characters that
    `encoding` lacks, and those that an editor would not show, are written as escapes.
    """
    if not text:
        return None
    below = replace(layout, opens_below=True)  # where a margin that all lines but the first share is kept
    for tried, form in ((layout, normalised), (below, normalised), (layout, compared)):
        for raw in _literals(text, tried, indentation, newline, encoding):
            value = string_value(raw)
            if value is not None and form(cleandoc(value)) == form(text):
                return raw
    return None


def _literals(text: str, layout: Layout, indentation: str, newline: str, encoding: str) -> Iterator[str]:
    """The literals of one layout, the one with fewer escapes first."""
    several = "\n" in text
    quote = layout.quote * 3 if several and len(layout.quote) == 1 else layout.quote
    opens_below = several and layout.opens_below
    closes_below = several and layout.closes_below
    margin = newline + indentation
    for prefix, body in _bodies(text, layout, quote, encoding, closes_below):
        first, *others = body.split("\n")
        written = (margin if opens_below else "") + first
        written += "".join(newline + (indentation + line if line else "") for line in others)
        yield f"{prefix}{quote}{written}{margin if closes_below else ''}{quote}"


def _bodies(
    text: str, layout: Layout, quote: str, encoding: str, closes_below: bool
) -> list[tuple[str, str]]:
    """Prefix and contents of the literal: without escapes if they can be had, then with them."""
    marked = "r" in layout.prefix.lower()
    plain_prefix = layout.prefix.replace("r", "").replace("R", "")
    found = []
    if _is_plain(text, quote, encoding, closes_below):
        if "\\" not in text:
            found.append((layout.prefix, text))
        elif marked or not layout.escapes:
            found.append((layout.prefix if marked else "r", text))
    found.append((plain_prefix, _escaped(text, quote, encoding, closes_below)))
    return found


def _is_plain(text: str, quote: str, encoding: str, closes_below: bool) -> bool:
    """Whether the text may stand between these quotes as it is, backslashes apart."""
    if quote in text or _SPECIAL.search(text) or not _encodable(text, encoding):
        return False
    return closes_below or not text.endswith((quote[0], "\\"))


def _encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _escaped(text: str, quote: str, encoding: str, closes_below: bool) -> str:
    mark = quote[0]
    text = text.replace("\\", "\\\\")
    if len(quote) == 1:
        text = text.replace(mark, "\\" + mark)
    else:
        text = re.sub(mark + "{3,}", lambda run: ("\\" + mark) * len(run[0]), text)
        if text.endswith(mark) and not closes_below and not text.endswith("\\" + mark):
            text = text[:-1] + "\\" + mark
    text = _SPECIAL.sub(lambda match: _escape(match[0]), text)
    if not _encodable(text, encoding):
        text = "".join(char if _encodable(char, encoding) else _escape(char) for char in text)
    return text


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
