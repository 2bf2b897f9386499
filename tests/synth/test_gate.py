"""When a new comment takes the place of the old one, and with which reason it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codegloss.extract import functions_in
from codegloss.quality.claims.check import check
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth import gate
from codegloss.synth.gate import verdict
from codegloss.synth.measure import Measured
from codegloss.synth.writing.writers import with_comment, without_comment

SOURCE = '''
def median(numbers):
    """Sort the sockets by port.

    Raises:
        TimeoutError: after 30 seconds
    """
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if not ordered:
        raise ValueError("no numbers")
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
'''
(OLD,) = functions_in(SOURCE, "python")
NEW = with_comment(OLD, "The value in the middle of the sorted numbers.")
BAD = Measured(0.2, 40, 100, ())
GOOD = Measured(0.02, 3, 100, ())


def decide(
    old: Function | None = OLD,
    new: Function = NEW,
    before: Measured | Reason | None = BAD,
    after: Measured | Reason = GOOD,
    keep_facts: bool = False,
) -> str | None:
    """The name of the reason why the old comment stays."""
    reason = verdict(old, new, before, after, keep_facts=keep_facts)
    return reason.name if reason else None


def test_a_comment_that_wins_by_all_that_is_measured_replaces_the_old_one() -> None:
    assert decide() is None


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (replace(GOOD, probability=0.6), gate.IMPROBABLE),
        (replace(GOOD, rank=61), gate.HARD_TO_FIND),
        (replace(GOOD, findings=tuple(check(OLD))), gate.CONTRADICTS),
        (Reason("text too short", "x"), gate.UNSCORABLE),
    ],
)
def test_it_stays_out_where_one_measure_speaks_against_it(after: Measured | Reason, reason: str) -> None:
    assert decide(after=after) == reason


def test_a_rule_contradicts_the_old_comment_of_this_example() -> None:
    assert [finding.rule for finding in check(OLD)]


def test_it_stays_out_where_it_is_hardly_less_inconsistent() -> None:
    assert decide(before=replace(BAD, probability=0.03), after=GOOD) is None
    assert decide(before=replace(BAD, probability=0.021), after=GOOD) == gate.INCONSISTENT


def test_an_old_comment_that_a_rule_contradicts_need_not_be_improbable() -> None:
    contradicted = Measured(0.01, 3, 100, tuple(check(OLD)))
    assert decide(before=contradicted) is None


def test_a_comment_that_cannot_be_scored_keeps_its_text() -> None:
    assert decide(before=Reason("another language", "…")) == gate.OLD_UNSCORABLE


def test_the_same_words_in_other_lines_are_no_new_comment() -> None:
    assert decide(new=with_comment(OLD, " ".join((OLD.comment_text or "").split()))) == gate.SAME


def test_praise_and_copied_code_are_no_description() -> None:
    assert decide(new=with_comment(OLD, "A powerful way to find the middle of numbers.")) == gate.PRAISE
    code = "ordered = sorted(numbers) middle = len(ordered) // 2 if not ordered: raise ValueError"
    assert decide(new=with_comment(OLD, f"It does {code}.")) == gate.COPIED_CODE


def test_a_function_without_comment_needs_more_than_its_name() -> None:
    bare = without_comment(OLD)
    assert decide(None, with_comment(bare, "Median."), None, replace(GOOD, rank=100)) == gate.ONLY_THE_NAME
    assert decide(None, with_comment(bare, "Some number."), None, replace(GOOD, rank=60)) == gate.HARD_TO_FIND
    assert decide(None, NEW, None, GOOD) is None


def test_refreshing_loses_nothing_that_only_the_old_comment_knew() -> None:
    old = with_comment(OLD, "The middle value. See https://example.org/median for why; issue #123.")
    assert decide(old, NEW, BAD, GOOD, keep_facts=True) == gate.LOST
    assert decide(old, NEW, BAD, GOOD, keep_facts=False) is None
    kept = with_comment(OLD, "Middle of sorted numbers. See https://example.org/median for why; issue #123.")
    assert decide(old, kept, BAD, GOOD, keep_facts=True) is None


def test_refreshing_keeps_most_words_of_the_old_comment() -> None:
    old = with_comment(OLD, "The central tendency, robust against outliers.")
    assert decide(old, NEW, BAD, GOOD, keep_facts=True) == gate.LOST
    assert decide(old, NEW, BAD, GOOD, keep_facts=False) is None
    more = with_comment(OLD, "The central tendency: the value in the middle, robust against outliers.")
    assert decide(old, more, BAD, GOOD, keep_facts=True) is None


def test_words_that_a_rule_contradicts_need_not_be_kept() -> None:
    old = with_comment(OLD, "The middle.\n\nArgs:\n    sockets: sorted by port before they are opened\n")
    before = Measured(0.2, 40, 100, tuple(check(old)))
    assert [finding.rule for finding in before.findings] == ["CG101"]
    new = with_comment(OLD, "The middle.\n\nArgs:\n    numbers: in any order\n")
    assert decide(old, new, before, GOOD, keep_facts=True) is None


def test_what_seems_to_be_another_functions_comment_binds_the_new_one_to_nothing() -> None:
    foreign = with_comment(OLD, "Sockets are sorted by port, see https://example.org/ports and issue #123.")
    before = Measured(0.9, 2, 100, ())
    assert decide(foreign, NEW, before, replace(GOOD, rank=80), keep_facts=True) is None


def test_a_repaired_comment_need_not_be_likely_but_must_not_be_less_so() -> None:
    words = "The central tendency of what was measured, robust against a few outliers, as in the handbook"
    old = with_comment(OLD, f"{words}.\n\nArgs:\n    sockets: in any order\n")
    new = with_comment(OLD, f"{words}.\n\nArgs:\n    numbers: in any order\n")
    before = Measured(0.5, 40, 100, tuple(check(old)))
    assert before.findings
    assert decide(old, new, before, replace(GOOD, probability=0.4, rank=40)) is None
    assert decide(old, new, before, replace(GOOD, probability=0.6, rank=40)) == gate.IMPROBABLE
    assert decide(old, NEW, before, replace(GOOD, probability=0.4, rank=40)) == gate.IMPROBABLE


@pytest.mark.parametrize(
    "text",
    [
        "The value in the middle\x00 of the sorted numbers.",
        "The value in the \x1b[31mmiddle of the sorted numbers.",
        "The value in the middle \u202eof the sorted numbers.",
    ],
)
def test_what_hides_or_turns_text_never_gets_into_a_comment(text: str) -> None:
    assert decide(new=with_comment(OLD, text)) == gate.CONTROL


def test_a_line_to_a_tool_stays_out_and_a_parameter_of_such_a_name_does_not() -> None:
    line = "The value in the middle of the sorted numbers.\n\n"
    assert decide(new=with_comment(OLD, line + "# type: ignore")) == gate.DIRECTIVES
    assert decide(new=with_comment(OLD, line + "//go:build linux")) == gate.DIRECTIVES
    assert decide(new=with_comment(OLD, line + "encoding: of the file\ntype: of the value")) is None
    had = with_comment(OLD, "Sort.\n\n# type: ignore")
    assert decide(old=had, new=with_comment(OLD, line + "# type: ignore")) is None
