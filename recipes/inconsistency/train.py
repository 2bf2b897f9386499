"""Step 5: let designs compete on held-out repositories, calibrate the winner on others, and write it.

    python recipes/inconsistency/train.py TRAIN.npz VALIDATION.npz BANK.npz --cross CROSS.onnx [--out MODEL]

A sixth of the training repositories, kept back, chooses the design; the winner is trained on all of them
and calibrated on the validation repositories. Neither figure is a result. Examples are weighted so that
a tenth is inconsistent, as `quality.inconsistency` promises, and each kind has its share.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from examples import KINDS, PAIRED
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED as ENCODER
from codegloss.quality.inconsistency.bank import from_arrays
from codegloss.quality.inconsistency.classifier import PRIOR, SHIPPED, Model, write_model
from codegloss.quality.inconsistency.trees import Forest

Data = Mapping[str, NDArray[Any]]
SEED = 17
SHARE_PAIRED = 0.05  # of each kind of PAIRED, among consistent and inconsistent examples alike


def weights(kinds: NDArray[Any]) -> NDArray[np.float64]:
    """Weights of examples, 1 on average, by which a share of PRIOR is inconsistent, as KINDS has it."""
    there = [(kind, other) for kind, other in PAIRED.items() if kind in kinds]
    rest = 1 - SHARE_PAIRED * len(there)
    shares = {kind: rest * PRIOR * share / sum(KINDS.values()) for kind, share in KINDS.items()}
    shares["own"] = rest * (1 - PRIOR)
    for kind, other in there:
        shares |= {kind: SHARE_PAIRED * PRIOR, other: SHARE_PAIRED * (1 - PRIOR)}
    found, counts = np.unique(kinds, return_counts=True)
    each = {kind: shares[kind] * len(kinds) / count for kind, count in zip(found, counts, strict=True)}
    return np.array([each[kind] for kind in kinds])


def inconsistent(kinds: NDArray[Any]) -> NDArray[np.bool_]:
    """Which examples are so."""
    return ~np.isin(kinds, ("own", *PAIRED.values()))


def kept_back(repositories: NDArray[Any]) -> NDArray[np.bool_]:
    """Which examples are of a repository that chooses."""
    return np.array([hashlib.sha256(name.encode()).digest()[0] % 6 == 0 for name in repositories])


# --- designs -------------------------------------------------------------------------------


def logistic() -> Any:
    """Logistic regression on the features."""
    return make_pipeline(
        SimpleImputer(add_indicator=True), StandardScaler(), LogisticRegression(C=0.1, max_iter=2000)
    )


def forest(leaves: int, rounds: int, rate: float = 0.06) -> Any:
    """Gradient-boosted trees on the features."""
    return HistGradientBoostingClassifier(
        max_leaf_nodes=leaves, max_iter=rounds, learning_rate=rate, min_samples_leaf=40,
        l2_regularization=1.0, max_features=0.5, early_stopping=False, random_state=SEED,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Design:
    """A learner, and the groups of features that it does without."""

    make: Callable[[], Any]
    without: tuple[str, ...] = ()


BANK = ("among_", "codes_nearer", "texts_nearer", "above_nearest", "scaled", "typical")
OPERATORS = ("demands_", "asks_")
DESIGNS = {
    "logistic regression": Design(logistic),
    "trees, 16 leaves, 250 rounds": Design(lambda: forest(16, 250)),
    "trees, 24 leaves, 500 rounds": Design(lambda: forest(24, 500, 0.04)),
    "the same, no bank": Design(lambda: forest(24, 500, 0.04), BANK),
    "the same, no operators": Design(lambda: forest(24, 500, 0.04), OPERATORS),
    "the same, no cross-encoder": Design(lambda: forest(24, 500, 0.04), ("cross",)),
    "the same, none of the three": Design(lambda: forest(24, 500, 0.04), (*BANK, *OPERATORS, "cross")),
}


def columns(names: Sequence[str], design: Design) -> list[int]:
    """Columns of the features that a design reads."""
    return [
        place for place, name in enumerate(names) if not (design.without and name.startswith(design.without))
    ]


def margins(model: Any, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log odds of the examples."""
    probable = np.clip(model.predict_proba(inputs)[:, 1], 1e-6, 1 - 1e-6)
    return np.log(probable / (1 - probable))


# --- calibration and export ------------------------------------------------------------------


def platt(scores: NDArray[np.float64], kinds: NDArray[Any]) -> tuple[float, float]:
    """Slope and offset of Platt's calibration at PRIOR."""
    fitted = LogisticRegression(C=1e6).fit(scores[:, None], inconsistent(kinds), weights(kinds))
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def exported(model: HistGradientBoostingClassifier) -> Forest:
    """The trees of scikit-learn as arrays."""
    trees = [predictors[0].nodes for predictors in model._predictors]
    shape = (len(trees), max(map(len, trees)))
    left, right = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
    feature, missing = np.zeros(shape, np.int16), np.zeros(shape, np.bool_)
    threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for row, nodes in enumerate(trees):
        leaf, own = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
        here = (row, slice(len(nodes)))
        left[here], right[here] = np.where(leaf, own, nodes["left"]), np.where(leaf, own, nodes["right"])
        feature[here] = np.where(leaf, 0, nodes["feature_idx"])
        threshold[here] = nodes["num_threshold"]
        missing[here] = nodes["missing_go_to_left"]
        value[here] = np.where(leaf, nodes["value"], 0)
    depth = max(int(nodes["depth"].max()) for nodes in trees)
    return Forest(
        feature, threshold, left, right, missing, value, depth, float(np.ravel(model._baseline_prediction)[0])
    )


def part(data: Data, which: NDArray[np.bool_]) -> Data:
    """Some of the examples."""
    return {name: column if name == "names" else column[which] for name, column in data.items()}


def compete(train: Data, choosing: Data) -> dict[str, dict[str, float]]:
    """Log loss of each design on `choosing`, once it is calibrated there, and its AUC on each kind."""
    kinds, results = choosing["kind"], dict[str, dict[str, float]]()
    for name, design in DESIGNS.items():
        some = columns(train["names"].tolist(), design)
        model = fitted(design, train["values"][:, some], train["kind"])
        scores = margins(model, choosing["values"][:, some])
        slope, offset = platt(scores, kinds)
        probable = 1 / (1 + np.exp(-(slope * scores + offset)))
        loss = log_loss(inconsistent(kinds), probable, sample_weight=weights(kinds))
        results[name] = {"log loss": round(float(loss), 4), **aucs(scores, kinds)}
        print(f"{name}: {results[name]}", flush=True)
    return results


def fitted(design: Design, values: NDArray[np.float32], kinds: NDArray[Any]) -> Any:
    """The learner of a design, trained with both sides of the truth counting about alike."""
    model, truth = design.make(), inconsistent(kinds)
    if not isinstance(model, HistGradientBoostingClassifier):
        return model.fit(values, truth)
    weight = np.ones(len(kinds))
    for pair in PAIRED.items():
        if (some := np.isin(kinds, pair)).any():
            weight[some] = SHARE_PAIRED * len(kinds) / some.sum()
    return model.fit(values, truth, sample_weight=weight)


def aucs(scores: NDArray[np.float64], kinds: NDArray[Any]) -> dict[str, float]:
    """AUC of each kind against comments as they stand, or against the consistent ones that come with it."""
    found = {}
    for kind, others in [*((kind, "own") for kind in KINDS), *PAIRED.items()]:
        some = np.isin(kinds, (others, kind))
        if len(set(kinds[some])) == 2:
            found[kind] = round(float(roc_auc_score(kinds[some] == kind, scores[some])), 4)
    return found


def main() -> None:
    """Train, choose, calibrate, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("train", type=Path)
    parser.add_argument("validation", type=Path)
    parser.add_argument("bank", type=Path)
    parser.add_argument("--cross", type=Path)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--encoder", type=Path, default=ENCODER)
    options = parser.parse_args()
    train, validation = dict(np.load(options.train)), dict(np.load(options.validation))
    if train["names"].tolist() != validation["names"].tolist():
        raise SystemExit("the two sets have other features: make both again with examples.py")
    if shared := set(train["repository"]) & set(validation["repository"]):
        raise SystemExit(f"{len(shared)} repositories are in both sets, {min(shared)} first")
    choosing = kept_back(train["repository"])
    results = compete(part(train, ~choosing), part(train, choosing))
    best = min(results, key=lambda name: results[name]["log loss"])
    if not isinstance(DESIGNS[best].make(), HistGradientBoostingClassifier):
        raise SystemExit(f"{best} has won: the package evaluates trees only")
    some = columns(train["names"].tolist(), DESIGNS[best])
    names = tuple(train["names"][some].tolist())
    trees = exported(fitted(DESIGNS[best], train["values"][:, some], train["kind"]))
    scores = trees.margins(validation["values"][:, some]).astype(np.float64)
    slope, offset = platt(scores, validation["kind"])
    cross = options.cross.read_bytes() if "cross" in names else None
    with np.load(options.bank) as arrays:
        model = Model(names, trees, from_arrays(arrays), cross, slope, offset)
    write_model(
        options.out,
        model,
        open_checkpoint(options.encoder).files["tokens.npz"],
        design=best,
        competition=results,
        validation=aucs(scores, validation["kind"]),
        examples=len(train["kind"]),
        repositories=len(set(train["repository"][train["kind"] == "own"])),
        seed=SEED,
    )
    print(
        f"{best}, {options.out.stat().st_size / 1e6:.2f} MB, on validation AUC",
        aucs(scores, validation["kind"]),
    )
    print(f"calibration: slope {slope:.3f}, offset {offset:.3f}")


if __name__ == "__main__":
    main()
