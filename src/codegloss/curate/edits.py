"""What an edit of a comment changed, where the code changed with it: a fact, or how it is said.

When people change code and its comment together, the old comment is often wrong of the new code; but many
edits mend a typo, move a word or add a sentence that was true before. The rules are those by which
CCIBench (CCISolver, 2025) cleans edits mined from histories: what only fixes a typo, changes
case, punctuation, stop words, inflection or layout is dropped; then signals vote, and an edit is kept if
two or more say that a fact changed. A word votes only if the code changed by it too: it was taken out
of both, or put into both.

What the vote cannot see is whether the old words are wrong now. An edit that only adds may have left a
comment that was true and said too little: `is_addition` tells. In a comment that was written anew words
meet those of the code by chance: `share` tells how many of them do, and unless a parameter that is gone is
among them, it has a least value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from codegloss.encoder.inputs import code_of
from codegloss.quality.inconsistency.features import OPPOSITES
from codegloss.quality.inconsistency.vocabulary import words
from codegloss.quality.reasons import Reason
from codegloss.records import Function

TYPO = 4  # Levenshtein distance below which a word is a slip of another (CCIBench)
MIN_VOTES = 2
FEW = 6  # content words; in an edit of more a negation may belong to anything
MIN_SHARE = 0.2  # of the words changed, those by which the code changed too
SIGNALS = ("number", "identifier", "parameter", "type", "opposite", "negation", "gone", "came")

_NEGATIONS = frozenset(("not", "no", "never", "without", "unless", "cannot", "nor", "neither", "only"))
_STOP = """
a an the this that these those it its of in on at to for from by with as and or but if then so than be is are
was were been being do does did has have had will would shall should can could may might must which who whose
what when where how there here also just very such some each both into onto about over under between their
they them we you your our i e g etc via per given used use using uses note see more most other another any all
will please currently now still s t
"""
_TYPE_NAMES = """
str string bytes int integer float double bool boolean number complex list dict dictionary tuple set frozenset
array ndarray dataframe series matrix tensor none null undefined callable function iterable iterator generator
sequence mapping map union object promise date datetime
"""
_STOP_WORDS, _TYPES = frozenset(_STOP.split()), frozenset(_TYPE_NAMES.split())

_LEFT_OUT = r"examples?|see also|references|usage|warnings?"
_UNDERLINE = re.compile(r"^\s*[-=~^]{3,}\s*$")
_HEADING = re.compile(rf"^\s*(?:{_LEFT_OUT})\s*:{{0,2}}\s*$", re.IGNORECASE)
_BLOCK = re.compile(
    rf"^\s*(?:(?:{_LEFT_OUT}):{{1,2}}\s*$|\.\.\s+(?:version\w+|deprecated|seealso|code\S*|plot|testcode|ipython)::)",
    re.IGNORECASE,
)
_TAG = re.compile(r"^\s*[@\\](\w+)")
_UNSAID = frozenset(("example", "see", "since", "version", "author"))  # tags that claim nothing
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_MARKUP = re.compile(r":[a-z]+(?::[a-z]+)*:(?=`)|\{@\w+|https?://\S+|</?\w+>")
_WORD = re.compile(r"[^\W\d]\w*|(?<![\w.])\d+(?:\.\d+)?")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NAME_LIKE = re.compile(r"[a-z0-9][A-Z]|\w_\w|[A-Z]{2}[a-z]|[a-z]\d")
_ENDINGS = ("ing", "ed", "es", "s", "e")


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a comment that changed a fact."""

    removed: list[str]  # content words that the old comment had, as they stood there, sorted
    added: list[str]  # that the new one has
    signals: list[str]  # of `SIGNALS`, those that voted for it, in that order
    share: float  # of the words removed and added, those that left or entered the code too

    @property
    def is_addition(self) -> bool:
        """Whether the old comment had nothing that the code lost: it may have said too little only."""
        return "gone" not in self.signals


# --- what a comment says ----------------------------------------------------------------------


def told(comment: str) -> list[str]:
    """Lines of a comment without examples, references, notes of versions and other blocks of no claim."""
    lines = comment.expandtabs().split("\n")
    kept, skip_until = list[str](), 0
    for place, line in enumerate(lines):
        if place < skip_until:
            continue
        end = _unsaid(lines, place)
        if end == place:
            kept.append(line)
        skip_until = end
    return kept


def _unsaid(lines: list[str], place: int) -> int:
    """Where a block without claims that begins on this line ends; the line itself where none begins."""
    line = lines[place]
    if _HEADING.match(line) and place + 1 < len(lines) and _UNDERLINE.match(lines[place + 1]):
        following = (at - 1 for at in range(place + 3, len(lines)) if _UNDERLINE.match(lines[at]))
        return next(following, len(lines))
    if _FENCE.match(line):
        following = (at + 1 for at in range(place + 1, len(lines)) if _FENCE.match(lines[at]))
        return next(following, len(lines))
    if line.lstrip().startswith(">>>"):
        return next((at for at in range(place, len(lines)) if not lines[at].strip()), len(lines))
    tag = _TAG.match(line)
    if tag and tag[1].lower() in _UNSAID:
        return next((at for at in range(place + 1, len(lines)) if _TAG.match(lines[at])), len(lines))
    if _BLOCK.match(line):
        depth = _depth(line)
        ends = (at for at in range(place + 1, len(lines)) if lines[at].strip() and _depth(lines[at]) <= depth)
        return next(ends, len(lines))
    return place


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _said(comment: str) -> Counter[str]:
    """The words of a comment, without its markup."""
    text = _MARKUP.sub(" ", "\n".join(told(comment)).replace("n't", " not"))
    return Counter(_WORD.findall(text))


def fold(word: str) -> str:
    """A word in lower case and without an ending of inflection; identifiers keep theirs."""
    if _NAME_LIKE.search(word):
        return word.lower()
    word = word.lower()
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


# --- what changed -----------------------------------------------------------------------------


def code_changed(old: Function, new: Function) -> bool:
    """Whether the code differs in more than its layout, comments, quotes and trailing commas."""
    return _tokens(old) != _tokens(new)


def _tokens(function: Function) -> list[str]:
    source = code_of(function.code, function.inner_comments).replace("'", '"')
    return _TOKEN.findall(re.sub(r",(?=\s*[)\]}])", "", source))


def facts(old: Function, new: Function) -> Edit | Reason:
    """What the edit of a function's comment changed, or why that is no fact.

    Raises ValueError where one of the two has no comment.
    """
    if old.comment_text is None or new.comment_text is None:
        raise ValueError(f"{new.qualified_name} has no comment in both versions")
    before, after = _said(old.comment_text), _said(new.comment_text)
    if before == after:
        return Reason("layout")
    removed, added = _difference(before, after), _difference(after, before)
    if not removed and not added:
        return Reason("inflection or stop words")
    was, became = _names(old), _names(new)
    slips = dict(_slips(removed, added, was))
    removed = {key: word for key, word in removed.items() if key not in slips}
    added = {key: word for key, word in added.items() if key not in slips.values()}
    if not removed and not added:
        return Reason("typo")
    gone, came = removed.keys() & (was - became), added.keys() & (became - was)
    share = (len(gone) + len(came)) / (len(removed) + len(added))
    voted = set(_votes(removed, added, gone, came)) | set(_structure(removed, added, old, new))
    signals = [name for name in SIGNALS if name in voted]
    if len(signals) < MIN_VOTES or not (gone or came):
        return Reason("no fact", " ".join(signals))
    lost = {fold(one.name) for one in old.parameters} - {fold(one.name) for one in new.parameters}
    if share < MIN_SHARE and not removed.keys() & lost:
        return Reason("written anew", f"{share:.2f}")
    return Edit(sorted(removed.values()), sorted(added.values()), signals, share)


def _difference(one: Counter[str], other: Counter[str]) -> dict[str, str]:
    """Content words that one text has more often than the other, by their folded form."""
    mine, theirs = Counter[str](), Counter[str]()
    surface = dict[str, str]()
    for count, text in ((mine, one), (theirs, other)):
        for word, times in text.items():
            count[fold(word)] += times
            if text is one:
                surface.setdefault(fold(word), word)
    return {key: surface[key] for key in mine - theirs if surface[key].lower() not in _STOP_WORDS}


def _names(function: Function) -> set[str]:
    """Words and identifiers of a function's code, folded."""
    source = code_of(function.code, function.inner_comments)
    return {fold(word) for word in _WORD.findall(source)} | {fold(word) for word in words(source)}


def _slips(removed: dict[str, str], added: dict[str, str], was: set[str]) -> Iterator[tuple[str, str]]:
    """Words that were mended, and what to: nearly the same, and the code had no such word."""
    for key, word in removed.items():
        if key in was or len(key) < TYPO or key[0].isdigit() or word.lower() in OPPOSITES:
            continue
        for other in added:
            if abs(len(key) - len(other)) < TYPO and distance(key, other) < TYPO:
                yield key, other
                break


def distance(one: str, other: str) -> int:
    """Levenshtein distance: insertions, deletions and substitutions of one character."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (left != right))
    return row[-1]


def _votes(removed: dict[str, str], added: dict[str, str], gone: set[str], came: set[str]) -> Iterator[str]:
    """Signals of the words, most of them of those alone that left the code, or entered it, as well."""
    tied = [removed[key] for key in gone] + [added[key] for key in came]
    if any(word[0].isdigit() for word in tied):
        yield "number"
    if any(_NAME_LIKE.search(word) for word in tied):
        yield "identifier"
    if any(word.lower() in _TYPES for word in tied):
        yield "type"
    taken, put = ({word.lower() for word in side.values()} for side in (removed, added))
    if any(OPPOSITES.get(word, set()) & put for word in taken):
        yield "opposite"
    if (taken | put) & _NEGATIONS and len(removed) + len(added) <= FEW:
        yield "negation"
    if gone:
        yield "gone"
    if came:
        yield "came"


def _structure(removed: dict[str, str], added: dict[str, str], old: Function, new: Function) -> Iterator[str]:
    """Signals of the signature: a parameter or a type that the edit names came or went."""
    was, became = ({fold(one.name.lstrip("*")) for one in version.parameters} for version in (old, new))
    if removed.keys() & (was - became) or added.keys() & (became - was):
        yield "parameter"
    if (removed.keys() | added.keys()) & (_annotations(old) ^ _annotations(new)):
        yield "type"


def _annotations(function: Function) -> set[str]:
    types = [one.type or "" for one in function.parameters] + [function.return_type or ""]
    return {fold(word) for word in _WORD.findall(" ".join(types))}
