"""Kill the job with SIGKILL before each file operation in turn, and go on: `python die_anywhere.py FOLDER`.

Prints how many moments were tried, in a new folder and over an old dataset. A process of
its own, so that it has one thread and may fork.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import dataset_job as job

from codegloss.dataset import Dataset

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


def try_each_moment(folder: Path, total: int, old: str | None) -> int:
    """How many moments there were, in a new folder or over an old dataset, all of them survived."""
    job.run(folder / "whole", total=total)
    expected = files(folder / "whole")
    for moment in count():
        out = folder / str(moment)
        if old:
            job.run(out, total=job.STEP, parameters={"step": old})
        if not killed(lambda out=out: job.run(out, total=total, overwrite=old is not None), moment):
            return moment
        if (out / "manifest.json").exists():
            found = Dataset.open(out)
            found.verify()
            assert found.manifest.parameters["step"] in {old, job.STEP}
        job.run(out, total=total, overwrite=old is not None)
        assert files(out) == expected, out
        assert Dataset.open(out).manifest.rows_in == total
        left = [entry.name for entry in folder.iterdir() if out.name in entry.name.split(".")]
        assert left == [out.name], left
    raise AssertionError


if __name__ == "__main__":
    new = try_each_moment(Path(sys.argv[1]) / "new", job.ROWS, old=None)
    over = try_each_moment(Path(sys.argv[1]) / "over", 2 * job.STEP, old="old")
    sys.stdout.write(f"{new} {over}\n")
