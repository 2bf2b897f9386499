"""Watches a program that runs: reads what it writes, holds it to its limits, ends it and all it started."""

from __future__ import annotations

import contextlib
import json
import os
import select
import selectors
import signal
import subprocess
import time
from dataclasses import dataclass, field

from codegloss.sandbox.outcome import Limits, Status
from codegloss.sandbox.tree import Tree

LOOK = 0.01  # seconds between two looks at the processes
CHUNK = 1 << 16  # bytes to read at once
ESCAPED = 0.1  # seconds to wait for output of what left the process group, where there is no sandbox
GRACE = 5.0  # seconds that the kernel has to clear away what was killed


@dataclass(slots=True)
class Stream:
    """One thing the program writes to, as far as it was read."""

    descriptor: int
    limit: int  # bytes kept
    held: bytearray = field(default_factory=bytearray)
    cut: bool = False

    def read(self) -> bool:
        """Take what is there. False at its end."""
        chunk = os.read(self.descriptor, CHUNK)
        self.cut |= len(self.held) + len(chunk) > self.limit
        self.held += chunk[: self.limit - len(self.held)]
        return bool(chunk)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a program ended."""

    exceeded: tuple[Status, str] | None  # the limit that it was ended for, and a sentence
    returncode: int
    started: bool  # False where the sandbox could not be made


def watch(
    child: subprocess.Popen[bytes], status: int | None, streams: list[Stream], limits: Limits
) -> Ending:
    """Follow a child to its end, or end it. `status` is where bubblewrap tells of itself, None without it.

    When this returns, or raises, what the child started is gone, as far as the sandbox reaches: without
    one, as far as its process group.
    """
    try:
        watcher = _Watcher(child, status, streams, limits)
    except BaseException:  # out of descriptors, or interrupted
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        raise
    try:
        return watcher.follow()
    finally:
        watcher.end()
        watcher.close()


class _Watcher:
    """Owns the descriptors of one run while it lasts."""

    def __init__(
        self, child: subprocess.Popen[bytes], status: int | None, streams: list[Stream], limits: Limits
    ) -> None:
        self.child, self.limits, self.streams = child, limits, streams
        self.deadline = time.monotonic() + limits.wall_seconds
        self.told = bytearray()
        self.first: int | None = None  # pidfd of the sandbox's first process
        self.number: int | None = None  # its process id
        self.tree: Tree | None = None
        self.selector = selectors.DefaultSelector()
        self.ended = os.pidfd_open(child.pid) if hasattr(os, "pidfd_open") else None
        if self.ended is not None:
            self.selector.register(self.ended, selectors.EVENT_READ, self._over)
        for stream in streams:
            self.selector.register(stream.descriptor, selectors.EVENT_READ, stream)
        if status is not None:
            self.selector.register(status, selectors.EVENT_READ, self._hear)
        self.status = status
        self.is_over = self.is_cleared = False

    def follow(self) -> Ending:
        exceeded = None
        while not self.is_over and exceeded is None:
            self._serve(min(LOOK, max(self.deadline - time.monotonic(), 0.0)))
            exceeded = self._excess()
        self.end()
        # What was written before the end may still lie in the pipes. They end with their last writer, which
        # is dead or dying; without a sandbox one may live on.
        until = time.monotonic() + (ESCAPED if self.status is None else GRACE)
        while self.selector.get_map() and self._cut() is None and (left := until - time.monotonic()) > 0:
            self._serve(left)
        exceeded, returncode = exceeded or self._cut(), self.child.wait()
        told = self.status is None or b'"exit-code"' in self.told
        return Ending(exceeded, returncode, told or exceeded is not None or returncode < 0)

    def end(self) -> None:
        """Kill everything, and wait until it is gone. Does nothing the second time."""
        if self.is_cleared:
            return
        self.is_cleared = True
        if self.first is not None:
            # The kernel takes the whole namespace down with its first process, before that is reported dead.
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.first, signal.SIGKILL)
            _is_gone(self.first, GRACE)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.child.wait(GRACE)  # let bubblewrap tell how it went
        if self.child.returncode is None or self.status is None:
            # As long as it is not waited for, its number cannot be another's, even when it is dead.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()

    def close(self) -> None:
        """Let go of the descriptors that are ours."""
        self.selector.close()
        for descriptor in (self.ended, self.first):
            if descriptor is not None:
                os.close(descriptor)
        if self.tree is not None:
            self.tree.close()

    def _serve(self, timeout: float) -> None:
        """Handle what is ready, or gets ready within so many seconds."""
        for key, _ in self.selector.select(timeout):
            if isinstance(key.data, Stream):
                if not key.data.read():
                    self.selector.unregister(key.fd)
            else:
                key.data()

    def _over(self) -> None:
        assert self.ended is not None
        self.is_over = True
        self.selector.unregister(self.ended)

    def _hear(self) -> None:
        """bubblewrap tells of its first process as soon as there is one, and of the exit code in the end."""
        assert self.status is not None
        chunk = os.read(self.status, CHUNK)
        self.told += chunk
        if not chunk:
            self.selector.unregister(self.status)
        line, complete, _ = bytes(self.told).partition(b"\n")
        if complete and self.number is None:
            self.number = json.loads(line)["child-pid"]
            self.first = _opened(self.number, self.child.pid)

    def _excess(self) -> tuple[Status, str] | None:
        if (cut := self._cut()) is not None:
            return cut
        self.is_over |= self.ended is None and self.child.poll() is not None
        if not self.is_over and time.monotonic() >= self.deadline:
            return "timed_out", f"longer than {self.limits.wall_seconds:g} s"
        if self.tree is None and self.first is not None and self.number is not None:
            tree = Tree.of(self.number)
            if tree is not None and _is_gone(self.first, 0):  # and its number may be another's
                tree.close()
            else:
                self.tree = tree
        return None if self.tree is None else self.tree.excess(self.limits)

    def _cut(self) -> tuple[Status, str] | None:
        if any(stream.cut for stream in self.streams):
            return "output", f"more than {self.limits.output_bytes} bytes of output"
        return None


def _is_gone(process: int, seconds: float) -> bool:
    """Whether a process, by its descriptor, ends within so many seconds."""
    poll = select.poll()
    poll.register(process, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _opened(number: int, parent: int) -> int | None:
    """A descriptor of a process; None where it is gone, and its number may be another's."""
    try:
        descriptor = os.pidfd_open(number)
    except ProcessLookupError:
        return None
    try:
        with open(f"/proc/{number}/stat", "rb") as stat:
            if int(stat.read().rpartition(b")")[2].split()[1]) == parent:
                return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None
