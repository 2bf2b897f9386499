"""A mark counts for the function that it stands at, and for no other."""

from __future__ import annotations

import pytest

from codegloss.extract import functions_in
from codegloss.quality.linter.suppression import around, suppressions

PLACES = {  # MARK stands for the mark
    "on the line of the definition": ("python", 'def f(x):  # MARK\n    """Doc."""\n    return x\n'),
    "behind a long signature": ("python", 'def f(\n    x,\n):  # MARK\n    """Doc."""\n    return x\n'),
    "at a decorator": ("python", '@cache  # MARK\ndef f(x):\n    """Doc."""\n    return x\n'),
    "above the definition": ("python", '# MARK\ndef f(x):\n    """Doc."""\n    return x\n'),
    "in the docstring": ("python", 'def f(x):\n    """Doc.\n\n    MARK\n    """\n    return x\n'),
    "behind the docstring": ("python", 'def f(x):\n    """Doc."""  # MARK\n    return x\n'),
    "below the docstring": ("python", 'def f(x):\n    """Doc."""\n    # MARK\n    return x\n'),
    "in line comments": ("go", "// F does.\n//MARK\nfunc F() int {\n\treturn 1\n}\n"),
    "in a block": ("java", "class A {\n  /** Doc.\n   * MARK\n   */\n  int f() { return 1; }\n}\n"),
    "below a block": ("javascript", "/** Doc. */\n// MARK\nfunction f() {\n  return 1;\n}\n"),
    "above a block": ("javascript", "// MARK\n/** Doc. */\nfunction f() {\n  return 1;\n}\n"),
    "behind a brace": ("javascript", "/** Doc. */\nfunction f() { // MARK\n  return 1;\n}\n"),
    "in hashes": ("ruby", "# Doc.\n# MARK\ndef f\n  1\nend\n"),
    "in dashes": ("lua", "-- Doc.\n-- MARK\nfunction f()\n  return 1\nend\n"),
}


@pytest.mark.parametrize(("language", "text"), PLACES.values(), ids=PLACES)
def test_a_mark_at_the_function_counts(language: str, text: str) -> None:
    text = text.replace("MARK", "codegloss: ignore[CG101]")
    lines = text.split("\n")
    (function,) = functions_in(text, language)
    (mark,) = around(function, lines, suppressions(lines))
    assert mark.rules == ("CG101",)


@pytest.mark.parametrize(
    "text",
    [
        'def f(x):\n    """Doc."""\n    y = x\n    return y  # codegloss: ignore\n',
        'x = 1  # codegloss: ignore\ndef f(x):\n    """Doc."""\n    return x\n',
        '# codegloss: ignore\n\n\ndef f(x):\n    """Doc."""\n    return x\n',
    ],
)
def test_a_mark_elsewhere_does_not(text: str) -> None:
    lines = text.split("\n")
    (function,) = functions_in(text, "python")
    assert suppressions(lines)
    assert not list(around(function, lines, suppressions(lines)))


def test_a_mark_counts_for_its_own_function_only() -> None:
    text = (
        "/** A. */\nfunction a() { return 1; } // codegloss: ignore\n/** B. */\nfunction b() { return 2; }\n"
    )
    lines = text.split("\n")
    first, second = functions_in(text, "javascript")
    assert list(around(first, lines, suppressions(lines)))
    assert not list(around(second, lines, suppressions(lines)))


def test_rules_are_read_as_people_write_them() -> None:
    marks = suppressions([
        "# codegloss: ignore[cg101, Unknown-Parameter CG103]",
        "// codegloss:ignore",
        "# codegloss: ignore[]",
        "-- codegloss: ignored",
        "# codegloss: ignore[CG101",
        'print(f"codegloss: ignore[{code}]")',
    ])  # fmt: skip
    assert {line: mark.rules for line, mark in marks.items()} == {
        1: ("CG101", "unknown-parameter", "CG103"), 2: None, 3: None, 5: ("CG101",), 6: (),
    }  # fmt: skip


def test_a_mark_covers_the_rules_it_names() -> None:
    marks = suppressions(["# codegloss: ignore[CG101, yield-or-return]", "# codegloss: ignore"])
    assert marks[1].covers("CG101", "unknown-parameter")
    assert marks[1].covers("CG204", "yield-or-return")
    assert not marks[1].covers("CG102", "undocumented-parameter")
    assert marks[1].unknown({"CG101"}) == ("yield-or-return",)
    assert marks[2].covers("CG102", "undocumented-parameter")
    assert not marks[2].unknown(set())
