"""What the engine asks of a stage and of a progress display, and how it is told to run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from codegloss.records import Failed


class EngineError(Exception):
    """A run that could not end well; the message is one line that says what to do."""


class Interrupted(Exception):
    """A run that was asked to stop; the message says how far it came and how to go on."""


class WorkerDied(Exception):
    """What is recorded of a row that killed the process it ran in."""


class Stage(Protocol):
    """A picklable pure function of one row.

    A row whose result holds a `Dropped` counts as dropped, one whose result holds a
    `Failed` as failed, every other one as kept.
    """

    @property
    def name(self) -> str: ...

    @property
    def source(self) -> type:
        """Record class of an input row."""

    @property
    def tables(self) -> Mapping[str, type]:
        """Output table to record class, the main one first, `Dropped` and `Failed` among them."""

    def __call__(self, row: Any, /) -> Iterable[Any]:
        """The row's records; a record's class decides its table."""

    def failed(self, row: Any, error: Exception, /) -> Failed:
        """The record of an exception that this row raised."""


class Progress(Protocol):
    """Is told how a run goes on."""

    def listed(self, rows: int, size: int) -> None:
        """So many rows and bytes of input have been found so far."""

    def start(self, total_rows: int, total_bytes: int, done_rows: int) -> None: ...

    def advance(self, rows: int, size: int, kept: int, dropped: int, failed: int) -> None: ...

    def note(self, text: str) -> None: ...

    def finish(self) -> None: ...


class Silent:
    """A display that shows nothing."""

    def listed(self, rows: int, size: int) -> None:
        pass

    def start(self, total_rows: int, total_bytes: int, done_rows: int) -> None:
        pass

    def advance(self, rows: int, size: int, kept: int, dropped: int, failed: int) -> None:
        pass

    def note(self, text: str) -> None:
        pass

    def finish(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Engine:
    """Where a stage runs."""

    kind: Literal["native", "ray"] = "native"
    address: str | None = None  # of the Ray cluster; None starts one on this machine
    workers: int | None = None  # None: as many as this process may use processors

    def worker_count(self) -> int:
        """Workers on this machine, at least one."""
        if self.workers is not None:
            return max(1, self.workers)
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1
