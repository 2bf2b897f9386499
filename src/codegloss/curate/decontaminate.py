"""What training must not hold: near-duplicates of anything that an evaluation looks into or asks for.

A pair is contaminated by a pool if its code is a near-duplicate of a piece of the pool's code, or
its text of one of its texts: Jaccard ≥ 0.7 over shingles of three tokens for code, of two words for
texts (see `shingles`, whose join is exact); pieces of under 10 tokens or 6 words count only when
they are the same. Comments are left out of code, case and punctuation out of texts.

Not covered: a translation into another language, renaming of most identifiers, a text that says
the same in other words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codegloss.curate.dedup import same
from codegloss.curate.shingles import Index, Ranking, Shingles


@dataclass(frozen=True, slots=True)
class Contamination:
    """What was removed from a split for one pool; a pair may have been removed for several."""

    split: str
    pool: str
    path: str
    pool_code: int  # distinct pieces of code in the pool
    pool_texts: int  # distinct texts
    pairs: int  # that were compared with it
    by_code: int  # of those, near-duplicates of its code
    by_text: int  # near-duplicates of its texts
    removed: int  # either


def found_in(pool: Shingles, pieces: Shingles, ranking: Ranking) -> NDArray[np.int64]:
    """For each piece one of the pool's that it is a near-duplicate of, −1 where there is none; (n,)."""
    first_of_pool, _ = same(pool)
    first, of = same(pieces)
    there, here = pool.take(first_of_pool), pieces.take(first)
    hit = np.full(len(here), -1)
    index = Index(there, ranking.prefixes(there))
    for asking, found in index.matches(here, ranking.prefixes(here), np.arange(len(here))):
        hit[asking[::-1]] = first_of_pool[found[::-1]]
    return hit[of]


def first_hits(hits: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Which pool, by number, is the first to hit each piece; −1 for none; (n,)."""
    chosen = np.full(len(hits[0]) if hits else 0, -1)
    for number in range(len(hits) - 1, -1, -1):
        chosen[hits[number] >= 0] = number
    return chosen
