"""MRR of the encoder on tasks, against BM25 and the baseline. Run by encoder.py."""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from cells import cell, digest, folder_of, say, third, verdict
from codegloss.encoder import Encoder, ExitEncoder, load
from codegloss.evaluate.results import task_findings
from codegloss.evaluate.retrieval import evaluate
from codegloss.evaluate.specs import tasks_of
from codegloss.evaluate.systems import LEXICAL, open_encoder
from codegloss.evaluate.tasks import Task, sampled
from codegloss.metrics import MRR
from common import save

LIBRARIES = ("bm25s", "numpy", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "transformers")
MINILM = "MiniLM"
Row = dict[str, Any]
Findings = dict[str, Any]


def findings(task: Task, ours: ExitEncoder, baseline: Encoder) -> Findings:
    """MRR of each system on a task, and the paired difference of our last exit and the baseline's."""
    found = task_findings(task, list(evaluate(task, [(ours, ours.exits), (baseline, baseline.exits[-1:])])))
    names = {f"{ours.name}@{k}": f"exit {k}" for k in ours.exits} | {baseline.name: MINILM}
    names |= {f"{name}+{LEXICAL}": f"{label} + BM25" for name, label in names.items()} | {LEXICAL: "BM25"}
    last = f"{ours.name}@{ours.exits[-1]}"
    (paired,) = [
        one for one in found["comparisons"] if (one["system"], one["against"]) == (last, baseline.name)
    ]
    return {
        "task": task.name,
        "queries": found["queries"],
        "pool": found["searched"],
        "MRR": {
            names[one["system"]]: one["metrics"][str(MRR)]["value"]
            for one in found["results"]
            if one["system"] in names
        },
        "difference": [paired["difference"], paired["low"], paired["high"]],
    }


def mean(name: str, found: Sequence[Findings]) -> Findings:
    """Of several tasks, each counting the same; the interval as if their errors were independent."""
    value, low, high = np.array([one["difference"] for one in found]).T
    below, above = (np.linalg.norm(bound - value) / len(found) for bound in (low, high))
    middle = float(value.mean())
    return {
        "task": f"{name} ({len(found)} tasks)",
        "queries": sum(one["queries"] for one in found),
        "pool": None,
        "MRR": {system: statistics.mean(one["MRR"][system] for one in found) for system in found[0]["MRR"]},
        "difference": [middle, middle - float(below), middle + float(above)],
    }


def quality_row(found: Findings, exits: Sequence[int]) -> Row:
    """A line of the table; differences in points, hundredths of MRR."""
    first, last = f"exit {exits[0]}", f"exit {exits[-1]}"
    systems = ["BM25", MINILM, *(f"exit {k}" for k in exits), f"{first} + BM25", f"{last} + BM25"]
    difference, low, high = (100 * value for value in found["difference"])
    return (
        {key: found[key] for key in ("task", "queries", "pool")}
        | {system: found["MRR"][system] for system in systems}
        | {f"{last} − {MINILM}, points": difference, "from": low, "to": high}
    )


def quality_targets(found: Sequence[Findings], overall: Findings, exits: Sequence[int]) -> dict[str, str]:
    """What was asked for and whether it was met, by what the figures say."""
    last, early = f"exit {exits[-1]}", f"exit {third(exits)}"
    hybrid = f"{last} + BM25"
    ahead = sum(one["difference"][0] > 0 for one in found)
    surely = sum(one["difference"][1] > 0 for one in found)
    both = sum(one["MRR"][hybrid] > max(one["MRR"][last], one["MRR"]["BM25"]) for one in found)
    means = overall["MRR"]
    share = means[early] / means[last]
    targets = {
        f"{last} ahead of {MINILM}": f"on {ahead} of {len(found)} tasks, on {surely} by the whole interval "
        f"(wanted: on each), {verdict(ahead == len(found))}",
        f"{last} − {MINILM} on average": f"{100 * overall['difference'][0]:.2f} points (wanted: 3), "
        f"{verdict(overall['difference'][0] >= 0.03)}",
        f"{hybrid} ahead of both its parts": f"on average {means[hybrid]:.3f} against "
        f"{means[last]:.3f} and {means['BM25']:.3f}, "
        f"{verdict(means[hybrid] > max(means[last], means['BM25']))}; on {both} of {len(found)} tasks",
        f"{early} of the MRR of {last}": f"{100 * share:.1f} % on average (wanted: 97 %), "
        f"{verdict(share >= 0.97)}",
    }
    for one in found:
        if one["task"] == "cosqa" and exits[0] == 0:
            static, lexical = one["MRR"]["exit 0"], one["MRR"]["BM25"]
            said = f"{static:.3f} against {lexical:.3f}, {verdict(static > lexical)}"
            targets["exit 0 ahead of BM25 on CoSQA"] = said
    return targets


def quality(options: argparse.Namespace) -> None:
    """The table `encoder_quality`."""
    ours, baseline = load(options.model), open_encoder(folder_of(options.baseline))
    every = [task for spec in options.task for task in tasks_of(spec)]
    tasks = [task for task in every if len(task.queries) >= options.fewest]
    small = [f"{task.name} ({len(task.queries)})" for task in every if len(task.queries) < options.fewest]
    tasks = [sampled(task, options.queries, options.documents, seed=0) for task in tasks]
    found = []
    for number, task in enumerate(tasks, start=1):
        say(f"{number} of {len(tasks)}: {task.name}, {len(task.queries):,} queries, {len(task.pool):,} codes")
        model = (ours.checkpoint.files, options.baseline)
        key = digest(model, task.name, task.queries, task.pool)
        found.append(cell(options.work, f"quality-{key}", partial(findings, task, ours, baseline)))
    kinds: dict[str, list[Findings]] = defaultdict(list)
    for one in found:
        kinds[one["task"].partition(":")[0]].append(one)
    overall = mean("mean of all", found)
    means = [mean(f"mean of {kind}", those) for kind, those in kinds.items() if len(those) > 1]
    save(
        "encoder_quality",
        [quality_row(one, ours.exits) for one in [*found, *means, overall]],
        LIBRARIES,
        measure="MRR, comments stripped, interval of 95 %",
        encoder=f"{ours.name} {ours.checkpoint.version}",
        left_out_for_few_queries=", ".join(small) or "none",
        **quality_targets(found, overall, ours.exits),
    )
