"""A dataset is there as a whole or not at all, and a killed run goes on to the same bytes."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import dataset_job as job
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from die_anywhere import files

from codegloss.dataset import Counts, Dataset, DatasetError, Parent

HERE = Path(__file__).parent


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    manifest = job.run(tmp_path / "out")
    assert manifest is not None
    kept = Dataset.open(tmp_path / "out").read()
    assert kept.schema == job.KEPT
    starts = range(0, job.ROWS, job.STEP)
    assert kept == pa.concat_tables([job.rows(start, start + 45) for start in starts]).combine_chunks()
    assert (manifest.rows_in, manifest.kept, manifest.dropped, manifest.failed) == (1300, 1170, 130, 0)
    assert not (tmp_path / "out.partial").exists()


def test_shards_end_where_checkpoints_were_due(tmp_path: Path) -> None:
    manifest = job.run(tmp_path / "out")
    assert manifest is not None
    # 45 rows a write: 12 writes pass 500 rows, and the last shard has what is left of 26 writes.
    assert [shard.rows for shard in manifest.tables["kept"].shards] == [540, 540, 90]
    assert [shard.name for shard in manifest.tables["kept"].shards][:2] == [
        "kept-00000.parquet",
        "kept-00001.parquet",
    ]
    for file, shard in zip(
        Dataset.open(tmp_path / "out").shards(), manifest.tables["kept"].shards, strict=True
    ):
        metadata = pq.ParquetFile(file).metadata
        assert metadata.num_rows == shard.rows
        assert metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_table_that_is_not_the_main_one_may_grow_sixteen_times_larger(tmp_path: Path) -> None:
    writer = job.writer(tmp_path / "out", rows_per_shard=10)
    dropped = pa.table({"path": ["a"] * 159, "reason": ["odd"] * 159})
    writer.write("dropped", dropped)
    assert not writer.due()
    writer.write("dropped", dropped.slice(0, 1))
    assert writer.due()
    writer.abort()


def test_row_groups_do_not_depend_on_how_rows_arrive(tmp_path: Path) -> None:
    whole = job.rows(0, 20_000)
    for name, step in (("one", 20_000), ("many", 77)):
        writer = job.writer(tmp_path / name)
        for start in range(0, 20_000, step):
            writer.write("kept", whole.slice(start, step))
        writer.commit(Counts(20_000, 0, 0))
    assert files(tmp_path / "one") == files(tmp_path / "many")
    metadata = pq.ParquetFile(Dataset.open(tmp_path / "one").shards()[0]).metadata
    assert [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)] == [8192, 8192, 3616]


def test_rows_of_megabytes_do_not_wait_for_a_whole_row_group(tmp_path: Path) -> None:
    writer = job.writer(tmp_path / "out")
    large = pa.table({"id": range(8), "text": ["x" * (5 << 20)] * 8}, schema=job.KEPT)
    before = pa.total_allocated_bytes()
    for _ in range(10):  # 400 MiB in all
        writer.write("kept", large)
        assert pa.total_allocated_bytes() - before < 200 << 20
    writer.abort()


def test_two_runs_differ_in_nothing_but_the_time(tmp_path: Path) -> None:
    first, second = job.run(tmp_path / "a"), job.run(tmp_path / "b")
    assert first is not None
    assert second is not None
    assert files(tmp_path / "a") == files(tmp_path / "b")
    assert first.fingerprint == second.fingerprint
    other = job.writer(tmp_path / "c")
    other.write("kept", job.rows(1, 2))
    assert other.commit(Counts(1, 0, 0)).fingerprint != first.fingerprint


def test_the_same_request_again_finds_nothing_to_do(tmp_path: Path) -> None:
    job.run(tmp_path / "out", parents=[Parent("/here", "source", "f1")])
    again = job.writer(tmp_path / "out", parents=[Parent("/moved", "source", "f1")])
    assert again.unchanged
    assert not (tmp_path / "out.partial").exists()
    forced = job.writer(tmp_path / "out", parents=[Parent("/here", "source", "f1")], overwrite=True)
    assert not forced.unchanged
    forced.abort()


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "other"},
        {"parameters": {"step": 51}},
        {"versions": {"job": "2"}},
        {"parents": [Parent("/here", "source", "f2")]},
        {"tables": {"kept": job.KEPT}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_another_request_does_not_touch_a_finished_dataset(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    job.run(tmp_path / "out")
    before = files(tmp_path / "out")
    with pytest.raises(DatasetError, match=f"holds another dataset .*{next(iter(changed))}"):
        job.writer(tmp_path / "out", **changed)
    assert files(tmp_path / "out") == before
    assert not (tmp_path / "out.partial").exists()


def test_overwrite_replaces_a_dataset_only_on_commit(tmp_path: Path) -> None:
    job.run(tmp_path / "out", parameters={"step": 1})
    writer = job.writer(tmp_path / "out", overwrite=True)
    writer.write("kept", job.rows(0, 1))
    assert Dataset.open(tmp_path / "out").manifest.parameters == {"step": 1}
    writer.commit(Counts(1, 0, 0))
    assert Dataset.open(tmp_path / "out").read()["id"].to_pylist() == [0]
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_not_a_dataset_is_never_touched(tmp_path: Path, overwrite: bool) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "cat.jpg").write_bytes(b"cat")
    with pytest.raises(DatasetError, match="exists and is not a dataset"):
        job.writer(folder, overwrite=overwrite)
    with pytest.raises(DatasetError, match="not an ordinary folder"):
        job.writer(folder / "cat.jpg", overwrite=overwrite)
    (folder / "manifest.json").write_text('{"name": "an application", "icons": []}')
    with pytest.raises(DatasetError, match=r"its manifest\.json is no dataset's"):
        job.writer(folder, overwrite=overwrite)
    folder.rename(tmp_path / "out.partial")
    with pytest.raises(DatasetError, match="not a partial dataset"):
        job.writer(tmp_path / "out", overwrite=overwrite)
    assert (tmp_path / "out.partial" / "cat.jpg").read_bytes() == b"cat"


def test_an_empty_folder_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    job.run(tmp_path / "out")
    assert Dataset.open(tmp_path / "out").manifest.kept == 1170


def test_a_folder_that_cannot_be_made_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatasetError, match=r"cannot write .*file/out: "):
        job.writer(tmp_path / "file" / "out")


def test_one_process_at_a_time(tmp_path: Path) -> None:
    first = job.writer(tmp_path / "out")
    with pytest.raises(DatasetError, match="being written by another process"):
        job.writer(tmp_path / "out")
    first.write("kept", job.rows(0, 1))
    first.abort()
    second = job.writer(tmp_path / "out")
    assert (second.resumed, second.position) == (True, 0)
    second.abort()


def test_after_abort_the_same_request_goes_on_from_the_last_checkpoint(tmp_path: Path) -> None:
    job.run(tmp_path / "whole")
    writer = job.writer(tmp_path / "out")
    for start in range(0, 600, 50):
        writer.write("kept", job.rows(start, start + 45))
        writer.write("dropped", pa.table({"path": [f"{start}.py"] * 5, "reason": ["odd"] * 5}))
    writer.checkpoint(600, job.counts(600))
    writer.write("kept", job.rows(600, 640))
    (writer.workspace / "worklist").mkdir()
    writer.abort()
    with pytest.raises(DatasetError, match=r"never finished.*out\.partial.*run the same command"):
        Dataset.open(tmp_path / "out")
    resumed = job.writer(tmp_path / "out")
    assert (resumed.position, resumed.counts) == (600, Counts(540, 60, 0))
    assert (resumed.workspace / "worklist").is_dir()
    resumed.abort()
    job.run(tmp_path / "out")
    assert Dataset.open(tmp_path / "out").read("kept") == Dataset.open(tmp_path / "whole").read("kept")


def test_another_request_discards_a_partial_run(tmp_path: Path) -> None:
    writer = job.writer(tmp_path / "out")
    writer.write("kept", job.rows(0, 9))
    writer.checkpoint(9, Counts(9, 0, 0))
    writer.abort()
    other = job.writer(tmp_path / "out", parameters={"step": 7})
    assert (other.discarded, other.resumed, other.position) == (True, False, 0)
    assert not list(other.workspace.rglob("*.parquet"))
    other.abort()


def test_a_lost_shard_or_a_torn_line_takes_the_run_back_to_the_checkpoint_before(tmp_path: Path) -> None:
    writer = job.writer(tmp_path / "out")
    for end in (10, 20, 30):
        writer.write("kept", job.rows(end - 10, end))
        writer.checkpoint(end, Counts(end, 0, 0))
    writer.abort()
    with (tmp_path / "out.partial" / "checkpoints.jsonl").open("a") as journal:
        journal.write('{"position": 40, "cou')
    (tmp_path / "out.partial" / "kept" / "kept-00002.parquet").write_bytes(b"")
    resumed = job.writer(tmp_path / "out")
    assert (resumed.resumed, resumed.position) == (True, 20)
    resumed.write("kept", job.rows(20, 30))
    resumed.commit(Counts(30, 0, 0))
    assert Dataset.open(tmp_path / "out").read()["id"].to_pylist() == list(range(30))


def test_what_does_not_add_up_is_refused(tmp_path: Path) -> None:
    writer = job.writer(tmp_path / "out")
    writer.write("kept", job.rows(0, 10))
    with pytest.raises(DatasetError, match="not the sum"):
        writer.checkpoint(11, Counts(10, 0, 0))
    with pytest.raises(DatasetError, match="3 input rows dropped, but that table has 0 rows"):
        writer.commit(Counts(7, 3, 0))
    writer.checkpoint(10, Counts(10, 0, 0))
    with pytest.raises(DatasetError, match="fewer than 10"):
        writer.checkpoint(9, Counts(9, 0, 0))
    writer.abort()
    with pytest.raises(DatasetError, match="finished, or was given up"):
        writer.write("kept", job.rows(0, 10))


def test_rows_that_do_not_fit_name_their_table(tmp_path: Path) -> None:
    writer = job.writer(tmp_path / "out")
    with pytest.raises(DatasetError, match=r"table kept do not fit: columns .*: name, text"):
        writer.write("kept", pa.table({"id": [1], "name": ["a"]}))
    with pytest.raises(DatasetError, match="column id may hold no null"):
        writer.write("kept", pa.table({"id": pa.array([None], pa.int64()), "text": ["a"]}))
    with pytest.raises(DatasetError, match="do not fit"):
        writer.write("kept", pa.table({"id": [[1]], "text": ["a"]}))
    writer.abort()


def test_killed_before_any_file_operation_it_goes_on_to_the_same_bytes(
    memory_path: Path, python: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    result = python(HERE / "die_anywhere.py", memory_path)
    assert result.returncode == 0, result.stderr
    new, over = map(int, result.stdout.split())
    assert min(new, over) > 30  # moments tried


def test_killed_at_random_moments_it_goes_on_to_the_same_bytes(memory_path: Path) -> None:
    job.run(memory_path / "whole")
    command = [sys.executable, HERE / "dataset_job.py", memory_path / "out", "0.005"]
    delays, ends = random.Random(7), []
    while ends[-1:] != [0] and len(ends) < 60:
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):  # longer each time, for machines that are slow
                process.wait(delays.uniform(0, 0.1 * (1 + len(ends))))
            process.kill()
        ends.append(process.returncode)
    assert set(ends) == {0, -signal.SIGKILL}
    assert files(memory_path / "out") == files(memory_path / "whole")


def fill(out: Path) -> Dataset:
    """Write 6 × 200 kB of random text, which zstd makes no smaller than half."""
    text = random.Random(0)
    writer = job.writer(out)
    for place in range(6):
        rows = {"id": [place], "text": [text.randbytes(100_000).hex()]}
        if place >= writer.position:
            writer.write("kept", pa.table(rows, schema=job.KEPT))
            writer.checkpoint(place + 1, Counts(place + 1, 0, 0))
    writer.commit(Counts(6, 0, 0))
    return Dataset.open(out)


def test_a_full_disk_keeps_what_was_done(
    small_disk: Path, grow: Callable[[Path, str], None], tmp_path: Path
) -> None:
    with pytest.raises(DatasetError, match=r"no space is left .* kept in .*out\.partial"):
        fill(small_disk / "out")
    journal = (small_disk / "out.partial" / "checkpoints.jsonl").read_text()
    assert 1 <= journal.count("\n") < 6
    grow(small_disk, "4m")
    assert fill(small_disk / "out").read() == fill(tmp_path / "whole").read()
    assert files(small_disk / "out") == files(tmp_path / "whole")


def test_a_limit_on_file_size_is_a_full_disk_too(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        with pytest.raises(DatasetError, match="no space is left"):
            fill(tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert fill(tmp_path / "out").manifest.kept == 6
