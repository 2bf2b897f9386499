"""Exit 0 is a weighted mean of the token table."""

from __future__ import annotations

import numpy as np
from numpy.testing import assert_allclose

from codegloss.encoder.checkpoint import TokenTable
from codegloss.encoder.static import StaticExit, unit

# Three tokens in two dimensions: 0 is a mark, 1 points right, 2 points up; up counts twice.
TABLE = TokenTable(
    table=np.array([[9, 9], [2, 0], [0, 4]], np.int8),
    scale=np.array([1, 0.5, 0.25], np.float32),
    weight=np.array([1, 1, 2], np.float32),
    project=np.eye(2, dtype=np.float32),
)


def packed(*ids: int) -> bytes:
    return np.array(ids, np.int32).tobytes()


def test_tokens_count_by_weight_and_marks_do_not() -> None:
    vectors = StaticExit(TABLE, marks=[0]).pool(
        [packed(1), packed(1, 2), packed(0, 1, 0), packed(), packed(1, 1, 2)]
    )
    expected = [[1, 0], unit(np.array([[1, 2]], np.float32))[0], [1, 0], [0, 0], [0.5**0.5, 0.5**0.5]]
    assert_allclose(vectors, expected, atol=1e-6)
    assert vectors.dtype == np.float32


def test_the_projection_comes_before_the_length() -> None:
    turned = TokenTable(TABLE.table, TABLE.scale, TABLE.weight, np.array([[0, 3], [-1, 0]], np.float32))
    assert_allclose(
        StaticExit(turned, []).pool([packed(1, 2)]), unit(np.array([[-2, 3]], np.float32)), atol=1e-6
    )


def test_text_of_marks_alone_has_no_direction() -> None:
    assert_allclose(StaticExit(TABLE, marks=[0]).pool([packed(0, 0)]), [[0, 0]])
