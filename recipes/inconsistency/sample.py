"""Step 1: whole files of documented functions, drawn from datasets of functions.

    python recipes/inconsistency/sample.py DATASET OUT.parquet --functions 22000 --pairs PAIRS

Files are drawn whole, up to a bound, since a comment is compared with the code around it too.
Only functions that may be trained on (`curate.licences`) and whose comment describes something
(`quality.reading`) are counted; their neighbours come along. PAIRS is the dataset that the encoder was
trained on: what it left out because it resembles an evaluation pool is left out here too.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from codegloss.curate.pairs import outside
from codegloss.curate.stage import CONTAMINATED
from codegloss.dataset import Dataset
from codegloss.quality.reading import described
from codegloss.records import Function, arrow_schema, from_row

ROWS_OF_A_FILE = 40  # of a longer file the first ones
SHARE_OF_A_LANGUAGE = 0.2  # of the functions wanted


def file_rows(dataset: Dataset, order: random.Random, most: int) -> Iterator[list[dict[str, Any]]]:
    """Files as lists of rows, from row groups in random order, at most so many of each group."""
    groups = [
        (shard, group)
        for shard in dataset.shards("functions")
        for group in range(pq.read_metadata(shard).num_row_groups)
    ]
    order.shuffle(groups)
    for shard, group in groups:
        table = pq.ParquetFile(shard).read_row_group(group)
        names = zip(table["repository"].to_pylist(), table["path"].to_pylist(), strict=True)
        files = [
            [place for place, _ in run] for _, run in groupby(enumerate(names), key=lambda item: item[1])
        ]
        for places in order.sample(files[1:-1], min(most, max(0, len(files) - 2))):
            yield table.slice(places[0], min(len(places), ROWS_OF_A_FILE)).to_pylist()


def half(repository: str) -> int:
    """0 or 1: the cross-encoder learns from the one half of the repositories, the trees from the other."""
    return hashlib.sha256(repository.encode()).digest()[1] % 2


def is_material(row: dict[str, Any]) -> bool:
    """Whether a row is a documented function that may be trained on."""
    return bool(row["comment_text"]) and outside(row) is None and row["code_lines"] > 1


def contaminated(pairs: Path) -> set[tuple[str, str, str]]:
    """Repository, path and qualified name of what a dataset of pairs left out for an evaluation pool."""
    rows = Dataset.open(pairs).read("dropped", ["repository", "path", "reason", "detail"]).to_pylist()
    return {
        (row["repository"], row["path"], row["detail"].rpartition(": ")[0])
        for row in rows
        if row["reason"] == CONTAMINATED
    }


def main() -> None:
    """Draw the sample."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--functions", type=int, default=30_000)
    parser.add_argument(
        "--files", type=int, default=60, help="of one row group, lest one repository fill all"
    )
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--half", type=int, choices=(0, 1), help="only repositories of this half")
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args()
    forbidden = contaminated(options.pairs)
    languages, kept, seen, left_out = Counter[str](), list[dict[str, Any]](), set[str](), 0
    for file in file_rows(Dataset.open(options.dataset), random.Random(options.seed), options.files):
        rows = [
            row for row in file if (row["repository"], row["path"], row["qualified_name"]) not in forbidden
        ]
        left_out += len(file) - len(rows)
        if not rows or options.half not in (None, half(rows[0]["repository"])):
            continue
        language = rows[0]["language"]
        if languages[language] >= SHARE_OF_A_LANGUAGE * options.functions:
            continue
        material = [row for row in rows if is_material(row) and row["code_hash"] not in seen]
        material = [row for row in material if described(from_row(row, Function))]
        if not material:
            continue
        seen.update(row["code_hash"] for row in material)
        languages[language] += len(material)
        kept += [row for row in rows if row["has_body"]]
        if languages.total() >= options.functions:
            break
    pq.write_table(pa.Table.from_pylist(kept, arrow_schema(Function)), options.out)
    repositories = defaultdict[str, set[str]](set)
    for row in kept:
        repositories[row["language"]].add(row["repository"])
    print(f"{len(kept):,} rows, {languages.total():,} documented; {left_out} left out as contaminated")
    for language, count in languages.most_common():
        print(f"  {language}: {count:,} functions of {len(repositories[language])} repositories")


if __name__ == "__main__":
    main()
