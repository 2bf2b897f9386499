"""What happens to one batch of rows, in whatever process: the stage, row by row."""

from __future__ import annotations

import gc
import resource
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from codegloss.engine.stage import Stage
from codegloss.engine.worklist import printable
from codegloss.records import Dropped, Failed, arrow_schema, to_arrow


@dataclass(frozen=True, slots=True)
class Result:
    """What a batch of rows gave: its counts and, for each table, an Arrow message or nothing."""

    kept: int
    dropped: int
    failed: int
    tables: dict[str, bytes | None]

    def batches(self, stage: Stage) -> dict[str, pa.RecordBatch]:
        """The tables that have rows."""
        return {
            name: pa.ipc.read_record_batch(pa.py_buffer(message), arrow_schema(stage.tables[name]))
            for name, message in self.tables.items()
            if message is not None
        }


def merged(stage: Stage, results: Sequence[Result]) -> Result:
    """The result of all rows from the results of some."""
    found = [result.batches(stage) for result in results]
    tables: dict[str, bytes | None] = {}
    for name in stage.tables:
        batches = [batch[name] for batch in found if name in batch]
        tables[name] = pa.concat_batches(batches).serialize().to_pybytes() if batches else None
    return Result(
        sum(result.kept for result in results),
        sum(result.dropped for result in results),
        sum(result.failed for result in results),
        tables,
    )


# Processor time that a row may take, twenty times what source code of its size does.
_SECONDS = 20.0
_SECONDS_PER_BYTE = 20e-6


def seconds_for(row: Any) -> float:
    """Seconds of processor time after which a row is given up."""
    return _SECONDS + _SECONDS_PER_BYTE * int(getattr(row, "size", 0))


# Private memory that a worker may take; a parser lost in nonsense takes a gigabyte a second. The parser
# of the largest real files takes some hundred bytes of it a byte.
_BYTES = 2 << 30
_BYTES_PER_BYTE = 400


def _bound(row: Any) -> None:
    """Have this process die of a row that takes too much time, and be refused too much memory."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds_for(row))
    most = _BYTES + _BYTES_PER_BYTE * int(getattr(row, "size", 0))
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))


def run_rows(stage: Stage, rows: Sequence[Any], *, mortal: bool = False) -> Result:
    """Run the stage over some rows; one that raises, or whose records do not fit, fails alone.

    A `mortal` process dies, of SIGVTALRM, of a row that takes too long, and of one that takes
    too much memory if code in C asks for it: that heeds no gentler word.

    Without the garbage collector: it would go through the many young records again and again,
    a third of extraction's time, and find nothing.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return _run_rows(stage, rows, mortal)
    finally:
        if collects:
            gc.enable()


def _run_rows(stage: Stage, rows: Sequence[Any], mortal: bool) -> Result:
    outcomes = []
    for row in rows:
        if mortal:
            _bound(row)
        outcomes.append(_outcome(stage, row))
    if mortal:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    try:
        tables = _tables(stage, outcomes)
    except Exception:  # one row's records do not fit their columns: find it
        outcomes = [_fitting(stage, row, records) for row, records in zip(rows, outcomes, strict=True)]
        tables = _tables(stage, outcomes)
    ends = [_end(records) for records in outcomes]
    return Result(ends.count("kept"), ends.count("dropped"), ends.count("failed"), tables)


def fail_row(stage: Stage, row: Any, error: Exception) -> Result:
    """The result of a row that failed for a reason outside the stage."""
    return Result(0, 0, 1, _tables(stage, [[_failed(stage, row, error)]]))


def _outcome(stage: Stage, row: Any) -> list[Any]:
    try:
        records = list(stage(row))
        for record in records:
            if type(record) not in stage.tables.values():
                raise TypeError(f"stage {stage.name} has no table for a {type(record).__name__}")
        return records
    except Exception as error:
        return [_failed(stage, row, error)]


def _failed(stage: Stage, row: Any, error: Exception) -> Failed:
    return printable(stage.failed(row, error))  # type: ignore[no-any-return]


def _fitting(stage: Stage, row: Any, records: list[Any]) -> list[Any]:
    try:
        _tables(stage, [records])
        return records
    except Exception as error:
        return [_failed(stage, row, error)]


def _end(records: Sequence[Any]) -> str:
    kinds = {type(record) for record in records}
    return "failed" if Failed in kinds else "dropped" if Dropped in kinds else "kept"


def _tables(stage: Stage, outcomes: Sequence[Sequence[Any]]) -> dict[str, bytes | None]:
    by_class: dict[type, list[Any]] = {record: [] for record in stage.tables.values()}
    for records in outcomes:
        for record in records:
            by_class[type(record)].append(record)
    return {
        name: to_arrow(by_class[record], record).serialize().to_pybytes() if by_class[record] else None
        for name, record in stage.tables.items()
    }
