from __future__ import annotations

import pytest
from claiming import claims

from codegloss.quality.claims.literals import Literal, literal
from codegloss.quality.claims.rule import Claim


def said(words: str, default: str) -> list[Claim]:
    return claims("CG121", f'def f(x={default}):\n    """Do.\n\n    :param x: what to do {words}\n    """\n')


@pytest.mark.parametrize(
    ("words", "default"),
    [
        ("(default: 5)", "6"),
        ("(default 5)", "6"),
        ("(default=0.5)", "0.05"),
        ("(default -1)", "1"),
        ("- defaults to True", "False"),
        ("- Defaults to ``False``.", "True"),
        ("(default: 'r')", "'w'"),
        ('(default is "utf-8")', "'ascii'"),
        ("Default: None", "10"),
        ("Default value is 1e-4.", "1e-3"),
        ("for each call, if it is long (default: ``5``).", "6"),
        ("Defaults to ``3``, which is best for long ones.", "4"),
        ("where, if not given, size defaults to 3", "4"),
        ("(default: 1.e-3)", "1e-2"),
    ],
)
def test_another_literal_contradicts(words: str, default: str) -> None:
    (claim,) = said(words, default)
    assert default in claim.message
    assert claim.quote.startswith(":param x:")


@pytest.mark.parametrize(
    ("words", "default"),
    [
        ("(default: 1000)", "1e3"),
        ("(default: 100)", '"deprecated"'),  # what comes of it, where nothing is given
        ("Default: None", "'none'"),
        ("(default: 1_000)", "1000"),
        ("(default: -1)", "-1"),
        ("(default: 0x10)", "16"),
        ("(default: 0.50)", ".5"),
        ('(default: "r")', "'r'"),
        ("(default: True)", "1"),
        ("(default: false)", "False"),
        ("(default: None)", "''"),
        ('(default: "\\\\n")', '"\\n"'),
        ('(default: "``x``")', "'x'"),
        ("(default: '100 ms')", "'100ms'"),
        ("(default: 'False')", "False"),
        ("(default: '1e-8')", "1e-8"),
        ("(default: 'E%%d')", "'E%d'"),
        ("(default: 5)", "None"),  # the body may set it
        ("(default: 5)", "LIMIT"),
        ("(default: 5 seconds)", "5000"),
        ("- 'draggable': bool (default False)", "{}"),  # of a member
        ("(default: 5) on Windows", "7"),
        ("(default: 5 on Windows)", "7"),
        ("(default: false)", "''"),  # what is not given is off
        ("(default: 1.e-3)", "0.001"),
        ("(default: 5%)", "0.05"),
        ("(default: 5 or 6)", "7"),
        ("(default: 5.5.1)", "7"),
        ("(default: 10 if verbose)", "7"),
        ("Defaults to 5 on Windows.", "7"),
        ("Default: 5, default: 7", "6"),
        ("the default behaviour", "7"),
    ],
)
def test_the_same_value_or_an_unclear_one_does_not(words: str, default: str) -> None:
    assert said(words, default) == []


def block(tag: str, code: str) -> str:
    return f"/**\n * Do.\n * {tag}\n */\n{code}\n"


TAG = "@param x what (default: DEFAULT)"


@pytest.mark.parametrize(
    ("source", "language"),
    [
        (block("@param {number} [x=DEFAULT] what", "function f(x = 6) { g(x); }"), "javascript"),
        ("<?php\n" + block(TAG.replace("x", "int $x"), "function f($x = 6) { g($x); }"), "php"),
        (block(TAG, "void f(int x = 6) { g(x); }"), "cpp"),
        (block(TAG, "fun f(x: Int = 6) { g(x) }"), "kotlin"),
        (f"# Do.\n#\n# {TAG}\ndef f(x = 6)\n  g(x)\nend\n", "ruby"),
    ],
)
def test_defaults_are_compared_in_other_languages(source: str, language: str) -> None:
    assert len(claims("CG121", source.replace("DEFAULT", "5"), language)) == 1
    assert claims("CG121", source.replace("DEFAULT", "6"), language) == []


def test_a_default_beside_the_type_counts() -> None:
    section = "    Parameters\n    ----------\n    x : int, default 4\n        What.\n"
    (claim,) = claims("CG121", f'def f(x=3):\n    """Do.\n\n{section}    """\n')
    assert claim.quote == "x : int, default 4"


def test_what_is_below_the_line_with_the_type_is_no_condition() -> None:
    section = "    Parameters\n    ----------\n    x : bool, default=True\n        If set, for all.\n"
    (claim,) = claims("CG121", f'def f(x=False):\n    """Do.\n\n{section}    """\n')
    assert claim.quote == "x : bool, default=True"


def test_a_default_on_the_last_line_of_a_description_counts() -> None:
    told = ":param x: Whether it is\n        done for each that is set (default: ``True``).\n    :param y: it"
    (claim,) = claims("CG121", f'def f(x=False, y=0):\n    """Do.\n\n    {told}\n    """\n')
    assert claim.quote == "done for each that is set (default: ``True``)."


@pytest.mark.parametrize(
    "body",
    [
        "if x is None:\n        x = 5",
        "x = x or 5",
        "x = 5 if x is None else x",
    ],
)
def test_what_the_body_sets_for_none_is_the_default(body: str) -> None:
    source = (
        f'def f(x=None):\n    """Do.\n\n    :param x: what (default: 10)\n    """\n    {body}\n    g(x)\n'
    )
    (claim,) = claims("CG121", source)
    assert "`5`" in claim.message
    assert claims("CG121", source.replace("10", "5")) == []
    assert claims("CG121", source.replace("10", "None")) == []
    assert claims("CG121", source.replace("x = 5", "x = y").replace("or 5", "or y")) == []


def test_a_body_that_sets_several_values_says_nothing() -> None:
    body = "    if x is None:\n        x = 5\n    if y:\n        if x is None:\n            x = 6\n"
    assert (
        claims("CG121", f'def f(x=None, y=0):\n    """Do.\n\n    :param x: it (default: 9)\n    """\n{body}')
        == []
    )


def test_javascript_sets_defaults_with_operators() -> None:
    source = block("@param {number} [x=5] what", "function f(x) { x = x || 6; return g(x); }")
    assert len(claims("CG121", source, "javascript")) == 1
    assert claims("CG121", source.replace("6", "5"), "javascript") == []


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("5", Literal("number", "5")),
        ("-0.0", Literal("number", "0")),
        ("5L", Literal("number", "5")),
        ("1.5f", Literal("number", "1.5")),
        ("b'x'", Literal("text", "x")),
        ("nullptr", Literal("nothing", "")),
        ("array()", Literal("list", "")),
        ("f(5)", None),
        ("a.b", None),
        ("'a' + 'b'", None),
    ],
)
def test_literal(source: str, value: Literal | None) -> None:
    assert literal(source) == value
