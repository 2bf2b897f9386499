"""Recall of `check` on contradictions planted in good comments, by kind.

    python benchmarks/planted.py DATASET… [--count 500] [--out FILE] [--save]

Each DATASET is one of functions. A function takes part when its comment documents parameters, a return or an
exception, and `check` finds nothing in it as it is. At most three plants come from a file and 25 from a
repository. A plant counts as found when `check` reports anything in the changed comment: nothing else was
changed, and there was nothing to report before.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from cells import say
from codegloss.dataset import Dataset
from codegloss.quality.claims.check import check
from codegloss.quality.mutations.planted import Planted, planted
from codegloss.records import Function, from_row
from common import save

MOST_OF_A_FILE = 3
MOST_OF_A_REPOSITORY = 25
KINDS = ("parameter", "raises", "default", "boolean", "number", "order")


def documented(paths: Sequence[Path], seed: int) -> Iterator[Function]:
    """Functions with a comment in parts, a table's batch after the other, shuffled inside it."""
    chance = random.Random(seed)
    for batch in chain.from_iterable(Dataset.open(path).batches("functions") for path in paths):
        rows = [row for row in batch.to_pylist() if row["parts"] and row["has_body"] and row["comment"]]
        chance.shuffle(rows)
        for row in rows:
            function: Function = from_row(row, Function)
            parts = function.parts
            told = parts and (parts.parameters or parts.returns or parts.raises)
            if told and not function.is_test and not function.is_generated:
                yield function


def plants(paths: Sequence[Path], count: int, seed: int) -> list[Planted]:
    """So many contradictions, as evenly over the kinds as can be, at most one a function."""
    wanted = {kind: -(-count // len(KINDS)) for kind in KINDS}
    found: dict[str, list[Planted]] = defaultdict(list)
    files, repositories = Counter[tuple[str, str]](), Counter[str]()
    for function in documented(paths, seed):
        open_kinds = {kind for kind in KINDS if len(found[kind]) < wanted[kind]}
        if not open_kinds:
            break
        file = (function.repository, function.path)
        if files[file] >= MOST_OF_A_FILE or repositories[file[0]] >= MOST_OF_A_REPOSITORY:
            continue
        options = [plant for plant in planted(function, seed) if plant.kind in open_kinds]
        if not options or check(function):
            continue
        # The kind that lacks most: numbers and names are everywhere, defaults are not.
        plant = max(options, key=lambda option: wanted[option.kind] - len(found[option.kind]))
        found[plant.kind].append(plant)
        files[file] += 1
        repositories[file[0]] += 1
    return [plant for kind in KINDS for plant in found[kind]][:count]


def outcome(plant: Planted) -> dict[str, Any]:
    """A plant, and what is said of it."""
    findings = check(plant.function)
    return {
        "kind": plant.kind,
        "language": plant.function.language,
        "repository": plant.function.repository,
        "path": plant.function.path,
        "name": plant.function.qualified_name,
        "before": plant.before,
        "after": plant.after,
        "comment": plant.function.comment,
        "code": plant.function.code,
        "found by": [finding.rule for finding in findings],
        "messages": [finding.message for finding in findings],
    }


def table(outcomes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Recall by kind and overall, with the rules that did it."""
    rows = []
    for kind in (*KINDS, "all"):
        own = [one for one in outcomes if kind in (one["kind"], "all")]
        hits = [one for one in own if one["found by"]]
        rules = Counter(rule for one in hits for rule in set(one["found by"]))
        rows.append(
            {
                "kind": kind,
                "planted": len(own),
                "found": len(hits),
                "recall": len(hits) / len(own) if own else None,
                "by": " ".join(f"{rule}×{times}" for rule, times in rules.most_common(4)),
            }
        )
    return rows


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("datasets", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="a JSON file for the plants and what was said of each")
    parser.add_argument("--save", action="store_true", help="write the table into results/ and README.md")
    arguments = parser.parse_args()
    outcomes = [outcome(plant) for plant in plants(arguments.datasets, arguments.count, arguments.seed)]
    if arguments.out:
        arguments.out.write_text(json.dumps(outcomes, indent=1, ensure_ascii=False) + "\n", "utf-8")
    rows = table(outcomes)
    for row in rows:
        say(str(row))
    if arguments.save:
        save(
            "planted",
            rows,
            ("tree-sitter",),
            functions_of=", ".join(path.name for path in arguments.datasets),
            seed=arguments.seed,
        )


if __name__ == "__main__":
    main()
