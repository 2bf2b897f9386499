"""The training loop: schedule, gradient clipping, logs, checkpoints that survive SIGKILL.

What a step does is a `Job`'s own affair; the loop owns the optimiser and the clock. A run
killed at any moment goes on from its last checkpoint to the same loss curve, because the
batch of a step depends on seed and step alone and the checkpoint keeps the random state.

With `torchrun` every process computes its share of each batch and the gradients are summed
over processes (data parallel).
"""

from __future__ import annotations

import json
import math
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import torch
from torch import nn

CHECKPOINTS = "checkpoints"
KEPT = 2  # checkpoints that stay on disk


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to train."""

    steps: int
    learning_rate: float
    warmup: int = 0  # steps of linear rise; then a cosine down to `floor` of the rate
    floor: float = 0.0
    weight_decay: float = 0.01
    clip: float = 1.0  # greatest norm of the gradient
    precision: Literal["float32", "bfloat16"] = "float32"  # of the matrix products
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
    torch.distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield World(rank, size, device)
    finally:
        torch.distributed.destroy_process_group()


def train(job: Job, schedule: Schedule, out: Path, world: World, watch: Watch) -> None:
    """Train to the last step, from the newest checkpoint under `out` if there is one.

    Raises FloatingPointError when the loss is no longer a number.
    """
    job.module.to(world.device).train()
    optimiser = torch.optim.AdamW(_groups(job.module, schedule), lr=schedule.learning_rate)
    first = resume(job.module, optimiser, out, world)
    for step in range(first, schedule.steps):
        started = time.perf_counter()
        for group in optimiser.param_groups:
            group["lr"] = schedule.rate(step)
        optimiser.zero_grad()
        with torch.autocast(world.device.type, torch.bfloat16, enabled=schedule.precision == "bfloat16"):
            figures = job.backward(step, world)
        if not math.isfinite(figures["loss"]):
            raise FloatingPointError(
                f"the loss of step {step} is {figures['loss']}: lower the learning rate, "
                f"then go on from the last checkpoint in {out / CHECKPOINTS}"
            )
        _sum_gradients(job, world)
        norm = nn.utils.clip_grad_norm_(job.module.parameters(), schedule.clip)
        optimiser.step()
        figures |= {
            "gradient norm": norm.item(),
            "learning rate": schedule.rate(step),
            "seconds": time.perf_counter() - started,
        }
        watch(step, figures)
        if world.leads and ((step + 1) % schedule.checkpoint_every == 0 or step + 1 == schedule.steps):
            save(job.module, optimiser, out, step + 1)


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
    """Write the checkpoint of `step` steps done: whole, or not at all."""
    folder = out / CHECKPOINTS
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    state = {
        "module": module.state_dict(),
        "optimiser": optimiser.state_dict(),
        "random": torch.get_rng_state(),
        "random on device": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    with (partial / "state.pt").open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    (partial / "step.json").write_text(json.dumps({"step": step}))
    final = folder / f"{step:08d}"
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)
    for old in checkpoints(out)[:-KEPT]:
        shutil.rmtree(old)
    return final


def checkpoints(out: Path) -> list[Path]:
    """The finished checkpoints of a run, oldest first."""
    folder = out / CHECKPOINTS
    return sorted(path for path in folder.glob("[0-9]*")) if folder.is_dir() else []


def resume(module: nn.Module, optimiser: torch.optim.Optimizer | None, out: Path, world: World) -> int:
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
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise ValueError(f"{newest} cannot be loaded ({reason}): remove it to use the one before") from error
    if optimiser is not None:
        optimiser.load_state_dict(state["optimiser"])
        torch.set_rng_state(state["random"])
        if state["random on device"] and world.device.type == "cuda":
            torch.cuda.set_rng_state_all(state["random on device"])
    return int(newest.name)
