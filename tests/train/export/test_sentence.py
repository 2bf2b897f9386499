"""The folder for sentence-transformers gives the chain's vectors, at the exit that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from codegloss import encoder
from codegloss.train.export import About, ExportError, export_sentence_transformers
from codegloss.train.model import MultiExit


@pytest.fixture(scope="module")
def loaded(sentence_folder: Path) -> SentenceTransformer:
    return SentenceTransformer(str(sentence_folder), trust_remote_code=True, device="cpu")


def test_each_exit_is_an_argument_and_the_last_is_the_default(
    loaded: SentenceTransformer, folder: Path, texts: list[str]
) -> None:
    chain = encoder.load(folder, threads=1)
    for k in chain.exits:
        assert ((loaded.encode(texts, exit=k) * chain.encode(texts, exit=k).vectors).sum(-1) > 0.995).all()
    assert np.array_equal(loaded.encode(texts), loaded.encode(texts, exit=3))
    assert loaded.get_embedding_dimension() == 16
    with pytest.raises(ValueError, match="no exit 2, only 0, 1, 3"):
        loaded.encode(texts, exit=2)


def test_only_exit_0_sees_more_than_the_context(loaded: SentenceTransformer, folder: Path) -> None:
    cut = "read " * 62  # and two marks
    long = cut + "merge tree " * 30
    whole = encoder.load(folder, threads=1).encode([long], exit=0).vectors
    assert (loaded.encode([long], exit=0) * whole).sum() > 0.9999
    assert (loaded.encode([cut], exit=0) * whole).sum() < 0.99
    assert np.array_equal(loaded.encode([long], exit=1), loaded.encode([cut], exit=1))


def test_the_vectors_are_the_trained_models(
    trained: MultiExit,
    tokens: str,
    configuration: dict[str, Any],
    about: About,
    texts: list[str],
    tmp_path: Path,
    vectors: Callable[[MultiExit], dict[int, Any]],
) -> None:
    out = export_sentence_transformers(trained, tokens, configuration, tmp_path / "out", about=about)
    model = SentenceTransformer(str(out), trust_remote_code=True, device="cpu", model_kwargs={"exit": 1})
    expected = vectors(trained)
    assert np.allclose(model.encode(texts), expected[1], atol=1e-5)
    for k in expected:
        assert np.allclose(model.encode(texts, exit=k), expected[k], atol=1e-5)


def test_stopping_early_runs_nothing_above(loaded: SentenceTransformer, texts: list[str]) -> None:
    ran: list[int] = []
    hooks = [
        layer.register_forward_hook(lambda *_, number=number: ran.append(number))
        for number, layer in enumerate(loaded[0].auto_model.encoder.layer)
    ]
    loaded.encode(texts, exit=1)
    for hook in hooks:
        hook.remove()
    assert ran == [0]
    assert len(loaded[0].auto_model.encoder.layer) == 3


def test_it_can_be_saved_and_loaded_again(
    loaded: SentenceTransformer, texts: list[str], tmp_path: Path
) -> None:
    loaded.save(str(tmp_path / "saved"))
    again = SentenceTransformer(str(tmp_path / "saved"), trust_remote_code=True, device="cpu")
    for k in (0, 1, 3):
        assert np.allclose(again.encode(texts, exit=k), loaded.encode(texts, exit=k), atol=1e-6)


def test_an_exit_that_is_none_is_refused(
    trained: MultiExit, tokens: str, configuration: dict[str, Any], about: About, tmp_path: Path
) -> None:
    with pytest.raises(ExportError, match="no exit 2"):
        export_sentence_transformers(trained, tokens, configuration, tmp_path / "out", about=about, exit=2)
