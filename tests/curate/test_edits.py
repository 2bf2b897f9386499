"""Edits of comments: which change a fact that the code changed too."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.curate.edits import Edit, code_changed, distance, facts, fold, told
from codegloss.extract import functions_in
from codegloss.quality.reasons import Reason
from codegloss.records import Function


def function(comment: str, code: str = "    return limit * 3", head: str = "def scale(limit):") -> Function:
    """A function of Python with a docstring."""
    (found,) = functions_in(f'{head}\n    """{comment}"""\n{code}\n', "python")
    return found


def reason(old: Function, new: Function) -> str:
    """Why an edit is no fact."""
    found = facts(old, new)
    assert isinstance(found, Reason)
    return found.name


def edit(old: Function, new: Function) -> Edit:
    """An edit that is a fact."""
    found = facts(old, new)
    assert isinstance(found, Edit)
    return found


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Scale the limit by its factor.", "Scale   the limit,\n    by its factor", "layout"),
        ("Scale `limit` by :func:`factor`.", "Scale limit by ``factor``.", "layout"),
        ("scale the limit", "Scales a Limit", "inflection or stop words"),
        ("Scale the limmit by its factor.", "Scale the limit by its factor.", "typo"),
        ("Scale the limit.", "Scale the limit, gently and with much patience.", "no fact"),
        (
            "Scale the limit.\n\n    >>> scale(2)\n    6\n",
            "Scale the limit.\n\n    >>> scale(3)\n    9\n",
            "layout",
        ),
    ],
)
def test_edits_of_wording_are_dropped_by_their_rule(old: str, new: str, why: str) -> None:
    later = function(new, "    log(limit)\n    return limit * 3")
    assert reason(function(old), later) == why


def test_a_number_that_the_code_changed_too_is_a_fact() -> None:
    found = edit(function("Scale the limit by 3."), function("Scale the limit by 4.", "    return limit * 4"))
    assert found == Edit(["3"], ["4"], ["number", "gone", "came"], 1.0)
    assert not found.is_addition


def test_a_slip_mended_is_a_fact_where_the_code_had_the_word() -> None:
    old = function("Send it to the host.", "    return send(host)", "def give(host):")
    new = function("Send it to the hosts of a list of post.", "    return send(post)", "def give(post):")
    assert "parameter" in edit(old, new).signals


def test_a_number_that_the_code_kept_is_none() -> None:
    assert reason(function("By 3."), function("By 4.", "    log()\n    return limit * 3")) == "no fact"


def test_a_parameter_that_came_is_an_addition() -> None:
    old = function("Scale.\n\n    Args:\n        limit: What is scaled.\n    ")
    new = function(
        "Scale.\n\n    Args:\n        limit: What is scaled.\n        factor: By what.\n    ",
        "    return limit * factor",
        "def scale(limit, factor):",
    )
    found = edit(old, new)
    assert "parameter" in found.signals
    assert found.is_addition
    back = edit(new, old)
    assert "parameter" in back.signals
    assert not back.is_addition


def test_opposites_and_negations_vote() -> None:
    old = function("The first of the items.", "    return items[first]", "def one(items):")
    new = function("The last of the items.", "    return items[last]", "def one(items):")
    assert edit(old, new).signals == ["opposite", "gone", "came"]
    old = function("Fails on an empty list.", "    check(empty)", "def one(items):")
    new = function("Never fails on a list.", "    pass", "def one(items):")
    assert {"negation", "gone"} <= set(edit(old, new).signals)


def test_a_comment_written_anew_is_no_edit_of_a_fact() -> None:
    old = function(
        "Old words entirely about frobs, gadgets, widgets, doodads and some_name.", "    some_name()"
    )
    new = function("Quite other prose that speaks of weather, music, harbours, trees.", "    other()")
    assert reason(old, new) == "written anew"
    head = "def f({}):".format
    gone = edit(
        function(old.comment_text or "", head=head("frobs")), function(new.comment_text or "", head=head(""))
    )
    assert {"parameter", "gone"} <= set(gone.signals)


def test_layout_quotes_and_comments_do_not_change_code() -> None:
    old = function("Of.", "    return f('a', [1,\n        2,\n    ])  # so")
    assert not code_changed(old, function("Of.", '    return f("a", [1, 2])'))
    assert code_changed(old, function("Of.", "    return f('a', [1, 3])"))


def test_blocks_without_claims_are_left_out() -> None:
    text = """Scale it.

    .. versionchanged:: 2.0
       The limit is new.

    Notes
    -----
    It is 3.

    Examples
    --------
    By 4.

    Raises
    ------
    ValueError"""
    assert [line.strip() for line in told(text) if line.strip()] == [
        "Scale it.", "Notes", "-----", "It is 3.", "Raises", "------", "ValueError",
    ]  # fmt: skip
    assert told("So.\n@since 2\n@param a One.\n@example\nf(3)\n@returns two") == [
        "So.", "@param a One.", "@returns two",
    ]  # fmt: skip


def test_known_distances() -> None:
    assert distance("kitten", "sitting") == 3
    assert distance("", "abc") == 3


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_distance_is_a_metric(one: str, other: str, third: str) -> None:
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) == distance(other, one)
    assert distance(one, third) <= distance(one, other) + distance(other, third)


def test_identifiers_keep_their_endings() -> None:
    assert fold("Values") == fold("value")
    assert fold("user_names") != fold("user_name")


def test_a_function_without_a_comment_is_refused() -> None:
    (bare,) = functions_in("def f(a):\n    return a\n", "python")
    with pytest.raises(ValueError, match="no comment"):
        facts(bare, function("Scale."))
