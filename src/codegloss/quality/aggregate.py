"""What datasets of scores come to: IncRate and MRR with intervals, by group, and two datasets in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codegloss.dataset import Dataset, DatasetError
from codegloss.metrics import bootstrap, compare, groups_to_draw

Floats = NDArray[np.float64]
FORMAT = 1
LISTED = 100  # groups at most, the largest
SCORES = "score"  # what the stage is called in a manifest

# Measure → column, and field where it is a record. IncRate is the share of comments with a finding.
MEASURES: Mapping[str, tuple[str, str | None]] = {
    "IncRate": ("findings", None),
    "P(inconsistent)": ("inconsistency", None),
    "MRR": ("semantic", "reciprocal_rank"),
    "MRR, own names removed": ("semantic", "bare_reciprocal_rank"),
    "MRR in batch": ("semantic", "batch_reciprocal_rank"),
    "BM25 MRR": ("lexical", "reciprocal_rank"),
    "BM25 MRR, own names removed": ("lexical", "bare_reciprocal_rank"),
    "BM25 MRR in batch": ("lexical", "batch_reciprocal_rank"),
}
GROUPS = ("language", "repository", "words", "kind")
_COLUMNS = (
    "function",
    "code_hash",
    *GROUPS,
    "pool",
    *dict.fromkeys(column for column, _ in MEASURES.values()),
)
# What must be equal for two datasets of scores to be compared.
_SETTINGS = ("pool", "batch", "seed", "queries", "large", "model", "exit", "classifier", "scores")


def is_scores(dataset: Dataset) -> bool:
    """Whether a dataset is one of scores."""
    return dataset.manifest.name == SCORES


def summary(dataset: Dataset) -> dict[str, Any]:
    """Figures over all scores and by each of GROUPS, with how they were measured, as JSON has them."""
    table = dataset.read("scores", _COLUMNS)
    values, repositories = _values(table), table["repository"].to_pylist()
    return {
        "format": FORMAT,
        "kind": "scores",
        "dataset": str(dataset.path),
        "fingerprint": dataset.manifest.fingerprint,
        **_counts(dataset),
        "parameters": dataset.manifest.parameters,
        "pools": _pools(table),
        "overall": estimates(values, repositories),
        "by": {
            group: [
                {"group": label, "functions": len(rows)}
                | {"measures": estimates(_some(values, rows), [repositories[row] for row in rows.tolist()])}
                for label, rows in _members(table, group)
            ]
            for group in GROUPS
        },
    }


def _counts(dataset: Dataset) -> dict[str, int]:
    manifest = dataset.manifest
    return {name: getattr(manifest, name) for name in ("rows_in", "kept", "dropped", "failed")}


def _pools(table: pa.Table) -> dict[str, int]:
    """How many codes the smallest, the median and the largest pool hold, seen from the queries."""
    sizes = table["pool"].to_numpy()
    if not len(sizes):
        return {"smallest": 0, "median": 0, "largest": 0}
    return {
        "smallest": int(sizes.min()),
        "median": int(np.quantile(sizes, 0.5, method="lower")),
        "largest": int(sizes.max()),
    }


def _values(table: pa.Table) -> dict[str, Floats]:
    """Each measure of each score (n,), NaN where there is none."""
    found = {}
    for name, (column, field) in MEASURES.items():
        array = table[column].combine_chunks()
        if field:
            array = pc.struct_field(array, field)
        found[name] = array.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    told = found["IncRate"]
    found["IncRate"] = np.where(np.isnan(told), np.nan, told > 0)
    return found


def _some(values: Mapping[str, Floats], rows: NDArray[np.int64]) -> dict[str, Floats]:
    return {name: own[rows] for name, own in values.items()}


def estimates(values: Mapping[str, Floats], repositories: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Mean of each measure that there is, with its 95 % interval, and over how many functions."""
    found = {}
    for name, own in values.items():
        rows = np.flatnonzero(~np.isnan(own))
        if len(rows):
            groups = [repositories[row] for row in rows.tolist()]
            estimate = bootstrap(own[rows], groups_to_draw(groups))
            found[name] = asdict(estimate) | {"functions": len(rows), "resampled": resampled(groups)}
    return found


def resampled(repositories: Sequence[str]) -> str:
    """What the bootstrap draws where scores are of these repositories."""
    return "repositories" if groups_to_draw(repositories) else "functions"


def _members(table: pa.Table, group: str) -> list[tuple[str, NDArray[np.int64]]]:
    """The rows of each value of a column, the largest first; of lengths by quartile, the shortest first."""
    if group == "words":
        return _quartiles(table["words"].to_numpy())
    found = _by_label(table[group].to_pylist())
    return sorted(found, key=lambda one: (-len(one[1]), one[0]))[:LISTED]


def _by_label(labels: Sequence[str]) -> list[tuple[str, NDArray[np.int64]]]:
    """The rows of each label, in the order of the labels."""
    distinct, number = np.unique(np.array(labels, np.str_), return_inverse=True)
    order = np.argsort(number, kind="stable")
    begins = np.searchsorted(number[order], np.arange(1, len(distinct)))
    return [(str(label), rows) for label, rows in zip(distinct, np.split(order, begins), strict=False)]


def _quartiles(lengths: NDArray[np.int64]) -> list[tuple[str, NDArray[np.int64]]]:
    """Rows by length, in four parts as equal as whole lengths allow; a length is never in two of them."""
    if not len(lengths):
        return []
    edges = np.quantile(lengths, [0.25, 0.5, 0.75], method="lower")
    bounds = sorted({int(lengths.min()) - 1, *map(int, edges), int(lengths.max())})
    return [
        (f"{low + 1}–{high} words", np.flatnonzero((lengths > low) & (lengths <= high)))
        for low, high in pairwise(bounds)
    ]


def comparison(first: Dataset, second: Dataset) -> dict[str, Any]:
    """Paired differences, first less second, over the functions that both have scored with the same code.

    Raises DatasetError where the two were not measured in the same way, or share no function.
    """
    differing = [
        name
        for name in _SETTINGS
        if first.manifest.parameters.get(name) != second.manifest.parameters.get(name)
    ]
    if differing:
        raise DatasetError(
            f"{first.path} and {second.path} were scored with another {', '.join(differing)}: "
            "score both in the same way"
        )
    one, other = (dataset.read("scores", _COLUMNS) for dataset in (first, second))
    rows = _pairs(one, other)
    if not len(rows):
        raise DatasetError(f"{first.path} and {second.path} have no function of the same code in common")
    here, there = _some(_values(one), rows[:, 0]), _some(_values(other), rows[:, 1])
    repositories = [one["repository"][row].as_py() for row in rows[:, 0].tolist()]
    languages = [one["language"][row].as_py() for row in rows[:, 0].tolist()]
    pools = one["pool"].to_numpy()[rows[:, 0]] != other["pool"].to_numpy()[rows[:, 1]]
    in_both = set(one["function"].to_pylist()) & set(other["function"].to_pylist())
    return {
        "format": FORMAT,
        "kind": "comparison of scores",
        "first": str(first.path),
        "second": str(second.path),
        "parameters": {name: first.manifest.parameters.get(name) for name in _SETTINGS},
        "functions": len(rows),
        "only_in_first": len(one) - len(in_both),
        "only_in_second": len(other) - len(in_both),
        "other_code": len(in_both) - len(rows),
        "other_pool": int(pools.sum()),
        "pools": _pools(one.take(rows[:, 0])),
        "overall": differences(here, there, repositories),
        "by": {
            "language": [
                {"group": name, "functions": len(own)}
                | {
                    "measures": differences(
                        _some(here, own), _some(there, own), [repositories[row] for row in own.tolist()]
                    )
                }
                for name, own in _by_label(languages)
            ]
        },
    }


def _pairs(one: pa.Table, other: pa.Table) -> NDArray[np.int64]:
    """Rows of the two tables (n, 2) that are one function with one code."""
    places = {
        (function, code): place
        for place, (function, code) in enumerate(
            zip(other["function"].to_pylist(), other["code_hash"].to_pylist(), strict=True)
        )
    }
    found = [
        (place, places[key])
        for place, key in enumerate(
            zip(one["function"].to_pylist(), one["code_hash"].to_pylist(), strict=True)
        )
        if key in places
    ]
    return np.array(found, np.int64).reshape(len(found), 2)


def differences(
    first: Mapping[str, Floats], second: Mapping[str, Floats], repositories: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Of each measure both means and their paired difference, over the functions for which both have it."""
    found = {}
    for name, own in first.items():
        rows = np.flatnonzero(~np.isnan(own) & ~np.isnan(second[name]))
        if len(rows):
            groups = [repositories[row] for row in rows.tolist()]
            paired = compare(own[rows], second[name][rows], groups_to_draw(groups))
            found[name] = {
                "first": float(own[rows].mean()),
                "second": float(second[name][rows].mean()),
                **asdict(paired),
                "functions": len(rows),
                "resampled": resampled(groups),
            }
    return found
