"""The cross-encoder that ships inside the classifier's file."""

from __future__ import annotations

import numpy as np
import pytest

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED as ENCODER
from codegloss.quality.inconsistency.classifier import SHIPPED, load
from codegloss.quality.inconsistency.cross import Cross, padded

PAIRS = [
    ("Read the lines of a text file.", "def read_lines(path):\n    return open(path).read().splitlines()"),
    ("Rotate an image around its centre.", "def rotate(image, degrees):\n    return image.turned(degrees)"),
    (
        "Send a message to each recipient.",
        "def send(server, to):\n    for one in to:\n        server.mail(one)",
    ),
]


@pytest.fixture(scope="module")
def cross() -> Cross:
    if not SHIPPED.is_file() or not ENCODER.is_dir():
        pytest.skip("this build ships no classifier")
    found = load().cross
    if found is None:
        pytest.skip("the shipped classifier has no cross-encoder")
    return found


def test_comments_of_other_code_get_higher_margins(cross: Cross) -> None:
    moved = [(PAIRS[place - 1][0], code) for place, (_, code) in enumerate(PAIRS)]
    assert (cross.margins(PAIRS) < cross.margins(moved)).all()


def test_what_shares_a_batch_does_not_matter(cross: Cross) -> None:
    together = cross.margins([*PAIRS, ("x " * 90, "y " * 300)])[:3]
    assert together == pytest.approx([float(cross.margins([pair])[0]) for pair in PAIRS], abs=1e-4)


def test_empty_and_endless_texts(cross: Cross) -> None:
    margins = cross.margins([("", ""), ("a" * 100_000, "b(" * 100_000), ("Ж漢", "\ud800")])
    assert np.isfinite(margins).all()
    assert cross.margins([]).shape == (0,)


def test_padding() -> None:
    rows = padded([np.array([5, 6], np.int32), np.array([], np.int32)])
    assert rows.tolist() == [[5, 6], [0, 0]]
    assert padded([np.array([], np.int32)]).shape == (1, 1)


def test_bytes_that_are_no_graph_are_refused() -> None:
    if not ENCODER.is_dir():
        pytest.skip("this build ships no encoder")
    with pytest.raises(ValueError, match="not an ONNX graph"):
        Cross(b"PK", open_checkpoint(ENCODER))
