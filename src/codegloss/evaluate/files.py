"""Reading what others published: JSON, JSON lines and CSV, plain or gzipped, with clear errors."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from codegloss.evaluate.tasks import TaskError


def needed(path: Path, original: str) -> Path:
    """The path, if something is there. Raises TaskError that says where the public original is."""
    if not path.exists():
        raise TaskError(f"{path} is not there; the public original is at {original}")
    return path


def _opened(path: Path) -> IO[str]:
    return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")


def read_json(path: Path) -> Any:
    """The content of a JSON file."""
    try:
        with _opened(path) as file:
            return json.load(file)
    except (OSError, ValueError) as error:
        raise TaskError(f"{path} cannot be read: {error}") from error


def json_lines(path: Path, *fields: str) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines; each must have the fields named."""
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                row = json.loads(line)
                missing = [field for field in fields if field not in row]
                if missing:
                    raise TaskError(f"{path}, line {number}: no field {missing[0]!r}")
                yield row
    except (OSError, EOFError, ValueError) as error:
        raise TaskError(f"{path} cannot be read: {error}") from error


def csv_rows(path: Path, *fields: str) -> Iterator[dict[str, str]]:
    """The rows of a CSV file with a header; it must have the columns named."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            missing = [field for field in fields if field not in (reader.fieldnames or ())]
            if missing:
                raise TaskError(f"{path}: no column {missing[0]!r}")
            yield from reader
    except (OSError, ValueError, csv.Error) as error:
        raise TaskError(f"{path} cannot be read: {error}") from error
