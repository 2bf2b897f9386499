"""Losses over exits: symmetric InfoNCE (CLIP, arXiv 2103.00020), its weights, and distillation.

Shapes: T texts, C codes with C >= T (code i belongs to text i, the rest are mined negatives),
d dimensions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

Weighting = Literal["linear", "uniform"]
MAX_SCALE = 100.0  # CLIP's bound on 1 / temperature


def exit_weights(exits: Sequence[int], depth: int, weighting: Weighting = "linear") -> dict[int, float]:
    """Weight of each exit's loss; they sum to 1.

    `linear` is i / depth as in ModularStarEncoder (arXiv 2503.03008); exit 0, which has no
    layer, counts as if it came after the first.
    """
    raw = {k: max(k, 1) / depth if weighting == "linear" else 1.0 for k in exits}
    total = sum(raw.values())
    return {k: weight / total for k, weight in raw.items()}


class Scales(nn.Module):
    """One learned 1 / temperature an exit."""

    def __init__(self, exits: Sequence[int], start: float = 20.0) -> None:
        super().__init__()
        self.logs = nn.ParameterDict({str(k): nn.Parameter(torch.tensor(math.log(start))) for k in exits})

    def forward(self, exit: int) -> Tensor:
        log = self.logs[str(exit)]
        with torch.no_grad():  # the parameter itself, as CLIP does: a clamped result has no way back
            log.clamp_(max=math.log(MAX_SCALE))
        return log.exp()


def similarities(texts: Tensor, codes: Tensor, scale: Tensor, same: Tensor) -> Tensor:
    """(T, C) scaled cosines; where `same` says so, a code is neither the answer nor a negative."""
    logits = scale * texts @ codes.T
    own = torch.eye(len(texts), len(codes), dtype=torch.bool, device=logits.device)
    return logits.masked_fill(same & ~own, float("-inf"))


def info_nce(logits: Tensor) -> Tensor:
    """Symmetric InfoNCE of (T, C) similarities whose diagonal holds the true pairs: mean of both ways."""
    answers = torch.arange(len(logits), device=logits.device)
    forth = functional.cross_entropy(logits, answers)
    back = functional.cross_entropy(logits[:, : len(logits)].T, answers)
    return (forth + back) / 2


def distillation(student: Tensor, teacher: Tensor) -> Tensor:
    """KL(teacher || student) of two (T, C) similarities, mean over texts; no gradient to the teacher."""
    target = teacher.detach().log_softmax(-1)
    impossible = target.isneginf()
    difference = (target - student.log_softmax(-1)).masked_fill(impossible, 0.0)
    return (target.exp() * difference).sum(-1).mean()


def same_cluster(texts: Tensor, codes: Tensor) -> Tensor:
    """(T, C): pairs that are duplicates of each other, by their cluster numbers (T,) and (C,)."""
    return texts[:, None] == codes[None, :]


class ContrastiveLoss(nn.Module):
    """The loss of a batch at all exits: weighted InfoNCE, and a share of distillation if asked for."""

    def __init__(
        self,
        exits: Sequence[int],
        depth: int,
        *,
        weighting: Weighting = "linear",
        distil: float = 0.0,
        scale: float = 20.0,
    ) -> None:
        """`distil` weighs KL from the last exit, detached, in the loss of every earlier exit."""
        super().__init__()
        self.weights = exit_weights(exits, depth, weighting)
        self.scales = Scales(exits, scale)
        self.distil = distil

    def forward(
        self, texts: dict[int, Tensor], codes: dict[int, Tensor], same: Tensor
    ) -> tuple[Tensor, dict[str, float]]:
        """Vectors per exit, (T, d) and (C, d), to the loss and the InfoNCE of each exit by name."""
        last = max(self.weights)
        logits = {k: similarities(texts[k], codes[k], self.scales(k), same) for k in self.weights}
        total = torch.zeros((), device=same.device)
        parts = {}
        for k, weight in self.weights.items():
            loss = info_nce(logits[k])
            parts[f"exit {k}"] = loss.item()
            if self.distil and k != last:
                loss = loss + self.distil * distillation(logits[k], logits[last])
            total = total + weight * loss
        return total, parts
