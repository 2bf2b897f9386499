"""The shipped classifier on comments that fit, that were moved, and that cannot be judged."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from codegloss.extract import functions_in
from codegloss.quality.inconsistency.classifier import (
    PRIOR,
    SHIPPED,
    Classifier,
    ClassifierError,
    load,
    read_model,
    reweighted,
    write_model,
)
from codegloss.records import Function

pytestmark = pytest.mark.skipif(not SHIPPED.is_file(), reason="this build ships no classifier")

SOURCE = '''
def read_lines(path, encoding="utf-8"):
    """Read a text file and return its lines without line ends."""
    with open(path, encoding=encoding) as file:
        return file.read().splitlines()


def write_checksum(path, digest):
    """Write the digest of a file beside it."""
    with open(path + ".sha256", "w") as file:
        file.write(digest.hexdigest())


def rotate_image(image, degrees):
    """Rotate an image by some degrees around its centre."""
    return image.transform(Rotation(degrees), image.centre())


def send_mail(server, message, recipients):
    """Send a message to each recipient through the mail server."""
    for recipient in recipients:
        server.send(recipient, message.encode())
'''


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load()


@pytest.fixture
def functions() -> list[Function]:
    return list(functions_in(SOURCE, "python"))


def moved(functions: list[Function]) -> list[Function]:
    """Each function under the comment of the one before it."""
    return [
        replace(
            one,
            comment=other.comment,
            comment_text=other.comment_text,
            summary=other.summary,
            parts=other.parts,
        )
        for one, other in zip(functions, functions[-1:] + functions[:-1], strict=True)
    ]


def test_moved_comments_are_less_probable_to_fit(classifier: Classifier, functions: list[Function]) -> None:
    own, others = classifier.probabilities(functions), classifier.probabilities(moved(functions))
    assert own.shape == (4,)
    assert own.dtype == np.float32
    assert own.max() < others.min()
    assert own.max() < 0.1 < 0.5 < others.min()


def test_one_function_alone_is_judged_too(classifier: Classifier, functions: list[Function]) -> None:
    own = [float(classifier.probabilities([one])[0]) for one in functions]
    others = [float(classifier.probabilities([one])[0]) for one in moved(functions)]
    assert max(own) < min(others)


def test_strange_words_are_those_of_the_other_comment(
    classifier: Classifier, functions: list[Function]
) -> None:
    rotating = moved(functions)[2]  # under "Write the digest of a file beside it."
    assert "digest" in classifier.strangers(rotating)
    assert not {"rotate", "image", "degrees"} & set(classifier.strangers(functions[2]))


def test_nothing_is_said_where_nothing_can_be(classifier: Classifier) -> None:
    german = '"""Gibt das Haus zurück und ist nicht leer."""'
    source = f"def f(x):\n    return x\n\n\ndef g(x):\n    {german}\n    return x\n"
    judged = classifier.judge(functions_in(source, "python"))
    assert [one.reason.name for one in judged if one.reason] == ["no comment", "another language"]
    assert all(np.isnan(one.probability) for one in judged)
    assert classifier.probabilities([]).shape == (0,)


def test_a_function_without_body_is_not_judged(classifier: Classifier) -> None:
    source = "interface A {\n  /** Draws a red circle on the canvas. */\n  void draw(Canvas canvas);\n}"
    (judged,) = classifier.judge(functions_in(source, "java"))
    assert judged.reason
    assert judged.reason.name == "no body"


def test_a_pathological_comment_takes_no_time(classifier: Classifier, functions: list[Function]) -> None:
    long = " ".join(f"word{n} `name{n}` {{@code x{n}}} 1.{n}" for n in range(4_000))
    start = time.perf_counter()
    classifier.probabilities([replace(functions[0], comment_text=long, summary=long[:9_000])])
    classifier.probabilities([replace(functions[0], comment_text="{@code " * 20_000 + "<" * 20_000)])
    assert time.perf_counter() - start < 2


def test_another_prior_moves_the_odds() -> None:
    half = reweighted(np.array([PRIOR, 0.0, 1.0], np.float32), 0.5)
    assert half == pytest.approx([0.5, 0, 1])
    assert reweighted(half, PRIOR, was=0.5) == pytest.approx([PRIOR, 0, 1])
    with pytest.raises(ValueError, match="prior"):
        reweighted(half, 1.0)


def test_a_model_outlives_the_disk(classifier: Classifier, functions: list[Function], tmp_path: Path) -> None:
    write_model(tmp_path / "a.npz", classifier.model, "words")
    model = read_model(tmp_path / "a.npz", "words")
    assert model.cross == classifier.model.cross
    again = Classifier(model, classifier.vocabulary, classifier.cross)
    assert np.array_equal(again.probabilities(functions), classifier.probabilities(functions))


@pytest.mark.parametrize(("tokens", "says"), [("other words", "another encoder")])
def test_a_model_of_another_encoder_is_refused(
    classifier: Classifier, tmp_path: Path, tokens: str, says: str
) -> None:
    write_model(tmp_path / "a.npz", classifier.model, tokens)
    with pytest.raises(ClassifierError, match=says):
        read_model(tmp_path / "a.npz", "words")


def test_a_file_that_is_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_bytes(b"PK")
    with pytest.raises(ClassifierError, match=r"a\.npz: not a classifier"):
        read_model(tmp_path / "a.npz", "words")
    with pytest.raises(ClassifierError, match=r"none\.npz: No such file"):
        read_model(tmp_path / "none.npz", "words")


def test_the_file_is_small_and_says_how_it_was_made() -> None:
    assert SHIPPED.stat().st_size < 15_000_000
    with np.load(SHIPPED) as arrays:
        about = json.loads(str(arrays["about"]))
    assert about["prior"] == PRIOR
    assert about["examples"] > 0
