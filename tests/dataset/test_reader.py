"""A finished dataset opens; a damaged one says which file and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import dataset_job as job
import pytest

from codegloss.dataset import Dataset, DatasetError, Manifest, read_manifest


@pytest.fixture
def out(tmp_path: Path) -> Path:
    job.run(tmp_path / "out")
    return tmp_path / "out"


def test_columns_come_in_the_order_asked_for(out: Path) -> None:
    dataset = Dataset.open(out)
    assert dataset.read(columns=["text", "id"]).column_names == ["text", "id"]
    batches = list(dataset.batches(columns=["text", "id"], batch_size=100))
    assert batches[0].schema.names == ["text", "id"]
    assert max(batch.num_rows for batch in batches) == 100
    assert [i for batch in batches for i in batch["id"].to_pylist()] == dataset.read()["id"].to_pylist()
    with pytest.raises(DatasetError, match="table kept has no column 'size'"):
        dataset.read(columns=["size"])


def test_a_table_is_named_by_its_folder_too(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Dataset.open(out).default_table == "kept"
    assert Dataset.open(out / "dropped").read().num_rows == 130
    monkeypatch.chdir(out)
    assert Dataset.open("dropped").default_table == "dropped"
    with pytest.raises(DatasetError, match="no table 'failed', only kept, dropped"):
        Dataset.open(out).read("failed")
    (out / "other").mkdir()
    with pytest.raises(DatasetError, match="no table 'other'"):
        Dataset.open(out / "other")


def test_what_is_no_dataset_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no such folder"):
        Dataset.open(tmp_path / "nothing")
    with pytest.raises(DatasetError, match="not a dataset, or one that was never finished"):
        Dataset.open(tmp_path)
    job.writer(tmp_path / "out").abort()
    with pytest.raises(DatasetError, match=r"partial run lies in .*out\.partial; run the same command"):
        Dataset.open(tmp_path / "out")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-9])


@pytest.mark.parametrize(
    ("damage", "said"), [(Path.unlink, "is missing"), (cut, "bytes, not the")], ids=["missing", "cut"]
)
def test_a_lost_or_cut_shard_is_named_on_opening(
    out: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(out / "kept" / "kept-00001.parquet")
    with pytest.raises(DatasetError, match=rf"kept-00001\.parquet .*{said}.*"):
        Dataset.open(out)


def test_changed_bytes_are_found_by_verify(out: Path) -> None:
    Dataset.open(out).verify()
    file = out / "kept" / "kept-00002.parquet"
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    with pytest.raises(DatasetError, match=r"kept-00002\.parquet was changed"):
        Dataset.open(out).verify()


def test_a_shard_that_is_not_parquet_is_named_on_reading(out: Path) -> None:
    file = out / "kept" / "kept-00000.parquet"
    file.write_bytes(b"\0" * file.stat().st_size)
    for read in (Dataset.open(out).read, lambda: list(Dataset.open(out).batches())):
        with pytest.raises(DatasetError, match=r"kept-00000\.parquet cannot be read"):
            read()


def test_a_file_that_does_not_belong_is_found_by_verify(out: Path) -> None:
    (out / "kept" / "kept-00009.parquet").write_bytes(b"")
    with pytest.raises(DatasetError, match=r"kept-00009\.parquet is no part of it"):
        Dataset.open(out).verify()


def test_fields_of_a_later_version_are_passed_over(out: Path) -> None:
    manifest = read_manifest(out / "manifest.json")
    assert isinstance(manifest, Manifest)
    later = json.loads((out / "manifest.json").read_text())
    later["colour"] = "blue"
    later["tables"]["kept"]["shards"][0]["rows_per_page"] = 7
    (out / "manifest.json").write_text(json.dumps(later))
    assert read_manifest(out / "manifest.json") == manifest


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "job"}', "\0"])
def test_a_damaged_manifest_is_named(out: Path, text: str) -> None:
    (out / "manifest.json").write_text(text)
    with pytest.raises(DatasetError, match=r"manifest\.json is damaged .*make the dataset again"):
        Dataset.open(out)
