"""Contrastive fine-tuning of all exits at once, with batches larger than memory.

Gradient caching (GradCache, arXiv 2101.06983): encode the whole batch without gradient, take
the loss's gradient with respect to the vectors, then encode again in small parts and push that
gradient through each. The result is the gradient of the whole batch, at the memory of a part.
Where memory allows, the first encoding can keep its graph and the second be saved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from codegloss.train.loop import World
from codegloss.train.losses import ContrastiveLoss, same_cluster
from codegloss.train.model import MultiExit
from codegloss.train.pairs import Negatives, Order, Pairs
from codegloss.train.texts import Tokeniser, Tokens, masked

Vectors = dict[int, Tensor]  # exit to (B, dimensions)


@dataclass(frozen=True, slots=True)
class Batch:
    """Token ids of T texts and C >= T codes, and the cluster of each."""

    texts: list[list[int]]
    codes: list[list[int]]
    text_clusters: NDArray[np.int64]  # (T,)
    code_clusters: NDArray[np.int64]  # (C,)


class Finetune(nn.Module):
    """A `loop.Job`: one step is one large batch of pairs."""

    def __init__(
        self,
        model: MultiExit,
        loss: ContrastiveLoss,
        pairs: Pairs,
        order: Order,
        text_tokeniser: Tokeniser,
        code_tokeniser: Tokeniser,
        *,
        part: int,
        cache: bool = True,
        seed: int,
        frequent: NDArray[np.bool_] | None = None,
        mask_probability: float = 0.0,
        negatives: Negatives | None = None,
    ) -> None:
        """`part` texts are encoded at a time; without `cache` the graphs of all parts stay in memory,
        which saves an encoding. `frequent` (vocabulary,) are the code tokens to mask.
        """
        super().__init__()
        self.model = model
        self.loss = loss
        self._pairs = pairs
        self._order = order
        self._text_tokeniser = text_tokeniser
        self._code_tokeniser = code_tokeniser
        self._part = part
        self._cache = cache
        self._seed = seed
        self._frequent = frequent
        self._mask_probability = mask_probability
        self._negatives = negatives
        self._ahead = ThreadPoolExecutor(1, "next-batch")
        self._next: tuple[int, Future[Batch]] | None = None

    @property
    def module(self) -> nn.Module:
        return self

    @property
    def replicated(self) -> set[nn.Parameter]:
        return set(self.loss.parameters())

    def batch(self, step: int) -> Batch:
        """The batch of a step, the same on every process."""
        rows = self._order.rows(step)
        random = np.random.default_rng((self._seed, 1, step))
        code_rows = rows
        if self._negatives is not None:
            code_rows = np.concatenate([rows, self._negatives.sample(rows, step, random)])
        codes = self._codes([self._pairs.codes[int(i)].as_py() for i in code_rows], random)
        coded = np.flatnonzero(self._pairs.coded[rows])
        strings = [self._pairs.texts[int(i)].as_py() for i in rows]
        texts = self._text_tokeniser(strings)
        for place, ids in zip(coded, self._codes([strings[i] for i in coded], random), strict=True):
            texts[place] = ids
        return Batch(texts, codes, self._pairs.clusters[rows], self._pairs.clusters[code_rows])

    def _codes(self, codes: Sequence[str], random: np.random.Generator) -> list[list[int]]:
        """Ids of codes, frequent ones masked."""
        ids = self._code_tokeniser(codes)
        if self._frequent is None or not self._mask_probability:
            return ids
        mask = self._code_tokeniser.mask
        return [masked(code, self._frequent, mask, self._mask_probability, random) for code in ids]

    def _taken(self, step: int) -> Batch:
        """The batch of a step; the next one is made meanwhile."""
        if self._next is not None and self._next[0] == step:
            batch = self._next[1].result()
        else:
            batch = self.batch(step)
        self._next = step + 1, self._ahead.submit(self.batch, step + 1)
        return batch

    def backward(self, step: int, world: World) -> dict[str, float]:
        batch = self._taken(step)
        texts = list(self._parts(batch.texts, self._text_tokeniser, world))
        codes = list(self._parts(batch.codes, self._code_tokeniser, world))
        same = same_cluster(torch.as_tensor(batch.text_clusters), torch.as_tensor(batch.code_clusters)).to(
            world.device
        )
        parts = texts + codes
        with torch.set_grad_enabled(not self._cache):
            states, encoded = [], []
            for _, tokens in parts:
                states.append(_random_state(world))
                encoded.append(self.model(tokens.ids, tokens.mask))
        split = len(texts)
        text_vectors = _assembled(texts, encoded[:split], len(batch.texts), world)
        code_vectors = _assembled(codes, encoded[split:], len(batch.codes), world)
        with torch.autocast(world.device.type, enabled=False):
            loss, figures = self.loss(text_vectors, code_vectors, same)
            loss.backward()
        for number, (rows, tokens) in enumerate(parts):
            gradients = text_vectors if number < split else code_vectors
            if self._cache:
                _set_random_state(states[number], world)
                encoded[number] = self.model(tokens.ids, tokens.mask)
            vectors = encoded[number]
            torch.autograd.backward(list(vectors.values()), [gradients[k].grad[rows] for k in vectors])
        return {"loss": loss.item(), **figures}

    def _parts(
        self, ids: Sequence[list[int]], tokeniser: Tokeniser, world: World
    ) -> Iterator[tuple[Tensor, Tokens]]:
        """This process's texts in parts of like length: their rows in the batch, their tokens."""
        by_length = np.argsort([len(text) for text in ids], kind="stable")
        mine = by_length[world.rank :: world.size]
        for start in range(0, len(mine), self._part):
            rows = mine[start : start + self._part]
            tokens = tokeniser.padded([ids[i] for i in rows]).to(world.device)
            yield torch.as_tensor(rows, device=world.device), tokens


def _assembled(
    parts: Sequence[tuple[Tensor, Tokens]], vectors: Sequence[Vectors], total: int, world: World
) -> Vectors:
    """The vectors of the whole batch in its order, those of other processes included, as leaves."""
    whole = {}
    for k, first in vectors[0].items():
        whole[k] = torch.zeros(total, first.shape[1], device=world.device)
        for (rows, _), part in zip(parts, vectors, strict=True):
            whole[k][rows] = part[k].detach().float()
        if world.size > 1:
            torch.distributed.all_reduce(whole[k])  # each row is zero everywhere but in one process
        whole[k].requires_grad_()
    return whole


def _random_state(world: World) -> Tensor:
    return torch.cuda.get_rng_state() if world.device.type == "cuda" else torch.get_rng_state()


def _set_random_state(state: Tensor, world: World) -> None:
    if world.device.type == "cuda":
        torch.cuda.set_rng_state(state)
    else:
        torch.set_rng_state(state)
