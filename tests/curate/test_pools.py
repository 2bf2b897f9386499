"""Evaluation pools are read from the kinds of folder in which they are handed out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from codegloss.curate.pools import PoolError, locate


def test_cosqa_gives_the_whole_pool_without_comments_and_the_queries(tmp_path: Path) -> None:
    code = {
        'def area(w):\n    """Area of a square."""\n    # plain\n    return w * w': 0,
        "def broken(:\n  retur": 1,
        "def half():\n    return '\ud800'": 2,
        "x = 1  # no function": 3,
    }
    (tmp_path / "code_idx_map.txt").write_text(json.dumps(code))
    (tmp_path / "cosqa-retrieval-dev.json").write_text(
        json.dumps([{"doc": "python area of square", "code": "x"}])
    )
    (located,) = locate(tmp_path)
    pool = located.read()
    assert pool.code[0] == "def area(w):\n    return w * w"
    assert "broken" in pool.code[1]
    assert pool.code[2:] == ["def half():\n    return '?'", "x = 1"]
    assert pool.texts == ["Area of a square.", "python area of square"]


def test_each_folder_of_a_known_kind_is_a_pool(tmp_path: Path) -> None:
    for name in ("human", "mb", "trans", "asked", "else"):
        (tmp_path / name).mkdir()
    task = {"prompt": 'def one():\n    """Gives the number one."""\n', "canonical_solution": "    return 1\n"}
    with gzip.open(tmp_path / "human" / "HumanEval.jsonl.gz", "wt") as file:
        file.write(json.dumps(task) + "\n")
    rows = [
        {"prompt": "fn f()", "canonical_solution": None, "description": "Write f.", "language": "rust"},
        {
            "prompt": "def g(a)\n",
            "canonical_solution": "  a\nend",
            "description": "Write g.",
            "language": "ruby",
        },
    ]
    (tmp_path / "mb" / "mbrbp_release_v1.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (tmp_path / "trans" / "train.java-cs.txt.java").write_text("int t() {return 0;}\n")
    (tmp_path / "trans" / "test.java-cs.txt.java").write_text("int a() {return 1;}\nint b() {return 2;}\n")
    (tmp_path / "asked" / "queries.csv").write_text('query\n"sort, then print"\nread file\n')
    (tmp_path / "else" / "notes.txt").write_text("nothing")
    pools = {pool.name: pool.read() for pool in locate(tmp_path)}
    assert set(pools) == {"human", "mb", "trans", "asked"}
    assert pools["human"].code == ["def one():\n    return 1"]
    assert pools["human"].texts == ["Gives the number one."]
    assert pools["mb"].texts == ["Write f.", "Write g."]
    assert pools["mb"].code == ["def g(a)\n  a\nend"]
    assert pools["trans"].code == ["int a() {return 1;}", "int b() {return 2;}"]  # not what is for training
    assert pools["asked"].texts == ["sort, then print", "read file"]


def test_methods_with_judged_comments_are_a_pool(tmp_path: Path) -> None:
    block = "7, area, Square, p\nSquare.java, 3, 9\n1\n/** Area of it. */\n"
    block += "2\nint area() {\n  return a * a;\n}\n###\n"
    (tmp_path / "Project_Raw_Data.txt").write_text(2 * block)
    pool = locate(tmp_path)[0].read()
    assert pool.code == ["int area() {\n  return a * a;\n}"]
    assert pool.texts == ["Area of it."]
    (tmp_path / "Project_Raw_Data.txt").write_text(block + "8, x, y, p\nA.java, 1, 2\nmany\n")
    with pytest.raises(PoolError, match=r"Project_Raw_Data\.txt: block 2 has no counts"):
        locate(tmp_path)[0].read()


def test_the_fingerprint_is_that_of_the_content(tmp_path: Path) -> None:
    (tmp_path / "queries.csv").write_text("query\nread file\n")
    (before,) = locate(tmp_path)
    assert locate(tmp_path)[0].fingerprint == before.fingerprint
    (tmp_path / "queries.csv").write_text("query\nread files\n")
    assert locate(tmp_path)[0].fingerprint != before.fingerprint


def test_a_pool_that_is_missing_or_unknown_or_broken_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(PoolError, match="none: no such evaluation pool"):
        locate(tmp_path / "none")
    with pytest.raises(PoolError, match="no evaluation pool of a known kind"):
        locate(tmp_path)
    (tmp_path / "HumanEval.jsonl").write_text('{"prompt": "", "canonical_solution": ""}\n{"prompt":\n')
    with pytest.raises(PoolError, match=r"HumanEval\.jsonl:2: no JSON"):
        locate(tmp_path)[0].read()
