"""Scores of examples by the classifier, and the AUC of these with an interval, as a line of a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.quality.inconsistency.classifier import PRIOR, Classifier
from codegloss.quality.inconsistency.features import Example, measure
from codegloss.quality.reasons import Reason

RESAMPLES = 1_000
SEED = 23
Floats = NDArray[np.float64]


def auc(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: how often a positive is above a negative, ties counting half."""
    from scipy.stats import rankdata

    positives = int(truth.sum())
    if not 0 < positives < len(truth):
        return float("nan")
    ranks = rankdata(scores)
    return float(
        (ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives))
    )


def row(
    name: str, scores: Floats, truth: NDArray[np.bool_], groups: Sequence[str], overlap: Floats
) -> dict[str, Any]:
    """A line of the table: AUC with an interval that resamples groups, and that of overlap alone."""
    of_group = defaultdict[str, list[int]](list)
    for place, group in enumerate(groups):
        of_group[group].append(place)
    members = [np.array(places) for places in of_group.values()]
    generator = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        places = np.concatenate([members[i] for i in generator.integers(0, len(members), len(members))])
        drawn.append(auc(scores[places], truth[places]))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return {
        "set": name, "comments": len(truth), "inconsistent": float(truth.mean()), "AUC": auc(scores, truth),
        "from": float(low), "to": float(high), "AUC of overlap": auc(overlap, truth),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """What classifier and overlap say of some examples."""

    probability: Floats  # PRIOR where the comment cannot be judged
    overlap: Floats  # minus the share of the summary's words that the code has
    judged: NDArray[np.bool_]


def scored(classifier: Classifier, examples: Sequence[Example]) -> Scored:
    """Scores of examples."""
    probable = np.array([one.probability for one in classifier.judge_examples(examples)], np.float64)
    overlap = np.zeros(len(examples))
    for start in range(0, len(examples), 512):
        rows = measure(examples[start : start + 512], classifier.vocabulary, classifier.model.bank)
        for place, one in enumerate(rows, start):
            overlap[place] = np.nan if isinstance(one, Reason) else -one["share_lead_code"]
    judged = ~np.isnan(probable)
    overlap[np.isnan(overlap)] = np.nanmean(overlap)
    return Scored(np.where(judged, probable, PRIOR), overlap, judged)
