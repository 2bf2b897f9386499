"""What an evaluation found, as JSON: every figure with its interval, its pool and its cost."""

from __future__ import annotations

import math
import os
import platform
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from codegloss import __version__
from codegloss.evaluate.retrieval import Result
from codegloss.evaluate.tasks import Task
from codegloss.metrics import MAP_AT_R, MRR, bootstrap, compare, groups_to_draw, ndcg, recall

FORMAT = 1
METRICS = (MRR, recall(1), recall(10), ndcg(10), ndcg(), MAP_AT_R)
MAIN = MRR  # what systems are compared by
_LIBRARIES = ("bm25s", "numpy", "onnxruntime", "sentence-transformers", "tokenizers", "torch", "tree-sitter")


def task_findings(task: Task, results: Sequence[Result]) -> dict[str, Any]:
    """One task and what each system did on it, the first result being BM25's."""
    groups = groups_to_draw(task.groups)
    return {
        "task": task.name,
        "origin": task.origin,
        "queries": len(task.queries),
        "pool": len(task.pool),
        "searched": task.searched,
        "left_out": task.spared,
        "query_language": task.query_language,
        "pool_language": task.pool_language,
        "comments": task.comments,
        "resampled": "repositories" if groups else "queries",
        "results": [
            {
                "system": result.system,
                "model": result.model,
                "exit": result.exit,
                "fusion": result.fusion,
                "seconds_per_thousand": result.seconds_per_thousand,
                "split": result.split,
                "cut": result.cut,
                "metrics": {
                    str(metric): asdict(bootstrap(metric(result.ranks), groups)) for metric in METRICS
                },
            }
            for result in results
        ],
        "comparisons": [
            {"metric": str(MAIN), "system": one.system, "against": other.system}
            | asdict(compare(MAIN(one.ranks), MAIN(other.ranks), groups))
            for one, other in _worth_comparing(results)
        ],
    }


def _worth_comparing(results: Sequence[Result]) -> list[tuple[Result, Result]]:
    """Each system with BM25, the fused with their dense part, the last exits of models with each other."""
    lexical, *others = results
    dense = {(result.model, result.exit): result for result in others if result.fusion is None}
    last = {model: result for (model, _), result in dense.items()}  # of a model, the last in order
    pairs = [(result, lexical) for result in others]
    pairs += [(result, dense[result.model, result.exit]) for result in others if result.fusion]
    models = list(last.values())
    pairs += [(one, other) for place, one in enumerate(models) for other in models[place + 1 :]]
    return pairs


def means(tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each system, the mean of every figure over the tasks, each task counting the same.

    Tasks whose code keeps its comments have means of their own.
    """
    by_system: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for task in tasks:
        for result in task["results"]:
            by_system[task["comments"], result["system"]].append(result)
    return [
        {key: found[0][key] for key in ("system", "model", "exit", "fusion")}
        | {
            "comments": comments,
            "tasks": len(found),
            "seconds_per_thousand": _mean([result["seconds_per_thousand"] for result in found]),
            "metrics": {
                name: _mean_estimate([result["metrics"][name] for result in found])
                for name in found[0]["metrics"]
            },
        }
        for (comments, _), found in by_system.items()
    ]


def _mean_estimate(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """Mean of the tasks' values; its interval, as if their errors were independent."""
    value = _mean([one["value"] for one in found])
    below = math.hypot(*(one["value"] - one["low"] for one in found)) / len(found)
    above = math.hypot(*(one["high"] - one["value"] for one in found)) / len(found)
    return {"value": value, "low": value - below, "high": value + above}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def findings(
    tasks: Sequence[dict[str, Any]], parameters: dict[str, Any], *, complete: bool = True
) -> dict[str, Any]:
    """The whole result file; not complete while tasks are still to be done."""
    return {
        "format": FORMAT,
        "kind": "retrieval",
        "complete": complete,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "parameters": parameters,
        "machine": {
            "platform": platform.platform(),
            "processors": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
        },
        "versions": versions(),
        "tasks": list(tasks),
        "means": means(tasks),
    }


def versions() -> dict[str, str]:
    """Of this package and of the libraries at work, those that are installed."""
    found = {"codegloss": __version__}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
