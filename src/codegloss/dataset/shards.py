"""One shard while it is being written."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from codegloss.dataset.files import TEMPORARY, sha256, sync
from codegloss.dataset.manifest import Shard

ROW_GROUP_ROWS = 8192
ROW_GROUP_BYTES = 32 << 20  # a row group ends early here, so that rows of megabytes do not fill memory


class OpenShard:
    """The shard of one table that is being written, under a temporary name.

    Rows wait until they fill a row group. The groups are cut at the same rows however the
    rows arrive, as long as they are small.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        import pyarrow.parquet as pq

        self.path = path
        self.rows = 0
        self._schema = schema
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_rows = 0
        self._waiting_bytes = 0
        self._temporary = path.with_name(path.name + TEMPORARY)
        self._file = pa.OSFile(str(self._temporary), "wb")
        # Without dictionaries: zstd finds the repeats as well, in four fifths of the time.
        self._parquet = pq.ParquetWriter(self._file, schema, compression="zstd", use_dictionary=False)

    def append(self, batch: pa.RecordBatch) -> None:
        """Add rows that have the shard's schema."""
        self.rows += batch.num_rows
        self._wait(batch)
        while self._waiting_rows >= ROW_GROUP_ROWS:
            self._write_row_group()
        if self._waiting_bytes >= ROW_GROUP_BYTES:
            self._write_row_group()

    def finish(self) -> Shard:
        """Write what waits, make it durable, and give the file its name."""
        if self._waiting:
            self._write_row_group()
        self._parquet.close()
        self._file.close()
        sync(self._temporary)
        shard = Shard(self.path.name, self.rows, self._temporary.stat().st_size, sha256(self._temporary))
        self._temporary.rename(self.path)
        return shard

    def discard(self) -> None:
        """Close and remove the file, also when the disk is too full for its last bytes."""
        for part in (self._parquet, self._file):
            with suppress(OSError, ValueError, pa.ArrowException):
                part.close()
        self._temporary.unlink(missing_ok=True)

    def _wait(self, batch: pa.RecordBatch) -> None:
        self._waiting.append(batch)
        self._waiting_rows += batch.num_rows
        self._waiting_bytes += batch.nbytes

    def _write_row_group(self) -> None:
        waiting = pa.Table.from_batches(self._waiting, self._schema)
        # One chunk a column: the pages must not depend on the sizes of the batches that came.
        group = waiting.slice(0, ROW_GROUP_ROWS).combine_chunks()
        self._waiting, self._waiting_rows, self._waiting_bytes = [], 0, 0
        for rest in waiting.slice(ROW_GROUP_ROWS).to_batches():
            self._wait(rest)
        self._parquet.write_table(group, row_group_size=ROW_GROUP_ROWS)
