from __future__ import annotations

import pytest
from claiming import RULE, claims

from codegloss.quality.claims.hierarchy import covers, is_builtin, is_unchecked
from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE, Claim


def python(body: str, raises: str = "ValueError: if `a` is wrong.", head: str = "def f(a):") -> str:
    """A function whose docstring says what it raises."""
    lines = [head, '    """Do it.', "", "    Raises:", f"        {raises}", '    """']
    return "\n".join([*lines, *(f"    {line}" for line in body.split("\n")), ""])


def unlisted(source: str, language: str = "python") -> list[Claim]:
    """Exceptions that the list lacks, whether another is in their place or not."""
    return [*claims("CG302", source, language), *claims("CG303", source, language)]


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
    source: str, language: str, name: str, quote: str
) -> None:
    (found,) = unlisted(source, language)
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
def test_where_a_raise_need_not_be_listed(source: str) -> None:
    assert unlisted(source) == []


def test_unchecked_exceptions_may_stay_unlisted_among_checked_ones() -> None:
    code = "void f(int a) { throw new IllegalArgumentException(); }"
    source = f"/**\n * @throws IOException if unreadable\n */\n{code}"
    assert unlisted(source, "java") == []


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
        (python("self.a = a"), None, 0),  # may run a setter
        (python("self.a: int = a", head="def __init__(self, a):"), None, 0),
        (python("return self._a", head="@property\ndef f(self):"), None, 0),
        (python("return self._a", "ValueError: subclasses may raise it."), None, 0),
        (python("return a[0]"), None, 0),
        (python("return a + 1"), None, 0),
        (python("return g(a)"), None, 0),
        (python("pass"), None, 0),
    ],
)
def test_what_cannot_be_raised(source: str, known: set[str] | None, count: int) -> None:
    assert len(claims("CG301", source, known=known)) == count


def test_a_declared_exception_is_no_finding() -> None:
    comment = "/**\n * @throws IOException if unreadable\n */\n"
    assert claims("CG301", comment + "int f() throws IOException { return size; }", "java") == []
    assert len(claims("CG301", comment + "int f() { return size; }", "java")) == 1


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


@pytest.mark.parametrize(
    ("listed", "body", "confidence"),
    [
        ("ValueError: if `count` is negative.", "if count < 0:\n    raise TypeError(count)", 0.85),
        ("ValueError: if it is closed.", "if count < 0:\n    raise TypeError(count)", 0.6),
        ("ValueError: if it is closed.", "if a:\n    raise KeyError(a)\nraise ValueError", None),
    ],
)
def test_a_mistaken_exception_is_more_certain_than_one_left_out(
    listed: str, body: str, confidence: float | None
) -> None:
    source = python(body, listed, head="def f(a, count):")
    assert [claim.confidence for claim in claims("CG303", source)] == ([confidence] if confidence else [])
    assert len(claims("CG302", source)) == (not confidence)


@pytest.mark.parametrize(
    ("listed", "body", "count"),
    [
        ("ParameterError: if `count` is negative.", "if count < 0:\n    raise ValueError(count)", 0),
        ("ValueError: if `count` is negative.", "if count < 0:\n    raise ParameterError(count)", 0),
    ],
)
def test_an_exception_of_the_package_may_be_a_kind_of_another_or_be_turned_into_it(
    listed: str, body: str, count: int
) -> None:
    assert len(claims("CG303", python(body, listed, head="def f(a, count):"))) == count


def test_what_is_only_left_out_is_not_shown_unless_asked_for() -> None:
    assert RULE["CG302"].confidence < DEFAULT_CONFIDENCE
