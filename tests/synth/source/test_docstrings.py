"""A docstring literal says exactly the text it was made from, in the layout of another one."""

from __future__ import annotations

import ast
import inspect

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codegloss.synth.source.docstrings import Layout, layout_of, literal
from codegloss.synth.source.wrapping import compared, normalised

QUOTES = ('"""', "'''", '"', "'")
LAYOUTS = st.builds(
    Layout,
    prefix=st.sampled_from(["", "r", "R", "u", "U"]),
    quote=st.sampled_from(QUOTES),
    opens_below=st.booleans(),
    closes_below=st.booleans(),
    escapes=st.booleans(),
)
TEXTS = st.text(st.sampled_from("ab \"'\\\n\tNxu{}#\x00\x0c\r\u2028\u202eé漢\U0001f600"), max_size=30)


@given(
    text=TEXTS,
    layout=LAYOUTS,
    indentation=st.sampled_from(["", "    ", "\t"]),
    newline=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "latin-1", "ascii"]),
)
@example('says """ and \\', Layout(), "    ", "\n", "utf-8")
@example('"quoted"', Layout(closes_below=False), "    ", "\n", "utf-8")
@example("ends with \\", Layout(prefix="r", quote="'"), "", "\n", "ascii")
def test_python_reads_the_text_that_was_given(
    text: str, layout: Layout, indentation: str, newline: str, encoding: str
) -> None:
    text = normalised(text)
    raw = literal(text, layout, indentation, newline, encoding)
    if raw is None:
        assert not text.strip()
        return
    inner = indentation or "    "
    source = f"def f():{newline}{inner}{raw}{newline}{inner}return 1{newline}"
    (function,) = ast.parse(source.encode(encoding) if encoding == "utf-8" else source).body
    assert isinstance(function, ast.FunctionDef)
    assert compared(ast.get_docstring(function) or "") == compared(text)
    if not text[:1].isspace():
        assert normalised(ast.get_docstring(function) or "") == text
    assert len(function.body) == 2
    source.encode(encoding)


@pytest.mark.parametrize(
    ("old", "text", "new"),
    [
        ('"""Old."""', "New.", '"""New."""'),
        ("'''Old.'''", "New.", "'''New.'''"),
        ("'Old.'", "New.", "'New.'"),
        ("'Old.'", "It's new.", "'It\\'s new.'"),
        ("'Old.'", "New.\n\nMore.", "'''New.\n\n    More.\n    '''"),
        ('r"""Old \\d."""', "New.", 'r"""New."""'),
        ('"""Old."""', "A \\d.", 'r"""A \\d."""'),
        ('"""Old \\\\d."""', "A \\d.", '"""A \\\\d."""'),
        ('"""\n    Old.\n    """', "New.\n\nMore.", '"""\n    New.\n\n    More.\n    """'),
        ('"""Old.\n\n    More."""', "New.\n\nMore.", '"""New.\n\n    More."""'),
        ('"""Old."""', 'Ends with "', '"""Ends with \\""""'),
        ('("Old " "one.")', "New.", '"""New."""'),
        (None, "New.\nMore.", '"""New.\n    More.\n    """'),
    ],
)  # fmt: skip
def test_it_keeps_the_layout_of_the_old_one(old: str | None, text: str, new: str) -> None:
    assert literal(text, layout_of(old), "    ", "\n", "utf-8") == new
    assert inspect.cleandoc(ast.literal_eval(new)) == text


def test_what_the_encoding_lacks_becomes_an_escape() -> None:
    assert literal("5 € \U0001f600", Layout(), "", "\n", "latin-1") == '"""5 \\u20ac \\U0001f600"""'
