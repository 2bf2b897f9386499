"""Whole runs: what goes in comes out, in order, whatever the workers do."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_stages import Multiples, Number, bytes_of, multiply, numbers, writer

from codegloss.dataset import Dataset
from codegloss.engine import Engine, Silent, run
from codegloss.records import Failed

ONE = Engine(workers=1)
TWO = Engine(workers=2)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand rows through one worker."""
    out = tmp_path_factory.mktemp("plain") / "out"
    multiply(out, Multiples(), 1000, ONE)
    return out


def test_every_row_is_kept_dropped_or_failed(plain: Path) -> None:
    made = Dataset.open(plain).manifest
    assert (made.rows_in, made.kept, made.dropped, made.failed) == (1000, 900, 100, 0)
    rows = Dataset.open(plain).read("multiples").to_pylist()
    expected = [(n, n * k) for n in range(1000) if n % 10 for k in range(n % 4)]
    assert [(row["value"], row["multiple"]) for row in rows] == expected
    assert {row["path"] for row in Dataset.open(plain).read("dropped").to_pylist()} == {
        f"n{n}" for n in range(0, 1000, 10)
    }


def test_two_workers_write_the_same_bytes_as_one(plain: Path, tmp_path: Path) -> None:
    multiply(tmp_path / "out", Multiples(), 1000, TWO)
    assert bytes_of(tmp_path / "out") == bytes_of(plain)


def test_no_rows_give_an_empty_dataset(tmp_path: Path) -> None:
    made = multiply(tmp_path / "out", Multiples(), 0, ONE)
    assert made.rows_in == 0
    assert Dataset.open(tmp_path / "out").read("multiples").num_rows == 0


def test_a_row_that_goes_wrong_fails_alone(tmp_path: Path) -> None:
    stage = Multiples(raising=(101, 333), unfitting=(202,), foreign=(401,))
    made = multiply(tmp_path / "out", stage, 500, ONE)
    assert (made.kept, made.dropped, made.failed) == (446, 50, 4)
    failed = Dataset.open(tmp_path / "out").read("failed").to_pylist()
    assert [(row["path"], row["error"]) for row in failed] == [
        ("n101", "ValueError"),
        ("n202", "OverflowError"),
        ("n333", "ValueError"),
        ("n401", "TypeError"),
    ]
    assert failed[0]["message"] == "no 101"
    # Nothing of what the failed rows gave before they failed is there.
    values = set(Dataset.open(tmp_path / "out").read("multiples")["value"].to_pylist())
    assert values.isdisjoint({101, 202, 333, 401})
    assert {102, 103, 201, 203} <= values


def test_a_row_that_kills_its_worker_fails_alone(tmp_path: Path) -> None:
    made = multiply(tmp_path / "out", Multiples(crashing=(77, 78)), 200, TWO)
    assert (made.rows_in, made.dropped, made.failed) == (200, 20, 2)
    failed = Dataset.open(tmp_path / "out").read("failed").to_pylist()
    assert [(row["path"], row["error"]) for row in failed] == [(f"n{n}", "WorkerDied") for n in (77, 78)]
    assert "SIGSEGV" in failed[0]["message"]


def test_a_row_that_takes_too_much_memory_fails_alone(tmp_path: Path) -> None:
    made = multiply(tmp_path / "out", Multiples(greedy=(77,)), 100, TWO)
    assert (made.rows_in, made.dropped, made.failed) == (100, 10, 1)
    failed = Dataset.open(tmp_path / "out").read("failed").to_pylist()
    assert [(row["path"], row["error"]) for row in failed] == [("n77", "MemoryError")]


def test_a_name_that_is_not_unicode_is_written_with_escapes(tmp_path: Path) -> None:
    class NoSuchFile(Multiples):
        def __call__(self, row: Number):  # type: ignore[no-untyped-def]  # noqa: ANN204
            raise FileNotFoundError(row.path)

    stage = NoSuchFile()
    rows = [Number("caf\udce9.py", 1, 1)]
    run(stage, lambda: rows, writer(tmp_path / "out", stage), ONE)
    assert Dataset.open(tmp_path / "out").read("failed").to_pylist() == [
        {"repository": "r", "path": r"caf\udce9.py", "error": "FileNotFoundError", "message": r"caf\udce9.py"}
    ]


class Recorder(Silent):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    def start(self, total_rows: int, total_bytes: int, done_rows: int) -> None:
        self.heard.append(("start", total_rows, total_bytes, done_rows))

    def advance(self, rows: int, size: int, kept: int, dropped: int, failed: int) -> None:
        self.heard.append(("advance", rows, size, kept, dropped, failed))

    def finish(self) -> None:
        self.heard.append(("finish",))


def test_progress_adds_up(tmp_path: Path) -> None:
    stage, heard = Multiples(), Recorder()
    run(stage, lambda: numbers(300, size=7), writer(tmp_path / "out", stage), ONE, heard)
    first, *steps, last = heard.heard
    assert first == ("start", 300, 2100, 0)
    assert last == ("finish",)
    assert [sum(column) for column in zip(*(step[1:] for step in steps), strict=True)] == [
        300, 2100, 270, 30, 0,
    ]  # fmt: skip


def test_an_error_in_the_listing_is_the_callers(tmp_path: Path) -> None:
    def broken():  # type: ignore[no-untyped-def]  # noqa: ANN202
        yield from numbers(100)
        raise PermissionError("no")

    with pytest.raises(PermissionError):
        run(Multiples(), broken, writer(tmp_path / "out", Multiples()), ONE)
    assert not (tmp_path / "out").exists()
    # The unfinished list is not taken for the input.
    assert multiply(tmp_path / "out", Multiples(), 200, ONE).rows_in == 200


def test_failed_is_among_the_tables() -> None:
    assert Failed in Multiples.tables.values()
