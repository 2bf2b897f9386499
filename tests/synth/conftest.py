"""Datasets of functions to be rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from codegloss.dataset import Counts, Writer
from codegloss.extract import extract
from codegloss.records import Function, SourceFile, arrow_schema, to_arrow


@pytest.fixture
def dataset_of(tmp_path: Path) -> Callable[[Mapping[str, str]], Path]:
    """Makes a dataset of repositories of one file each, from the text of each file by its name."""

    def make(sources: Mapping[str, str]) -> Path:
        records: dict[str, type] = {"functions": Function, "files": SourceFile}
        writer = Writer(
            tmp_path / "functions", name="extract", main="functions", parameters={}, versions={},
            tables={name: arrow_schema(record) for name, record in records.items()},
        )  # fmt: skip
        count = 0
        for name, text in sources.items():
            folder = tmp_path / "repositories" / name.removesuffix(".py")
            folder.mkdir(parents=True)
            (folder / name).write_text(text, "utf-8")
            rows = list(extract(folder))
            for table, record in records.items():
                writer.write(table, to_arrow([row for row in rows if isinstance(row, record)], record))
            count += sum(isinstance(row, Function) for row in rows)
        writer.commit(Counts(count, 0, 0))
        return tmp_path / "functions"

    return make
