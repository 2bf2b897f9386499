"""A forest of trees as arrays: a tree worked by hand, and what scikit-learn makes of the same trees."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from codegloss.quality.inconsistency.trees import Forest, from_arrays

RECIPE = Path(__file__).parents[3] / "recipes" / "inconsistency" / "train.py"

# x₀ ≤ 1 → (x₁ ≤ 5 → 10, else 20; NaN to the right), else 30; NaN to the left
ONE = Forest(
    feature=np.array([[0, 1, 0, 0, 0]], np.int16),
    threshold=np.array([[1, 5, 0, 0, 0]], np.float32),
    left=np.array([[1, 3, 2, 3, 4]], np.int16),
    right=np.array([[2, 4, 2, 3, 4]], np.int16),
    missing_left=np.array([[True, False, False, False, False]]),
    value=np.array([[0, 0, 30, 10, 20]], np.float32),
    depth=2,
    baseline=0.5,
)


@pytest.mark.parametrize(
    ("sample", "margin"),
    [
        ((1, 5), 10.5),  # a value at the threshold goes left
        ((1, 6), 20.5),
        ((2, 0), 30.5),
        ((np.nan, 0), 10.5),
        ((np.nan, np.nan), 20.5),
    ],
)
def test_a_tree_worked_by_hand(sample: tuple[float, float], margin: float) -> None:
    assert ONE.margins(np.array([sample], np.float32)) == pytest.approx([margin])


def test_no_samples_have_no_margins() -> None:
    assert ONE.margins(np.zeros((0, 2), np.float32)).shape == (0,)


def test_arrays_make_the_same_forest() -> None:
    samples = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32) * 5
    assert np.array_equal(from_arrays(ONE.arrays()).margins(samples), ONE.margins(samples))


def test_exported_trees_say_what_scikit_learn_says(monkeypatch: pytest.MonkeyPatch) -> None:
    ensemble = pytest.importorskip("sklearn.ensemble")
    monkeypatch.syspath_prepend(str(RECIPE.parent))
    spec = importlib.util.spec_from_file_location("inconsistency_train", RECIPE)
    assert spec
    assert spec.loader
    recipe = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = recipe
    spec.loader.exec_module(recipe)

    generator = np.random.default_rng(1)
    samples = generator.normal(size=(800, 4)).astype(np.float32)
    samples[generator.random(samples.shape) < 0.1] = np.nan
    labels = np.nan_to_num(samples[:, 0]) + np.isnan(samples[:, 1]) > 0.5
    model = ensemble.HistGradientBoostingClassifier(max_iter=20, max_leaf_nodes=7).fit(samples, labels)
    assert recipe.exported(model).margins(samples) == pytest.approx(
        model.decision_function(samples), abs=1e-4
    )
