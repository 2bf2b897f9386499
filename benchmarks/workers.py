"""Processes that are started once and then asked in turn, so that timed runs of several systems alternate.

The parent starts one `Worker` a system; the script it runs ends in `serve`. Requests and answers
are lines of JSON. Only one worker is at work at a time; the others sleep.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from cells import Message
from common import BENCHMARKS


class Worker:
    """A script at work on some cores; close it, or use it in a `with`."""

    def __init__(self, script: Path, arguments: Sequence[str | Path | int | None], cores: int) -> None:
        """Raises RuntimeError where this process may not use that many cores."""
        affinity = sorted(os.sched_getaffinity(0))[:cores]
        if len(affinity) < cores:
            raise RuntimeError(f"{cores} cores are wanted, this process may use {len(affinity)}")
        threads = dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "OPENBLAS_NUM_THREADS"), str(cores))
        paths = [str(BENCHMARKS), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._script = script
        self._process = subprocess.Popen(
            ["taskset", "-c", ",".join(map(str, affinity)), sys.executable, script, *map(str, arguments)],
            env={
                **os.environ,
                **threads,
                "PYTHONPATH": os.pathsep.join(paths),
                "HF_HUB_OFFLINE": "1",
                "TOKENIZERS_PARALLELISM": "true",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, request: Message) -> Message:
        """Its answer. Raises RuntimeError when it ended instead; what it said is on standard error."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # it ended: the missing answer tells
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._script.name} ended with {self._process.wait()} instead of an answer")
        answer: Message = json.loads(line)
        return answer

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def serve(answer: Callable[[Message], Message]) -> None:
    """Answer requests until there are no more. What libraries print goes to standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()
