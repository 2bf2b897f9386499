"""What a run may use, and what became of it."""

from __future__ import annotations

import math
import signal as signals
from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "ok",  # ended with exit code 0
    "failed",  # ended with another exit code
    "timed_out",  # longer than `wall_seconds`
    "cpu",  # more CPU time than `cpu_seconds`
    "memory",  # more memory than `memory_bytes`
    "output",  # more output than `output_bytes`
    "processes",  # more processes and threads than `processes`
    "disk",  # more in files than `file_bytes`, or too many files
    "killed",  # ended by a signal that was not ours
    "refused",  # never started: there is no sandbox here
]

# What runtimes say when a request beyond a limit is denied at once, before the watcher sees anything. A
# program may say so without cause; all it wins is another name for its failure.
DENIALS: tuple[tuple[bytes, Status], ...] = (
    (b"MemoryError", "memory"),
    (b"std::bad_alloc", "memory"),
    (b"OutOfMemoryError", "memory"),
    (b"heap out of memory", "memory"),
    (b"Cannot allocate memory", "memory"),
    (b"out of memory", "memory"),
    (b"Resource temporarily unavailable", "processes"),
    (b"can't start new thread", "processes"),
    (b"No space left on device", "disk"),
    (b"File too large", "disk"),
)
TAIL = 2000  # bytes at the end of stderr in which a denial is looked for


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program with all it starts may use."""

    wall_seconds: float = 10.0
    cpu_seconds: float = 10.0  # of all processes together
    memory_bytes: int = 1 << 30  # resident, of all processes together; files in memory come on top
    processes: int = 64  # processes and threads at one time
    output_bytes: int = 1 << 20  # of each of stdout and stderr
    file_bytes: int = 64 << 20  # of all files together

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name} is {value}: a limit is finite and more than 0")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run."""

    status: Status
    reason: str  # a sentence; "" when ok
    exit_code: int | None  # None where we ended it, or it never started
    signal: int | None  # that ended it, ours included; a program that exits with 128 + n looks the same
    stdout: bytes
    stderr: bytes
    cut: bool  # whether output was lost
    seconds: float  # wall clock, with the making and the clearing of the sandbox
    sandboxed: bool


def settled(code: int, stderr: bytes) -> tuple[Status, str, int | None]:
    """Status, reason and signal of a program that ended by itself with a code as a shell reports it."""
    if code == 0:
        return "ok", "", None
    signal = code - 128 if code - 128 in set(signals.Signals) else None
    if signal == signals.SIGXCPU:
        return "cpu", "one process used up the CPU time", signal
    if signal == signals.SIGXFSZ:
        return "disk", "one file grew too large", signal
    for words, status in DENIALS:
        if words in stderr[-TAIL:]:
            return status, f"exit code {code}, and stderr says {words.decode()!r}", signal
    if signal is not None:
        return "killed", f"ended by {signals.Signals(signal).name}", signal
    return "failed", f"exit code {code}", None
