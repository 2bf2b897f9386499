from __future__ import annotations

import pytest
from claiming import RULE, claims

from codegloss.quality.claims.deprecations import replacements

KNOWN = frozenset(["Reader", "read", "read_all", "io"])
PYTHON = 'def f():\n    """Read.\n\n    .. deprecated:: 1.2\n        {}\n    """\n'
JAVA = "class A {{\n/**\n * Read.\n * @deprecated {}\n */\nvoid f() {{ g(); }}\n}}\n"


@pytest.mark.parametrize(
    "note",
    ["Use `readall` instead.", "Replaced by :func:`readall`.", "In favour of ``Reader.readall()``."],
)
def test_a_replacement_that_exists_nowhere_is_told(note: str) -> None:
    (claim,) = claims("CG131", PYTHON.format(note), "python", KNOWN)
    assert claim.quote == note
    assert "readall" in claim.message


@pytest.mark.parametrize(
    "note",
    ["use {@link #readall} instead", "Use {@code Reader.readall()}.", "see {@link Reader#readall(int) it}"],
)
def test_javadoc_links_are_read(note: str) -> None:
    (claim,) = claims("CG131", JAVA.format(note), "java", KNOWN)
    assert "readall" in claim.message
    assert claims("CG131", JAVA.format(note.replace("readall", "read_all")), "java", KNOWN) == []


@pytest.mark.parametrize(
    "note",
    [
        "Use `read_all` instead.",
        "Use :meth:`Reader.read` instead.",
        "Use readall instead.",  # no code mark
        "Use `numpy.readall` instead.",  # another library
        "Use `readall` from the tools package.",
        "Use `--read-all` instead.",
        "`readall` calls this.",
        "It was slow.",
    ],
)
def test_what_exists_or_may_exist_elsewhere_is_not(note: str) -> None:
    assert claims("CG131", PYTHON.format(note), "python", KNOWN) == []


def test_nothing_is_missing_where_nothing_is_known() -> None:
    assert claims("CG131", PYTHON.format("Use `readall` instead.")) == []


def test_a_member_of_another_class_is_less_certain() -> None:
    (own,) = claims("CG131", JAVA.format("use {@link A#readall}"), "java", KNOWN | {"A"})
    (other,) = claims("CG131", JAVA.format("use {@link Reader#readall}"), "java", KNOWN)
    assert own.confidence is None
    assert other.confidence is not None
    assert other.confidence < RULE["CG131"].confidence


def test_every_replacement_is_read() -> None:
    assert replacements("Please use areEnforced() instead") == ["areEnforced"]
    assert replacements("use `a.b` or, better, call {@link C#d(int)}; replaced by <see cref='M:E.F'/>") == [
        "a.b",
        "C#d",
        "E.F",
    ]
