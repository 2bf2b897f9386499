"""What the classifier and the claim rules see of code that provably changed, kind of change by kind.

A kind's inconsistent variants stand against the consistent variants of the same problems in the same
languages, which the same tool rewrote. The two scorers together are a noisy-or, 1 − (1 − P)(1 − confidence):
nothing is fitted. Intervals are percentile bootstraps over problems.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cells import say
from codegloss.quality.claims.check import check
from codegloss.quality.inconsistency.classifier import PRIOR, load
from codegloss.quality.inconsistency.features import around
from codegloss.quality.mutations.commented import function_of
from common import save

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

RESAMPLES = 1_000
SEED = 23


def score(arguments: argparse.Namespace) -> None:
    """The command."""
    rows = pq.read_table(arguments.set / "mutations.parquet").to_pylist()
    rows = [row for row in rows if row["split"] == arguments.split]
    table = standings(rows, scores_of(rows, arguments.classifier))
    for line in table:
        say("  ".join(f"{value:.3f}" if isinstance(value, float) else str(value) for value in line.values()))
    if arguments.save:
        save(
            "mutations_scores" if arguments.split == "test" else f"mutations_scores_{arguments.split}",
            table,
            ("numpy", "scipy"),
            split=arguments.split,
            classifier=arguments.classifier.name if arguments.classifier else "as shipped",
            problems=len({row["problem"] for row in rows}),
            resamples=RESAMPLES,
        )


def scores_of(rows: Sequence[dict[str, Any]], path: Any = None) -> dict[str, Floats]:
    """How inconsistent each row is by each scorer, (rows,).

    A comment that the classifier does not judge has the prior; one without findings has the confidence 0.
    """
    functions = [function_of(row["code"], row["language"], row["comment"], row["id"]) for row in rows]
    judged = np.array([one.probability for one in load(path).judge_examples(list(around(functions)))])
    classifier = np.where(np.isnan(judged), PRIOR, judged).astype(np.float64)
    claims = np.array([max((found.confidence for found in check(one)), default=0.0) for one in functions])
    say(
        f"{len(rows)} rows, {int(np.isnan(judged).sum())} not judged, {int((claims > 0).sum())} with findings"
    )
    return {"classifier": classifier, "claims": claims, "both": 1 - (1 - classifier) * (1 - claims)}


def parts(rows: Sequence[dict[str, Any]]) -> list[tuple[str, Places]]:
    """Places of all rows, of each language's, and of each kind of change with what it stands against."""
    labels = np.array([row["label"] for row in rows], bool)
    homes = np.array(homes_of(rows))
    languages, kinds = (np.array([row[column] for row in rows]) for column in ("language", "kind"))
    masks = [("all", np.ones(len(rows), bool))]
    masks += [(name, languages == name) for name in sorted(set(languages))]
    for kind in sorted(set(kinds[labels])):
        changed = labels & (kinds == kind)
        masks.append((kind, changed | (~labels & np.isin(homes, homes[changed]))))
    return [(str(name), np.flatnonzero(mask)) for name, mask in masks]


def homes_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The problem in its language that each row is a variant of."""
    return [f"{row['language']} {row['problem']}" for row in rows]


def standings(rows: Sequence[dict[str, Any]], scores: dict[str, Floats]) -> list[dict[str, Any]]:
    """A line of the table for each language, each kind of change, and all."""
    labels = np.array([row["label"] for row in rows], bool)
    problems, homes = np.array([row["problem"] for row in rows]), np.array(homes_of(rows))
    table = []
    for name, places in parts(rows):
        if len(set(labels[places])) < 2:
            continue
        line: dict[str, Any] = {
            "part": name,
            "problems": len(set(problems[places])),
            "rows": len(places),
            "base rate": float(labels[places].mean()),
        }
        for scorer, values in scores.items():
            low, high = interval(values[places], labels[places], problems[places])
            line |= {
                f"AUC of {scorer}": auc(values[places], labels[places]),
                f"{scorer} from": low,
                f"{scorer} to": high,
            }
        line["seen"] = "yes" if low > 0.5 else "the wrong way" if high < 0.5 else "no"
        line["both, same problem"] = auc_within(scores["both"][places], labels[places], homes[places])
        table.append(line)
    return table


def auc(values: Floats, labels: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: how often a positive is above a negative, ties counting half."""
    from scipy.stats import rankdata

    positives = int(labels.sum())
    if not 0 < positives < len(labels):
        return float("nan")
    above = rankdata(values)[labels].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(labels) - positives)))


def interval(values: Floats, labels: NDArray[np.bool_], groups: NDArray[np.str_]) -> tuple[float, float]:
    """The middle 95 % of AUCs on groups drawn with replacement."""
    of_group = defaultdict[str, list[int]](list)
    for place, group in enumerate(groups):
        of_group[group].append(place)
    members: list[Places] = [np.array(places) for places in of_group.values()]
    generator = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        places = np.concatenate([members[i] for i in generator.integers(0, len(members), len(members))])
        drawn.append(auc(values[places], labels[places]))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def auc_within(values: Floats, labels: NDArray[np.bool_], groups: NDArray[np.str_]) -> float | None:
    """The share of pairs that are ranked rightly, ties counting half, of those within a group alone."""
    right, pairs = 0.0, 0
    for group in set(groups):
        own, told = values[groups == group], labels[groups == group]
        differences = own[told][:, None] - own[~told][None, :]
        right += float((differences > 0).sum() + 0.5 * (differences == 0).sum())
        pairs += differences.size
    return right / pairs if pairs else None
