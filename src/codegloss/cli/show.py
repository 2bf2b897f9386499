"""`codegloss show`: what is in a dataset, on one screen."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codegloss.cli.cards import as_text, open_console, print_row, printable

if TYPE_CHECKING:
    from rich.console import Console

    from codegloss.dataset import Dataset

PLAIN_WIDTH = 120  # columns, where the output is not a terminal
WHY = {"dropped": "reason", "failed": "error"}  # table → the column that says why


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows were left out for one reason."""

    why: str
    rows: int
    example: str  # the path in the first such row


@dataclass(frozen=True, slots=True)
class LanguageTally:
    """How many functions of one language there are."""

    language: str
    functions: int
    commented: int


def show(
    dataset: Annotated[Path, typer.Argument(help="A dataset's folder, or the folder of one of its tables.")],
    table: Annotated[
        str | None, typer.Option(help="Whose rows to show; the main table if none is named.")
    ] = None,
    rows: Annotated[int, typer.Option(min=0, help="How many of its rows to show, from all over it.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Everything as one JSON object.")] = False,
) -> None:
    """Show what a dataset holds: where it came from, what was kept, dropped and failed, a few rows.

    Examples:

    \b
        codegloss show demo/stdlib
        codegloss show demo/stdlib --table failed --rows 20
        codegloss show demo/stdlib --json | jq .dropped
    """
    from codegloss.dataset import Dataset, DatasetError

    try:
        found = _findings(Dataset.open(dataset), table, rows)
    except (DatasetError, OSError) as error:
        typer.echo(f"codegloss show: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))
    else:
        _print(found)


def _findings(dataset: Dataset, table: str | None, rows: int) -> dict[str, Any]:
    """Everything that is shown, as JSON has it."""
    manifest = dataset.manifest
    name = table or dataset.default_table
    dataset.table(name)  # raises for a table that is not there
    return {
        "path": str(dataset.path),
        "manifest": asdict(manifest),
        **{kind: [asdict(t) for t in why(dataset, kind)] for kind in WHY if kind in manifest.tables},
        "languages": [asdict(tally) for tally in languages(dataset)],
        "table": name,
        "rows": spread_rows(dataset, name, rows),
    }


def why(dataset: Dataset, table: str) -> list[Tally]:
    """The reasons in a `dropped` or `failed` table, largest first."""
    import pyarrow.compute as pc

    column = WHY[table]
    if not {column, "path"} <= set(dataset.table(table).schema):
        return []
    rows: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for batch in dataset.batches(table, [column, "path"], batch_size=65536):
        for entry in pc.value_counts(batch[column]).to_pylist():
            reason = entry["values"]
            rows[reason] += entry["counts"]
            if reason not in examples:
                examples[reason] = batch["path"][pc.index(batch[column], reason).as_py()].as_py()
    return [Tally(reason, count, examples[reason]) for reason, count in _largest_first(rows)]


def languages(dataset: Dataset) -> list[LanguageTally]:
    """Functions and those with a comment by language, in the first table that has such columns."""
    for table, listed in dataset.manifest.tables.items():
        if {"language", "comment"} <= set(listed.schema):
            # Null together; the numbers are read far faster than the texts.
            mark = "comment_start" if "comment_start" in listed.schema else "comment"
            return _languages(dataset, table, mark)
    return []


def _languages(dataset: Dataset, table: str, mark: str) -> list[LanguageTally]:
    import pyarrow as pa

    functions: Counter[str] = Counter()
    commented: Counter[str] = Counter()
    for batch in dataset.batches(table, ["language", mark], batch_size=65536):
        groups = pa.Table.from_batches([batch]).group_by("language")
        for group in groups.aggregate([([], "count_all"), (mark, "count")]).to_pylist():
            language = group["language"] or "none"
            functions[language] += group["count_all"]
            commented[language] += group[f"{mark}_count"]
    return [LanguageTally(name, rows, commented[name]) for name, rows in _largest_first(functions)]


def spread_rows(dataset: Dataset, table: str, rows: int) -> list[dict[str, Any]]:
    """Rows from all over a table, evenly spaced, the first among them."""
    import pyarrow.parquet as pq

    total = dataset.table(table).rows
    wanted = [place * total // rows for place in range(rows)] if total > rows else list(range(total))
    found: list[dict[str, Any]] = []
    begin = 0
    for shard in dataset.shards(table):
        file = pq.ParquetFile(shard)
        for group in range(file.num_row_groups):
            end = begin + file.metadata.row_group(group).num_rows
            here = [place - begin for place in wanted if begin <= place < end]
            if here:
                found += file.read_row_group(group).take(here).to_pylist()
            begin = end
    return found


def _largest_first(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _print(found: Mapping[str, Any]) -> None:
    console = open_console(PLAIN_WIDTH)
    _print_origin(console, found)
    _print_tables(console, found)
    for kind, column in WHY.items():
        cells = [(t["why"], f"{t['rows']:,}", t["example"]) for t in found.get(kind, [])]
        _print_grid(console, kind, (column, "rows", "for example"), cells)
    cells = [
        (t["language"], f"{t['functions']:,}", f"{t['commented'] / t['functions']:.1%}")
        for t in found["languages"]
    ]
    _print_grid(console, "languages", ("language", "functions", "with a comment"), cells)
    for number, row in enumerate(found["rows"], start=1):
        print_row(console, f"{found['table']}, row {number}", row)


def _print_origin(console: Console, found: Mapping[str, Any]) -> None:
    manifest = found["manifest"]
    console.print(printable(f"{manifest['name']}  {found['path']}"), style="bold")
    lines = {
        "made": manifest["created"],
        "with": ", ".join(f"{name} {version}" for name, version in manifest["versions"].items()),
        "from": "\n".join(f"{p['name']}  {p['path']}  {p['fingerprint'][:12]}" for p in manifest["parents"]),
        "parameters": "\n".join(f"{key} = {as_text(value)}" for key, value in manifest["parameters"].items()),
        "fingerprint": manifest["fingerprint"],
        "rows in": f"{manifest['rows_in']:,} = {manifest['kept']:,} kept + {manifest['dropped']:,} dropped "
        f"+ {manifest['failed']:,} failed",
    }
    for name, text in lines.items():
        for place, line in enumerate(text.splitlines()):
            console.print(f"  {'' if place else name:<12} {printable(line)}", soft_wrap=True)


def _print_tables(console: Console, found: Mapping[str, Any]) -> None:
    cells = [
        (
            name,
            f"{table['rows']:,}",
            f"{len(table['shards']):,}",
            _size(sum(s["bytes"] for s in table["shards"])),
        )
        for name, table in found["manifest"]["tables"].items()
    ]
    _print_grid(console, "tables", ("table", "rows", "shards", "size"), cells)


def _print_grid(
    console: Console, title: str, header: tuple[str, ...], cells: Iterable[tuple[str, ...]]
) -> None:
    """A heading and a table, the columns of numbers to the right; nothing where there are no rows."""
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    for name in header:
        number = name in {"rows", "shards", "size", "functions", "with a comment"}
        grid.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in cells:
        grid.add_row(*(Text(printable(cell)) for cell in row))
    if grid.row_count:
        console.print(f"\n{title}", style="bold")
        console.print(grid)


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
