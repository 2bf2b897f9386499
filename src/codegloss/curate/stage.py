"""Pairs as a stage: datasets of functions in; one dataset of pairs out, split, deduplicated, decontaminated.

Every function becomes a row of `pairs` or of `dropped`; `contamination` says what each evaluation
pool took out of each split.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codegloss import __version__
from codegloss.curate.decontaminate import Contamination, first_hits, found_in
from codegloss.curate.dedup import beyond, components, edges, leaders, same
from codegloss.curate.pairs import COLUMNS, pair_of
from codegloss.curate.pools import Pool, dataset_pool, distinct, locate
from codegloss.curate.shingles import CODE_SHINGLE, TEXT_SHINGLE, THRESHOLD, Hasher, Ranking, Shingles
from codegloss.curate.split import SPLITS, check_disjoint, split_of
from codegloss.dataset import Counts, Dataset, Manifest, Parent, Writer
from codegloss.engine.stage import Progress, Silent
from codegloss.quality.reasons import Reason
from codegloss.records import Dropped, Pair, arrow_schema, to_arrow

TABLES = {"pairs": Pair, "dropped": Dropped, "contamination": Contamination}
NEAR_DUPLICATE, SAME_TEXT, CONTAMINATED = "near-duplicate", "repeated text", "contaminated"
SAME_TEXT_LIMIT = 3  # pairs of one text, in training
RULES_VERSION = 1  # raise it when other pairs come of the same functions


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Shingles of both halves of some pairs, or of a pool."""

    code: Shingles
    text: Shingles


@dataclass(frozen=True, slots=True)
class _Rankings:
    """The orders of shingles of both halves."""

    code: Ranking
    text: Ranking


def pairs_dataset(
    out: str | Path,
    *,
    train: Sequence[str | Path] = (),
    validation: Sequence[str | Path] = (),
    test: Sequence[str | Path] = (),
    by_hash: Sequence[str | Path] = (),
    against: Sequence[str | Path] = (),
    seed: int = 0,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> Manifest:
    """Make the dataset of pairs at `out` from datasets of functions, named split by split.

    Functions of `by_hash` go to a split by the hash of their repository and `seed`. The pools at
    `against` are kept out of training; so are the repositories of validation and test out of
    training, and those of test out of validation. Returns at once when the dataset stands there.

    Raises DatasetError, PoolError for a pool that is not there, SplitError for a repository in two
    splits. Memory: about 5 kB a pair.
    """
    progress = progress or Silent()
    inputs = [
        (split, Path(path))
        for split, paths in zip((*SPLITS, None), (train, validation, test, by_hash), strict=True)
        for path in paths
    ]
    outside = [pool for path in against for pool in locate(path)]
    opened = [(split, Dataset.open(path)) for split, path in inputs]
    writer = Writer(
        out,
        name="pairs",
        main="pairs",
        tables={name: arrow_schema(record) for name, record in TABLES.items()},
        parents=[_parent(split or "by hash", dataset) for split, dataset in opened]
        + [Parent(str(pool.path), f"against {pool.name}", pool.fingerprint) for pool in outside],
        parameters={
            "seed": seed, "threshold": THRESHOLD, "code_shingle": CODE_SHINGLE, "text_shingle": TEXT_SHINGLE,
            "same_text_limit": SAME_TEXT_LIMIT, "rules": RULES_VERSION,
        },
        versions={"codegloss": __version__},
        overwrite=overwrite,
    )  # fmt: skip
    if writer.unchanged:
        return Dataset.open(out).manifest
    try:
        if writer.position:  # a run was killed at the very end, when all was written
            return writer.commit(writer.counts)
        progress.start(sum(dataset.table("functions").rows for _, dataset in opened), 0, 0)
        pairs, dropped = _read(opened, writer, seed, progress)
        read = [pool.read() for pool in outside]
        kept, contamination = _select(pairs, read, _split_pools(opened, pairs), writer, progress)
        writer.write("pairs", kept)
        writer.write("contamination", to_arrow(contamination, Contamination))
        return writer.commit(Counts(kept.num_rows, dropped + pairs.num_rows - kept.num_rows, 0))
    except BaseException:
        writer.abort()
        raise
    finally:
        progress.finish()


def _parent(split: str, dataset: Dataset) -> Parent:
    return Parent(str(dataset.path), f"{split} {dataset.manifest.name}", dataset.manifest.fingerprint)


def _read(
    opened: Sequence[tuple[str | None, Dataset]],
    writer: Writer,
    seed: int,
    progress: Progress,
) -> tuple[pa.Table, int]:
    """All pairs that the rules let through, as a table; how many rows they did not, written as dropped."""
    batches, dropped = list[pa.RecordBatch](), 0
    repositories: dict[str, set[str]] = {split: set() for split in SPLITS}
    for named, dataset in opened:
        for batch in dataset.batches("functions", COLUMNS):
            documented = pc.not_equal(pc.fill_null(batch["summary"], ""), "")
            silent = batch.filter(pc.invert(documented)).select(["repository", "path", "qualified_name"])
            pairs, without = list[Pair](), [_silent(row) for row in silent.to_pylist()]
            for name in pc.unique(batch["repository"]).to_pylist():
                repositories[named or split_of(name, seed)].add(name)
            for row in batch.filter(documented).to_pylist():
                split = named or split_of(row["repository"], seed)
                made = _row(row, split)
                pairs.append(made) if isinstance(made, Pair) else without.append(made)
            batches.append(to_arrow(pairs, Pair))
            writer.write("dropped", to_arrow(without, Dropped))
            dropped += len(without)
            progress.advance(batch.num_rows, 0, len(pairs), len(without), 0)
    check_disjoint(repositories)
    return pa.Table.from_batches(batches, arrow_schema(Pair)), dropped


def _silent(row: dict[str, str]) -> Dropped:
    """The record of a function without a doc comment: most are, so their code is not even read."""
    return Dropped(row["repository"], row["path"], "no comment", row["qualified_name"])


def _row(row: dict[str, Any], split: str) -> Pair | Dropped:
    made = pair_of(row)
    if isinstance(made, Reason):
        detail = f"{row['qualified_name']}: {made.detail}" if made.detail else row["qualified_name"]
        return Dropped(row["repository"], row["path"], made.name, detail)
    text, code = made
    return Pair(
        id=row["id"],
        repository=row["repository"],
        path=row["path"],
        qualified_name=row["qualified_name"],
        language=row["language"],
        licence=row["licence"],
        text=text,
        code=code,
        cluster=0,
        split=split,
    )


def _split_pools(opened: Sequence[tuple[str | None, Dataset]], pairs: pa.Table) -> list[tuple[str, Pool]]:
    """What validation and test look into: the functions of their datasets, or else their pairs."""
    found = list[tuple[str, Pool]]()
    for split in SPLITS[1:]:
        for named, dataset in opened:
            if named == split:
                found.append((split, dataset_pool(dataset.path, split)))
        if any(named is None for named, _ in opened):
            mine = pairs.filter(pc.equal(pairs["split"], split))
            found.append(
                (
                    split,
                    Pool(split, "", distinct(mine["code"].to_pylist()), distinct(mine["text"].to_pylist())),
                )
            )
    return found


def _select(
    pairs: pa.Table, outside: list[Pool], inside: list[tuple[str, Pool]], writer: Writer, progress: Progress
) -> tuple[pa.Table, list[Contamination]]:
    """The pairs to keep, with their clusters; what is left out is written as dropped."""
    progress.note(f"comparing {pairs.num_rows:,} pairs with {len(outside) + len(inside)} evaluation pools")
    code, text = Hasher("code"), Hasher("text")
    mine = _Kinds(code.shingles(_strings(pairs["code"])), text.shingles(_strings(pairs["text"])))
    theirs = [_Kinds(code.shingles(pool.code), text.shingles(pool.texts)) for pool in _all(outside, inside)]
    rank = _Rankings(
        Ranking([mine.code, *(kinds.code for kinds in theirs)]),
        Ranking([mine.text, *(kinds.text for kinds in theirs)]),
    )
    splits = np.array(pairs["split"].to_pylist(), np.str_)
    report, gone = list[Contamination](), np.zeros(len(splits), np.bool_)
    for split in SPLITS[:2]:
        wanted = [
            (pool, kinds)
            for place, (pool, kinds) in enumerate(zip(_all(outside, inside), theirs, strict=True))
            if (split == "train" if place < len(outside) else _later(inside[place - len(outside)][0], split))
        ]
        rows = np.flatnonzero(splits == split)
        found, hits = _contaminated(split, rows, mine, wanted, rank)
        report += found
        first = first_hits(hits)
        bad = np.flatnonzero(first >= 0)
        _drop(writer, pairs, rows[bad], CONTAMINATED, [wanted[pool][0].name for pool in first[bad].tolist()])
        gone[rows[bad]] = True
    progress.note(f"{int(gone.sum()):,} pairs are too near to an evaluation pool; looking for duplicates")
    training = _by_preference(pairs, np.flatnonzero((splits == "train") & ~gone))
    leader = leaders(mine.code.take(training), rank.code)
    repeated = np.flatnonzero(leader != np.arange(len(training)))
    ids = pairs["id"].take(pa.array(training[leader[repeated]])).to_pylist()
    _drop(writer, pairs, training[repeated], NEAR_DUPLICATE, [f"of {other}" for other in ids])
    gone[training[repeated]] = True
    training = training[leader == np.arange(len(training))]
    _, texts = same(mine.text.take(training))
    late = training[beyond(texts, SAME_TEXT_LIMIT)]
    _drop(writer, pairs, late, SAME_TEXT, pairs["text"].take(pa.array(late)).to_pylist())
    gone[late] = True
    keep = np.flatnonzero(~gone)
    progress.note(f"{len(keep):,} pairs kept of {len(gone):,}; clustering them")
    cluster = components(
        len(keep), edges(mine.code.take(keep), rank.code), edges(mine.text.take(keep), rank.text)
    )
    kept = pairs.take(pa.array(keep))
    place = kept.schema.get_field_index("cluster")
    return kept.set_column(place, kept.schema.field(place), pa.array(cluster)), report


def _all(outside: list[Pool], inside: list[tuple[str, Pool]]) -> list[Pool]:
    return [*outside, *(pool for _, pool in inside)]


def _later(split: str, than: str) -> bool:
    return SPLITS.index(split) > SPLITS.index(than)


def _contaminated(
    split: str, rows: NDArray[np.int64], mine: _Kinds, wanted: list[tuple[Pool, _Kinds]], rank: _Rankings
) -> tuple[list[Contamination], list[NDArray[np.int64]]]:
    """What each pool takes out of some rows, and for each pool which of its pieces each row hits, or −1."""
    code, text = mine.code.take(rows), mine.text.take(rows)
    report, hits = list[Contamination](), list[NDArray[np.int64]]()
    for pool, kinds in wanted:
        by_code, by_text = found_in(kinds.code, code, rank.code), found_in(kinds.text, text, rank.text)
        hit = np.maximum(by_code, by_text)
        counts = [int((found >= 0).sum()) for found in (by_code, by_text, hit)]
        report.append(
            Contamination(split, pool.name, pool.path, len(pool.code), len(pool.texts), len(rows), *counts)
        )
        hits.append(hit)
    return report, hits


def _by_preference(pairs: pa.Table, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows with the one to keep of a group of duplicates before the others: longer texts, then by id."""
    words = np.minimum(pc.count_substring(pairs["text"], " ").to_numpy()[rows], 30)
    ids = np.array(pairs["id"].take(pa.array(rows)).to_pylist(), np.str_)
    return rows[np.lexsort((ids, -words))]


def _drop(writer: Writer, pairs: pa.Table, rows: NDArray[np.int64], reason: str, details: list[str]) -> None:
    some = pairs.select(["repository", "path", "qualified_name"]).take(pa.array(rows)).to_pylist()
    writer.write(
        "dropped",
        to_arrow(
            [
                Dropped(row["repository"], row["path"], reason, f"{row['qualified_name']}: {detail}")
                for row, detail in zip(some, details, strict=True)
            ],
            Dropped,
        ),
    )


def _strings(column: pa.ChunkedArray) -> Iterator[str]:
    for chunk in column.chunks:
        yield from chunk.to_pylist()
