"""What a dataset says of itself, and how that is read back from `manifest.json`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

MANIFEST = "manifest.json"


class DatasetError(Exception):
    """A dataset that cannot be read or written: one line that names the folder and the cure."""


class AnotherDataset(DatasetError):
    """A finished dataset stands there that was asked for otherwise."""


@dataclass(frozen=True, slots=True)
class Parent:
    """A dataset, or another input, that a dataset was made from."""

    path: str  # where it lay at the time
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Shard:
    """One Parquet file of a table."""

    name: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a dataset."""

    rows: int
    shards: list[Shard]
    schema: dict[str, str]  # field → Arrow type as text


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the input rows."""

    kept: int
    dropped: int
    failed: int

    @property
    def rows_in(self) -> int:
        """Every input row ended as one of the three."""
        return self.kept + self.dropped + self.failed


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a dataset says of itself."""

    name: str  # the stage that made it
    main: str  # the table that is meant when none is named
    tables: dict[str, Table]
    kept: int  # input rows, as are the next three
    dropped: int
    failed: int
    rows_in: int
    parents: list[Parent]
    parameters: dict[str, Any]
    versions: dict[str, str]
    created: str  # UTC, ISO 8601
    fingerprint: str  # sha256 of the content alone: the same rows made elsewhere, another day, have the same


def read_manifest(path: Path) -> Manifest:
    """The manifest in a file; fields that a later version may have added are passed over.

    Raises DatasetError for one that is not JSON, or lacks a field.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(Manifest).validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "text"
        raise DatasetError(f"{path} is damaged ({where}: {first['msg']}): make the dataset again") from error


def describe(schema: pa.Schema) -> dict[str, str]:
    """Field names and their types as text, as the manifest shows them."""
    return {field.name: str(field.type) for field in schema}


def fingerprint(name: str, main: str, tables: Mapping[str, Table], counts: Counts) -> str:
    """sha256 over what a dataset holds: not when, where, or from what it was made."""
    content = {
        "name": name,
        "main": main,
        "counts": asdict(counts),
        "tables": {
            table: {"schema": listed.schema, "shards": [shard.sha256 for shard in listed.shards]}
            for table, listed in tables.items()
        },
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
