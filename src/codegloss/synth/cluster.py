"""The rebuild as a stage of the engine: a repository a row, on a Ray cluster, by the builtin writer.

Language models are asked from one process (`rebuild`), for pace and budget must have one owner. Every node
must see the dataset of functions at the same path.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, ClassVar

from codegloss.dataset import Dataset, Manifest
from codegloss.engine import Engine, Progress, run
from codegloss.records import Dropped, Failed, Function, SourceFile, from_row
from codegloss.synth.rebuild import TABLES, Options, Rebuilt, Scorers, Writers, rebuilt, writer_to
from codegloss.synth.selection import Only

SIZE = 200_000  # a function's weight in bytes, by which the engine bounds a row's time: 4 s each


@dataclass(frozen=True, slots=True)
class Repository:
    """One repository of a dataset of functions."""

    dataset: str  # path, the same on every node
    name: str
    size: int  # what the engine takes for bytes


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """What holds for every repository; picklable."""

    only: str
    refresh: bool
    limit: int | None

    name: ClassVar[str] = "rebuild"
    source: ClassVar[type] = Repository
    tables: ClassVar[Mapping[str, type]] = {**TABLES, "dropped": Dropped}

    def __call__(self, row: Repository) -> Iterable[Any]:
        """The rows of one repository. Raises what reading it or scoring it raises."""
        functions = [from_row(one, Function) for one in _rows(row, "functions")]
        files = [from_row(one, SourceFile) for one in _rows(row, "files")]
        writers, scorers = _parts()
        options = Options(Only(self.only), self.refresh, self.limit)
        found: Rebuilt = asyncio.run(
            rebuilt(functions, files, writers, scorers, options, lambda what, done, total: None)
        )
        return [*found.functions, *files, *found.rewrites, *found.failed]

    def failed(self, row: Repository, error: Exception) -> Failed:
        """Of a repository that could not be rebuilt at all."""
        return Failed(row.name, row.dataset, type(error).__name__, str(error).partition("\n")[0])


@cache
def _parts() -> tuple[Writers, Scorers]:
    """The builtin writers and the scorers, once in a process."""
    from codegloss.synth.referee import scorers
    from codegloss.synth.writing.builtin import builtin_writers

    return builtin_writers(), scorers()


def _rows(row: Repository, table: str) -> list[dict[str, Any]]:
    """Rows of one repository; groups of rows that hold none of it are passed over unread."""
    import pyarrow.parquet as pq

    shards = Dataset.open(row.dataset).shards(table)
    found: list[dict[str, Any]] = []
    for shard in shards:
        found += pq.read_table(shard, filters=[("repository", "=", row.name)]).to_pylist()
    return found


def rebuild_on(
    engine: Engine,
    out: str,
    functions: str,
    options: Options,
    progress: Progress,
    *,
    overwrite: bool = False,
) -> Manifest:
    """Rebuild a dataset with the builtin writer; `kept`, `failed` of the manifest count repositories.

    Raises DatasetError, EngineError and Interrupted.
    """
    dataset = Dataset.open(functions)
    stage = Rebuilding(options.only.value, options.refresh, options.limit)
    parameters = {**asdict(options), "writer": "builtin", "by": "repository"}
    writer = writer_to(out, dataset, _parts()[1].origins, parameters, overwrite, stage.tables)
    if writer.unchanged:
        return Dataset.open(out).manifest
    counts = Counter(dataset.read("functions", ["repository"])["repository"].to_pylist())
    place = str(dataset.path.resolve())
    rows = [Repository(place, name, SIZE * count) for name, count in counts.items()]
    return run(stage, lambda: rows, writer, engine, progress)
