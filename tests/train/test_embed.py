"""A model in training as an encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from codegloss.train.embed import TorchEncoder
from codegloss.train.model import MultiExit
from codegloss.train.texts import Tokeniser


def test_vectors_do_not_depend_on_what_is_encoded_beside_them(tiny: MultiExit, tokeniser: Path) -> None:
    encoder = TorchEncoder(tiny, Tokeniser(str(tokeniser), 16), precision="float32")
    texts = ["read the file", "", "sort a list of the user", "drop"]
    found = encoder.encode(texts, exit=2)
    assert found.blocks.tolist() == [1, 0, 1, 1]
    assert not found.vectors[1].any()
    for text, vector in zip(texts, found.vectors, strict=True):
        np.testing.assert_allclose(encoder.encode([text], exit=2).vectors[0], vector, atol=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_left_as_it_was(tiny: MultiExit, tokeniser: Path, training: bool) -> None:
    tiny.train(training)
    vectors = TorchEncoder(tiny, Tokeniser(str(tokeniser), 16)).encode_exits(["open the path"])
    assert tiny.training is training
    assert list(vectors) == [0, 1, 2, 4]
    assert torch.is_grad_enabled()
