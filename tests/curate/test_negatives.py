"""Ranks, consistency and hard negatives, against the definition on small vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from codegloss.curate import negatives
from codegloss.curate.negatives import Mining, mine, negatives_dataset
from codegloss.dataset import Counts, Dataset, Writer
from codegloss.encoder import Encoding
from codegloss.records import Pair, arrow_schema, to_arrow


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("block", [(512, 16384), (7, 11)])
def test_what_is_mined_is_what_a_full_matrix_says(
    block: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(negatives, "_ROWS", block[0])
    monkeypatch.setattr(negatives, "_COLUMNS", block[1])
    random = np.random.default_rng(5)
    codes = unit(random.normal(size=(60, 8)))
    texts = unit(codes + 0.5 * random.normal(size=(60, 8)))
    clusters = random.integers(0, 40, 60)
    found = mine(texts, codes, clusters, margin=0.9, each=4)
    similarities = texts @ codes.T
    for i in range(60):
        rivals = [j for j in range(60) if clusters[j] != clusters[i]]
        own = similarities[i, i]
        assert found.ranks[i] == 1 + sum(similarities[i, j] >= own for j in rivals)
        hard = sorted(
            (j for j in rivals if own > 0 and similarities[i, j] < 0.9 * own),
            key=lambda j: -similarities[i, j],
        )
        wanted = hard[:4] + [-1] * (4 - len(hard[:4]))
        assert found.rows[i].tolist() == wanted
        assert found.positives[i] == pytest.approx(own, abs=1e-6)
        there = found.rows[i] >= 0
        assert found.similarities[i][there] == pytest.approx(similarities[i, found.rows[i][there]], abs=1e-6)


class Letters:
    """An encoder that counts letters."""

    name = "letters"
    dimensions = 26
    exits = (0,)

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        counts = np.array(
            [[text.count(chr(97 + letter)) for letter in range(26)] for text in texts], np.float32
        )
        if progress:
            progress(len(texts))
        return Encoding(unit(counts + 1e-9), np.ones(len(texts), np.int32))


def pair(number: int, text: str, code: str, language: str = "python", split: str = "train") -> Pair:
    return Pair(f"id{number}", "repo", "a.py", f"f{number}", language, "MIT", text, code, number, split)


def test_an_inconsistent_pair_is_dropped_with_its_rank_and_negatives_name_rows(tmp_path: Path) -> None:
    rows = [
        pair(0, "test", "test", split="test"),
        pair(1, "aaab", "aaab"),
        pair(2, "ccab", "ccab"),
        pair(3, "aaab", "zzzz"),  # its code has nothing of its text
        pair(4, "aaab", "aaab", language="go"),
    ]
    writer = Writer(
        tmp_path / "pairs",
        name="pairs",
        main="pairs",
        tables={"pairs": arrow_schema(Pair)},
        parameters={},
        versions={},
    )
    writer.write("pairs", to_arrow(rows, Pair))
    writer.commit(Counts(len(rows), 0, 0))
    manifest = negatives_dataset(tmp_path / "pairs", tmp_path / "out", Letters(), mining=Mining(top=2))
    assert (manifest.kept, manifest.dropped) == (3, 1)
    made = Dataset.open(tmp_path / "out")
    found = {row["id"]: row for row in made.read("negatives").to_pylist()}
    assert set(found) == {"id1", "id2", "id4"}
    assert found["id1"]["rank"] == 1
    assert found["id1"]["rows"] == [2, 3]  # never of another language or split
    assert found["id4"]["rows"] == []
    (dropped,) = made.read("dropped").to_pylist()
    assert dropped["reason"] == "inconsistent"
    assert dropped["detail"].startswith("f3: rank 3, cosine")
    again = negatives_dataset(tmp_path / "pairs", tmp_path / "out", Letters(), mining=Mining(top=2))
    assert again.created == manifest.created


def test_a_pair_whose_similarity_is_not_positive_has_no_negatives() -> None:
    texts = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    codes = np.array([[-0.6, 0.8], [0, 1], [-1, 0]], np.float32)
    found = mine(texts, codes, np.arange(3), margin=0.9, each=2)
    assert found.positives.tolist() == pytest.approx([-0.6, 0, 0])
    assert (found.rows == -1).all()
