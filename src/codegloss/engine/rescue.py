"""Rows that killed their worker, found by running them in a process that may die.

A crash inside a parser written in C, or the kernel's out-of-memory killer, takes the
worker with it and Daft gives up the query. The batches that were being worked on are run
here once more, row after row in a throwaway process; the row that kills it becomes a
`Failed`, and the others get their result.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from codegloss.engine.stage import Stage, WorkerDied
from codegloss.engine.worker import Result, fail_row, run_rows
from codegloss.engine.worklist import Batch, Worklist, read_batch


@dataclass(frozen=True, slots=True)
class Rescued:
    """The results of a batch's rows one by one, and a line about each that killed its process."""

    results: list[Result]
    deaths: list[str]


def rescue(stage: Stage, worklist: Worklist, batch: Batch) -> Rescued:
    """Run a batch where it can do no harm."""
    rows = read_batch(worklist.folder, batch.part, batch.number, stage.source)
    results: list[Result] = []
    deaths: list[str] = []
    while len(results) < len(rows):
        child = _start(stage, worklist, batch, len(results))
        try:
            results.extend(_received(child.stdout))
        finally:
            child.kill()
            code = child.wait()
        if len(results) < len(rows):
            row = rows[len(results)]
            deaths.append(f"{_cause(code)} at {getattr(row, 'path', f'row {batch.index + len(results)}')}")
            results.append(fail_row(stage, row, WorkerDied(_cause(code))))
    return Rescued(results, deaths)


def _start(stage: Stage, worklist: Worklist, batch: Batch, first: int) -> subprocess.Popen[bytes]:
    from daft import pickle as by_value  # also pickles what was defined in __main__

    child = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    order = (by_value.dumps(stage), str(worklist.folder), batch.part, batch.number, first)
    try:
        with cast(IO[bytes], child.stdin) as stream:
            pickle.dump(order, stream)
    except BrokenPipeError:
        pass  # died at once; its exit status says of what
    return child


def _received(stream: IO[bytes] | None) -> Iterator[Result]:
    try:
        while True:
            yield pickle.load(cast(IO[bytes], stream))
    except (EOFError, pickle.UnpicklingError):  # the end, or a result cut short by death
        return


def _cause(code: int) -> str:
    if code < 0:
        return f"worker died of {signal.Signals(-code).name}"
    return f"worker exited with status {code}"


def main() -> None:
    """The throwaway process: an order on standard input, a result per row on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a stage prints goes elsewhere
    order: tuple[Any, ...] = pickle.load(sys.stdin.buffer)
    stage, folder, part, number, first = (pickle.loads(order[0]), *order[1:])
    for row in read_batch(folder, part, number, stage.source)[first:]:
        pickle.dump(run_rows(stage, [row]), out)
        out.flush()


if __name__ == "__main__":
    main()
