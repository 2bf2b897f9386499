"""`codegloss score`: tables that say how they were measured, comparisons, and errors in a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from codegloss.cli import app
from codegloss.dataset import Counts, Writer
from codegloss.extract.stage import functions_in
from codegloss.records import Function, arrow_schema, to_arrow

BODIES = (
    "total = 0\n    for number in numbers:\n        total += number\n    return total",
    "with open(numbers) as file:\n        return file.read()",
    "return sorted(numbers, reverse=True)[0]",
)
GOOD = ("Sum of all the numbers in a list.", "Text that a file holds.", "Largest of all after sorting them.")
BAD = ("Does something with its argument here.", "Does what is to be done.", "Handles the given things.")


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(app, ["score", *map(str, arguments)])
    assert "Traceback" not in done.output
    return done


def functions(path: Path, comments: tuple[str, ...]) -> Path:
    code = [
        f'def f{n}(numbers):\n    """{comment}"""\n    {body}\n'
        for n, (comment, body) in enumerate(zip(comments, BODIES, strict=True))
    ]
    rows = functions_in("\n\n".join(code), "python")
    writer = Writer(
        path,
        name="extract",
        main="functions",
        tables={"functions": arrow_schema(Function)},
        parameters={},
        versions={},
    )
    writer.write("functions", to_arrow(rows, Function))
    writer.commit(Counts(len(rows), 0, 0))
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return functions(tmp_path / "good", GOOD)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    return functions(tmp_path / "bad", BAD)


def test_the_tables_say_how_they_were_measured(good: Path, tmp_path: Path) -> None:
    done = run(good, "--out", tmp_path / "scores", "--model", "bm25", "--batch", 2, "--seed", 7)
    assert done.exit_code == 0, done.output
    assert "3 functions = 3 kept + 0 dropped + 0 failed" in done.stdout
    assert "BM25; pool: language, 3 codes; batches of 2; seed 7" in done.stdout
    assert "IncRate" in done.stdout
    assert "BM25 MRR" in done.stdout
    again = run(tmp_path / "scores")
    assert again.exit_code == 0, again.output
    assert again.stdout == done.stdout


def test_the_figures_as_json(good: Path, tmp_path: Path) -> None:
    done = run(good, "-o", tmp_path / "scores", "-m", "bm25", "--json", "--quiet")
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["overall"]["BM25 MRR"]["value"] == 1.0
    assert found["overall"]["IncRate"]["functions"] == 3
    assert found["parameters"]["batch"] == 32


def test_an_encoder_stands_beside_bm25(good: Path, tmp_path: Path) -> None:
    done = run(good, "-o", tmp_path / "scores", "--exit", 0)
    assert done.exit_code == 0, done.output
    assert "codegloss-mini@0; pool: language, 3 codes" in done.stdout
    found = json.loads(run(tmp_path / "scores", "--json").stdout)
    assert (found["parameters"]["model"], found["parameters"]["exit"]) == ("codegloss-mini", 0)
    assert found["overall"]["MRR"]["value"] == 1
    assert found["overall"]["MRR"]["functions"] == found["overall"]["BM25 MRR"]["functions"] == 3
    missing = run(good, "-o", tmp_path / "other", "--exit", 5)
    assert "codegloss-mini has no exit 5; it has 0, " in missing.stderr


def test_functions_are_compared_on_one_pool(good: Path, bad: Path, tmp_path: Path) -> None:
    done = run(good, "--against", bad, "-m", "bm25", "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["functions"], found["only_in_first"], found["other_code"]) == (3, 0, 0)
    mrr = found["overall"]["BM25 MRR"]
    assert mrr["first"] > mrr["second"]
    assert mrr["difference"] == pytest.approx(mrr["first"] - mrr["second"])
    kept = run(good, "--against", bad, "-m", "bm25", "--out", tmp_path / "both")
    assert "3 functions scored in both with the same code" in kept.stdout
    scores = run(tmp_path / "both" / "first", "--against", tmp_path / "both" / "second", "--json")
    assert json.loads(scores.stdout)["overall"] == found["overall"]


def test_what_is_wrong_is_said_in_a_line(good: Path, tmp_path: Path) -> None:
    assert run(good, "-o", tmp_path / "scores", "-m", "bm25").exit_code == 0
    wrong = {
        "name a folder for the scores with --out": [good, "-m", "bm25"],
        "no such folder": [tmp_path / "nowhere", "-o", tmp_path / "x"],
        "bm25 has no exits: leave out --exit": [good, "-o", tmp_path / "x", "-m", "bm25", "-k", 2],
        "holds scores already: leave out --out": [tmp_path / "scores", "-o", tmp_path / "x"],
        "of two kinds": [tmp_path / "scores", "--against", good],
        "no model there": [good, "-o", tmp_path / "x", "-m", "nowhere"],
        "holds another dataset (other parameters)": [
            good, "-o", tmp_path / "scores", "-m", "bm25", "--seed", 1,
        ],
    }  # fmt: skip
    for complaint, arguments in wrong.items():
        done = run(*map(str, arguments), "--quiet")
        assert done.exit_code == 2, complaint
        assert complaint in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "x").exists()
