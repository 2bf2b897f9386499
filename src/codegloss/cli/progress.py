"""What a long run shows of itself on standard error: a live bar, plain timed lines, or nothing."""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, TextIO

from codegloss.engine import Progress, Silent

if TYPE_CHECKING:
    from rich.console import Console

FIRST_LINE = 1.5  # seconds; when not on a terminal
LINE_EVERY = 10.0  # seconds


def progress_on_stderr(
    *, silent: bool = False, label: str = "codegloss", noun: str = "files", stream: TextIO | None = None
) -> Progress:
    """The display that fits: none if `silent`, a bar on a terminal, timed lines elsewhere.

    `stream` stands in for standard error.
    """
    stream = stream or sys.stderr
    if silent:
        return Silent()
    return Bar(label, noun, stream) if stream.isatty() else Lines(label, noun, stream)


@dataclass(slots=True)
class Tally:
    """How far a run is. Rates and time left count from where this run took up."""

    noun: str
    total: int = 0
    total_bytes: int = 0
    done: int = 0  # rows, those of earlier runs included
    rows: int = 0  # of this run
    bytes: int = 0
    kept: int = 0
    dropped: int = 0
    failed: int = 0
    listed: int = 0
    began: float = 0.0  # seconds, monotonic

    def start(self, total: int, total_bytes: int, done: int) -> None:
        """The input is listed; work begins."""
        self.total, self.total_bytes, self.done = total, total_bytes, done
        self.began = time.monotonic()

    def advance(self, rows: int, size: int, kept: int, dropped: int, failed: int) -> None:
        """Some more rows are done."""
        self.done += rows
        self.rows += rows
        self.bytes += size
        self.kept += kept
        self.dropped += dropped
        self.failed += failed

    def seconds_left(self) -> float | None:
        """Seconds to the end at the rate so far; None while there is none."""
        elapsed = time.monotonic() - self.began
        return elapsed * (self.total - self.done) / self.rows if self.rows else None

    def counts(self) -> str:
        """`kept 12,345, dropped 67, failed 8`."""
        return f"kept {self.kept:,}, dropped {self.dropped:,}, failed {self.failed:,}"

    def rate(self) -> str:
        """`1,234 files/s, 5.6 MB/s`."""
        elapsed = max(time.monotonic() - self.began, 1e-9)
        text = f"{self.rows / elapsed:,.0f} {self.noun}/s"
        return f"{text}, {self.bytes / elapsed / 1e6:,.1f} MB/s" if self.bytes else text

    def left(self) -> str:
        """`0:01:23 left`."""
        seconds = self.seconds_left()
        return "" if seconds is None else f"{timedelta(seconds=round(seconds))} left"

    def line(self) -> str:
        """All of it in one line."""
        if not self.began:
            return f"listing the input, {self.listed:,} {self.noun} so far"
        share = 100 * self.done / self.total if self.total else 100
        parts = [f"{self.done:,} of {self.total:,} {self.noun} ({share:.0f} %)"]
        parts += [self.rate(), self.counts()]
        if self.rows and self.done < self.total:
            parts.append(self.left())
        return ", ".join(parts)


class Lines:
    """A plain line soon, then every ten seconds, and one at the end: for logs."""

    def __init__(
        self, label: str, noun: str, stream: TextIO, first: float = FIRST_LINE, every: float = LINE_EVERY
    ) -> None:
        self._label = label
        self._stream = stream
        self._tally = Tally(noun)
        self._ended = threading.Event()
        # A thread of its own, so that lines come while one row takes long.
        self._clock = threading.Thread(target=self._tick, args=(first, every), daemon=True)
        self._clock.start()

    def listed(self, rows: int, size: int) -> None:
        self._tally.listed = rows

    def start(self, total_rows: int, total_bytes: int, done_rows: int) -> None:
        self._tally.start(total_rows, total_bytes, done_rows)

    def advance(self, rows: int, size: int, kept: int, dropped: int, failed: int) -> None:
        self._tally.advance(rows, size, kept, dropped, failed)

    def note(self, text: str) -> None:
        self._print(text)

    def finish(self) -> None:
        if not self._ended.is_set():
            self._ended.set()
            self._clock.join()
            self._print(self._tally.line())

    def _tick(self, first: float, every: float) -> None:
        wait = first
        while not self._ended.wait(wait):
            self._print(self._tally.line())
            wait = every

    def _print(self, text: str) -> None:
        print(f"{self._label}: {text}", file=self._stream, flush=True)


class Bar:
    """A bar that lives on the terminal's last line."""

    def __init__(self, label: str, noun: str, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn
        from rich.progress import Progress as RichProgress

        self._tally = Tally(noun)
        self._console: Console = Console(file=stream)
        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn(label, markup=False),
            BarColumn(),
            TextColumn("{task.description}", markup=False),
            console=self._console,
            transient=True,
        )
        self._task = self._bar.add_task("listing the input", total=None)
        self._bar.start()

    def listed(self, rows: int, size: int) -> None:
        self._tally.listed = rows
        self._show()

    def start(self, total_rows: int, total_bytes: int, done_rows: int) -> None:
        self._tally.start(total_rows, total_bytes, done_rows)
        self._show()

    def advance(self, rows: int, size: int, kept: int, dropped: int, failed: int) -> None:
        self._tally.advance(rows, size, kept, dropped, failed)
        self._show()

    def note(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False)

    def finish(self) -> None:
        self._bar.stop()

    def _show(self) -> None:
        tally = self._tally
        total = tally.total if tally.began else None
        self._bar.update(self._task, description=tally.line(), total=total, completed=tally.done)


class Status:
    """The step of a run on standard error: a line that changes on a terminal, elsewhere one now and then."""

    def __init__(self, *, silent: bool) -> None:
        from rich.console import Console

        self._silent = silent
        self._console = Console(stderr=True, markup=False, highlight=False)
        self._status = self._console.status("") if sys.stderr.isatty() and not silent else None
        self._task = ""
        self._what = ""
        self._printed = 0.0

    def __enter__(self) -> Status:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def task(self, name: str) -> None:
        """Another of several tasks begins."""
        self._task = f"{name}, "

    def advance(self, what: str, done: int, total: int) -> None:
        """So much of it is done."""
        if self._silent:
            return
        line = f"{self._task}{what}: {done:,} of {total:,}"
        if self._status:
            self._status.update(line)
        elif what != self._what or time.monotonic() - self._printed > LINE_EVERY:
            self._what, self._printed = what, time.monotonic()
            print(f"codegloss: {line}", file=sys.stderr, flush=True)
