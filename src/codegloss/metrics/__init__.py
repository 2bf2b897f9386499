"""Measures and how sure they are: pure functions on arrays."""

from codegloss.metrics.ranking import MAP_AT_R, MRR, Metric, Ranks, joined, ndcg, parse, ranks, recall
from codegloss.metrics.resampling import (
    FEWEST_GROUPS,
    Comparison,
    Estimate,
    bootstrap,
    compare,
    groups_to_draw,
)

__all__ = [
    "FEWEST_GROUPS",
    "MAP_AT_R",
    "MRR",
    "Comparison",
    "Estimate",
    "Metric",
    "Ranks",
    "bootstrap",
    "compare",
    "groups_to_draw",
    "joined",
    "ndcg",
    "parse",
    "ranks",
    "recall",
]
