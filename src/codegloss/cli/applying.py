"""`codegloss rebuild --apply`, `--diff` and `--undo`: accepted comments into the source, and out again."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from codegloss.cli.rebuild_asked import EXTRACTED, REBUILT, Asked, differing

if TYPE_CHECKING:
    from codegloss.synth.source.apply import Applied
    from codegloss.synth.source.plan import Replacement


def apply_to(asked: Asked, *, only_shown: bool, allow_uncommitted: bool) -> None:
    """Put the accepted comments into the source code, or print the patch that would."""
    from codegloss.dataset import DatasetError
    from codegloss.synth.source.apply import NO_FILE, apply, patch

    if other := differing(asked):
        raise DatasetError(
            f"{asked.out} holds another rebuild ({other}): without these options its comments are put back, "
            "with --overwrite new ones are made"
        )
    counts, reasons = Counter[str](), Counter[str]()
    rows: Iterable[tuple[Applied, bytes]]
    for root, replacements in _by_root(asked):
        if root is None:
            reasons[NO_FILE] += len(replacements)
            continue
        if only_shown:
            rows = patch(replacements, root, allow_uncommitted=allow_uncommitted)
        else:
            rows = (
                (one, b"")
                for one in apply(replacements, root, asked.out, allow_uncommitted=allow_uncommitted)
            )
        for applied, difference in rows:
            sys.stdout.buffer.write(difference)
            counts["files"] += bool(applied.replaced)
            counts["comments"] += len(applied.replaced)
            reasons.update(reason.name for _, reason in applied.skipped)
    if not counts["comments"] and not reasons:
        _say(f"no new comment was accepted: nothing to put into {asked.path}")
        return
    done = "would change" if only_shown else "changed"
    left = "; ".join(f"{name} {count:,}" for name, count in reasons.most_common())
    _say(
        f"{done} {_counted(counts['comments'], 'comment')} in {_counted(counts['files'], 'file')}, "
        "all syntax-equal" + (f"; left alone: {left}" if left else "")
    )
    if not only_shown and counts["files"]:
        _say(f"to take it back: codegloss rebuild --out {asked.out} --undo")


def _by_root(asked: Asked) -> Iterator[tuple[Path | None, list[Replacement]]]:
    """For each repository the folder that its paths begin at, None for an archive, and its accepted comments.

    Raises DatasetError where --out was not made of this source code.
    """
    from codegloss.dataset import Dataset, DatasetError
    from codegloss.records import Function, Rewrite, from_row
    from codegloss.synth.source.apply import roots
    from codegloss.synth.source.plan import Replacement

    assert asked.path is not None
    if not (asked.out / EXTRACTED / "manifest.json").is_file():
        raise DatasetError(f"{asked.path} is a dataset: --apply and --diff need the source code itself")
    extracted = Dataset.open(asked.out / EXTRACTED)
    made_of = extracted.manifest.parents[0]
    if made_of.name != asked.path.resolve().name:
        raise DatasetError(
            f"{asked.out} was made of {made_of.path}, not of {asked.path}: name that, or its --out"
        )
    rows = Dataset.open(asked.out / REBUILT).read("rewrites").to_pylist()
    accepted = {row["function"]: from_row(row, Rewrite) for row in rows if row["decision"] == "replaced"}
    by_repository: dict[str, list[Replacement]] = {}
    for batch in extracted.batches("functions"):
        for row in batch.to_pylist():
            if row["id"] in accepted:
                new = accepted[row["id"]].new or ""
                by_repository.setdefault(row["repository"], []).append(
                    Replacement(from_row(row, Function), new)
                )
    folders = roots([asked.path])
    for repository, replacements in by_repository.items():
        yield folders.get(repository), replacements


def give_back(out: Path) -> None:
    """Restore every file that `--apply` changed. Exits with 1 where one could not be."""
    from codegloss.synth.source.undo import undo

    left = 0
    restored = 0
    for undone in undo(out):
        if undone.reason:
            left += 1
            typer.echo(
                f"{undone.path}: not restored: {undone.reason.name} {undone.reason.detail}".rstrip(), err=True
            )
        else:
            restored += 1
    _say(f"{_counted(restored, 'file')} with old bytes again")
    if left:
        raise typer.Exit(1)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _say(text: str) -> None:
    from codegloss.cli.cards import printable

    typer.echo(printable(f"codegloss rebuild: {text}"), err=True)
