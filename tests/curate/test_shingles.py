"""The exact join, against the definition: every near-duplicate is found and nothing else."""

from __future__ import annotations

import random

import numpy as np
import pytest

from codegloss.curate.decontaminate import first_hits, found_in
from codegloss.curate.dedup import beyond, components, edges, leaders, same
from codegloss.curate.shingles import Hasher, Ranking, Shingles, jaccard

THRESHOLD = 0.7


def pieces(seed: int) -> list[str]:
    """Families of token lists that differ in a few places, some too short for shingles, some empty."""
    draw = random.Random(seed)
    words = [f"w{number}" for number in range(60)]
    made = []
    for _ in range(50):
        first = draw.choices(words, k=draw.randint(0, 40))
        for _ in range(5):
            changed = list(first)
            for _ in range(draw.randint(0, 3) if changed else 0):
                changed[draw.randrange(len(changed))] = draw.choice(words)
            made.append(" ".join(changed))
    return made


def sets(made: list[str]) -> list[set[tuple[str, ...]]]:
    found = []
    for piece in made:
        tokens = piece.split()
        width = 3 if len(tokens) >= 10 else max(1, len(tokens))
        found.append(
            {tuple(tokens[at : at + width]) for at in range(len(tokens) - width + 1)} if tokens else set()
        )
    return found


def near(one: set[tuple[str, ...]], other: set[tuple[str, ...]]) -> bool:
    return len(one & other) >= THRESHOLD * len(one | other) - 1e-9


@pytest.fixture(params=[0, 1])
def case(request: pytest.FixtureRequest) -> tuple[list[set[tuple[str, ...]]], Shingles]:
    made = pieces(request.param)
    return sets(made), Hasher("code").shingles(made)


def test_sizes_and_similarities_are_those_of_the_sets(
    case: tuple[list[set[tuple[str, ...]]], Shingles],
) -> None:
    wanted, shingles = case
    assert shingles.sizes.tolist() == [len(one) for one in wanted]
    for i in range(50):
        for j in range(i):
            union = len(wanted[i] | wanted[j])
            expected = len(wanted[i] & wanted[j]) / union if union else 1.0
            assert jaccard(shingles, i, shingles, j) == pytest.approx(expected)


def test_no_two_leaders_are_near_and_each_other_piece_is_near_its_leader(
    case: tuple[list[set[tuple[str, ...]]], Shingles],
) -> None:
    wanted, shingles = case
    leader = leaders(shingles, Ranking([shingles]))
    kept = [place for place in range(len(wanted)) if leader[place] == place]
    assert 50 <= len(kept) < len(wanted)
    for place, of in enumerate(leader.tolist()):
        assert of <= place
        assert leader[of] == of
        assert near(wanted[place], wanted[of])
    assert not any(near(wanted[i], wanted[j]) for i in kept for j in kept if i < j)


def test_components_are_those_of_all_pairs(case: tuple[list[set[tuple[str, ...]]], Shingles]) -> None:
    wanted, shingles = case
    every = [(i, j) for i in range(len(wanted)) for j in range(i) if near(wanted[i], wanted[j])]
    expected = components(len(wanted), np.array(every))
    assert np.array_equal(components(len(wanted), edges(shingles, Ranking([shingles]))), expected)


def test_every_piece_that_is_near_one_of_the_pool_is_found(
    case: tuple[list[set[tuple[str, ...]]], Shingles],
) -> None:
    wanted, shingles = case
    order = np.random.default_rng(0).permutation(len(wanted))
    pool, others = order[:120], order[120:]
    ranking = Ranking([shingles])
    found = found_in(shingles.take(pool), shingles.take(others), ranking)
    for other, hit in zip(others.tolist(), found.tolist(), strict=True):
        matches = [place for place, piece in enumerate(pool.tolist()) if near(wanted[piece], wanted[other])]
        matches = [place for place in matches if wanted[other]]  # an empty piece is near nothing
        assert hit in matches if matches else hit == -1


def test_white_space_never_counts_and_case_only_in_code() -> None:
    code, text = Hasher("code"), Hasher("text")
    one, other = code.shingles(["if (a) { return B; }"]), code.shingles(["if(a){\n\treturn B;}"])
    assert jaccard(one, 0, other, 0) == 1
    assert jaccard(one, 0, code.shingles(["if(a){return b;}"]), 0) < 1
    said, shouted = (
        text.shingles(["Opens the file, and waits for it."]),
        text.shingles(["OPENS THE FILE AND WAITS FOR IT"]),
    )
    assert jaccard(said, 0, shouted, 0) == 1


def test_short_pieces_count_as_a_whole() -> None:
    shingles = Hasher("code").shingles(["return self . x", "return self . y", "return self . x"])
    assert shingles.sizes.tolist() == [1, 1, 1]
    assert leaders(shingles, Ranking([shingles])).tolist() == [0, 1, 0]


def test_empty_collections() -> None:
    hasher = Hasher("text")
    none, some = hasher.shingles([]), hasher.shingles(["one two three four five six seven"])
    ranking = Ranking([none, some])
    assert len(none) == 0
    assert leaders(none, ranking).tolist() == []
    assert edges(none, ranking).shape == (0, 2)
    assert found_in(none, some, ranking).tolist() == [-1]
    assert found_in(some, none, ranking).tolist() == []


def test_same_names_the_first_of_each_set() -> None:
    first, of = same(Hasher("code").shingles(["b c", "a b", "b c", "c d", "a b"]))
    assert first.tolist() == [0, 1, 3]
    assert of.tolist() == [0, 1, 0, 2, 1]


def test_beyond_counts_each_key_on_its_own() -> None:
    keys = np.array([7, 3, 7, 7, 3, 7])
    assert beyond(keys, 2).tolist() == [False, False, False, True, False, True]
    assert beyond(keys[:0], 2).tolist() == []


def test_the_first_pool_that_hits_is_named() -> None:
    assert first_hits([np.array([-1, 4, -1]), np.array([0, 2, -1])]).tolist() == [1, 0, -1]
