from __future__ import annotations

import pytest

from codegloss.extract.languages import languages
from codegloss.quality.claims.body import MOST_BYTES, Body, number
from codegloss.quality.claims.grammars import GRAMMARS

# One function a language: language, code, returns, raises, implicit_return, yields.
FACTS = [
    (
        "python",
        "def f(a):\n  if a:\n    raise ValueError(a)\n  elif b:\n    raise\n  yield 1\n  return a, b\n",
        ["a, b"],
        ["ValueError", None],
        False,
        True,
    ),
    (
        "javascript",
        "f(a) { if (a) return; throw new TypeError('x'); throw e }",
        [""],
        ["TypeError", None],
        False,
        False,
    ),
    ("javascript", "function* f() { yield 1; return {a: 1} }", ["{a: 1}"], [], False, True),
    ("typescript", "const f = (a: number): number => a * 2", [], [], True, False),
    ("typescript", "const F = (p) => { return <b>{p}</b> }", ["<b>{p}</b>"], [], False, False),
    ("java", "int f() { throw new a.FooException(); return 1; }", ["1"], ["a.FooException"], False, False),
    (
        "go",
        "func (t *T) F() (n int, err error) { if t == nil { return }; return 1, nil }",
        ["", "1, nil"],
        [],
        False,
        False,
    ),
    ("rust", "fn f(a: i32) -> i32 { if a > 1 { return 2; } a }", ["2"], [], True, False),
    ("rust", "fn f(a: i32) { g(a); }", [], [], False, False),
    (
        "ruby",
        "def f(a)\n  raise ArgumentError, 'x' if a\n  raise Foo::Bar.new(1)\n  raise\n  a\nend",
        [],
        ["ArgumentError", "Foo::Bar", None],
        True,
        False,
    ),
    (
        "php",
        "function f($a) { throw new \\Foo\\Bar('x'); throw $e; return 1; }",
        ["1"],
        ["\\Foo\\Bar", None],
        False,
        False,
    ),
    ("c", "int f(int a) { if (a) return 1; return g(a); }", ["1", "g(a)"], [], False, False),
    (
        "cpp",
        'int A::f() { throw std::runtime_error("x"); throw; return 1; }',
        ["1"],
        ["std::runtime_error", None],
        False,
        False,
    ),
    (
        "csharp",
        "int F() { throw new ArgumentException(); throw; yield return 3; }",
        [],
        ["ArgumentException", None],
        False,
        True,
    ),
    ("csharp", "void F() { throw Errors.BadArgumentError(1); }", [], [None], False, False),
    ("java", "void f() { throw (FooException) cause; }", [], [None], False, False),
    ("csharp", "int F() => x ?? throw new A.B();", [], ["A.B"], True, False),
    (
        "kotlin",
        "fun f(a: Int): Int { throw Foo(); if (a > 1) return 1; return a }",
        ["1", "a"],
        ["Foo"],
        False,
        False,
    ),
    ("kotlin", "fun f() = 3", [], [], True, False),
    ("kotlin", "fun f(): Unit = g()", [], [], False, False),
    (
        "swift",
        "func f(a: Int) -> Int { throw Foo(1); guard a > 1 else { return 2 }; return a }",
        ["2", "a"],
        ["Foo"],
        False,
        False,
    ),
    ("swift", "func f() -> Int { 3 }", [], [], True, False),
    ("scala", "def f(a: Int): Int = { throw new Foo(1); return 3 }", ["3"], ["Foo"], True, False),
    ("scala", "def f() { g() }", [], [], False, False),
    ("lua", "function f(a) if a then return end; return 1, 2 end", ["", "1, 2"], [], False, False),
    ("bash", "f() { local x=$1; return 3; }", [], [], False, False),
]


@pytest.mark.parametrize(("language", "code", "returns", "raises", "implicit", "yields"), FACTS)
def test_what_a_body_returns_raises_and_yields(
    language: str, code: str, returns: list[str], raises: list[str | None], implicit: bool, yields: bool
) -> None:
    body = Body(code, language)
    assert body.known
    assert (body.returns, body.raises, body.implicit_return, body.yields) == (
        returns,
        raises,
        implicit,
        yields,
    )


def test_every_language_has_its_facts() -> None:
    assert set(GRAMMARS) == set(languages())
    assert {language for language, *_ in FACTS} == {row.name for row in languages().values()}


@pytest.mark.parametrize(
    ("language", "code"),
    [
        (
            "python",
            "def f():\n  def g():\n    return 1\n  class A:\n    def m(self):\n      raise E()\n",
        ),
        ("javascript", "function f() { a.map(x => { return 1 }); function g() { throw new E() } }"),
        (
            "java",
            "void f() { Runnable r = () -> { return 1; }; A a = new A() { int g() { throw new E(); } }; }",
        ),
        ("go", "func F() { g := func() int { return 1 }; g() }"),
        ("rust", "fn f() { let g = |x| { return 1; }; }"),
        ("php", "function f() { $g = function () { return 1; }; $h = fn($x) => $x; }"),
        ("cpp", "void f() { auto g = [](int x) { throw E(); return 3; }; }"),
        ("csharp", "void F() { int G() { return 2; } Func<int> h = () => throw new E(); }"),
        ("swift", "func f() { let g = { (x: Int) -> Int in return 3 } }"),
        ("lua", "function f() local g = function() return 1 end end"),
    ],
)
def test_functions_inside_keep_their_facts_to_themselves(language: str, code: str) -> None:
    body = Body(code, language)
    assert body.known
    assert (body.returns, body.raises, body.gives_value) == ([], [], False)
    assert body.all("return") or body.all("raise")


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f(self):\n    "),
        ("python", "def f(self): pass"),
        ("python", "def f(self):\n        ..."),
        ("python", "def f(self, x):\n    raise NotImplementedError('f')"),
        ("python", "@abstractmethod\n    def f(self):\n        # nothing\n        pass"),
        ("java", 'void f() { throw new UnsupportedOperationException("f"); }'),
        ("java", "abstract void f();"),
        ("kotlin", 'fun f(): Int = TODO("later")'),
        ("rust", "fn f() -> i32 { todo!() }"),
        ("ruby", "def f\n  raise NotImplementedError\nend"),
        ("go", "func F() {}"),
        ("scala", "def f: Int = ???"),
        ("csharp", "void F() { throw new NotImplementedException(); }"),
    ],
)
def test_stubs(language: str, code: str) -> None:
    assert Body(code, language).is_stub


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f(self):\n    return 1"),
        ("python", "def f(self):\n    x = 1\n    pass\n    return x"),
        ("python", "def f(self):\n    raise ValueError()"),
        ("java", "void f() { g(); }"),
        ("rust", "fn f() -> i32 { 3 }"),
    ],
)
def test_what_does_something_is_no_stub(language: str, code: str) -> None:
    assert not Body(code, language).is_stub


def test_words_of_the_code_are_identifiers_those_of_strings_and_comments_are_not() -> None:
    body = Body(
        'def f(a):\n    # remark\n    b = a.attr(key=1e3)\n    return f"text {b.inner}" + "plain"\n', "python"
    )
    assert {"f", "a", "b", "attr", "key", "inner"} <= body.identifiers
    assert not {"remark", "text", "plain", "e3"} & body.identifiers
    assert body.strings == {"text ", "plain"}


def test_marks_of_a_name_are_optional() -> None:
    body = Body("def empty?\n  @size == 0\nend", "ruby")
    assert {"empty?", "empty", "@size", "size"} <= body.identifiers


def test_what_surrounds_a_lone_method_is_no_fact() -> None:
    assert "class" not in Body("int f() { return 1; }", "java").identifiers


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("1_000L", "1000"),
        ("0x1F", "31"),
        ("0x1fUL", "31"),
        ("1e3", "1000"),
        ("1.50", "1.5"),
        ("2.5f", "2.5"),
        ("017", "15"),
        ("1_000u32", "1000"),
        ("1'000", "1000"),
        ("0b101", "5"),
        ("3j", "3j"),
        (".5", "0.5"),
    ],
)
def test_one_form_for_a_number(text: str, plain: str) -> None:
    assert number(text) == plain


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f(:\n  return 1"),
        ("java", "int f( { return 1; }"),
        ("cobol", "MOVE A TO B"),
        ("python", "x = 1\n" * MOST_BYTES),
    ],
    ids=["python", "java", "no grammar", "too long"],
)
def test_what_cannot_be_parsed_gives_no_facts_but_its_words(language: str, code: str) -> None:
    body = Body(code, language)
    assert not body.known
    assert body.root is None
    assert (body.returns, body.raises, body.numbers, body.is_stub, body.gives_value) == (
        [],
        [],
        frozenset(),
        False,
        False,
    )
    assert body.identifiers
