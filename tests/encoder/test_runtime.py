"""What the vectors of a text may depend on: the text, the exit, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tiny_encoder import CONTEXT, DIMENSIONS, describe, write

from codegloss.encoder import EncoderError, ExitEncoder, load
from codegloss.encoder.chain import Chain
from codegloss.encoder.checkpoint import open_checkpoint

if TYPE_CHECKING:
    from conftest import Python

TEXTS = [
    "get user name", "def f(x): return x", "", "x", "getUserName", "a list of the value", "  \n\t", "();",
    "def read(data):\n    for x in data:\n        if x > y:\n            raise error\n    return data\n" * 4,
    "get user name", "the\ud800 value", "\ud800", "漢字 ü",
]  # fmt: skip
LANGUAGES = [None, "python", None, None, None, None, "java", "c", "python", None, "klingon", None, None]
LONG, EMPTY = 8, [2, 6, 7, 11]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> ExitEncoder:
    return load(write(tmp_path_factory.mktemp("encoders") / "tiny"))


@pytest.mark.parametrize("exit", [0, 1, 2])
def test_vectors_have_length_one_or_are_zero(shared: ExitEncoder, exit: int) -> None:
    found = shared.encode(TEXTS, languages=LANGUAGES, exit=exit)
    assert found.vectors.shape == (len(TEXTS), DIMENSIONS)
    assert found.vectors.dtype == np.float32
    expected = np.ones(len(TEXTS))
    expected[EMPTY] = 0
    assert_allclose(np.linalg.norm(found.vectors, axis=1), expected, atol=1e-6)
    assert (found.blocks == 0).tolist() == (expected == 0).tolist()
    assert (found.blocks > 1).tolist() == [exit > 0 and place == LONG for place in range(len(TEXTS))]


@pytest.mark.parametrize("exit", [0, 1, 2])
def test_a_vector_depends_on_its_own_text_alone(shared: ExitEncoder, exit: int) -> None:
    together = shared.encode(TEXTS, languages=LANGUAGES, exit=exit)
    order = np.random.default_rng(0).permutation(len(TEXTS))
    shuffled = shared.encode([TEXTS[i] for i in order], languages=[LANGUAGES[i] for i in order], exit=exit)
    assert_allclose(shuffled.vectors, together.vectors[order], atol=1e-6)
    for place, (text, language) in enumerate(zip(TEXTS, LANGUAGES, strict=True)):
        alone = shared.encode([text], languages=[language], exit=exit)
        assert_allclose(alone.vectors[0], together.vectors[place], atol=1e-6)
        assert alone.blocks[0] == together.blocks[place]


def test_stopping_early_is_the_same_as_a_shorter_chain(folder: Path, tmp_path: Path) -> None:
    whole = load(folder).encode(TEXTS)
    early = load(folder).encode(TEXTS, exit=1)
    encoder = load(folder)
    encoder.encode(TEXTS, exit=2)
    assert_allclose(encoder.encode(TEXTS, exit=1).vectors, early.vectors, atol=1e-6)
    assert_allclose(encoder.encode(TEXTS, exit=2).vectors, whole.vectors, atol=1e-6)
    assert not np.allclose(early.vectors, whole.vectors, atol=1e-2)


def test_nothing_above_the_exit_is_opened(folder: Path) -> None:
    encoder = load(folder)
    for exit, opened in ((0, 0), (1, 1), (0, 1), (2, 2)):
        encoder.encode(TEXTS, exit=exit)
        assert encoder._chain.opened == opened


def test_padding_changes_nothing(folder: Path) -> None:
    checkpoint = open_checkpoint(folder)
    chain = Chain(checkpoint, checkpoint.tokens())
    short, long = np.array([2, 7, 3], np.int32), np.arange(2, 14, dtype=np.int32)
    for exit in (1, 2):
        assert_allclose(chain.run([short, long], exit)[0], chain.run([short], exit)[0], atol=1e-6)


def test_the_chain_computes_what_its_formula_says(folder: Path) -> None:
    import onnx
    from onnx import numpy_helper

    checkpoint = open_checkpoint(folder)
    tokens = checkpoint.tokens()
    ids = np.array([2, 9, 8, 3], np.int32)
    graph = onnx.load(str(folder / "segment-1.onnx")).graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    states = tokens.table[ids] * tokens.scale[ids][:, None]
    states = states + np.tanh(states.mean(0) @ weights["A"] + states @ weights["B"])
    vector = states.sum(0) @ weights["P"]
    expected = vector / np.linalg.norm(vector)
    assert_allclose(Chain(checkpoint, tokens).run([ids], 1)[0], expected, atol=1e-6)


def test_a_long_text_is_the_mean_of_its_blocks(shared: ExitEncoder) -> None:
    budget = CONTEXT - 2
    first, second = "user " * budget, "server " * (budget // 2)
    parts = shared.encode([first, second], exit=2).vectors
    sums = parts[0] * budget + parts[1] * (budget // 2)
    whole = shared.encode([first + second], exit=2)
    assert whole.blocks.tolist() == [2]
    assert_allclose(whole.vectors[0], sums / np.linalg.norm(sums), atol=1e-6)


def test_what_comes_last_in_a_long_text_still_counts(shared: ExitEncoder) -> None:
    head = "get user name\n" * 50
    for exit in shared.exits:
        one, other = shared.encode([head + "server", head + "error"], exit=exit).vectors
        assert not np.allclose(one, other, atol=1e-6)


def test_progress_counts_every_text_once(shared: ExitEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegloss.encoder.runtime.WINDOW_TEXTS", 3)
    monkeypatch.setattr("codegloss.encoder.runtime.STATIC_WINDOW_TEXTS", 4)
    plain = shared.encode(TEXTS, languages=LANGUAGES)
    for exit in shared.exits:
        done: list[int] = []
        found = shared.encode(TEXTS, languages=LANGUAGES, exit=exit, progress=done.append)
        assert sum(done) == len(TEXTS)
        assert len(done) > 2
    assert_allclose(found.vectors, plain.vectors, atol=1e-6)


def test_no_texts_are_no_error(shared: ExitEncoder) -> None:
    for exit in shared.exits:
        found = shared.encode([], exit=exit)
        assert found.vectors.shape == (0, DIMENSIONS)
        assert found.blocks.shape == (0,)


def test_what_is_no_list_of_texts_is_refused(shared: ExitEncoder) -> None:
    with pytest.raises(TypeError, match="one string"):
        shared.encode("get user")
    with pytest.raises(TypeError, match="NoneType, float"):
        shared.encode(["get", None, float("nan")])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="1 languages for 2 texts"):
        shared.encode(["get", "user"], languages=["python"])


def test_a_prompt_is_put_before_a_text_but_not_before_none(folder: Path) -> None:
    plain = load(folder)
    describe(folder, {"prompts": {"text": "get ", "code": "def "}})
    prompted = load(folder)
    found = prompted.encode(["user", "user", ""], languages=[None, "python", None])
    expected = plain.encode(["get user", "def user", ""])
    assert_allclose(found.vectors, expected.vectors, atol=1e-6)


def test_any_number_of_threads_gives_the_same(folder: Path) -> None:
    expected = load(folder, threads=1).encode(TEXTS).vectors
    assert_allclose(load(folder, threads=5).encode(TEXTS).vectors, expected, atol=1e-6)


@settings(max_examples=40)
@given(st.lists(st.text(max_size=80), max_size=5), st.sampled_from([0, 1, 2]))
def test_nothing_is_ever_nan(shared: ExitEncoder, texts: list[str], exit: int) -> None:
    lengths = np.linalg.norm(shared.encode(texts, exit=exit).vectors, axis=1)
    assert (np.isclose(lengths, 1, atol=1e-5) | (lengths == 0)).all()


def test_a_million_tokens(shared: ExitEncoder) -> None:
    found = shared.encode(["get user = name + 1\n" * 200_000], exit=0)
    assert found.blocks.tolist() == [1]
    assert found.vectors.any()


def test_neither_torch_nor_a_network_is_needed(folder: Path, python: Python) -> None:
    script = (
        "import socket, sys\n"
        "def refuse(*_): raise OSError('no network here')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "import codegloss.encoder\n"
        "heavy = {'torch', 'transformers', 'onnxruntime', 'tokenizers', 'scipy', 'daft'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        f"encoder = codegloss.encoder.load({str(folder)!r})\n"
        "print(encoder.encode(['get user'], languages=['python']).vectors.any())\n"
        "assert not {'torch', 'transformers'} & set(sys.modules)\n"
    )
    done = python("-c", script)
    assert (done.stdout.strip(), done.stderr) == ("True", "")


def test_a_build_without_an_encoder_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("codegloss.encoder.runtime.SHIPPED", tmp_path / "weights")
    with pytest.raises(EncoderError, match="ships no encoder"):
        load()
