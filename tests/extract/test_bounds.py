"""Texts whose trees would keep a query busy for ever are refused, and none that people write."""

from __future__ import annotations

import time

import pytest

from codegloss.extract.bounds import MOST_DEPTH, TangledError
from codegloss.extract.stage import rows_of
from codegloss.records import Source


def functions(name: str, text: bytes) -> list[str]:
    source = Source("repository", None, name, name, None, text, len(text), None, None)
    return [row.name for row in rows_of(source)[1:]]


def test_a_tree_as_deep_as_a_query_can_follow_is_read() -> None:
    assert functions("a.js", b"function f() {}\nx = a" + b"()" * (MOST_DEPTH - 5000)) == ["f"]


@pytest.mark.parametrize(("name", "text"), [("a.py", b"-" * 200_000), ("a.js", b"a" + b"()" * 80_000)])
def test_a_deeper_one_is_refused(name: str, text: bytes) -> None:
    with pytest.raises(TangledError, match="inside each other"):
        functions(name, b"x = " + text + b"1\n")


def test_a_long_error_is_read_unless_it_is_all_punctuation() -> None:
    sound = b"func f() int { return 1 }\n"
    assert functions("a.go", b"package p\n" + sound + b"a b c ( \n" * 15_000 + sound) != []
    with pytest.raises(TangledError, match=r"a syntax error of 80,\d+ tokens begins in line 1"):
        functions("a.go", b"(" * 80_000)


def test_functions_inside_each_other_are_kept_as_long_as_they_do_not_come_to_too_much() -> None:
    few = b"".join(b"function f%d() { " % i for i in range(200)) + b"}" * 200
    assert len(functions("a.js", few)) == 200
    many = b"".join(b"function f%d() { " % i for i in range(5000)) + b"}" * 5000
    with pytest.raises(TangledError, match="come to more than"):
        functions("a.js", many)


def test_names_inside_each_other_too() -> None:
    text = (
        b"".join(b"class %s { " % (b"C" * 200) for _ in range(1500)) + b"int f() { return 1; }" + b"}" * 1500
    )
    with pytest.raises(TangledError, match="come to more than"):
        functions("a.java", text)


@pytest.mark.parametrize(
    "text",
    [
        b"// words\n" + b"int f(void);\n" * 12_000,  # one comment far above all of them
        b"/** a */ int f(void); " * 10_000,  # all on one line
        b"int f(void) { return 1; } /* note */\n" * 8_000,
        b"  #if a\n  int f(\n  #endif\n" * 8_000,
        b"\n".join([b"#if a\n" * 500 + b"int f(\n" + b"#endif\n" * 500] * 40),
    ],
    ids=["far", "one line", "notes", "conditionals", "nested conditionals"],
)
def test_time_grows_with_the_text(text: bytes) -> None:
    def seconds(part: bytes) -> float:
        start = time.process_time()
        functions("a.c", part)
        return time.process_time() - start

    quarter = text[: len(text) // 4]
    assert seconds(text) < 8 * seconds(quarter) + 1  # sixteen times, were it the square
