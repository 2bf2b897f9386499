from __future__ import annotations

import pytest

from codegloss.synth.writing.shorten import shorten

CODE = (
    "def f(a):\n" + "".join(f"    if a == {n}:\n        step_{n}(a)\n" for n in range(400)) + "    return a\n"
)


def test_short_code_is_left_alone() -> None:
    assert shorten("def f(): pass", "python", 200).code == "def f(): pass"
    assert shorten("def f(): pass", "python", 200).note == ""


def test_long_code_keeps_its_head_and_its_end_and_says_what_is_missing() -> None:
    found = shorten(CODE, "python", 2_000)
    assert len(found.code) <= 2_100
    assert found.code.startswith("def f(a):\n    if a == 0:")
    assert found.code.rstrip().endswith("return a")
    assert "lines left out" in found.code
    assert found.of == CODE.count("\n") + 1
    assert 0 < found.lines < found.of
    assert found.note.startswith("code shortened: ")


def test_it_is_cut_before_constructs() -> None:
    before = shorten(CODE, "python", 2_000).code.partition("\n[…")[0]
    assert before.rstrip().endswith("(a)")


def test_every_line_that_is_shown_is_a_line_of_the_code() -> None:
    lines = set(CODE.split("\n"))
    shown = [line for line in shorten(CODE, "python", 1_500).code.split("\n") if not line.startswith("[…")]
    assert set(shown) <= lines


def test_too_little_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 200"):
        shorten(CODE, "python", 100)
