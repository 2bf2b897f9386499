"""Which comments belong to a function, and which stand inside it."""

from __future__ import annotations

from codegloss.extract import functions_in


def test_docstrings_of_what_is_defined_inside_are_inner_comments() -> None:
    source = '''
def outer(x):
    """Outer."""
    def inner(y):
        """Inner é."""
        return y
    class Local:
        """Local."""
    # plain
    return inner(x), "text"
'''
    outer, _ = functions_in(source, "python")
    code = outer.code.encode()
    found = [code[span.start : span.end].decode() for span in outer.inner_comments]
    assert found == ['"""Inner é."""', '"""Local."""', "# plain"]
