"""What `--model` may name, and what is said of everything else."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from codegloss.encoder import EncoderError
from codegloss.evaluate.systems import open_encoder


def test_what_is_no_model_is_told_what_would_be(tmp_path: Path) -> None:
    for model in ("nothing-here", str(tmp_path)):
        with pytest.raises(EncoderError, match=r"no model there; give bm25, .*sentence-transformers loads"):
            open_encoder(model)


def test_without_sentence_transformers_the_install_command_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "modules.json").write_text("[]")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderError, match=r"pip install 'codegloss\[train\]'"):
        open_encoder(str(tmp_path))


@pytest.mark.slow  # imports torch
def test_a_folder_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(EncoderError, match=r"cannot be loaded by sentence-transformers") as caught:
        open_encoder(str(tmp_path))
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def tiny_model(folder: Path) -> Path:
    """A sentence-transformers model of one small layer, its weights drawn at random."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "read", "write", "file", "a", "b"]
    base = folder / "base"
    base.mkdir()
    (base / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab_file=str(base / "vocab.txt")).save_pretrained(base)
    size = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(words), **size)).save_pretrained(base)
    transformer = Transformer(str(base))
    SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu").save(str(folder / "tiny"))
    return folder / "tiny"


@pytest.mark.slow
def test_a_sentence_transformers_model_is_an_encoder(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    import numpy as np

    encoder = open_encoder(str(tiny_model(tmp_path)))
    assert (encoder.name, encoder.dimensions, encoder.exits) == ("tiny", 16, (1,))
    heard: list[int] = []
    texts = ["read a file", "", "write", "read a file"]
    encoding = encoder.encode(texts, languages=["python"] * 4, progress=heard.append)
    assert sum(heard) == 3
    assert encoding.blocks.tolist() == [1, 0, 1, 1]
    np.testing.assert_allclose(np.linalg.norm(encoding.vectors, axis=1), [1, 0, 1, 1], atol=1e-5)
    np.testing.assert_allclose(encoding.vectors[0], encoding.vectors[3], atol=1e-6)
    assert encoder.encode(["read a", "a " * 600], languages=["python"] * 2).cut == 1
    with pytest.raises(EncoderError, match="no exit 7, only 1"):
        encoder.encode(["read"], exit=7)
