"""Trunks: encoders taken apart, so that exits can be put between their layers.

A trunk embeds tokens and runs one layer at a time. What lies above the exit asked for is
never computed, because the caller never asks for it.
"""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import Tensor, nn

from codegloss.train.starcoder import Starcoder2Trunk

Context = Any  # what all layers of a trunk share for one batch: masks, rotations


class Trunk(Protocol):
    """The layers of an encoder. Shapes: B texts, L tokens, d hidden."""

    hidden: int  # d
    depth: int  # number of layers
    family: str
    normalises: bool  # True: a layer's output is normalised already (post-norm, as BERT)
    longest: int | None  # tokens of a text that it has positions for; None: positions are computed

    def table(self) -> nn.Embedding:
        """The token embeddings, (vocabulary, d)."""

    def embed(self, embedded: Tensor) -> Tensor:
        """(B, L, d) rows of the table to (B, L, d) input of the first layer."""

    def context(self, mask: Tensor, hidden: Tensor) -> Context:
        """What the layers need beside `hidden`; `mask` (B, L) is true for tokens, false for padding."""

    def layer(self, index: int, hidden: Tensor, context: Context) -> Tensor:
        """(B, L, d) to (B, L, d) through layer `index`, counted from 0."""


class BertTrunk(nn.Module):
    """BERT, RoBERTa and their like: `embeddings`, then `encoder.layer`, normalised after each block."""

    normalises = True

    def __init__(self, model: nn.Module, depth: int) -> None:
        super().__init__()
        self.family: str = model.config.model_type
        self.hidden: int = model.config.hidden_size
        self.depth = depth
        self.embeddings = model.embeddings
        self.layers = nn.ModuleList(model.encoder.layer[:depth])
        positions = model.embeddings.position_embeddings
        # RoBERTa's begin behind the one of padding
        used = 0 if positions.padding_idx is None else positions.padding_idx + 1
        self.longest: int | None = positions.num_embeddings - used

    def table(self) -> nn.Embedding:
        return self.embeddings.word_embeddings

    def embed(self, embedded: Tensor) -> Tensor:
        return self.embeddings(inputs_embeds=embedded)

    def context(self, mask: Tensor, hidden: Tensor) -> Context:
        return mask.bool()[:, None, None, :]

    def layer(self, index: int, hidden: Tensor, context: Context) -> Tensor:
        return self.layers[index](hidden, attention_mask=context)


class ModernBertTrunk(nn.Module):
    """ModernBERT: rotary positions, local and global attention in turn, normalised before each block."""

    normalises = False
    longest: int | None = None

    def __init__(self, model: nn.Module, depth: int) -> None:
        super().__init__()
        self.family: str = model.config.model_type
        self.hidden: int = model.config.hidden_size
        self.depth = depth
        self.window: int = model.config.local_attention // 2  # tokens seen to each side
        self.embeddings = model.embeddings
        self.layers = nn.ModuleList(model.layers[:depth])
        self.rotary = model.rotary_emb

    def table(self) -> nn.Embedding:
        return self.embeddings.tok_embeddings

    def embed(self, embedded: Tensor) -> Tensor:
        return self.embeddings(inputs_embeds=embedded)

    def context(self, mask: Tensor, hidden: Tensor) -> Context:
        places = torch.arange(hidden.shape[1], device=hidden.device)
        near = (places[:, None] - places[None, :]).abs() <= self.window
        everywhere = mask.bool()[:, None, None, :]
        masks = {"full_attention": everywhere, "sliding_attention": everywhere & near}
        turns = {kind: self.rotary(hidden, places[None], kind) for kind in masks}
        return masks, turns

    def layer(self, index: int, hidden: Tensor, context: Context) -> Tensor:
        masks, turns = context
        kind = self.layers[index].attention_type
        return self.layers[index](hidden, attention_mask=masks[kind], position_embeddings=turns[kind])


FAMILIES: dict[str, type[nn.Module]] = {
    "bert": BertTrunk,
    "roberta": BertTrunk,
    "xlm-roberta": BertTrunk,
    "camembert": BertTrunk,
    "modernbert": ModernBertTrunk,
    "starcoder2": Starcoder2Trunk,
}
