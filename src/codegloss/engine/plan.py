"""The Daft plan of a run: the worklist's batches, each through the stage."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from codegloss.engine import runners
from codegloss.engine.background import hang_on
from codegloss.engine.rescue import run_batch
from codegloss.engine.stage import Stage
from codegloss.engine.worker import Result
from codegloss.engine.worklist import Batch, Worklist

_BATCHES_PER_TASK = 32  # what a cluster's node is given at once, and answers as a whole
_PLACE = ["index", "rows", "bytes", "part", "number"]
_COUNTS = ["kept", "dropped", "failed"]


def results(
    stage: Stage, worklist: Worklist, position: int, kind: str, workers: int, lifeline: str
) -> Iterator[tuple[Batch, Result]]:
    """What each batch from row `position` on gives, on a cluster not always in order.

    `kind` is "native" or "ray". The workers on this machine exit when `lifeline` is cut.
    """
    import daft

    worker_class = _worker_class(list(stage.tables))
    if kind == "ray":
        worker = daft.cls(worker_class, max_concurrency=workers)
        runner = worker(stage, str(worklist.folder), None, True)
    else:
        runners.use_native()
        # Daft makes processes of workers that are counted, even without `use_process`.
        counted: dict[str, Any] = {"max_concurrency": workers} if workers > 1 else {}
        worker = daft.cls(worker_class, use_process=workers > 1, **counted)
        runner = worker(stage, str(worklist.folder), lifeline, workers > 1)
    # In memory, in order: of Parquet files Daft reads the last one first.
    batches = worklist.batches(position)
    share = _BATCHES_PER_TASK if kind == "ray" else max(1, len(batches))
    frame = daft.from_arrow([batches.slice(at, share) for at in range(0, len(batches), share)])
    result = runner.run(daft.col("part"), daft.col("number")).alias("result")
    frame = frame.select(*(daft.col(name) for name in _PLACE), result)
    for answer in frame.to_arrow_iter(results_buffer_size=workers):
        yield from _rows(stage, answer)


def _worker_class(tables: list[str]) -> type:
    import daft

    shape = pa.struct(
        [(name, pa.int64()) for name in _COUNTS] + [(f"table {name}", pa.large_binary()) for name in tables]
    )

    class Worker:
        """The stage in one process. Its answers are Arrow messages, which Daft moves as they are."""

        def __init__(self, stage: Stage, folder: str, lifeline: str | None, mortal: bool) -> None:
            self.stage = stage
            self.folder = folder
            self.lifeline = lifeline
            self.mortal = mortal  # whether it has a process of its own
            self.alone = threading.Lock()  # within the run's own process, Daft calls from several threads
            if lifeline and mortal:
                hang_on(lifeline)

        # Daft needs a batch size to spread work over processes; a row is a batch of ours already.
        @daft.method.batch(return_dtype=daft.DataType.from_arrow_type(shape), batch_size=1)
        def run(self, part: Any, number: Any) -> Any:
            with self.alone:
                done = [
                    run_batch(self.stage, self.folder, *place, self.lifeline, mortal=self.mortal)
                    for place in zip(part.to_pylist(), number.to_pylist(), strict=True)
                ]
            columns = [pa.array([getattr(result, name) for result in done], pa.int64()) for name in _COUNTS]
            columns += [
                pa.array([result.tables[name] for result in done], pa.large_binary()) for name in tables
            ]
            return daft.Series.from_arrow(pa.StructArray.from_arrays(columns, fields=list(shape)))

    return Worker


def _rows(stage: Stage, answer: pa.RecordBatch) -> Iterator[tuple[Batch, Result]]:
    places = answer.select(_PLACE).to_pylist()
    for place, row in zip(places, answer.column("result"), strict=True):
        tables = {name: row[f"table {name}"].as_buffer() for name in stage.tables}
        yield Batch(**place), Result(**{name: row[name].as_py() for name in _COUNTS}, tables=tables)
