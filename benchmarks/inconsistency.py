"""How well the learned classifier tells comments that do not fit their code.

    python benchmarks/inconsistency.py labels data/comment-coherence
    python benchmarks/inconsistency.py pairs SAMPLE.parquet      (of recipes/inconsistency/sample.py)

`labels`: Java methods whose comments people judged (Corazza, Maggio, Scanniello: JHotDraw 7.4.1,
COHERENT or NOT_COHERENT; the public copy is turnippy/jit-inconsistency-detection-reproducibility).
None of the labels was used to train, to tune or to choose. NOT_COHERENT takes in what says
too little. `pairs`: comments of packages that no training saw, moved and edited by the recipe, with
calibration at the prior and speed. A comment that cannot be judged counts with the prior.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.extract import functions_in
from codegloss.quality.inconsistency.classifier import PRIOR, Classifier, load
from codegloss.quality.inconsistency.features import Example, around, measure
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from common import save

sys.path.insert(0, str(Path(__file__).parents[1] / "recipes" / "inconsistency"))

LIBRARIES = ("numpy", "scipy")
RESAMPLES = 1_000
BINS = 10  # of equal weight, for the calibration error
SEED = 23
Floats = NDArray[np.float64]


def auc(scores: Floats, truth: NDArray[np.bool_]) -> float:
    """Area under the ROC curve: how often a positive is above a negative, ties counting half."""
    from scipy.stats import rankdata

    positives = int(truth.sum())
    if not 0 < positives < len(truth):
        return float("nan")
    ranks = rankdata(scores)
    return float(
        (ranks[truth].sum() - positives * (positives + 1) / 2) / (positives * (len(truth) - positives))
    )


def row(
    name: str, scores: Floats, truth: NDArray[np.bool_], groups: Sequence[str], overlap: Floats
) -> dict[str, Any]:
    """A line of the table: AUC with an interval that resamples groups, and that of overlap alone."""
    of_group = defaultdict[str, list[int]](list)
    for place, group in enumerate(groups):
        of_group[group].append(place)
    members = [np.array(places) for places in of_group.values()]
    generator = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        places = np.concatenate([members[i] for i in generator.integers(0, len(members), len(members))])
        drawn.append(auc(scores[places], truth[places]))
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return {
        "set": name, "comments": len(truth), "inconsistent": float(truth.mean()), "AUC": auc(scores, truth),
        "from": float(low), "to": float(high), "AUC of overlap": auc(overlap, truth),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scored:
    """What classifier and overlap say of some examples."""

    probability: Floats  # PRIOR where the comment cannot be judged
    overlap: Floats  # minus the share of the summary's words that the code has
    judged: NDArray[np.bool_]


def scored(classifier: Classifier, examples: Sequence[Example]) -> Scored:
    """Scores of examples."""
    probable = np.array([one.probability for one in classifier.judge_examples(examples)], np.float64)
    overlap = np.zeros(len(examples))
    for start in range(0, len(examples), 512):
        for place, one in enumerate(measure(examples[start : start + 512], classifier.vocabulary), start):
            overlap[place] = np.nan if isinstance(one, Reason) else -one["share_lead_code"]
    judged = ~np.isnan(probable)
    overlap[np.isnan(overlap)] = np.nanmean(overlap)
    return Scored(np.where(judged, probable, PRIOR), overlap, judged)


# --- labels of people -------------------------------------------------------------------------


def coherence(folder: Path) -> list[tuple[Function, bool]]:
    """Methods with their comments, and whether people called them not coherent."""
    (raw,), (told,) = folder.glob("*_Raw_Data.txt"), folder.glob("*_Coherence_Data.txt")
    labels = dict(line.strip().split(", ") for line in told.read_text().splitlines() if line.strip())
    found = []
    for block in raw.read_text("utf-8", "replace").split("\n###"):
        lines = block.strip("\n").split("\n")
        if len(lines) < 4:
            continue
        number, name, class_name, system = lines[0].split(", ")
        begin = 3 + int(lines[2])
        code = "\n".join(lines[begin + 1 :])
        # The file leaves out the last line, and puts other comments behind the first.
        code += ")" * (code.count("(") - code.count(")")) + ";" * (code.count("(") > code.count(")"))
        code += "\n}" * (code.count("{") - code.count("}"))
        comment = "\n".join(lines[3:begin]).split("\n -----")[0]
        text = f"class {class_name} {{\n{comment}\n{code}\n}}"
        functions = [one for one in functions_in(text, "java") if one.name == name and one.comment]
        if functions and number in labels:
            path = lines[1].split(",")[0]
            here = replace(functions[0], repository=system, path=path, id=number)
            found.append((here, labels[number] == "NOT_COHERENT"))
    return found


def labels_table(classifier: Classifier, folder: Path) -> None:
    """Against labels of people, each distinct pair of comment and code once."""
    pairs = coherence(folder)
    result = scored(classifier, list(around([function for function, _ in pairs])))
    truth = np.array([label for _, label in pairs])
    keys = [re.sub(r"\s+", " ", f"{one.comment}\0{one.code}") for one, _ in pairs]
    texts = [re.sub(r"\s+", " ", one.comment_text or "") for one, _ in pairs]
    places = defaultdict[str, list[int]](list)
    for place, key in enumerate(keys):
        places[key].append(place)
    sure = np.array([some[0] for some in places.values() if len({bool(truth[i]) for i in some}) == 1])
    everything = np.arange(len(pairs))
    rows = []
    for name, some in (("every label", everything), ("distinct, labels agree", sure),
                       ("of these, judged", sure[result.judged[sure]])):  # fmt: skip
        rows.append(
            row(name, result.probability[some], truth[some], [texts[i] for i in some], result.overlap[some])
        )
    save(
        "inconsistency-labels",
        rows,
        LIBRARIES,
        labels=len(pairs),
        could_not_be_judged=int((~result.judged).sum()),
        conflicting=len(places) - len(sure),
        grouped_by="text of the comment",
    )


# --- comments moved and edited ----------------------------------------------------------------


def pairs_table(classifier: Classifier, sample: Path) -> None:
    """Against comments moved and edited by the recipe; calibration; speed."""
    from examples import KINDS, planted, read

    functions, material = read(sample)
    own = [example for example in around(functions) if example.function.id in material]
    of_language, of_file = defaultdict[str, list[Function]](list), defaultdict[str, list[Function]](list)
    for example in own:
        function = example.function
        of_language[function.language].append(function)
        of_file[f"{function.repository}:{function.path}"].append(function)
    started = time.process_time()
    base = classifier.judge_examples(own)
    seconds = time.process_time() - started
    del base
    own_scores = scored(classifier, own)
    made: dict[str, tuple[Scored, list[str]]] = {}
    for kind in KINDS:
        examples = []
        for example in own:
            function = example.function
            pool = (
                of_file[f"{function.repository}:{function.path}"]
                if kind == "neighbour"
                else of_language[function.language]
            )
            changed = planted(example, kind, pool, random.Random(f"{SEED}:{kind}:{function.id}"))
            examples += [changed] if changed else []
        made[kind] = scored(classifier, examples), [one.function.repository for one in examples]
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
        "inconsistency-pairs", rows, LIBRARIES, repositories=len(set(groups)), languages=len(of_language),
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
        "inconsistency-calibration", calibration(probable, truth, weight), LIBRARIES, prior=PRIOR,
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


def main() -> None:
    """Measure one of the two."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("labels", "pairs"))
    parser.add_argument("path", type=Path)
    options = parser.parse_args()
    {"labels": labels_table, "pairs": pairs_table}[options.what](load(), options.path)


if __name__ == "__main__":
    main()
