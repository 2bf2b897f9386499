"""Measures and how sure they are: pure functions on arrays."""

from codegloss.metrics.ranking import MAP_AT_R, MRR, Metric, Ranks, joined, ndcg, parse, ranks, recall
from codegloss.metrics.resampling import Comparison, Estimate, bootstrap, compare

__all__ = [
    "MAP_AT_R",
    "MRR",
    "Comparison",
    "Estimate",
    "Metric",
    "Ranks",
    "bootstrap",
    "compare",
    "joined",
    "ndcg",
    "parse",
    "ranks",
    "recall",
]
