"""The picture of an evaluation: quality against cost, one point an exit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from codegloss.evaluate.retrieval import WEIGHTED
from codegloss.report import Point, Series, tradeoff_picture


def quality_picture(findings: Mapping[str, Any], metric: str = "MRR") -> str:
    """SVG of a metric, the mean over the tasks, against the seconds per 1,000 functions.

    Exits of a model are joined by a line; with BM25 fused with them by its scores, by a dashed one. Where
    code was searched with and without comments, the first of the two is drawn.
    """
    comments = findings["tasks"][0]["comments"]
    tasks = [task for task in findings["tasks"] if task["comments"] == comments]
    grouped: dict[tuple[str, bool], list[dict[str, Any]]] = defaultdict(list)
    for result in findings["means"]:
        if result["comments"] == comments and result["fusion"] in (None, WEIGHTED):
            grouped[result["model"], result["fusion"] is not None].append(result)
    models = list(dict.fromkeys(model for model, _ in grouped))
    pools = sorted({task["searched"] for task in tasks})
    where = f"{pools[0]:,}" if len(pools) == 1 else f"{pools[0]:,} to {pools[-1]:,}"
    counted = tasks[0]["task"] if len(tasks) == 1 else f"mean of {len(tasks)} tasks"
    return tradeoff_picture(
        [
            Series(
                name=f"{model} + BM25" if fused else ("BM25" if model == "bm25" else model),
                points=tuple(_point(result, metric, fused) for result in results),
                colour=models.index(model),
                dashed=fused,
            )
            for (model, fused), results in grouped.items()
        ],
        title=f"Code search: {metric} against the cost of encoding",
        subtitle=f"{counted}; {where} functions searched, comments {comments}; bars: 95 % intervals",
        x_label="seconds to take in 1,000 functions (logarithmic)",
        y_label=metric,
    )


def _point(result: dict[str, Any], metric: str, fused: bool) -> Point:
    found = result["metrics"][metric]
    # a model with one way through has no exit in its name
    label = f"exit {result['exit']}" if "@" in result["system"] and not fused else ""
    cost = max(result["seconds_per_thousand"], 1e-6)
    return Point(cost, found["value"], found["low"], found["high"], label)
