"""Measures on rankings small enough to be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.metrics import MAP_AT_R, MRR, Metric, Ranks, joined, ndcg, parse, ranks, recall


def ranked(*relevant: dict[int, float]) -> Ranks:
    """Ranks given directly: of each query, rank → grade."""
    return Ranks(
        len(relevant),
        np.array([number for number, one in enumerate(relevant) for _ in one], np.int64),
        np.array([rank for one in relevant for rank in one], np.int64),
        np.array([grade for one in relevant for grade in one.values()], np.float64),
    )


@pytest.mark.parametrize("name", ["MRR", "MRR@10", "Recall@1", "Recall@100", "nDCG", "nDCG@10", "MAP@R"])
def test_a_metric_prints_as_the_name_it_is_parsed_from(name: str) -> None:
    assert str(parse(name)) == name
    assert parse(str(parse(name))) == parse(name)


@pytest.mark.parametrize("name", ["", "mrr", "nDCG@0", "nDCG@-1", "Recall@x", "MAP@5", "MAP", "nDCG@10 "])
def test_other_names_are_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(ValueError, match=r"known are MRR, .*nDCG@k"):
        parse(name)


def test_reciprocal_rank_is_of_the_first_relevant_document() -> None:
    found = ranked({4: 1, 2: 1}, {1: 1}, {0: 1})
    assert MRR(found).tolist() == [0.5, 1.0, 0.0]
    assert Metric("MRR", 3)(ranked({4: 1}, {3: 1})).tolist() == [0.0, pytest.approx(1 / 3)]


def test_recall_counts_what_was_never_returned() -> None:
    assert recall(2)(ranked({1: 1, 2: 1, 3: 1, 0: 1}, {3: 1})).tolist() == [0.5, 0.0]


def test_ndcg_of_a_textbook_ranking() -> None:
    # grades 3, 2, 3, 0, 1, 2 along the ranking; gains 7, 3, 7, 0, 1, 3
    along = {1: 3, 2: 2, 3: 3, 5: 1, 6: 2}
    gained = 7 + 3 / math.log2(3) + 7 / 2 + 1 / math.log2(6) + 3 / math.log2(7)
    best = 7 + 7 / math.log2(3) + 3 / 2 + 3 / math.log2(5) + 1 / math.log2(6)
    assert ndcg()(ranked(along)).tolist() == [pytest.approx(gained / best)]
    assert ndcg(6)(ranked(along)) == ndcg()(ranked(along))
    first_two = (7 + 3 / math.log2(3)) / (7 + 7 / math.log2(3))
    assert ndcg(2)(ranked(along)).tolist() == [pytest.approx(first_two)]


def test_ndcg_of_one_relevant_document_is_its_discount() -> None:
    assert ndcg(10)(ranked({3: 1}, {11: 1}, {1: 1})).tolist() == [0.5, 0.0, 1.0]


def test_map_at_r_looks_no_further_than_the_number_of_relevant_documents() -> None:
    # R = 3: relevant at 1 and 3, the third at 9: (1/1 + 2/3) / 3
    assert MAP_AT_R(ranked({9: 1, 1: 1, 3: 1})).tolist() == [pytest.approx((1 + 2 / 3) / 3)]
    assert MAP_AT_R(ranked({2: 1})).tolist() == [0.0]
    assert MAP_AT_R(ranked({1: 1, 2: 1, 0: 1})).tolist() == [pytest.approx(2 / 3)]


def test_a_tie_counts_against_the_system() -> None:
    scores = np.array([[0.5, 0.5, 0.9, 0.5, 0.1]])
    assert ranks(scores, [{1: 1.0}]).rank.tolist() == [4]
    assert ranks(np.zeros((1, 7)), [{3: 1.0}]).rank.tolist() == [7]


def test_relevant_documents_in_a_tie_come_last_the_best_of_them_last_of_all() -> None:
    found = ranks(np.array([[1.0, 1.0, 1.0, 0.0]]), [{0: 3.0, 1: 1.0}])
    assert dict(zip(found.grade.tolist(), found.rank.tolist(), strict=True)) == {1.0: 2, 3.0: 3}


def test_what_is_scored_minus_infinity_was_not_returned() -> None:
    found = ranks(np.array([[-np.inf, 0.2], [0.1, -np.inf]], np.float32), [{0: 1.0}, {0: 1.0}])
    assert found.rank.tolist() == [0, 1]
    assert MRR(found).tolist() == [0.0, 1.0]


def test_nan_is_no_score() -> None:
    with pytest.raises(ValueError, match="NaN"):
        ranks(np.array([[0.1, np.nan]]), [{0: 1.0}])


def test_no_queries_give_no_values() -> None:
    assert MRR(ranks(np.empty((0, 3)), [])).shape == (0,)


small = st.integers(2, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(0, 3), min_size=n, max_size=n),
        st.dictionaries(st.integers(0, n - 1), st.integers(1, 3), min_size=1, max_size=n),
    )
)


@given(small, st.randoms())
def test_the_order_of_documents_does_not_matter(
    case: tuple[list[int], dict[int, int]], random: object
) -> None:
    scores, relevant = case
    order = list(range(len(scores)))
    random.shuffle(order)  # type: ignore[attr-defined]
    moved = {order.index(place): float(grade) for place, grade in relevant.items()}
    one = ranks(np.array([scores], float), [{p: float(g) for p, g in relevant.items()}])
    other = ranks(np.array([[scores[place] for place in order]], float), [moved])
    for metric in (MRR, recall(2), ndcg(3), ndcg(), MAP_AT_R):
        assert metric(one) == pytest.approx(metric(other))
        assert 0 <= metric(one)[0] <= 1


@given(small)
def test_no_order_of_a_tie_is_worse_than_the_one_that_counts(case: tuple[list[int], dict[int, int]]) -> None:
    scores, relevant = case
    grades = {place: float(grade) for place, grade in relevant.items()}
    counted = ranks(np.array([scores], float), [grades])
    forward = np.array([scores], float) - np.arange(len(scores)) * 1e-6
    backward = np.array([scores], float) + np.arange(len(scores)) * 1e-6
    for metric in (MRR, recall(2), ndcg(3), ndcg(), MAP_AT_R):
        for broken in (forward, backward):
            assert metric(counted)[0] <= metric(ranks(broken, [grades]))[0] + 1e-12


@given(st.lists(small, min_size=2, max_size=4))
def test_blocks_of_queries_joined_are_the_whole(cases: list[tuple[list[int], dict[int, int]]]) -> None:
    parts = [
        ranks(np.array([scores], float), [{place: float(grade) for place, grade in relevant.items()}])
        for scores, relevant in cases
    ]
    for metric in (MRR, ndcg(), MAP_AT_R):
        apart = np.concatenate([metric(part) for part in parts])
        np.testing.assert_allclose(metric(joined(parts)), apart)
