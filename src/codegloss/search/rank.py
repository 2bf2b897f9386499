"""Several scores of the same documents into one: rank fusion and weighted score fusion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]  # (queries, documents); -inf for a document that is no candidate
RRF_K = 60  # Cormack, Clarke, Büttcher 2009


def ranks_of_all(scores: Scores) -> NDArray[np.int64]:
    """Rank of every document for every query, from 1; equal scores share the last of their ranks."""
    documents = scores.shape[1]
    rows = [documents - np.searchsorted(np.sort(row), row, "left") for row in scores]
    return np.array(rows, np.int64).reshape(scores.shape)


def reciprocal_rank_fusion(*parts: Scores, k: int = RRF_K) -> Scores:
    """Sum of 1 / (k + rank) over the parts, as scores of the same shape.

    A document that shares its score with most others, such as those without a word of the query,
    gets next to nothing from that part.
    """
    fused = np.zeros(parts[0].shape, np.float32)
    for scores in parts:
        fused += (1.0 / (k + ranks_of_all(scores))).astype(np.float32)
    fused[np.isneginf(parts[0])] = -np.inf
    return fused
