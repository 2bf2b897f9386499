"""Writing a dataset: rows in, checkpoints on the way, one rename at the end.

Beside the tables, `OUT.partial` holds `checkpoints.jsonl` and `request.json`: what was asked
for, because another request must not go on with this work.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from codegloss.dataset.conform import conform
from codegloss.dataset.files import sync, write_text
from codegloss.dataset.journal import Checkpoint, append, read_back
from codegloss.dataset.manifest import (
    MANIFEST,
    AnotherDataset,
    Counts,
    DatasetError,
    Manifest,
    Parent,
    Shard,
    Table,
    describe,
    fingerprint,
    read_manifest,
)
from codegloss.dataset.reader import Dataset
from codegloss.dataset.shards import OpenShard
from codegloss.dataset.workspace import Workspace, standing_at

REQUEST = "request.json"
OTHER_TABLES_FACTOR = 16  # a table that is not the main one may grow to this many times rows_per_shard
DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Writer:
    """Writes a dataset, so that at any moment it is there as a whole or not at all.

    `unchanged` says that the very dataset asked for stands at `out` already, and there is
    nothing to write. `resumed` says that a killed run of the same request is gone on with
    from `position`; `discarded`, that the work of another request was thrown away.
    """

    def __init__(
        self,
        out: str | Path,
        *,
        name: str,
        main: str,
        tables: Mapping[str, pa.Schema],
        parents: Sequence[Parent] = (),
        parameters: Mapping[str, Any],
        versions: Mapping[str, str],
        overwrite: bool = False,
        rows_per_shard: int = 65536,
    ) -> None:
        """Claim `out`. With `overwrite` another dataset there is replaced on commit, and made
        anew even if it is the one asked for; a folder that is not a dataset is never touched.

        Raises DatasetError when `out` is taken or being written by another process, TypeError
        for parameters that JSON does not know.
        """
        self.position = 0  # input rows that are durably done
        self.counts = Counts(0, 0, 0)  # what became of those
        self.unchanged = self.resumed = self.discarded = False
        self._main = main
        self._schemas = dict(tables)
        self._parents = list(parents)
        self._rows_per_shard = rows_per_shard
        asked = {
            "name": name,
            "main": main,
            "tables": {table: describe(schema) for table, schema in tables.items()},
            "parents": [{"name": parent.name, "fingerprint": parent.fingerprint} for parent in parents],
            "parameters": dict(parameters),
            "versions": dict(versions),
        }
        self._asked: dict[str, Any] = json.loads(json.dumps(asked))  # tuples are lists to JSON
        self._shards: dict[str, list[Shard]] = {table: [] for table in tables}
        self._open: dict[str, OpenShard] = {}
        self._place = Workspace(_location(out))
        with self._guarded():
            self.unchanged = not overwrite and self._stands_at_out()
            if not self.unchanged:
                self._place.claim()
                self._prepare(overwrite)

    @property
    def out(self) -> Path:
        """Where the dataset will stand."""
        return self._place.out

    @property
    def workspace(self) -> Path:
        """Where it is made; what else is put here is kept for a resumed run and removed at the end."""
        return self._place.path

    def write(self, table: str, data: pa.RecordBatch | pa.Table) -> None:
        """Append rows to a table; they are given its schema's types, and durable at the next checkpoint.

        Raises DatasetError for rows that do not fit the schema, and on a full disk.
        """
        for batch in [data] if isinstance(data, pa.RecordBatch) else data.to_batches():
            try:
                rows = conform(batch, self._schemas[table])
            except (ValueError, NotImplementedError) as error:  # the latter where Arrow has no such cast
                raise DatasetError(f"{self.out}: rows for table {table} do not fit: {error}") from error
            if rows.num_rows:
                with self._guarded():
                    self._shard(table).append(rows)

    def due(self) -> bool:
        """Whether a shard is full, so that it is time for a checkpoint."""
        return any(
            shard.rows >= self._rows_per_shard * (1 if table == self._main else OTHER_TABLES_FACTOR)
            for table, shard in self._open.items()
        )

    def checkpoint(self, position: int, counts: Counts) -> None:
        """Make durable that the first `position` input rows are done, and ended as `counts` says.

        Both count from the start of the job, not of this run. Raises DatasetError where the
        two disagree, and on a full disk.
        """
        if counts.rows_in != position or position < self.position:
            raise DatasetError(
                f"{position:,} input rows are not the sum of {counts}, or fewer than {self.position:,} before"
            )
        with self._guarded():
            finished = {table: shard.finish() for table, shard in self._open.items()}
            self._open.clear()
            for table in finished:
                sync(self.workspace / table)
            checkpoint = Checkpoint(position, counts, finished)
            append(self.workspace, checkpoint)
        self._note(checkpoint)

    def commit(self, counts: Counts) -> Manifest:
        """Finish the dataset and put it at `out`; `counts` are those of the whole job.

        Raises DatasetError when rows were dropped or failed that are not in those tables.
        """
        for table, claimed in (("dropped", counts.dropped), ("failed", counts.failed)):
            if table in self._schemas and self._rows(table) < claimed:
                raise DatasetError(
                    f"{claimed:,} input rows {table}, but that table has {self._rows(table):,} rows"
                )
        with self._guarded():
            for table in self._schemas:
                if not self._shards[table]:
                    self._shard(table)  # an empty table has one shard too, so that it opens everywhere
        self.checkpoint(counts.rows_in, counts)
        manifest = self._manifest()
        with self._guarded():
            write_text(self.workspace / MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
            self._publish()
        return manifest

    def abort(self) -> None:
        """Stop: what was done up to the last checkpoint stays in `workspace` for the next run."""
        for shard in self._open.values():
            shard.discard()
        self._open.clear()
        self._place.release()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Let go of the folder on any error, and say in a line what the disk refused."""
        try:
            yield
        except OSError as error:
            self.abort()
            if error.errno in DISK_FULL:
                raise DatasetError(
                    f"no space is left to write {self.out}: make some and run the same command again; "
                    f"what was done is kept in {self.workspace}"
                ) from error
            raise DatasetError(f"cannot write {self.out}: {error.strerror or error}") from error
        except Exception:
            self.abort()
            raise

    def _shard(self, table: str) -> OpenShard:
        if not self._place.claimed:
            raise DatasetError(f"{self.out} is not being written: it is finished, or was given up")
        if table not in self._open:
            name = f"{table}-{len(self._shards[table]):05d}.parquet"
            self._open[table] = OpenShard(self.workspace / table / name, self._schemas[table])
        return self._open[table]

    def _rows(self, table: str) -> int:
        waiting = self._open[table].rows if table in self._open else 0
        return waiting + sum(shard.rows for shard in self._shards[table])

    def _stands_at_out(self) -> bool:
        """Whether the dataset asked for is there; raises DatasetError where anything else is."""
        manifest = standing_at(self.out)
        if not manifest:
            return False
        differing = self._differing(manifest)
        if differing:
            raise AnotherDataset(
                f"{self.out} holds another dataset (other {', '.join(differing)}): "
                "name another folder, or ask to overwrite it"
            )
        Dataset.open(self.out)  # raises for one that is damaged
        self._place.tidy()
        return True

    def _differing(self, manifest: Manifest) -> list[str]:
        """The parts of the request in which a finished dataset is another one."""
        theirs = asdict(manifest)
        theirs["tables"] = {table: listed.schema for table, listed in manifest.tables.items()}
        theirs["parents"] = [{"name": p.name, "fingerprint": p.fingerprint} for p in manifest.parents]
        return [part for part, value in self._asked.items() if theirs[part] != value]

    def _prepare(self, overwrite: bool) -> None:
        """With the folder claimed: finish, take up or discard what an earlier run left, or start."""
        if overwrite:
            standing_at(self.out)  # raises for a folder that is not a dataset
        elif self._stands_at_out():  # another process has finished it since we looked
            self._place.release()
            self.unchanged = True
            return
        request = {**self._asked, "rows_per_shard": self._rows_per_shard}
        there = self._place.entries()
        if MANIFEST in there and not self._differing(read_manifest(self.workspace / MANIFEST)):
            self._publish()  # the run was killed between the manifest and the rename
            self.unchanged = True
        elif REQUEST in there and json.loads((self.workspace / REQUEST).read_bytes()) == request:
            self._take_up()
        else:
            self.discarded = REQUEST in there
            # What vouches for the rest goes first: a kill in between must leave nothing to go on with.
            self._place.remove(sorted(there, key=[REQUEST, MANIFEST].count, reverse=True))
            for table in self._schemas:
                (self.workspace / table).mkdir()
            write_text(self.workspace / REQUEST, json.dumps(request, indent=2) + "\n")

    def _take_up(self) -> None:
        """Go on from the last checkpoint, and remove the shards that came after it."""
        self.resumed = True
        for checkpoint in read_back(self.workspace):
            self._note(checkpoint)
        for table, finished in self._shards.items():
            (self.workspace / table).mkdir(exist_ok=True)
            for file in (self.workspace / table).iterdir():
                if file.name not in {shard.name for shard in finished}:
                    file.unlink()

    def _note(self, checkpoint: Checkpoint) -> None:
        self.position, self.counts = checkpoint.position, checkpoint.counts
        for table, shard in checkpoint.shards.items():
            self._shards[table].append(shard)

    def _manifest(self) -> Manifest:
        tables = {
            table: Table(self._rows(table), self._shards[table], describe(schema))
            for table, schema in self._schemas.items()
        }
        name = self._asked["name"]
        return Manifest(
            name=name,
            main=self._main,
            tables=tables,
            **asdict(self.counts),
            rows_in=self.counts.rows_in,
            parents=self._parents,
            parameters=self._asked["parameters"],
            versions=self._asked["versions"],
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            fingerprint=fingerprint(name, self._main, tables, self.counts),
        )

    def _publish(self) -> None:
        self._place.remove(self._place.entries() - {MANIFEST, *self._schemas})
        self._place.publish()


def _location(out: str | Path) -> Path:
    """The absolute path, links followed. Raises DatasetError for one that Arrow cannot name."""
    location = os.path.realpath(out)
    try:
        location.encode()
    except UnicodeEncodeError:
        shown = os.fsencode(location).decode("utf-8", "backslashreplace")
        raise DatasetError(f"{shown} is not UTF-8: name another folder") from None
    return Path(location)
