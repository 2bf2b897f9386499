"""Nothing that a comment says is left in stripped code, and all of the code is."""

from __future__ import annotations

import pytest

from codegloss.evaluate.stripping import without_comments


@pytest.mark.parametrize(
    ("language", "code", "stripped"),
    [
        (
            "python",
            'def f(a):\n    """Doc\n\n    more."""\n    # note\n    x = 1  # why\n\n    return "# kept", x',
            'def f(a):\n    x = 1\n    return "# kept", x',
        ),
        (
            "python",
            'def f():\n    "doc"\n    class A:\n        """inner"""\n        def g(self):\n'
            "            'innermost'\n            print self",
            "def f():\n    class A:\n        def g(self):\n            print self",
        ),
        (
            "java",
            "/** Doc. */\npublic int f(int a) { // note\n    return a; /* why */\n}",
            "public int f(int a) {\n    return a;\n}",
        ),
        (
            "php",
            "/** Doc. */\npublic function f($a) { # note\n    return '# kept'; // why\n}",
            "public function f($a) {\n    return '# kept';\n}",
        ),
        (
            "go",
            "// Doc.\nfunc F(a int) int {\n\treturn a // why\n}",
            "func F(a int) int {\n\treturn a\n}",
        ),
        ("ruby", "# Doc.\ndef f(a)\n  a # why\nend", "def f(a)\n  a\nend"),
        (
            "javascript",
            '/** Doc. */\nfunction f(a) {\n  return "// kept"; // why\n}',
            'function f(a) {\n  return "// kept";\n}',
        ),
    ],
)
def test_comments_are_cut_and_code_is_kept(language: str, code: str, stripped: str) -> None:
    assert without_comments(code, language) == stripped


def test_what_cannot_be_parsed_stays() -> None:
    assert without_comments("; a comment\n(f x)", "lisp") == "; a comment\n(f x)"
    assert without_comments("", "python") == ""
    assert "\udcff" in without_comments("x = '\udcff'  # note", "python")
