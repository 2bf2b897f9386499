"""Contradictions planted in good comments, and how many of those that `check` finds are repaired.

    python benchmarks/repair.py DATASET… [--count 300] [--seed 0] [--save] [--show]

The plants are those of planted.py. Of those that a rule finds, the comment is repaired. What comes out is
*equal* to the comment before the plant up to white space; equal but for the planted word, which is *left* in
prose (a plant changes a parameter's name there too, a repair leaves what may be an ordinary word); *removed*,
where it lacks words of the comment, as an entry that went; *wrong*, where it has others; or *refused*.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from cells import say
from codegloss.dataset import Dataset
from codegloss.quality.claims.check import objections
from codegloss.quality.known import Known
from codegloss.quality.mutations.facts import KINDS
from codegloss.quality.mutations.planted import Planted
from codegloss.records import Function, from_row
from codegloss.synth.writing.repair import Repair, repaired
from common import readable, save
from planted import plants

EQUAL, LEFT, REMOVED, WRONG, REFUSED = "equal", "left", "removed", "wrong", "refused"


def originals(paths: Sequence[Path], wanted: set[str]) -> dict[str, str]:
    """The comments of some functions, by id."""
    found = {}
    for path in paths:
        for batch in Dataset.open(path).batches("functions"):
            for row in batch.to_pylist():
                if row["id"] in wanted:
                    found[row["id"]] = from_row(row, Function).comment_text
    return found


def outcome(plant: Planted, known: Known, original: str) -> dict[str, Any] | None:
    """What became of a plant; None where no rule finds it."""
    found = objections(plant.function, known)
    if not found:
        return None
    repair = repaired(plant.function, found, known)
    result = REFUSED
    if isinstance(repair, Repair):
        result = _compared(original, repair.comment, plant)
    return {
        "kind": plant.kind,
        "language": plant.function.language,
        "function": f"{plant.function.repository} {plant.function.qualified_name}",
        "result": result,
        "planted": f"{plant.before} → {plant.after}",
        "rules": [one.rule for one in found],
        "edits": list(repair.edits) if isinstance(repair, Repair) else [str(repair.detail)],
        "texts": (original, repair.comment if isinstance(repair, Repair) else ""),
    }


def _compared(original: str, text: str, plant: Planted) -> str:
    """How a repaired text stands to the one before the plant."""
    before, after = original.split(), text.split()
    if before == after:
        return EQUAL
    if re.sub(rf"(?<![\w.]){re.escape(plant.after)}(?!\w)", plant.before, text).split() == before:
        return LEFT
    return REMOVED if _is_within(after, before) else WRONG


def _is_within(words: Sequence[str], others: Sequence[str]) -> bool:
    """Whether words stand in others, in their order."""
    rest = iter(others)
    return all(word in rest for word in words)


def table(outcomes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Counts and shares by kind and overall."""
    rows = []
    for kind in (*KINDS, "all"):
        own = [one["result"] for one in outcomes if kind in (one["kind"], "all")]
        repairs = len(own) - own.count(REFUSED)
        rows.append(
            {
                "kind": kind,
                "found by a rule": len(own),
                "repaired": repairs,
                "equal to the original": own.count(EQUAL),
                "planted word left in prose": own.count(LEFT),
                "entry or word removed": own.count(REMOVED),
                "wrong": own.count(WRONG),
                "refused": own.count(REFUSED),
                "repaired, share": repairs / len(own) if own else None,
                "equal, share of repaired": own.count(EQUAL) / repairs if repairs else None,
            }
        )
    return rows


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("datasets", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", action="store_true")
    parser.add_argument("--show", action="store_true", help="print each repair that is not equal")
    args = parser.parse_args()
    chosen = plants(args.datasets, args.count, args.seed)
    before = originals(args.datasets, {plant.function.id for plant, _ in chosen})
    found = [outcome(plant, known, before[plant.function.id]) for plant, known in chosen]
    outcomes = [one for one in found if one]
    for one in outcomes if args.show else ():
        if one["result"] != EQUAL:
            say(" · ".join(one[key] for key in ("kind", "result", "language", "function", "planted")))
            say(f"{one['rules']} {one['edits']}")
            if one["result"] != REFUSED:
                say("\n".join(unified_diff(*(text.split("\n") for text in one["texts"]), lineterm="", n=0)))
    rows = table(outcomes)
    for row in rows:
        say(", ".join(f"{key}: {readable(value)}" for key, value in row.items()))
    if args.save:
        save("repair", rows, (), planted=len(chosen), seed=args.seed)


if __name__ == "__main__":
    main()
