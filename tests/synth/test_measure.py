"""What is measured of a comment: ranks in a pool of code worked out by hand, and the rules' findings."""

from __future__ import annotations

from codegloss.encoder import load
from codegloss.extract import functions_in
from codegloss.quality.inconsistency.classifier import load as load_classifier
from codegloss.quality.known import known_of
from codegloss.quality.reasons import Reason
from codegloss.synth.measure import Measured, Scorer, bare
from codegloss.synth.writers import with_comment

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
    for measured in SCORER.measure(FUNCTIONS):
        assert isinstance(measured, Measured)
        assert (measured.rank, measured.pool, measured.findings) == (1, 3, ())


def test_a_comment_of_another_function_is_found_behind_it_and_less_probable() -> None:
    own, moved = SCORER.measure([FUNCTIONS[0], with_comment(FUNCTIONS[0], FUNCTIONS[1].comment_text or "")])
    assert isinstance(own, Measured)
    assert isinstance(moved, Measured)
    assert moved.rank > own.rank
    assert moved.probability > own.probability


def test_words_of_its_own_name_are_no_query() -> None:
    named = with_comment(FUNCTIONS[1], "Download the url with a timeout.")
    assert bare(named) == ""
    (measured,) = SCORER.measure([named])
    assert isinstance(measured, Measured)
    assert measured.rank == measured.pool


def test_a_contradiction_is_found_and_what_is_no_description_has_a_reason() -> None:
    lie = "Fetch a web page over the network.\n\nArgs:\n    retries: how often it is tried\n"
    told, short = SCORER.measure([with_comment(FUNCTIONS[1], lie), with_comment(FUNCTIONS[1], "Fetch.")])
    assert isinstance(told, Measured)
    assert [finding.rule for finding in told.findings] == ["CG101"]
    assert isinstance(short, Reason)
