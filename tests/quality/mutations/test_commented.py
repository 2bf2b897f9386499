"""A comment put to a lone function is found again by extraction, and the code is as it was."""

from __future__ import annotations

import re

import pytest

from codegloss.quality.mutations.commented import WIDTH, commented, function_of

CODE = {
    "python": "def area(width, height):\n    return width * height",
    "javascript": "function area(width, height) {\n  return width * height;\n}",
    "typescript": "function area(width: number, height: number) {\n  return width * height;\n}",
    "java": "public static int area(int width, int height) {\n        return width * height;\n    }",
    "php": "function area($width, $height) {\n    return $width * $height;\n}",
    "ruby": "def area(width, height)\n  width * height\nend",
}
TEXT = "Find the area of a rectangle, which is what is got when its width is multiplied by its height, "
TEXT += "and nothing else than that product."


@pytest.mark.parametrize("language", CODE)
def test_extraction_finds_the_comment_and_the_code_again(language: str) -> None:
    function = function_of(CODE[language], language, TEXT, "area/1")
    assert (function.comment_text or "").split() == TEXT.split()
    assert function.code.split() == CODE[language].split()
    assert (function.name, function.path, function.language) == ("area", "area/1", language)
    assert function.is_doc or language == "ruby"
    assert not function.has_syntax_error
    assert max(map(len, (function.comment or "").splitlines())) <= WIDTH + len("/** */")


def test_a_docstring_stands_where_the_body_begins() -> None:
    assert commented("def f(\n    a,\n):\n\n    return a", "python", "Give a back.") == (
        'def f(\n    a,\n):\n    """Give a back."""\n    return a'
    )
    assert commented("def f(a): return a", "python", "Give a back.") == (
        'def f(a):\n    """Give a back."""\n    return a'
    )


def test_marks_of_a_language() -> None:
    assert commented("  int f() { }", "java", "Do it.") == "  /**\n   * Do it.\n   */\n  int f() { }"
    assert commented("def f\nend", "ruby", "Do it.") == "# Do it.\ndef f\nend"


@pytest.mark.parametrize("text", ['Say """.', "End */ here.", r"A \n."])
def test_a_text_that_would_end_the_comment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ends or escapes"):
        commented(CODE["java"], "java", text)


@pytest.mark.parametrize(
    ("code", "language", "why"),
    [
        ("x = 1", "python", "no function"),
        ("x", "cobol", "cobol"),
        ("int x;", "java", "no documented function"),
    ],
)
def test_what_cannot_have_one_is_named(code: str, language: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        function_of(code, language, "Do it.", "one")
