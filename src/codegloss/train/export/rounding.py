"""From floats to 8-bit integers with scales: to the nearest, or so that errors make up for each other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_TINY = 1e-12
_BLOCK = 64  # rows whose errors reach the rows below together
_DAMPING = 0.01  # of the mean of the diagonal, as in the paper


def quantised(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers from −127 to 127 and scales; `axis` is the one along which a scale is shared."""
    scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), _TINY).astype(np.float32) / np.float32(
        127
    )
    return np.clip(np.rint(weight / scale), -127, 127).astype(np.int8), scale.squeeze(axis)


def rounded(weight: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The numbers that `quantised` stands for."""
    integers, scale = quantised(weight, axis)
    return integers.astype(np.float32) * np.expand_dims(scale, axis)


def spreading(gram: NDArray[np.float64]) -> NDArray[np.float32]:
    """(K, K), upper triangular: how `compensated` spreads errors, for inputs with this `gram`."""
    width = len(gram)
    damping = max(_DAMPING * float(np.trace(gram)) / width, _TINY)
    inverse = np.linalg.inv(gram + damping * np.eye(width))
    factor: NDArray[np.float32] = np.linalg.cholesky(inverse).T.astype(np.float32)
    return factor


def compensated(
    weight: NDArray[np.float32], spread: NDArray[np.float32]
) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """As `quantised` along axis 0, with a smaller error of x · W (W (K, N)) for the inputs x of `spread`.

    A row of W is rounded after the other, and the rows below it are moved to where they undo most of
    its error (GPTQ, arXiv 2210.17323).
    """
    _, scale = quantised(weight, axis=0)
    left, width = weight.astype(np.float32), len(weight)  # a copy
    integers = np.zeros(weight.shape, np.int8)
    for start in range(0, width, _BLOCK):
        stop = min(start + _BLOCK, width)
        errors = np.zeros((stop - start, weight.shape[1]), np.float32)
        for row in range(start, stop):
            integers[row] = np.clip(np.rint(left[row] / scale), -127, 127)
            errors[row - start] = (left[row] - integers[row] * scale) / spread[row, row]
            left[row + 1 : stop] -= np.outer(spread[row, row + 1 : stop], errors[row - start])
        left[stop:] -= spread[start:stop, stop:].T @ errors
    return integers, scale
