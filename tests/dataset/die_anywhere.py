"""Kill the job with SIGKILL before each file operation in turn, and go on: `python die_anywhere.py FOLDER`.

Prints how many moments were tried. A process of its own, so that it has one thread and may fork.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import job

from codegloss.dataset import Dataset, DatasetError

WATCHED = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "fcntl.flock"}


def killed(work: Callable[[], Any], moment: int) -> bool:
    """Whether a process that does the work was killed before file operation number `moment`."""
    child = os.fork()
    if child == 0:
        left = moment

        def watch(event: str, _: tuple[Any, ...]) -> None:
            nonlocal left
            if event not in WATCHED:  # `os.kill` is an event too
                return
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in {0, -signal.SIGKILL}, status
    return os.WIFSIGNALED(status)


def files(out: Path) -> dict[str, bytes]:
    """Every file of a dataset but the manifest, which holds the time."""
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in out.rglob("*")
        if file.is_file() and file.name != "manifest.json"
    }


def main(folder: Path) -> None:
    whole = folder / "whole"
    job.run(whole)
    expected = files(whole)
    moment = 0
    while True:
        out = folder / f"new-{moment}"
        if not killed(lambda out=out: job.run(out), moment):
            break
        check(out, expected, old=None)
        moment += 1
    tried = moment
    moment = 0
    while True:
        out = folder / f"over-{moment}"
        job.run(out, parameters={"step": "old"})
        if not killed(lambda out=out: job.run(out, overwrite=True), moment):
            break
        check(out, expected, old="old")
        moment += 1
    print(tried, moment)


def check(out: Path, expected: dict[str, bytes], old: str | None) -> None:
    """What stands at `out` is the old dataset, the new one, or none; the same job goes on to the new one."""
    try:
        found = Dataset.open(out)
        found.verify()
        assert found.manifest.parameters["step"] in {old, job.STEP}
    except DatasetError:
        assert not out.exists() or not any(out.iterdir())
    job.run(out, overwrite=old is not None)
    assert files(out) == expected, out
    assert Dataset.open(out).manifest.rows_in == job.ROWS
    left = {entry.name for entry in out.parent.iterdir() if out.name in entry.name}
    assert left == {out.name}, left


if __name__ == "__main__":
    main(Path(sys.argv[1]))
