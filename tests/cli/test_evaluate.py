"""`codegloss eval retrieval`: a table, figures in a file, a picture, and errors that name the cure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from codegloss.cli.evaluate import app

CODES = {
    'def area(side):\n    """Area of a square."""\n    return side ** 2': "python square area of side",
    "def read_file(path):\n    # the whole file\n    return open(path).read()": "read whole file python",
    'def show(x):\n    """Old style."""\n    print x': "show it",
}


def run(*arguments: str | Path) -> Result:
    done = CliRunner().invoke(app, ["retrieval", *map(str, arguments)])
    assert "Traceback" not in done.output
    return done


@pytest.fixture
def task(tmp_path: Path) -> str:
    """Three queries over three functions, in CoSQA's files."""
    queries = [{"doc": text, "retrieval_idx": number} for number, text in enumerate(CODES.values())]
    (tmp_path / "code_idx_map.txt").write_text(json.dumps({code: n for n, code in enumerate(CODES)}))
    (tmp_path / "cosqa-retrieval-dev-500.json").write_text(json.dumps(queries))
    return f"cosqa:{tmp_path}"


def test_the_table_states_pool_and_comments(task: str) -> None:
    done = run("--model", "bm25", "--task", task)
    assert done.exit_code == 0, done.output
    assert "cosqa  3 queries, pool 3, comments stripped" in done.stdout
    assert "nDCG@10" in done.stdout
    (row,) = [line for line in done.stdout.splitlines() if line.strip().startswith("bm25")]
    assert row.split()[1] == "1.0000"
    kept = run("--model", "bm25", "--task", task, "--comments", "kept")
    assert "comments kept" in kept.stdout


def test_figures_and_picture_are_written(task: str, tmp_path: Path) -> None:
    out, picture = tmp_path / "out.json", tmp_path / "quality.svg"
    done = run("-m", "bm25", "-t", task, "--out", out, "--picture", picture, "--limit-queries", 2, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text())
    assert found == json.loads(done.stdout)
    assert found["complete"]
    assert found["tasks"][0]["queries"] == 2
    assert found["parameters"]["tasks"] == [task]
    assert picture.read_text().startswith("<svg")
    assert sorted(path.name for path in tmp_path.glob("*.tmp")) == []


def test_what_was_finished_before_a_failure_is_kept(task: str, tmp_path: Path) -> None:
    from codegloss.cli.evaluate import _findings
    from codegloss.cli.progress import Status
    from codegloss.evaluate.specs import tasks_of

    (one,) = tasks_of(task)
    out = tmp_path / "out.json"

    class Stopping(Status):
        def task(self, name: str) -> None:
            if name == "task 2 of 2":
                raise KeyboardInterrupt
            super().task(name)

    with pytest.raises(KeyboardInterrupt):
        _findings([one, one], [], {}, Stopping(silent=True), out, None)
    found = json.loads(out.read_text())
    assert (found["complete"], len(found["tasks"])) == (False, 1)


def test_progress_is_on_standard_error_or_nowhere(task: str) -> None:
    assert "codegloss: task 1 of 1" in run("-m", "bm25", "-t", task).stderr
    assert run("-m", "bm25", "-t", task, "--quiet").stderr == ""


def test_an_exit_that_no_model_has_is_refused(task: str) -> None:
    done = run("-m", "bm25", "-t", task, "--exit", 3)
    assert done.exit_code == 2
    assert "no model has an exit 3: leave out --exit 3" in done.stderr


def test_near_duplicates_left_out_are_stated(tmp_path: Path) -> None:
    codes = ["def f(a):\n    return a", "def f(a):\n    return  a", "def g(b):\n    pass"]
    (tmp_path / "code_idx_map.txt").write_text(json.dumps({code: n for n, code in enumerate(codes)}))
    (tmp_path / "cosqa-retrieval-dev-500.json").write_text(json.dumps([{"doc": "f", "retrieval_idx": 0}]))
    done = run("-m", "bm25", "-t", f"cosqa:{tmp_path}")
    assert "pool 3 less 1 near-duplicates a query" in done.stdout


def test_without_a_task_the_kinds_are_listed() -> None:
    done = run("--model", "bm25")
    assert done.exit_code == 2
    for kind in ("functions:DATASET", "mbxp:FOLDER", "cosqa:FOLDER", "codesearchnet-99:ANNOTATIONS:FOLDER"):
        assert kind in done.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["-m", "nowhere", "-t", "cosqa:x"], "codegloss eval: nowhere: no model there; give bm25"),
        (["-m", "bm25", "-t", "cosqa:nowhere"], "is not there; the public original is at github.com"),
        (["-m", "bm25", "-t", "bogus:x"], "codegloss eval: unknown task 'bogus:x'; known are"),
        (["-m", "bm25", "-t", "cosqa:x", "--out", "/no/such/out.json"], "/no/such is not a folder"),
        (["-m", "bm25", "-t", "cosqa:x", "--picture", "/tmp"], "/tmp is a folder; name a file in it"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(arguments: list[str], complaint: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_code_with_and_without_comments_has_figures_of_its_own(task: str) -> None:
    done = run("--model", "bm25", "--task", task, "--task", task + "/", "--comments", "both", "--json")
    found = json.loads(done.stdout)
    assert [one["comments"] for one in found["tasks"]] == ["stripped"] * 2 + ["kept"] * 2
    assert [(one["comments"], one["tasks"]) for one in found["means"]] == [("stripped", 2), ("kept", 2)]
    stripped, kept = (one["metrics"]["MRR"]["value"] for one in found["means"])
    assert stripped <= kept


def test_functions_longer_than_the_context_are_counted_and_said(tmp_path: Path) -> None:
    lines = "\n".join(f"    total += prices[{n}] * amounts[{n}] - discounts[{n}]" for n in range(200))
    codes = [f"def total():\n{lines}\n    return total", *CODES]
    (tmp_path / "code_idx_map.txt").write_text(json.dumps({code: n for n, code in enumerate(codes)}))
    queries = [{"doc": "add up all prices", "retrieval_idx": 0}]
    (tmp_path / "cosqa-retrieval-dev-500.json").write_text(json.dumps(queries))
    arguments = ("-m", "codegloss-mini", "--exit", 2, "-t", f"cosqa:{tmp_path}", "-q")
    said = " ".join(run(*arguments).stdout.split())
    assert "codegloss-mini: functions longer than its context, split into blocks: 1" in said
    (task,) = json.loads(run(*arguments, "--json").stdout)["tasks"]
    assert [one["split"] for one in task["results"] if one["fusion"] is None] == [0, 1]
