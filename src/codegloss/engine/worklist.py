"""The input of a run, listed once on disk, in batches that one worker takes at a time.

A worklist is a folder. `rows-00000.arrow` holds 32 batches of input rows as an Arrow
file, from which a worker reads one batch alone; `batches-00000.parquet` says which rows
these are, and is what Daft reads. So the driver and Daft move a few numbers per batch,
whatever the rows weigh. `complete.json` is written last: a run that is taken up again
uses the same list in the same order, however the input changed.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from codegloss.records import arrow_schema, fields, from_row, to_arrow

ROWS_PER_BATCH = 64
BYTES_PER_BATCH = 4 << 20
BATCHES_PER_FILE = 32  # also the unit in which a cluster hands out work

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

    @property
    def batch_files(self) -> str:
        """Pattern of the Parquet files that list the batches."""
        return str(self.folder / "batches-*.parquet")

    def batches(self, position: int = 0) -> Iterator[Batch]:
        """The batches from the one that starts at row `position`, in order."""
        for path in sorted(self.folder.glob("batches-*.parquet")):
            for row in pq.read_table(path).to_pylist():
                if row["index"] >= position:
                    yield Batch(**row)


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
    total = size = part = 0
    group: list[list[Any]] = []
    for batch in _batched(rows(), "size" in fields(source)):
        group.append(batch)
        if len(group) == BATCHES_PER_FILE or _size(group) >= BYTES_PER_BATCH * 4:
            total, size = _write_part(folder, part, group, source, total, size)
            part, group = part + 1, []
            listed(total, size)
    if group or not part:
        total, size = _write_part(folder, part, group, source, total, size)
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


def _size(group: list[list[Any]]) -> int:
    return sum(getattr(row, "size", 0) for batch in group for row in batch)


def _write_part(
    folder: Path, part: int, group: list[list[Any]], source: type, total: int, size: int
) -> tuple[int, int]:
    """Write one file of batches; returns the rows and bytes listed with it."""
    listing: list[dict[str, int]] = []
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(folder / f"rows-{part:05d}.arrow"), "wb") as file,
        pa.ipc.new_file(file, arrow_schema(source), options=options) as writer,
    ):
        for number, rows in enumerate(group):
            writer.write_batch(_to_arrow(rows, source))
            weight = _size([rows])
            listing.append(
                {"index": total, "rows": len(rows), "bytes": weight, "part": part, "number": number}
            )
            total, size = total + len(rows), size + weight
    pq.write_table(pa.Table.from_pylist(listing, schema=_BATCHES), folder / f"batches-{part:05d}.parquet")
    return total, size


def _to_arrow(rows: list[Any], source: type) -> pa.RecordBatch:
    try:
        return to_arrow(rows, source)
    except UnicodeEncodeError:  # a file name that is not UTF-8
        return to_arrow([printable(row) for row in rows], source)


def printable(record: Any) -> Any:
    """The record with what cannot be encoded in its texts written as an escape, `\\udce9`."""
    texts = {
        field.name: value.encode("utf-8", "backslashreplace").decode()
        for field in dataclasses.fields(record)
        if isinstance(value := getattr(record, field.name), str)
    }
    return dataclasses.replace(record, **texts)
