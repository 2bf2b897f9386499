"""A query in a thread of its own, so that the main one can be interrupted, and what ends its children.

Not covered: a worker in uninterruptible sleep (a hung network disk) stays until the kernel lets
go, and what a killed worker was handing to Daft stays in shared memory, at most a batch each.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_GRACE = 10.0  # seconds that a stopped query gets to end
_END = object()


class Lifeline:
    """A pipe that this process holds open; a worker that sees it close, for whatever reason, exits.

    The kernel closes it when this process dies, SIGKILL included, so no worker outlives it.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="codegloss-")
        self.path = str(Path(self._folder.name) / "lifeline")
        os.mkfifo(self.path)
        self._held: int | None = os.open(self.path, os.O_RDWR)

    def cut(self) -> None:
        """End the workers; safe to call twice."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
            self._folder.cleanup()


def hang_on(lifeline: str) -> None:
    """In a worker: exit at once when the lifeline is cut."""

    def watch() -> None:
        try:
            end = os.open(lifeline, os.O_RDONLY | os.O_NONBLOCK)  # blocking would wait for a writer
            os.set_blocking(end, True)
            os.read(end, 1)
        finally:
            os._exit(1)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def in_background(produce: Callable[[], Iterator[T]], stop: Callable[[bool], None]) -> Generator[T]:
    """The items of `produce()`, which runs in another thread, at most two items ahead.

    At the end `stop` is called, with True when the iteration is left before the query's own
    end; then the thread is given time to end.
    """
    items: queue.Queue[T | BaseException | object] = queue.Queue(maxsize=2)
    left = threading.Event()

    def hand_over(item: T | BaseException | object) -> None:
        while not left.is_set():
            with suppress(queue.Full):
                items.put(item, timeout=0.2)
                break

    def run() -> None:
        # Threads and processes started from here inherit the mask: Ctrl-C reaches the main thread alone.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        source: Iterator[T] | None = None
        try:
            source = produce()
            for item in source:
                hand_over(item)
                if left.is_set():
                    break
            hand_over(_END)
        except BaseException as error:  # belongs to the other thread
            hand_over(error)

    before = set(sys._current_frames())
    thread = threading.Thread(target=run, name="query", daemon=True)
    thread.start()
    early = True
    try:
        while (item := items.get()) is not _END:
            if isinstance(item, BaseException):
                early = False
                raise item
            yield item  # type: ignore[misc]
        early = False
    finally:
        left.set()
        stop(early)
        thread.join(_GRACE)
        _wait_for_native_threads(before)


def _wait_for_native_threads(before: set[int]) -> None:
    """Wait until no thread but Python's own runs Python code.

    One of Daft's that is still in a call when the interpreter ends would abort the process.
    """
    end = time.monotonic() + _GRACE
    while time.monotonic() < end:
        dummy = threading._DummyThread  # stands for a thread that Python did not start
        own = {thread.ident for thread in threading.enumerate() if not isinstance(thread, dummy)}
        if not set(sys._current_frames()) - before - own:
            return
        time.sleep(0.02)
