"""Parallel code is found by equal texts in different languages."""

from __future__ import annotations

from pathlib import Path

from codegloss.curate.parallel import counts, parallel_pairs
from codegloss.dataset import Counts, Writer
from codegloss.records import Pair, arrow_schema, to_arrow

LONG = "Returns the number of {} between two dates, leap years included."


def test_equal_long_texts_of_two_languages_are_combined_once(tmp_path: Path) -> None:
    said = [
        ("python", LONG.format("days")),
        ("go", LONG.format("days").upper().rstrip(".")),
        ("java", LONG.format("days")),
        ("java", LONG.format("days")),  # the same language adds nothing
        ("go", LONG.format("weeks")),
        ("ruby", "Returns its name."),
        ("rust", "Returns its name."),
        *(("php", LONG.format("years")) for _ in range(5)),  # says too little: five have it
        ("python", LONG.format("years")),
    ]
    rows = [
        Pair(f"id{n}", f"r{n}", "p", f"f{n}", language, "MIT", text, f"code {n}", n, "train")
        for n, (language, text) in enumerate(said)
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
    found = parallel_pairs(tmp_path / "pairs")
    assert [(one.id, one.other_id) for one in found] == [("id1", "id2"), ("id1", "id0"), ("id2", "id0")]
    assert counts(found) == {("go", "java"): 1, ("go", "python"): 1, ("java", "python"): 1}
    assert found[0].other_code == "code 2"
    assert parallel_pairs(tmp_path / "pairs", "test") == []
