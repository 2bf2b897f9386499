"""What a rebuild came to: counts, reasons, and before and after by a referee that the gate never used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.dataset import Dataset
from codegloss.quality.aggregate import differences, estimates
from codegloss.records import Appraisal, Rewrite, from_row
from codegloss.synth.decisions import FAILED, KEPT, REPLACED

Floats = NDArray[np.float64]
INCONSISTENT = 0.5  # P(inconsistent) from which the referee counts a comment as inconsistent
INCRATE, MRR, PROBABILITY = "IncRate", "MRR", "P(inconsistent)"
OLD, UNGATED, GATED, CONTROL = "old comments", "new, every one", "new, as the gate let them", "control"


def rewrites_of(path: Path) -> list[Rewrite]:
    """The decisions in a rebuilt dataset."""
    return [from_row(row, Rewrite) for row in Dataset.open(path).read("rewrites").to_pylist()]


def figures(path: Path) -> dict[str, Any]:
    """Everything that the report says of a rebuilt dataset, as JSON knows it.

    `documented` compares old, new, gated and control over the functions that had a comment and of
    which all three could be scored; `missing` new and control over those that had none. Each measure has its
    mean and 95 % interval, and `change` the paired differences to the old comments (to the control for
    functions that had none).
    """
    dataset, rows = Dataset.open(path), rewrites_of(path)
    decisions = Counter(row.decision for row in rows)
    had, had_not = [row for row in rows if row.old is not None], [row for row in rows if row.old is None]
    found = {
        "functions": dataset.manifest.tables["functions"].rows,
        "taken_up": len(rows),
        "why": dict(Counter(row.why for row in rows)),
        "decisions": {name: decisions[name] for name in (REPLACED, KEPT, FAILED)},
        "reasons": dict(Counter(row.reason for row in rows if row.reason).most_common()),
        "failures": _failures(rows),
        "models": dict(Counter(row.model for row in rows if row.model)),
        "cost": _cost(rows),
        "notes": dict(Counter(note.split(":")[0] for row in rows for note in row.notes)),
        "parameters": dataset.manifest.parameters,
        "repositories": len({row.repository for row in rows}),
        "documented": _compared(had, OLD),
        "missing": _compared(had_not, CONTROL),
    }
    return found | {"headline": headline(found)}


def headline(found: Mapping[str, Any]) -> str:
    """One sentence that says what happened, and one what it was worth."""
    decisions = found["decisions"]
    said = (
        f"{found['taken_up']:,} of {found['functions']:,} functions were taken up: {decisions[REPLACED]:,} "
        f"got a new comment, {decisions[KEPT]:,} stay as they were, {decisions[FAILED]:,} failed."
    )
    compared = found["documented"]
    if not compared["functions"]:
        return said
    old, new = compared["measures"][OLD], compared["measures"][GATED]
    return (
        f"{said} By a referee that the gate never used, over {compared['functions']:,} comments: IncRate "
        f"{100 * old[INCRATE]['value']:.1f} % before, {100 * new[INCRATE]['value']:.1f} % after; MRR "
        f"{old[MRR]['value']:.3f} before, {new[MRR]['value']:.3f} after."
    )


def _failures(rows: Sequence[Rewrite]) -> dict[str, int]:
    """How often writing failed for which reason, the most frequent first, each with one of its messages."""
    failed = [row for row in rows if row.decision == FAILED]
    counts, example = Counter(row.reason for row in failed), {row.reason: row.detail for row in failed}
    return {
        f"{name} ({example[name]})" if example[name] else f"{name}": count
        for name, count in counts.most_common()
    }


def _cost(rows: Sequence[Rewrite]) -> dict[str, Any]:
    """US dollars that are known to have been spent, and of how many comments it is not known."""
    known = [row.cost for row in rows if row.cost is not None]
    return {"dollars": sum(known), "unknown": sum(row.model is not None and row.cost is None for row in rows)}


def _compared(rows: Sequence[Rewrite], base: str) -> dict[str, Any]:
    """The variants over the functions whose new comment, and old one where there is one, could be scored.

    The control often says too little to be scored: its figures are of those where it does not.
    """
    rows = [row for row in rows if row.new_referee and (base == CONTROL or row.old_referee)]
    if not rows:
        return {"functions": 0, "base": base, "measures": {}, "change": {}}
    repositories = [row.repository for row in rows]
    variants: dict[str, list[Appraisal | None]] = {
        UNGATED: [row.new_referee for row in rows],
        CONTROL: [row.control_referee for row in rows],
    }
    if base == OLD:
        gated = [row.new_referee if row.decision == REPLACED else row.old_referee for row in rows]
        variants = {OLD: [row.old_referee for row in rows], GATED: gated} | variants
    values = {name: _values(some) for name, some in variants.items() if any(some)}
    return {
        "functions": len(rows),
        "base": base,
        "measures": {name: estimates(own, repositories) for name, own in values.items()},
        "change": {
            name: differences(own, values[base], repositories)
            for name, own in values.items()
            if name != base and base in values
        },
    }


def _values(some: Sequence[Appraisal | None]) -> dict[str, Floats]:
    """Each measure of each comment, NaN where it could not be scored."""
    probable = np.array([one.inconsistency if one else np.nan for one in some])
    return {
        INCRATE: np.where(np.isnan(probable), np.nan, probable >= INCONSISTENT),
        PROBABILITY: probable,
        MRR: np.array([1 / one.rank if one else np.nan for one in some]),
    }
