from __future__ import annotations

from subjects import function, functions

from codegloss.synth.writing.context import Surroundings, signature

SOURCE = '''
class Cart:
    """What somebody is about to buy."""

    def total(self):
        """Add up the prices."""
        return convert(self.prices()) + tax(self) + twice(1)

    def prices(self):
        """List the prices."""
        return []


def convert(values):
    """Convert the values to euros."""
    return values


class A:
    def twice(self):
        """Do it twice."""


class B:
    def twice(self):
        """Do it twice as well."""
'''


def test_a_context_has_what_callees_say_where_the_name_is_unambiguous() -> None:
    rows = functions(SOURCE)
    own = next(one for one in rows if one.name == "total")
    found = Surroundings(rows).context(own)
    assert {one.name: one.summary for one in found.callees} == {
        "convert": "Convert the values to euros.",
        "prices": "List the prices.",
    }
    assert found.class_summary == "What somebody is about to buy."
    assert found.neighbours[0].name == "prices"
    assert "total" not in {one.name for one in found.neighbours}
    assert found.old is None
    assert Surroundings(rows).context(own, blind=False).old == "Add up the prices."


def test_comments_that_are_not_trusted_are_left_out() -> None:
    rows = functions(SOURCE)
    own = next(one for one in rows if one.name == "total")
    found = Surroundings(rows, trusted=frozenset()).context(own)
    assert found.callees == ()
    assert found.neighbours == ()


def test_signatures_end_before_the_body() -> None:
    assert (
        signature(function("def f(\n    a: int,\n    b=2,\n) -> str:\n    return a\n"))
        == "def f( a: int, b=2, ) -> str:"
    )
    java = "class A { /** It. */ public int f(int a) throws E { return a; } }"
    assert signature(function(java, "java")) == "public int f(int a) throws E"
