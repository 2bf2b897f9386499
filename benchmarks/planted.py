"""Recall of `check` on contradictions planted in good comments, by kind.

    python benchmarks/planted.py DATASET… [--count 500] [--seed 0] [--save]

Each DATASET is one of functions, whole repositories. A function takes part when its comment documents
parameters, a return or an exception, and `check` finds nothing in it as it is. One plant goes into a
function, at most three into a file and twelve of a kind into a repository. A plant counts as found when
`check` prints anything of the changed comment: nothing else was changed, and there was nothing to print
before. With `--save` each plant and what was said of it is kept in results/plants.jsonl.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from cells import say
from codegloss.quality.claims.check import objections
from codegloss.quality.known import Known, known_of
from codegloss.quality.mutations.facts import KINDS
from codegloss.quality.mutations.planted import Planted, planted
from codegloss.records import Function
from common import RESULTS, save
from corpora import repositories

# Of the facts that one comment states, the one that is rarest in comments is told wrongly.
RAREST_FIRST = ("type", "default", "number", "returns", "order", "boolean", "raises", "name", "parameter")
MOST_OF_A_FILE = 3
MOST_OF_A_REPOSITORY = 12  # of one kind


def told(function: Function) -> bool:
    """Whether the comment documents parameters, a return or an exception of a function that people wrote."""
    parts = function.parts
    documents = parts is not None and bool(parts.parameters or parts.returns or parts.raises)
    return documents and function.has_body and not function.is_test and not function.is_generated


def of_repository(
    functions: Sequence[Function], known: Known, open_kinds: Collection[str], seed: int
) -> Iterator[Planted]:
    """Plants in one repository, at most one a function, the rarest kinds first."""
    files, kinds = Counter[str](), Counter[str]()
    for function in random.Random(seed).sample(functions, len(functions)):
        if files[function.path] >= MOST_OF_A_FILE or not told(function):
            continue
        free = {kind for kind in open_kinds if kinds[kind] < MOST_OF_A_REPOSITORY}
        options = [
            plant
            for plant in planted(function, seed, free)
            if plant.kind != "name" or plant.after not in known.names
        ]
        if not options or objections(function, known):
            continue
        plant = min(options, key=lambda option: RAREST_FIRST.index(option.kind))
        yield plant
        files[function.path] += 1
        kinds[plant.kind] += 1


def plants(paths: Sequence[Path], count: int, seed: int) -> list[tuple[Planted, Known]]:
    """So many contradictions, as evenly over the kinds as can be, each with the names of its repository."""
    found: dict[str, list[tuple[Planted, Known]]] = defaultdict(list)
    for functions in repositories(paths):
        known = known_of(functions)
        for plant in of_repository(functions, known, KINDS, seed):
            found[plant.kind].append((plant, known))
    chance = random.Random(seed)
    for those in found.values():
        chance.shuffle(those)
    wanted = Counter[str]()
    while sum(wanted.values()) < count and any(len(found[kind]) > wanted[kind] for kind in KINDS):
        for kind in KINDS:
            wanted[kind] += len(found[kind]) > wanted[kind]
    return [one for kind in KINDS for one in found[kind][: wanted[kind]]]


def outcome(plant: Planted, known: Known) -> dict[str, Any]:
    """A plant, and what is said of it."""
    findings = objections(plant.function, known)
    return {
        "kind": plant.kind,
        "language": plant.function.language,
        "repository": plant.function.repository,
        "path": plant.function.path,
        "line": plant.function.start_line,
        "name": plant.function.qualified_name,
        "before": plant.before,
        "after": plant.after,
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
    parser.add_argument("--save", action="store_true", help="write table and plants into results/")
    arguments = parser.parse_args()
    chosen = plants(arguments.datasets, arguments.count, arguments.seed)
    outcomes = [outcome(plant, known) for plant, known in chosen]
    rows = table(outcomes)
    for row in rows:
        say(str(row))
    if arguments.save:
        lines = (json.dumps(one, ensure_ascii=False) for one in outcomes)
        (RESULTS / "plants.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
        save(
            "planted",
            rows,
            ("tree-sitter",),
            functions_of=", ".join(path.name for path in arguments.datasets),
            repositories=len({one["repository"] for one in outcomes}),
            seed=arguments.seed,
        )


if __name__ == "__main__":
    main()
