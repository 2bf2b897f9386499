"""A dataset's tables open unchanged in the tools that people have, empty tables too."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegloss.dataset import Counts, Dataset, Writer
from codegloss.records import CommentParts, DocumentedValue, Dropped, Failed, arrow_schema, to_arrow


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A dataset of two shards, with lists of records, null records, and two empty tables."""
    tables = {"parts": CommentParts, "dropped": Dropped, "failed": Failed}
    writer = Writer(
        tmp_path / "out",
        name="test",
        main="parts",
        tables={name: arrow_schema(record) for name, record in tables.items()},
        parameters={},
        versions={},
    )
    returns = DocumentedValue("int", "how many")
    bare = CommentParts("numpy", [], None, [], None, [])
    rows = [bare, CommentParts("google", [], returns, [returns], "", ["x"])]
    writer.write("parts", to_arrow(rows, CommentParts))
    writer.checkpoint(2, Counts(2, 0, 0))
    writer.write("parts", to_arrow([bare], CommentParts))
    writer.commit(Counts(3, 0, 0))
    return tmp_path / "out"


RETURNS = [None, {"type": "int", "description": "how many"}, None]


def test_duckdb(out: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    found = duckdb.sql(f"select returns from '{out}/parts/*.parquet'")
    assert [row for (row,) in found.fetchall()] == RETURNS
    empty = duckdb.sql(f"select * from '{out}/failed/*.parquet'")
    assert empty.fetchall() == []
    assert empty.columns == arrow_schema(Failed).names


def test_pandas(out: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_parquet(out / "parts")
    assert list(frame["style"]) == ["numpy", "google", "numpy"]
    assert [None if row is None else dict(row) for row in frame["returns"]] == RETURNS
    assert list(pandas.read_parquet(out / "failed").columns) == arrow_schema(Failed).names


def test_daft(out: Path) -> None:
    daft = pytest.importorskip("daft")
    # Of a pattern, Daft reads the files in any order; of a list, in the order of the list.
    found = daft.read_parquet(f"{out}/parts/*.parquet").to_pydict()
    assert sorted(zip(found["style"], map(str, found["returns"]), strict=True)) == sorted(
        zip(["numpy", "google", "numpy"], map(str, RETURNS), strict=True)
    )
    shards = [str(file) for file in Dataset.open(out).shards()]
    assert daft.read_parquet(shards).to_pydict()["returns"] == RETURNS
    empty = daft.read_parquet(f"{out}/failed/*.parquet")
    assert empty.column_names == arrow_schema(Failed).names
    assert empty.count_rows() == 0


def test_datasets(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    datasets = pytest.importorskip("datasets")
    where = {"split": "train", "cache_dir": str(out.parent / "cache")}
    found = datasets.load_dataset("parquet", data_dir=str(out / "parts"), **where)
    assert found["returns"][:] == RETURNS
    # It prepares no split of no rows, whoever wrote them; what it can do with an empty file is stream it.
    empty = datasets.load_dataset("parquet", data_dir=str(out / "failed"), streaming=True, **where)
    assert empty.column_names == arrow_schema(Failed).names
    assert list(empty) == []


def test_an_empty_table_has_one_shard(out: Path) -> None:
    dataset = Dataset.open(out)
    assert len(dataset.shards("failed")) == 1
    assert dataset.read("failed").schema == arrow_schema(Failed)
    assert sum(batch.num_rows for batch in dataset.batches("failed")) == 0
