"""What the processes of a sandbox use, read from the outside through their own /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self

from codegloss.sandbox.outcome import Limits, Status

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
INODES = 50_000  # files and folders at one time; empty ones cost kernel memory too
FIRST = "1"  # bubblewrap's own process, first in the namespace


@dataclass(slots=True)
class Tree:
    """The processes of one sandbox and its file system. Descriptors are open until `close`."""

    proc: int  # the sandbox's /proc
    files: int  # its /tmp
    cpu_seconds: float = 0.0  # the most that was seen: a process that ends takes its time along

    @classmethod
    def of(cls, first: int) -> Self | None:
        """The tree below the first process of a sandbox; None while that is still being made."""
        root = f"/proc/{first}/root"
        try:
            proc = os.open(f"{root}/proc", os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            return None
        try:
            # Before its root is changed, a process sees our /proc, which is not the one to be watched.
            if os.fstat(proc).st_dev != os.stat("/proc").st_dev:
                return cls(proc, os.open(f"{root}/tmp", os.O_RDONLY | os.O_DIRECTORY))
        except OSError:
            pass
        os.close(proc)
        return None

    def close(self) -> None:
        """Let go of the sandbox's file systems."""
        os.close(self.proc)
        os.close(self.files)

    def excess(self, limits: Limits) -> tuple[Status, str] | None:
        """The limit that is passed, and a sentence; None when none is."""
        tasks, seconds, resident = 0, 0.0, 0
        numbers = [name for name in os.listdir(self.proc) if name.isdigit()]
        for number in numbers:
            # After the name, which may hold anything, the third field and those that follow: see proc(5).
            fields = self._read(f"{number}/stat").rpartition(b")")[2].split()
            if len(fields) > 21:
                seconds += sum(map(int, fields[11:15])) / TICKS  # its own, and that of children it waited for
                if number != FIRST:
                    tasks += int(fields[17])
                    resident += int(fields[21]) * PAGE
        self.cpu_seconds = max(self.cpu_seconds, seconds)
        if tasks > limits.processes:
            return "processes", f"more than {limits.processes} processes and threads"
        if self.cpu_seconds > limits.cpu_seconds:
            return "cpu", f"more than {limits.cpu_seconds:g} s of CPU time"
        if resident > limits.memory_bytes and self._proportional(numbers) > limits.memory_bytes:
            return "memory", f"more than {limits.memory_bytes} bytes of memory"
        return self._full()

    def _full(self) -> tuple[Status, str] | None:
        state = os.fstatvfs(self.files)
        if state.f_bavail == 0:
            return "disk", f"its files fill {state.f_blocks * state.f_frsize} bytes"
        if state.f_files - state.f_ffree > INODES:
            return "disk", f"more than {INODES} files"
        return None

    def _proportional(self, numbers: list[str]) -> int:
        """Bytes of memory with shared pages counted once; slower to ask for than what is resident."""
        total = 0
        for number in numbers:
            for line in self._read(f"{number}/smaps_rollup").splitlines():
                if line.startswith(b"Pss:"):
                    total += int(line.split()[1]) << 10
        return total

    def _read(self, name: str) -> bytes:
        """A file of /proc; empty when its process is gone."""
        try:
            descriptor = os.open(name, os.O_RDONLY, dir_fd=self.proc)
        except OSError:
            return b""
        try:
            return os.read(descriptor, 1 << 14)
        except OSError:
            return b""
        finally:
            os.close(descriptor)
