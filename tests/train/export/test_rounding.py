"""8-bit integers: hand-worked roundings, and errors that make up for each other."""

from __future__ import annotations

import numpy as np
import pytest

from codegloss.train.export.rounding import compensated, quantised, rounded, spreading


def test_a_column_has_one_scale_and_the_largest_becomes_127() -> None:
    weight = np.array([[1.27, -4.0], [0.01, 2.0]], np.float32)
    integers, scale = quantised(weight, axis=0)
    assert integers.tolist() == [[127, -127], [1, 64]]
    assert scale == pytest.approx([0.01, 4 / 127])


def test_zeros_stay_zeros_and_rounding_twice_changes_nothing() -> None:
    assert not rounded(np.zeros((3, 2), np.float32), axis=1).any()
    weight = np.random.default_rng(0).normal(size=(20, 30)).astype(np.float32)
    once = rounded(weight, axis=1)
    assert np.abs(once - weight).max() <= np.abs(weight).max() / 254 * 1.001
    assert np.allclose(rounded(once, axis=1), once, rtol=1e-6)


def test_of_two_channels_that_are_always_equal_the_second_makes_up_for_the_first() -> None:
    gram = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    weight = np.array([[10.4], [20.4], [127.0]], np.float32)  # the last makes a step 1
    assert quantised(weight, axis=0)[0].ravel().tolist() == [10, 20, 127]  # 30 for 30.8
    integers, scale = compensated(weight, spreading(gram))
    assert integers.ravel().tolist() == [10, 21, 127]
    assert scale.tolist() == [1.0]


def test_products_of_inputs_like_those_seen_lose_less_than_by_rounding_to_the_nearest() -> None:
    rng = np.random.default_rng(3)
    mixing = rng.normal(size=(12, 96))
    x = (rng.normal(size=(500, 12)) @ mixing + 0.1 * rng.normal(size=(500, 96))).astype(np.float32)
    weight = rng.normal(size=(96, 40)).astype(np.float32)
    integers, scale = compensated(weight, spreading(x[:400].T.astype(float) @ x[:400]))
    assert integers.dtype == np.int8
    unseen = x[400:]
    nearest = np.linalg.norm(unseen @ (rounded(weight, axis=0) - weight))
    assert np.linalg.norm(unseen @ (integers * scale - weight)) < 0.5 * nearest


def test_channels_that_never_carried_anything_are_rounded_to_the_nearest() -> None:
    weight = np.random.default_rng(4).normal(size=(20, 18)).astype(np.float32)
    integers, _ = compensated(weight, spreading(np.zeros((20, 20))))
    assert np.array_equal(integers, quantised(weight, axis=0)[0])
