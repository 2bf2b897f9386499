"""Figures of scores by hand: means, quartiles, groups, and what a missing value means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from codegloss.dataset import Counts, Dataset, Writer
from codegloss.quality.aggregate import comparison, summary
from codegloss.records import Score, Standing, arrow_schema, to_arrow


def standing(rank: int) -> Standing:
    return Standing(rank, 1 / rank, 1, 1.0, 10, 0.1)


def score(number: int, *, findings: int | None = 0, rank: int | None = 1, words: int = 5,
          language: str = "python") -> Score:  # fmt: skip
    return Score(
        function=f"f{number}", repository=f"r{number % 20}", path="x.py", qualified_name=f"f{number}",
        language=language, kind="function", code_hash="c", comment_hash="d", text="", words=words,
        inconsistency=None, findings=findings, rules=[], pool=50, semantic=None,
        lexical=standing(rank) if rank else None,
    )  # fmt: skip


def scores(path: Path, rows: Sequence[Score], **parameters: object) -> Dataset:
    writer = Writer(
        path, name="score", main="scores", tables={"scores": arrow_schema(Score)},
        parameters={"pool": "language", **parameters}, versions={},
    )  # fmt: skip
    writer.write("scores", to_arrow(rows, Score))
    writer.commit(Counts(len(rows), 0, 0))
    return Dataset.open(path)


def test_means_are_over_what_was_measured(tmp_path: Path) -> None:
    rows = [score(n, findings=2 if n < 10 else 0, rank=1 if n % 2 else 4) for n in range(40)]
    rows += [score(n, findings=None, rank=None) for n in range(40, 60)]
    found = summary(scores(tmp_path / "s", rows))
    rate, mrr = found["overall"]["IncRate"], found["overall"]["BM25 MRR"]
    assert (rate["value"], rate["functions"]) == (0.25, 40)
    assert (mrr["value"], mrr["functions"]) == (0.625, 40)
    assert rate["low"] < rate["value"] < rate["high"]
    assert found["overall"]["BM25 MRR, own names removed"]["value"] == pytest.approx(0.1)
    assert rate["resampled"] == "repositories"
    (few, *_) = found["by"]["repository"]
    assert few["measures"]["IncRate"]["resampled"] == "functions"
    assert not {"MRR", "P(inconsistent)"} & set(found["overall"])
    assert found["pools"] == {"smallest": 50, "median": 50, "largest": 50}


def test_groups_part_the_functions(tmp_path: Path) -> None:
    rows = [score(n, words=1 + n % 9, language="go" if n % 4 else "rust") for n in range(90)]
    found = summary(scores(tmp_path / "s", rows))["by"]
    for groups in found.values():
        assert sum(group["functions"] for group in groups) == 90
    assert [(group["group"], group["functions"]) for group in found["language"]] == [("go", 67), ("rust", 23)]
    assert [group["group"] for group in found["words"]] == [
        "1–3 words", "4–5 words", "6–7 words", "8–9 words",
    ]  # fmt: skip
    assert len(found["repository"]) == 20


def test_one_length_is_one_group(tmp_path: Path) -> None:
    (group,) = summary(scores(tmp_path / "s", [score(n) for n in range(8)]))["by"]["words"]
    assert (group["group"], group["functions"]) == ("5–5 words", 8)


def test_a_function_that_one_side_could_not_read_is_in_no_difference(tmp_path: Path) -> None:
    first = scores(tmp_path / "a", [score(n, findings=0, rank=2) for n in range(20)])
    second = scores(
        tmp_path / "b", [score(n, findings=1 if n % 2 else None, rank=1) for n in reversed(range(30))]
    )
    found = comparison(first, second)
    assert (found["functions"], found["only_in_first"], found["only_in_second"]) == (20, 0, 10)
    rate, mrr = found["overall"]["IncRate"], found["overall"]["BM25 MRR"]
    assert (rate["functions"], rate["first"], rate["second"]) == (10, 0.0, 1.0)
    assert (mrr["functions"], mrr["first"], mrr["second"], mrr["difference"]) == (20, 0.5, 1.0, -0.5)
    assert mrr["p"] < 0.01
