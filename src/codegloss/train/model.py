"""One encoder, many exits.

After chosen layers of one trunk an exit pools the tokens in its own way and projects them
into one space of `dimensions`. Exit 0 is static: a weighted mean over the token table. All
exits are trained together (arXiv 2503.03008); to stop at exit k runs nothing above it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from codegloss.train.trunk import Trunk


class StaticHead(nn.Module):
    """Exit 0: weighted mean of token embeddings, projected. Special tokens do not count."""

    def __init__(self, vocabulary: int, hidden: int, dimensions: int, special: Sequence[int]) -> None:
        super().__init__()
        self.weight = nn.Embedding(vocabulary, 1)  # before softplus
        self.project = nn.Linear(hidden, dimensions, bias=False)
        nn.init.zeros_(self.weight.weight)
        _near_identity(self.project)
        counts = torch.ones(vocabulary)
        counts[list(special)] = 0.0
        self.register_buffer("counts", counts)

    def weights(self) -> Tensor:
        """(vocabulary,) weight of each token in the mean: positive, 0 for special tokens."""
        return functional.softplus(self.weight.weight[:, 0]) * self.counts

    def forward(self, ids: Tensor, embedded: Tensor, mask: Tensor) -> Tensor:
        weights = (functional.softplus(self.weight(ids)[..., 0]) * self.counts[ids] * mask)[..., None]
        pooled = (weights * embedded).sum(1) / weights.sum(1).clamp_min(1e-9)
        return functional.normalize(self.project(pooled).float(), dim=-1)


class Head(nn.Module):
    """An exit after a layer: mean of the tokens, weighted by a learned score, then projected."""

    def __init__(self, hidden: int, dimensions: int, *, normalised: bool) -> None:
        super().__init__()
        self.norm = nn.Identity() if normalised else nn.LayerNorm(hidden)
        self.score = nn.Linear(hidden, 1)
        self.project = nn.Linear(hidden, dimensions)
        nn.init.zeros_(self.score.weight)  # begins as the plain mean
        nn.init.zeros_(self.score.bias)
        _near_identity(self.project)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        hidden = self.norm(hidden)
        scores = self.score(hidden)[..., 0].float().masked_fill(~mask.bool(), float("-inf"))
        pooled = (scores.softmax(-1)[..., None] * hidden).sum(1)
        return functional.normalize(self.project(pooled).float(), dim=-1)


class MultiExit(nn.Module):
    """A trunk and its exits. Shapes: B texts, L tokens."""

    def __init__(
        self, trunk: Trunk, exits: Sequence[int], dimensions: int, *, special: Sequence[int] = ()
    ) -> None:
        """`exits` are numbers of layers, 0 for the static one; `special` are ids that exit 0 skips.

        Raises ValueError for exits that are none, repeat, or lie beyond the trunk.
        """
        super().__init__()
        wrong = [k for k in exits if not 0 <= k <= trunk.depth]
        if wrong or not exits or len(set(exits)) != len(exits):
            raise ValueError(f"exits {list(exits)} must be different numbers from 0 to {trunk.depth}")
        self.exits = tuple(sorted(exits))
        self.dimensions = dimensions
        self.trunk = trunk
        self.heads = nn.ModuleDict(
            {
                str(k): Head(trunk.hidden, dimensions, normalised=trunk.normalises)
                if k
                else StaticHead(trunk.table().num_embeddings, trunk.hidden, dimensions, special)
                for k in self.exits
            }
        )

    def forward(self, ids: Tensor, mask: Tensor, until: int | None = None) -> dict[int, Tensor]:
        """(B, L) token ids and mask to one (B, dimensions) unit vector per exit, up to exit `until`.

        Raises ValueError for an exit that does not exist.
        """
        if until is not None and until not in self.exits:
            raise ValueError(f"there is no exit {until}, only {', '.join(map(str, self.exits))}")
        wanted = [k for k in self.exits if until is None or k <= until]
        embedded = self.trunk.table()(ids)
        vectors = {}
        if wanted[0] == 0:
            vectors[0] = self.heads["0"](ids, embedded, mask)
        if wanted[-1] == 0:
            return vectors
        hidden = self.trunk.embed(embedded)
        context = self.trunk.context(mask, hidden)
        for index in range(wanted[-1]):
            hidden = self.trunk.layer(index, hidden, context)
            if index + 1 in wanted:
                vectors[index + 1] = self.heads[str(index + 1)](hidden, mask)
        return vectors


def not_finite(weights: Mapping[str, Tensor]) -> str | None:
    """The name of the first weight that holds NaN or infinite values."""
    return next((name for name, weight in weights.items() if not weight.isfinite().all()), None)


def _near_identity(linear: nn.Linear) -> None:
    """Start a projection as the identity where it is square, so that a pretrained space survives."""
    if linear.in_features == linear.out_features:
        nn.init.eye_(linear.weight)
    else:
        nn.init.orthogonal_(linear.weight)
    if linear.bias is not None:
        nn.init.zeros_(linear.bias)
