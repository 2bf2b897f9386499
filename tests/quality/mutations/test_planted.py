"""Planted contradictions: false for certain, and nothing else changed."""

from __future__ import annotations

from collections import Counter

import pytest

from codegloss.extract import functions_in
from codegloss.quality.mutations.planted import planted
from codegloss.records import Function

PYTHON = '''\
class Reader:
    def take(self, count=10, strict_mode=True):
        """Take at least `count` rows, fewer than 4096 at once.

        Args:
            count: How many; defaults to 10.
            strict_mode: Whether to complain.

        Returns:
            True if all were there.

        Raises:
            ValueError: If `count` is negative.
        """
        if count < 0:
            raise ValueError(count)
        return self.read(count if count < 4096 else 0) >= count
'''
JAVA = """\
class Reader {
    /**
     * Returns true if the first of them is there.
     *
     * @param count how many
     * @throws IllegalStateException if closed
     */
    boolean take(int count) {
        if (closed) {
            throw new IllegalStateException();
        }
        return values[0] > count;
    }
}
"""


def only(text: str, language: str) -> Function:
    (function,) = functions_in(text, language)
    return function


def test_python_has_one_of_each_kind() -> None:
    function = only(PYTHON, "python")
    found = {(plant.kind, plant.before): plant for plant in planted(function)}
    assert set(found) == {
        ("parameter", "count"), ("parameter", "strict_mode"), ("raises", "ValueError"), ("default", "10"),
        ("boolean", "True"), ("number", "4096"), ("order", "at least"),
    }  # fmt: skip
    assert found["order", "at least"].after == "at most"
    assert found["boolean", "True"].after == "False"


@pytest.mark.parametrize(("text", "language"), [(PYTHON, "python"), (JAVA, "java")])
def test_only_the_told_words_are_changed(text: str, language: str) -> None:
    function = only(text, language)
    plants = list(planted(function))
    assert plants
    for plant in plants:
        changed, comment = plant.function, function.comment
        assert comment is not None
        assert changed.comment is not None
        assert changed.code == function.code
        assert changed.id == function.id
        assert Counter(comment.split()) - Counter(changed.comment.split())
        assert changed.comment == comment.replace(plant.before, plant.after)
        assert plant.after not in function.code
        assert changed.comment_text is not None
        assert plant.after in changed.comment_text


def test_parts_are_read_again() -> None:
    function = only(JAVA, "java")
    by_kind = {plant.kind: plant for plant in planted(function)}
    assert set(by_kind) == {"parameter", "raises", "boolean", "order"}
    parts = by_kind["parameter"].function.parts
    assert parts is not None
    assert [parameter.name for parameter in parts.parameters] == [by_kind["parameter"].after]
    summary = by_kind["boolean"].function.summary
    assert summary is not None
    assert summary.startswith("Returns false if")


def test_order_and_choice_follow_the_seed() -> None:
    function = only(PYTHON, "python")
    assert list(planted(function, 1)) == list(planted(function, 1))
    assert list(planted(function, 1)) != list(planted(function, 2))


def test_nothing_is_planted_where_the_code_does_not_decide() -> None:
    text = 'def f(x):\n    """True if at least 7 were read, else 3."""\n    return g(x)\n'
    assert list(planted(only(text, "python"))) == []
    assert list(planted(only("def f(x):\n    return x\n", "python"))) == []


@pytest.mark.parametrize(
    ("kind", "language", "text", "before"),
    [
        (
            "type",
            "python",
            'def f(it: int):\n    """Do.\n\n    :param int it: x\n    """\n    g(it)\n',
            "int",
        ),
        (
            "type",
            "python",
            'def f(it=5):\n    """Do.\n\n    Args:\n        it (int): x\n    """\n    g(it)\n',
            "int",
        ),
        (
            "type",
            "php",
            "<?php\n/**\n * @param string $it x\n */\nfunction f(string $it) { g($it); }",
            "string",
        ),
        ("returns", "php", "<?php\n/**\n * Do.\n * @return void\n */\nfunction f() { g(); }", "void"),
        (
            "returns",
            "java",
            "/**\n * @return null if none\n */\nInteger f() { if (a()) return b; return null; }",
            "null",
        ),
        (
            "name",
            "java",
            "/**\n * See {@link #openFile}.\n * @return it\n */\nInteger f() { return openFile(); }",
            "openFile",
        ),
        ("number", "java", "/**\n * @return if below 40\n */\nboolean f() { return a < 40; }", "40"),
    ],
)
def test_each_kind_of_fact(kind: str, language: str, text: str, before: str) -> None:
    (plant,) = (plant for plant in planted(only(text, language)) if plant.kind == kind)
    assert plant.before == before
    assert plant.after not in plant.function.code


def test_an_exception_is_not_told_as_one_that_it_is_a_kind_of() -> None:
    text = 'def f(it):\n    """Do.\n\n    Raises:\n        KeyError: x\n    """\n    raise KeyError\n'
    told = {plant.after for seed in range(40) for plant in planted(only(text, "python"), seed)}
    assert "ValueError" in told
    assert "LookupError" not in told
    assert [plant.kind for plant in planted(only(text.replace("KeyError", "MyError"), "python"))] == []
