"""decode: whatever it returns gives the same bytes back, and binary content is refused."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegloss.extract.text import NotText, Text, decode, newline_of

MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
SOURCE = 'def greet(name):\n    """Say hello to name, in every weather."""\n    return f"hello {name}"\n'


def bytes_of(text: Text) -> bytes:
    return (MARKS[text.encoding] if text.bom else b"") + text.text.encode(text.encoding)


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
@example(b"# coding: utf-7\n+AOk-\xff")
@example(b"# coding: idna\n\xff")
@example(b"# coding: unicode_escape\n\\u00e9\xff")
@example(b"\xef\xbb\xbf\xef\xbb\xbfx")
@example(b"\xff\xfea")
@example(codecs.BOM_UTF32_LE + b"\x00\xd8\x00\x00")
def test_whatever_is_decoded_gives_the_same_bytes_back(data: bytes) -> None:
    try:
        text = decode(data)
    except NotText:
        return
    assert bytes_of(text) == data
    assert text.utf8.decode() == text.text
    assert "\0" not in text.text


@pytest.mark.parametrize("encoding", [*MARKS, "latin-1", "cp1252"])
@given(body=st.text(st.characters(codec="ascii", min_codepoint=32) | st.just("\n"), max_size=50))
def test_source_in_each_encoding_is_read_as_itself(encoding: str, body: str) -> None:
    text = decode((SOURCE + body + "\n# caf\xe9 \xfc\n").encode(encoding))
    assert text.text == SOURCE + body + "\n# caf\xe9 \xfc\n"


@pytest.mark.parametrize("encoding", list(MARKS))
def test_a_byte_order_mark_is_told_and_left_out(encoding: str) -> None:
    text = decode(MARKS[encoding] + SOURCE.encode(encoding))
    assert (text.text, text.encoding, text.bom) == (SOURCE, encoding, True)
    assert text.utf8 == SOURCE.encode()


@pytest.mark.parametrize(
    ("head", "encoding", "name"),
    [
        ("# -*- coding: latin-1 -*-\n", "latin-1", "iso8859-1"),
        ("#!/usr/bin/python\n# vim: set fileencoding=koi8-r :\n", "koi8-r", "koi8-r"),
        ("# coding: shift_jis\n", "shift_jis", "shift_jis"),
    ],
)
def test_a_declared_encoding_is_believed(head: str, encoding: str, name: str) -> None:
    letters = {"latin-1": "é", "koi8-r": "привет", "shift_jis": "日本"}[encoding]
    text = decode(f"{head}# {letters}\n".encode(encoding))
    assert text.encoding == name
    assert letters in text.text


def test_a_declaration_is_believed_before_utf_8_as_python_does() -> None:
    assert decode(b"# coding: latin-1\nx = '\xc3\xa9'\n").text.endswith("'\u00c3\u00a9'\n")


def test_a_declaration_after_code_or_in_the_third_line_is_none() -> None:
    assert decode(b"import os\n# coding: koi8-r\n# \xe9\n").encoding == "cp1252"
    assert decode(b"#\n#\n# coding: koi8-r\n# \xe9\n").encoding == "cp1252"


def test_bytes_that_windows_leaves_free_are_latin_1() -> None:
    assert decode(b"/* \x81\xe9 caf\xe9, and enough plain text around it to be text */").encoding == "latin-1"


@pytest.mark.parametrize(
    "data",
    [
        b"x = 1\0\n",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\x7fELF\x02\x01\x01\0",
        bytes(range(1, 256)),
        b"\0" * 100,
        "x = '\0'\n".encode("utf-16-le"),
    ],
)
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


@pytest.mark.parametrize(
    ("text", "newline"),
    [
        ("a\nb\n", "lf"), ("a\r\nb\r\n", "crlf"), ("a\rb", "cr"), ("a\r\nb\n", "mixed"),
        ("a\rb\n", "mixed"), ("a", "none"), ("", "none"), ("a\n\r", "mixed"),
    ],
)  # fmt: skip
def test_line_ends(text: str, newline: str) -> None:
    assert newline_of(text) == newline
    assert decode(text.encode()).newline == newline
