"""Step 3: let designs compete on held-out repositories, calibrate the winner on others, and write it.

    python recipes/inconsistency/train.py TRAIN.npz VALIDATION.npz [--out MODEL.npz]

A sixth of the training repositories, kept back, chooses the design; the winner is trained on all of them
and calibrated on the validation repositories. Neither figure is a result. Examples are weighted so that
a tenth is inconsistent, as `quality.inconsistency` promises, and each kind has its share.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from examples import KINDS
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED as ENCODER
from codegloss.quality.inconsistency.classifier import PRIOR, SHIPPED, Model, write_model
from codegloss.quality.inconsistency.trees import Forest

Data = Mapping[str, NDArray[Any]]
SEED = 17


def weights(kinds: NDArray[Any]) -> NDArray[np.float64]:
    """Weights of examples, 1 on average, by which a share of PRIOR is inconsistent, as KINDS has it."""
    shares = {kind: PRIOR * share / sum(KINDS.values()) for kind, share in KINDS.items()} | {"own": 1 - PRIOR}
    found, counts = np.unique(kinds, return_counts=True)
    each = {kind: shares[kind] * len(kinds) / count for kind, count in zip(found, counts, strict=True)}
    return np.array([each[kind] for kind in kinds])


def kept_back(repositories: NDArray[Any]) -> NDArray[np.bool_]:
    """Which examples are of a repository that chooses."""
    return np.array([hashlib.sha256(name.encode()).digest()[0] % 6 == 0 for name in repositories])


# --- designs -------------------------------------------------------------------------------


def sides(data: Data) -> NDArray[np.float32]:
    """[u, v, |u − v|, u ∘ v] of the vectors of summary and code at exit 0."""
    one, other = data["text"].astype(np.float32), data["code"].astype(np.float32)
    return np.hstack([one, other, np.abs(one - other), one * other])


def logistic() -> Any:
    """Logistic regression on the features."""
    return make_pipeline(
        SimpleImputer(add_indicator=True), StandardScaler(), LogisticRegression(C=0.1, max_iter=2000)
    )


def forest(leaves: int, rounds: int) -> Any:
    """Gradient-boosted trees on the features."""
    return HistGradientBoostingClassifier(
        max_leaf_nodes=leaves, max_iter=rounds, learning_rate=0.06, min_samples_leaf=40,
        l2_regularization=1.0, max_features=0.5, early_stopping=False, random_state=SEED,
    )  # fmt: skip


def perceptron() -> Any:
    """Two layers on the vectors."""
    return MLPClassifier(
        (128,), alpha=1e-3, batch_size=256, max_iter=12, early_stopping=True, random_state=SEED
    )


DESIGNS: dict[str, tuple[Callable[[], Any], Callable[[Data], NDArray[np.float32]]]] = {
    "logistic regression": (logistic, lambda data: data["values"]),
    "trees, 8 leaves": (lambda: forest(8, 300), lambda data: data["values"]),
    "trees, 16 leaves": (lambda: forest(16, 250), lambda data: data["values"]),
    "trees, 31 leaves": (lambda: forest(31, 200), lambda data: data["values"]),
    "perceptron on vectors": (perceptron, sides),
}


def margins(model: Any, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
    """Log odds of the examples."""
    probable = np.clip(model.predict_proba(inputs)[:, 1], 1e-6, 1 - 1e-6)
    return np.log(probable / (1 - probable))


# --- calibration and export ------------------------------------------------------------------


def platt(scores: NDArray[np.float64], kinds: NDArray[Any]) -> tuple[float, float]:
    """Slope and offset of Platt's calibration at PRIOR."""
    fitted = LogisticRegression(C=1e6).fit(scores[:, None], kinds != "own", weights(kinds))
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


def compete(train: Data, choosing: Data) -> dict[str, float]:
    """Log loss of each design on `choosing`, once it is calibrated there."""
    kinds, losses = choosing["kind"], dict[str, float]()
    for name, (make, inputs) in DESIGNS.items():
        model = make().fit(inputs(train), train["kind"] != "own")
        scores = margins(model, inputs(choosing))
        slope, offset = platt(scores, kinds)
        probable = 1 / (1 + np.exp(-(slope * scores + offset)))
        losses[name] = log_loss(kinds != "own", probable, sample_weight=weights(kinds))
        print(f"{name}: log loss {losses[name]:.4f}, AUC", aucs(scores, kinds))
    return losses


def aucs(scores: NDArray[np.float64], kinds: NDArray[Any]) -> dict[str, float]:
    """AUC of each kind against comments as they stand."""
    found = {}
    for kind in KINDS:
        some = np.isin(kinds, ("own", kind))
        found[kind] = round(float(roc_auc_score(kinds[some] == kind, scores[some])), 3)
    return found


def main() -> None:
    """Train, choose, calibrate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", type=Path)
    parser.add_argument("validation", type=Path)
    parser.add_argument("--out", type=Path, default=SHIPPED)
    options = parser.parse_args()
    train, validation = dict(np.load(options.train)), dict(np.load(options.validation))
    if train["names"].tolist() != validation["names"].tolist():
        raise SystemExit("the two sets have other features: make both again with examples.py")
    if shared := set(train["repository"]) & set(validation["repository"]):
        raise SystemExit(f"{len(shared)} repositories are in both sets, {min(shared)} first")
    choosing = kept_back(train["repository"])
    losses = compete(part(train, ~choosing), part(train, choosing))
    best = min(losses, key=losses.__getitem__)
    if not best.startswith("trees"):
        raise SystemExit(f"{best} has won: the package evaluates trees only")
    make, inputs = DESIGNS[best]
    trees = exported(make().fit(inputs(train), train["kind"] != "own"))
    scores = trees.margins(validation["values"]).astype(np.float64)
    slope, offset = platt(scores, validation["kind"])
    write_model(
        options.out,
        Model(tuple(train["names"].tolist()), trees, slope, offset),
        open_checkpoint(ENCODER).files["tokens.npz"],
        design=best,
        competition={name: round(loss, 4) for name, loss in losses.items()},
        validation=aucs(scores, validation["kind"]),
        examples=len(train["kind"]),
        repositories=len(set(train["repository"])),
        seed=SEED,
    )
    print(
        f"{best}, {options.out.stat().st_size / 1e6:.2f} MB, on validation AUC",
        aucs(scores, validation["kind"]),
    )
    print(f"calibration: slope {slope:.3f}, offset {offset:.3f}")


if __name__ == "__main__":
    main()
