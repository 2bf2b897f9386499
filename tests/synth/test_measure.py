"""What is measured of a comment: ranks in a pool of code worked out by hand, and the rules' findings."""

from __future__ import annotations

from collections.abc import Sequence

from codegloss.encoder import load
from codegloss.extract import functions_in
from codegloss.quality.inconsistency.classifier import load as load_classifier
from codegloss.quality.known import known_of
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth.measure import BROKEN, Measured, Scorer, bare, measured
from codegloss.synth.writing.writers import with_comment

SOURCE = '''
def median(numbers):
    """The value in the middle of a sorted list."""
    ordered = sorted(numbers)
    return ordered[len(ordered) // 2]


def download(url, timeout):
    """Fetch a web page over the network."""
    with urlopen(url, timeout=timeout) as response:
        return response.read()


def slug(title):
    """Make lower case and put hyphens between the words."""
    parts = re.findall("[a-z0-9]+", title.lower())
    return "-".join(parts)
'''
FUNCTIONS = list(functions_in(SOURCE, "python"))
SCORER = Scorer(FUNCTIONS, known_of(FUNCTIONS), load(), load_classifier())


def test_each_comment_of_its_own_leads_to_its_code_in_a_pool_of_three() -> None:
    for found in SCORER.measure(FUNCTIONS):
        assert isinstance(found, Measured)
        assert (found.rank, found.pool, found.findings) == (1, 3, ())


def test_a_comment_of_another_function_is_found_behind_it_and_less_probable() -> None:
    own, moved = SCORER.measure([FUNCTIONS[0], with_comment(FUNCTIONS[0], FUNCTIONS[1].comment_text or "")])
    assert isinstance(own, Measured)
    assert isinstance(moved, Measured)
    assert moved.rank > own.rank
    assert moved.probability > own.probability


def test_words_of_its_own_name_are_no_query() -> None:
    named = with_comment(FUNCTIONS[1], "Download the url with a timeout.")
    assert bare(named) == ""
    (found,) = SCORER.measure([named])
    assert isinstance(found, Measured)
    assert found.rank == found.pool


def test_a_contradiction_is_found_and_what_is_no_description_has_a_reason() -> None:
    lie = "Fetch a web page over the network.\n\nArgs:\n    retries: how often it is tried\n"
    told, short = SCORER.measure([with_comment(FUNCTIONS[1], lie), with_comment(FUNCTIONS[1], "Fetch.")])
    assert isinstance(told, Measured)
    assert [finding.rule for finding in told.findings] == ["CG101"]
    assert isinstance(short, Reason)


class _Fragile(Scorer):
    """Breaks down at one function, whatever else it is asked."""

    def measure(self, commented: Sequence[Function]) -> list[Measured | Reason]:
        if any(one.name == "slug" for one in commented):
            raise RecursionError("too deep\nby far")
        return super().measure(commented)


def test_a_comment_that_breaks_the_scorer_costs_no_other_its_score() -> None:
    fragile = _Fragile(FUNCTIONS, known_of(FUNCTIONS), load(), load_classifier())
    found = measured(fragile, FUNCTIONS)
    assert found[FUNCTIONS[2].id] == Reason(BROKEN, "RecursionError: too deep")
    assert [found[one.id] for one in FUNCTIONS[:2]] == SCORER.measure(FUNCTIONS[:2])
