"""Put a finished run of `recipe.yaml` into the package, with a model card made of what is on disk.

    python recipes/mini/ship.py runs/mini
    python recipes/mini/ship.py runs/mini --results benchmarks/results/encoder-quality.json

The card lists every package trained on with its version and licence, counts of pairs, what was
kept out because it resembles an evaluation pool, the recipe as it ran and, where `--results` names
them, the figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from codegloss.dataset import Dataset
from codegloss.encoder.runtime import SHIPPED
from codegloss.train.base import rule_of
from codegloss.train.export import About, Facts, export_onnx, model_card
from codegloss.train.recipe import Recipe, recorded_recipe
from codegloss.train.store import load

MOST_BYTES = 30_000_000  # of everything installed for the encoder
PACKAGES = Path(__file__).parent / "packages.toml"
COLUMNS = ("name", "version", "licence", "registry")
NO_SYSTEMS = {"task", "queries", "pool", "from", "to"}  # what else stands in a row of the benchmark
NOTES = (
    "Texts were doc comments in English. Queries of another kind, such as questions about behaviour that no "
    "comment states, and languages with few pairs were hardly seen.",
    "With more steps the loss went on falling and the MRR on validation did not: the number of steps was "
    "chosen by it.",
)


def main() -> None:
    """Export, check the size, write the card."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("run", type=Path, help="folder of the training run")
    parser.add_argument("--results", type=Path, help="figures for the card: a result of benchmarks/")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    arguments = parser.parse_args()
    model, tokeniser, facts = load(arguments.run / "model")
    recipe = recorded_recipe(facts, arguments.run / "model")
    about = About(
        name=recipe.name,
        version=recipe.version,
        context=recipe.model.context,
        rule=rule_of(recipe.model),
        licence=recipe.licence,
        base={"name": "all-MiniLM-L6-v2", "licence": "Apache-2.0", "sha256": recipe.model.sha256},
    )
    card = model_card(
        about,
        Facts(
            exits=model.exits,
            dimensions=model.dimensions,
            base=about.base or {},
            recipe=facts["recipe"],
            packages=packages(),
            data=counts(arguments.run / "pairs", recipe),
            metrics=figures(arguments.results) if arguments.results else {},
            notes=NOTES,
        ),
    )
    export_onnx(model, tokeniser, arguments.out, about=about, card=card)
    size = sum(file.stat().st_size for file in arguments.out.iterdir())
    print(f"{arguments.out}: {size / 1e6:.1f} MB")
    if size > MOST_BYTES:
        sys.exit(f"{arguments.out} is larger than {MOST_BYTES / 1e6:.0f} MB")


def packages() -> list[dict[str, str]]:
    """What was trained on, by name."""
    listed = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))["packages"]
    train = [{column: entry[column] for column in COLUMNS} for entry in listed if entry["split"] == "train"]
    return sorted(train, key=lambda entry: (entry["name"].lower(), entry["registry"]))


def counts(pairs: Path, recipe: Recipe) -> dict[str, int]:
    """Pairs by split and language, what was kept out for each pool, and how many pairs were seen."""
    dataset = Dataset.open(pairs)
    table = dataset.read("pairs", ["split", "language"])
    found: dict[str, int] = {}
    splits = Counter(zip(table["split"].to_pylist(), table["language"].to_pylist(), strict=True))
    for split in ("train", "validation", "test"):
        of_split = {language: count for (name, language), count in splits.items() if name == split}
        found[f"pairs, {split}"] = sum(of_split.values())
        for language, count in sorted(of_split.items(), key=lambda item: -item[1]):
            found[f"pairs, {split}, {language}"] = count
    for row in dataset.read("contamination").to_pylist():
        found[f"pairs kept out of {row['split']} because they resemble {row['pool']}"] = row["removed"]
    for stage in recipe.stages:
        found[f"pairs seen in stage {stage.name}"] = stage.steps * stage.batch
    return found


def figures(file: Path) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """MRR by system and task, from a result of benchmarks/; each task with the size of its pool."""
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in json.loads(file.read_text(encoding="utf-8"))["rows"]:
        task = f"{row['task']}, {row['pool']:,} searched" if row["pool"] else row["task"]
        for system, value in row.items():
            if system not in NO_SYSTEMS and not system.endswith(", points"):
                found[system][task] = value
    return {"MRR": found}


if __name__ == "__main__":
    main()
