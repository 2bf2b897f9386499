"""The figures of scores on a screen: overall and by group, or two sets of comments compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codegloss.cli.cards import open_console, printable

if TYPE_CHECKING:
    from rich.console import Console

PLAIN_WIDTH = 160  # columns, where the output is not a terminal
SHOWN_GROUPS = {"language": 20, "repository": 10, "words": 4, "kind": 10}  # lines of each table
# Heading of a measure in the tables of groups, and whether its interval stands there; the rest stand in the
# first table alone.
HEADINGS = {
    "IncRate": ("IncRate", True),
    "P(inconsistent)": ("P(inconsistent)", True),
    "MRR": ("MRR", True),
    "MRR, own names removed": ("bare", False),
    "BM25 MRR": ("BM25 MRR", True),
    "BM25 MRR, own names removed": ("bare", False),
}


def print_figures(found: dict[str, Any]) -> None:
    """Print what `quality.aggregate` gives: a summary, or a comparison."""
    console = open_console(PLAIN_WIDTH)
    if "first" in found:
        _print_comparison(console, found)
    else:
        _print_summary(console, found)


def _measured(found: dict[str, Any]) -> str:
    """How it was measured, without which the figures say nothing."""
    from codegloss.metrics import FEWEST_GROUPS

    asked, pools = found["parameters"], found["pools"]
    by = f"{asked['model']}@{asked['exit']}" if asked["model"] else "BM25"
    sizes = f"{pools['smallest']:,}"
    if pools["smallest"] != pools["largest"]:
        sizes += f" to {pools['largest']:,}, median {pools['median']:,}"
    return (
        f"{by}; pool: {asked['pool']}, {sizes} codes; batches of {asked['batch']}; seed {asked['seed']}; "
        "bare: own names removed from the comment; intervals resample repositories where there are "
        f"{FEWEST_GROUPS}, else functions"
    )


def _print_summary(console: Console, found: dict[str, Any]) -> None:
    console.print(f"\n{found['dataset']}  {found['kept']:,} comments scored", style="bold")
    console.print(
        f"  {found['rows_in']:,} functions = {found['kept']:,} kept + {found['dropped']:,} dropped + "
        f"{found['failed']:,} failed"
    )
    console.print(f"  {_measured(found)}", style="dim")
    _print_grid(
        console,
        "overall",
        ("", "comments", "mean", "95 % interval"),
        [
            (name, f"{one['functions']:,}", f"{one['value']:.4f}", f"[{one['low']:.4f}, {one['high']:.4f}]")
            for name, one in found["overall"].items()
        ],
    )
    measures = [name for name in HEADINGS if name in found["overall"]]
    for name, groups in found["by"].items():
        shown = groups[: SHOWN_GROUPS[name]]
        title = {"words": "by words in the comment"}.get(name, f"by {name}")
        if len(shown) < len(groups):
            title += f", the {len(shown)} largest"
        if len(groups) > 1:
            header = ("", "comments", *(HEADINGS[name][0] for name in measures))
            _print_grid(console, title, header, [_cells(group, measures) for group in shown])


def _cells(group: dict[str, Any], measures: Sequence[str]) -> tuple[str, ...]:
    """A line of a table of groups."""

    def cell(name: str) -> str:
        found = group["measures"].get(name)
        if not found:
            return "–"
        interval = f" [{found['low']:.3f}, {found['high']:.3f}]" if HEADINGS[name][1] else ""
        return f"{found['value']:.3f}{interval}"

    return group["group"], f"{group['functions']:,}", *map(cell, measures)


def _print_grid(console: Console, title: str, header: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """A heading and a table, the names to the left, the figures to the right."""
    from rich.table import Table
    from rich.text import Text

    console.print(f"\n{title}", style="bold")
    grid = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    for place, heading in enumerate(header):
        grid.add_column(heading, justify="right" if place else "left", no_wrap=bool(place), overflow="fold")
    for line in lines:
        grid.add_row(*(Text(printable(cell)) for cell in line))
    console.print(grid)


def _print_comparison(console: Console, found: dict[str, Any]) -> None:
    console.print(f"\n{found['first']} against {found['second']}", style="bold")
    console.print(
        f"  {found['functions']:,} functions scored in both with the same code; left out: "
        f"{found['only_in_first']:,} only in the first, {found['only_in_second']:,} only in the second, "
        f"{found['other_code']:,} with other code"
    )
    if found["other_pool"]:
        console.print(f"  {found['other_pool']:,} of them were searched among another number of codes")
    console.print(f"  {_measured(found)}", style="dim")
    _print_differences(console, "overall", found["overall"])
    for group in found["by"]["language"] if len(found["by"]["language"]) > 1 else ():
        _print_differences(console, f"{group['group']}, {group['functions']:,} functions", group["measures"])


def _print_differences(console: Console, title: str, measures: dict[str, dict[str, Any]]) -> None:
    lines = [
        (
            name,
            f"{found['functions']:,}",
            f"{found['first']:.4f}",
            f"{found['second']:.4f}",
            f"{found['difference']:+.4f}",
            f"[{found['low']:+.4f}, {found['high']:+.4f}]",
            f"{found['p']:.4f}",
        )
        for name, found in measures.items()
    ]
    header = ("", "functions", "first", "second", "difference", "95 % interval", "p")
    _print_grid(console, title, header, lines)
