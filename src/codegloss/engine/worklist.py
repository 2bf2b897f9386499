"""The input of a run, listed once on disk, in batches that one worker takes at a time.

A worklist is a folder. `rows-00000.arrow` holds some batches of input rows as an Arrow
file, from which a worker reads one batch alone; `batches.parquet` lists all batches, and
is what Daft is given. So the driver and Daft move a few numbers per batch, whatever the
rows weigh. `complete.json` is written last: a run that is taken up again uses the same
list in the same order, however the input changed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from codegloss.records import arrow_schema, fields, from_row, to_arrow

ROWS_PER_BATCH = 64
BYTES_PER_BATCH = 4 << 20
BATCHES_PER_FILE = 32
BYTES_PER_FILE = 16 << 20

_BATCHES = pa.schema([(name, pa.int64()) for name in ("index", "rows", "bytes", "part", "number")])


@dataclass(frozen=True, slots=True)
class Batch:
    """Some consecutive rows of a worklist."""

    index: int  # of the first row
    rows: int
    bytes: int  # size of the rows' content
    part: int  # number of the file that holds them
    number: int  # within that file


@dataclass(frozen=True, slots=True)
class Worklist:
    """A finished list of input rows."""

    folder: Path
    rows: int
    bytes: int

    def batches(self, position: int = 0) -> pa.Table:
        """The batches from the one that starts at row `position` on, with the columns of `Batch`."""
        table = pq.read_table(self.folder / "batches.parquet")
        first = bisect_left(table["index"].to_pylist(), position)
        return table.slice(first).combine_chunks()


def prepare(
    folder: Path,
    rows: Callable[[], Iterable[Any]],
    source: type,
    listed: Callable[[int, int], None] = lambda rows, size: None,
) -> Worklist:
    """The worklist in `folder`, written from `rows()` when it is not there complete."""
    complete = folder / "complete.json"
    if complete.exists():
        found = json.loads(complete.read_text())
        return Worklist(folder, found["rows"], found["bytes"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    total = size = 0
    with pq.ParquetWriter(folder / "batches.parquet", _BATCHES) as listing:
        for part, group in enumerate(_grouped(_batched(rows(), "size" in fields(source)))):
            written = _write_part(folder, part, group, source, total)
            listing.write_table(pa.Table.from_pylist(written, schema=_BATCHES))
            total += sum(batch["rows"] for batch in written)
            size += sum(batch["bytes"] for batch in written)
            listed(total, size)
    temporary = complete.with_suffix(".tmp")
    with open(temporary, "w") as file:
        json.dump({"rows": total, "bytes": size}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, complete)
    return Worklist(folder, total, size)


def read_batch(folder: str | Path, part: int, number: int, source: type) -> list[Any]:
    """The rows of one batch, as records."""
    with pa.memory_map(str(Path(folder) / f"rows-{part:05d}.arrow")) as file:
        batch = pa.ipc.open_file(file).get_batch(number)
        return [from_row(row, source) for row in batch.to_pylist()]


def _batched(rows: Iterable[Any], sized: bool) -> Iterator[list[Any]]:
    batch: list[Any] = []
    weight = 0
    for row in rows:
        size = row.size if sized else 0
        if batch and (len(batch) == ROWS_PER_BATCH or weight + size > BYTES_PER_BATCH):
            yield batch
            batch, weight = [], 0
        batch.append(row)
        weight += size
    if batch:
        yield batch


def _grouped(batches: Iterable[list[Any]]) -> Iterator[list[list[Any]]]:
    group: list[list[Any]] = []
    weight = 0
    for batch in batches:
        group.append(batch)
        weight += _size(batch)
        if len(group) == BATCHES_PER_FILE or weight >= BYTES_PER_FILE:
            yield group
            group, weight = [], 0
    if group:
        yield group


def _size(batch: list[Any]) -> int:
    return sum(getattr(row, "size", 0) for row in batch)


def _write_part(
    folder: Path, part: int, group: list[list[Any]], source: type, index: int
) -> list[dict[str, int]]:
    """Write one file of batches, the first of which starts at row `index`; returns their listing."""
    listing = []
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(folder / f"rows-{part:05d}.arrow"), "wb") as file,
        pa.ipc.new_file(file, arrow_schema(source), options=options) as writer,
    ):
        for number, rows in enumerate(group):
            writer.write_batch(_to_arrow(rows, source))
            place = {"index": index, "rows": len(rows), "bytes": _size(rows), "part": part, "number": number}
            listing.append(place)
            index += len(rows)
    return listing


def _to_arrow(rows: list[Any], source: type) -> pa.RecordBatch:
    try:
        return to_arrow(rows, source)
    except UnicodeEncodeError:  # a file name that is not UTF-8
        return to_arrow([printable(row) for row in rows], source)


def printable(value: Any) -> Any:
    """The record with what cannot be encoded in its texts, at any depth, as an escape: `\\udce9`."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [printable(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = (field.name for field in dataclasses.fields(value))
        return dataclasses.replace(value, **{name: printable(getattr(value, name)) for name in names})
    return value
