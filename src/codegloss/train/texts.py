"""Text to token ids for training: padded, cut to a length, frequent code tokens masked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from codegloss.encoder.tokens import well_formed


@dataclass(frozen=True, slots=True)
class Tokens:
    """Token ids of B texts, padded to the longest, and the mask that says which are real."""

    ids: Tensor  # (B, L) int64
    mask: Tensor  # (B, L) bool

    def to(self, device: torch.device) -> Tokens:
        """The same on another device."""
        return Tokens(self.ids.to(device, non_blocking=True), self.mask.to(device, non_blocking=True))


class Tokeniser:
    """A Hugging Face fast tokenizer that cuts at `length` tokens, for training only."""

    def __init__(self, path: str, length: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(path)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length)
        self.padding: int = self._special("[PAD]", "<pad>", "<|endoftext|>")
        self.mask: int = self._special("[MASK]", "<mask>", "<unk>")

    def _special(self, *names: str) -> int:
        found = [i for i in map(self._tokenizer.token_to_id, names) if i is not None]
        if not found:
            raise ValueError(f"the tokenizer has none of {', '.join(names)}")
        return int(found[0])

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text, special tokens included; one of padding where there would be none."""
        encodings = self._tokenizer.encode_batch_fast([well_formed(text) for text in texts])
        return [encoding.ids or [self.padding] for encoding in encodings]

    def padded(self, ids: Sequence[Sequence[int]]) -> Tokens:
        """Lists of ids as one batch."""
        lengths = np.fromiter(map(len, ids), np.int64, len(ids))
        mask = np.arange(lengths.max()) < lengths[:, None]
        padded = np.full(mask.shape, self.padding)
        padded[mask] = np.fromiter(chain.from_iterable(ids), np.int64, lengths.sum())
        return Tokens(torch.from_numpy(padded), torch.from_numpy(mask))


def frequent_tokens(
    documents: Sequence[Sequence[int]], share: float, special: Sequence[int]
) -> frozenset[int]:
    """Tokens that occur in more than `share` of the documents, special ones excepted."""
    counts: dict[int, int] = {}
    for document in documents:
        for token in set(document):
            counts[token] = counts.get(token, 0) + 1
    limit = share * len(documents)
    return frozenset(token for token, count in counts.items() if count > limit) - frozenset(special)


def masked(
    ids: list[int], frequent: NDArray[np.bool_], mask: int, probability: float, random: np.random.Generator
) -> list[int]:
    """Replace frequent tokens by `mask` with a probability; `frequent` (vocabulary,) says which they are."""
    array = np.asarray(ids)
    chosen = frequent[array] & (random.random(len(array)) < probability)
    replaced: list[int] = np.where(chosen, mask, array).tolist()
    return replaced
