"""The oracle tells programs that hold from those that fail, are none, or never end."""

from __future__ import annotations

import shutil

import pytest

from codegloss.quality import oracle

PROGRAMS = {
    "python": (
        "def f(): return 1\nassert f() == 1\n",
        "def f(): return 2\nassert f() == 1\n",
        "def f(): return g()\nassert f() == 1\n",
        "def f(:",
    ),
    "javascript": (
        "function f() { return [1]; }\nif (!require('lodash').isEqual(f(), [1])) throw 'no';",
        "function f() { return [2]; }\nif (!require('lodash').isEqual(f(), [1])) throw 'no';",
        "function f() { return g(); }\nif (f() !== 1) throw 'no';",
        "function f( {",
    ),
    "ruby": (
        "def f() 1 end\nraise StandardError, 'no' if f != 1\n",
        "def f() 2 end\nraise StandardError, 'no' if f != 1\n",
        "def f() g end\nraise StandardError, 'no' if f != 1\n",
        "def f(",
    ),
    "php": (
        "<?php\nfunction f() { return 1; }\nif (f() != 1) throw new Exception('no');\n",
        "<?php\nfunction f() { return 2; }\nif (f() != 1) throw new Exception('no');\n",
        "<?php\nfunction f() { return $g; }\nif (f() != 1) throw new Exception('no');\n",
        "<?php\nfunction f( {",
    ),
    "java": (
        "class F { static int f() { return 1; } } class Main { public static void main(String[] a) {"
        " if (F.f() != 1) throw new RuntimeException(); } }",
        "class F { static int f() { return 2; } } class Main { public static void main(String[] a) {"
        " if (F.f() != 1) throw new RuntimeException(); } }",
        "class F { static int f() { return g; } } class Main { public static void main(String[] a) { } }",
        "class F {",
    ),
}

needs_sandbox = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


@needs_sandbox
@pytest.mark.parametrize(
    "language",
    [
        "python",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("javascript", "ruby", "php", "java")),
    ],
)
def test_verdicts(language: str) -> None:
    if language not in oracle.languages():
        pytest.skip(f"nothing here runs {language}")
    assert oracle.verdicts(PROGRAMS[language], language) == ["passed", "failed", "broken", "broken"]


@needs_sandbox
def test_one_program_does_not_disturb_the_next() -> None:
    programs = [
        "while True: pass",
        "import sys; sys.exit(0)",
        "print('passed')\nassert False",
        "import os; os.kill(os.getpid(), 9)",
        "import builtins; builtins.len = None",
        "assert len('ab') == 2",
    ]
    expected = ["slow", "failed", "failed", "failed", "passed", "passed"]
    assert oracle.verdicts(programs, "python", seconds=0.3) == expected


# One that ends in a fatal error of the interpreter's own, whose message is no verdict, and one that holds.
ENDLESS = {
    "javascript": ("function f() { return f() + 1; } f();", "f = 1;"),
    "ruby": ("def f() f + 1 end\nf", "f = 1"),
    "php": ("<?php function f() { return f() + 1; } f();", "<?php $f = 1;"),
    "java": (
        "class Main { static int f() { return f() + 1; } public static void main(String[] a) { f(); } }",
        "class Main { public static void main(String[] a) { } }",
    ),
}


@needs_sandbox
@pytest.mark.slow
@pytest.mark.parametrize("language", ENDLESS)
def test_a_fatal_error_is_a_failure_and_the_next_program_runs(language: str) -> None:
    if language not in oracle.languages():
        pytest.skip(f"nothing here runs {language}")
    first, second = oracle.verdicts(ENDLESS[language], language)
    assert (first in ("failed", "slow"), second) == (True, "passed")


def test_no_programs_no_verdicts() -> None:
    assert oracle.verdicts([], "python") == []


def test_a_language_without_a_driver_is_named() -> None:
    with pytest.raises(oracle.OracleError, match="cobol"):
        oracle.verdicts(["x"], "cobol")
