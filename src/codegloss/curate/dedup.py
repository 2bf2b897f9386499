"""Near-duplicates within one collection: which pieces to keep, and which belong together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codegloss.curate.shingles import THRESHOLD, Index, Ranking, Shingles

_ROWS = 16384  # pieces looked at before those found to be duplicates are forgotten


def leaders(shingles: Shingles, ranking: Ranking, threshold: float = THRESHOLD) -> NDArray[np.int64]:
    """For each piece the kept one that it is a near-duplicate of, itself if it is kept; (n,).

    Earlier pieces win. No two kept pieces are near-duplicates of each other, and each other
    piece is one of a kept one: chains of ever less similar pieces are not followed.
    """
    first, of = same(shingles)
    sets = shingles.take(first)
    prefixes = ranking.prefixes(sets, threshold)
    index = Index(sets, prefixes, threshold)
    leader = np.arange(len(sets))
    for start in range(0, len(sets), _ROWS):
        rows = np.arange(start, min(start + _ROWS, len(sets)))
        for asking, found in index.matches(sets, prefixes, rows, before=True):
            for row, other in zip(asking.tolist(), found.tolist(), strict=True):
                if leader[row] == row and leader[other] == other:
                    leader[row] = other
        index.forget(leader != np.arange(len(sets)))
    return first[leader[of]]


def same(shingles: Shingles) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first piece of each distinct set, ascending, and for each piece the number of its set."""
    mixed = (shingles.ids.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed, dtype=np.uint64)])
    keys = sums[shingles.offsets[1:]] - sums[shingles.offsets[:-1]]  # modulo 2**64, which serves as well
    _, first, of = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return first[order], place[of]


def edges(shingles: Shingles, ranking: Ranking, threshold: float = THRESHOLD) -> NDArray[np.int64]:
    """Pairs of near-duplicates, (m, 2), enough of them to connect all that are; exact ones in a star."""
    first, of = same(shingles)
    sets = shingles.take(first)
    prefixes = ranking.prefixes(sets, threshold)
    index = Index(sets, prefixes, threshold)
    every = np.arange(len(shingles))
    repeated = first[of] != every
    found = [np.stack([every[repeated], first[of][repeated]], axis=1)]
    for asking, others in index.matches(sets, prefixes, np.arange(len(sets)), before=True):
        found.append(np.stack([first[asking], first[others]], axis=1))
    return np.concatenate(found)


def components(pieces: int, *graphs: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of so many pieces the smallest one that edges, (m, 2), connect it with; union–find."""
    parent = list(range(pieces))

    def root(piece: int) -> int:
        while parent[piece] != piece:
            parent[piece] = parent[parent[piece]]
            piece = parent[piece]
        return piece

    for graph in graphs:
        for one, other in graph.tolist():
            low, high = sorted((root(one), root(other)))
            parent[high] = low
    return np.array([root(piece) for piece in range(pieces)], np.int64)


def beyond(keys: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
    """Which pieces come after `most` earlier ones of the same key; (n,)."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    place = np.arange(len(keys)) - np.repeat(starts, np.diff(np.append(starts, len(keys))))
    late = np.zeros(len(keys), np.bool_)
    late[order] = place >= most
    return late
