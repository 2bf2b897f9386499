"""BM25 over words: identifiers are split, so that `getUserName` is found by "user names".

Scores are exact and for every document, so that a whole pool can be ranked by them. What
makes a word, and b, were chosen on packages held out for it: see docs/decisions.md.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

K1 = 1.5
B = 0.9
STOP_WORDS = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "given", "has", "have", "if", "in",
    "into", "is", "it", "its", "of", "on", "or", "that", "the", "this", "to", "was", "when", "which",
    "will", "with",
))  # fmt: skip
_IDENTIFIER = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")  # HTTP, Server, größe, 404
_SHORTEST = 3  # letters that an ending leaves
_KNOWN = 1 << 16  # identifiers whose words are kept at hand


def stem(word: str) -> str:
    """The word without the commonest English endings: plurals (Harman's S-stemmer), -ing, -ed, -e."""
    if len(word) > _SHORTEST and word.endswith("s") and not word.endswith(("ss", "us")):
        word = word[:-3] + "y" if word.endswith("ies") else word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            doubled = len(word) > _SHORTEST and word[-1] == word[-2] and word[-1] not in "lsz"
            return word[:-1] if doubled else word
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST + 1 else word


@lru_cache(_KNOWN)
def _words_of(identifier: str) -> tuple[str, ...]:
    parts = [part.lower() for part in _PART.findall(identifier)]
    words = [stem(part) for part in parts if part not in STOP_WORDS]
    return (*words, identifier.lower()) if len(parts) > 1 else tuple(words)


def words(text: str) -> list[str]:
    """The words of code or prose: the stems of the parts of each identifier, and it as a whole."""
    return [word for identifier in _IDENTIFIER.findall(text) for word in _words_of(identifier)]


class LexicalIndex:
    """Documents that can be scored against queries by BM25 (Lucene's variant, as in bm25s)."""

    def __init__(self, documents: Sequence[str], *, k1: float = K1, b: float = B) -> None:
        from bm25s import BM25

        self._size = len(documents)
        self._vocabulary: dict[str, int] = {}
        number = self._vocabulary.setdefault
        ids = [[number(word, len(self._vocabulary)) for word in words(text)] for text in documents]
        holders = Counter(chain.from_iterable(map(set, ids)))
        self._rarity = {word: self._idf(holders[place]) for word, place in self._vocabulary.items()}
        self._bm25: Any = None
        if self._vocabulary:
            self._bm25 = BM25(method="lucene", k1=k1, b=b)
            self._bm25.index((ids, self._vocabulary), create_empty_token=False, show_progress=False)

    def __len__(self) -> int:
        return self._size

    def scores(self, queries: Sequence[str]) -> NDArray[np.float32]:
        """Shape (queries, documents), 0 where no word is shared."""
        found = np.zeros((len(queries), self._size), np.float32)
        if self._bm25:
            for row, query in enumerate(queries):
                known = [self._vocabulary[word] for word in words(query) if word in self._vocabulary]
                if known:
                    found[row] = self._bm25.get_scores_from_ids(known)
        return found

    def shares(self, queries: Sequence[str]) -> NDArray[np.float32]:
        """Scores as shares of the greatest that a document could have for the query: from 0 to below 1.

        Words that no document has count in it, as the rarest of all. A query that the documents
        hardly speak of thus gets small shares, however they rank.
        """
        unheard = self._idf(0)
        greatest = [sum(self._rarity.get(word, unheard) for word in words(query)) for query in queries]
        divisors = np.array([total or 1.0 for total in greatest], np.float32)
        return self.scores(queries) / divisors[:, None]

    def _idf(self, holders: int) -> float:
        """Inverse document frequency of a word that so many documents have, as in Lucene."""
        return math.log1p((self._size - holders + 0.5) / (holders + 0.5))
