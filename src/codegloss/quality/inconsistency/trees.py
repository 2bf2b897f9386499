"""Gradient-boosted trees evaluated with numpy: no library of training is needed to use a model.

A forest of T trees is arrays of one row a tree and one column a node, root first. A sample goes
left where its feature is at most the threshold, and where it is NaN as the node says; a leaf
leads to itself. The margin, in log odds, is the baseline and the sum of the leaves reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_CELLS = 1 << 20  # samples times trees looked at together


@dataclass(frozen=True, slots=True)
class Forest:
    """T trees of at most N nodes."""

    feature: NDArray[np.int16]  # (T, N) column of the sample
    threshold: Floats  # (T, N)
    left: NDArray[np.int16]  # (T, N) node to go to, a leaf's own number
    right: NDArray[np.int16]  # (T, N)
    missing_left: NDArray[np.bool_]  # (T, N)
    value: Floats  # (T, N) of leaves, 0 elsewhere
    depth: int  # steps from a root to the farthest leaf
    baseline: float

    def margins(self, samples: Floats) -> Floats:
        """(n,) log odds of samples (n, features), NaN where a value is not known."""
        most = max(1, _CELLS // max(1, len(self.feature)))
        parts = [self._margins(samples[start : start + most]) for start in range(0, len(samples), most)]
        return np.concatenate([np.zeros(0, np.float32), *parts])

    def _margins(self, samples: Floats) -> Floats:
        trees = np.arange(len(self.feature))[None, :]
        rows = np.arange(len(samples))[:, None]
        node = np.zeros((len(samples), len(self.feature)), np.int64)
        for _ in range(self.depth):
            values = samples[rows, self.feature[trees, node]]
            below = values <= self.threshold[trees, node]
            left = np.where(np.isnan(values), self.missing_left[trees, node], below)
            node = np.where(left, self.left[trees, node], self.right[trees, node])
        found: Floats = self.value[trees, node].sum(1, dtype=np.float32) + np.float32(self.baseline)
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` makes a forest of."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}


def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Forest:
    """The forest of those arrays. Raises KeyError where one is missing."""
    held: dict[str, Any] = {field.name: arrays[field.name] for field in fields(Forest)}
    held["depth"], held["baseline"] = int(held["depth"]), float(held["baseline"])
    return Forest(**held)
