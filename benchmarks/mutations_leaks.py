"""What one side of a labelled pair gives away alone, and thinning a set until it gives away little."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = dict[str, Any]
Floats = NDArray[np.float64]

FOLDS = 5
ROUNDS = 5  # of thinning, each with other folds
# Five remove nine tenths of a bias (Cochran, 1968); in many small strata much is dropped by chance alone.
BANDS = 6


def guessed(rows: Sequence[Row], seed: int, side: str = "code") -> Floats:
    """P(inconsistent) of each row from one side alone, by classifiers that did not see its problem.

    `side` is `code` (the comment is blanked) or `comment` (the code is). Shape (rows,). Logistic regression
    on hashed runs of one to four tokens, five folds by problem.
    """
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    vectors = HashingVectorizer(
        analyzer="word",
        token_pattern=r"\w+|[^\w\s]+|\n +",
        ngram_range=(1, 4),
        n_features=1 << 18,
        binary=True,
    ).transform([row[side] for row in rows])
    labels = np.array([row["label"] for row in rows])
    groups = [row["problem"] for row in rows]
    found = np.full(len(rows), 0.5)
    for train, test in GroupKFold(FOLDS, shuffle=True, random_state=seed).split(vectors, labels, groups):
        model = LogisticRegression(C=1.0, max_iter=300, solver="liblinear", random_state=seed)
        found[test] = model.fit(vectors[train], labels[train]).predict_proba(vectors[test])[:, 1]
    return found


def balanced(rows: list[Row], seed: int) -> list[Row]:
    """As many rows of either label in each band of what the code alone suggests.

    Propensity-score stratification (Rosenbaum and Rubin, 1984), language by language, a few rounds with
    other folds: what is left over of the label that a band has more of is dropped.
    """
    for language in sorted({row["language"] for row in rows}):
        own = [row for row in rows if row["language"] == language]
        others = [row for row in rows if row["language"] != language]
        for turn in range(ROUNDS):
            if len({row["problem"] for row in own}) < 2 * FOLDS:
                break
            own = _even(own, guessed(own, seed + turn), random.Random(seed + turn))
        rows = others + own
    return sorted(rows, key=lambda row: (row["language"], int(row["problem"]), row["id"]))


def _even(rows: list[Row], scores: Floats, chance: random.Random) -> list[Row]:
    edges = np.unique(np.quantile(scores, np.linspace(0, 1, BANDS + 1)[1:-1]))
    # Splits are balanced each for itself: a test set must not lean on what training rows make up for.
    strata: dict[tuple[int, str], dict[int, list[Row]]] = defaultdict(lambda: {0: [], 1: []})
    for row, band in zip(rows, np.digitize(scores, edges), strict=True):
        strata[int(band), row["split"]][row["label"]].append(row)
    kept = []
    for _, sides in sorted(strata.items()):
        fewest = min(map(len, sides.values()))
        kept += [row for side in sides.values() for row in chance.sample(side, fewest)]
    return kept
