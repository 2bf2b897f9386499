from __future__ import annotations

from collections.abc import Callable

import pytest

from codegloss.quality.claims.hierarchy import covers, is_builtin, is_unchecked
from codegloss.quality.claims.raises import RULES
from codegloss.quality.claims.rule import Claim

Claims = Callable[..., list[Claim]]


def python(body: str, raises: str = "ValueError: if `a` is wrong.", head: str = "def f(a):") -> str:
    """A function whose docstring says what it raises."""
    lines = [head, '    """Do it.', "", "    Raises:", f"        {raises}", '    """']
    return "\n".join([*lines, *(f"    {line}" for line in body.split("\n")), ""])


@pytest.mark.parametrize(
    ("source", "language", "name", "quote"),
    [
        (python("if a:\n    raise TypeError('x')"), "python", "TypeError", "ValueError: if `a` is wrong."),
        (python("raise OSError", "KeyError: never."), "python", "OSError", "KeyError: never."),
        (
            python("try:\n    a()\nexcept KeyError as e:\n    raise TypeError from e"),
            "python",
            "TypeError",
            "ValueError: if `a` is wrong.",
        ),
        (
            "/**\n * @throws IllegalStateException if closed\n */\n"
            "void f(int a) { if (a < 0) throw new IllegalArgumentException(); }",
            "java",
            "IllegalArgumentException",
            "@throws IllegalStateException if closed",
        ),
        (
            "/**\n * @throws {RangeError} if out\n */\nfunction f(a) { throw new TypeError('x'); }",
            "javascript",
            "TypeError",
            "@throws {RangeError} if out",
        ),
        (
            '/// <exception cref="ArgumentException">bad</exception>\n'
            "void F(int a) { throw new InvalidOperationException(); }",
            "csharp",
            "InvalidOperationException",
            '/// <exception cref="ArgumentException">bad</exception>'[4:],
        ),
    ],
)
def test_an_exception_that_is_missing_from_the_list(
    claims: Claims, source: str, language: str, name: str, quote: str
) -> None:
    (found,) = claims(RULES, "CG302", source, language)
    assert name in found.message
    assert found.quote == quote


@pytest.mark.parametrize(
    "source",
    [
        python("raise ValueError(a)"),
        python("raise UnicodeDecodeError(a)"),  # a kind of ValueError
        python("raise IOError(a)", "OSError: if `a` is wrong."),  # the same type by another name
        python("raise TypeError(a)", "Exception: if `a` is wrong."),
        python("raise TypeError(a)", "ValueError: if wrong. TypeError elsewhere."),
        python("try:\n    a()\nexcept KeyError:\n    raise"),
        python("raise a"),
        python("raise a.error()"),
        python("raise CustomError(a)"),  # may be a kind of ValueError
        python("raise NotImplementedError(a)"),
        python("if not isinstance(a, int):\n    raise TypeError(a)"),
        python("raise RuntimeError('unreachable')"),
        python("raise AssertionError(a)"),
        python("raise _Private(a)"),
        python("try:\n    raise TypeError(a)\nexcept TypeError:\n    pass"),
        python("with suppress(TypeError):\n    raise TypeError(a)"),
        python("def g():\n    raise TypeError(a)\na(g)"),
        'def f(a):\n    """Do it."""\n    raise TypeError(a)\n',
    ],
)
def test_where_a_raise_need_not_be_listed(claims: Claims, source: str) -> None:
    assert claims(RULES, "CG302", source) == []


def test_unchecked_exceptions_may_stay_unlisted_among_checked_ones(claims: Claims) -> None:
    code = "void f(int a) { throw new IllegalArgumentException(); }"
    source = f"/**\n * @throws IOException if unreadable\n */\n{code}"
    assert claims(RULES, "CG302", source, "java") == []


@pytest.mark.parametrize(
    ("source", "known", "count"),
    [
        (python("raise MissmatchError(a)", "MismatchError: if wrong."), None, 1),
        (python("raise MissmatchError(a)", "MismatchError: if wrong."), {"MismatchError"}, 0),
        (python("raise OtherError(a)", "MismatchError: if wrong."), None, 0),
        (python("raise MismatchInputError(a)", "MismatchError: if wrong."), None, 0),  # a kind of it
        (python("raise ParseError(a)", "ValueError: if wrong."), None, 0),
        (python("return self._a"), None, 1),
        (python("self._a = a"), None, 1),
        (python("return self._a", head="@property\ndef f(self):"), None, 0),
        (python("return self._a", "ValueError: subclasses may raise it."), None, 0),
        (python("return a[0]"), None, 0),
        (python("return a + 1"), None, 0),
        (python("return g(a)"), None, 0),
        (python("pass"), None, 0),
    ],
)
def test_what_cannot_be_raised(claims: Claims, source: str, known: set[str] | None, count: int) -> None:
    assert len(claims(RULES, "CG301", source, known=known)) == count


def test_a_declared_exception_is_no_finding(claims: Claims) -> None:
    comment = "/**\n * @throws IOException if unreadable\n */\n"
    assert claims(RULES, "CG301", comment + "int f() throws IOException { return size; }", "java") == []
    assert len(claims(RULES, "CG301", comment + "int f() { return size; }", "java")) == 1


@pytest.mark.parametrize(
    ("documented", "raised", "language", "expected"),
    [
        ("LookupError", "KeyError", "python", True),
        ("KeyError", "LookupError", "python", False),
        ("EnvironmentError", "FileNotFoundError", "python", True),
        ("IllegalArgumentException", "NumberFormatException", "java", True),
        ("IOException", "FileNotFoundException", "kotlin", True),
        ("ArgumentException", "ArgumentNullException", "csharp", True),
        ("LogicException", "InvalidArgumentException", "php", True),
        ("runtime_error", "out_of_range", "cpp", False),
        ("Throwable", "AnythingAtAll", "scala", True),
        ("MyError", "MyError", "ruby", True),
    ],
)
def test_which_documented_type_covers_which(
    documented: str, raised: str, language: str, expected: bool
) -> None:
    assert covers(documented, raised, language) == expected


def test_what_comes_with_a_language() -> None:
    assert is_builtin("ZeroDivisionError", "python")
    assert not is_builtin("ZeroDivisionError", "java")
    assert is_unchecked("NumberFormatException", "java")
    assert not is_unchecked("FileNotFoundException", "java")
    assert not is_unchecked("ValueError", "python")
