"""Repairs: valid code that a grammar does not know is read all the same, every byte in its place."""

from __future__ import annotations

import pytest

from codegloss.extract.syntax import Outline, outline


def found(text: str, key: str = "typescript") -> tuple[Outline, list[str]]:
    seen = outline(text.encode(), key)
    return seen, [definition.name for definition in seen.definitions]


@pytest.mark.parametrize(
    "head",
    ["in out K", "out K", "in K, out V = never", "\n  // invariant\n  in out K extends string,\n  out V\n"],
)
def test_variance_marks(head: str) -> None:
    seen, names = found(f"export interface Map<{head}> {{\n  /** Gets. */\n  get(key: K): V\n}}\n")
    assert not seen.has_syntax_errors
    assert names == ["Map", "get"]
    method = seen.definitions[1]
    assert seen.text[method.start : method.end] == b"get(key: K): V"


def test_signatures_without_semicolons() -> None:
    signatures = "  <A>(a: A): Set<A>\n  // Next.\n  <B>(b: B): Set<B>\n  (c: string): void\n"
    seen, names = found(f"interface F {{\n{signatures}  end(): void\n}}\n")
    assert not seen.has_syntax_errors
    assert names == ["F", "end"]
    assert seen.line(seen.definitions[1].start) == 6


@pytest.mark.parametrize(
    "line",
    [
        "export type * from './types'",
        "const rows = sql<{ id: number }>`select 1`",
        "type Wrong = `not \\`this\\` ${string}`",
        "type Widen<type> = (type extends string ? string : never)",
    ],
)
def test_the_functions_around_what_the_grammar_does_not_know(line: str) -> None:
    seen, names = found(f"function before() {{}}\n{line}\nfunction after() {{}}\n")
    assert not seen.has_syntax_errors
    assert names == ["before", "after"]


def test_text_that_parses_is_not_touched() -> None:
    text = "const a = `<in out T>\\`x\\``;\nlet b = (out) => out < in_ ? 1 : 2;\n"
    seen, names = found(text)
    assert (seen.text.decode(), names, seen.has_syntax_errors) == (text, ["b"], False)


def test_what_repairs_do_not_mend_still_is_an_error() -> None:
    seen, names = found("interface A<out T> { a(): T }\nfunction b() { return ) }\nfunction c() {}\n")
    assert seen.has_syntax_errors
    assert {"a", "c"} <= set(names)


def test_python_lines_in_brackets_may_be_indented_less() -> None:
    dedented = "return [\n1,  # one\n2]"
    seen, names = found(f"class A:\n    def f(self):\n        {dedented}\n    def g(self): pass\n", "python")
    assert not seen.has_syntax_errors
    assert names == ["A", "f", "g"]
