"""Pre-training of all exits at once: masked tokens, and whether all snippets are of one repository.

As ModularStarEncoder (arXiv 2503.03008): the loss is the sum over exits of (i / L) · Lᵢ, and the
heads are shared by all exits and told the layer that they look at. The exit's own pooling and
projection, and the static exit, are left to fine-tuning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from codegloss.train.loop import World
from codegloss.train.losses import Weighting, distillation, exit_weights
from codegloss.train.model import MultiExit
from codegloss.train.recipe import Pretrain
from codegloss.train.snippets import IGNORED, Examples, Mixer, marks_of, read_snippets
from codegloss.train.trunk import Trunk

TOLD = 4  # dimensions that tell a head the layer, as published
PART = 16  # examples in memory at a time


class Heads(nn.Module):
    """What all exits share. Shapes: M masked tokens, B examples, d hidden."""

    def __init__(self, trunk: Trunk) -> None:
        super().__init__()
        self.norm = nn.Identity() if trunk.normalises else nn.LayerNorm(trunk.hidden)
        self.layer = nn.Embedding(trunk.depth + 1, TOLD)
        self.transform = nn.Sequential(
            nn.Linear(trunk.hidden + TOLD, trunk.hidden), nn.GELU(), nn.LayerNorm(trunk.hidden)
        )
        self.bias = nn.Parameter(torch.zeros(trunk.table().num_embeddings))
        self.classify = nn.Linear(trunk.hidden + TOLD, 2)

    def tokens(self, hidden: Tensor, layer: int, table: Tensor) -> Tensor:
        """(M, d) after a layer to (M, vocabulary) logits, through the token table (vocabulary, d)."""
        return functional.linear(self.transform(self._told(hidden, layer)), table, self.bias)

    def repository(self, hidden: Tensor, mask: Tensor, layer: int) -> Tensor:
        """(B, L, d) after a layer to (B, 2) logits: of two repositories, of one."""
        weights = mask[..., None].to(hidden.dtype)
        mean = (self.norm(hidden) * weights).sum(1) / weights.sum(1).clamp_min(1)
        logits: Tensor = self.classify(torch.cat([mean, self._layer(len(mean), layer)], -1))
        return logits

    def _told(self, hidden: Tensor, layer: int) -> Tensor:
        return torch.cat([self.norm(hidden), self._layer(len(hidden), layer)], -1)

    def _layer(self, rows: int, layer: int) -> Tensor:
        return self.layer.weight[layer].expand(rows, -1)


@dataclass(frozen=True, slots=True)
class Parts:
    """Losses of one exit, each a sum over what it is counted in."""

    tokens: Tensor  # over masked tokens
    repository: Tensor  # over examples
    distilled_tokens: Tensor  # KL(last exit || this one), over masked tokens
    distilled_repository: Tensor  # the same over examples
    right: Tensor  # examples whose repository was told rightly


class Pretraining(nn.Module):
    """A `loop.Job`: one step is one batch of examples."""

    def __init__(
        self,
        model: MultiExit,
        mixer: Mixer,
        *,
        batch: int,
        part: int = PART,
        weighting: Weighting = "linear",
        distil: float = 0.0,
    ) -> None:
        """`distil` weighs KL from the last exit, detached, in the loss of every earlier one.

        Raises ValueError for a model that has the static exit alone.
        """
        super().__init__()
        exits = [k for k in model.exits if k > 0]
        if not exits:
            raise ValueError("the static exit alone cannot be pre-trained: add an exit after a layer")
        self.model = model
        self.heads = Heads(model.trunk)
        self.weights = exit_weights(exits, model.trunk.depth, weighting)
        self._mixer = mixer
        self._batch = batch
        self._part = part
        self._distil = distil

    @property
    def module(self) -> nn.Module:
        return self

    @property
    def replicated(self) -> set[nn.Parameter]:
        return set()

    def backward(self, step: int, world: World) -> dict[str, float]:
        """Loss of the batch and of each exit; chance is log 2 for the repository, 0.5 for its share right."""
        rows = range(self._batch)[world.share(self._batch)]
        examples = self._mixer.examples(step, rows)
        masked = _summed(torch.tensor(float((examples.targets != IGNORED).sum())), world)
        figures: dict[str, float] = {}
        for start in range(0, len(rows), self._part):
            part = examples.rows(slice(start, start + self._part), world.device)
            loss, found = self.loss(part, masked, self._batch)
            torch.autograd.backward(loss)
            figures = {name: figures.get(name, 0.0) + value for name, value in found.items()}
        sums = _summed(torch.tensor(list(figures.values()), dtype=torch.float64), world)
        return dict(zip(figures, sums.tolist(), strict=True))

    def loss(self, examples: Examples, masked: Tensor, batch: int) -> tuple[Tensor, dict[str, float]]:
        """These examples' share in the loss of a batch with so many masked tokens and examples."""
        total = torch.zeros((), device=examples.ids.device)
        figures = {}
        for k, parts in self.parts(examples).items():
            told = parts.tokens / masked + parts.repository / batch
            taught = parts.distilled_tokens / masked + parts.distilled_repository / batch
            total = total + self.weights[k] * (told + self._distil * taught)
            figures[f"masked tokens, exit {k}"] = (parts.tokens / masked).item()
            figures[f"same repository, exit {k}"] = parts.repository.item() / batch
            figures[f"same repository right, exit {k}"] = parts.right.item() / batch
        return total, {"loss": total.item(), **figures}

    def parts(self, examples: Examples) -> dict[int, Parts]:
        """Losses of each exit."""
        chosen = examples.targets != IGNORED
        wanted = examples.targets[chosen]
        table = self.model.trunk.table().weight
        found = {}
        teacher: tuple[Tensor, Tensor] | None = None
        hidden = after_layers(self.model.trunk, examples.ids, examples.mask, list(self.weights))
        for k in sorted(self.weights, reverse=True):  # the last exit first: it teaches the others
            tokens = self.heads.tokens(hidden[k][chosen], k, table).float()
            repository = self.heads.repository(hidden[k], examples.mask, k).float()
            distilled = (tokens.new_zeros(()), tokens.new_zeros(()))
            if self._distil and teacher is None:
                teacher = tokens.detach(), repository.detach()
            elif self._distil and teacher is not None:
                distilled = (
                    distillation(tokens, teacher[0]) * len(tokens),
                    distillation(repository, teacher[1]) * len(repository),
                )
            found[k] = Parts(
                functional.cross_entropy(tokens, wanted, reduction="sum"),
                functional.cross_entropy(repository, examples.same, reduction="sum"),
                *distilled,
                (repository.argmax(-1) == examples.same).sum(),
            )
        return dict(sorted(found.items()))


def after_layers(trunk: Trunk, ids: Tensor, mask: Tensor, layers: Sequence[int]) -> dict[int, Tensor]:
    """(B, L) token ids and mask to the (B, L, d) hidden states after each of these layers."""
    hidden = trunk.embed(trunk.table()(ids))
    context = trunk.context(mask, hidden)
    found = {}
    for index in range(max(layers)):
        hidden = trunk.layer(index, hidden, context)
        if index + 1 in layers:
            found[index + 1] = hidden
    return found


def _summed(values: Tensor, world: World) -> Tensor:
    """The sum over all processes."""
    values = values.to(world.device)
    if world.size > 1:
        torch.distributed.all_reduce(values)
    return values


def pretraining(model: MultiExit, data: Path, tokeniser: Path, stage: Pretrain, seed: int) -> Pretraining:
    """The job of a recipe's stage over a dataset of pairs or of functions.

    Raises ValueError for a tokenizer without the special tokens, too few snippets, or a model
    with the static exit alone.
    """
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(tokeniser))
    mixer = Mixer(
        read_snippets(data, words), marks_of(words), length=stage.length, share=stage.mask, seed=seed
    )
    return Pretraining(
        model, mixer, batch=stage.batch, part=stage.part, weighting=stage.weighting, distil=stage.distil
    )
