"""What the classifier adds to the rules: copies by default, its bare judgement when asked for."""

from __future__ import annotations

from codegloss.extract import functions_in
from codegloss.quality.linter.configuration import chosen
from codegloss.quality.linter.doubts import COPIED, UNFITTING, doubts
from codegloss.quality.linter.rules import RULES

SOURCE = '''
def is_stationary(kernel):
    """Returns whether the kernel is stationary."""
    return all(part.is_stationary() for part in kernel.parts)


def requires_vector_input(kernel):
    """Returns whether the kernel is stationary."""
    return kernel.first.requires_vector_input or kernel.second.requires_vector_input


def mean(numbers):
    """Open a socket and send the request header to the proxy server."""
    return sum(numbers) / len(numbers)
'''
FUNCTIONS = list(functions_in(SOURCE, "python"))
IDS = {function.id for function in FUNCTIONS}


def test_a_copy_is_told_with_both_names_and_the_line_of_the_comment() -> None:
    ((function, finding),) = doubts(FUNCTIONS, IDS, [COPIED.code])
    assert function.name == "requires_vector_input"
    assert finding.line == function.comment_start_line == 8
    assert "`is_stationary`" in finding.message
    assert "'stationary'" in finding.message
    assert finding.confidence == COPIED.confidence


def test_a_function_that_was_not_asked_about_is_compared_but_not_told_of() -> None:
    assert not list(doubts(FUNCTIONS, IDS - {FUNCTIONS[1].id}, [COPIED.code]))


def test_an_unfitting_comment_is_told_with_its_probability_and_the_strange_words() -> None:
    told = {function.name: finding for function, finding in doubts(FUNCTIONS, IDS, [UNFITTING.code])}
    assert "mean" in told
    assert "is_stationary" not in told
    assert "P(inconsistent) is 0." in told["mean"].message
    assert "'socket'" in told["mean"].message


def test_the_bare_judgement_is_off_until_it_is_selected() -> None:
    on = {switched.rule.code: switched.min_confidence for switched in chosen(RULES)}
    assert on[UNFITTING.code] > UNFITTING.confidence
    assert on[COPIED.code] <= COPIED.confidence
    assert chosen(RULES, ["CG602"])[0].min_confidence == 0


def test_codes_and_names_of_all_rules_are_different() -> None:
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
