"""A consistency filter and hard negatives for pairs, by the similarities of an encoder.

The method is CoRNStack's (arXiv 2412.01007). A pair is consistent if its code is among the `top`
codes that the encoder finds for its text, and similar enough to it. Its hard negatives are the most
similar other codes whose similarity stays below a `margin` of its own code's: what comes nearer may
answer the text as well. The thresholds depend on the encoder that is asked, so they are parameters;
the defaults are loose ones. Codes of the same cluster are neither rivals nor negatives.

Texts look among the codes of their own language and split. Products are made block by block, and
the best are exact: nothing is approximated, and memory is bounded by the vectors and one block a core.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codegloss import __version__
from codegloss.curate.shingles import places_of
from codegloss.dataset import Counts, Dataset, Manifest, Parent, Writer
from codegloss.encoder import Encoder
from codegloss.engine.stage import Progress, Silent
from codegloss.records import Dropped, arrow_schema, to_arrow

Vectors = NDArray[np.float32]
INCONSISTENT = "inconsistent"
_ROWS, _COLUMNS = 512, 16384  # of a block of similarities: 32 MiB
_WRITTEN = 8192  # rows of the table that are made at a time


@dataclass(frozen=True, slots=True)
class Negatives:
    """How well the encoder finds a pair's code, and what it takes for it; the row numbers are the pairs'."""

    id: str  # of the pair
    row: int  # of the pair in its table, from 0
    rank: int  # of its code among all of its language, 1 the best; equals count against it
    similarity: float  # cosine of its text and code
    rows: list[int]  # of the pairs whose codes are hard negatives, the nearest first
    similarities: list[float]  # cosines of its text and theirs


@dataclass(frozen=True, slots=True)
class Mining:
    """What makes a pair consistent and a code a hard negative."""

    top: int = 50  # a pair's code must be among so many
    least: float = 0.0  # and its cosine at least this
    margin: float = 0.95  # a hard negative's cosine is below this share of the positive's
    each: int = 16  # hard negatives kept a pair


@dataclass(frozen=True, slots=True)
class Mined:
    """What was found for n texts among m codes."""

    ranks: NDArray[np.int64]  # (n,), from 1
    positives: Vectors  # (n,)
    rows: NDArray[np.int64]  # (n, each), −1 where there are no more
    similarities: Vectors  # (n, each), descending, −inf where there are no more


def mine(texts: Vectors, codes: Vectors, clusters: NDArray[np.int64], margin: float, each: int) -> Mined:
    """Ranks and hard negatives of n pairs; `texts` and `codes` are (n, d), of length 1, `clusters` (n,).

    A pair whose similarity is not above 0 has no negatives.
    """
    count = len(texts)
    positives = np.einsum("nd,nd->n", texts, codes)
    ranks = np.ones(count, np.int64)
    best_rows = np.full((count, each), -1)
    best = np.full((count, each), -np.inf, np.float32)
    order = np.argsort(clusters, kind="stable")

    def block_row(top: int) -> None:
        span = slice(top, top + _ROWS)
        mine_positives = positives[span, None]
        limits = np.where(mine_positives > 0, margin * mine_positives, -np.inf)
        owners, fellows = _fellows(order, clusters[order], clusters[span])
        for left in range(0, count, _COLUMNS):
            block = texts[span] @ codes[left : left + _COLUMNS].T
            here = (fellows >= left) & (fellows < left + _COLUMNS)
            block[owners[here], fellows[here] - left] = -np.inf
            ranks[span] += (block >= mine_positives).sum(axis=1)
            worth = (block < limits) & (block > best[span, -1:])
            _merge(best[span], best_rows[span], block, worth, left)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        list(threads.map(block_row, range(0, count, _ROWS)))  # raises what one of them raised
    return Mined(ranks, positives, best_rows, best)


def _fellows(
    order: NDArray[np.int64], ordered: NDArray[np.int64], clusters: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the same cluster: places in `clusters`, and the rows that share the cluster of each."""
    first = np.searchsorted(ordered, clusters, "left")
    sizes = np.searchsorted(ordered, clusters, "right") - first
    return np.repeat(np.arange(len(clusters)), sizes), order[places_of(first, sizes)]


def _merge(
    best: Vectors, best_rows: NDArray[np.int64], block: Vectors, worth: NDArray[np.bool_], left: int
) -> None:
    """Take into the best of each row, in place, what a block has that is better."""
    each = best.shape[1]
    for row in np.flatnonzero(worth.any(axis=1)).tolist():
        found = np.flatnonzero(worth[row])
        values = block[row, found]
        if len(found) > each:
            chosen = np.argpartition(-values, each - 1)[:each]
            found, values = found[chosen], values[chosen]
        every = np.concatenate([best[row], values])
        every_rows = np.concatenate([best_rows[row], found + left])
        order = np.argsort(-every, kind="stable")[:each]
        best[row], best_rows[row] = every[order], every_rows[order]


def negatives_dataset(
    pairs: str | Path,
    out: str | Path,
    encoder: Encoder,
    *,
    mining: Mining = Mining(),
    split: str = "train",
    exit: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Mine the pairs of a split into a dataset at `out`: `negatives` of consistent pairs, others `dropped`.

    The same call finds the dataset there and returns at once. Memory: 8 bytes a dimension and pair.
    Raises DatasetError for a `pairs` that is none.
    """
    progress = progress or Silent()
    source = Dataset.open(pairs)
    writer = Writer(
        out,
        name="negatives",
        main="negatives",
        tables={"negatives": arrow_schema(Negatives), "dropped": arrow_schema(Dropped)},
        parents=[Parent(str(source.path), source.manifest.name, source.manifest.fingerprint)],
        parameters=asdict(mining) | {"split": split, "exit": exit, "encoder": encoder.name},
        versions={"codegloss": __version__},
        overwrite=overwrite,
    )
    if writer.unchanged:
        return Dataset.open(out).manifest
    try:
        manifest = writer.commit(_mine_split(source, writer, encoder, mining, split, exit, progress))
    except BaseException:
        writer.abort()
        raise
    finally:
        progress.finish()
    return manifest


def _mine_split(
    source: Dataset,
    writer: Writer,
    encoder: Encoder,
    mining: Mining,
    split: str,
    exit: int | None,
    progress: Progress,
) -> Counts:
    """Mine one language after the other, and write what is found."""
    columns = source.read("pairs", ["split", "language", "cluster"])
    clusters = columns["cluster"].to_numpy()
    languages = np.array(columns["language"].to_pylist(), np.str_)
    in_split = np.array(columns["split"].to_pylist(), np.str_) == split
    progress.start(2 * int(in_split.sum()), 0, 0)
    kept = dropped = 0
    for language in sorted(set(languages[in_split].tolist())):
        rows = np.flatnonzero(in_split & (languages == language))
        table = source.read("pairs", ["id", "repository", "path", "qualified_name", "text", "code"]).take(
            rows
        )
        texts = _encode(encoder, table["text"].to_pylist(), None, exit, progress)
        codes = _encode(encoder, table["code"].to_pylist(), language, exit, progress)
        found = mine(texts, codes, clusters[rows], mining.margin, mining.each)
        good = (found.ranks <= mining.top) & (found.positives >= mining.least)
        names = table.select(["id", "repository", "path", "qualified_name"])
        for start in range(0, len(rows), _WRITTEN):
            part = range(start, min(start + _WRITTEN, len(rows)))
            names_of = names.slice(start, _WRITTEN).to_pylist()
            mined = [_negatives(names_of[i - start]["id"], rows, found, i) for i in part if good[i]]
            bad = [_dropped(names_of[i - start], found, i) for i in part if not good[i]]
            writer.write("negatives", to_arrow(mined, Negatives))
            writer.write("dropped", to_arrow(bad, Dropped))
        kept += int(good.sum())
        dropped += int((~good).sum())
        progress.note(f"{language}: {int(good.sum()):,} of {len(rows):,} pairs are consistent")
    return Counts(kept, dropped, 0)


def _encode(
    encoder: Encoder, pieces: list[str], language: str | None, exit: int | None, progress: Progress
) -> Vectors:
    done: Callable[[int], None] = lambda count: progress.advance(count, 0, 0, 0, 0)  # noqa: E731
    languages = None if language is None else [language] * len(pieces)
    return encoder.encode(pieces, languages=languages, exit=exit, progress=done).vectors


def _negatives(pair: str, rows: NDArray[np.int64], found: Mined, place: int) -> Negatives:
    there = found.rows[place] >= 0
    return Negatives(
        id=pair,
        row=int(rows[place]),
        rank=int(found.ranks[place]),
        similarity=float(found.positives[place]),
        rows=rows[found.rows[place][there]].tolist(),
        similarities=found.similarities[place][there].tolist(),
    )


def _dropped(row: dict[str, str], found: Mined, place: int) -> Dropped:
    detail = f"{row['qualified_name']}: rank {found.ranks[place]}, cosine {found.positives[place]:.3f}"
    return Dropped(row["repository"], row["path"], INCONSISTENT, detail)
