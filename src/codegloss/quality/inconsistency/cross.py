"""A small cross-encoder: comment and code read together, token by token, to one number.

Sentence vectors are made of each side alone and hardly see that `<` became `<=` or `first` became `last`;
attention over both sides can. The model is made by recipes/inconsistency/cross.py: two layers, 128 wide, on
the token table of the shipped encoder's exit 0. It runs in onnxruntime on one thread.

Inputs `text` (B, T, hidden) and `code` (B, C, hidden), float32 rows of the table times the weights of exit 0;
`text_mask` (B, T) and `code_mask` (B, C), bool; `same` (B, T, C), bool, where the two tokens are equal.
Output `margin` (B,), in log odds of an even prior, higher where the two do not belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.checkpoint import Checkpoint

Floats = NDArray[np.float32]
Ids = NDArray[np.int32]
TEXT_TOKENS, CODE_TOKENS = 48, 112  # of longer ones the first
TEXT_CHARACTERS, CODE_CHARACTERS = 1_500, 4_000  # that are tokenised
_BATCH = 12  # pairs run together, of like length: their states stay in a core's cache


class Cross:
    """A cross-encoder and the token table that it was made for; one for each thread."""

    def __init__(self, model: bytes, checkpoint: Checkpoint) -> None:
        """`model` is an ONNX graph. Raises EncoderError for a token table that cannot be read, ValueError
        for an encoder without exit 0 and for bytes that are no graph."""
        tokens = checkpoint.tokens()
        if tokens.weight is None:
            raise ValueError(f"{checkpoint.folder}: the encoder has no exit 0")
        self._tokeniser = checkpoint.tokeniser()
        self._table = tokens.table
        self._factor = tokens.weight * tokens.scale
        self._factor[list(self._tokeniser.specials)] = 0
        self._session = _opened(model)

    def margins(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """(n,) margins of n pairs of a comment's summary and code without comments."""
        texts = [self._ids(text[:TEXT_CHARACTERS])[:TEXT_TOKENS] for text, _ in pairs]
        codes = [self._ids(code[:CODE_CHARACTERS])[:CODE_TOKENS] for _, code in pairs]
        found = np.zeros(len(pairs), np.float32)
        order = sorted(range(len(pairs)), key=lambda place: (len(codes[place]), len(texts[place])))
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            found[places] = self._run([texts[place] for place in places], [codes[place] for place in places])
        return found

    def _ids(self, text: str) -> Ids:
        return self._tokeniser.ids(text)

    def _run(self, texts: Sequence[Ids], codes: Sequence[Ids]) -> Floats:
        text, code = padded(texts), padded(codes)
        same = (text[:, :, None] == code[:, None, :]) & (text > 0)[:, :, None]
        inputs = {
            "text": self._rows(text), "code": self._rows(code), "text_mask": text > 0, "code_mask": code > 0,
            "same": same,
        }  # fmt: skip
        margins: Floats = self._session.run(["margin"], inputs)[0]
        return margins

    def _rows(self, ids: Ids) -> Floats:
        rows: Floats = self._table[ids] * self._factor[ids][..., None]
        return rows


def padded(lists: Sequence[Ids]) -> Ids:
    """(n, longest) ids of n texts, 0 behind the end of each; one column at least."""
    ids = np.zeros((len(lists), max([1, *map(len, lists)])), np.int32)
    for row, some in zip(ids, lists, strict=True):
        row[: len(some)] = some
    return ids


def _opened(model: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions have no common base of their own
        raise ValueError(f"not an ONNX graph ({str(error).splitlines()[0]})") from error
