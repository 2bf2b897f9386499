"""Comments that were copied to another function of their file and not adapted: one learned rule.

Copying a function with its comment is how many comments begin to lie. Equal words alone prove nothing,
for overloads and siblings may well share a sentence. So three things must come together: two functions
of a file have the same summary; the classifier finds it several times likelier to be wrong here than
there; and a word of the summary names the other function while nothing in this one is like it.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from codegloss.quality.claims.body import Body
from codegloss.quality.inconsistency.classifier import Classifier
from codegloss.quality.inconsistency.features import ALIKE, OPPOSITES, around
from codegloss.quality.reading import Prose, code, prose
from codegloss.records import Function
from codegloss.search.lexical import STOP_WORDS

FEWEST_WORDS = 3  # of a summary that may be compared; `See above` is no copy
LEAST = 0.2  # P(inconsistent) here: twice the prior at which the classifier is calibrated
MOST_NAMES = 4  # that share a sentence: `Lock must be held.` above a dozen functions is no copy
SAME = 0.9  # share of words from which two comments are the same, by Ratcliff and Obershelp
MOST_OF_A_NAME = 0.5  # share of the original's name that the summary must have more of
GENERIC = frozenset(
    ("get", "gets", "set", "sets", "make", "return", "returns", "is", "has", "do", "from", "to")
)
TIMES = 4.0  # the odds here against those at the original
# Sentences that begin so speak of how code is used or made, and are rightly repeated.
_SHARED = frozenset(
    ("see", "note", "notes", "todo", "fixme", "helper", "implementation", "implements", "same")
)
_CAMEL = re.compile(r"\b\w*[a-z]\w*[A-Z]\w*\b|\b[A-Za-z_]\w*(?:\.\w+)+")


@dataclass(frozen=True, slots=True)
class Copy:
    """A comment that fits another function of its file, which has it word for word."""

    function: Function
    original: Function
    probability: float  # P(inconsistent) here
    words: tuple[str, ...]  # of the summary, that name the original and that nothing here is like


def copies(
    functions: Sequence[Function], load: Callable[[], Classifier], asked: Container[str] | None = None
) -> Iterator[Copy]:
    """The copied comments among the functions of one file, in their order.

    `load` gives the classifier; it is called only where two summaries are the same. With `asked`, only
    functions of these ids are told of.
    """
    groups = defaultdict[tuple[str, ...], list[Function]](list)
    for function in functions:
        if function.is_doc and function.has_body and not function.is_test:
            said = prose(function)
            if isinstance(said, Prose) and _comparable(said.lead):
                groups[tuple(said.lead)].append(function)
    shared = {
        lead: some
        for lead, some in groups.items()
        if 1 < len({one.name for one in some}) <= MOST_NAMES
        and (asked is None or any(one.id in asked for one in some))
    }
    if not shared:
        return
    classifier = load()
    example_of = {example.function.id: example for example in around(functions)}
    members = [one for some in shared.values() for one in some]
    judged = classifier.judge_examples([example_of[one.id] for one in members])
    probable = {one.id: each.probability for one, each in zip(members, judged, strict=True)}
    found = [
        copy
        for lead, some in shared.items()
        for one in some
        if (asked is None or one.id in asked)
        and probable[one.id] >= LEAST
        and not Body(one.code, one.language).is_stub
        and (copy := _copy(one, some, lead, probable, classifier))
    ]
    yield from sorted(found, key=lambda copy: copy.function.start)


def _comparable(lead: Sequence[str]) -> bool:
    return len(lead) >= FEWEST_WORDS and lead[0] not in _SHARED and "deprecated" not in lead


def _copy(
    function: Function,
    group: Sequence[Function],
    lead: Sequence[str],
    probable: dict[str, float],
    classifier: Classifier,
) -> Copy | None:
    here = _odds(probable[function.id])
    for other in sorted(group, key=lambda one: probable[one.id]):
        if here < TIMES * _odds(probable[other.id]):
            return None
        if other.name != function.name and not _same(function, other):
            words = _naming(other, function, lead, classifier)
            if words:
                return Copy(function, other, probable[function.id], words)
    return None


def _odds(probability: float) -> float:
    return probability / (1 - probability)


def _same(one: Function, other: Function) -> bool:
    """Whether one stands for the other: the same body, or one that names it, or a comment that does."""
    named = re.compile(rf"\b{re.escape(other.name)}\b")
    if named.search(one.comment_text or "") or named.search(one.code):
        return True
    return _nameless(one) == _nameless(other)


def _nameless(function: Function) -> str:
    head_without = re.sub(rf"\b{re.escape(function.name)}\b", "", code(function).source, count=1)
    return re.sub(r"\s+", "", head_without)


def _naming(
    original: Function, function: Function, lead: Sequence[str], classifier: Classifier
) -> tuple[str, ...]:
    """Words of the summary that are like one of the original's name and like none of this function's.

    Empty as well where that is too little to tell a copy by: the first word must be among them, or most
    words of the original's name stand in the summary; and where the rest of the comment was
    adapted, a word must be the opposite of one in this function's name.
    """
    asked = _askable(function, lead)
    there = [word for word in code(original).name if word not in STOP_WORDS]
    if not asked or not there:
        return ()
    done, vocabulary = code(function), classifier.vocabulary
    here = [*done.all, *done.head]
    vocabulary.learn([asked, here, there, lead])
    units, ids = vocabulary.units, vocabulary.ids
    mine = (units[ids(asked)] @ units[ids(here)].T).max(1)
    theirs = (units[ids(asked)] @ units[ids(there)].T).max(1)
    chosen = [asked[place] for place in np.flatnonzero((theirs >= ALIKE) & (mine < ALIKE))]
    chosen = [word for word in chosen if word not in GENERIC or word == lead[0]]
    telling = [word for word in there if word not in GENERIC] or there
    told = (units[ids(telling)] @ units[ids(lead)].T).max(1) >= ALIKE
    if not chosen or (lead[0] not in chosen and told.mean() <= MOST_OF_A_NAME):
        return ()
    said, theirs_said = (function.comment_text or "").split(), (original.comment_text or "").split()
    if difflib.SequenceMatcher(None, said, theirs_said, autojunk=False).ratio() < SAME:
        own = set(done.name)
        chosen = [word for word in chosen if OPPOSITES.get(word, set()) & own]
    return tuple(chosen)


def _askable(function: Function, lead: Sequence[str]) -> list[str]:
    """Words of a summary that might name something, and are not written in the function in any form."""
    written = code(function).source.lower() + (function.class_name or "").lower()
    identifiers = [name.lower() for name in _CAMEL.findall(function.summary or "")]
    return [
        word
        for word in dict.fromkeys(lead)
        if word not in STOP_WORDS
        and len(word) > 2
        and word.rstrip("s") not in written
        and not any(word in name for name in identifiers)
    ]
