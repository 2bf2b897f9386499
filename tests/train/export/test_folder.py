"""The encoder's folder: what the runtime reads gives the model's vectors, and comes out the same twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from codegloss import encoder
from codegloss.train.export import About, ExportError, export_onnx
from codegloss.train.model import MultiExit


def least_cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(((a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)).min())


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_every_exit_gives_the_models_vectors(
    folder: Path, trained: MultiExit, texts: list[str], vectors: Callable[[MultiExit], dict[int, Any]]
) -> None:
    loaded = encoder.load(folder, threads=1)
    assert loaded.exits == trained.exits
    for k, expected in vectors(trained).items():
        assert least_cosine(loaded.encode(texts, exit=k).vectors, expected) > 0.99


def test_a_text_has_the_same_vector_whatever_shares_its_batch(folder: Path) -> None:
    from onnxruntime import InferenceSession

    session = InferenceSession(folder / "segment-1.onnx")
    rows = np.random.default_rng(0).normal(size=(2, 9, 32)).astype(np.float32)
    rows[1] *= 50  # would spoil a scale that the batch shares
    mask = np.ones((2, 9), np.int64)
    mask[0, 6:] = 0
    together = session.run(["vector"], {"embedded": rows, "mask": mask})[0][0]
    alone = session.run(["vector"], {"embedded": rows[:1, :6], "mask": mask[:1, :6]})[0][0]
    assert np.allclose(together, alone, atol=1e-5)


def test_two_exports_are_equal_and_unquantised_layers_are_nearer(
    folder: Path,
    trained: MultiExit,
    tokens: str,
    about: About,
    texts: list[str],
    tmp_path: Path,
    vectors: Callable[[MultiExit], dict[int, Any]],
) -> None:
    again = export_onnx(trained, tokens, tmp_path / "again", about=about, calibration=texts, card="# tiny\n")
    assert contents(again) == contents(folder)
    exact = export_onnx(trained, tokens, tmp_path / "again", about=about, quantise="none")
    assert not (exact / "MODEL_CARD.md").exists()  # nothing is left of what stood there
    loaded = encoder.load(exact, threads=1)
    for k, expected in vectors(trained).items():
        assert least_cosine(loaded.encode(texts, exit=k).vectors, expected) > 0.9995


def test_the_description_says_what_the_model_is(folder: Path) -> None:
    described = json.loads((folder / "encoder.json").read_text())
    assert described["exits"] == [0, 1, 3]
    assert described["base"] == {"name": "random"}
    assert sorted(described["files"]) == ["segment-1.onnx", "segment-2.onnx", "tokenizer.json", "tokens.npz"]
    assert (folder / "MODEL_CARD.md").read_text() == "# tiny\n"


def test_graphs_hold_no_trace_of_the_machine(folder: Path) -> None:
    for path in folder.glob("*.onnx"):
        assert b"/site-packages/" not in path.read_bytes()
        assert b".py" not in path.read_bytes()


def test_nothing_else_is_overwritten(trained: MultiExit, tokens: str, about: About, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ExportError, match="holds something else"):
        export_onnx(trained, tokens, tmp_path, about=about)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_weights_that_are_no_numbers_are_refused(
    bert: Callable[[], MultiExit], tokens: str, about: About, tmp_path: Path
) -> None:
    model = bert()
    with torch.no_grad():
        model.heads["2"].score.bias.fill_(float("nan"))
    with pytest.raises(ExportError, match=r"heads\.2\.score\.bias"):
        export_onnx(model, tokens, tmp_path / "out", about=about)
    assert list(tmp_path.iterdir()) == []
