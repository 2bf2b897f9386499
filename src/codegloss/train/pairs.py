"""Batches of (text, code) pairs, the same ones for the same seed and step.

A batch is of one language, in runs of pairs from one repository: such neighbours are harder
negatives than random ones. What an epoch leaves over goes into mixed batches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codegloss.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Pairs:
    """Training pairs in columns, n rows."""

    texts: pa.ChunkedArray
    codes: pa.ChunkedArray
    clusters: NDArray[np.int64]  # (n,)
    languages: NDArray[np.int64]  # (n,) numbers of languages
    repositories: NDArray[np.int64]  # (n,) numbers of repositories
    rows: NDArray[np.int64]  # (n,) their places in the dataset's table, ascending; −1 behind these: code–code
    coded: NDArray[np.bool_]  # (n,) the text is code in another language, not language

    def __len__(self) -> int:
        return len(self.clusters)


def read_pairs(path: str | Path, split: str, limit: int | None = None) -> Pairs:
    """The pairs of a split; raises ValueError where there are none."""
    columns = ["text", "code", "cluster", "language", "repository", "split"]
    table = Dataset.open(path).read("pairs", columns)
    rows = np.flatnonzero(pc.equal(table["split"], split).to_numpy())[:limit]
    table = table.take(rows).combine_chunks()
    if not len(table):
        raise ValueError(f"{path} has no pairs of the split {split!r}")
    return Pairs(
        texts=table["text"],
        codes=table["code"],
        clusters=table["cluster"].to_numpy(),
        languages=_numbers(table["language"]),
        repositories=_numbers(table["repository"]),
        rows=rows,
        coded=np.zeros(len(rows), dtype=bool),
    )


def with_code_pairs(pairs: Pairs, path: str | Path, split: str) -> Pairs:
    """The pairs of a whole split, and behind them its code–code pairs (`curate.parallel`).

    Such a pair is of the first one's cluster, and of a language and a repository of its own, so that
    its batches are of code and code.
    """
    from codegloss.curate.parallel import parallel_pairs

    ids = Dataset.open(path).read("pairs", ["id"])["id"].take(pairs.rows).to_pylist()
    place = {name: row for row, name in enumerate(ids)}
    found = parallel_pairs(path, split)
    first = np.array([place[one.id] for one in found], np.int64)
    other = np.array([place[one.other_id] for one in found], np.int64)
    if not found:
        return pairs
    return replace(
        pairs,
        texts=pa.chunked_array([*pairs.texts.chunks, *pairs.codes.take(first).chunks]),
        codes=pa.chunked_array([*pairs.codes.chunks, *pairs.codes.take(other).chunks]),
        clusters=np.append(pairs.clusters, pairs.clusters[first]),
        languages=np.append(pairs.languages, np.full(len(found), pairs.languages.max() + 1)),
        repositories=np.append(pairs.repositories, pairs.repositories.max() + 1 + pairs.repositories[first]),
        rows=np.append(pairs.rows, np.full(len(found), -1)),
        coded=np.append(pairs.coded, np.ones(len(found), dtype=bool)),
    )


def _numbers(column: pa.ChunkedArray) -> NDArray[np.int64]:
    numbers = column.combine_chunks().dictionary_encode().indices.to_numpy()
    return np.asarray(numbers, dtype=np.int64)


class Order:
    """Which pairs make the batch of a step."""

    def __init__(
        self, pairs: Pairs, batch: int, seed: int, run: int = 8, among: NDArray[np.int64] | None = None
    ) -> None:
        """`batch` pairs a step, in runs of `run` pairs of one repository; `among` are the only ones used.

        Raises ValueError where the pairs do not fill one batch.
        """
        self._among = np.arange(len(pairs)) if among is None else among
        if len(self._among) < batch:
            raise ValueError(
                f"{len(self._among):,} pairs do not fill a batch of {batch}: use a smaller batch"
            )
        self._pairs = pairs
        self._batch = batch
        self._seed = seed
        self._run = run
        self.steps_per_epoch = len(self._among) // batch
        self._epoch: Callable[[int], NDArray[np.int64]] = lru_cache(2)(self._shuffled)

    def rows(self, step: int) -> NDArray[np.int64]:
        """(batch,) row numbers of the batch of `step`, which counts from 0."""
        epoch, position = divmod(step, self.steps_per_epoch)
        rows: NDArray[np.int64] = self._epoch(epoch)[position]
        return rows

    def _shuffled(self, epoch: int) -> NDArray[np.int64]:
        """(steps, batch) rows of an epoch."""
        random = np.random.default_rng((self._seed, epoch))
        rows = random.permutation(self._among)
        languages = self._pairs.languages
        origins = self._pairs.repositories * (languages.max() + 1) + languages
        runs_of: dict[int, list[NDArray[np.int64]]] = defaultdict(list)
        for origin in _grouped(rows[np.argsort(origins[rows], kind="stable")], origins):
            for run in _cut(origin, self._run):
                runs_of[int(languages[run[0]])].append(run)
        batches, left = [], []
        for runs in runs_of.values():
            of_language = np.concatenate([runs[i] for i in random.permutation(len(runs))])
            whole = len(of_language) // self._batch * self._batch
            batches.append(of_language[:whole])
            left.append(of_language[whole:])
        mixed = random.permutation(np.concatenate(left))
        batches.append(mixed[: len(mixed) // self._batch * self._batch])
        stacked = np.concatenate(batches).reshape(-1, self._batch)
        return stacked[random.permutation(len(stacked))]


def _grouped(rows: NDArray[np.int64], keys: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Rows that are sorted by key, cut where the key changes."""
    return np.split(rows, np.flatnonzero(np.diff(keys[rows])) + 1)


def _cut(rows: NDArray[np.int64], length: int) -> Sequence[NDArray[np.int64]]:
    return [rows[i : i + length] for i in range(0, len(rows), length)]


class Negatives:
    """Mined hard negatives, drawn more and more from the hardest as training goes on.

    As CoRNStack (arXiv 2412.01007): a candidate is drawn with probability softmax(similarity /
    temperature), and the temperature falls from `start` to `end` over the steps.
    """

    def __init__(
        self,
        candidates: NDArray[np.int64],
        similarities: NDArray[np.float32],
        *,
        each: int,
        steps: int,
        start: float = 0.1,
        end: float = 0.02,
    ) -> None:
        """`candidates` (n, m) are row numbers, -1 where there is none; `each` are drawn a text."""
        self._candidates = candidates
        self._similarities = np.where(candidates < 0, -np.inf, similarities)
        self._each = each
        self._steps = steps
        self._start = start
        self._end = end

    def sample(self, rows: NDArray[np.int64], step: int, random: np.random.Generator) -> NDArray[np.int64]:
        """Rows of the codes that stand against the texts of `rows`, at most `each` a text."""
        share = min(1.0, step / max(1, self._steps - 1))
        temperature = self._start * (self._end / self._start) ** share
        # Gumbel noise and a top-k draw without replacement from the softmax
        noise = random.gumbel(size=self._similarities[rows].shape)
        order = np.argsort(-(self._similarities[rows] / temperature + noise), axis=1)[:, : self._each]
        drawn = np.take_along_axis(self._candidates[rows], order, axis=1).ravel()
        return drawn[drawn >= 0]
