"""What the classifier adds to the rules of `check`: findings that need a look at whole files.

Most of what it finds improbable in well-kept code is no lie: a helper named in other words, a reason instead
of a description. So what it says alone is off by default, and shown is what it says of copies.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache

from codegloss.quality.claims.check import finding, unsupported
from codegloss.quality.claims.rule import Claim, Rule
from codegloss.quality.inconsistency.classifier import Classifier, load
from codegloss.quality.inconsistency.copied import Copy, copies
from codegloss.records import Finding, Function

LEAST = 0.5  # P(inconsistent) from which `unfitting-comment` speaks, five times the prior

COPIED = Rule(
    code="CG601",
    name="copied-comment",
    summary="the comment was copied from another function of the file and not adapted",
    explanation="""
        Two functions of a file have the same summary, the classifier of inconsistency finds it several times
        likelier to be wrong at one of them, and a word of it names the other function, while nothing in
        this one's name or code is like that word.

            def get_top(self): "Get the top of a simple box."
            def get_row(self): "Get the top of a simple box."      # CG601

        No finding: overloads and aliases (the comment or the code names the other), stubs, tests, sentences
        on how the code is used or made. Cure: say what this function does.
        """,
    confidence=0.7,
    find=None,
)
UNFITTING = Rule(
    code="CG602",
    name="unfitting-comment",
    summary="the classifier finds the comment improbable for its code",
    explanation="""
        The classifier of inconsistency, which learnt from comments that were moved or changed, gives at least
        an even chance that the comment belongs to other code. The message has the probability, at a prior of
        one in ten, and the words of the summary that nothing in the code is like. It is a hint where to read
        first, not a verdict: in well-kept code most such comments are true, and say what the code cannot.
        """,
    confidence=0.1,
    find=None,
)
RULES = (COPIED, UNFITTING)


def doubts(
    functions: Sequence[Function], asked: Collection[str], codes: Collection[str]
) -> Iterator[tuple[Function, Finding]]:
    """What the rules of these codes find in one file; `asked` are ids of the functions that count.

    Raises ClassifierError and EncoderError where the package is not whole.
    """
    about = [one for one in functions if one.id in asked and not unsupported(one)]
    if COPIED.code in codes and len(functions) > 1 and about:
        for copy in copies(functions, _classifier):
            if copy.function.id in asked and not unsupported(copy.function):
                yield copy.function, copied_finding(copy)
    if UNFITTING.code in codes and about:
        yield from _unfitting(functions, {one.id for one in about})


@cache
def _classifier() -> Classifier:
    """The shipped one, loaded when it is first needed: once in a process."""
    return load()


def copied_finding(copy: Copy) -> Finding:
    """A copied comment as a row."""
    said = " ".join((copy.function.summary or "").split())
    words = " and ".join(f"'{word}'" for word in copy.words)
    claim = Claim(
        quote=(copy.function.summary or "").split("\n")[0],
        message=f"the comment is that of `{copy.original.name}`, word for word: '{said}'; "
        f"nothing in `{copy.function.name}` is like {words}",
    )
    return finding(copy.function, COPIED, claim)


def _unfitting(functions: Sequence[Function], asked: Collection[str]) -> Iterator[tuple[Function, Finding]]:
    classifier = _classifier()
    for function, probability in zip(functions, classifier.probabilities(functions), strict=True):
        if function.id in asked and probability >= LEAST:
            strange = " or ".join(f"'{word}'" for word in classifier.strangers(function))
            claim = Claim(
                quote=(function.summary or "").split("\n")[0],
                message=f"the comment fits the code badly: P(inconsistent) is {probability:.2f}"
                + (f", and nothing in the code is like {strange}" if strange else ""),
                confidence=UNFITTING.confidence * float(probability),
            )
            yield function, finding(function, UNFITTING, claim)
