"""Rows that kill their worker: found, blamed and left behind.

A crash inside a parser written in C, or the kernel's out-of-memory killer, takes the worker
with it, and Daft gives up the query or begins it anew. A batch therefore leaves a mark while
it runs. One that bears a mark already has died once: its rows are run one by one in throwaway
processes, the row that kills its process becomes a `Failed`, the others get their result.

A row that does not end in its time, or takes more memory than it may, kills its process too,
and is found in the same way.

Not covered: such a row where the whole run is one process, that is with one worker on this
machine, and a machine that is taken down as a whole.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from codegloss.engine.background import hang_on
from codegloss.engine.stage import Stage, WorkerDied
from codegloss.engine.worker import Result, fail_row, merged, run_rows, seconds_for
from codegloss.engine.worklist import read_batch


def run_batch(
    stage: Stage, folder: str, part: int, number: int, lifeline: str | None, *, mortal: bool = False
) -> Result:
    """Run the stage over one batch of a worklist, apart if that has killed a worker before.

    `mortal`: this process is a worker, and may die of a row that does not end.
    """
    rows = read_batch(folder, part, number, stage.source)
    mark = Path(folder) / f"begun-{part:05d}-{number:02d}"
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        results, deaths = _run_apart(stage, rows, (folder, part, number), lifeline)
        if not deaths:  # else it stays, for a run that must do this batch again
            mark.unlink(missing_ok=True)
        return merged(stage, results)
    result = run_rows(stage, rows, mortal=mortal)
    mark.unlink(missing_ok=True)
    return result


def _run_apart(
    stage: Stage, rows: list[Any], place: tuple[str, int, int], lifeline: str | None
) -> tuple[list[Result], int]:
    """The results of the rows one by one, and how many of them killed their process."""
    results: list[Result] = []
    deaths = 0
    while len(results) < len(rows):
        child = _start(stage, place, len(results), lifeline)
        try:
            results.extend(_received(child.stdout))
        finally:
            child.kill()
            code = child.wait()
        if len(results) < len(rows):
            deaths += 1
            row = rows[len(results)]
            results.append(fail_row(stage, row, WorkerDied(_cause(code, row))))
    return results, deaths


def _start(
    stage: Stage, place: tuple[str, int, int], first: int, lifeline: str | None
) -> subprocess.Popen[bytes]:
    from daft import pickle as by_value  # also pickles what was defined in __main__

    child = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        with cast(IO[bytes], child.stdin) as stream:
            pickle.dump((by_value.dumps(stage), place, first, lifeline), stream)
    except BrokenPipeError:
        pass  # died at once; its exit status says of what
    return child


def _received(stream: IO[bytes] | None) -> Iterator[Result]:
    try:
        while True:
            yield pickle.load(cast(IO[bytes], stream))
    except (EOFError, pickle.UnpicklingError):  # the end, or a result cut short by death
        return


def _cause(code: int, row: Any) -> str:
    if code == -signal.SIGVTALRM:
        return f"did not end within {seconds_for(row):.0f} s of processor time"
    if code < 0:
        return f"the worker died of {signal.Signals(-code).name}"
    return f"the worker exited with status {code}"


def main() -> None:
    """The throwaway process: an order on standard input, a result per row on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the lifeline ends this process
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a stage prints goes elsewhere
    pickled, (folder, part, number), first, lifeline = pickle.load(sys.stdin.buffer)
    if lifeline:
        hang_on(lifeline)
    stage: Stage = pickle.loads(pickled)
    for row in read_batch(folder, part, number, stage.source)[first:]:
        pickle.dump(run_rows(stage, [row], mortal=True), out)
        out.flush()


if __name__ == "__main__":
    main()
