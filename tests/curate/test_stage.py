"""From functions to pairs: what is planted is found, and nothing vanishes."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from codegloss.curate import pairs_dataset
from codegloss.curate.pools import PoolError
from codegloss.curate.split import SplitError
from codegloss.dataset import Counts, Dataset, Writer
from codegloss.extract.stage import functions_in
from codegloss.records import Function, arrow_schema, to_arrow

LONG = """\
    total = 0
    for item in items:
        if item > 1:
            total += item * 2
    return total
"""


def function(name: str, text: str, body: str = LONG, repository: str = "a", **changes: object) -> Function:
    doc = f'    """{text}"""\n' if text else ""
    (made,) = functions_in(f"def {name}(items):\n{doc}{body}", "python")
    identity = hashlib.sha256(f"{repository}/{name}".encode()).hexdigest()[:16]
    changes = {"repository": repository, "licence": "MIT", "id": identity} | changes
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def functions(path: Path, rows: Sequence[Function]) -> Path:
    writer = Writer(
        path,
        name="extract",
        main="functions",
        tables={"functions": arrow_schema(Function)},
        parameters={"rows": [row.id for row in rows]},
        versions={},
    )
    writer.write("functions", to_arrow(rows, Function))
    writer.commit(Counts(len(rows), 0, 0))
    return path


def different(number: int) -> str:
    """Code that is like no other."""
    return (
        "".join(f"    v{number}_{line} = call{number}(items, {line})\n" for line in range(6))
        + "    return items\n"
    )


def reasons(path: Path) -> Counter[str]:
    return Counter(Dataset.open(path).read("dropped")["reason"].to_pylist())


def test_every_function_is_a_pair_or_dropped_for_its_reason(tmp_path: Path) -> None:
    rows = [
        function("good", "Adds up what is large among the items."),
        function("silent", ""),
        function("short", "Adds up items."[:8]),
        function("todo", "TODO find out what this is for"),
        function("copyleft", "Adds the items in another way.", different(1), licence="GPL-3.0-only"),
        function("unknown", "Adds the items in a third way.", different(2), licence=None),
        function("test_it", "Checks that the items are added.", different(3), is_test=True),
        function("made", "Adds items as a machine would.", different(4), is_generated=True),
        function("bodiless", "Adds items some day, not now.", different(5), has_body=False),
    ]
    manifest = pairs_dataset(tmp_path / "out", train=[functions(tmp_path / "in", rows)])
    assert manifest.rows_in == len(rows) == manifest.kept + manifest.dropped
    (pair,) = Dataset.open(tmp_path / "out").read().to_pylist()
    assert pair["qualified_name"] == "good"
    assert pair["text"] == "Adds up what is large among the items."
    assert '"""' not in pair["code"]
    assert pair["split"] == "train"
    assert reasons(tmp_path / "out") == {
        "no comment": 1, "text too short": 1, "boilerplate": 1, "licence": 2, "test": 1, "generated": 1,
        "no body": 1,
    }  # fmt: skip


def test_of_near_duplicates_training_keeps_the_one_that_says_most(tmp_path: Path) -> None:
    rows = [
        function("first", "Adds up items.", different(1)),
        function("first", "Adds up those of the items that are large.", different(1), "b"),
        function("other", "Does something else with them.", different(2)),
        *(function(f"same{n}", "Does what all of these do here.", different(10 + n)) for n in range(5)),
    ]
    pairs_dataset(tmp_path / "out", train=[functions(tmp_path / "in", rows)])
    pairs = Dataset.open(tmp_path / "out").read().to_pylist()
    texts = Counter(pair["text"] for pair in pairs)
    assert texts == {
        "Adds up those of the items that are large.": 1,
        "Does something else with them.": 1,
        "Does what all of these do here.": 3,
    }
    assert reasons(tmp_path / "out") == {"near-duplicate": 1, "repeated text": 2}
    (duplicate,) = (
        row
        for row in Dataset.open(tmp_path / "out").read("dropped").to_pylist()
        if row["reason"] == "near-duplicate"
    )
    (kept,) = (pair for pair in pairs if pair["text"].startswith("Adds"))
    assert duplicate["detail"] == f"first: of {kept['id']}"
    clusters = {pair["cluster"] for pair in pairs if pair["text"].startswith("Does what")}
    assert len(clusters) == 1
    assert len({pair["cluster"] for pair in pairs}) == 3


def test_what_an_evaluation_knows_is_kept_out_of_training(tmp_path: Path) -> None:
    train = [
        function("own", "Adds up items in its very own way.", different(1)),
        function("copied", "Says something nobody else does here.", different(2)),
        function("silently", "Takes what the test does not document.", different(5)),
        function("told", "Counts the words of a text, one by one.", different(3)),
        function("asked", "Find the largest of all numbers in a list", different(4)),
    ]
    test = [
        function(
            "renamed", "Has its code in training as well.", different(2).replace("call2(items, 3)", "x"), "t"
        ),
        function("undocumented", "", different(5), "t"),
        function("tells", "counts the words of a text one by one", different(6), "t"),
    ]
    queries = tmp_path / "queries"
    queries.mkdir()
    (queries / "queries.csv").write_text("query\nfind the largest of all numbers in a list?\n")
    pairs_dataset(
        tmp_path / "out",
        train=[functions(tmp_path / "train", train)],
        test=[functions(tmp_path / "test", test)],
        against=[queries],
    )
    made = Dataset.open(tmp_path / "out")
    kept = [pair["qualified_name"] for pair in made.read().to_pylist() if pair["split"] == "train"]
    assert kept == ["own"]
    why = {row["detail"] for row in made.read("dropped").to_pylist() if row["reason"] == "contaminated"}
    assert why == {"copied: test", "silently: test", "told: test", "asked: queries"}
    report = {row["pool"]: row for row in made.read("contamination").to_pylist() if row["split"] == "train"}
    assert (report["test"]["by_code"], report["test"]["by_text"], report["test"]["removed"]) == (2, 1, 3)
    assert (report["queries"]["pool_texts"], report["queries"]["removed"]) == (1, 1)


def test_a_comment_that_opens_with_the_name_is_known_without_it_too(tmp_path: Path) -> None:
    train = [function("Run", "Run executes the whole command.", different(1))]
    test = [function("Run", "Run executes the whole command.", different(2), "t")]
    pairs_dataset(
        tmp_path / "out",
        train=[functions(tmp_path / "train", train)],
        test=[functions(tmp_path / "test", test)],
    )
    (pair,) = Dataset.open(tmp_path / "out").read().to_pylist()
    assert (pair["split"], pair["text"]) == ("test", "Executes the whole command.")
    assert reasons(tmp_path / "out") == {"contaminated": 1}


def test_no_functions_give_an_empty_dataset(tmp_path: Path) -> None:
    manifest = pairs_dataset(tmp_path / "out", train=[functions(tmp_path / "in", [])])
    assert (manifest.kept, manifest.dropped) == (0, 0)


def test_a_repository_in_two_splits_is_refused(tmp_path: Path) -> None:
    both = [
        functions(tmp_path / name, [function(name, "Adds up what is large here.")]) for name in ("x", "y")
    ]
    with pytest.raises(SplitError, match="'a' in test and train"):
        pairs_dataset(tmp_path / "out", train=both[:1], test=both[1:])
    assert not (tmp_path / "out").exists()


def test_by_hash_a_repository_is_whole_in_one_split(tmp_path: Path) -> None:
    rows = [
        function(f"f{n}", f"Adds up number {n} of the items.", different(n), f"repository{n % 40}")
        for n in range(120)
    ]
    pairs_dataset(tmp_path / "out", by_hash=[functions(tmp_path / "in", rows)], seed=5)
    pairs = Dataset.open(tmp_path / "out").read().to_pylist()
    splits = {(pair["repository"], pair["split"]) for pair in pairs}
    assert len(splits) == len({repository for repository, _ in splits}) == 40
    assert {"train"} < {split for _, split in splits}


def test_the_same_call_changes_nothing_and_another_order_gives_the_same_pairs(tmp_path: Path) -> None:
    rows = [
        function(f"f{n}", f"Adds up number {n} of the items.", different(n % 7), f"r{n}") for n in range(20)
    ]
    one, other = functions(tmp_path / "one", rows), functions(tmp_path / "other", rows[::-1])
    first = pairs_dataset(tmp_path / "out", train=[one])
    assert pairs_dataset(tmp_path / "out", train=[one]).created == first.created
    pairs_dataset(tmp_path / "turned", train=[other])
    ids = [
        {pair["id"] for pair in Dataset.open(tmp_path / name).read().to_pylist()}
        for name in ("out", "turned")
    ]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 7


def test_a_missing_pool_stops_before_anything_is_written(tmp_path: Path) -> None:
    one = functions(tmp_path / "one", [function("f", "Adds up what is large here.")])
    with pytest.raises(PoolError, match="no such evaluation pool"):
        pairs_dataset(tmp_path / "out", train=[one], against=[tmp_path / "nowhere"])
    assert not (tmp_path / "out").exists()
