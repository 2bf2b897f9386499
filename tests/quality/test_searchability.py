"""Findability: ranks worked by hand, ties, batches, and comments that say no more than the name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from codegloss.encoder import Encoding
from codegloss.quality import searchability
from codegloss.quality.searchability import (
    Lexical,
    Query,
    Semantic,
    batches_of,
    shuffled,
    standings,
    without_own,
)


class Directions:
    """An `Encoder` of texts that are angles in degrees: their directions in the plane."""

    name = "directions"
    dimensions = 2
    exits = (1,)

    def __init__(self, length: float = 1.0) -> None:
        self.length = length

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        angles = np.radians([float(text or "nan") for text in texts])
        vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32) * np.float32(
            self.length
        )
        return Encoding(vectors, np.ones(len(texts), np.int32))


def vectors(*angles: float) -> NDArray[np.float32]:
    return Directions().encode([str(angle) for angle in angles]).vectors


POOL = ("def area(side): return side * side", "def read(path): return open(path)", "def show(x): print(x)")


@pytest.mark.parametrize(
    ("text", "identifiers", "rest"),
    [
        ("Gets the user names.", ["get_user_name"], ""),
        ("Get user name by id", ["getUserName", "id"], ""),
        ("Gets the user name from the cache", ["getUserName"], "the from the cache"),
        ("Closes `conn` (if open).", ["close", "conn"], "(if open)."),
        ("Parses what `parseHTTPHeader` gave", ["parse_header"], "what `http` gave"),
        ("Averages the readings", ["calc_avg"], "Averages the readings"),
        ("", ["f"], ""),
    ],
)
def test_a_function_s_own_words_are_taken_out(text: str, identifiers: list[str], rest: str) -> None:
    assert without_own(text, identifiers) == rest


def test_bm25_ranks_by_hand() -> None:
    order = np.arange(3)
    queries = [
        Query("the area of a side", "", 0),
        Query("open a path and print it", "print", 1),  # two words of its code against one of another
        Query("nothing of the kind", "", 2),
    ]
    area, read, show = standings(Lexical(POOL), queries, order, 2)
    assert (area.rank, area.reciprocal_rank) == (1, 1.0)
    assert (read.rank, read.bare_rank) == (1, 3)  # `print` scores 0 here and elsewhere, but for `show`
    assert (show.rank, show.reciprocal_rank) == (3, 1 / 3)
    assert area.bare_rank == 3  # nothing left: every other code is as good


def test_cosine_ranks_by_hand_with_ties_against() -> None:
    pool = vectors(0, 30, 60, 30)
    queries = [Query("0", "50", 0), Query("31", "31", 1), Query("89", "", 2)]
    first, tied, third = standings(Semantic(Directions(), None, pool), queries, np.array([0, 2, 1, 3]), 2)
    assert (first.rank, first.bare_rank, first.batch_rank) == (1, 4, 1)
    assert (tied.rank, tied.batch_rank, tied.batch_reciprocal_rank) == (2, 2, 0.5)  # 3 is its copy
    assert (third.rank, third.bare_rank) == (1, 4)


def test_blocks_change_no_rank(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    angles = random.uniform(0, 360, 300)
    pool = vectors(*angles)
    queries = [Query(str(angle + random.normal(0, 5)), "0", place) for place, angle in enumerate(angles)]
    order = shuffled([str(angle).encode() for angle in angles], 0)
    whole = standings(Semantic(Directions(), None, pool), queries, order, 32)
    cosines = vectors(*(float(query.text) for query in queries)) @ pool.T
    expected = [int((row >= row[place] - 1e-6).sum()) for place, row in enumerate(cosines)]
    assert [standing.rank for standing in whole] == expected
    for name in ("DOCUMENTS", "QUERIES"):
        monkeypatch.setattr(searchability, name, 7)
    assert standings(Semantic(Directions(), None, pool), queries, order, 32) == whole


def test_rounding_never_loses_the_own_code() -> None:
    random = np.random.default_rng(2)
    pool = random.normal(size=(500, 2)).astype(np.float32)
    queries = [Query(str(random.uniform(0, 360)), "", place) for place in range(500)]
    found = standings(Semantic(Directions(1e6), None, pool), queries, np.arange(500), 32)
    assert min(min(one.rank, one.batch_rank) for one in found) == 1


def test_blocks_change_no_rank_by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    queries = [Query(code, code.split("(")[0], place) for place, code in enumerate(POOL)]
    whole = standings(Lexical(POOL), queries, np.arange(3), 2)
    monkeypatch.setattr(searchability, "CELLS", 1)
    assert standings(Lexical(POOL), queries, np.arange(3), 2) == whole


@pytest.mark.parametrize(("documents", "size"), [(10, 4), (8, 4), (3, 4), (1, 32)])
def test_every_document_has_a_batch_of_the_same_size_with_itself_in_it(documents: int, size: int) -> None:
    order = shuffled([bytes([number]) for number in range(documents)], 3)
    batches = batches_of(np.arange(documents), order, size)
    assert batches.shape == (documents, min(size, documents))
    for place, batch in enumerate(batches.tolist()):
        assert place in batch
        assert len(set(batch)) == len(batch)


def test_batches_part_the_pool_where_they_fit() -> None:
    order = shuffled([bytes([number]) for number in range(12)], 3)
    batches = {tuple(sorted(batch)) for batch in batches_of(np.arange(12), order, 4).tolist()}
    assert sorted(place for batch in batches for place in batch) == list(range(12))


def test_another_seed_gives_another_order_and_one_document_less_keeps_the_rest() -> None:
    keys = [bytes([number]) for number in range(50)]
    order = shuffled(keys, 0)
    assert sorted(order.tolist()) == list(range(50))
    assert order.tolist() != shuffled(keys, 1).tolist()
    assert [place for place in order.tolist() if place != 49] == shuffled(keys[:-1], 0).tolist()


def test_weights_that_give_no_numbers_are_refused() -> None:
    broken = Semantic(Directions(), None, np.full((1, 2), np.nan, np.float32))
    with pytest.raises(ValueError, match="directions: a vector holds NaN"):
        standings(broken, [Query("1", "1", 0)], np.arange(1), 1)
