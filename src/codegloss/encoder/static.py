"""Exit 0: a weighted mean over the token table, and nothing else.

The vector of a text is Σ w(t) · E(t) over its tokens, projected and brought to length 1; the
sum need not be divided by the weights, as only the direction counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.checkpoint import TokenTable


class StaticExit:
    """The token table, weighted and ready to be summed; V × d float32, 47 MB for the shipped encoder."""

    def __init__(self, tokens: TokenTable, marks: Sequence[int]) -> None:
        """`marks` are tokens that do not count: those that stand for no text."""
        assert tokens.weight is not None
        assert tokens.project is not None
        factor = tokens.weight * tokens.scale
        factor[[mark for mark in marks if mark < len(factor)]] = 0
        self._rows = tokens.table * factor[:, None]
        self._project = tokens.project

    def pool(self, texts: Sequence[bytes]) -> NDArray[np.float32]:
        """(n, dimensions) unit vectors of n texts, each its packed int32 token ids; 0 for one without."""
        from scipy.sparse import csr_array

        lengths = np.fromiter(map(len, texts), np.int64, len(texts)) // 4
        ends = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)  # as ids are: else these are copied
        ids = np.frombuffer(b"".join(texts), np.int32)
        ones = np.ones(len(ids), np.float32)
        counts = csr_array((ones, ids, ends), shape=(len(texts), len(self._rows)))
        sums: NDArray[np.float32] = counts @ self._rows
        return unit(sums @ self._project)


def unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows brought to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    lengths[lengths == 0] = 1
    scaled: NDArray[np.float32] = vectors / lengths
    return scaled
