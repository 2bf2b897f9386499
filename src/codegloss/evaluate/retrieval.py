"""How well systems find what is relevant: BM25, encoders at each of their exits, and both fused.

A pool is encoded once for each encoder and exit, and the seconds that takes are the cost. Every query is
scored against every document, block by block, in memory bounded whatever the pool.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder import Encoder, Encoding
from codegloss.evaluate.systems import LEXICAL
from codegloss.evaluate.tasks import Task
from codegloss.metrics import Ranks, joined, ranks
from codegloss.search.lexical import LexicalIndex
from codegloss.search.rank import reciprocal_rank_fusion, weighted_fusion

Scores = NDArray[np.float32]
Progress = Callable[[str, int, int], None]  # what is done, how much of it so far, of how much
WEIGHTED = "weighted"
FUSIONS: dict[str, Callable[[Scores, Scores], Scores]] = {
    WEIGHTED: weighted_fusion,
    "rrf": reciprocal_rank_fusion,
}
CELLS = 1 << 22  # scores held at once


@dataclass(frozen=True, slots=True)
class Result:
    """What one system did on one task."""

    system: str  # bm25, mini@6, mini@6+bm25, mini@6+bm25:rrf
    model: str  # the encoder's name; bm25 for BM25 alone
    exit: int | None  # None for BM25
    fusion: str | None  # with BM25: of weighted scores, or of ranks; None for one part alone
    seconds_per_thousand: float  # to take in 1,000 documents of the pool
    ranks: Ranks
    split: int = 0  # documents longer than the encoder's context, encoded in parts
    cut: int = 0  # documents of which the encoder left out the end


class Scorer(Protocol):
    """One way to score the pool of a task."""

    seconds: float  # that it took to take in the pool

    def scores(self, queries: range) -> Scores:
        """Of some of the queries against the whole pool: (queries, documents)."""


class Lexical:
    """BM25 over a task's pool."""

    def __init__(self, task: Task, progress: Progress) -> None:
        progress(f"{LEXICAL}: pool of {task.name}", 0, len(task.pool))
        LexicalIndex(["x"])  # imports what it needs
        begin = time.perf_counter()
        self._index = LexicalIndex(task.pool)
        self.seconds = time.perf_counter() - begin
        self._task = task

    def scores(self, queries: range) -> Scores:
        """Of the queries against every document: shares of the greatest score, which rank as scores do."""
        return self._index.shares([self._task.queries[number] for number in queries])


class Dense:
    """The vectors of a task's pool and queries, at one exit of an encoder."""

    def __init__(self, encoder: Encoder, exit: int | None, task: Task, progress: Progress) -> None:
        def encoded(texts: Sequence[str], language: str | None, what: str) -> Encoding:
            languages = None if language is None else [language] * len(texts)
            done = 0

            def advance(texts_done: int) -> None:
                nonlocal done
                done += texts_done
                progress(what, min(done, len(texts)), len(texts))

            progress(what, 0, len(texts))
            encoding = encoder.encode(texts, languages=languages, exit=exit, progress=advance)
            progress(what, len(texts), len(texts))
            if not np.isfinite(encoding.vectors).all():
                raise ValueError(f"{what}: a vector holds NaN or infinity; its weights are broken")
            return encoding

        name = system_name(encoder, exit)
        encoder.encode(["x"], languages=[task.pool_language], exit=exit)  # reads what it needs from disk
        begin = time.perf_counter()
        pool = encoded(task.pool, task.pool_language, f"{name}: pool of {task.name}")
        self.seconds = time.perf_counter() - begin
        self._pool = pool.vectors
        self.split, self.cut = int((pool.blocks > 1).sum()), pool.cut
        self._queries = encoded(task.queries, task.query_language, f"{name}: queries of {task.name}").vectors

    def scores(self, queries: range) -> Scores:
        """Cosines of the queries and every document."""
        return self._queries[queries.start : queries.stop] @ self._pool.T


def system_name(encoder: Encoder, exit: int | None) -> str:
    """`mini@6`; without the exit where the encoder has but one."""
    return encoder.name if exit is None or len(encoder.exits) == 1 else f"{encoder.name}@{exit}"


def _blocks(task: Task) -> Iterator[range]:
    size = max(1, CELLS // max(1, len(task.pool)))
    for begin in range(0, len(task.queries), size):
        yield range(begin, min(begin + size, len(task.queries)))


def _masked(scores: Scores, task: Task, queries: range) -> Scores:
    for row, number in zip(scores, queries, strict=True):
        left_out = task.left_out(number)
        if left_out is not None:
            row[left_out] = -np.inf
    return scores


def _ranked(task: Task, parts: Sequence[Scorer]) -> list[Ranks]:
    """Ranks by each part alone; where there are two, the lexical first, then by each of FUSIONS too."""
    found: list[list[Ranks]] = [[] for _ in range(len(parts) + (len(parts) > 1) * len(FUSIONS))]
    for block in _blocks(task):
        relevance = [task.relevance[number] for number in block]
        scores = [_masked(part.scores(block), task, block) for part in parts]
        if len(parts) > 1:
            lexical, dense = scores
            scores += [fuse(dense, lexical) for fuse in FUSIONS.values()]
        for lot, own in zip(found, scores, strict=True):
            lot.append(ranks(own, relevance))
    return [joined(lot) for lot in found]


def evaluate(
    task: Task,
    encoders: Sequence[tuple[Encoder, Sequence[int]]],
    progress: Progress = lambda what, done, total: None,
) -> Iterator[Result]:
    """BM25, then each encoder at each of the exits named with it, alone and fused with BM25.

    Raises what the encoders raise, and ValueError where a vector is not finite.
    """
    lexical = Lexical(task, progress)
    thousand = 1_000 / len(task.pool)
    (found,) = _ranked(task, [lexical])
    yield Result(LEXICAL, LEXICAL, None, None, lexical.seconds * thousand, found)
    for encoder, exits in encoders:
        for exit in exits:
            dense = Dense(encoder, exit, task, progress)
            _, alone, *fused = _ranked(task, [lexical, dense])
            name = system_name(encoder, exit)
            seconds = dense.seconds * thousand
            long = dense.split, dense.cut
            yield Result(name, encoder.name, exit, None, seconds, alone, *long)
            both = seconds + lexical.seconds * thousand
            for fusion, ranked in zip(FUSIONS, fused, strict=True):
                system = f"{name}+{LEXICAL}" + ("" if fusion == WEIGHTED else f":{fusion}")
                yield Result(system, encoder.name, exit, fusion, both, ranked, *long)
