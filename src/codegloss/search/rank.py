"""Several scores of the same documents into one: rank fusion and weighted score fusion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]  # (queries, documents); -inf for a document that is no candidate
RRF_K = 60  # Cormack, Clarke, Büttcher 2009
LEXICAL_WEIGHT = 2.0  # deviations of the dense part that a full match is worth; chosen on validation packages


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


def weighted_fusion(dense: Scores, shares: Scores, weight: float = LEXICAL_WEIGHT) -> Scores:
    """Dense scores in standard deviations from their mean over the candidates, plus weighted shares of BM25.

    `shares` are those of `LexicalIndex.shares`. Unlike ranks, they leave a match of rare words as far
    ahead as it was; and where the documents have few of the query's words, the dense part decides.
    """
    lexical = np.where(np.isneginf(dense), 0.0, shares)
    fused = (standardised(dense) + weight * lexical).astype(np.float32)
    fused[np.isneginf(dense)] = -np.inf
    return fused


def standardised(scores: Scores) -> NDArray[np.float64]:
    """Mean 0 and deviation 1 over the candidates of each query, 0 for what is no candidate."""
    candidates = ~np.isneginf(scores)
    count = np.maximum(candidates.sum(1, keepdims=True), 1)
    known = np.where(candidates, scores, 0.0).astype(np.float64)
    centred = np.where(candidates, known - known.sum(1, keepdims=True) / count, 0.0)
    deviation = np.sqrt((centred**2).sum(1, keepdims=True) / count)
    flat = np.zeros_like(centred)
    return np.asarray(np.divide(centred, deviation, out=flat, where=deviation > 1e-9), np.float64)
