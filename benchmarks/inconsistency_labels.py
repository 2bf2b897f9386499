"""The classifier against labels of people; see inconsistency.py."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from codegloss.extract import functions_in
from codegloss.quality.inconsistency.classifier import Classifier
from codegloss.quality.inconsistency.features import around, measure
from codegloss.quality.inconsistency.vocabulary import words
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from common import save
from inconsistency_scores import SEED, row, scored

LIBRARIES = ("numpy", "scipy")
FOLDS = 10


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


_WORDS = """
a an the of to in on at by for from with and or if is are be was this that these those it its as
into which whether when then than not no can will may should has have had been does do any all each
given specified current new used using via return returns get gets set sets create creates creating
instance object method function construct constructs constructor value values called invoked
implementation class handle handles invoke invokes initialize initializes init perform performs
property field
"""
_COMMON = frozenset(_WORDS.split())


def uninformative(function: Function) -> bool:
    """Whether a comment says at most one word that its method's head and every comment do not say.

    Words are those of the whole comment without `_COMMON` ones; the head is the names of method, class and
    parameters, and their types. A final s, ed or ing does not count. The rule was made before any score
    was looked at.
    """
    head = [function.name, function.class_name or "", function.return_type or ""]
    head += [f"{parameter.name} {parameter.type or ''}" for parameter in function.parameters]
    known = {re.sub(r"(?:ing|ed|es|s|e)$", "", word) for word in words(" ".join(head))}
    said = {word for word in words(function.comment_text or "") if word not in _COMMON and not word.isdigit()}
    return len({re.sub(r"(?:ing|ed|es|s|e)$", "", word) for word in said} - known) <= 1


@dataclass(frozen=True, slots=True)
class Labels:
    """Methods that people labelled."""

    functions: list[Function]
    truth: NDArray[np.bool_]  # not coherent
    texts: list[str]  # of the comments, spaces apart
    distinct: NDArray[np.int64]  # one of each pair of comment and code whose labels agree
    conflicting: int  # pairs whose labels do not


def read_labels(folder: Path) -> Labels:
    """The labels of a folder; pairs that stand there more than once are counted once."""
    pairs = coherence(folder)
    truth = np.array([label for _, label in pairs])
    places = defaultdict[str, list[int]](list)
    for place, (one, _) in enumerate(pairs):
        places[re.sub(r"\s+", " ", f"{one.comment}\0{one.code}")].append(place)
    sure = np.array([some[0] for some in places.values() if len({bool(truth[i]) for i in some}) == 1])
    texts = [re.sub(r"\s+", " ", one.comment_text or "") for one, _ in pairs]
    return Labels([one for one, _ in pairs], truth, texts, sure, len(places) - len(sure))


def labels_table(classifier: Classifier, folder: Path) -> None:
    """Against labels of people, each distinct pair of comment and code once."""
    labels = read_labels(folder)
    result = scored(classifier, list(around(labels.functions)))
    sure, truth = labels.distinct, labels.truth
    vague = np.array([uninformative(one) for one in labels.functions])
    sets = {
        "every label": np.arange(len(truth)),
        "distinct, labels agree": sure,
        "of these, judged": sure[result.judged[sure]],
        "of these, not coherent for what is false": sure[~(truth & vague)[sure]],
        "of these, not coherent for what is not said": sure[~(truth & ~vague)[sure]],
    }
    rows = [
        row(
            name, result.probability[some], truth[some], [labels.texts[i] for i in some], result.overlap[some]
        )
        for name, some in sets.items()
    ]
    save(
        "inconsistency_labels",
        rows,
        LIBRARIES,
        labels=len(truth),
        could_not_be_judged=int((~result.judged).sum()),
        conflicting=labels.conflicting,
        not_coherent_and_uninformative=int((truth & vague)[sure].sum()),
        coherent_and_uninformative=int((~truth & vague)[sure].sum()),
        grouped_by="text of the comment",
    )


def trained_table(classifier: Classifier, folder: Path) -> None:
    """Learners trained on the labels, each comment scored by one that did not see its text."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    labels = read_labels(folder)
    examples = [example for i, example in enumerate(around(labels.functions)) if i in set(labels.distinct)]
    measured = measure(examples, classifier.vocabulary, classifier.model.bank, classifier.cross)
    known = [i for i, one in enumerate(measured) if not isinstance(one, Reason)]
    values = np.array([[*one.values()] for one in measured if not isinstance(one, Reason)], np.float32)
    truth, texts = labels.truth[labels.distinct][known], [labels.texts[i] for i in labels.distinct[known]]
    shipped = scored(classifier, [examples[i] for i in known])
    learners = {
        "logistic regression": make_pipeline(
            SimpleImputer(add_indicator=True), StandardScaler(), LogisticRegression(C=0.01, max_iter=2000)
        ),
        "trees": HistGradientBoostingClassifier(
            max_leaf_nodes=8, max_iter=150, learning_rate=0.05, l2_regularization=1.0, random_state=SEED
        ),
    }
    rows = [row("shipped, no label seen", shipped.probability, truth, texts, shipped.overlap)]
    for name, learner in learners.items():
        scores = np.zeros(len(truth))
        for seen, left_out in GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(values, truth, texts):
            learner.fit(values[seen], truth[seen])
            scores[left_out] = learner.predict_proba(values[left_out])[:, 1]
        rows.append(row(f"{name}, {FOLDS} folds", scores, truth, texts, shipped.overlap))
    save(
        "inconsistency_labels_trained", rows, (*LIBRARIES, "scikit-learn"), folds=FOLDS,
        features=values.shape[1], grouped_by="text of the comment",
    )  # fmt: skip
