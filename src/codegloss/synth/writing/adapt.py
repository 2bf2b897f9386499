"""Words of other functions' comments, taken over where this function's own code bears them out.

A summary is adapted by the names: where `get_width` says "Return the width of the box", `get_height` of the
same class says "Return the height of the box". It is refused unless every content word stands in this
function's code or head, in some form or as a near synonym, and it is refused where it speaks of what words
cannot bear out: conditions, negation, quantity.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import PurePosixPath

from codegloss.quality.inconsistency.features import ALIKE, OPPOSITES
from codegloss.quality.inconsistency.vocabulary import Vocabulary, words
from codegloss.quality.markup import clean
from codegloss.quality.reading import code
from codegloss.quality.texts import objection, without_own_name
from codegloss.records import Function
from codegloss.search.lexical import STOP_WORDS, stem
from codegloss.synth.writing.english import article, expanded, gerund, third, verb_of, words_of
from codegloss.synth.writing.memory import Described

MOST_WORDS = 24  # of a summary that is taken over
MOST_LOOKED_AT = 32  # descriptions of one parameter, the likeliest
MOST_DESCRIPTION = 240  # characters of a parameter's description
LEAST_NAMED = 0.6  # share of the name's own words that a summary must speak of

# What no word of the code bears out by standing there.
_HEDGES = re.compile(
    r"\b(?:not|no|never|only|unless|except|without|always|must|should|may|might|cannot|can't|don't|doesn't|"
    r"if|when|until|otherwise|instead|deprecated|internal|private|todo|note|see|this is|because|since|"
    r"first|second|last|neither|either|both|least|most|maximum|minimum|default|override|subclass\w*)\b|[\d:;]|n't\b",
    re.IGNORECASE,
)
_SUBSTANTIAL_HEDGE = re.compile(
    r"\bdefaults?\b|\bdeprecated\b|\d|https?:|\bsee\b|\bsame as\b|\bas above\b", re.IGNORECASE
)
# Said of any function, and true of it by its being one.
_GENERIC = frozenset(map(stem, (
    "return", "get", "give", "yield", "value", "function", "method", "specified", "given", "true", "provided",
    "supplied", "whether",
)))  # fmt: skip
_ARTICLE = re.compile(r"\ban?(\s+)([^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"`+([^`]+)`+|\{@(?:code|link)\s+([^{}]+)\}")
_NAME_LIKE = re.compile(r"\b(?:[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|\w+_\w+|[A-Z]{2,}_\w+)\b")


class Adapter:
    """Takes words over from other comments; holds the vectors of words, so one for each thread."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def summary(self, source: Function, target: Function) -> str | None:
        """One function's summary as that of another; None where the other's code does not bear it out."""
        text = without_own_name(clean(source.summary or ""), source.name)
        if objection(text) or _HEDGES.search(text) or len(text.split()) > MOST_WORDS:
            return None
        if set(_NAME_LIKE.findall(text)) - set(re.findall(r"\w+", target.code)):
            return None
        changes = _changes(source, target)
        adapted = None if changes is None else _changed(text, changes)
        if adapted is None or not self._is_borne_out(adapted, target):
            return None
        own = [word for word in words_of(target.name) if len(word) > 2]
        said = {stem(word) for word in words(adapted)}
        if not said - set(map(stem, own)) - _GENERIC - STOP_WORDS:
            return None  # it says no more than the name
        named = [
            stem(word) in said or any(stem(part) in said for part in words(expanded(word))) for word in own
        ]
        return adapted if not own or sum(named) >= LEAST_NAMED * len(own) else None

    def _is_borne_out(self, text: str, function: Function) -> bool:
        known = code(function)
        shown = [*known.all, *known.head, *(part for word in known.all for part in words(expanded(word)))]
        stems = {stem(word) for word in shown}
        asked = [
            word
            for word in dict.fromkeys(words(text))
            if word not in STOP_WORDS
            and stem(word) not in stems
            and stem(word) not in _GENERIC
            and len(word) > 1
        ]
        if not asked:
            return True
        if any(OPPOSITES.get(word, set()) & set(shown) for word in asked):
            return False
        some = list(dict.fromkeys(shown))
        self._vocabulary.learn([asked, some])
        asking, asked_of = self._vocabulary.ids(asked), self._vocabulary.ids(some)
        if not len(asked_of):
            return False
        units = self._vocabulary.units
        return bool(((units[asking] @ units[asked_of].T).max(1) >= ALIKE).all())

    def parameter(self, candidates: Sequence[Described], type_: str | None, target: Function) -> str | None:
        """A description of a parameter that others give to one of the same name, None for none that is sure.

        Sure is one from the same file or from a function that this one calls, or one that two others
        share word for word; of the same type, where both are declared; without numbers, defaults and names
        that this function's code does not have.
        """
        names = set(re.findall(r"\w+", target.code))
        texts = [" ".join(one.parameter.description.split()) for one in candidates]
        times = Counter(texts)
        sure = dict.fromkeys(texts, 0)
        for one, text in zip(candidates, texts, strict=True):
            if not type_ or not one.type or _bare(type_) == _bare(one.type):
                sure[text] = max(sure[text], _nearness(one, target, times[text]))
        likely = sorted((text for text in sure if sure[text]), key=lambda text: (-sure[text], -times[text]))
        for text in likely[:MOST_LOOKED_AT]:
            said = _without_asides(text)
            if len(said.split()) > 1 and len(said) <= MOST_DESCRIPTION and not _named_in(said) - names:
                return said
        return None


def _nearness(source: Described, target: Function, times: int) -> int:
    """How much one function's words about a parameter are worth for another; 0 for nothing.

    A name of a letter or two means the same in one file only, any other in one folder where two say so.
    """
    own = source.function
    here = (own.repository, own.path) == (target.repository, target.path)
    folders = [PurePosixPath(one.path).parent for one in (own, target)]
    together = own.repository == target.repository and folders[0] == folders[1]
    is_shared = together and times > 1 and len(source.parameter.name) > 2
    return (
        3 * (here and own.class_name == target.class_name)
        + 2 * (here or own.name in target.calls)
        + is_shared
    )


def _named_in(text: str) -> set[str]:
    """Names in a text, told by marks or by their shape."""
    marked = (name for match in _MARKED.findall(text) for name in re.findall(r"[A-Za-z_]\w+", "".join(match)))
    return {*marked, *_NAME_LIKE.findall(text)}


def _bare(type_: str) -> str:
    return re.sub(r"\s|Optional\[|\]|const\b|final\b|[&*?]|\|None", "", type_).lower()


def _without_asides(text: str) -> str:
    """The sentences of a description that speak of no default, number or reference."""
    sentences = re.split(r"(?<=[.;])\s+(?=[A-Z])", text)
    return " ".join(one for one in sentences if not _SUBSTANTIAL_HEDGE.search(one)).strip()


def _changes(source: Function, target: Function) -> dict[str, str] | None:
    """Which words of the source's names stand for which of the target's; None where the names are too unlike.

    One word of the function's name may be another, and no verb: the words around a verb go with it alone.
    """
    one, other = words_of(source.name), words_of(target.name)
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    if len(one) != len(other) or len(differing) > 1 or any(verb_of(pair) for pair in differing):
        return None
    found: dict[str, str] = {}
    for one, other in (
        (words_of(source.name), words_of(target.name)),
        (
            words_of((source.class_name or "").rsplit(".", 1)[-1]),
            words_of((target.class_name or "").rsplit(".", 1)[-1]),
        ),
    ):
        if one == other:
            continue
        for kind, begin, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
            if kind == "replace" and end - begin == last - first:
                found |= dict(zip(one[begin:end], other[first:last], strict=True))
            elif kind in ("replace", "delete"):
                found |= dict.fromkeys(one[begin:end], "")
    return found


def _changed(text: str, changes: dict[str, str]) -> str | None:
    """A text with some words replaced, in the form that each has; None where a word that must go stays."""
    failed = False

    def replaced(match: re.Match[str]) -> str:
        nonlocal failed
        word = match[0].lower()
        for old, new in changes.items():
            for full, other in {(old, new), (expanded(old), expanded(new) if new else "")}:
                form = _form(word, full, other)
                if form is not None:
                    failed = failed or not form
                    return (
                        form[:1].upper() + form[1:]
                        if match[0][:1].isupper() and not match[0].isupper()
                        else form
                    )
        return match[0]

    changed = _WORD.sub(replaced, text)
    return None if failed else _ARTICLE.sub(lambda match: article(match[2]) + match[1] + match[2], changed)


def _form(word: str, old: str, new: str) -> str | None:
    """`new` in the form that `word` is of `old`; empty where there is no new one, None for another word."""
    if word == old.lower():
        return new
    if word == third(old):
        return new and third(new)
    if word == gerund(old):
        return new and gerund(new)
    if stem(word) == stem(old):
        return ""
    return None
