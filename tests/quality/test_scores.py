"""From functions to scores: every function ends somewhere, copies are no rivals, a killed run goes on."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable, Container, Sequence
from pathlib import Path

import numpy as np
import pytest

from codegloss.dataset import Counts, Dataset, DatasetError, Parent, Writer
from codegloss.encoder import Encoding
from codegloss.extract.stage import functions_in
from codegloss.quality.aggregate import comparison, summary
from codegloss.quality.pools import Model, Options
from codegloss.quality.scores import Judges, by_rules, scores_dataset
from codegloss.records import Finding, Function, Score, arrow_schema, to_arrow
from codegloss.search.lexical import words

AREA = "    square = side * side\n    return square\n"
READ = "    with open(path) as file:\n        return file.read()\n"
SHOW = "    for line in lines:\n        print(line)\n"


def function(name: str, text: str, body: str, repository: str = "a", **changes: object) -> Function:
    parameter = {AREA: "side", READ: "path", SHOW: "lines"}.get(body, "x")
    doc = f'    """{text}"""\n' if text else ""
    (made,) = functions_in(f"def {name}({parameter}):\n{doc}{body}", "python")
    identity = hashlib.sha256(f"{repository}/{name}".encode()).hexdigest()[:16]
    return dataclasses.replace(made, **{"repository": repository, "id": identity} | changes)  # type: ignore[arg-type]


def dataset(path: Path, rows: Sequence[Function]) -> Path:
    writer = Writer(
        path,
        name="extract",
        main="functions",
        tables={"functions": arrow_schema(Function)},
        parameters={"rows": [f"{row.id}{row.comment_hash}" for row in rows]},
        versions={},
    )
    writer.write("functions", to_arrow(rows, Function))
    writer.commit(Counts(len(rows), 0, 0))
    return path


def liars(function: Function, known: Container[str]) -> list[Finding] | None:
    """A judge that finds one fault in each comment that says `lies`, and chokes on one that says `choke`."""
    assert function.name in known
    text = function.comment_text or ""
    if "choke" in text:
        raise RuntimeError("this one is too much")
    if "unread" in text:
        return None
    finding = Finding(
        function=function.id, repository="", path="", line=1, qualified_name="", language="", rule="CG999",
        name="lie", message="", quote="", confidence=1.0,
    )  # fmt: skip
    return [finding, finding] if "lies" in text else []


class Counting:
    """An `Encoder` of words by their number, which counts what it is asked, and may be told to break down."""

    name = "counting"
    dimensions = 4
    exits = (0, 2)

    def __init__(self, texts: int | None = None) -> None:
        self.codes = 0
        self.left = texts

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        assert exit == 2
        if languages:
            if self.left is not None and self.codes >= self.left:
                raise KeyboardInterrupt
            self.codes += len(texts)
        vectors = np.ones((len(texts), 4), np.float32)
        vectors[:, 0] = [len(words(text)) for text in texts]
        return Encoding(vectors, np.ones(len(texts), np.int32))


def model(encoder: Counting) -> Model:
    return Model(encoder, 2, Parent("counting", "counting", "1"))


def scored(out: Path) -> dict[str, Score]:
    return {row["qualified_name"]: row for row in Dataset.open(out).read("scores").to_pylist()}


ROWS = [
    function("area", "Area of the square, from the length of a side.", AREA),
    function("area_too", "Squares a side with lies about it.", AREA, "b"),
    function("read", "Text of a whole file at this path.", READ),
    function("show", "", SHOW),
    function("unread", "Something unread that prints all lines.", SHOW, "b"),
    function("choke", "Makes them choke on every line here.", SHOW, "c"),
    function("short", "Shows lines.", SHOW),
    function("german", "Die Zeilen werden mit einer Schleife nicht gedruckt.", SHOW),
    function("bodiless", "Says what it would do some day.", AREA, has_body=False),
    function("made", "Made by a machine for other machines.", AREA, is_generated=True),
]


def test_every_function_is_scored_or_left_out_for_its_reason(tmp_path: Path) -> None:
    manifest = scores_dataset(
        tmp_path / "out", dataset(tmp_path / "in", ROWS), model=None, judges=Judges(liars), options=Options()
    )
    assert (manifest.rows_in, manifest.kept, manifest.dropped, manifest.failed) == (10, 4, 5, 1)
    opened = Dataset.open(tmp_path / "out")
    assert Counter(opened.read("dropped")["reason"].to_pylist()) == {
        "no comment": 1, "text too short": 1, "another language": 1, "no body": 1, "generated": 1,
    }  # fmt: skip
    (failed,) = opened.read("failed").to_pylist()
    assert (failed["error"], failed["message"]) == ("RuntimeError", "choke: this one is too much")
    rows = scored(tmp_path / "out")
    assert [rows[name]["findings"] for name in ("area", "area_too", "read", "unread")] == [0, 2, 0, None]
    assert rows["area_too"]["rules"] == ["CG999"]
    assert rows["area"]["inconsistency"] is None
    assert rows["area"]["semantic"] is None


def test_copies_are_one_code_of_the_pool_and_the_undocumented_are_in_it(tmp_path: Path) -> None:
    scores_dataset(
        tmp_path / "out", dataset(tmp_path / "in", ROWS), model=None, judges=Judges(liars), options=Options()
    )
    rows = scored(tmp_path / "out")
    # Each name makes a code of its own; what has no body or was generated is not searched.
    assert {row["pool"] for row in rows.values()} == {8}
    same = [function("area", f"Squares the side, said in way {n}.", AREA, str(n)) for n in range(3)]
    scores_dataset(
        tmp_path / "same",
        dataset(tmp_path / "in2", same),
        model=None,
        judges=Judges(liars),
        options=Options(),
    )
    first = next(iter(scored(tmp_path / "same").values()))
    assert (first["pool"], first["lexical"]["rank"], first["lexical"]["batch_rank"]) == (1, 1, 1)


def test_pools_are_of_a_language_a_repository_or_all(tmp_path: Path) -> None:
    rows = [
        function("area", "Area of the square, from the length of a side.", AREA),
        function("read", "Text of a whole file at this path.", READ),
        function("show", "Prints all of the lines, one by one.", SHOW, "b"),
        function("other", "Prints what another language has here.", SHOW, "b", language="ruby"),
    ]
    path = dataset(tmp_path / "in", rows)
    sizes = {}
    for pool in ("language", "repository", "all"):
        scores_dataset(tmp_path / pool, path, model=None, judges=Judges(liars), options=Options(pool=pool))
        sizes[pool] = [row["pool"] for row in Dataset.open(tmp_path / pool).read("scores").to_pylist()]
    assert sizes == {"language": [3, 3, 3, 1], "repository": [2, 2, 2, 2], "all": [4, 4, 4, 4]}


def test_a_classifier_s_silence_is_no_probability(tmp_path: Path) -> None:
    def classifier(functions: Sequence[Function]) -> np.ndarray:  # type: ignore[type-arg]
        return np.array([np.nan if one.name == "read" else 0.25 for one in functions], np.float32)

    scores_dataset(
        tmp_path / "out",
        dataset(tmp_path / "in", ROWS),
        model=None,
        judges=Judges(liars, classifier),
        options=Options(),
    )
    rows = scored(tmp_path / "out")
    assert (rows["area"]["inconsistency"], rows["read"]["inconsistency"]) == (0.25, None)


def test_of_a_large_pool_some_comments_are_searched_by_and_the_same_ones_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codegloss.quality.pools.LARGE", 5)
    rows = [function(f"f{n}", f"Squares side number {n} and no other.", AREA) for n in range(12)]
    drawn = []
    for out, some in (("all", rows), ("fewer", rows[:-1])):
        options = Options(queries=4)
        path = dataset(tmp_path / f"in-{out}", some)
        scores_dataset(tmp_path / out, path, model=None, judges=Judges(liars), options=options)
        drawn.append({name for name, row in scored(tmp_path / out).items() if row["lexical"]})
    assert [len(names) for names in drawn] == [4, 4]
    assert len(drawn[0] & drawn[1]) >= 3  # one function less moves no other
    assert all(row["findings"] == 0 for row in scored(tmp_path / "all").values())


def test_an_interrupted_run_goes_on_with_the_vectors_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codegloss.quality.pools.AT_ONCE", 2)
    path = dataset(tmp_path / "in", ROWS)

    def run(out: str, encoder: Counting) -> Counting:
        scores_dataset(tmp_path / out, path, model=model(encoder), judges=Judges(liars), options=Options())
        return encoder

    whole = run("whole", Counting())
    with pytest.raises(KeyboardInterrupt):
        run("out", Counting(texts=4))
    again = run("out", Counting())
    assert (whole.codes, again.codes) == (8, 4)
    assert scored(tmp_path / "out") == scored(tmp_path / "whole")
    assert (
        Dataset.open(tmp_path / "out").manifest.fingerprint
        == Dataset.open(tmp_path / "whole").manifest.fingerprint
    )
    assert run("out", Counting(texts=0)).codes == 0  # unchanged


def test_what_was_checkpointed_is_not_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegloss.quality.scores.BATCH_ROWS", 2)
    monkeypatch.setattr(Writer, "due", lambda self: True)
    path = dataset(tmp_path / "in", ROWS)

    def run(out: str, stops_at: str) -> list[str]:
        judged: list[str] = []

        def judge(function: Function, known: Container[str]) -> list[Finding] | None:
            if function.name == stops_at:
                raise KeyboardInterrupt
            judged.append(function.name)
            return liars(function, known)

        try:
            scores_dataset(tmp_path / out, path, model=None, judges=Judges(judge), options=Options())
        except KeyboardInterrupt:
            judged.append("stopped")
        return judged

    assert run("out", "unread") == ["area", "area_too", "read", "stopped"]
    assert run("out", "") == ["unread", "choke"]
    run("whole", "")
    assert scored(tmp_path / "out") == scored(tmp_path / "whole")
    assert Dataset.open(tmp_path / "out").manifest.failed == 1


def test_the_rules_take_part(tmp_path: Path) -> None:
    path = dataset(tmp_path / "in", ROWS)
    manifest = scores_dataset(tmp_path / "out", path, model=None, judges=Judges(by_rules), options=Options())
    assert (manifest.kept, manifest.failed) == (5, 0)
    assert scored(tmp_path / "out")["area"]["findings"] == 0


def test_two_sets_of_comments_are_compared_on_what_both_have(tmp_path: Path) -> None:
    def rows(text: str, fewer: int = 0) -> list[Function]:
        return [
            function(f"f{n}", text.format(n), AREA.replace("square", f"v{n}"), f"r{n}")
            for n in range(12 - fewer)
        ]

    for name, some in (
        ("good", rows("Squares the side into v{}")),
        ("bad", rows("Mostly it lies about things", 1)),
    ):
        scores_dataset(
            tmp_path / name, dataset(tmp_path / f"{name}-in", some), model=None, judges=Judges(liars),
            options=Options(),
        )  # fmt: skip
    good, bad = Dataset.open(tmp_path / "good"), Dataset.open(tmp_path / "bad")
    found = comparison(good, bad)
    assert (found["functions"], found["only_in_first"], found["only_in_second"]) == (11, 1, 0)
    assert found["other_pool"] == 11
    rate = found["overall"]["IncRate"]
    assert (rate["first"], rate["second"], rate["difference"], rate["high"]) == (0, 1, -1, -1)
    assert found["overall"]["BM25 MRR"]["difference"] > 0
    same = comparison(good, good)["overall"]
    assert all(one["difference"] == one["low"] == one["high"] == 0 and one["p"] == 1 for one in same.values())
    assert "MRR" not in same  # there was no model


def test_what_was_measured_otherwise_is_not_compared(tmp_path: Path) -> None:
    path = dataset(tmp_path / "in", ROWS)
    for size in (2, 4):
        scores_dataset(
            tmp_path / str(size), path, model=None, judges=Judges(liars), options=Options(batch=size)
        )
    with pytest.raises(DatasetError, match="another batch"):
        comparison(Dataset.open(tmp_path / "2"), Dataset.open(tmp_path / "4"))


def test_no_functions_give_an_empty_summary(tmp_path: Path) -> None:
    path = dataset(tmp_path / "in", [])
    scores_dataset(tmp_path / "out", path, model=None, judges=Judges(liars), options=Options())
    found = summary(Dataset.open(tmp_path / "out"))
    assert (found["kept"], found["overall"], found["by"]["words"]) == (0, {}, [])
