"""The checkpoints of a dataset that is being made: `checkpoints.jsonl` in its workspace.

A line says how many input rows are done, what became of them, and which shards were
finished since the line before. It is written after those shards are durable.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from codegloss.dataset.files import append_line
from codegloss.dataset.manifest import Counts, Shard

CHECKPOINTS = "checkpoints.jsonl"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A place in the input from which a killed run can go on."""

    position: int  # input rows done since the start of the job
    counts: Counts  # of those rows
    shards: dict[str, Shard]  # table → the shard that ends here


def append(workspace: Path, checkpoint: Checkpoint) -> None:
    """Add a checkpoint, durably."""
    append_line(workspace / CHECKPOINTS, json.dumps(asdict(checkpoint)))


def read_back(workspace: Path) -> list[Checkpoint]:
    """The checkpoints whose shards are all there; any later lines are cut off the file."""
    path = workspace / CHECKPOINTS
    if not path.exists():
        return []
    checkpoints, whole = [], 0  # bytes
    for line in path.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break  # killed while it was being written
        entry = json.loads(line)
        shards = {table: Shard(**shard) for table, shard in entry["shards"].items()}
        if not all(_is_whole(workspace / table / shard.name, shard) for table, shard in shards.items()):
            break
        checkpoints.append(Checkpoint(entry["position"], Counts(**entry["counts"]), shards))
        whole += len(line)
    os.truncate(path, whole)
    return checkpoints


def _is_whole(path: Path, shard: Shard) -> bool:
    return path.is_file() and path.stat().st_size == shard.bytes
