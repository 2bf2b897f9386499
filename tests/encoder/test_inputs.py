"""What is left of code without its comments."""

from __future__ import annotations

from codegloss.encoder.inputs import code_of
from codegloss.records import Span


def spans(code: str, *comments: str) -> list[Span]:
    data = code.encode("utf-8", "surrogatepass")
    places = [
        (data.index(part), len(part)) for part in (c.encode("utf-8", "surrogatepass") for c in comments)
    ]
    return [Span(start, start + size) for start, size in places]


def test_comments_and_the_lines_they_leave_are_cut_out() -> None:
    code = "def f(x):\n    # why – ü\n\n    y = x  # and so\n    return y\n"
    assert code_of(code, spans(code, "# why – ü", "# and so")) == "def f(x):\n    y = x\n    return y"


def test_what_stands_on_both_sides_stays_apart() -> None:
    code = "int/* width */x = 1;"
    assert code_of(code, spans(code, "/* width */")) == "int x = 1;"


def test_ranges_may_come_as_pairs_in_any_order_and_overlap() -> None:
    assert code_of("a/*b*/c/*d*/e", [(7, 12), (1, 6), (2, 5)]) == "a c e"


def test_code_without_comments_stays() -> None:
    code = "def f():\n    return '\\n\\n'"
    assert code_of(code) == code
    assert code_of("") == ""


def test_half_a_character_is_no_reason_to_fail() -> None:
    code = "x = '\ud800'  # note"
    assert code_of(code, spans(code, "# note")) == "x = '\ud800'"
