"""Which repository is for training, validation or testing, and the proof that none is for two of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping

SPLITS = ("train", "validation", "test")


class SplitError(Exception):
    """A repository in two splits, or shares that are none; one line."""


def split_of(
    repository: str, seed: int = 0, shares: Mapping[str, float] = {"validation": 0.05, "test": 0.05}
) -> str:
    """The split of a repository, by its name alone; what the shares leave of 1 is `train`.

    Raises SplitError for shares that are negative, sum up to more than 1, or name no split.
    """
    if set(shares) - set(SPLITS[1:]) or min(shares.values(), default=0) < 0 or sum(shares.values()) > 1:
        raise SplitError(
            f"shares must be of {', '.join(SPLITS[1:])}, positive, and at most 1 together: {shares}"
        )
    digest = hashlib.sha256(f"{seed}:{repository.casefold()}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    for split in ("test", "validation"):
        if place < shares.get(split, 0):
            return split
        place -= shares.get(split, 0)
    return "train"


def check_disjoint(repositories: Mapping[str, Iterable[str]]) -> None:
    """Raises SplitError when a repository, upper and lower case aside, is in more than one split."""
    splits = defaultdict[str, set[str]](set)
    for split, names in repositories.items():
        for name in names:
            splits[name.casefold()].add(split)
    shared = sorted(name for name, found in splits.items() if len(found) > 1)
    if shared:
        first = shared[0]
        raise SplitError(
            f"{len(shared)} repositories are in more than one split, {first!r} in "
            f"{' and '.join(sorted(splits[first]))}: leave each in one"
        )
