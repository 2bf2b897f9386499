"""StarCoder-2 blocks as an encoder: every token sees every token.

StarCoder-2 (arXiv 2402.19173) is a decoder. As ModularStarEncoder does (arXiv 2503.03008), the
causal mask and the sliding window are taken away and the blocks kept: grouped-query
attention, rotary positions, LayerNorm before each half. Padding is the only mask left.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

Masks = tuple[Tensor, tuple[Tensor, Tensor]]  # (B, 1, 1, L) bool; cosine and sine, (1, L, d / heads)


class Starcoder2Trunk(nn.Module):
    """A `trunk.Trunk` of StarCoder-2 blocks. Shapes: B texts, L tokens, d hidden."""

    normalises = False
    longest: int | None = None

    def __init__(self, model: Any, depth: int) -> None:
        """The first `depth` blocks of a `transformers.Starcoder2Model`, which is left as it was.

        The model's last LayerNorm is left out: each exit has its own.
        """
        super().__init__()
        config = copy.deepcopy(model.config)
        config.sliding_window = None
        config._attn_implementation = "sdpa"  # takes a mask of booleans
        self.family: str = config.model_type
        self.hidden: int = config.hidden_size
        self.depth = depth
        self.dropout: float = config.embedding_dropout
        self.tokens: nn.Embedding = model.embed_tokens
        self.layers: Any = nn.ModuleList(model.layers[:depth])
        self.rotary = rotary(config)
        for layer in model.layers[:depth]:
            layer.self_attn.config = config
            layer.self_attn.is_causal = False

    def table(self) -> nn.Embedding:
        return self.tokens

    def embed(self, embedded: Tensor) -> Tensor:
        return functional.dropout(embedded, self.dropout, self.training)

    def context(self, mask: Tensor, hidden: Tensor) -> Masks:
        places = torch.arange(hidden.shape[1], device=hidden.device)[None]
        return mask.bool()[:, None, None, :], self.rotary(hidden, places)

    def layer(self, index: int, hidden: Tensor, context: Masks) -> Tensor:
        mask, turns = context
        output: Tensor = self.layers[index](hidden, attention_mask=mask, position_embeddings=turns)
        return output


def rotary(config: Any) -> Any:
    """The rotary positions of a StarCoder-2 configuration: computed, never loaded."""
    from transformers.models.starcoder2.modeling_starcoder2 import Starcoder2RotaryEmbedding

    return Starcoder2RotaryEmbedding(config)
