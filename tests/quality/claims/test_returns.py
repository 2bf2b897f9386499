from __future__ import annotations

import pytest
from claiming import claims

from codegloss.quality.claims.returns import RULES


def python(body: str, comment: str, head: str = "def get_it(a):") -> str:
    """A function with a docstring, each line of both indented by four."""
    lines = [head, '    """', *(f"    {line}".rstrip() for line in comment.split("\n")), '    """']
    return "\n".join([*lines, *(f"    {line}" for line in body.split("\n")), ""])


CONSTRUCTOR = '''class A:
    def __init__(self):
        """Make it.

        Returns:
            A: it.
        """
        self.a = 1
'''
SECTION = "Do it.\n\nReturns:\n    list: the items."


@pytest.mark.parametrize(
    ("source", "language", "quote"),
    [
        (python("a.sort()", SECTION), "python", "list: the items."),
        (python("a.sort()", "Do it.\n\nReturns\n-------\nlist\n    The items."), "python", "list"),
        (python("a.sort()", ":param a: b\n:return: the items"), "python", ":return: the items"),
        (python("a.sort()\nreturn", SECTION, "def get_it(a) -> None:"), "python", "list: the items."),
        (python("def g():\n    return 1\na.sort(g)", SECTION), "python", "list: the items."),
        (python("self.a = a", "Return the items."), "python", "Return the items."),
        (
            "/**\n * Sorts.\n * @return the items\n */\nvoid f(int[] a) { sort(a); }",
            "java",
            "@return the items",
        ),
        (
            "/**\n * Sorts.\n * @return {Array} the items\n */\nfunction f(a) { a.sort(); }",
            "javascript",
            "@return {Array} the items",
        ),
        ("/**\n * @return\n *   0 or an error\n */\nvoid f(void) { g(); }", "c", "0 or an error"),
        ("<?php\n/**\n * @return array\n */\nfunction f($a) { sort($a); }", "php", "@return array"),
        ("/// Sorts.\n/// - Returns: the items\nfunc f(a: Int) { g(a) }", "swift", "- Returns: the items"),
        (
            "/// <returns>The items.</returns>\nvoid F(int a) { G(a); }",
            "csharp",
            "<returns>The items.</returns>",
        ),
    ],
)
def test_a_documented_value_that_is_never_returned(source: str, language: str, quote: str) -> None:
    found = claims("CG201", source, language)
    assert [claim.quote for claim in found] == [quote]


@pytest.mark.parametrize(
    ("told", "count"),
    [
        (":returns: whether it was done", 1),
        (":rtype: bool", 1),
        (":rtype: None", 0),
        (":returns: a new instance", 0),
        (":rtype: Pool", 0),
    ],
)
def test_an_initialiser_returns_nothing_but_the_object(told: str, count: int) -> None:
    comment = f'"""Make it.\n\n        {told}\n        """'
    source = f"class WorkerPool:\n    def __init__(self, a):\n        {comment}\n        self.a = a\n"
    assert len(claims("CG201", source)) == count


@pytest.mark.parametrize(
    ("source", "language"),
    [
        (python("return sorted(a)", SECTION), "python"),
        (python("if a:\n    return 1", SECTION), "python"),
        (python("yield a", SECTION), "python"),
        (python("pass", SECTION), "python"),
        (python("raise NotImplementedError", SECTION), "python"),
        (python("log(a)\nraise ValueError(a)", SECTION), "python"),
        (python("a.sort()", "Do it.\n\nReturns:\n    None"), "python"),
        (python("a.sort()", "Do it.\n\nReturns:\n    Nothing."), "python"),
        (python("a.sort()", "Do it.\n\n:return: -"), "python"),
        (python("a.sort()", SECTION, "@wrapped\ndef get_it(a):"), "python"),
        (CONSTRUCTOR, "python"),
        (python("a.sort()", SECTION, "def get_it(a) -> list:"), "python"),
        (python("a.push()", "Return the connection to the pool.", "def release(a):"), "python"),
        (
            "/**\n * @return {Array} via the callback\n */\nfunction f(a, callback) { callback(a); }",
            "javascript",
        ),
        ("/**\n * @returns {Promise} when done\n */\nasync function f(a) { await a; }", "javascript"),
        ("/**\n * @returns {Array} the items\n */\nconst f = (a) => a.sort();", "javascript"),
        ("/**\n * @return {Shape} a new one\n */\nfunction Shape(a) { this.a = a; }", "javascript"),
        ("/**\n * @return {boolean} whether\n */\nfunction f() { Errors.throwAbstract(); }", "javascript"),
        (
            "/**\n * @return {Array} the items\n */\nfunction f(a, callback) { callback(null, a); }",
            "javascript",
        ),
        ("/** Returns the items in the provided array. */\nvoid get_it(int *a) { a[0] = 1; }", "c"),
        ("/** Returns the smallest. */\nvoid get_it(int *a) { a[0] = 1; }", "c"),
        (
            "/**\n * Gives it.\n * @abstract\n * @return {string} it\n */\nfunction f() { warn('no'); }",
            "javascript",
        ),
        ("interface A {\n/** @return the items */\nint f();\n}", "java"),
        ("# @return [Array] the items\ndef f(a)\n  a.sort\nend", "ruby"),
        ("/// Returns the items.\nfn get_it(a: A) -> A { a.sorted() }", "rust"),
        ("# Returns the items.\nget_it() { echo $1; }", "bash"),
        ("/** @return the value */\nint f(void) { RETURN_VALUE(1); }", "c"),
    ],
)
def test_where_a_documented_value_is_no_finding(source: str, language: str) -> None:
    assert claims("CG201", source, language) == []


@pytest.mark.parametrize(
    ("source", "language", "quote"),
    [
        (python("return True", "Do it.\n\nReturns:\n    None"), "python", "None"),
        (python("return [a, 1]", "Do it.\n\n:rtype: None"), "python", ":rtype: None"),
        (
            python("if a:\n    return\nreturn a == 1", "Do it.\n\nReturns nothing."),
            "python",
            "Returns nothing.",
        ),
        ("<?php\n/**\n * @return void\n */\nfunction f($a) { return true; }", "php", "@return void"),
        ("/**\n * @return {void}\n */\nfunction f(a) { return this; }", "javascript", "@return {void}"),
        ("/**\n * @return Nothing.\n */\nboolean f(int a) { return false; }", "java", "@return Nothing."),
    ],
)
def test_a_value_despite_nothing(source: str, language: str, quote: str) -> None:
    assert [claim.quote for claim in claims("CG203", source, language)] == [quote]


@pytest.mark.parametrize(
    ("body", "head", "count"),
    [
        ("return self.a", "def f(self):", 1),
        ("return Shape(a)", "def f(a):", 1),
        ("b = []\nb.append(a)\nreturn b", "def f(a):", 1),
        ("if a:\n    return {a}\nelse:\n    raise ValueError(a)", "def f(a):", 1),
        ("try:\n    return get_it(a)\nexcept KeyError:\n    return 'x'.join(a)", "def f(a):", 1),
        ("return other(a)", "def f(a) -> dict[str, int]:", 1),
        ("return other(a)", "def f(a) -> int | None:", 0),
        ("return other(a)", "def f(a):", 0),
        ("return a", "def f(a):", 0),
        ("b = None\nb = a.c\nreturn b", "def f(a):", 0),
        ("if a:\n    return self.a", "def f(a):", 0),
        ("if a:\n    return\nreturn self.a", "def f(a):", 0),
        ("yield a\nreturn self.a", "def f(a):", 0),
    ],
)
@pytest.mark.parametrize("told", ["Returns:\n    None", "Returns\n-------\nNone", ":rtype: None"])
def test_a_value_on_every_way(told: str, body: str, head: str, count: int) -> None:
    assert len(claims("CG203", python(body, f"Do it.\n\n{told}", head))) == count


@pytest.mark.parametrize(
    ("body", "comment"),
    [
        ("return None", "Do it.\n\nReturns:\n    None"),
        ("return other(a)", "Do it.\n\nReturns:\n    None"),
        ("return a", "Do it.\n\nReturns:\n    None"),
        ("return 1", "Do it.\n\nReturns:\n    None if there is nothing, else the number."),
        ("return 1", "Do it.\n\nReturns:\n    The number."),
        ("a.each(lambda: 1)", "Do it.\n\nReturns:\n    None"),
    ],
)
def test_where_nothing_may_be_true(body: str, comment: str) -> None:
    assert claims("CG203", python(body, comment)) == []


@pytest.mark.parametrize(
    ("body", "comment", "count"),
    [
        ("return [1, 2]", "Do it.\n\nYields:\n    int: a number.", 1),
        ("a.sort()", "Do it.\n\nYields:\n    int: a number.", 1),
        ("yield 1", "Do it.\n\nYields:\n    int: a number.", 0),
        ("return iter(a)", "Do it.\n\nYields:\n    int: a number.", 0),
        ("return (b for b in a)", "Do it.\n\nYields:\n    int: a number.", 0),
        ("for b in a:\n    yield b", "Do it.\n\nReturns:\n    list: the items.", 1),
        ("for b in a:\n    yield b", "Do it.\n\nReturns:\n    A generator of items.", 0),
        ("for b in a:\n    yield b", "Iterate over the items.\n\nReturns:\n    the items.", 0),
        ("for b in a:\n    yield b\nreturn 1", "Do it.\n\nReturns:\n    the sum.", 0),
        ("return [1]", "Do it.\n\nReturns:\n    the items.", 0),
    ],
)
def test_yield_or_return(body: str, comment: str, count: int) -> None:
    assert len(claims("CG204", python(body, comment))) == count


@pytest.mark.parametrize(
    ("body", "comment", "count"),
    [
        ("a.sort()\nreturn [a]", "Sort.\n\nArgs:\n    a: the items.", 1),
        ("a.sort()\nreturn [a]", "Sort.\n\nArgs:\n    a: the items.\n\nReturns:\n    The items.", 0),
        ("a.sort()\nreturn [a]", "Sort and give the items.\n\nArgs:\n    a: the items.", 0),
        ("return other(a)", "Sort.\n\nArgs:\n    a: the items.", 0),
        ("return None", "Sort.\n\nArgs:\n    a: the items.", 0),
        ("return [a]", "Sort the items.", 0),
    ],
)
def test_undocumented_return(body: str, comment: str, count: int) -> None:
    assert len(claims("CG202", python(body, comment))) == count


def test_what_is_an_omission_is_off_unless_asked_for() -> None:
    assert [rule.code for rule in RULES if rule.confidence < 0.5] == ["CG202"]
