"""Comments against later versions of their function, from what changed between releases.

    python recipes/inconsistency/versions.py RELEASES OUT.parquet --pairs PAIRS

RELEASES is what `releases.py` fetched. Where code and comment changed together and `curate.edits` finds
a fact among the changes, the old comment would most likely have been wrong of the new code, had nobody
changed it: a row `changed`. Where the code changed and the comment stayed, it most likely still holds: a row
`kept`, as many of a repository as it has `changed` ones. OUT.parquet has the functions of both releases as
structs, `old_function` and `function`; OUT.files.parquet what stands around them in the new release.
PAIRS is the dataset that the encoder was trained on: what it left out because it resembles an
evaluation pool is left out here too.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from releases import TABLE, Change, Package, packages
from sample import contaminated

from codegloss.curate.edits import Edit, facts
from codegloss.quality.reasons import Reason
from codegloss.records import Function, arrow_schema, from_row, to_arrow

MOST_ALIKE = 3  # rows of one repository that bear the same edit: a phrase that stands in many places
SEED = 17


@dataclass(frozen=True, slots=True)
class Row:
    """A function in two releases, the code of which changed between them."""

    repository: str
    old_version: str
    new_version: str
    language: str
    path: str
    qualified_name: str
    split: str
    kind: str  # changed: the comment too, and in a fact; kept: it stayed
    removed: list[str]  # content words that the old comment has and the new one lacks
    added: list[str]
    signals: list[str]  # why it was kept: of `curate.edits.SIGNALS`
    share: float | None  # of the words removed and added, those that left or entered the code too
    is_addition: bool  # the old comment had nothing that the code lost
    old_comment: str
    new_comment: str
    old_code: str
    new_code: str
    old_function: Function
    function: Function  # in the new release


def rows_of_package(package: Package, releases: Path, counts: Counter[str]) -> list[Row]:
    """What became of a package's functions from each release to the next; `counts` says why not more."""
    table = pq.read_table(releases / f"{package.repository}.parquet")
    texts = (pc.struct_field(table[side], "comment_text") for side in ("old", "new"))
    stayed = pc.equal(*texts)
    changed = list(edited(package, table.filter(pc.invert(stayed)), counts))
    kept = table.filter(stayed)
    drawn = random.Random(SEED).sample(range(len(kept)), min(len(kept), len(changed)))
    changes = (from_row(one, Change) for one in kept.take(pa.array(drawn, pa.int64())).to_pylist())
    return changed + [row_of(package, change, None) for change in changes]


def edited(package: Package, table: pa.Table, counts: Counter[str]) -> Iterator[Row]:
    """The rows of changes whose comment changed in a fact."""
    seen, alike = set[tuple[str | None, ...]](), Counter[tuple[str, ...]]()
    for one in table.to_pylist():
        change: Change = from_row(one, Change)
        edit = facts(change.old, change.new)
        if isinstance(edit, Reason):
            counts[edit.name] += 1
            continue
        words = (*edit.removed, "→", *edit.added)
        alike[words] += 1
        key = (change.old.comment_hash, change.new.comment_hash, change.new.code_hash)
        if key in seen or alike[words] > MOST_ALIKE:
            counts["duplicate"] += 1
            continue
        seen.add(key)
        yield row_of(package, change, edit)


def row_of(package: Package, change: Change, edit: Edit | None) -> Row:
    """The row of a change, with the edit of its comment where there was one."""
    old, new = change.old, change.new
    removed, added, signals = (edit.removed, edit.added, edit.signals) if edit else ([], [], [])
    return Row(
        package.repository, change.old_version, change.new_version, new.language, new.path,
        new.qualified_name, package.split, "changed" if edit else "kept", removed, added, signals,
        edit.share if edit else None, edit.is_addition if edit else False,
        old.comment or "", new.comment or "", old.code, new.code, old, new,
    )  # fmt: skip


def neighbours(rows: list[Row], package: Package, releases: Path) -> pa.Table:
    """Every function of the new files that the rows are in; `revision` is the release."""
    wanted = {(row.new_version, row.path) for row in rows}
    table = pq.read_table(releases / f"{package.repository}.files.parquet")
    places = zip(table["revision"].to_pylist(), table["path"].to_pylist(), strict=True)
    return table.filter(pa.array([place in wanted for place in places], pa.bool_()))


def mine(releases: Path, out: Path, table: Path, pairs: Path | None) -> None:
    """Write the rows of all packages, without what resembles an evaluation pool."""
    forbidden = contaminated(pairs) if pairs else set()
    counts, kinds = Counter[str](), Counter[str]()
    with (
        pq.ParquetWriter(out, arrow_schema(Row), compression="zstd") as writer,
        pq.ParquetWriter(
            out.with_suffix(".files.parquet"), arrow_schema(Function), compression="zstd"
        ) as files,
    ):
        for package in packages(table):
            if not (releases / f"{package.repository}.parquet").exists():
                counts["package not fetched"] += 1
                continue
            rows = [
                row
                for row in rows_of_package(package, releases, counts)
                if (row.repository, row.path, row.qualified_name) not in forbidden
            ]
            if rows:
                writer.write_batch(to_arrow(rows, Row))
                files.write_table(neighbours(rows, package, releases))
            kinds.update(f"{row.split} {row.kind}" for row in rows)
    print(dict(kinds), dict(counts))


def main() -> None:
    """Mine what was fetched."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("releases", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--pairs", type=Path, help="dataset whose contaminated functions are left out")
    options = parser.parse_args()
    mine(options.releases, options.out, options.table, options.pairs)


if __name__ == "__main__":
    main()
