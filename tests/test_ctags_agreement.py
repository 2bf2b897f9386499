"""Definitions of two readers are paired by file, last name and line; what is left over falls into a class."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegloss.extract.stage import rows_of
from codegloss.records import Function, Source, SourceFile
from ctags_agreement import File, compare, last_name, pair
from ctags_rules import RULES, Difference, classify
from ctags_tags import Tag

PYTHON = b"""\
@decorated(
    'by something long',
)
def outer(value):
    def outer(inner):
        return inner
    return outer(value)

class Point:
    def move(self): ...

    def draw(self):
        return self.move()

short = lambda: None
"""


def file(content: bytes, name: str) -> File:
    rows = rows_of(Source("project", None, name, name, None, content, len(content), None, None))
    (row,) = (row for row in rows if isinstance(row, SourceFile))
    functions = [row for row in rows if isinstance(row, Function)]
    return File(name, Path(name), content.decode().split("\n"), row, functions)


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("move", "move"),
        ("Point.move", "move"),
        ("Point:move", "move"),
        ("std::vector::size", "size"),
        ("~Point", "Point"),
        ("operator ==", "=="),
        ("operator bool", "bool"),
        ("operator_name", "operator_name"),
        ("empty?", "empty?"),
        ("[]=", "[]="),
        ("<=>", "<=>"),
        ("TEST(Point, moves)", "TEST"),
    ],
)
def test_last_name(written: str, last: str) -> None:
    assert last_name(written) == last


def test_a_definition_within_its_namesake_keeps_its_own_partner() -> None:
    python = file(PYTHON, "a.py")
    pairs, alone = pair(python, python.functions, [Tag("outer", 4, "function"), Tag("outer", 5, "function")])
    assert sorted((function.start_line, tag.line) for function, tag in pairs) == [(1, 4), (5, 5)]
    assert alone == []


def test_each_definition_counts_once_on_one_side_or_on_both() -> None:
    python = file(PYTHON, "a.py")
    tags = [Tag("outer", 4, "function"), Tag("move", 10, "member"), Tag("short", 15, "function")]
    outcomes = sorted(
        (outcome, difference.name if difference else "")
        for outcome, difference in compare(python, tags, "ctags")
    )
    assert outcomes == [
        ("both", ""),
        ("declared", ""),
        ("ours", "draw"),
        ("ours", "outer"),
        ("theirs", "short"),
    ]


def test_the_first_rule_that_fits_gives_the_class() -> None:
    short = Difference(
        "python", "ctags", "theirs", "a.py", 15, "short", "function", "short = lambda: None", "", ""
    )
    assert classify(short)[0] == "lambda bound to a name"
    assert classify(
        Difference("python", "ctags", "ours", "a.py", 1, "f", "function", "def f():", "", "")
    ) == ("other", "not judged")


def test_every_judgement_names_who_is_right_or_that_nobody_judged() -> None:
    assert [
        rule.name
        for rule in RULES
        if not rule.judgement.startswith(
            ("ours is", "ours leaves", "theirs is", "ctags is", "both", "not judged")
        )
    ] == []
