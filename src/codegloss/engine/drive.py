"""Drives a run: lists the input, takes the results in order, writes the dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from typing import Any

from codegloss.dataset import Counts, Manifest, Writer
from codegloss.engine.gather import all_results
from codegloss.engine.stage import Engine, EngineError, Interrupted, Progress, Silent, Stage
from codegloss.engine.worker import Result
from codegloss.engine.worklist import prepare
from codegloss.offline import switch_off_telemetry


def run(
    stage: Stage,
    rows: Callable[[], Iterable[Any]],
    writer: Writer,
    engine: Engine = Engine(),
    progress: Progress | None = None,
) -> Manifest:
    """Run a stage over `rows()` and commit the dataset.

    `rows` is called only where no finished worklist lies in the writer's workspace. On a
    cluster the workspace, that is the folder beside the output, must be on a file system
    that every node sees. Raises EngineError, Interrupted, and DatasetError of the writer;
    the work up to the last checkpoint is kept then, and the same call goes on from it.
    """
    switch_off_telemetry()  # before Daft or Ray is imported
    progress = progress or Silent()
    done = total = 0
    try:
        worklist = prepare(writer.workspace / "worklist", rows, stage.source, progress.listed)
        done, total, counts = writer.position, worklist.rows, writer.counts
        progress.start(total, worklist.bytes, done)
        with closing(all_results(stage, worklist, done, engine, progress)) as finished:
            for batch, result in finished:
                counts = _write(stage, writer, result, counts)
                done = batch.index + batch.rows
                progress.advance(batch.rows, batch.bytes, result.kept, result.dropped, result.failed)
                if writer.due():
                    writer.checkpoint(done, counts)
        if counts.rows_in != total:
            raise EngineError(
                f"{total:,} rows went in, but {counts.kept:,} kept + {counts.dropped:,} dropped + "
                f"{counts.failed:,} failed came out: a fault of this program, please report it"
            )
        return writer.commit(counts)
    except KeyboardInterrupt:
        writer.abort()
        raise Interrupted(_stopped(done, total)) from None
    except BaseException:
        writer.abort()
        raise
    finally:
        progress.finish()


def _stopped(done: int, total: int) -> str:
    where = f"after {done:,} of {total:,}" if total else "while listing the input"
    return f"stopped {where}; nothing half-written; run the same command again to go on"


def _write(stage: Stage, writer: Writer, result: Result, counts: Counts) -> Counts:
    for name, batch in result.batches(stage).items():
        writer.write(name, batch)
    return Counts(counts.kept + result.kept, counts.dropped + result.dropped, counts.failed + result.failed)
