"""The Daft plan of a run: the worklist's batches, each through the stage."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from codegloss.engine.background import hang_on
from codegloss.engine.stage import Engine, EngineError, Stage
from codegloss.engine.worker import Result, run_batch
from codegloss.engine.worklist import Batch, Worklist
from codegloss.offline import VARIABLES, switch_off_telemetry

_PLACE = ["index", "rows", "bytes", "part", "number"]
_UNDER_WAY = "under-way"  # names the batch that is running in this very process
_DEADLY = "deadly"  # names those that a run died at
_COUNTS = ["kept", "dropped", "failed"]


def results(
    stage: Stage,
    worklist: Worklist,
    position: int,
    engine: Engine,
    lifeline: str,
    without: Sequence[int] = (),
) -> Iterator[tuple[Batch, Result]]:
    """What each batch from row `position` on gives, on a cluster not always in order.

    Batches whose index is in `without` are left out. Workers exit when `lifeline` is cut.
    """
    switch_off_telemetry()
    import daft

    if engine.kind == "ray":
        workers = _join_cluster(engine)
        options: dict[str, Any] = {"max_concurrency": workers}
        _choose_runner("ray")
    else:
        _choose_runner("native")
        workers = engine.worker_count()
        os.environ["PYTHONPATH"] = _import_path()  # Daft starts its workers with this environment
        options = {"max_concurrency": workers, "use_process": True} if workers > 1 else {"use_process": False}
    in_process = engine.kind == "native" and workers == 1
    mark = worklist.folder / _UNDER_WAY
    worker = daft.cls(_worker_class(list(stage.tables)), **options)
    runner = worker(
        stage,
        str(worklist.folder),
        lifeline if engine.kind == "native" and not in_process else None,
        str(mark) if in_process else None,
    )
    frame = daft.read_parquet(worklist.batch_files).where(f"index >= {position}")
    for index in without:
        frame = frame.where(f"index != {index}")
    result = runner.run(daft.col("part"), daft.col("number")).alias("result")
    frame = frame.select(*(daft.col(name) for name in _PLACE), result)
    try:
        for answer in frame.to_arrow_iter(results_buffer_size=workers):
            yield from _rows(stage, answer)
    finally:
        mark.unlink(missing_ok=True)


def under_way(worklist: Worklist) -> list[Batch]:
    """The batches that earlier runs were at when they died, where their only worker was the run itself."""
    mark, deadly = worklist.folder / _UNDER_WAY, worklist.folder / _DEADLY
    if mark.exists():
        with open(deadly, "a") as file:
            file.write(mark.read_text() + "\n")
        mark.unlink()
    if not deadly.exists():
        return []
    places = set(deadly.read_text().splitlines())
    return [batch for batch in worklist.batches() if f"{batch.part} {batch.number}" in places]


def _worker_class(tables: list[str]) -> type:
    import daft

    shape = pa.struct(
        [(name, pa.int64()) for name in _COUNTS] + [(f"table {name}", pa.large_binary()) for name in tables]
    )

    class Worker:
        """The stage in one process. Its answers are Arrow messages, which Daft moves as they are."""

        def __init__(self, stage: Stage, folder: str, lifeline: str | None, mark: str | None) -> None:
            self.stage = stage
            self.folder = folder
            self.mark = Path(mark) if mark else None
            self.alone = threading.Lock()  # in-process, Daft calls from several threads
            if lifeline:
                hang_on(lifeline)

        # Daft needs a batch size to spread work over processes; a row is a batch of ours already.
        @daft.method.batch(return_dtype=daft.DataType.from_arrow_type(shape), batch_size=1)
        def run(self, part: Any, number: Any) -> Any:
            with self.alone:
                done = [
                    self.batch(*place) for place in zip(part.to_pylist(), number.to_pylist(), strict=True)
                ]
            columns = [pa.array([getattr(result, name) for result in done], pa.int64()) for name in _COUNTS]
            columns += [
                pa.array([result.tables[name] for result in done], pa.large_binary()) for name in tables
            ]
            return daft.Series.from_arrow(pa.StructArray.from_arrays(columns, fields=list(shape)))

        def batch(self, part: int, number: int) -> Result:
            if self.mark:
                self.mark.write_text(f"{part} {number}")
            return run_batch(self.stage, self.folder, part, number)

    return Worker


def _rows(stage: Stage, answer: pa.RecordBatch) -> Iterator[tuple[Batch, Result]]:
    places = answer.select(_PLACE).to_pylist()
    for place, row in zip(places, answer.column("result"), strict=True):
        tables = {name: row[f"table {name}"].as_buffer() for name in stage.tables}
        yield Batch(**place), Result(**{name: row[name].as_py() for name in _COUNTS}, tables=tables)


def _import_path() -> str:
    """This process's import path: what the stage needs is found in the workers too."""
    return os.pathsep.join(path or os.getcwd() for path in sys.path)


def _choose_runner(kind: str) -> None:
    """Bind Daft to an engine; it takes one for the life of the process.

    Raises EngineError when it has taken the other one.
    """
    import daft
    from daft.runners import get_or_create_runner

    try:
        daft.set_runner_ray(noop_if_initialized=True) if kind == "ray" else daft.set_runner_native()
    except daft.exceptions.DaftCoreException:
        if get_or_create_runner().name != kind:
            raise EngineError(
                f"Daft already runs on its other engine here: use a new process for the {kind} one"
            ) from None


def _join_cluster(engine: Engine) -> int:
    """Connect to the Ray cluster, or start one here; returns how many workers to use."""
    try:
        import ray
    except ImportError:
        raise EngineError("the Ray engine needs Ray: pip install 'codegloss[ray]'") from None

    if not ray.is_initialized():
        variables = dict(VARIABLES)
        options: dict[str, Any] = {
            "address": engine.address,
            "log_to_driver": False,
            "logging_level": logging.ERROR,
        }
        if engine.address is None:
            variables["PYTHONPATH"] = _import_path()
            options |= {"num_cpus": engine.worker_count(), "include_dashboard": False}
        try:
            ray.init(runtime_env={"env_vars": variables}, **options)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise EngineError(f"no Ray cluster at {engine.address or 'this machine'}: {error}") from None
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return engine.workers or max(1, int(resources.get("CPU", 1)))
