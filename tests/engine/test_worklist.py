"""The list of a run's input: complete or not there, in order, in bounded batches."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_stages import Number, numbers
from hypothesis import given
from hypothesis import strategies as st

from codegloss.engine.worklist import (
    BYTES_PER_BATCH,
    ROWS_PER_BATCH,
    Worklist,
    prepare,
    printable,
    read_batch,
)
from codegloss.records import Failed, Parameter, Source


def rows_of(worklist: Worklist, position: int = 0) -> list[Number]:
    return [
        row
        for batch in worklist.batches(position).to_pylist()
        for row in read_batch(worklist.folder, batch["part"], batch["number"], Number)
    ]


@given(sizes=st.lists(st.integers(0, 2 * BYTES_PER_BATCH), max_size=300))
def test_rows_come_back_in_order_in_bounded_batches(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    rows = [Number(f"n{place}", place, size) for place, size in enumerate(sizes)]
    worklist = prepare(tmp_path_factory.mktemp("list") / "w", lambda: rows, Number)
    assert rows_of(worklist) == rows
    assert (worklist.rows, worklist.bytes) == (len(sizes), sum(sizes))
    for batch in worklist.batches().to_pylist():
        assert batch["rows"] <= ROWS_PER_BATCH
        assert batch["bytes"] <= BYTES_PER_BATCH or batch["rows"] == 1
        assert batch["bytes"] == sum(sizes[batch["index"] : batch["index"] + batch["rows"]])


def test_the_rest_begins_at_the_batch_of_a_position(tmp_path: Path) -> None:
    worklist = prepare(tmp_path / "w", lambda: numbers(1000), Number)
    third = worklist.batches().to_pylist()[2]["index"]
    assert rows_of(worklist, third) == list(numbers(1000))[third:]
    assert rows_of(worklist, 1000) == []


def test_a_finished_list_is_used_again_and_an_unfinished_one_is_not(tmp_path: Path) -> None:
    def breaking() -> object:
        yield from numbers(5000)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(tmp_path / "w", breaking, Number)  # type: ignore[arg-type]
    assert prepare(tmp_path / "w", lambda: numbers(70), Number).rows == 70
    again = prepare(tmp_path / "w", lambda: numbers(5), Number)
    assert rows_of(again) == list(numbers(70))


def test_the_listing_is_reported(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    prepare(tmp_path / "w", lambda: numbers(5000, size=2), Number, lambda *so_far: heard.append(so_far))
    assert heard == sorted(heard)
    assert heard[-1] == (5000, 10000)


def test_contents_travel_with_their_rows(tmp_path: Path) -> None:
    source = Source("r", None, "a.py", "a.tar", "a.py", b"\x00\xff", 2, None, None)
    worklist = prepare(tmp_path / "w", lambda: [source], Source)
    assert read_batch(worklist.folder, 0, 0, Source) == [source]


def test_printable_escapes_what_is_not_unicode_at_any_depth() -> None:
    record = Failed("r", "caf\udce9", "é", "")
    assert printable(record) == Failed("r", r"caf\udce9", "é", "")
    assert printable([Parameter("\ud800", "k", None, None)]) == [Parameter(r"\ud800", "k", None, None)]
