"""A small job that writes a dataset, for tests that kill it: `python dataset_job.py OUT SECONDS_A_WRITE`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from codegloss.dataset import Counts, Manifest, Writer

ROWS = 1_300
STEP = 50
KEPT = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("text", pa.string())])
DROPPED = pa.schema([pa.field("path", pa.string()), pa.field("reason", pa.string())])


def writer(out: Path, **changed: Any) -> Writer:
    """A writer for this job, or one that differs in what is named."""
    asked: dict[str, Any] = {
        "name": "job",
        "main": "kept",
        "tables": {"kept": KEPT, "dropped": DROPPED},
        "parameters": {"step": STEP},
        "versions": {"job": "1"},
        "rows_per_shard": 500,
    }
    return Writer(out, **(asked | changed))


def rows(start: int, end: int) -> pa.Table:
    """Row `i` holds `i` and a text made from it."""
    numbers = range(start, end)
    return pa.table({"id": numbers, "text": [f"text {i * i}" for i in numbers]}, schema=KEPT)


def run(out: Path, pause: float = 0.0, total: int = ROWS, **changed: Any) -> Manifest | None:
    """Do the job, from where an earlier run was stopped; every tenth row is dropped."""
    job = writer(out, **changed)
    if job.unchanged:
        return None
    done = job.position
    while done < total:
        kept = rows(done, done + STEP - STEP // 10)
        job.write("kept", kept)
        reasons = ["odd", "even"] * (STEP // 20) + ["odd"] * (STEP // 10 % 2)
        job.write("dropped", pa.table({"path": [f"{done}.py"] * len(reasons), "reason": reasons}))
        done += STEP
        if job.due():
            job.checkpoint(done, counts(done))
        time.sleep(pause)
    return job.commit(counts(total))


def counts(done: int) -> Counts:
    """What became of the first `done` rows."""
    return Counts(done - done // 10, done // 10, 0)


if __name__ == "__main__":
    sys.stdout.write("started\n")
    sys.stdout.flush()
    run(Path(sys.argv[1]), float(sys.argv[2]))
