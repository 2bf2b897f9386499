"""Opening and reading a finished dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from codegloss.dataset.files import sha256
from codegloss.dataset.manifest import MANIFEST, DatasetError, Manifest, Shard, Table, read_manifest
from codegloss.dataset.workspace import partial_of


class Dataset:
    """A finished dataset, opened for reading."""

    def __init__(self, path: Path, manifest: Manifest, default_table: str) -> None:
        self.path = path
        self.manifest = manifest
        self.default_table = default_table

    @classmethod
    def open(cls, path: str | Path) -> Dataset:
        """The dataset at `path`, which may also be the folder of one of its tables.

        Raises DatasetError where there is none, or a shard is missing or has another size
        than when it was written. `verify` looks at the bytes too.
        """
        path = Path(path)
        if (path / MANIFEST).is_file():
            manifest = read_manifest(path / MANIFEST)
            dataset = cls(path, manifest, manifest.main)
        elif path.is_dir() and (path.resolve().parent / MANIFEST).is_file():
            folder = path.resolve()
            dataset = cls(folder.parent, read_manifest(folder.parent / MANIFEST), folder.name)
        else:
            raise DatasetError(_why_no_dataset(path))
        dataset.table()
        for table, shard in dataset._listed():
            file = dataset.path / table / shard.name
            if not file.is_file():
                raise DatasetError(f"{file} is missing: copy it back or make the dataset again")
            if file.stat().st_size != shard.bytes:
                raise DatasetError(
                    f"{file} has {file.stat().st_size:,} bytes, not the {shard.bytes:,} that were written: "
                    "copy it back or make the dataset again"
                )
        return dataset

    def table(self, table: str | None = None) -> Table:
        """What the manifest says of a table; raises DatasetError where there is none of that name."""
        name = table or self.default_table
        if name not in self.manifest.tables:
            raise DatasetError(f"{self.path} has no table {name!r}, only {', '.join(self.manifest.tables)}")
        return self.manifest.tables[name]

    def shards(self, table: str | None = None) -> list[Path]:
        """The Parquet files of a table, in the order of their rows."""
        folder = self.path / (table or self.default_table)
        return [folder / shard.name for shard in self.table(table).shards]

    def read(self, table: str | None = None, columns: Sequence[str] | None = None) -> pa.Table:
        """A whole table in memory, or some columns of it, in the order named."""
        import pyarrow.parquet as pq

        self._check_columns(table, columns)
        parts = []
        for file in self.shards(table):
            with _readable(file):
                parts.append(pq.ParquetFile(file).read(columns=columns))
        whole = pa.concat_tables(parts)
        return whole if columns is None else whole.select(columns)

    def batches(
        self, table: str | None = None, columns: Sequence[str] | None = None, batch_size: int = 8192
    ) -> Iterator[pa.RecordBatch]:
        """The rows of a table in order, at most `batch_size` at a time, in bounded memory."""
        import pyarrow.parquet as pq

        self._check_columns(table, columns)
        for file in self.shards(table):
            with _readable(file), pq.ParquetFile(file) as reader:
                for batch in reader.iter_batches(batch_size=batch_size, columns=columns):
                    yield batch if columns is None else batch.select(columns)

    def verify(self) -> None:
        """Compare every shard with its sha256, and the folders with the list of shards.

        Raises DatasetError that names the first file that is not what was written.
        """
        for table, shard in self._listed():
            file = self.path / table / shard.name
            if sha256(file) != shard.sha256:
                raise DatasetError(f"{file} was changed after it was written: make the dataset again")
        for table, listed in self.manifest.tables.items():
            there = {file.name for file in (self.path / table).iterdir()}
            strays = there - {shard.name for shard in listed.shards}
            if strays:
                raise DatasetError(f"{self.path / table / min(strays)} is no part of it: move it away")

    def _listed(self) -> Iterator[tuple[str, Shard]]:
        for name, table in self.manifest.tables.items():
            for shard in table.shards:
                yield name, shard

    def _check_columns(self, table: str | None, columns: Sequence[str] | None) -> None:
        unknown = set(columns or ()) - set(self.table(table).schema)
        if unknown:
            name = table or self.default_table
            raise DatasetError(f"{self.path}: table {name} has no column {min(unknown)!r}")


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        reason = str(error).partition("\n")[0]
        raise DatasetError(f"{file} cannot be read ({reason}): make the dataset again") from error


def _why_no_dataset(path: Path) -> str:
    partial = partial_of(path.resolve())
    if partial.is_dir():
        return f"{path} was never finished: a partial run lies in {partial}; run the same command to go on"
    if not path.exists():
        return f"{path}: no such folder"
    return f"{path} is not a dataset, or one that was never finished: it has no {MANIFEST}"
