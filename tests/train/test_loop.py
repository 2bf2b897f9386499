"""The loop on a job of one layer: what a killed run goes on with, and what is never kept."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import torch
from torch import nn

from codegloss.train.loop import CHECKPOINTS, Schedule, World, checkpoints, train

ALONE = World(0, 1, torch.device("cpu"))


class Dropping(nn.Module):
    """A `loop.Job` whose loss hangs on dropout; at the step `spoilt` its gradient is no number."""

    def __init__(self, spoilt: int | None = None) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(64))
        self._spoilt = spoilt

    @property
    def module(self) -> nn.Module:
        return self

    @property
    def replicated(self) -> set[nn.Parameter]:
        return set()

    def backward(self, step: int, world: World) -> dict[str, float]:
        loss = (nn.functional.dropout(self.weight, 0.5) ** 2).mean()
        loss.backward()
        if step == self._spoilt:
            assert self.weight.grad is not None
            self.weight.grad[0] = float("nan")
        return {"loss": loss.item()}


def curve(out: Path, steps: int, most: int = 10) -> list[float]:
    """Losses of the steps up to `most`, when a run is stopped there."""
    losses: list[float] = []

    def watch(step: int, figures: dict[str, float]) -> None:
        losses.append(figures["loss"])
        if step + 1 == most:
            raise KeyboardInterrupt

    torch.manual_seed(5)
    schedule = Schedule(steps=steps, learning_rate=0.1, checkpoint_every=4)
    with suppress(KeyboardInterrupt):
        train(Dropping(), schedule, out, ALONE, watch)
    return losses


def test_dropout_goes_on_as_it_would_have(tmp_path: Path) -> None:
    whole = curve(tmp_path / "whole", 10)
    assert len(set(whole)) == 10
    assert curve(tmp_path / "stopped", 10, most=7) == whole[:7]
    torch.rand(3)  # the random state of the process that goes on is another
    assert curve(tmp_path / "stopped", 10) == whole[4:]


def test_a_gradient_that_is_no_number_is_neither_taken_nor_kept(tmp_path: Path) -> None:
    job = Dropping(spoilt=3)
    schedule = Schedule(steps=8, learning_rate=0.1, checkpoint_every=2)
    with pytest.raises(FloatingPointError, match="the gradient norm of step 3 is nan: lower the learning"):
        train(job, schedule, tmp_path, ALONE, lambda step, figures: None)
    assert job.weight.isfinite().all()
    assert [path.name for path in checkpoints(tmp_path)] == ["00000002"]


def test_a_truncated_checkpoint_is_named_with_its_cure(tmp_path: Path) -> None:
    curve(tmp_path, 8)
    state = tmp_path / CHECKPOINTS / "00000008" / "state.pt"
    state.write_bytes(state.read_bytes()[:500])
    with pytest.raises(ValueError, match=r"00000008 cannot be loaded .*remove it to use the one before"):
        curve(tmp_path, 8)
