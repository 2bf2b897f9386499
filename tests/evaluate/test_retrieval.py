"""Systems are measured by what they rank, blocks or not, and what they must not see they do not see."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from codegloss.evaluate import retrieval
from codegloss.evaluate.picture import quality_picture
from codegloss.evaluate.results import findings, task_findings
from codegloss.evaluate.retrieval import Result, evaluate
from codegloss.evaluate.tasks import Task
from codegloss.metrics import MRR

if TYPE_CHECKING:
    from conftest import HashedWords

VERBS = ("open", "close", "parse", "print", "merge", "split", "sort", "count")
NOUNS = ("socket", "matrix", "window", "ledger", "parcel")


@pytest.fixture
def task() -> Task:
    """Forty functions, each asked for by its two words; nothing else is shared."""
    both = [(verb, noun) for verb in VERBS for noun in NOUNS]
    return Task(
        "words",
        tuple(f"{verb} that {noun}" for verb, noun in both),
        tuple(f"void {verb}_{noun}(int x) {{ return x + {n}; }}" for n, (verb, noun) in enumerate(both)),
        tuple({n: 1.0} for n in range(len(both))),
        None,
        "c",
        "stripped",
        "written for this test",
    )


def measured(task: Task, hashed: HashedWords) -> dict[str, Result]:
    return {result.system: result for result in evaluate(task, [(hashed, hashed.exits)])}


def test_every_exit_is_measured_alone_and_with_bm25(task: Task, hashed: HashedWords) -> None:
    found = measured(task, hashed)
    assert list(found) == [
        "bm25",
        *("hashed@1", "hashed@1+bm25", "hashed@1+bm25:rrf"),
        *("hashed@2", "hashed@2+bm25", "hashed@2+bm25:rrf"),
    ]
    assert MRR(found["bm25"].ranks).mean() == 1.0
    assert all(result.ranks.queries == 40 for result in found.values())
    assert found["hashed@2+bm25"].seconds_per_thousand > found["bm25"].seconds_per_thousand > 0


def test_the_encoder_is_told_what_is_code_and_where_to_stop(task: Task, hashed: HashedWords) -> None:
    measured(task, hashed)
    encoded = [asked for asked in hashed.asked if asked[0] == 40]
    assert encoded == [(40, ["c"] * 40, 1), (40, None, 1), (40, ["c"] * 40, 2), (40, None, 2)]


def test_blocks_change_nothing(task: Task, hashed: HashedWords, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = measured(task, hashed)
    monkeypatch.setattr(retrieval, "CELLS", 3 * len(task.pool))
    for system, result in measured(task, hashed).items():
        assert result.ranks.rank.tolist() == whole[system].ranks.rank.tolist()
        assert result.ranks.query.tolist() == whole[system].ranks.query.tolist()


def test_what_is_left_out_is_not_ranked(task: Task, hashed: HashedWords) -> None:
    asked = ("void " + task.queries[0],)
    alone = replace(task, queries=asked, relevance=({0: 1.0},), candidates=([0, 7, 9],))
    for result in measured(alone, hashed).values():
        assert result.ranks.rank.max() <= 3
    doubled = replace(task, pool=(*task.pool, *task.pool))
    ties = measured(doubled, hashed)["bm25"].ranks.rank
    assert ties.tolist() == [2] * 40
    spared = replace(doubled, ignored=tuple([n + 40] for n in range(40)))
    assert measured(spared, hashed)["bm25"].ranks.rank.tolist() == [1] * 40


def test_an_empty_query_comes_last_not_first(task: Task, hashed: HashedWords) -> None:
    blank = replace(task, queries=("", *task.queries[1:]))
    for result in measured(blank, hashed).values():
        assert result.ranks.rank[0] == len(task.pool)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_vectors_that_are_not_finite_are_no_figures(task: Task, hashed: HashedWords, value: float) -> None:
    class Broken(type(hashed)):  # type: ignore[misc]
        def encode(self, texts: list[str], **given: object) -> object:
            encoding = super().encode(texts, **given)
            encoding.vectors[0, 0] = value
            return encoding

    with pytest.raises(ValueError, match=r"hashed@1: pool of words: a vector holds NaN or infinity"):
        list(evaluate(task, [(Broken(), (1,))]))


def test_progress_reaches_its_end(task: Task, hashed: HashedWords) -> None:
    last: dict[str, tuple[int, int]] = {}

    def heard(what: str, done: int, total: int) -> None:
        assert 0 <= done <= total
        last[what] = (done, total)

    list(evaluate(task, [(hashed, (2,))], heard))
    assert last["hashed@2: pool of words"] == last["hashed@2: queries of words"] == (40, 40)


def test_findings_state_pool_comments_intervals_and_comparisons(task: Task, hashed: HashedWords) -> None:
    results = list(evaluate(task, [(hashed, hashed.exits)]))
    found = json.loads(json.dumps(findings([task_findings(task, results)], {"seed": 0})))
    (one,) = found["tasks"]
    assert (one["queries"], one["pool"], one["searched"], one["comments"]) == (40, 40, 40, "stripped")
    assert (one["resampled"], one["left_out"]) == ("queries", 0)
    for result in one["results"]:
        assert list(result["metrics"]) == ["MRR", "Recall@1", "Recall@10", "nDCG@10", "nDCG", "MAP@R"]
        for estimate in result["metrics"].values():
            assert 0 <= estimate["low"] <= estimate["value"] <= estimate["high"] <= 1
    compared = {(each["system"], each["against"]) for each in one["comparisons"]}
    fused = [f"hashed@{exit}+bm25{fusion}" for exit in (1, 2) for fusion in ("", ":rrf")]
    assert compared == {
        *((system, "bm25") for system in ("hashed@1", "hashed@2", *fused)),
        *((system, system.partition("+")[0]) for system in fused),
    }
    assert found["means"][0]["metrics"]["MRR"]["value"] == one["results"][0]["metrics"]["MRR"]["value"]
    assert found["versions"]["codegloss"]


def test_repositories_are_drawn_where_there_are_enough(task: Task, hashed: HashedWords) -> None:
    grouped = replace(task, groups=tuple(f"repository-{n % 12}" for n in range(40)))
    results = list(evaluate(grouped, []))
    assert task_findings(grouped, results)["resampled"] == "repositories"
    few = replace(task, groups=tuple(f"repository-{n % 3}" for n in range(40)))
    assert task_findings(few, results)["resampled"] == "queries"


def test_the_mean_of_tasks_weighs_them_alike(task: Task, hashed: HashedWords) -> None:
    half = replace(task, name="none", queries=("zzz",), relevance=({0: 1.0},))
    both = [task_findings(each, list(evaluate(each, []))) for each in (task, half)]
    (mean,) = findings(both, {})["means"]
    assert mean["tasks"] == 2
    assert mean["metrics"]["MRR"]["value"] == pytest.approx((1 + 1 / 40) / 2)


def test_the_picture_has_a_point_for_each_exit_and_needs_nothing_else(
    task: Task, hashed: HashedWords, tmp_path: Path
) -> None:
    hashed.name = "<hashed> & co"
    found = findings([task_findings(task, list(evaluate(task, [(hashed, hashed.exits)])))], {})
    drawn = quality_picture(found)
    import xml.etree.ElementTree as ElementTree

    root = ElementTree.fromstring(drawn)
    texts = ["".join(element.itertext()) for element in root.iter() if element.tag.endswith("}text")]
    assert texts.count("exit 1") == texts.count("exit 2") == 1
    assert "<hashed> & co" in texts
    assert "BM25" in texts
    assert any("40 functions searched, comments stripped" in text for text in texts)
    assert not re.search(r"(href|src|url\()", drawn)
    assert "prefers-color-scheme:dark" in drawn
