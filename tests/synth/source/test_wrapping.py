"""Lines of prose are broken at spaces and nowhere else; nothing but newlines and indentation is new."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from codegloss.synth.source.wrapping import compared, normalised, wrapped

LONG = "word " * 30


@given(st.text(st.sampled_from("ab -:@#>`.\n\t1*")), st.integers(8, 40), st.booleans())
def test_the_words_stay_the_same(text: str, width: int, indented_prose: bool) -> None:
    text = normalised(text)
    broken = wrapped(text, width, indented_prose)
    assert broken.split() == text.split()


@given(st.lists(st.text("abc", min_size=1, max_size=8), min_size=1))
def test_no_line_of_short_words_is_longer_than_the_width(words: list[str]) -> None:
    assert max(map(len, wrapped(" ".join(words), 20, True).split("\n"))) <= 20


def test_code_and_tables_stay_as_they_are() -> None:
    text = f"Short.\n\n>>> {LONG}\n| {LONG}\n```\n{LONG}\n```\n    {LONG}".rstrip()
    assert wrapped(text, 40, indented_prose=False) == text


def test_an_entry_hangs_below_its_name() -> None:
    broken = wrapped("Args:\n    name: one two three four", 24, indented_prose=True)
    assert broken == "Args:\n    name: one two three\n        four"


def test_no_line_begins_with_what_would_mean_something_there() -> None:
    assert wrapped("aaaa bbbb - cccc", 10, True) == "aaaa bbbb -\ncccc"
    assert wrapped("aaaa bbbb @param", 10, True) == "aaaa bbbb @param"


@given(st.text(st.sampled_from("ab \n\t\r")))
def test_a_normal_form_is_its_own(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)
    assert compared(compared(text)) == compared(text) == compared(normalised(text))
