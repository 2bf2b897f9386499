"""A dataset: a folder of zstd Parquet shards, one subfolder a table, and a `manifest.json`.

    OUT/manifest.json
    OUT/functions/functions-00000.parquet …
    OUT/dropped/dropped-00000.parquet …

The manifest is written last and its presence is the proof that the dataset is whole.
Until then the work lies in `OUT.partial`, which a killed run leaves behind and the same
command takes up again from its last checkpoint. The same calls of `Writer.write` and
`Writer.checkpoint` give the same bytes, on whatever day and however often the run was
killed in between.

Not covered: two machines that write one folder over a network file system without working
locks, and Windows, which has neither flock nor the renames used here.
"""

from codegloss.dataset.manifest import (
    AnotherDataset,
    Counts,
    DatasetError,
    Manifest,
    Parent,
    Shard,
    Table,
    read_manifest,
)
from codegloss.dataset.reader import Dataset
from codegloss.dataset.workspace import written_for
from codegloss.dataset.writer import Writer

__all__ = [
    "AnotherDataset",
    "Counts",
    "Dataset",
    "DatasetError",
    "Manifest",
    "Parent",
    "Shard",
    "Table",
    "Writer",
    "read_manifest",
    "written_for",
]
