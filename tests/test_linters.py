"""Faults are planted in docstrings that agree with their code, and what the linters print is read."""

from __future__ import annotations

import ast

import pytest

from linters_codes import nature_of, neutral
from linters_docstrings import Documented, declared, documented, raised
from linters_files import Functions
from linters_peers import TOOLS, Report, Tool
from linters_plants import CONTRADICTIONS, OMISSIONS, Plant, plants, with_plants

BODY = """
    if width < 0:
        raise ValueError(width)
    if not depth:
        raise TypeError
    return width > depth
"""
HEAD = "def fits(width: int, depth=3, *rest) -> bool:\n"
GOOGLE = (
    HEAD
    + '''    """Whether it fits.

    Args:
        width (int): Of the box.
        depth (float): Of the box. Defaults to 3.
        *rest: Left
            alone.

    Returns:
        True if it fits.

    Raises:
        ValueError: Below zero.
        TypeError: Without depth.
    """'''
    + BODY
)
NUMPY = (
    HEAD
    + '''    """Whether it fits.

    Parameters
    ----------
    width : int
        Of the box.
    depth : float, default 3
    *rest
        Left alone.

    Returns
    -------
    bool
        True if it fits.

    Raises
    ------
    ValueError
        Below zero.
    TypeError
        Without depth.
    """'''
    + BODY
)
SPHINX = (
    HEAD
    + '''    """Whether it fits.

    :param int width: of the box
    :param depth: of the box, default: 3
    :type depth: float
    :param rest: left
        alone
    :returns: True if it fits
    :rtype: bool
    :raises ValueError: below zero
    :raises TypeError: without depth
    """'''
    + BODY
)
STYLES = [("google", GOOGLE), ("numpy", NUMPY), ("sphinx", SPHINX)]


def only(source: str, style: str) -> Documented:
    """The one function of a file that agrees with its docstring."""
    (function,) = documented("a.py", source, style)
    return function


def plant_of(kind: str, function: Documented) -> Plant:
    """The first plant of that kind."""
    before, after, lines = next({**CONTRADICTIONS, **OMISSIONS}[kind](function))
    return Plant(kind, function, before, after, tuple(lines))


@pytest.mark.parametrize(("style", "source"), STYLES)
def test_sections_are_read(style: str, source: str) -> None:
    items = only(source, style).items
    assert [item.name for item in items if item.section == "parameter"] == ["width", "depth", "rest"]
    assert [item.name for item in items if item.section == "raises"] == ["ValueError", "TypeError"]
    assert sum(item.section == "returns" for item in items) == 1


@pytest.mark.parametrize(("style", "source"), STYLES)
@pytest.mark.parametrize(
    ("there", "other"), [("*rest", "*more"), ("return width > depth", "print(width)"), ("depth=3", "deep=3")]
)
def test_a_docstring_that_does_not_agree_takes_no_part(
    style: str, source: str, there: str, other: str
) -> None:
    head, _, body = source.partition('"""')
    text, _, body = body.partition('"""')
    changed = head.replace(there, other) + '"""' + text + '"""' + body.replace(there, other)
    assert changed != source
    assert not list(documented("a.py", changed, style))


@pytest.mark.parametrize(("style", "source"), STYLES)
@pytest.mark.parametrize(
    ("kind", "gone", "new"),
    [
        ("parameter renamed", "width", "widget"),
        ("type", "int", "str"),
        ("default", "3", "6"),
        ("True if, False if", "True", "False"),
        ("raise that cannot happen", "ValueError", "ZeroDivisionError"),
        ("raise left out", "ValueError", None),
        ("return left out", "True if", None),
        ("parameter left out", "depth", None),
        ("nothing returned", "True if", "None"),
    ],
)
def test_a_plant_changes_its_words_and_no_code(
    style: str, source: str, kind: str, gone: str, new: str | None
) -> None:
    function = only(source, style)
    changed = with_plants(source, [plant_of(kind, function)])
    docstring = ast.get_docstring(ast.parse(changed).body[0]) or ""  # type: ignore[arg-type]
    lines = docstring.splitlines()[2:]
    assert gone not in " ".join(lines).replace("without depth", "").replace("Without depth", "")
    assert new is None or new in docstring
    assert changed.endswith(BODY)


def test_a_return_is_planted_where_nothing_is_returned() -> None:
    source = 'def f(a):\n    """Do.\n\n    Args:\n        a: One.\n    """\n    print(a)\n'
    changed = with_plants(source, [plant_of("return of nothing", only(source, "google"))])
    assert "Returns:\n        bool:" in changed
    assert not list(documented("a.py", changed, "google"))


def test_a_function_gets_one_plant() -> None:
    functions = [only(source, style) for style, source in STYLES]
    found = list(plants(functions, 5))
    assert [plant.kind for plant in found] == ["type"] * 3


def test_code_must_stay() -> None:
    function = only(GOOGLE, "google")
    with pytest.raises(ValueError, match="more than a docstring"):
        with_plants(GOOGLE, [Plant("type", function, "", "", (*function.lines, "    width += 1\n"))])


def test_what_a_function_declares_and_raises() -> None:
    tree = ast.parse("def f(self, a, /, b, *c, d, **e):\n    raise errors.Lost(a)\n    raise a\n")
    node = tree.body[0]
    assert isinstance(node, ast.FunctionDef)
    assert declared(node) == ["a", "b", "c", "d", "e"]
    assert raised(node) == {"Lost"}


def test_a_line_belongs_to_the_innermost_definition() -> None:
    source = "@wrap\nclass A:\n    def f(self):\n        '''Do.'''\n\n    def f(self):\n        pass\n"
    functions = Functions(source)
    assert [functions.at(line) for line in (1, 4, 7, 8)] == ["A", "A.f", "A.f#2", ""]
    assert functions.documented == {"A.f"}


PRINTED = {
    "pydoclint": "\na/b.py\n    12: DOC101: Function `f`: Docstring contains fewer arguments.\n",
    "darglint": "a/b.py:12: DAR101 Missing parameter(s) in Docstring: - x\n",
    "docsig": "a/b.py:12 in f\n    SIG203: parameters missing (params-missing)\n    hint: none\n",
    "ruff": '[{"filename": "a/b.py", "location": {"row": 12}, "code": "D417", "message": "Missing"}]',
    "codegloss": '{"findings": [{"path": "a/b.py", "line": 12, "rule": "CG102", "message": "misses `x`"}]}',
}


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool.name in PRINTED], ids=lambda tool: tool.name)
def test_what_is_printed_is_read(tool: Tool) -> None:
    (report,) = tool.read(PRINTED[tool.name])
    assert isinstance(report, Report)
    assert (report.path, report.line) == ("a/b.py", 12)
    assert nature_of(report.code, report.message) == "omissions"
    assert report.code not in neutral(report.code, report.message)


@pytest.mark.parametrize(
    ("body", "nature"),
    [("['KeyError']", "contradictions"), ("['errors.ValueError', 'KeyError']", "omissions")],
)
def test_a_list_of_exceptions_tells_what_it_claims(body: str, nature: str) -> None:
    message = f"Raised exceptions in the docstring: ['ValueError']. Raised exceptions in the body: {body}."
    assert nature_of("DOC503", message) == nature
