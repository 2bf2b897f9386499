"""Tasks made from datasets and from others' files, and what is said where those are not right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from codegloss.cli import app
from codegloss.dataset import Counts, Writer
from codegloss.evaluate.specs import KINDS, tasks_of
from codegloss.evaluate.tasks import TaskError
from codegloss.records import Pair, arrow_schema, to_arrow


def pair(number: int, **given: object) -> Pair:
    values = {
        "id": f"id{number}",
        "repository": f"repository-{number % 3}",
        "path": "a.py",
        "qualified_name": f"f{number}",
        "language": "python",
        "licence": "MIT",
        "text": f"Gives {number} and no more.",
        "code": f"def f{number}():\n    return {number}",
        "cluster": number,
        "split": "test",
    }
    return Pair(**(values | given))  # type: ignore[arg-type]


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Six pairs of two languages and two splits, two of them near-duplicates."""
    rows = [
        pair(0, text="Gives the very number that was asked for and no more."),
        pair(1, cluster=0, text="Gives the very number that was asked for and no more. Fast."),
        pair(2),
        pair(3, split="train"),
        pair(4, split="validation"),
        pair(5, language="go", code="func F5() int { return 5 }"),
    ]
    writer = Writer(
        tmp_path / "pairs",
        name="curate",
        main="pairs",
        tables={"pairs": arrow_schema(Pair)},
        parents=[],
        parameters={},
        versions={},
    )
    writer.write("pairs", to_arrow(rows, Pair))
    writer.commit(Counts(6, 0, 0))
    return tmp_path / "pairs"


def test_pairs_give_a_task_for_each_language_of_the_test_split(pairs: Path) -> None:
    go, python = tasks_of(f"functions:{pairs}")
    assert (go.name, python.name) == ("functions:pairs:go", "functions:pairs:python")
    assert go.pool == ("func F5() int { return 5 }",)
    assert len(python.pool) == 3
    assert python.ignored == ([1], [0], [])
    assert python.groups == ("repository-0", "repository-1", "repository-2")


def test_another_split_or_one_language_can_be_named(pairs: Path) -> None:
    (validation,) = tasks_of(f"functions:{pairs}@validation:python")
    assert validation.queries == ("Gives 4 and no more.",)
    assert "validation" in validation.name
    with pytest.raises(TaskError, match=r"no rows of rust .*split 'test'"):
        tasks_of(f"functions:{pairs}:rust")
    with pytest.raises(TaskError, match="no comments to keep"):
        tasks_of(f"functions:{pairs}", keep_comments=True)


def test_a_folder_may_have_an_at_in_its_name(pairs: Path) -> None:
    moved = pairs.rename(pairs.with_name("pairs@2"))
    assert len(tasks_of(f"functions:{moved}")) == 2
    (validation,) = tasks_of(f"functions:{moved}@validation")
    assert validation.queries == ("Gives 4 and no more.",)


def test_functions_are_searched_by_their_summaries(small_tree: Path, tmp_path: Path) -> None:
    (small_tree / "more.py").write_text(
        "def total(numbers):\n"
        '    """Sum of all the numbers.\n\n    Slow.\n    """\n'
        "    result = 0\n    for number in numbers:  # one by one\n        result += number\n"
        "    return result\n\n"
        'def short():\n    """Too little code here."""\n    return 1\n\n'
        'def test_it():\n    """A test is not searched."""\n    a = 1\n    b = 2\n    assert a < b\n'
    )
    out = tmp_path / "functions"
    done = CliRunner().invoke(app, ["extract", str(small_tree), "--out", str(out), "--workers", "1"])
    assert done.exit_code == 0, done.output
    tasks = {task.pool_language: task for task in tasks_of(f"functions:{out}")}
    assert tasks["python"].queries == ("Sum of all the numbers.",)
    assert tasks["python"].pool == (
        "def total(numbers):\n    result = 0\n    for number in numbers:\n        result += number\n"
        "    return result",
    )
    (kept,) = tasks_of(f"functions:{out}:python", keep_comments=True)
    assert "# one by one" in kept.pool[0]
    assert "Slow." in kept.pool[0]
    with pytest.raises(TaskError, match="have no splits: leave out @validation"):
        tasks_of(f"functions:{out}@validation")


def test_cosqa_is_stripped_unless_asked(cosqa: Path) -> None:
    (stripped,) = tasks_of(f"cosqa:{cosqa}")
    assert stripped.queries == ("python square area", "read whole file python")
    assert stripped.pool[0] == "def area(side):\n    return side ** 2"
    assert not any("Old style" in code or "#" in code for code in stripped.pool)
    (kept,) = tasks_of(f"cosqa:{cosqa}", keep_comments=True)
    assert (kept.comments, stripped.comments) == ("kept", "stripped")
    assert "Old style" in kept.pool[2]
    assert stripped.relevance == kept.relevance == ({0: 1.0}, {1: 1.0})


def test_cosqa_that_does_not_fit_together_is_refused(cosqa: Path) -> None:
    queries = cosqa / "cosqa-retrieval-dev-500.json"
    queries.write_text(json.dumps([{"doc": "x", "retrieval_idx": 4}]))
    with pytest.raises(TaskError, match="names a function that is not in"):
        tasks_of(f"cosqa:{cosqa}")
    queries.write_text(json.dumps([{"doc": "x"}]))
    with pytest.raises(TaskError, match="each row needs doc and retrieval_idx"):
        tasks_of(f"cosqa:{cosqa}")
    (cosqa / "code_idx_map.txt").write_text('["a", "b"]')
    with pytest.raises(TaskError, match=r"code_idx_map\.txt is not CoSQA's"):
        tasks_of(f"cosqa:{cosqa}")
    queries.write_text("[{")
    with pytest.raises(TaskError, match=r"dev-500\.json cannot be read"):
        tasks_of(f"cosqa:{cosqa}")


def test_mbxp_leaks_no_word_of_the_task(mbxp: Path) -> None:
    (task,) = tasks_of(f"mbxp:{mbxp}")
    assert (task.name, task.query_language, task.pool_language) == ("mbxp:python-java", "python", "java")
    assert len(task.queries) == len(task.pool) == 25
    for text in (*task.queries, *task.pool):
        assert "Write a function" not in text
    assert task.queries[3] == "def add_3(value):\n    return value + 3"
    assert "return value + 3;" in task.pool[3]


def test_mbxp_goes_the_way_it_is_told(mbxp: Path) -> None:
    (task,) = tasks_of(f"mbxp:{mbxp}:java-python")
    assert len(task.queries) == 25
    assert len(task.pool) == 29  # the thirtieth says its task in a string
    assert [task.pool[place].split("(")[0] for relevant in task.relevance[:2] for place in relevant] == [
        "def add_0",
        "def add_1",
    ]
    with pytest.raises(TaskError, match="no solutions in 'go', only in java, python"):
        tasks_of(f"mbxp:{mbxp}:python-go")


def test_codesearchnet_in_batches_of_a_thousand(codesearchnet: Path) -> None:
    (task,) = tasks_of(f"codesearchnet:{codesearchnet}")
    assert (len(task.queries), len(task.pool), task.searched) == (2_000, 2_000, 1_000)
    assert task.candidates is not None
    for number in (0, 999, 1_000, 1_999):
        assert number in task.candidates[number]
        (place,) = task.relevance[number]
        assert place == number
        assert task.queries[number].split()[1] in task.pool[number]
    assert not any("Adds" in code for code in task.pool)


def test_codesearchnet_in_the_whole_corpus(codesearchnet: Path) -> None:
    (task,) = tasks_of(f"codesearchnet-full:{codesearchnet}:python")
    assert (len(task.queries), len(task.pool), task.candidates) == (2_300, 2_310, None)
    assert set(task.queries[:2]) == {"Adds 0 to it.", "Adds 1 to it ."}  # its tokens, or the first paragraph


def test_the_99_queries_by_the_graded_functions_at_hand(codesearchnet: Path, tmp_path: Path) -> None:
    url = "https://github.com/owner/repository/blob/test/adder.py#L{}-L{}"
    (tmp_path / "annotationStore.csv").write_text(
        "Language,Query,GitHubUrl,Relevance,Notes\n"
        f"Python,add five,{url.format(5, 7)},3,\n"
        f"Python,add five,{url.format(5, 7)},2,seen twice\n"
        f"Python,add five,{url.format(6, 8)},0,\n"
        "Python,add five,https://github.com/gone/gone/blob/x/y.py#L1-L2,3,\n"
        f"Python,add nothing,{url.format(9, 11)},0,\n"
        f"Go,add five,{url.format(6, 8)},3,\n"
    )
    annotated, everything = tasks_of(f"codesearchnet-99:{tmp_path}:{codesearchnet}")
    assert annotated.queries == everything.queries == ("add five",)
    assert list(annotated.relevance[0].values()) == [2.5]
    assert annotated.candidates is not None
    assert [annotated.pool[place].split("(")[0] for place in annotated.candidates[0]] == [
        "def add_5",
        "def add_6",
    ]
    assert (annotated.searched, everything.searched) == (2, 2_310)
    assert "3 of 4 annotated functions are in the corpus, 1 of 2 queries" in annotated.origin


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_not_there_is_named_in_one_line(kind: str, tmp_path: Path) -> None:
    spec = f"{kind}:{tmp_path / 'none'}"
    if kind == "codesearchnet-99":
        spec += f":{tmp_path}"
    with pytest.raises(TaskError) as caught:
        tasks_of(spec)
    said = str(caught.value)
    assert "none" in said
    assert "\n" not in said
    assert kind == "functions" or "original is at" in said


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("bogus:x", "unknown task 'bogus:x'; known are functions:DATASET"),
        ("cosqa", "task 'cosqa' is not of the form cosqa:FOLDER"),
        ("cosqa:", "is not of the form"),
        ("cosqa:a:b", "is not of the form"),
        ("codesearchnet-99:a", "is not of the form codesearchnet-99:ANNOTATIONS:FOLDER"),
        ("functions:a:pyhton", "unknown language 'pyhton'; known are"),
    ],
)
def test_a_wrong_specification_is_told_what_is_right(spec: str, complaint: str) -> None:
    with pytest.raises(TaskError) as caught:
        tasks_of(spec)
    assert complaint in str(caught.value)
