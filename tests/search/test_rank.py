"""Fused rankings."""

from __future__ import annotations

import numpy as np
import pytest

from codegloss.search.rank import ranks_of_all, reciprocal_rank_fusion, standardised, weighted_fusion


def test_equal_scores_share_the_last_of_their_ranks() -> None:
    assert ranks_of_all(np.array([[0.3, 0.9, 0.3, 0.1]], np.float32)).tolist() == [[3, 1, 3, 4]]


def test_rank_fusion_by_hand() -> None:
    one = np.array([[3.0, 2.0, 1.0]], np.float32)
    other = np.array([[10.0, 30.0, 20.0]], np.float32)
    expected = [1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62]
    np.testing.assert_allclose(reciprocal_rank_fusion(one, other)[0], expected, rtol=1e-6)


def test_rank_fusion_does_not_heed_scale() -> None:
    generator = np.random.default_rng(0)
    one, other = generator.random((2, 4, 50)).astype(np.float32)
    np.testing.assert_array_equal(
        reciprocal_rank_fusion(one, other), reciprocal_rank_fusion(np.exp(9 * one), other - 5)
    )


def test_what_is_no_candidate_stays_none() -> None:
    scores = np.array([[1.0, -np.inf, 0.5]], np.float32)
    assert np.isneginf(reciprocal_rank_fusion(scores, scores)[0]).tolist() == [False, True, False]


def test_a_part_that_knows_nothing_changes_no_order() -> None:
    one = np.array([[0.1, 0.7, 0.4, 0.2]], np.float32)
    fused = reciprocal_rank_fusion(one, np.zeros_like(one))
    assert np.argsort(-fused[0]).tolist() == np.argsort(-one[0]).tolist()


def test_fusion_of_a_ranking_with_itself_is_that_ranking() -> None:
    one = np.random.default_rng(1).random((3, 20)).astype(np.float32)
    assert (np.argsort(-reciprocal_rank_fusion(one, one)) == np.argsort(-one)).all()
    assert reciprocal_rank_fusion(one).shape == (3, 20) == pytest.approx(one.shape)


def test_weighted_fusion_by_hand() -> None:
    dense = np.array([[0.1, 0.3, 0.2, 0.2]], np.float32)  # mean 0.2, deviation sqrt(0.005)
    shares = np.array([[0.0, 0.0, 0.0, 0.5]], np.float32)
    one = 0.1 / np.sqrt(0.005)
    np.testing.assert_allclose(weighted_fusion(dense, shares, 4.0)[0], [-one, one, 0, 2], atol=1e-5)


def test_weighted_fusion_does_not_heed_scale_and_shift_of_the_dense_part() -> None:
    dense, shares = np.random.default_rng(0).random((2, 3, 40)).astype(np.float32)
    np.testing.assert_allclose(
        weighted_fusion(dense, shares), weighted_fusion(4 * dense - 1, shares), atol=1e-4
    )


def test_weighted_fusion_heeds_candidates_alone() -> None:
    dense = np.array([[0.5, 0.1, -np.inf, 0.3]], np.float32)
    lexical = np.array([[0.1, 0.3, -np.inf, 0.0]], np.float32)
    fused = weighted_fusion(dense, lexical)
    without = weighted_fusion(dense[:, [0, 1, 3]], lexical[:, [0, 1, 3]])
    np.testing.assert_allclose(fused[:, [0, 1, 3]], without, rtol=1e-5)
    assert np.isneginf(fused[0, 2])
    assert standardised(np.full((2, 5), 3.0, np.float32)).tolist() == [[0.0] * 5] * 2
    order = np.argsort(weighted_fusion(dense, np.zeros_like(dense)))
    assert order.tolist() == np.argsort(dense).tolist()
