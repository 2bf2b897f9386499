"""Do the shipped classifier and the claim rules see that a comment is older than its code?

    python benchmarks/versions.py VERSIONS.parquet      (of recipes/inconsistency/versions.py)

Functions of packages that no training saw, whose code and comment changed together between two releases.
Each gives a pair: the new code under the old comment, and under its own. Those stand apart whose edit only
added something (the old comment said too little, perhaps, but nothing false), and those whose code
changed while the comment stayed, as further negatives. A comment that cannot be judged counts with the
prior. Controls: overlap of words with the code, and how few words the comment has.

Not every old comment is wrong of the new code. `results/verdicts/versions.json` has the verdicts of a reader
on pairs drawn by seed (`--draw`), and their share is printed with the table: no figure here can come near 1.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from codegloss.quality.claims.check import check
from codegloss.quality.inconsistency.classifier import PRIOR, Classifier, load
from codegloss.quality.inconsistency.features import Example, around, measure
from codegloss.quality.reasons import Reason
from codegloss.records import Function, from_row
from common import RESULTS, save

sys.path.insert(0, str(Path(__file__).parents[1] / "recipes" / "inconsistency"))

LIBRARIES = ("numpy", "scipy")
READING = RESULTS / "verdicts" / "versions.json"
RESAMPLES = 1_000
MOST_OF_A_REPOSITORY = 3  # pairs that a reader is given
SEED = 29
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pair:
    """The new code under the old comment and under its own, with what stands around it."""

    repository: str
    kind: str  # facts, additions or kept
    stale: Example | None  # None where the comment stayed
    own: Example


# --- input ------------------------------------------------------------------------------------


def pairs(path: Path, splits: Sequence[str]) -> list[Pair]:
    """The pairs of a file, without those of packages that are in another split."""
    from examples import with_comment_of

    rows = pq.read_table(path, filters=[("split", "in", list(splits))]).to_pylist()
    wanted = [("repository", "in", {row["repository"] for row in rows})]
    others = defaultdict[tuple[str, str | None], list[Function]](list)
    for row in pq.read_table(path.with_suffix(".files.parquet"), filters=wanted).to_pylist():
        others[row["repository"], row["revision"]].append(from_row(row, Function))
    examples = {
        (example.function.id, revision): example
        for (_, revision), functions in others.items()
        for example in around(functions)
    }
    found = []
    for row in rows:
        own = examples[row["function"]["id"], row["new_version"]]
        stale = None
        if row["kind"] == "changed":
            old: Function = from_row(row["old_function"], Function)
            stale = Example(with_comment_of(own.function, old), own.others)
        kind = row["kind"] if stale is None else "additions" if row["is_addition"] else "facts"
        found.append(Pair(row["repository"], kind, stale, own))
    return found


# --- scores -----------------------------------------------------------------------------------


def scores(classifier: Classifier, examples: Sequence[Example]) -> dict[str, Floats]:
    """How suspicious each scorer finds each example."""
    probable = np.array([one.probability for one in classifier.judge_examples(examples)], np.float64)
    claims = np.array([max((f.confidence for f in check(one.function)), default=0.0) for one in examples])
    overlap = np.full(len(examples), np.nan)
    for start in range(0, len(examples), 512):
        for place, one in enumerate(measure(examples[start : start + 512], classifier.vocabulary), start):
            overlap[place] = np.nan if isinstance(one, Reason) else -one["share_lead_code"]
    overlap[np.isnan(overlap)] = np.nanmean(overlap)
    probable[np.isnan(probable)] = PRIOR
    words = np.array([len((one.function.comment_text or "").split()) for one in examples], np.float64)
    return {
        "classifier": probable,
        "claim rules": claims,
        "either": 1 - (1 - probable) * (1 - claims),
        "overlap": overlap,
        "fewer words": -words,
    }


def auc(positive: Floats, negative: Floats) -> float:
    """How often a positive is above a negative, ties counting half."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([positive, negative]))
    count = len(positive)
    return float((ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negative)))


def interval(positive: Floats, negative: Floats, theirs: Sequence[str], ours: Sequence[str]) -> list[float]:
    """A 95 % interval of the AUC that resamples repositories, each with its positives and negatives."""
    names = sorted({*theirs, *ours})
    places = [(np.flatnonzero(np.array(theirs) == n), np.flatnonzero(np.array(ours) == n)) for n in names]
    generator, drawn = np.random.default_rng(SEED), []
    for _ in range(RESAMPLES):
        some = [places[i] for i in generator.integers(0, len(places), len(places))]
        one, other = (np.concatenate([pair[side] for pair in some]) for side in (0, 1))
        if len(one) and len(other):
            drawn.append(auc(positive[one], negative[other]))
    return [float(value) for value in np.quantile(drawn, [0.025, 0.975])]


def rows(classifier: Classifier, found: Sequence[Pair]) -> Iterator[dict[str, Any]]:
    """Lines of the table: each set under each scorer."""
    stale = [pair for pair in found if pair.stale]
    old = scores(classifier, [pair.stale for pair in stale if pair.stale])
    new = scores(classifier, [pair.own for pair in stale])
    kept = [pair for pair in found if not pair.stale]
    calm = scores(classifier, [pair.own for pair in kept])
    kinds = np.array([pair.kind for pair in stale])
    names = np.array([pair.repository for pair in stale])
    quiet = [pair.repository for pair in kept]
    for name, chosen in (("facts", kinds == "facts"), ("additions", kinds == "additions")):
        theirs = names[chosen].tolist()
        for scorer in old:
            positive, own = old[scorer][chosen], new[scorer][chosen]
            for against, negative, ours in (("its own comment", own, theirs), ("kept", calm[scorer], quiet)):
                if not len(positive) or not len(negative):
                    continue
                low, high = interval(positive, negative, theirs, ours)
                paired = float(np.mean((positive > own) + 0.5 * (positive == own)))
                yield {
                    "old comments": name, "against": against, "scorer": scorer,
                    "repositories": len({*theirs, *ours}), "old": len(positive),
                    "base rate": len(positive) / (len(positive) + len(negative)),
                    "AUC": auc(positive, negative), "from": low, "to": high,
                    "above its own": paired if against == "its own comment" else None,
                }  # fmt: skip


# --- reading ----------------------------------------------------------------------------------


def draw(path: Path, count: int) -> list[dict[str, Any]]:
    """Edits for a reader, drawn by seed, with an empty verdict: so many facts, and a third of additions.

    At most three are of one repository.
    """
    columns = ["repository", "old_version", "new_version", "path", "qualified_name", "split", "kind",
               "removed", "added", "signals", "share", "is_addition"]  # fmt: skip
    table = pq.read_table(path, columns=columns, filters=[("kind", "==", "changed")]).to_pylist()
    random.Random(SEED).shuffle(table)
    drawn, of, left = list[dict[str, Any]](), Counter[tuple[str, bool]](), {False: count, True: count // 3}
    for row in table:
        key = row["repository"], row["is_addition"]
        if left[row["is_addition"]] and of[key] < MOST_OF_A_REPOSITORY:
            of[key] += 1
            left[row["is_addition"]] -= 1
            drawn.append({**row, "verdict": None, "why": ""})
    return drawn


def read_shares(reading: Path) -> dict[str, Any]:
    """The shares of drawn pairs that a reader found false, or said too little, as facts for the table."""
    if not reading.exists():
        return {"read": 0}
    told = json.loads(reading.read_text("utf-8"))["pairs"]
    shares: dict[str, Any] = {"read": len(told)}
    for name, some in (
        ("facts", [row for row in told if not row["is_addition"]]),
        ("additions", [row for row in told if row["is_addition"]]),
    ):
        for verdict in ("false", "incomplete"):
            shares[f"{name} {verdict}"] = sum(row["verdict"] == verdict for row in some) / max(1, len(some))
    return shares


def main() -> None:
    """Measure, or draw pairs for a reader."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("versions", type=Path)
    parser.add_argument("--draw", type=int, help="print so many pairs to be read, and measure nothing")
    parser.add_argument("--split", action="append", help="validation, test; both by default")
    options = parser.parse_args()
    if options.draw:
        print(json.dumps({"pairs": draw(options.versions, options.draw)}, indent=1, ensure_ascii=False))
        return
    splits = options.split or ["validation", "test"]
    if "train" in splits:
        parser.error("the classifier has seen packages of the training split")
    found = pairs(options.versions, splits)
    save(
        "versions", list(rows(load(), found)), LIBRARIES, splits=" and ".join(splits),
        old_comments=sum(pair.stale is not None for pair in found),
        kept_comments=sum(pair.stale is None for pair in found), **read_shares(READING),
    )  # fmt: skip


if __name__ == "__main__":
    main()
