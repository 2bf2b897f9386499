"""Who decides and who reports: two encoders and two classifiers that share no weight.

The gate measures with the shipped encoder's exit 0 and the shipped classifier. The report's figures come
from the referee: a static encoder that began at random, and a classifier on its vectors, both trained with
other seeds on half of the repositories (recipes/referee). It is a little weaker than the gate and does not
know what the gate knows; both read the same kind of words, so what neither sees stays unseen.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from functools import partial
from pathlib import Path

from codegloss.dataset import Parent
from codegloss.dataset.files import sha256
from codegloss.encoder import Encoder, load
from codegloss.encoder.runtime import SHIPPED
from codegloss.quality.inconsistency import classifier
from codegloss.records import Function
from codegloss.synth.measure import Scorer
from codegloss.synth.rebuild import Scorers

WEIGHTS = Path(__file__).parent / "weights"
ENCODER = WEIGHTS / "referee"
CLASSIFIER = WEIGHTS / "referee.npz"


def scorers() -> Scorers:
    """The gate's and the referee's, as shipped. Raises EncoderError, ClassifierError for damage."""
    return Scorers(
        partial(_scorer, encoder=load(), judge=classifier.load()),
        partial(_scorer, encoder=load(ENCODER), judge=classifier.load(CLASSIFIER, ENCODER)),
        tuple(
            Parent(str(path), name, sha256(path))
            for path, name in (
                (SHIPPED / "encoder.json", "encoder of the gate"),
                (classifier.SHIPPED, "classifier of the gate"),
                (ENCODER / "encoder.json", "encoder of the referee"),
                (CLASSIFIER, "classifier of the referee"),
            )
        ),
    )


def _scorer(
    functions: Sequence[Function], known: Container[str], encoder: Encoder, judge: classifier.Classifier
) -> Scorer:
    return Scorer(functions, known, encoder, judge)
