from __future__ import annotations

from textwrap import dedent

import pytest

from codegloss.synth.writing.kept import kept_blocks, prose_of

NUMPY = dedent("""\
    Add up.

    More words.

    Parameters
    ----------
    a : int
        One.

    Notes
    -----
    Kahan's sum.

        indented

    Examples
    --------
    >>> add(1)
    1

    And then:

    >>> add(2)
    2
    """)
GOOGLE = dedent("""\
    Add up.

    .. deprecated:: 2.0
        Use `sum`.

    >>> add(1)
    1

    Args:
        a: One.

    Note:
        Not fast.

    Example:
        >>> add(2)
        2
    """)


def test_sections_of_numpy_reach_to_the_next_underlined_title() -> None:
    assert kept_blocks(NUMPY, "python") == [
        "Notes\n-----\nKahan's sum.\n\n    indented",
        "Examples\n--------\n>>> add(1)\n1\n\nAnd then:\n\n>>> add(2)\n2",
    ]


def test_sections_directives_and_doctests_of_google() -> None:
    assert kept_blocks(GOOGLE, "python") == [
        ".. deprecated:: 2.0\n    Use `sum`.",
        ">>> add(1)\n1",
        "Note:\n    Not fast.",
        "Example:\n    >>> add(2)\n    2",
    ]


@pytest.mark.parametrize(
    ("language", "comment", "blocks"),
    [
        (
            "java",
            "Get it.\n<pre>{@code get()}</pre>\n@param a one\n@since 1.2\n@return it\n@see Other",
            ["<pre>{@code get()}</pre>", "@since 1.2\n@see Other"],
        ),
        ("javascript", "Get it.\n@example\nget()\n  .go()\n@param {T} a - one", ["@example\nget()\n  .go()"]),
        ("c", "Get it.\n\\param a one\n\\since 1.2", ["\\since 1.2"]),
        ("rust", "Get it.\n\n# Safety\n\nBeware.\n\n# Errors\n\nNone.", ["# Safety\n\nBeware."]),
        ("csharp", '<summary>Get.</summary>\n<seealso cref="X"/>', ['<seealso cref="X"/>']),
        ("go", "Get gets it.\n\nDeprecated: use Take.", ["Deprecated: use Take."]),
        ("swift", "Get it.\n\n```\nget()\n```\n- Returns: it", ["```\nget()\n```"]),
    ],
)  # fmt: skip
def test_other_conventions(language: str, comment: str, blocks: list[str]) -> None:
    assert kept_blocks(comment, language) == blocks


def test_prose_ends_where_the_first_section_begins() -> None:
    assert prose_of(NUMPY, "python").split() == ["Add", "up.", "More", "words."]
    assert prose_of("Get it.\nNow.\n@param a one", "java").split() == ["Get", "it.", "Now."]


def test_a_comment_without_blocks_has_none() -> None:
    assert kept_blocks("Return the name: an example of prose.", "python") == []
