"""Findability: the comment is the query, its own code is to be found among a pool of others.

A comment that leads to its code says what no other code does. Everything is a rank: the place of the
own code by falling score, from 1; scores within `TIE` of its own count against it. Of each query three
ranks are taken: in the whole pool, in a batch of it, and in the whole pool again with the function's own
identifiers taken out of the comment. The paper that proposes the measure (arXiv 2504.19444) has batches
only; how high those values are depends on the size of the batch, so it always belongs beside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder import Encoder
from codegloss.records import Standing
from codegloss.search.lexical import STOP_WORDS, LexicalIndex, words

Places = NDArray[np.int64]
Progress = Callable[[str, int, int], None]  # what is done, how much of it so far, of how much

TIE = 1e-6  # scores that lie closer are equal: a product of matrices rounds as its blocks fall
DOCUMENTS, QUERIES = 8_192, 512  # of a block of scores: 16 MB
CELLS = 1 << 22  # scores by BM25 held at once

_TOKEN = re.compile(r"\w+")
_LEFT_OVER = re.compile(r"`\s*`|\(\s*\)|\s+(?=[,;:.!?)])|(?<=\()\s+")


@dataclass(frozen=True, slots=True)
class Query:
    """A comment as a search."""

    text: str  # in plain prose
    bare: str  # the same without the function's own identifiers; empty where nothing is left
    place: int  # of the function's own code in the pool, from 0


@dataclass(frozen=True, slots=True)
class Ranks:
    """Of n queries, from 1."""

    pool: Places  # (n,)
    batch: Places  # (n,)


class Searcher(Protocol):
    """What ranks the documents of one pool."""

    def ranks(self, texts: Sequence[str], places: Places, batches: Places) -> Ranks:
        """Ranks of the documents at `places` (n,), by n texts; `batches` (n, size) holds each of them too.

        A text without words finds nothing: its rank is the last.
        """


def without_own(text: str, identifiers: Iterable[str]) -> str:
    """A text without the words that these identifiers are made of, in whatever form or ending.

    Empty where only stop words are left: a name split into words says nothing that the name does not.
    Abbreviations are not seen through: "average" stays beside `calc_avg`.
    """
    own = {word for identifier in identifiers for word in words(identifier)}

    def kept(match: re.Match[str]) -> str:
        found = words(match[0])
        parts = found[:-1] if len(found) > 1 else found
        left = [part for part in parts if part not in own]
        if found and found[-1] in own:
            return ""
        return match[0] if len(left) == len(parts) else " ".join(left)

    rest = _LEFT_OVER.sub("", " ".join(_TOKEN.sub(kept, text).split())).strip()
    return rest if any(word not in STOP_WORDS for word in words(rest)) else ""


def shuffled(keys: Sequence[bytes], seed: int) -> Places:
    """An order of documents by the hash of their keys and a seed: one more or less moves no other two."""
    salt = seed.to_bytes(8, "little", signed=True)
    drawn = [int.from_bytes(blake2b(key, digest_size=8, salt=salt).digest(), "little") for key in keys]
    return np.argsort(np.array(drawn, np.uint64), kind="stable").astype(np.int64)


def batches_of(places: Places, order: Places, size: int) -> Places:
    """The places of those in the batch of each of n documents, itself among them: (n, size).

    Batches are cut from `order`, which holds the place of every document of the pool; the last is
    filled up from the first. A pool smaller than `size` is one batch.
    """
    size = min(size, len(order))
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    begins = position[places] // size * size
    members: Places = order[(begins[:, None] + np.arange(size)) % len(order)]
    return members


class Lexical:
    """BM25 over a pool of code. Rarity of words is that of the whole pool, in a batch too."""

    def __init__(self, pool: Sequence[str]) -> None:
        self._index = LexicalIndex(pool)

    def ranks(self, texts: Sequence[str], places: Places, batches: Places) -> Ranks:
        """As `Searcher` says."""
        whole, batch = np.empty(len(texts), np.int64), np.empty(len(texts), np.int64)
        at_once = max(1, CELLS // max(1, len(self._index)))
        for begin in range(0, len(texts), at_once):
            some = slice(begin, begin + at_once)
            scores = self._index.scores(texts[some])
            least = np.take_along_axis(scores, places[some, None], 1) - np.float32(TIE)
            whole[some] = (scores >= least).sum(1)
            batch[some] = (np.take_along_axis(scores, batches[some], 1) >= least).sum(1)
        return Ranks(whole, batch)


class Semantic:
    """Cosines of an encoder's vectors, at one exit, with those of a pool (documents, dimensions)."""

    def __init__(self, encoder: Encoder, exit: int | None, pool: NDArray[np.float32]) -> None:
        self._encoder = encoder
        self._exit = exit
        self._pool = pool

    def ranks(self, texts: Sequence[str], places: Places, batches: Places) -> Ranks:
        """As `Searcher` says. Raises ValueError for a vector that is not finite."""
        vectors = self._encoder.encode(texts, exit=self._exit).vectors
        vectors[[not text for text in texts]] = 0
        whole, batch = np.empty(len(texts), np.int64), np.empty(len(texts), np.int64)
        for begin in range(0, len(texts), QUERIES):
            some = slice(begin, begin + QUERIES)
            asking = vectors[some]
            least = np.einsum("nd,nd->n", asking, self._pool[places[some]])[:, None] - np.float32(TIE)
            if not np.isfinite(least).all():
                raise ValueError(
                    f"{self._encoder.name}: a vector holds NaN or infinity; its weights are broken"
                )
            rivals = np.einsum("nd,nbd->nb", asking, self._pool[batches[some]])
            batch[some] = _counted(rivals, least, batches[some] == places[some, None])
            whole[some] = sum(
                _counted(
                    asking @ self._pool[first : first + DOCUMENTS].T,
                    least,
                    (places[some] - first)[:, None] == np.arange(min(DOCUMENTS, len(self._pool) - first)),
                )
                for first in range(0, len(self._pool), DOCUMENTS)
            )
        return Ranks(whole, batch)


def _counted(scores: NDArray[np.float32], least: NDArray[np.float32], own: NDArray[np.bool_]) -> Places:
    """How many scores of each row are not below `least`; the own one counts, however it was rounded."""
    counted: Places = ((scores >= least) | own).sum(1)
    return counted


def standings(searcher: Searcher, queries: Sequence[Query], order: Places, batch: int) -> list[Standing]:
    """Where the own code of each query stands in the pool, and in batches of that size cut from `order`."""
    if not queries:
        return []
    places = np.array([query.place for query in queries], np.int64)
    batches = batches_of(places, order, batch)
    said = searcher.ranks([query.text for query in queries], places, batches)
    bare = searcher.ranks([query.bare for query in queries], places, batches)
    return [
        Standing(rank, 1 / rank, batch_rank, 1 / batch_rank, bare_rank, 1 / bare_rank)
        for rank, batch_rank, bare_rank in zip(
            said.pool.tolist(), said.batch.tolist(), bare.pool.tolist(), strict=True
        )
    ]
