"""A model in training as an `Encoder`: for validation, for mining, for comparing with its export."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from codegloss.encoder import Encoding
from codegloss.train.loop import Precision
from codegloss.train.model import MultiExit
from codegloss.train.texts import Tokeniser

BATCH_TOKENS = {"cpu": 8192, "cuda": 131_072}  # padded tokens encoded at a time


class TorchEncoder:
    """Encodes with a torch model, for training alone: texts are cut at the tokeniser's length.

    A text without a word gets a row of zeros and 0 blocks, as `encoder.Encoding` says.
    """

    def __init__(
        self,
        model: MultiExit,
        tokeniser: Tokeniser,
        name: str = "model in training",
        *,
        precision: Precision = "bfloat16",
    ) -> None:
        self._model = model
        self._tokeniser = tokeniser
        self._precision = precision
        self.name = name
        self.dimensions = model.dimensions
        self.exits = model.exits

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        vectors = self.encode_exits(texts, exit, progress)[self.exits[-1] if exit is None else exit]
        there = np.array([bool(text.strip()) for text in texts], dtype=np.int32)
        vectors[there == 0] = 0.0
        return Encoding(vectors, there)

    def encode_exits(
        self, texts: Sequence[str], until: int | None = None, progress: Callable[[int], None] | None = None
    ) -> dict[int, np.ndarray]:
        """(n, dimensions) float32 vectors of each exit up to `until`, in one pass."""
        device = next(self._model.parameters()).device
        training = self._model.training
        self._model.eval()
        ids = self._tokeniser(texts)
        wanted = [k for k in self.exits if until is None or k <= until]
        vectors = {k: np.zeros((len(texts), self.dimensions), np.float32) for k in wanted}
        order = np.argsort([len(text) for text in ids], kind="stable")
        most = BATCH_TOKENS.get(device.type, BATCH_TOKENS["cpu"])
        start = 0
        mixed = torch.autocast(device.type, torch.bfloat16, enabled=self._precision == "bfloat16")
        with torch.inference_mode(), mixed:
            while start < len(order):
                longest = len(ids[order[start]])
                stop = start + 1
                while stop < len(order):
                    longest = max(longest, len(ids[order[stop]]))
                    if longest * (stop - start + 1) > most:
                        break
                    stop += 1
                rows = order[start:stop]
                tokens = self._tokeniser.padded([ids[i] for i in rows]).to(device)
                for k, part in self._model(tokens.ids, tokens.mask, until).items():
                    vectors[k][rows] = part.float().cpu().numpy()
                if progress:
                    progress(len(rows))
                start = stop
        self._model.train(training)
        return vectors
