"""Stages for the tests of the engine; in a module of their own, so that workers can import them."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from codegloss.dataset import Manifest, Writer
from codegloss.engine import Engine, Interrupted, Silent, run
from codegloss.records import Dropped, Failed, arrow_schema


@dataclass(frozen=True, slots=True)
class Number:
    """An input row."""

    path: str
    value: int
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Multiple:
    """An output row."""

    value: int
    multiple: int
    text: str


def numbers(count: int, size: int = 10) -> Iterator[Number]:
    for value in range(count):
        yield Number(f"n{value}", value, size)


@dataclass(frozen=True)
class Multiples:
    """Gives `value % 4` rows for a number; drops those that 10 divides; misbehaves where told to."""

    seconds: float = 0.0  # of work, per row
    raising: tuple[int, ...] = ()
    crashing: tuple[int, ...] = ()
    greedy: tuple[int, ...] = ()
    unfitting: tuple[int, ...] = ()
    foreign: tuple[int, ...] = ()
    name: str = "multiples"
    source: ClassVar[type] = Number
    tables: ClassVar[Mapping[str, type]] = {"multiples": Multiple, "dropped": Dropped, "failed": Failed}

    def __call__(self, row: Number) -> Iterator[Multiple | Dropped | Number]:
        if self.seconds:
            time.sleep(self.seconds)
        if row.value in self.crashing:
            ctypes.string_at(0)  # a true segmentation fault
        if row.value in self.greedy:
            bytearray(3 << 30)  # never touched, so no page of it is really taken
        if row.value % 10 == 0:
            yield Dropped("r", row.path, "tenth", "")
            return
        for factor in range(row.value % 4):
            yield Multiple(row.value, row.value * factor, "x" * 20)
        if row.value in self.raising:
            raise ValueError(f"no {row.value}")
        if row.value in self.unfitting:
            yield Multiple(row.value, 2**70, "")
        if row.value in self.foreign:
            yield row

    def failed(self, row: Number, error: Exception) -> Failed:
        return Failed("r", row.path, type(error).__name__, str(error))


def writer(out: Path, stage: Multiples, rows_per_shard: int = 256) -> Writer:
    return Writer(
        out,
        name=stage.name,
        main="multiples",
        tables={name: arrow_schema(record) for name, record in stage.tables.items()},
        parameters={},
        versions={},
        rows_per_shard=rows_per_shard,
    )


def multiply(out: Path, stage: Multiples, count: int, engine: Engine) -> Manifest:
    return run(stage, lambda: numbers(count), writer(out, stage), engine)


def bytes_of(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("*/*.parquet"))}


class Told(Silent):
    """Says on standard output that the work has begun to come back."""

    def advance(self, rows: int, size: int, kept: int, dropped: int, failed: int) -> None:
        sys.stdout.write("advance\n")
        sys.stdout.flush()


def main() -> None:
    """`OUT COUNT WORKERS KIND SECONDS [CRASHING…]`: one run, as a process that can be killed."""
    out, count, workers, kind, seconds, *crashing = sys.argv[1:]
    stage = Multiples(seconds=float(seconds), crashing=tuple(map(int, crashing)))
    try:
        engine = Engine("ray" if kind == "ray" else "native", workers=int(workers))
        made = run(stage, lambda: numbers(int(count)), writer(Path(out), stage), engine, Told())
    except Interrupted as error:
        sys.stdout.write(f"{error}\n")
        sys.exit(130)
    sys.stdout.write(f"{made.fingerprint}\n")


if __name__ == "__main__":
    main()
