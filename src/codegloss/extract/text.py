"""From bytes to text: the encoding, the byte order mark and the newlines of a source file.

Whatever `decode` returns encodes back to the very bytes it was given; what does not is
refused. What a comment in the first two lines declares (PEP 263) comes first, as in
Python, then UTF-8, then marks, then UTF-16 and UTF-32 without a mark. Only then is a
single-byte encoding guessed (Windows-1252, else Latin-1), which is right for most Western
European files and wrong for, say, Cyrillic ones: their code is still read right, their
comments are not.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file. `text.encode(encoding)`, after the mark if any, gives the file's bytes."""

    text: str
    utf8: bytes  # of `text`; the spans of all records count in these
    encoding: str  # utf-8, utf-16-le, …, cp1252, latin-1, or what the file declares
    bom: bool
    newline: str  # lf, crlf, cr, mixed or none


class NotText(ValueError):
    """The bytes are no text in any encoding that is tried."""


# Longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)  # PEP 263
_BLANK_OR_COMMENT = re.compile(rb"^[ \t\f]*(?:#|$)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_SAMPLE = 4096
_MOST_CONTROLS = 0.02  # of the bytes; form feed and escape do stand in sources, others hardly do


def newline_of(text: str) -> str:
    """Which line ends a text has: lf, crlf, cr, mixed or none."""
    if "\r" not in text:
        return "lf" if "\n" in text else "none"
    crlf = text.count("\r\n")
    kinds = {"crlf": crlf, "cr": text.count("\r") - crlf, "lf": text.count("\n") - crlf}
    present = [kind for kind, count in kinds.items() if count]
    return present[0] if len(present) == 1 else "mixed"


def declared_encoding(data: bytes) -> str | None:
    """The encoding that a PEP 263 comment in one of the first two lines names."""
    for line in data[:1000].splitlines()[:2]:
        if match := _COOKIE.match(line):
            return match[1].decode("ascii")
        if not _BLANK_OR_COMMENT.match(line):
            return None
    return None


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zero bytes of ASCII characters stand."""
    sample = data[:_SAMPLE]
    if len(data) % 4 == 0 and len(sample) >= 8:
        quarter = len(sample) // 4
        zeros = [sample[place::4].count(0) for place in range(4)]
        if zeros[1] + zeros[2] + zeros[3] > 2.4 * quarter and zeros[0] < quarter // 10 + 1:
            return "utf-32-le"
        if zeros[0] + zeros[1] + zeros[2] > 2.4 * quarter and zeros[3] < quarter // 10 + 1:
            return "utf-32-be"
    if len(data) % 2 == 0 and len(sample) >= 4:
        half = len(sample) // 2
        first, second = sample[::2].count(0), sample[1::2].count(0)
        if second > 0.4 * half and first < half // 20 + 1:
            return "utf-16-le"
        if first > 0.4 * half and second < half // 20 + 1:
            return "utf-16-be"
    return None


def _attempt(data: bytes, encoding: str, bom: bool = False) -> Text | None:
    try:
        text = data.decode(encoding)
        if text.encode(encoding) != data:
            return None
        utf8 = text.encode()
    except (UnicodeError, LookupError, ValueError):
        return None
    return Text(text, utf8, encoding, bom, newline_of(text))


def _declared(data: bytes) -> Text | None:
    name = declared_encoding(data)
    if name is None:
        return None
    try:
        encoding = codecs.lookup(name)
        # Also rot13, zlib and the like answer to their names, and idna takes quadratic time.
        if not getattr(encoding, "_is_text_encoding", True) or encoding.name in _UNFIT:
            return None
    except (LookupError, ValueError):
        return None
    return _attempt(data, encoding.name)


_UNFIT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7",
                    "mbcs", "oem", "charmap"})  # fmt: skip


def decode(data: bytes) -> Text:
    """The text of a file.

    Raises NotText for binary content: zero bytes outside UTF-16 and UTF-32, or control
    characters in bytes that are no UTF-8.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _decode_other(data)
    if "\0" in text:
        return _decode_other(data)
    if text.startswith("\ufeff"):
        return Text(text[1:], data[3:], "utf-8", True, newline_of(text))
    if len(text) < len(data) and (found := _declared(data)):
        return found
    return Text(text, data, "utf-8", False, newline_of(text))


def _decode_other(data: bytes) -> Text:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            found = _attempt(data[len(mark) :], encoding, bom=True)
            if found and "\0" not in found.text:
                return found
            break
    if b"\0" in data:
        wide = _wide_encoding(data)
        if wide and (found := _attempt(data, wide)) and "\0" not in found.text:
            return found
        raise NotText(f"zero byte at offset {data.index(0)}")
    if found := _declared(data):
        return found
    controls = len(_CONTROLS.findall(data[:_SAMPLE]))
    if controls > _MOST_CONTROLS * min(len(data), _SAMPLE):
        raise NotText("control characters, and not UTF-8")
    found = _attempt(data, "cp1252") or _attempt(data, "latin-1")
    if found is None:
        raise NotText("no encoding gives the same bytes back")
    return found
