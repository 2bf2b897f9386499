from __future__ import annotations

import pytest
from subjects import function

from codegloss.records import Function
from codegloss.synth.writing.facts import facts, lost, retained

CODE = "def wait(delay, most):\n    return sleep(delay, 3)\n"


def own() -> Function:
    return function(CODE)


def kinds(old: str, new: str) -> list[str]:
    return [fact.kind for fact in lost(old, new, own())]


@pytest.mark.parametrize(
    ("old", "kind", "kept", "gone"),
    [
        ("See https://example.org/x for it.", "link", "Wait: https://example.org/x.", "Wait: example.org."),
        ("Done for #4711.", "reference", "Wait (#4711).", "Wait."),
        ("As in RFC 7231.", "reference", "Wait as in RFC 7231.", "Wait as in RFC 7230."),
        ("Waits 250 ms.", "measure", "Wait for 250 milliseconds.", "Wait for 250 seconds."),
        ("The delay is in seconds.", "unit", "Wait some secs.", "Wait some hours."),
        ("Tries 7 times.", "number", "Try it 7 times.", "Try it 8 times."),
        ("Sleeps because the server is slow.", "reason", "Wait, for the server is slow.", "Wait."),
        ("Wait.\n\nNOTE: not safe across threads.", "note", "Safe across threads it is not.", "W."),
        ("Wait.\n\n>>> wait(1, 2)\n3", "block", "Do.\n\n>>> wait(1, 2)\n3", "Do.\n\n>>> wait(1, 2)\n4"),
        (
            "Wait.\n\n:param int delay: how long",
            "type",
            "W.\n\n:param int delay: x",
            "W.\n\n:param float delay: x",
        ),
    ],
)
def test_a_fact_is_lost_unless_it_is_told_again(old: str, kind: str, kept: str, gone: str) -> None:
    assert kind not in kinds(old, kept)
    assert kind in kinds(old, gone)


def test_a_comment_loses_nothing_to_itself() -> None:
    old = (
        "Wait 3 s, see #12.\n\nNote: it may take 2.5 minutes because of https://a.b/c.\n\n>>> wait(1, 2)\n3\n"
    )
    assert lost(old, old, own()) == []
    assert facts(old, "python")


def test_what_the_code_shows_is_not_lost() -> None:
    assert kinds("Tries 3 times.", "Wait.") == []


def test_what_is_told_of_a_parameter_that_is_gone_is_not_lost() -> None:
    assert kinds("Wait.\n\n:param int timeout: how long", "Wait.") == []


def test_a_number_that_the_code_corrects_is_not_lost() -> None:
    assert kinds("Tries 5 times.", "Tries 3 times.") == []
    assert kinds("Tries 5 times.", "Tries 4 times.") == ["number"]


def test_words_that_are_no_units_are_no_facts() -> None:
    assert facts("Return the second argument, a bit of the degree of a node.", "python") == []


def test_the_sentences_that_hold_facts_are_told() -> None:
    old = "Frob it.\n\nIt is slow. The delay is in seconds because the server says so. Nice."
    assert retained(old, "Wait.", own()) == ["The delay is in seconds because the server says so."]
    assert retained(old, "Wait some seconds, because the server says so in delay.", own()) == []
