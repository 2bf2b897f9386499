"""Datasets of functions, a repository at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from codegloss.dataset import Dataset
from codegloss.records import Function, from_row


def repositories(paths: Sequence[Path]) -> Iterator[list[Function]]:
    """The functions of each repository of the datasets."""
    for path in paths:
        rows: dict[str, list[Function]] = defaultdict(list)
        for batch in Dataset.open(path).batches("functions"):
            for row in batch.to_pylist():
                rows[row["repository"]].append(from_row(row, Function))
        yield from rows.values()
