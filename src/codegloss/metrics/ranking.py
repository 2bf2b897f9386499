"""Measures of a ranking: each a value that prints as its own name, `nDCG@10`, and is called on ranks.

A measure needs to know of a ranking only where the relevant documents stand in it, which `Ranks`
holds. Ties count against the system: of documents with equal scores those that are not
relevant come first, then the relevant ones, the lowest grade first. A query for which nothing relevant
was returned counts 0; it is never left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
UNRANKED = 0  # the rank of a relevant document that was not returned


@dataclass(frozen=True, slots=True)
class Ranks:
    """Where the relevant documents of some queries stand."""

    queries: int
    query: NDArray[np.int64]  # (r,) which query each relevant document answers
    rank: NDArray[np.int64]  # (r,) from 1; UNRANKED where it was not returned
    grade: Floats  # (r,) how relevant it is, above 0


def ranks(scores: NDArray[np.floating], relevance: Sequence[Mapping[int, float]]) -> Ranks:
    """Ranks by `scores` (queries, documents), given each query's relevant documents and their grades.

    A document scored -inf was not returned. Raises ValueError where a score is NaN.
    """
    if np.isnan(scores).any():
        raise ValueError("a score is NaN: nothing can be ranked by it")
    query, rank, grade = [], [], []
    for number, (row, relevant) in enumerate(zip(scores, relevance, strict=True)):
        places = np.fromiter(relevant, np.int64, len(relevant))
        grades = np.fromiter(relevant.values(), np.float64, len(relevant))
        order = np.lexsort((grades, -row[places]))
        own = row[places][order]
        # how many documents that are not relevant have at least this score, and the place among the relevant
        others = [np.count_nonzero(row >= score) - np.count_nonzero(own >= score) for score in own]
        standing = np.array(others, np.int64) + np.arange(1, len(own) + 1)
        query.append(np.full(len(own), number))
        rank.append(np.where(np.isneginf(own), UNRANKED, standing))
        grade.append(grades[order])
    if not query:
        return Ranks(0, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return Ranks(len(scores), np.concatenate(query), np.concatenate(rank), np.concatenate(grade))


def joined(parts: Sequence[Ranks]) -> Ranks:
    """The ranks of several lots of queries, as of one."""
    begins = np.cumsum([0, *(part.queries for part in parts)])
    return Ranks(
        int(begins[-1]),
        np.concatenate([part.query + begin for part, begin in zip(parts, begins[:-1], strict=True)]),
        np.concatenate([part.rank for part in parts]),
        np.concatenate([part.grade for part in parts]),
    )


def _per_query(ranks: Ranks, worth: Floats) -> Floats:
    return np.bincount(ranks.query, worth, minlength=ranks.queries).astype(np.float64)


def _within(ranks: Ranks, cutoff: int | None) -> NDArray[np.bool_]:
    returned: NDArray[np.bool_] = ranks.rank != UNRANKED
    return returned if cutoff is None else returned & (ranks.rank <= cutoff)


def _share(part: Floats, whole: Floats) -> Floats:
    """Part of whole, 0 where the whole is nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _place_in_query(ranks: Ranks, key: NDArray[np.floating] | NDArray[np.integer]) -> NDArray[np.int64]:
    """Place of each relevant document among those of its query, from 1, by rising key."""
    order = np.lexsort((key, ranks.query))
    counts = np.bincount(ranks.query, minlength=ranks.queries)
    begins = np.cumsum(counts) - counts
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - begins[ranks.query[order]] + 1
    return place


def _reciprocal_rank(ranks: Ranks, cutoff: int | None) -> Floats:
    """1 / rank of the first relevant document."""
    found = _within(ranks, cutoff)
    best = np.zeros(ranks.queries)
    np.maximum.at(best, ranks.query[found], 1.0 / ranks.rank[found])
    return best


def _recall(ranks: Ranks, cutoff: int | None) -> Floats:
    """Share of the relevant documents that stand among the first."""
    found = _within(ranks, cutoff).astype(np.float64)
    return _share(_per_query(ranks, found), _per_query(ranks, np.ones_like(found)))


def _ndcg(ranks: Ranks, cutoff: int | None) -> Floats:
    """Discounted cumulative gain as share of the best possible, with gain 2^grade - 1 (Burges 2005)."""
    gain = np.exp2(ranks.grade) - 1
    ideal = _place_in_query(ranks, -ranks.grade)
    inside = ideal <= (cutoff or len(ideal))
    gained = np.where(_within(ranks, cutoff), gain / np.log2(np.maximum(ranks.rank, 1) + 1), 0.0)
    return _share(
        _per_query(ranks, gained), _per_query(ranks, np.where(inside, gain / np.log2(ideal + 1), 0.0))
    )


def _map_at_r(ranks: Ranks, cutoff: int | None) -> Floats:
    """Precision at each relevant document among the first R, over R, the number of relevant ones.

    Musgrave, Belongie, Lim: A Metric Learning Reality Check, 2020.
    """
    relevant = _per_query(ranks, np.ones_like(ranks.grade))
    last = np.iinfo(np.int64).max
    place = _place_in_query(ranks, np.where(ranks.rank == UNRANKED, last, ranks.rank))
    found = (ranks.rank != UNRANKED) & (ranks.rank <= relevant[ranks.query])
    precision = np.where(found, place / np.maximum(ranks.rank, 1), 0.0)
    return _share(_per_query(ranks, precision), relevant)


_MEASURES: dict[str, Callable[[Ranks, int | None], Floats]] = {
    "MRR": _reciprocal_rank,
    "Recall": _recall,
    "nDCG": _ndcg,
    "MAP@R": _map_at_r,
}
_NAME = re.compile(r"(MRR|Recall|nDCG)(?:@([1-9][0-9]*))?|MAP@R")


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure: `str(ndcg(10))` is `nDCG@10`; called on ranks it gives one value for each query."""

    name: str  # MRR, Recall, nDCG or MAP@R
    cutoff: int | None = None  # how many of the first documents are looked at; None: all

    def __str__(self) -> str:
        return self.name if self.cutoff is None else f"{self.name}@{self.cutoff}"

    def __call__(self, ranks: Ranks) -> Floats:
        """Values of shape (queries,), each from 0 to 1."""
        return _MEASURES[self.name](ranks, self.cutoff)


def parse(name: str) -> Metric:
    """The measure of that name. Raises ValueError where there is none."""
    match = _NAME.fullmatch(name)
    if not match:
        raise ValueError(
            f"unknown metric {name!r}; known are MRR, MRR@k, Recall, Recall@k, nDCG, nDCG@k, MAP@R"
        )
    return Metric(match[1], int(match[2]) if match[2] else None) if match[1] else Metric("MAP@R")


MRR = Metric("MRR")
MAP_AT_R = Metric("MAP@R")


def recall(cutoff: int) -> Metric:
    """Recall@k."""
    return Metric("Recall", cutoff)


def ndcg(cutoff: int | None = None) -> Metric:
    """nDCG@k, or over the whole ranking."""
    return Metric("nDCG", cutoff)
