"""How probable it is that a comment does not fit its code, learnt from comments that were moved or changed.

`P(inconsistent)` is what gradient-boosted trees make of the features of `features`, one of them the margin of
a small cross-encoder (`cross`), calibrated on repositories that none of the two ever saw, at a prior of 10 %:
where a tenth of the comments is moved or changed so, of those given 0.3 three in ten are. `reweighted` moves
it to another prior.

What it sees: comments that belong to other code, names, parts and words that the code lacks, words turned to
their opposite. What it hardly sees: whether a condition is the right way round, or a number is off by one,
where the words stay the same. The model was not told which comments of real code are wrong, for nobody
knows: it takes them all as right.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED as ENCODER
from codegloss.quality.inconsistency import bank as banks
from codegloss.quality.inconsistency.bank import Bank
from codegloss.quality.inconsistency.cross import Cross
from codegloss.quality.inconsistency.features import Example, around, measure, strangers
from codegloss.quality.inconsistency.trees import Forest, from_arrays
from codegloss.quality.inconsistency.vocabulary import Vocabulary
from codegloss.quality.reading import code, prose
from codegloss.quality.reasons import Reason
from codegloss.records import Function

FORMAT = 2
PRIOR = 0.1  # share of inconsistent comments at which probabilities are calibrated
SHIPPED = Path(__file__).parent / "inconsistency.npz"
BATCH = 512  # functions measured together

Floats = NDArray[np.float32]


class ClassifierError(Exception):
    """A model that cannot be used: one line with the file and the cure."""


@dataclass(frozen=True, slots=True)
class Model:
    """What the file of a classifier holds."""

    features: tuple[str, ...]  # columns of the samples, by name
    forest: Forest
    bank: Bank  # that comments and code are compared with
    cross: bytes | None  # the graph of a cross-encoder, where a feature is its margin
    slope: float  # of Platt's calibration: P = σ(slope · margin + offset)
    offset: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the classifier says of one function."""

    probability: float  # NaN where it says nothing
    reason: Reason | None  # why it says nothing


class Classifier:
    """A model and the words that it knows; one for each thread."""

    def __init__(self, model: Model, vocabulary: Vocabulary, cross: Cross | None = None) -> None:
        self.model = model
        self.vocabulary = vocabulary
        self.cross = cross

    def probabilities(self, functions: Sequence[Function]) -> Floats:
        """P(inconsistent) of each, (n,); NaN where a comment cannot be judged: `judge` says why.

        Functions of one file are compared with each other, so give files whole.
        """
        return np.array([one.probability for one in self.judge(functions)], np.float32)

    def judge(self, functions: Sequence[Function]) -> list[Judgement]:
        """The same, with the reason why a comment cannot be judged."""
        return self.judge_examples(list(around(functions)))

    def strangers(self, function: Function) -> list[str]:
        """Words of the summary that nothing in the code is like, three at most: where to look."""
        said = prose(function)
        return [] if isinstance(said, Reason) else strangers(said, code(function), self.vocabulary)

    def judge_examples(self, examples: Sequence[Example]) -> list[Judgement]:
        """Judgements where it is known which other functions stand around each."""
        found = list[Judgement]()
        for start in range(0, len(examples), BATCH):
            rows = measure(examples[start : start + BATCH], self.vocabulary, self.model.bank, self.cross)
            known = [row for row in rows if not isinstance(row, Reason)]
            samples = np.array([[row[name] for name in self.model.features] for row in known], np.float32)
            probable = iter(self._calibrated(samples) if known else ())
            found += [
                Judgement(np.nan, row) if isinstance(row, Reason) else Judgement(float(next(probable)), None)
                for row in rows
            ]
        return found

    def _calibrated(self, samples: Floats) -> Floats:
        margins = self.model.forest.margins(samples)
        probable: Floats = 1 / (1 + np.exp(-(self.model.slope * margins + self.model.offset)))
        return probable


def load(path: str | Path | None = None, encoder_folder: Path = ENCODER) -> Classifier:
    """The classifier in a file, or the shipped one, on the words of the encoder that it was made for.

    Raises ClassifierError for a file that is no classifier of this format or was made for
    another encoder, EncoderError where there is no encoder.
    """
    path = SHIPPED if path is None else Path(path)
    encoder = open_checkpoint(encoder_folder)
    model = read_model(path, encoder.files["tokens.npz"])
    try:
        cross = Cross(model.cross, encoder) if model.cross else None
    except ValueError as error:
        raise ClassifierError(f"{path}: {error}; make it again with recipes/inconsistency") from error
    return Classifier(model, Vocabulary(encoder), cross)


def read_model(path: Path, tokens: str) -> Model:
    """The model in a file; `tokens` is the SHA-256 of the table of words that it must be made for.

    Raises ClassifierError as `load` does.
    """
    again = "make it again with recipes/inconsistency"
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as arrays:
            about = json.loads(str(arrays["about"]))
            forest = from_arrays(arrays)
            bank = banks.from_arrays(arrays) if about["format"] == FORMAT else None
            cross = arrays["cross"].tobytes() if "cross" in arrays else None
    except OSError as error:
        raise ClassifierError(f"{path}: {error.strerror or error}; {again}") from error
    except (KeyError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise ClassifierError(f"{path}: not a classifier ({error}); {again}") from error
    if bank is None:
        raise ClassifierError(f"{path}: format {about['format']}, and this version reads {FORMAT}; {again}")
    if about["tokens"] != tokens:
        raise ClassifierError(f"{path}: made for another encoder; {again}")
    return Model(tuple(about["features"]), forest, bank, cross, about["slope"], about["offset"])


def write_model(path: Path, model: Model, tokens: str, **facts: object) -> None:
    """Write a model to a file; `facts` are what else should be known of how it was made."""
    about = {
        "format": FORMAT, "tokens": tokens, "features": model.features, "slope": model.slope,
        "offset": model.offset, "prior": PRIOR, **facts,
    }  # fmt: skip
    arrays = {"about": np.array(json.dumps(about)), **model.forest.arrays(), **model.bank.arrays()}
    if model.cross:
        arrays["cross"] = np.frombuffer(model.cross, np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def reweighted(probabilities: Floats, prior: float, was: float = PRIOR) -> Floats:
    """Probabilities calibrated at the prior `was`, as they are at another: odds times a ratio of odds.

    Saerens, Latinne, Decaestecker: Adjusting the outputs of a classifier to new a priori probabilities,
    2002. Raises ValueError for priors that are not between 0 and 1.
    """
    if not 0 < prior < 1 or not 0 < was < 1:
        raise ValueError(f"a prior is between 0 and 1, not {prior if not 0 < prior < 1 else was}")
    ratio = prior / (1 - prior) * (1 - was) / was
    moved = probabilities * ratio / (1 - probabilities + probabilities * ratio)
    return moved.astype(np.float32)
