"""Checks many files: in this process where they are few, else on all processors.

Files are independent of each other. A process that dies takes the files in its hands with it, not the
run: these are tried again, in the end one by one, and the one that kills its process is told as failed.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from codegloss.quality.linter.examine import Examined, Job, examine, failed
from codegloss.quality.surroundings import Names
from codegloss.records import Source

FEW_BYTES = 400_000  # of source: below, other processes cost more time than they save
FEW_CHANGED = 2_000_000  # where only what changed counts: few ask for the names of the project, or nobody
_PARTS = 16  # for each process: the more, the evener they end; the fewer, the less is sent

Part = Sequence[Source]


def _nothing(files: int, size: int) -> None:
    pass


def examine_all(
    sources: Sequence[Source], job: Job, workers: int, advance: Callable[[int, int], None] = _nothing
) -> Examined:
    """Check the sources. `advance` is told the files and bytes that have been done since the last call."""
    size = sum(source.size for source in sources)
    alone = workers == 1 or size <= (FEW_BYTES if job.before is None else FEW_CHANGED)
    parts = _parts(sources, size // (workers * _PARTS))
    done = ((part, _examine_part(part, job)) for part in parts) if alone else _spread(parts, job, workers)
    result = Examined()
    for part, examined in done:
        result.add(examined)
        advance(len(part), sum(source.size for source in part))
    result.sort()
    return result


def _parts(sources: Sequence[Source], size: int) -> list[list[Source]]:
    """The sources in runs of about `size` bytes."""
    parts: list[list[Source]] = []
    filled = 0
    for source in sources:
        if not parts or filled >= size:
            parts.append([])
            filled = 0
        parts[-1].append(source)
        filled += source.size
    return parts


def _examine_part(part: Part, job: Job) -> Examined:
    result = Examined()
    for source in part:
        result.add(examine(source, job))
    return result


_job: Job  # of a worker process; sent to it once, or there already where it was forked


def _begin(job: Job) -> None:
    global _job
    _job = job
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process stops the run


def _work(part: Part) -> Examined:
    return _examine_part(part, _job)


def _pool(job: Job, workers: int) -> ProcessPoolExecutor:
    # A forked process has everything loaded and shares the names of the project; elsewhere forking is unsafe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    return ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(job,))


def _spread(parts: Sequence[Part], job: Job, workers: int) -> Iterator[tuple[Part, Examined]]:
    """Each part and what was found in it, in the order in which they end."""
    if isinstance(job.known, Names):
        job.known.read()  # once, for all that are forked
    lost = []
    with _pool(job, workers) as pool:
        pending = {pool.submit(_work, part): part for part in parts}
        try:
            for future in as_completed(pending):
                try:
                    yield pending[future], future.result()
                except BrokenProcessPool:
                    lost.append(pending[future])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    for part in lost:
        yield part, _again(part, job)


def _again(part: Part, job: Job) -> Examined:
    """What is found in files of which at least one may kill its process."""
    with _pool(job, 1) as pool:
        try:
            return pool.submit(_work, part).result()
        except BrokenProcessPool as error:
            if len(part) == 1:
                return failed(part[0], error, job)
    result = Examined()
    half = len(part) // 2
    for piece in (part[:half], part[half:]):
        result.add(_again(piece, job))
    return result
