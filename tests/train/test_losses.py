"""Hand-worked values of the losses."""

from __future__ import annotations

import math

import pytest
import torch

from codegloss.train.losses import (
    ContrastiveLoss,
    Scales,
    distillation,
    exit_weights,
    info_nce,
    same_cluster,
    similarities,
)


def test_weights_are_depth_shares_that_sum_to_one() -> None:
    weights = exit_weights([4, 9, 18, 27, 36], 36)
    assert weights[9] / weights[36] == pytest.approx(9 / 36)
    assert sum(weights.values()) == pytest.approx(1)
    assert exit_weights([0, 2, 4], 4)[0] == pytest.approx(1 / 7)  # 1 + 2 + 4 parts
    assert exit_weights([0, 2, 4], 4, "uniform") == pytest.approx({0: 1 / 3, 2: 1 / 3, 4: 1 / 3})


def test_info_nce_of_two_pairs_by_hand() -> None:
    # each text: answer 2, other 0: -log(e^2 / (e^2 + 1)), and the same the other way
    logits = torch.tensor([[2.0, 0.0], [0.0, 2.0]])
    assert info_nce(logits).item() == pytest.approx(math.log(1 + math.exp(-2)))


def test_a_mined_negative_counts_for_texts_alone() -> None:
    logits = torch.tensor([[2.0, 0.0, 1.0], [0.0, 2.0, 1.0]])
    texts = math.log(1 + math.exp(-2) + math.exp(-1))
    codes = math.log(1 + math.exp(-2))
    assert info_nce(logits).item() == pytest.approx((texts + codes) / 2)


def test_duplicates_are_no_negatives() -> None:
    vectors = torch.nn.functional.normalize(torch.randn(3, 8), dim=-1)
    clusters = torch.tensor([5, 5, 7])
    logits = similarities(vectors, vectors, torch.tensor(1.0), same_cluster(clusters, clusters))
    assert logits[0, 1] == logits[1, 0] == float("-inf")
    assert logits.diagonal().isfinite().all()
    assert logits[0, 2].isfinite()
    assert info_nce(logits).isfinite()


def test_distillation_is_zero_for_the_same_and_gives_the_teacher_no_gradient() -> None:
    teacher = torch.randn(4, 4, requires_grad=True)
    student = torch.randn(4, 4, requires_grad=True)
    assert distillation(teacher, teacher).item() == pytest.approx(0, abs=1e-6)
    divergence = distillation(student, teacher)
    assert divergence.item() > 0
    divergence.backward()
    assert teacher.grad is None
    assert student.grad is not None


def test_distillation_bears_masked_pairs() -> None:
    teacher = torch.tensor([[1.0, float("-inf")], [0.0, 1.0]])
    student = torch.tensor([[0.5, float("-inf")], [0.3, 1.0]], requires_grad=True)
    divergence = distillation(student, teacher)
    divergence.backward()
    assert divergence.isfinite()
    assert student.grad.isfinite().all()


def test_a_learned_scale_keeps_to_its_bound_and_can_fall_again() -> None:
    scales = Scales([2], start=200.0)
    value = scales(2)
    value.backward()
    assert value.item() == pytest.approx(100)
    assert scales.logs["2"].grad.item() == pytest.approx(100)  # of exp


def test_a_batch_of_one_and_repeated_pairs_give_a_finite_loss() -> None:
    loss = ContrastiveLoss([0, 2], 2, distil=0.5)
    one = {k: torch.nn.functional.normalize(torch.randn(1, 8), dim=-1) for k in (0, 2)}
    assert loss(one, one, torch.tensor([[True]]))[0].item() == pytest.approx(0)
    repeated = {k: v.repeat(4, 1) for k, v in one.items()}
    total, parts = loss(repeated, repeated, torch.ones(4, 4, dtype=torch.bool))
    assert total.isfinite()
    assert set(parts) == {"exit 0", "exit 2"}
