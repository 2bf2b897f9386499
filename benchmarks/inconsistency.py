"""How well the learned classifier tells comments that do not fit their code.

    python benchmarks/inconsistency.py labels data/comment-coherence
    python benchmarks/inconsistency.py trained data/comment-coherence
    OMP_NUM_THREADS=1 python benchmarks/inconsistency.py pairs SAMPLE.parquet      (of recipes/inconsistency)
    python benchmarks/inconsistency.py leaks SAMPLE.parquet
    python benchmarks/inconsistency.py designs                   (that competed when it was trained)

`labels`: Java methods whose comments people judged (Corazza, Maggio, Scanniello: JHotDraw 7.4.1,
COHERENT or NOT_COHERENT; the public copy is turnippy/jit-inconsistency-detection-reproducibility).
None of the labels was used to train, to tune or to choose. NOT_COHERENT takes in what says too little:
`uninformative` has the rule by which these are told from what is false. `trained`: the same labels, learnt
from in the classifier's features, ten folds, the same comment text never in two. `pairs`: comments of
packages that no training saw, moved and edited by the recipe, with calibration at the prior and speed.
`leaks`: the same with the comment or the code taken away. A comment that cannot be judged counts with the
prior.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.quality.inconsistency.classifier import PRIOR, SHIPPED, Classifier, load
from codegloss.quality.inconsistency.features import Example, around
from common import save
from inconsistency_labels import LIBRARIES, labels_table, trained_table
from inconsistency_scores import SEED, Floats, row, scored

sys.path.insert(0, str(Path(__file__).parents[1] / "recipes" / "inconsistency"))

BINS = 10  # of equal weight, for the calibration error


# --- comments moved and edited ----------------------------------------------------------------


def moved_and_edited(sample: Path) -> tuple[list[Example], dict[str, list[Example]]]:
    """The documented functions of a sample as they stand, and what the recipe makes of them by kind."""
    from examples import KINDS, planted, pools, read

    functions, material = read(sample)
    own = [example for example in around(functions) if example.function.id in material]
    pool = pools(functions, material)
    made = dict[str, list[Example]]()
    for kind in KINDS:
        found = [
            planted(one, kind, pool(kind, one.function), random.Random(f"{SEED}:{kind}:{one.function.id}"))
            for one in own
        ]
        made[kind] = [one for one in found if one]
    return own, made


def without_code(example: Example) -> Example:
    """The example with nothing but its comment."""
    bare = replace(
        example.function, name="f", qualified_name="f", class_name=None, parameters=[], return_type=None,
        raises=[], calls=[], code="", inner_comments=[],
    )  # fmt: skip
    return Example(bare, [])


def without_comment(example: Example) -> Example:
    """The example with the same empty words for a comment as every other."""
    words = "Does what there is to be done in this place."
    bare = replace(example.function, comment=words, comment_text=words, summary=words, parts=None)
    return Example(bare, example.others)


def leaks_table(classifier: Classifier, sample: Path) -> None:
    """What is told by one side alone: nothing should be."""
    own, made = moved_and_edited(sample)
    rows = []
    for name, change in (("code blanked", without_code), ("comment blanked", without_comment)):
        base = scored(classifier, [change(one) for one in own])
        for kind, examples in made.items():
            other = scored(classifier, [change(one) for one in examples])
            truth = np.repeat([False, True], [len(own), len(examples)])
            groups = [one.function.repository for one in (*own, *examples)]
            rows.append(
                row(
                    f"{kind}, {name}", np.concatenate([base.probability, other.probability]), truth, groups,
                    np.concatenate([base.overlap, other.overlap]),
                )
            )  # fmt: skip
    rows = [{key: value for key, value in one.items() if key != "AUC of overlap"} for one in rows]
    save("inconsistency_leaks", rows, LIBRARIES)


def pairs_table(classifier: Classifier, sample: Path) -> None:
    """Against comments moved and edited by the recipe; calibration; speed."""
    from examples import KINDS

    own, planted = moved_and_edited(sample)
    started = time.process_time()
    base = classifier.judge_examples(own)
    seconds = time.process_time() - started
    del base
    own_scores = scored(classifier, own)
    made = {
        kind: (scored(classifier, examples), [one.function.repository for one in examples])
        for kind, examples in planted.items()
    }
    groups = [one.function.repository for one in own]
    rows = []
    for kind, (other, theirs) in made.items():
        truth = np.repeat([False, True], [len(groups), len(theirs)])
        rows.append(
            row(
                kind, np.concatenate([own_scores.probability, other.probability]), truth, groups + theirs,
                np.concatenate([own_scores.overlap, other.overlap]),
            )
        )  # fmt: skip
    save(
        "inconsistency_pairs", rows, LIBRARIES, repositories=len(set(groups)),
        languages=len({one.function.language for one in own}),
        functions_a_second_of_one_core=len(own) / seconds,
    )  # fmt: skip
    shares = np.array([KINDS[kind] for kind in made])
    probable = np.concatenate([own_scores.probability, *(one.probability for one, _ in made.values())])
    truth = np.arange(len(probable)) >= len(own)
    weight = np.concatenate(
        [np.full(len(own), (1 - PRIOR) / len(own))]
        + [
            np.full(len(r), PRIOR * share / shares.sum() / len(r))
            for (_, r), share in zip(made.values(), shares, strict=True)
        ]
    )
    save(
        "inconsistency_calibration", calibration(probable, truth, weight), LIBRARIES, prior=PRIOR,
        expected_calibration_error=calibration_error(probable, truth, weight),
        Brier_score=float(np.average((probable - truth) ** 2, weights=weight)),
        Brier_score_of_the_prior_alone=PRIOR * (1 - PRIOR), repositories=len(set(groups)),
    )  # fmt: skip


def bins(probable: Floats, weight: Floats) -> list[NDArray[np.int64]]:
    """Places of the examples, by rising probability, in bins of about equal weight."""
    order = np.argsort(probable, kind="stable")
    edges = np.searchsorted(np.cumsum(weight[order]), np.linspace(0, weight.sum(), BINS + 1)[1:-1])
    return [part for part in np.split(order, edges) if len(part)]


def calibration(probable: Floats, truth: NDArray[np.bool_], weight: Floats) -> list[dict[str, Any]]:
    """Mean probability and share of inconsistent comments, bin by bin."""
    return [
        {
            "bin": number,
            "examples": len(part),
            "P(inconsistent)": float(np.average(probable[part], weights=weight[part])),
            "inconsistent": float(np.average(truth[part], weights=weight[part])),
        }
        for number, part in enumerate(bins(probable, weight), 1)
    ]


def calibration_error(probable: Floats, truth: NDArray[np.bool_], weight: Floats) -> float:
    """Expected calibration error: mean distance of the two over the bins.

    Naeini, Cooper, Hauskrecht: Obtaining well calibrated probabilities using Bayesian binning, 2015.
    """
    distances = [
        abs(
            float(
                np.average(probable[part], weights=weight[part])
                - np.average(truth[part], weights=weight[part])
            )
        )
        * weight[part].sum()
        for part in bins(probable, weight)
    ]
    return float(sum(distances) / weight.sum())


def designs_table(path: Path) -> None:
    """What the recipe wrote into the model's file of the designs that it let compete."""
    with np.load(path) as arrays:
        about = json.loads(str(arrays["about"]))
    rows = [{"design": name, **figures} for name, figures in about["competition"].items()]
    facts = {key: about[key] for key in ("design", "examples", "repositories", "prior")}
    save("inconsistency_designs", rows, LIBRARIES, **facts)


TABLES = {"labels": labels_table, "trained": trained_table, "pairs": pairs_table, "leaks": leaks_table}


def main() -> None:
    """Measure one of them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=(*TABLES, "designs"))
    parser.add_argument("path", type=Path, nargs="?", default=SHIPPED)
    options = parser.parse_args()
    if options.what == "designs":
        designs_table(options.path)
    else:
        TABLES[options.what](load(), options.path)


if __name__ == "__main__":
    main()
