"""The training loop: schedule, gradient clipping, logs, checkpoints that survive SIGKILL.

What a step does is a `Job`'s own affair; the loop owns the optimiser and the clock. A run
killed at any moment goes on from its last checkpoint to the same loss curve, because the
batch of a step and its dropout depend on seed, step and process alone.

With `torchrun` every process computes its share of each batch and the gradients are summed
over processes (data parallel).
"""

from __future__ import annotations

import math
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
import torch
from torch import nn

from codegloss.dataset.files import sync

CHECKPOINTS = "checkpoints"
KEPT = 2  # checkpoints that stay on disk
# How long processes wait for each other: the first chooses pairs and mines negatives while the others
# wait, far longer than torch's own 10 minutes. Where one fails, torchrun ends the others at once.
PATIENCE = timedelta(days=2)

Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to train."""

    steps: int
    learning_rate: float
    warmup: int = 0  # steps of linear rise; then a cosine down to `floor` of the rate
    floor: float = 0.0
    weight_decay: float = 0.01
    clip: float = 1.0  # greatest norm of the gradient
    precision: Precision = "float32"  # of the matrix products
    checkpoint_every: int = 100  # steps

    def rate(self, step: int) -> float:
        """Learning rate of a step, which counts from 0."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        done = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.learning_rate * (self.floor + (1 - self.floor) * (1 + math.cos(math.pi * done)) / 2)


class Job(Protocol):
    """What is trained."""

    @property
    def module(self) -> nn.Module:
        """Everything that has parameters."""

    @property
    def replicated(self) -> set[nn.Parameter]:
        """Parameters whose gradient every process computes in full: it is not summed over processes."""

    def backward(self, step: int, world: World) -> dict[str, float]:
        """Leave the gradient of the step's loss in the parameters; return its figures by name."""


@dataclass(frozen=True, slots=True)
class World:
    """The processes that train together, and this one's place among them."""

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """This process writes logs and checkpoints."""
        return self.rank == 0

    def share(self, rows: int) -> slice:
        """This process's part of that many rows."""
        return slice(rows * self.rank // self.size, rows * (self.rank + 1) // self.size)


Watch = Callable[[int, dict[str, float]], None]  # told after each step


@contextmanager
def joined() -> Iterator[World]:
    """This process among those that `torchrun` started, or alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    rank = int(os.environ.get("RANK", "0"))
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))
        torch.cuda.set_device(device)
    else:
        device = torch.device("cpu")
    if size == 1:
        yield World(rank, size, device)
        return
    torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield World(rank, size, device)
    finally:
        torch.distributed.destroy_process_group()


def train(job: Job, schedule: Schedule, out: Path, world: World, watch: Watch) -> None:
    """Train to the last step, from the newest checkpoint under `out` if there is one.

    Raises FloatingPointError when the loss or its gradient is no longer a number: no such step is
    taken or kept.
    """
    job.module.to(world.device).train()
    optimiser = torch.optim.AdamW(_groups(job.module, schedule), lr=schedule.learning_rate)
    first = resume(job.module, optimiser, out)
    seed = torch.initial_seed()
    for step in range(first, schedule.steps):
        started = time.perf_counter()
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(step)
        optimiser.zero_grad()
        _seed(seed, step, world)
        with torch.autocast(world.device.type, torch.bfloat16, enabled=schedule.precision == "bfloat16"):
            figures = job.backward(step, world)
        _sum_gradients(job, world)
        norm = nn.utils.clip_grad_norm_(job.module.parameters(), schedule.clip).item()
        for name, value in (("loss", figures["loss"]), ("gradient norm", norm)):
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"the {name} of step {step} is {value}: lower the learning rate and train anew; "
                    f"the last checkpoint in {out / CHECKPOINTS} is from before"
                )
        optimiser.step()
        figures |= {
            "gradient norm": norm,
            "learning rate": schedule.rate(step),
            "seconds": time.perf_counter() - started,
        }
        watch(step, figures)
        if world.leads and ((step + 1) % schedule.checkpoint_every == 0 or step + 1 == schedule.steps):
            save(job.module, optimiser, out, step + 1)


def _seed(seed: int, step: int, world: World) -> None:
    """Begin a step's random numbers: a run that goes on draws what it would have drawn."""
    state = np.random.SeedSequence((seed, step, world.rank)).generate_state(1, np.uint64)
    torch.manual_seed(int(state[0]))


def _groups(module: nn.Module, schedule: Schedule) -> list[dict[str, Any]]:
    """Matrices decay, vectors and scalars do not."""
    parameters = [p for p in module.parameters() if p.requires_grad]
    return [
        {"params": [p for p in parameters if p.ndim > 1], "weight_decay": schedule.weight_decay},
        {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
    ]


def _sum_gradients(job: Job, world: World) -> None:
    if world.size == 1:
        return
    gradients = [p.grad for p in job.module.parameters() if p.grad is not None and p not in job.replicated]
    flat = torch.cat([g.reshape(-1) for g in gradients])
    torch.distributed.all_reduce(flat)
    for gradient, summed in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(summed.view_as(gradient))


# --- checkpoints -----------------------------------------------------------------------------


def save(module: nn.Module, optimiser: torch.optim.Optimizer, out: Path, step: int) -> Path:
    """Write the checkpoint of `step` steps done: whole, or not at all, also after a power cut."""
    folder = out / CHECKPOINTS
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    torch.save({"module": module.state_dict(), "optimiser": optimiser.state_dict()}, partial / "state.pt")
    sync(partial / "state.pt")
    sync(partial)
    final = folder / f"{step:08d}"
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    sync(folder)  # before older ones go
    for old in checkpoints(out)[:-KEPT]:
        shutil.rmtree(old)
    return final


def checkpoints(out: Path) -> list[Path]:
    """The finished checkpoints of a run, oldest first."""
    folder = out / CHECKPOINTS
    return sorted(path for path in folder.glob("[0-9]*")) if folder.is_dir() else []


def resume(module: nn.Module, optimiser: torch.optim.Optimizer, out: Path) -> int:
    """Load the newest checkpoint; how many steps are done. 0 where there is none.

    Raises ValueError for a checkpoint of another model, or one that cannot be read.
    """
    found = checkpoints(out)
    if not found:
        return 0
    newest = found[-1]
    try:
        state: dict[str, Any] = torch.load(newest / "state.pt", map_location="cpu", weights_only=True)
        module.load_state_dict(state["module"])
        optimiser.load_state_dict(state["optimiser"])
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{newest} cannot be loaded ({reason}): remove it to use the one before") from error
    return int(newest.name)
