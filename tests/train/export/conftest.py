"""A tiny model with heads that have learned something, and its folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from transformers import BertConfig, BertModel

from codegloss.encoder.tokens import Rule, adapt
from codegloss.train.export import About, export_onnx, export_sentence_transformers
from codegloss.train.model import MultiExit
from codegloss.train.trunk import BertTrunk

EXITS = (0, 1, 3)
Vectors = dict[int, NDArray[np.float32]]


def randomised(model: MultiExit) -> MultiExit:
    """With heads that are no longer what they begin as: pooling that is no mean."""
    torch.manual_seed(2)
    for head in model.heads.values():
        for parameter in head.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
    return model.eval()


@pytest.fixture(scope="session")
def texts() -> list[str]:
    return ["def readFile return file", "sort the list", "merge_tree path node", "the"]


@pytest.fixture(scope="session")
def about() -> About:
    return About("tiny", "1", context=64, rule=Rule(), base={"name": "random"})


@pytest.fixture(scope="session")
def tokens(tokeniser: Path) -> str:
    return adapt(tokeniser.read_text())


@pytest.fixture(scope="session")
def configuration() -> dict[str, Any]:
    settings = BertConfig(
        vocab_size=64,
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return settings.to_dict()


@pytest.fixture(scope="session")
def trained(configuration: dict[str, Any]) -> MultiExit:
    """The lowest three of four layers, with exits 0, 1 and 3."""
    torch.manual_seed(0)
    trunk = BertTrunk(BertModel(BertConfig(**configuration), add_pooling_layer=False), 3)
    return randomised(MultiExit(trunk, EXITS, 16, special=(0, 1, 2, 3, 4)))


@pytest.fixture(scope="session")
def vectors(tokens: str, texts: list[str]) -> Callable[[MultiExit], Vectors]:
    """Vectors of `texts` by the torch model, each text alone."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(tokens)

    def of(model: MultiExit) -> Vectors:
        with torch.no_grad():
            rows = [
                model(torch.tensor([ids]), torch.ones(1, len(ids)))
                for ids in (tokenizer.encode(text).ids for text in texts)
            ]
        return {k: np.concatenate([row[k].numpy() for row in rows]) for k in model.exits}

    return of


@pytest.fixture(scope="session")
def folder(
    trained: MultiExit, tokens: str, about: About, texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("exported") / "encoder"
    return export_onnx(trained, tokens, out, about=about, calibration=texts, card="# tiny\n")


@pytest.fixture(scope="session")
def sentence_folder(
    trained: MultiExit,
    tokens: str,
    configuration: dict[str, Any],
    about: About,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    out = tmp_path_factory.mktemp("exported") / "sentence"
    return export_sentence_transformers(trained, tokens, configuration, out, about=about)
