"""Comments and code as token ids, and pairs of them that belong together or not, drawn as training goes.

What `cross.py` reads. Of a pair that does not belong together the comment is that of another function
of the file, of the repository or of the language, or the function's own with one word or number changed.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from examples import ALIKE
from numpy.typing import NDArray
from sample import half

from codegloss.dataset import Dataset
from codegloss.encoder.tokens import Tokeniser
from codegloss.quality.inconsistency.cross import (
    CODE_CHARACTERS,
    CODE_TOKENS,
    TEXT_CHARACTERS,
    TEXT_TOKENS,
)
from codegloss.quality.inconsistency.features import OPPOSITES

Ids = NDArray[np.int16]
OWN = 0.5  # share of pairs that belong together
FIRST = {"edited": 0.3, "neighbour": 0.45, "repository": 0.1, "random": 0.15}  # kinds tried first
NEXT = {
    "edited": ("edited", "neighbour", "random"), "neighbour": ("neighbour", "random"),
    "repository": ("repository", "random"), "random": ("random",),
}  # fmt: skip
TRIES = 6  # comments looked at for one that does not say the same
LEAD = 24  # tokens by which two comments are compared
_WORDS = re.compile(r"[A-Za-z]+|(?<![\w.])\d+(?![\w.])")


@dataclass(frozen=True, slots=True)
class Pairs:
    """n pairs of a comment and its code as token ids, 0 behind their end."""

    texts: Ids  # (n, TEXT_TOKENS)
    codes: Ids  # (n, CODE_TOKENS)
    edited: Ids  # (n, TEXT_TOKENS): the comment with one word changed; zeros where none can be
    names: NDArray[np.int32]  # (n,) equal for functions of one name
    clusters: NDArray[np.int64]  # (n,) equal for near-duplicates
    groups: dict[str, Groups]  # files, repositories, languages: by the kind that draws from them


@dataclass(frozen=True, slots=True)
class Groups:
    """A partition of the pairs."""

    of: NDArray[np.int32]  # (n,) group of each
    order: NDArray[np.int64]  # (n,) pairs by group
    starts: NDArray[np.int64]  # where each group starts in `order`


def groups(values: Sequence[Any]) -> Groups:
    """Pairs of equal value together."""
    of = np.unique(np.array(values), return_inverse=True)[1].astype(np.int32)
    order = np.argsort(of, kind="stable")
    return Groups(of, order, np.searchsorted(of[order], np.arange(of.max() + 2)))


def changed(text: str, order: random.Random) -> str | None:
    """The text with one word turned to its opposite or one number to another; None without such a word."""
    found = list[tuple[re.Match[str], str]]()
    for match in _WORDS.finditer(text):
        if match[0].isdigit():
            found.append((match, str(int(match[0][:9]) + order.choice((1, -1, 10)))))
        elif opposites := sorted(OPPOSITES.get(match[0].lower(), ())):
            found.append((match, order.choice(opposites)))
    if not found:
        return None
    match, new = order.choice(found)
    return text[: match.start()] + new + text[match.end() :]


def read(dataset: Path, split: str, tokeniser: Tokeniser, most: int, part: int | None, seed: int) -> Pairs:
    """The pairs of one split, `most` of a repository; with `part` only those of that half of them."""
    table = Dataset.open(dataset).read("pairs")
    table = table.filter(pa.array([value == split for value in table["split"].to_pylist()]))
    repositories = table["repository"].to_pylist()
    counts, kept = Counter[str](), list[int]()
    for place in np.random.default_rng(seed).permutation(len(repositories)).tolist():
        name = repositories[place]
        if counts[name] < most and part in (None, half(name)):
            counts[name] += 1
            kept.append(place)
    table = table.take(pa.array(sorted(kept)))
    rows = {name: table[name].to_pylist() for name in table.column_names}
    order = random.Random(seed)
    edits = [changed(text[:TEXT_CHARACTERS], order) for text in rows["text"]]
    texts = matrix(rows["text"], TEXT_CHARACTERS, TEXT_TOKENS, tokeniser)
    edited = matrix([edit or "" for edit in edits], TEXT_CHARACTERS, TEXT_TOKENS, tokeniser)
    edited[(edited == texts).all(1)] = 0  # the change was behind the last token
    files = [
        f"{repository}:{path}" for repository, path in zip(rows["repository"], rows["path"], strict=True)
    ]
    return Pairs(
        texts, matrix(rows["code"], CODE_CHARACTERS, CODE_TOKENS, tokeniser), edited,
        groups([name.rsplit(".", 1)[-1] for name in rows["qualified_name"]]).of, np.array(rows["cluster"]),
        {"neighbour": groups(files), "repository": groups(rows["repository"]),
         "random": groups(rows["language"])},
    )  # fmt: skip


def matrix(texts: Sequence[str], characters: int, tokens: int, tokeniser: Tokeniser) -> Ids:
    """(n, tokens) ids of n texts, cut or filled with 0."""
    found = np.zeros((len(texts), tokens), np.int16)
    for row, text in zip(found, texts, strict=True):
        ids = tokeniser.ids(text[:characters])[:tokens]
        row[: len(ids)] = ids
    return found


def alike(pairs: Pairs, one: int, other: int) -> bool:
    """Whether two comments or two functions may mean the same."""
    if pairs.names[one] == pairs.names[other] or pairs.clusters[one] == pairs.clusters[other]:
        return True
    first, second = (set(pairs.texts[place][:LEAD].tolist()) - {0} for place in (one, other))
    return len(first & second) >= ALIKE * len(first | second)


def stranger(pairs: Pairs, place: int, kind: str, generator: np.random.Generator) -> int | None:
    """Another pair of the same file, repository or language whose comment does not say the same."""
    group = pairs.groups[kind]
    start, stop = group.starts[group.of[place]], group.starts[group.of[place] + 1]
    for _ in range(TRIES):
        other = int(group.order[generator.integers(start, stop)])
        if other != place and not alike(pairs, place, other):
            return other
    return None


def drawn(pairs: Pairs, place: int, generator: np.random.Generator) -> tuple[Ids, bool]:
    """A comment for the code at `place`, and whether it does not belong there."""
    if generator.random() >= OWN:
        first = generator.choice(list(FIRST), p=list(FIRST.values()))
        for kind in NEXT[str(first)]:
            if kind == "edited":
                if pairs.edited[place, 0]:
                    return pairs.edited[place], True
            elif (other := stranger(pairs, place, kind, generator)) is not None:
                return pairs.texts[other], True
    return pairs.texts[place], False
