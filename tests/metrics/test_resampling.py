"""Intervals hold what they promise, and chance alone is told from a difference."""

from __future__ import annotations

import numpy as np
import pytest

from codegloss.metrics import bootstrap, compare


def test_equal_values_leave_no_doubt() -> None:
    found = bootstrap(np.full(50, 0.25))
    assert (found.value, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))


def test_the_interval_is_as_wide_as_theory_has_it() -> None:
    values = np.array([0.0, 1.0] * 200)
    found = bootstrap(values, resamples=4_000)
    half = 1.96 * 0.5 / np.sqrt(400)
    assert found.value == 0.5
    assert found.low == pytest.approx(0.5 - half, abs=0.006)
    assert found.high == pytest.approx(0.5 + half, abs=0.006)


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(1)
    covered = 0
    for seed in range(200):
        found = bootstrap(generator.random(80), resamples=300, seed=seed)
        covered += found.low <= 0.5 <= found.high
    assert 0.90 <= covered / 200 <= 0.99


def test_the_same_seed_draws_the_same() -> None:
    values = np.random.default_rng(0).random(30)
    assert bootstrap(values, seed=3) == bootstrap(values, seed=3)
    assert bootstrap(values, seed=3) != bootstrap(values, seed=4)


def test_queries_of_one_repository_are_no_independent_witnesses() -> None:
    values = np.repeat([0.0, 1.0] * 10, 50)
    groups = [f"repository-{number}" for number in range(20) for _ in range(50)]
    alone, grouped = bootstrap(values), bootstrap(values, groups)
    assert grouped.value == alone.value
    assert grouped.high - grouped.low > 4 * (alone.high - alone.low)


def test_no_values_have_no_mean() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap(np.empty(0))
    with pytest.raises(ValueError, match="2 groups named for 3 values"):
        bootstrap(np.zeros(3), ["a", "b"])


def test_a_system_is_not_better_than_itself() -> None:
    values = np.random.default_rng(0).random(40)
    found = compare(values, values)
    assert (found.difference, found.p) == (0.0, 1.0)


def test_p_is_that_of_the_exact_test() -> None:
    # eight differences of one sign: of the 2^8 ways to throw the signs, two are as extreme
    found = compare(np.full(8, 0.75), np.full(8, 0.5), rounds=40_000)
    assert found.difference == 0.25
    assert found.p == pytest.approx(2 / 256, abs=0.0015)


def test_the_sign_follows_the_first_system() -> None:
    generator = np.random.default_rng(0)
    low = generator.random(100)
    high = low + 0.1 + 0.01 * generator.random(100)
    assert compare(high, low).low > 0 > compare(low, high).high
    assert compare(high, low).p < 0.001


def test_only_values_of_the_same_queries_are_compared() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        compare(np.zeros(3), np.zeros(4))


def test_groups_throw_their_signs_as_one() -> None:
    # eight groups of ten queries each: the exact test knows eight things, not eighty
    first, second = np.full(80, 0.75), np.full(80, 0.5)
    groups = [f"repository-{number // 10}" for number in range(80)]
    found = compare(first, second, groups, rounds=40_000)
    assert found.p == pytest.approx(2 / 256, abs=0.0015)
    assert compare(first, second, rounds=2_000).p == 1 / 2_001
