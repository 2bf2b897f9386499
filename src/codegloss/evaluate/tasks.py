"""A retrieval task: queries, the pool they are searched in, and what in it is relevant to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from codegloss.curate.shingles import THRESHOLD, Hasher, jaccard

T = TypeVar("T")
STRIPPED, KEPT = "stripped", "kept"


class TaskError(Exception):
    """A task that cannot be made: one line that names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Task:
    """Queries over one pool. Positions in the pool count from 0."""

    name: str
    queries: tuple[str, ...]
    pool: tuple[str, ...]
    relevance: tuple[Mapping[int, float], ...]  # of each query: position in the pool → grade above 0
    query_language: str | None  # None: natural language
    pool_language: str | None
    comments: str  # STRIPPED from the code, or KEPT
    origin: str  # what it was made from, and how
    candidates: tuple[Sequence[int], ...] | None = (
        None  # of each query, where it is searched; None: everywhere
    )
    ignored: tuple[Sequence[int], ...] | None = None  # of each query, neither right nor wrong: left out
    groups: tuple[str, ...] | None = None  # of each query, the repository it comes from

    def __post_init__(self) -> None:
        if not self.queries:
            raise TaskError(f"{self.name}: there is no query")
        for number, relevant in enumerate(self.relevance):
            if not relevant or min(relevant.values()) <= 0:
                raise TaskError(f"{self.name}: query {number} has nothing relevant, or with a grade of 0")

    def left_out(self, query: int) -> NDArray[np.bool_] | None:
        """Mask of the pool, True where a document is no candidate for that query; None: all are."""
        if self.candidates is None and self.ignored is None:
            return None
        mask = np.zeros(len(self.pool), np.bool_)
        if self.candidates is not None:
            mask[:] = True
            mask[np.asarray(self.candidates[query], np.int64)] = False
        if self.ignored is not None:
            mask[np.asarray(self.ignored[query], np.int64)] = True
        return mask

    @property
    def searched(self) -> int:
        """How many documents a query is searched in; the median, where that differs."""
        if self.candidates is None:
            return len(self.pool)
        return int(np.median([len(places) for places in self.candidates]))

    @property
    def spared(self) -> float:
        """How many of them are left out as near-duplicates of what is relevant: the mean over the queries."""
        if self.ignored is None:
            return 0.0
        searched = self.candidates or [range(len(self.pool))] * len(self.queries)
        left_out = sum(
            place in own for places, own in zip(self.ignored, searched, strict=True) for place in places
        )
        return left_out / len(self.queries)


@dataclass(frozen=True, slots=True)
class Example:
    """A text and the code it describes, before equal ones are put together."""

    text: str
    code: str
    repository: str
    cluster: int | None  # examples that share it are near-duplicates; None: nobody looked


def folded(text: str) -> str:
    """A text with its white space made uniform, by which equal ones are told."""
    return " ".join(text.split())


def task_of_examples(
    examples: Sequence[Example], name: str, language: str, comments: str, origin: str
) -> Task:
    """Text → code, over all the codes of the examples.

    Equal codes are one document and equal texts one query, to which the code of each is relevant:
    nothing could tell them apart. A near-duplicate, in text or code, is neither right nor wrong and
    left out for that query; not so what only a chain of near-duplicates links to it.
    """
    place_of_code: dict[str, int] = {}
    pool: list[str] = []
    queries: dict[str, list[int]] = defaultdict(list)  # places among the examples
    for number, example in enumerate(examples):
        if place_of_code.setdefault(folded(example.code), len(pool)) == len(pool):
            pool.append(example.code)
        queries[folded(example.text).lower()].append(number)
    near = _near_duplicates(examples)
    relevance, ignored = [], []
    for asking in queries.values():
        relevant = {place_of_code[folded(examples[number].code)]: 1.0 for number in asking}
        beside = {place_of_code[folded(examples[mate].code)] for number in asking for mate in near[number]}
        relevance.append(relevant)
        ignored.append(sorted(beside - set(relevant)))
    return Task(
        name=name,
        queries=tuple(examples[asking[0]].text for asking in queries.values()),
        pool=tuple(pool),
        relevance=tuple(relevance),
        query_language=None,
        pool_language=language,
        comments=comments,
        origin=origin,
        ignored=tuple(ignored) if any(ignored) else None,
        groups=tuple(examples[asking[0]].repository for asking in queries.values()),
    )


def _near_duplicates(examples: Sequence[Example]) -> list[list[int]]:
    """Of each example, those of its cluster that are near-duplicates of it in text or in code."""
    members: dict[int | None, list[int]] = defaultdict(list)
    for number, example in enumerate(examples):
        members[example.cluster].append(number)
    found: list[list[int]] = [[] for _ in examples]
    for cluster, mates in members.items():
        if cluster is None or len(mates) == 1:
            continue
        texts = Hasher("text").shingles(examples[mate].text for mate in mates)
        codes = Hasher("code").shingles(examples[mate].code for mate in mates)
        for one, other in combinations(range(len(mates)), 2):
            if max(jaccard(texts, one, texts, other), jaccard(codes, one, codes, other)) >= THRESHOLD:
                found[mates[one]].append(mates[other])
                found[mates[other]].append(mates[one])
    return found


def equals_ignored(
    pool: Sequence[str], relevance: Sequence[Mapping[int, float]]
) -> tuple[Sequence[int], ...] | None:
    """Of each query, the documents equal to a relevant one, which nothing could tell apart; None: no such."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, code in enumerate(pool):
        places[folded(code)].append(place)
    ignored = [
        sorted({equal for place in relevant for equal in places[folded(pool[place])]} - set(relevant))
        for relevant in relevance
    ]
    return tuple(ignored) if any(ignored) else None


def sampled(task: Task, queries: int | None, pool: int | None, seed: int) -> Task:
    """The task with at most so many queries, and a pool of about so many documents.

    A smaller pool keeps what is relevant to the queries left and draws the rest at random.
    """
    generator = np.random.default_rng(seed)
    if queries is not None and queries < len(task.queries):
        task = _with_queries(task, sorted(generator.permutation(len(task.queries))[:queries].tolist()))
    if pool is not None and pool < len(task.pool):
        needed = {place for relevant in task.relevance for place in relevant}
        others = [place for place in generator.permutation(len(task.pool)).tolist() if place not in needed]
        task = _with_pool(task, sorted([*needed, *others[: max(0, pool - len(needed))]]))
    return task


def _with_queries(task: Task, places: Sequence[int]) -> Task:
    def those(of_each: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(of_each[place] for place in places)

    return replace(
        task,
        queries=those(task.queries),
        relevance=those(task.relevance),
        candidates=those(task.candidates) if task.candidates else None,
        ignored=those(task.ignored) if task.ignored else None,
        groups=those(task.groups) if task.groups else None,
    )


def _with_pool(task: Task, places: Sequence[int]) -> Task:
    moved = {place: number for number, place in enumerate(places)}

    def those(of_each: tuple[Sequence[int], ...]) -> tuple[Sequence[int], ...]:
        return tuple([moved[place] for place in listed if place in moved] for listed in of_each)

    return replace(
        task,
        pool=tuple(task.pool[place] for place in places),
        relevance=tuple(
            {moved[place]: grade for place, grade in relevant.items()} for relevant in task.relevance
        ),
        candidates=those(task.candidates) if task.candidates else None,
        ignored=those(task.ignored) if task.ignored else None,
    )
