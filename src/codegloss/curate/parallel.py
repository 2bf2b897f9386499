"""Code that does the same in two languages, found by what it says of itself.

Two functions in different languages whose texts are the same in words, case and punctuation aside,
mostly do the same: ports of one library, bindings, a specification that both implement. Texts must
be long enough not to be the same by chance.

Not covered: functions that say the same in other words, or of things that only share a description
(`Creates a new instance with the default settings of the library`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from codegloss.curate.dedup import same
from codegloss.curate.shingles import Hasher
from codegloss.dataset import Dataset
from codegloss.quality.texts import words

MIN_WORDS = 6
MAX_SHARED = 4  # functions of one language with a text; one that more have says nothing of either


@dataclass(frozen=True, slots=True)
class Parallel:
    """Two pieces of code in different languages that their authors describe in the same words."""

    id: str  # of the first pair
    other_id: str
    language: str
    other_language: str
    text: str
    code: str
    other_code: str


def parallel_pairs(pairs: str | Path, split: str = "train") -> list[Parallel]:
    """The parallel code of a split; each combination of two languages once a text, in a fixed order."""
    columns = ["id", "language", "text", "code", "split"]
    table = Dataset.open(pairs).read("pairs", columns)
    table = table.filter(pc.equal(table["split"], split))
    texts = table["text"].to_pylist()
    languages = table["language"].to_pylist()
    long = np.array([row for row, text in enumerate(texts) if len(words(text)) >= MIN_WORDS], np.int64)
    _, groups = same(Hasher("text").shingles(texts[row] for row in long.tolist()))
    order = np.argsort(groups, kind="stable")
    found = list[tuple[int, int]]()
    for members in np.split(long[order], np.flatnonzero(np.diff(groups[order])) + 1):
        found += _across(members, languages)
    if not found:
        return []
    first, other = (_rows(table, [pair[side] for pair in found]) for side in (0, 1))
    return [
        Parallel(
            one["id"], two["id"], one["language"], two["language"], one["text"], one["code"], two["code"]
        )
        for one, two in zip(first, other, strict=True)
    ]


def counts(found: list[Parallel]) -> Counter[tuple[str, str]]:
    """How many there are of each two languages."""
    return Counter((one.language, one.other_language) for one in found)


def _across(members: NDArray[np.int64], languages: list[str]) -> list[tuple[int, int]]:
    """Rows of one text, combined across languages: the first of each with the first of each other."""
    rows_of: dict[str, list[int]] = {}
    for row in members.tolist():
        rows_of.setdefault(languages[row], []).append(row)
    rare = sorted(language for language, rows in rows_of.items() if len(rows) <= MAX_SHARED)
    return [(rows_of[one][0], rows_of[two][0]) for i, one in enumerate(rare) for two in rare[i + 1 :]]


def _rows(table: pa.Table, places: list[int]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = table.take(pa.array(places, pa.int64())).to_pylist()
    return rows
