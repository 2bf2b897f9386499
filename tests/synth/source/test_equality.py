"""What is more than a comment makes two files differ, in every language; comments alone do not."""

from __future__ import annotations

import pytest

from codegloss.extract.text import decode
from codegloss.synth.source.equality import Unreadable, syntax_equal


def equal(old: str, new: str, key: str) -> bool:
    before, after = old.encode(), new.encode()
    return syntax_equal(before, after, decode(before), decode(after), key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f():\n    '''A.'''\n    return 1\n", "def f():\n    '''B.'''\n    return 2\n"),
        ("def f():\n    '''A.'''\n    'x'\n", "def f():\n    '''A.'''\n"),
        ("class A:\n    '''A.'''\n", "class A:\n    '''B.'''\n"),
        ("'''A.'''\n", "'''B.'''\n"),
        ("x = 'a'\n", "x = b'a'\n"),
        ("x = 1\n", "x = 1.0\n"),
        ("x = 1\n", "x = True\n"),
        ("def f(x):  # type: (int) -> int\n    pass\n", "def f(x):  # type: (str) -> int\n    pass\n"),
        ("def f():\n    pass\n", "def f():\n    '''A.'''\n    pass\n    '''\n"),
        ("from __future__ import annotations\n", "x = 1\nfrom __future__ import annotations\n"),
    ],
)
def test_python_that_differs(old: str, new: str) -> None:
    assert not equal(old, new, "python")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def f():\n    '''A.'''\n    return 1\n", "def f():\n    '''B.\n\n    C.\n    '''\n    return 1\n"),
        ("async def f():\n    return 1\n", "async def f():\n    r'''B.'''\n    return 1\n"),
        ("def f():\n    'A'\n", "def f():\n    ('B'\n     'C')\n"),
        ("x = 1  # type: ignore\ndef f():\n    'A'\nx = 2  # type: ignore\n",
         "x = 1  # type: ignore\ndef f():\n    '''A\n    B'''\nx = 2  # type: ignore\n"),
        ("x = 1e400 - 1e400\n", "# A.\nx = 1e400 - 1e400\n"),
    ],
)  # fmt: skip
def test_python_that_is_the_same(old: str, new: str) -> None:
    assert equal(old, new, "python")


def test_python_that_does_not_parse_is_not_judged() -> None:
    with pytest.raises(Unreadable):
        equal("print 'a'\n", "print 'a'\n", "python")


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("javascript", "/** A */ f(1)", "/** A */ f(2)"),
        ("javascript", "f('a')", "f('b')"),
        ("javascript", "x = /* a */ y\nz", "x = /* a */ y; z"),
        ("javascript", "function f() { return /* a */ 1 }", "function f() { return /* a\n */ 1 }"),
        ("javascript", "f(`a ${b}`)", "f(`a  ${b}`)"),
        ("typescript", "let x: number", "let x: string"),
        ("java", "class A { /** a */ int f; }", "class A { /** a */ long f; }"),
        ("java", "class A { /** a */ int f; }", "class A { /** a */ int f; } */"),
        ("go", "package a\nvar x = 1\n", "package a\nvar x = 1\nvar y int\n"),
        ("rust", "/// a\nfn f() {}", "/// a\nfn f() { }\nfn g() {}"),
        ("rust", 'fn f() { g("// a") }', 'fn f() { g("// b") }'),
        ("c", "// a\nint f(void);", "// a \\\nint f(void);"),
        ("c", '#include "a.h"\n', '#include "b.h"\n'),
        ("ruby", "# a\ndef f; end", "# a\ndef g; end"),
        ("csharp", "class A { /// a\n int x; }", "class A { /// a\n int y; }"),
        ("php", "<?php f(1); // a", "<?php f(1); // a ?> b"),
        ("lua", "--[[ a ]] f()", "--[[ a ]] ]] f()"),
    ],
)
def test_other_languages_that_differ(key: str, old: str, new: str) -> None:
    assert equal(old, old, key)
    assert not equal(old, new, key)


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("javascript", "/** A */\nf(1)", "/** B\n * C */\nf(1)"),
        ("typescript", "class A { x: number }", "class A {\n// a\nx: number }"),
        ("java", "class A { int f; }", "class A {\n/** a */\nint f; }"),
        ("go", "package a\n\nfunc f() {}\n", "package a\n\n// a\n// b\nfunc f() {}\n"),
        ("rust", "fn f() {}", "/// a\n/// b\nfn f() {}"),
        ("c", "int f(void);", "/* a\n b */\nint f(void);"),
        ("ruby", "def f; end", "# a\n# b\ndef f; end"),
        ("kotlin", "fun f() {}\n", "/** a */\nfun f() {}\n"),
        ("scala", "def f = 1\n", "// a\ndef f = 1\n"),
        ("swift", "func f() {}\n", "/// a\nfunc f() {}\n"),
        ("lua", "function f() end", "--- a\nfunction f() end"),
        ("bash", "f() { :; }\n", "# a\nf() { :; }\n"),
    ],
)
def test_other_languages_that_are_the_same(key: str, old: str, new: str) -> None:
    assert equal(old, new, key)
