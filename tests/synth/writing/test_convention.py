from __future__ import annotations

from textwrap import indent

from subjects import functions

from codegloss.synth.writing.convention import (
    Convention,
    as_in,
    convention_of,
    conventions,
    default,
    human_language,
)

NUMPY = '''
def scale_{n}(values, factor):
    """{verb} the values by a factor

    Parameters
    ----------
    values : array_like
        What is scaled.
    factor : float
        By how much.

    Returns
    -------
    ndarray
        The scaled values.
    """
    return values * factor
'''


def of(source: str, language: str = "python") -> Convention:
    return convention_of(functions(source, language), language)


def test_style_mood_and_stops_are_those_of_most_comments() -> None:
    found = of("".join(NUMPY.format(n=n, verb="Scales") for n in range(6)))
    assert found.style == "numpy"
    assert found.sections == ("parameters", "returns", "raises")  # of the last, nothing is known
    assert not found.imperative
    assert not found.full_stop
    assert found.types
    assert found.examples == 6
    assert of("".join(NUMPY.format(n=n, verb="Scale") for n in range(6))).imperative


def test_few_comments_tell_nothing() -> None:
    assert of(NUMPY.format(n=1, verb="Scales")) == default("python")


def test_a_codebase_that_never_has_sections_is_plain() -> None:
    source = "".join(f'def f{n}(a):\n    """Do it."""\n    return a\n' for n in range(8))
    assert of(source).style == "plain"
    assert of(source).sections == ()


def test_order_headings_and_hyphens() -> None:
    source = "".join(
        f"/**\n * Get it.\n * @return the thing\n * @param a - what\n */\nfunction f{n}(a) {{ return a; }}\n"
        for n in range(6)
    )
    found = of(source, "javascript")
    assert found.sections == ("returns", "parameters", "raises")
    assert found.hyphen
    google = "".join(
        f'def f{n}(a):\n    """Do it.\n\n    Arguments:\n        a: what.\n    """\n' for n in range(6)
    )
    assert of(google).heading("parameters", "Args") == "Arguments"


def test_go_summaries_begin_with_the_name() -> None:
    source = "package p\n" + "".join(
        f"// Run{n} runs it.\nfunc Run{n}() int {{\n\treturn {n}\n}}\n" for n in range(6)
    )
    found = of(source, "go")
    assert found.names_itself
    assert not found.imperative


def test_human_languages() -> None:
    assert human_language("Return the name of the user.") == "English"
    assert human_language("返回用户的名称") == "Chinese"
    assert human_language("ユーザーの名前を返す") == "Japanese"
    assert human_language("Gibt den Namen zurück, der für das Konto und die Rolle gesetzt wird.") == "German"
    source = "".join(f'def f{n}():\n    """Возвращает имя пользователя."""\n' for n in range(6))
    assert of(source).human_language == "Russian"


def test_each_repository_and_language_has_its_own() -> None:
    rows = functions("def f():\n    '''Do it.'''\n") + functions(
        "/** Do it. */\nfunction f() {}\n", "javascript"
    )
    assert set(conventions(rows)) == {("", "python"), ("", "javascript")}


def test_a_comment_keeps_the_sections_that_it_has() -> None:
    (own,) = functions("def f(a):\n" + indent('"""Do it.\n\n:param int a: what.\n"""\n', "    "))
    found = as_in(Convention("plain", sections=()), own.parts)
    assert (found.style, found.sections, found.types) == ("sphinx", ("parameters",), True)
