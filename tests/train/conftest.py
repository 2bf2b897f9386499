"""Tiny models and corpora for the tests of training."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codegloss.dataset import Counts, Writer
from codegloss.records import Pair, arrow_schema, to_arrow
from codegloss.train.model import MultiExit
from codegloss.train.trunk import BertTrunk

VERBS = ["read", "write", "sort", "merge", "count", "open", "close", "find", "drop", "send"]
NOUNS = ["file", "list", "tree", "user", "index", "page", "table", "token", "path", "node"]


def _bert(layers: int = 4, hidden: int = 32, vocabulary: int = 64) -> MultiExit:
    """A random BERT of a few layers with exits 0, 1, 2 and the last."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    configuration = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=4,
        intermediate_size=2 * hidden,
        max_position_embeddings=128,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    trunk = BertTrunk(BertModel(configuration, add_pooling_layer=False), layers)
    return MultiExit(trunk, (0, 1, 2, layers), 16, special=(0, 1, 2, 3))


@pytest.fixture
def bert() -> Callable[[], MultiExit]:
    """Makes the same random BERT each time."""
    return _bert


@pytest.fixture
def tiny() -> MultiExit:
    return _bert().eval()


@pytest.fixture(scope="session")
def tokeniser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tokenizer.json of a BERT tokenizer whose words are those of `corpus`."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *VERBS, *NOUNS, "def", "return", "the", "a"]
    tokenizer = Tokenizer(models.WordPiece({piece: i for i, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(pieces[:5])
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    path = tmp_path_factory.mktemp("tokeniser") / "tokenizer.json"
    tokenizer.save(str(path))
    return path


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of 100 pairs, 80 to train and 20 to validate, from ten repositories of two languages."""
    pairs = []
    for number, (verb, noun) in enumerate((v, n) for v in VERBS for n in NOUNS):
        pairs.append(
            Pair(
                id=f"{number:04d}",
                repository=f"repository {number % 10}",
                path="module",
                qualified_name=f"{verb}_{noun}",
                language=["python", "go"][number % 2],
                licence="MIT",
                text=f"{verb} the {noun}",
                code=f"def {verb} {noun} return {noun}",
                cluster=number,
                split="validation" if number % 5 == 0 else "train",
            )
        )
    out = tmp_path_factory.mktemp("corpus") / "pairs"
    writer = Writer(
        out, name="pairs", main="pairs", tables={"pairs": arrow_schema(Pair)}, parameters={}, versions={}
    )
    writer.write("pairs", to_arrow(pairs, Pair))
    writer.checkpoint(len(pairs), Counts(len(pairs), 0, 0))
    writer.commit(Counts(len(pairs), 0, 0))
    return out
