"""Texts and code as sets of shingles, and the exact join of two collections of such sets.

Near-duplicates are sets with a Jaccard similarity of at least a threshold. The join is exact: it
finds every such pair, where MinHash with 14 bands of 8 rows finds 57 % of those at 0.7. It uses
prefix filtering (Chaudhuri et al., ICDE 2006; Bayardo et al., WWW 2007): with all shingles ordered
from rare to frequent, two sets of Jaccard ≥ t share one of the first |s| − ⌈t·|s|⌉ + 1 of each, so
only pairs that do are compared. Rare shingles have few holders, which keeps the candidates few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.7  # Jaccard similarity from which two pieces are near-duplicates
CODE_SHINGLE, TEXT_SHINGLE = 3, 2  # tokens or words a shingle
MIN_CODE_TOKENS, MIN_TEXT_WORDS = 10, 6  # shorter ones are compared as a whole only
BITS = 26  # of a shingle's id; two of 150 shingles each share an id by chance in 1 of 3,000 comparisons
_CHUNK = 4096  # pieces hashed at a time
_MAX_CANDIDATES = 8_000_000  # pairs looked at together, 16 bytes each

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_CODE_TOKEN = re.compile(r"\w+|[^\w\s]")
_TEXT_WORD = re.compile(r"[^\W_]+")

Ids = NDArray[np.uint32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Shingles:
    """Sets of shingle ids, one a piece, end to end: piece i holds `ids[offsets[i]:offsets[i + 1]]`.

    A piece that is too short for shingles holds one id, that of the whole.
    """

    ids: Ids
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def sizes(self) -> Offsets:
        """Shingles of each piece."""
        return np.diff(self.offsets)

    def take(self, rows: NDArray[np.int64]) -> Shingles:
        """Some of the pieces, in the order given."""
        sizes = self.sizes[rows]
        return Shingles(self.ids[places_of(self.offsets[rows], sizes)], _offsets(sizes))


class Hasher:
    """Turns pieces into shingle ids; the ids of two collections compare if one hasher made both."""

    def __init__(self, kind: str) -> None:
        """`kind` is `code` (tokens, case counts) or `text` (words, case does not)."""
        self._words: dict[str, int] = {}
        self._is_text = kind == "text"
        self._width, self._shortest = (
            (TEXT_SHINGLE, MIN_TEXT_WORDS) if self._is_text else (CODE_SHINGLE, MIN_CODE_TOKENS)
        )

    def tokens(self, piece: str) -> list[str]:
        """What counts of a piece: no white space, of a text no punctuation and no case either."""
        return _TEXT_WORD.findall(piece.lower()) if self._is_text else _CODE_TOKEN.findall(piece)

    def shingles(self, pieces: Iterable[str]) -> Shingles:
        """The pieces' sets. A piece without any token has an empty one."""
        ids, sizes, chunk = list[Ids](), list[Offsets](), list[list[int]]()
        known = self._words
        for piece in pieces:
            chunk.append([known.setdefault(token, len(known)) for token in self.tokens(piece)])
            if len(chunk) == _CHUNK:
                self._add(chunk, ids, sizes)
                chunk = []
        self._add(chunk, ids, sizes)
        return _joined(ids, sizes)

    def _add(self, chunk: list[list[int]], ids: list[Ids], sizes: list[Offsets]) -> None:
        lengths = np.array([len(tokens) for tokens in chunk], np.int64)
        widths = np.where(lengths < self._shortest, np.maximum(lengths, 1), self._width)
        flat = np.array(list(chain.from_iterable(chunk)), np.uint64)
        mixed = _mix(flat + np.uint64(1))
        counts = np.where(lengths > 0, lengths - widths + 1, 0)
        owners = np.repeat(np.arange(len(chunk)), counts)
        places = places_of(_offsets(lengths)[:-1], counts)
        width = widths[owners]
        hashes = width.astype(np.uint64)
        for step in range(int(widths.max(initial=0))):
            reached = slice(None) if step < widths.min() else np.flatnonzero(width > step)
            hashes[reached] = hashes[reached] * _MULTIPLIER + mixed[places[reached] + step]
        hashes = _mix(hashes)
        keys = np.unique((owners.astype(np.uint64) << np.uint64(BITS)) | (hashes >> np.uint64(64 - BITS)))
        ids.append((keys & np.uint64((1 << BITS) - 1)).astype(np.uint32))
        sizes.append(np.bincount((keys >> np.uint64(BITS)).astype(np.int64), minlength=len(chunk)))


class Ranking:
    """The order of shingles from rare to frequent, over all collections that are to be joined."""

    def __init__(self, collections: Iterable[Shingles]) -> None:
        self._counts: NDArray[np.uint32] = np.zeros(1 << BITS, np.uint32)
        for shingles in collections:
            for start in range(0, len(shingles.ids), 1 << 24):
                part = np.sort(shingles.ids[start : start + (1 << 24)])
                found, counts = np.unique(part, return_counts=True)
                self._counts[found] += counts.astype(np.uint32)

    def prefixes(self, shingles: Shingles, threshold: float = THRESHOLD) -> Shingles:
        """The rarest shingles of each piece, as many as a near-duplicate cannot do without."""
        ids, sizes = list[Ids](), list[Offsets]()
        for start in range(0, len(shingles), 65536):
            part = shingles.take(np.arange(start, min(start + 65536, len(shingles))))
            owners = np.repeat(np.arange(len(part)), part.sizes)
            order = np.lexsort((part.ids, self._counts[part.ids], owners))
            keep = part.sizes - np.ceil(threshold * part.sizes - 1e-9).astype(np.int64) + (part.sizes > 0)
            ids.append(part.ids[order][places_of(part.offsets[:-1], keep)])
            sizes.append(keep)
        return _joined(ids, sizes)


class Index:
    """Pieces to be found by what they share with others."""

    def __init__(self, shingles: Shingles, prefixes: Shingles, threshold: float = THRESHOLD) -> None:
        self._shingles, self._sizes, self._threshold = shingles, shingles.sizes, threshold
        self._marks: NDArray[np.bool_] = np.zeros(1 << BITS, np.bool_)  # all false between two uses
        order = np.argsort(prefixes.ids, kind="stable")
        self._ids = prefixes.ids[order]
        self._owners = np.repeat(np.arange(len(prefixes), dtype=np.int32), prefixes.sizes)[order]

    def forget(self, gone: NDArray[np.bool_]) -> None:
        """Find these pieces no more."""
        keep = ~gone[self._owners]
        self._ids, self._owners = self._ids[keep], self._owners[keep]

    def matches(
        self, shingles: Shingles, prefixes: Shingles, rows: NDArray[np.int64], before: bool = False
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Near-duplicates of some rows of a collection: (rows, pieces of this index), in batches.

        With `before`, the collection is this index's own, and only earlier pieces are found. Each
        batch holds all the matches of its rows; `rows` ascend.
        """
        starts, sizes = prefixes.offsets[rows], prefixes.sizes[rows]
        ids = prefixes.ids[places_of(starts, sizes)]
        left = np.searchsorted(self._ids, ids, "left")
        holders = np.searchsorted(self._ids, ids, "right") - left
        load = _sums(holders, sizes)
        for first, last in _groups(load):
            span = slice(int(sizes[:first].sum()), int(sizes[:last].sum()))
            found = self._owners[places_of(left[span], holders[span])].astype(np.int64)
            asking = np.repeat(np.repeat(np.arange(first, last), sizes[first:last]), holders[span])
            if before:
                earlier = found < rows[asking]
                found, asking = found[earlier], asking[earlier]
            pairs = np.unique((asking << 32) | found)
            yield self._verified(shingles, rows, pairs >> 32, pairs & 0xFFFFFFFF)

    def _verified(
        self, shingles: Shingles, rows: NDArray[np.int64], asking: NDArray[np.int64], found: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        ours = shingles.sizes[rows[asking]]
        theirs = self._sizes[found]
        fits = np.minimum(ours, theirs) >= self._threshold * np.maximum(ours, theirs) - 1e-9
        asking, found, ours, theirs = asking[fits], found[fits], ours[fits], theirs[fits]
        shared = np.zeros(len(asking), np.int64)
        marks = self._marks
        edges = np.flatnonzero(np.diff(asking, prepend=-1, append=-1))
        for first, last in pairwise(edges):
            row = rows[asking[first]]
            own = shingles.ids[shingles.offsets[row] : shingles.offsets[row + 1]]
            marks[own] = True
            starts, sizes = self._shingles.offsets[found[first:last]], theirs[first:last]
            hits = marks[self._shingles.ids[places_of(starts, sizes)]]
            shared[first:last] = _sums(hits, sizes)
            marks[own] = False
        same = shared >= self._threshold * (ours + theirs - shared) - 1e-9
        return rows[asking[same]], found[same]


def jaccard(first: Shingles, i: int, second: Shingles, j: int) -> float:
    """Similarity of two pieces: shared shingles over all of theirs; 1 for two empty ones."""
    a = first.ids[first.offsets[i] : first.offsets[i + 1]]
    b = second.ids[second.offsets[j] : second.offsets[j + 1]]
    shared = len(np.intersect1d(a, b, assume_unique=True))
    return shared / (len(a) + len(b) - shared) if len(a) + len(b) else 1.0


def _groups(load: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Consecutive rows whose loads sum up to about the most that is looked at together."""
    total = np.cumsum(load)
    first = 0
    while first < len(load):
        done = int(total[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(total, done + _MAX_CANDIDATES, "right")))
        yield first, min(last, len(load))
        first = last


def _joined(ids: list[Ids], sizes: list[Offsets]) -> Shingles:
    every = np.concatenate([np.zeros(0, np.int64), *sizes])
    return Shingles(np.concatenate([np.zeros(0, np.uint32), *ids]), _offsets(every))


def _sums(values: NDArray[Any], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The sum of each of several runs of values, one behind the other; 0 for an empty run."""
    return np.diff(
        np.concatenate([np.zeros(1, np.int64), np.cumsum(values, dtype=np.int64)])[_offsets(sizes)]
    )


def _offsets(sizes: NDArray[np.int64]) -> Offsets:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])


def places_of(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of several runs, one behind the other."""
    shift = starts - _offsets(sizes)[:-1]
    return np.repeat(shift, sizes) + np.arange(int(sizes.sum()))


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finaliser, so that near ids get far hashes."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
