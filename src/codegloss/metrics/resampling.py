"""How sure a mean is: bootstrap intervals over queries, and paired tests between two systems.

Where queries come in groups (the functions of one repository), whole groups are drawn, since
queries of one group are no independent witnesses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
RESAMPLES = 2_000
ROUNDS = 10_000
LEVEL = 0.95
FEWEST_GROUPS = 10  # fewer say little of others, and what is in them is drawn instead
_CELLS = 1 << 20  # of the largest array made at once


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much higher the first of two systems is on the same queries."""

    difference: float  # of the means
    low: float
    high: float
    p: float  # two-sided, of the randomisation test: how often chance alone does as much


def groups_to_draw(groups: Sequence[str] | None) -> Sequence[str] | None:
    """The groups if there are enough of them to be drawn; None where single queries are to be drawn."""
    return groups if groups and len(set(groups)) >= FEWEST_GROUPS else None


def _units(values: Floats, groups: Sequence[str] | None) -> tuple[Floats, Floats]:
    """Sum and number of the values in each thing that is drawn: a query, or a group of them."""
    if groups is None:
        return values, np.ones(len(values))
    if len(groups) != len(values):
        raise ValueError(f"{len(groups)} groups named for {len(values)} values")
    _, number = np.unique(np.asarray(groups), return_inverse=True)
    return np.bincount(number, values).astype(np.float64), np.bincount(number).astype(np.float64)


def _drawn_means(values: Floats, groups: Sequence[str] | None, resamples: int, seed: int) -> Floats:
    sums, counts = _units(values, groups)
    generator = np.random.default_rng(seed)
    means = np.empty(resamples)
    at_once = max(1, _CELLS // max(1, len(sums)))
    for begin in range(0, resamples, at_once):
        drawn = generator.integers(len(sums), size=(min(at_once, resamples - begin), len(sums)))
        means[begin : begin + at_once] = sums[drawn].sum(1) / counts[drawn].sum(1)
    return means


def _interval(means: Floats, level: float) -> tuple[float, float]:
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bootstrap(
    values: Floats,
    groups: Sequence[str] | None = None,
    *,
    resamples: int = RESAMPLES,
    level: float = LEVEL,
    seed: int = 0,
) -> Estimate:
    """Mean of values (queries,) with its percentile interval (Efron 1979).

    Equal seeds draw the same queries, whatever the values. Raises ValueError without a value.
    """
    if not len(values):
        raise ValueError("no values: there is no mean of nothing")
    low, high = _interval(_drawn_means(values, groups, resamples, seed), level)
    return Estimate(float(values.mean()), low, high)


def compare(
    first: Floats,
    second: Floats,
    groups: Sequence[str] | None = None,
    *,
    resamples: int = RESAMPLES,
    rounds: int = ROUNDS,
    level: float = LEVEL,
    seed: int = 0,
) -> Comparison:
    """Paired comparison of two systems' values (queries,) on the same queries.

    The interval is a paired bootstrap's; p is the share of rounds in which differences with
    signs thrown at random have at least this mean (Smucker, Allan, Carterette 2007), the
    observed signs counted as one round, so that it is never 0.
    """
    if first.shape != second.shape:
        raise ValueError(f"values of {len(first)} and of {len(second)} queries cannot be paired")
    differences = first - second
    estimate = bootstrap(differences, groups, resamples=resamples, level=level, seed=seed)
    sums = _units(differences, groups)[0]
    sums = sums[sums != 0]
    observed = abs(float(sums.sum()))
    generator = np.random.default_rng(seed)
    as_large = 0
    at_once = max(1, _CELLS // max(1, len(sums)))
    for begin in range(0, rounds, at_once):
        shape = (min(at_once, rounds - begin), len(sums))
        signs = generator.integers(0, 2, shape, np.int8).astype(np.float64) * 2 - 1
        as_large += int(np.count_nonzero(np.abs(signs @ sums) >= observed - 1e-12))
    return Comparison(estimate.value, estimate.low, estimate.high, (as_large + 1) / (rounds + 1))
