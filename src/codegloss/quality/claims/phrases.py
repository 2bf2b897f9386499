"""Words, in comments and in identifiers, brought to a form in which they can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")


def words_of(text: str) -> list[str]:
    """Words of a text or an identifier in lower case: `maxRetries_left` gives max, retries, left."""
    return [word.lower() for word in _WORD.findall(text)]


def stem(word: str) -> str:
    """The word without the endings of verbs and plurals: closes, closed, closing give `clos`.

    Crude on purpose: it is only ever compared with itself.
    """
    word = word.lower()
    for ending in ("ing", "ies", "ied", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            return _DOUBLED.sub(r"\1", word[: -len(ending)])
    return _DOUBLED.sub(r"\1", word)


def stems(words: Iterable[str]) -> frozenset[str]:
    """The stems of some words."""
    return frozenset(map(stem, words))


def line_of(text: str, place: int) -> str:
    """The line of the text in which a place lies, without the blanks around it."""
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return text[start : end if end >= 0 else len(text)].strip()
