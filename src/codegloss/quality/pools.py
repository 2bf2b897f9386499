"""What the functions of a dataset come to as queries and pools, and where each query's own code stands."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.dataset import Dataset, Parent
from codegloss.encoder import Encoder
from codegloss.encoder.inputs import code_of
from codegloss.quality import material
from codegloss.quality.known import identifiers
from codegloss.quality.reasons import Reason
from codegloss.quality.searchability import (
    Lexical,
    Places,
    Progress,
    Query,
    Searcher,
    Semantic,
    shuffled,
    standings,
    without_own,
)
from codegloss.records import Standing

LARGE = 100_000  # of a pool with more codes, only some queries are drawn
AT_ONCE = 2_048  # codes between two writes of vectors; of so many texts, progress is told
BATCH_ROWS = 4_096  # rows read at once

POOLS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "language": lambda row: str(row["language"]),
    "repository": lambda row: str(row["repository"]),
    "all": lambda row: "all",
}
_COLUMNS = (*material.COLUMNS, "id", "repository", "path", "qualified_name", "class_name", "parameters",
            "inner_comments")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How findability is measured."""

    pool: str = "language"  # a key of POOLS
    batch: int = 32
    seed: int = 0
    queries: int = 10_000  # at most, of a pool with more codes than LARGE


@dataclass(frozen=True, slots=True)
class Model:
    """An encoder at one of its exits, and what it was read from."""

    encoder: Encoder
    exit: int
    origin: Parent


@dataclass(slots=True)
class Pool:
    """The different codes that queries are searched among."""

    places: dict[bytes, int] = field(default_factory=dict)  # by the hash of the code, white space folded
    codes: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    queries: dict[Query, None] = field(default_factory=dict)  # as an ordered set

    def place(self, code: str, language: str) -> int:
        key = hashlib.blake2b(" ".join(code.split()).encode("utf-8", "replace"), digest_size=16).digest()
        place = self.places.setdefault(key, len(self.codes))
        if place == len(self.codes):
            self.codes.append(code)
            self.languages.append(language)
        return place


@dataclass(slots=True)
class Material:
    """What a dataset of functions comes to before anything is measured."""

    pools: dict[str, Pool] = field(default_factory=lambda: defaultdict(Pool))
    names: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))  # of a repository
    fates: list[Reason | tuple[str, Query]] = field(default_factory=list)  # of each row; a pool and a query


def read(dataset: Dataset, options: Options, only: frozenset[str] | None, progress: Progress) -> Material:
    """Pools, names and queries of a dataset."""
    found, pool_of = Material(), POOLS[options.pool]
    total = dataset.table("functions").rows
    for batch in dataset.batches("functions", _COLUMNS, BATCH_ROWS):
        for row in batch.to_pylist():
            code = code_of(row["code"], [(span["start"], span["end"]) for span in row["inner_comments"]])
            text = f"{code} {row['qualified_name']}".encode("utf-8", "replace")
            found.names[row["repository"]] |= identifiers(text, None)
            if only is not None and row["id"] not in only:
                found.fates.append(Reason("not in both"))
            else:
                found.fates.append(_fate(row, code, found.pools, pool_of(row)))
        progress("reading functions", len(found.fates), total)
    return found


def _fate(row: Mapping[str, Any], code: str, pools: dict[str, Pool], pool: str) -> Reason | tuple[str, Query]:
    """The query that a row is, its code being added to the pool; or why it is none."""
    reason = material.unfit(row) or material.missized(row)
    if not reason and code.count("\n") + 1 < material.MIN_CODE_LINES:
        reason = Reason("code too short", "1 line without its comments")
    place = -1 if reason else pools[pool].place(code, row["language"])
    if reason := material.undocumented(row) or reason:
        return reason
    text = material.description(row)
    if isinstance(text, Reason):
        return text
    own = [row["name"], row["class_name"] or "", *(one["name"] for one in row["parameters"])]
    query = Query(text, without_own(text, own), place)
    pools[pool].queries[query] = None
    return pool, query


def ranked(
    found: Material, name: str, options: Options, model: Model | None, vectors: Path, progress: Progress
) -> dict[Query, tuple[Standing | None, Standing]]:
    """Where the code of each query of a pool stands by the model and by BM25; of a large pool, of some."""
    pool = found.pools[name]
    queries = list(pool.queries)
    order = shuffled(list(pool.places), options.seed)
    if len(pool.codes) > LARGE:
        queries = _drawn(queries, order, options.queries)
    search = partial(_standings, queries=queries, order=order, batch=options.batch, progress=progress)
    lexical = search(Lexical(pool.codes), what=f"comments by BM25, {name}")
    semantic: Sequence[Standing | None] = [None] * len(queries)
    if model:
        label = f"{model.encoder.name}@{model.exit}, {name}"
        encoded = _vectors(pool, model, vectors, f"codes by {label}", progress)
        semantic = search(Semantic(model.encoder, model.exit, encoded), what=f"comments by {label}")
    return dict(zip(queries, zip(semantic, lexical, strict=True), strict=True))


def _standings(
    searcher: Searcher, queries: Sequence[Query], order: Places, batch: int, what: str, progress: Progress
) -> list[Standing]:
    """Standings of all queries, told about where there are many."""
    found: list[Standing] = []
    for begin in range(0, len(queries), AT_ONCE):
        if len(queries) > AT_ONCE:
            progress(what, begin, len(queries))
        found += standings(searcher, queries[begin : begin + AT_ONCE], order, batch)
    return found


def _drawn(queries: list[Query], order: Places, at_most: int) -> list[Query]:
    """Those whose codes come first in the order of the pool."""
    position = np.empty_like(order)
    position[order] = np.arange(len(order))
    return sorted(queries, key=lambda query: int(position[query.place]))[:at_most]


def _vectors(pool: Pool, model: Model, path: Path, what: str, progress: Progress) -> NDArray[np.float32]:
    """Vectors of a pool's codes (codes, dimensions), in a file that is gone on with where it was left."""
    size = 4 * model.encoder.dimensions  # bytes of a vector
    done = path.stat().st_size // size if path.exists() else 0
    done -= done % AT_ONCE  # what was written last may be half there
    with path.open("ab") as file:
        file.truncate(done * size)
        for begin in range(done, len(pool.codes), AT_ONCE):
            if len(pool.codes) > AT_ONCE:
                progress(what, begin, len(pool.codes))
            some = slice(begin, begin + AT_ONCE)
            encoding = model.encoder.encode(pool.codes[some], languages=pool.languages[some], exit=model.exit)
            file.write(encoding.vectors.astype(np.float32).tobytes())
            file.flush()
    if not pool.codes:
        return np.empty((0, model.encoder.dimensions), np.float32)
    return np.memmap(path, np.float32, "r", shape=(len(pool.codes), model.encoder.dimensions))
