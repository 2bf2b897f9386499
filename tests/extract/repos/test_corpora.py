"""Tables of code: each row is one row, whatever its columns are called."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from codegloss.extract.repos import discover, read
from codegloss.extract.repos.sources import DiscoveryOptions, Found
from codegloss.extract.stage import rows_of
from codegloss.records import Dropped, Failed, Source

PYTHON = 'def one():\n    """Gives one."""\n    return 1'
SEARCH_NET = {
    "repo": "owner/name",
    "path": "src/thing.py",
    "func_name": "one",
    "original_string": PYTHON,
    "code": PYTHON,
    "docstring": "Gives one.",
    "language": "python",
    "sha": "a" * 40,
    "url": "https://github.com/owner/name/blob/" + "a" * 40 + "/src/thing.py#L10-L12",
    "partition": "train",
}


def found(path: Path, **options: Any) -> list[Found]:
    return list(discover([path], DiscoveryOptions(**options)))


def jsonl(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def parquet(path: Path, *rows: dict[str, Any]) -> Path:
    pq.write_table(pa.Table.from_pylist(list(rows)), path)
    return path


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "parquet"])
def test_code_search_net(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"python_train_0.{suffix}"
    rows = [SEARCH_NET, {**SEARCH_NET, "url": ""}]
    path = parquet(path, *rows) if suffix == "parquet" else jsonl(path, *rows)
    first, second = found(path)
    assert isinstance(first, Source)
    assert (first.repository, first.revision, first.path, first.language) == (
        "owner/name",
        "a" * 40,
        "src/thing.py#L10-L12",
        "python",
    )
    assert read(first) == PYTHON.encode()
    assert second.path == "src/thing.py#row-2"


def test_the_names_that_the_hub_uses(tmp_path: Path) -> None:
    (row,) = found(
        jsonl(
            tmp_path / "x.jsonl",
            {
                "repository_name": "o/n",
                "func_path_in_repository": "a.py",
                "whole_func_string": PYTHON,
                "language": "Python",
                "func_documentation_string": "Gives one.",
                "func_code_url": "https://github.com/o/n/blob/main/a.py#L3",
            },
        )
    )
    assert (row.repository, row.path) == ("o/n", "a.py#L3")


def test_the_stack(tmp_path: Path) -> None:
    rows = found(
        parquet(
            tmp_path / "data.parquet",
            {
                "content": PYTHON,
                "max_stars_repo_path": "a/b.py",
                "max_stars_repo_name": "o/n",
                "lang": "Python",
                "size": 3,
                "max_stars_repo_licenses": ["MIT", "Apache-2.0"],
                "max_stars_repo_head_hexsha": "c0ffee",
            },
            {
                "content": "",
                "max_stars_repo_path": "e.py",
                "max_stars_repo_name": "o/n",
                "lang": "Python",
                "size": 0,
                "max_stars_repo_licenses": None,
                "max_stars_repo_head_hexsha": None,
            },
            {
                "content": None,
                "max_stars_repo_path": "f.py",
                "max_stars_repo_name": "o/n",
                "lang": "Python",
                "size": 0,
                "max_stars_repo_licenses": [],
                "max_stars_repo_head_hexsha": None,
            },
            {
                "content": "text",
                "max_stars_repo_path": "README.md",
                "max_stars_repo_name": "o/n",
                "lang": "Markdown",
                "size": 0,
                "max_stars_repo_licenses": [],
                "max_stars_repo_head_hexsha": None,
            },
        )
    )
    first, *others = rows
    assert isinstance(first, Source)
    assert (first.repository, first.path, first.revision, first.licence) == (
        "o/n",
        "a/b.py",
        "c0ffee",
        "Apache-2.0 AND MIT",
    )
    assert first.content == PYTHON.encode()
    assert [row.reason for row in others if isinstance(row, Dropped)] == ["empty", "empty", "not source code"]


def test_content_alone_is_enough_when_the_language_is_told(tmp_path: Path) -> None:
    source, dropped = found(
        jsonl(tmp_path / "x.jsonl", {"content": PYTHON, "language": "python"}, {"content": PYTHON})
    )
    assert isinstance(source, Source)
    assert (source.repository, source.path) == ("x.jsonl", "row-1")
    assert isinstance(dropped, Dropped)


@pytest.mark.parametrize(
    ("language", "code", "text"),
    [
        ("go", "func One() int { return 1 }", "// Gives one.\n// Always.\nfunc One() int { return 1 }"),
        ("java", "int one() { return 1; }", "/**\n * Gives one.\n * Always.\n */\nint one() { return 1; }"),
        ("ruby", "def one\n1\nend", "# Gives one.\n# Always.\ndef one\n1\nend"),
    ],
)
def test_a_comment_kept_apart_is_put_back(tmp_path: Path, language: str, code: str, text: str) -> None:
    row = {
        **SEARCH_NET,
        "path": "a.x",
        "language": language,
        "code": code,
        "docstring": "Gives one.\nAlways.",
    }
    del row["original_string"]
    (source,) = found(jsonl(tmp_path / "x.jsonl", row))
    if isinstance(source, Dropped):
        pytest.skip(f"no {language} in the table")
    assert isinstance(source, Source)
    assert read(source).decode() == text


@pytest.mark.parametrize(
    ("language", "name", "code", "qualified", "kind"),
    [
        ("java", "Ship.sail", "@Test\npublic int sail(int a) { return a; }", "Ship.sail", "method"),
        ("java", "sail", "int sail() { return 1; }", "sail", "method"),
        ("java", "Ship.Ship", "public Ship(int a) { this.a = a; }", "Ship.Ship", "constructor"),
        ("php", "Ship.sail", "public static function sail($a) { return $a; }", "Ship::sail", "method"),
        ("php", "sail", "function sail($a) { return $a; }", "sail", "function"),
        ("php", "", "abstract protected function sail($a);", "_::sail", "method"),
        ("javascript", "Ship.sail", "async sail(a) {\n  await a\n}", "Ship.sail", "method"),
        ("javascript", "Ship.prototype.sail", "get sail() { return 1 }", "Ship.sail", "getter"),
        ("javascript", "", "sail(a) { return a }", "sail", "method"),
        ("javascript", "sail", "function sail(a) { return a }", "sail", "function"),
        ("javascript", "ship.sail", "function (a) { return a }", "ship.sail", "method"),
        ("javascript", "", "a => a", "_", "function"),
        ("javascript", "sail", "sail: function (a) { return a }", "sail", "function"),
        ("typescript", "Ship.sail", "private sail<T>(a: T): T[] { return [a] }", "Ship.sail", "method"),
        ("csharp", "Ship.Sail", "[Fact]\npublic int Sail(int a) => a;", "Ship.Sail", "method"),
        ("csharp", "", "public Ship(int a) : base(a) { }", "_.Ship", "constructor"),
        ("go", "sail", "func (s *Ship) sail(a int) int { return a }", "Ship.sail", "method"),
        ("kotlin", "Ship.sail", "override fun sail(a: Int) = a", "Ship.sail", "method"),
        ("swift", "", "func sail(a: Int) -> Int", "_.sail", "method"),
        ("ruby", "Ship.sail", "def sail(a)\n  a\nend", "sail", "function"),
        ("python", "Ship.sail", "    def sail(self):\n        return 1", "sail", "function"),
    ],
)
def test_a_function_alone_is_found(
    tmp_path: Path, language: str, name: str, code: str, qualified: str, kind: str
) -> None:
    row = {"language": language, "func_name": name, "code": code, "docstring": "Gives one."}
    if language == "python":
        row["docstring"] = ""
    (source,) = found(jsonl(tmp_path / "x.jsonl", row))
    assert isinstance(source, Source)
    file, function = rows_of(source)
    assert not file.has_syntax_errors
    assert (function.qualified_name, function.kind) == (qualified, kind)
    assert function.code.split()[-1] == code.split()[-1]
    assert function.comment_text == (row["docstring"] or None)


def test_what_no_context_makes_valid_stays_as_it_is(tmp_path: Path) -> None:
    code = "public function ((("
    (source,) = found(jsonl(tmp_path / "x.jsonl", {"language": "php", "code": code}))
    assert isinstance(source, Source)
    assert read(source) == code.encode()


def test_a_comment_cannot_end_itself(tmp_path: Path) -> None:
    row = {
        **SEARCH_NET,
        "path": "A.java",
        "language": "java",
        "original_string": "int a() { return 1; }",
        "docstring": "Ends */ int evil() {} /* here",
    }
    (source,) = found(jsonl(tmp_path / "x.jsonl", row))
    assert isinstance(source, Source)
    assert read(source).count(b"*/") == 1


def test_a_damaged_line_fails_alone(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "x.jsonl",
        SEARCH_NET,
        '{"code": ',
        "",
        "[1, 2]",
        "[" * 100_000,
        '{"code": "x = \'\\ud800\'", "repo": "\\udfff", "path": "a.py"}',
        {**SEARCH_NET, "code": 3, "original_string": 4},
        SEARCH_NET,
    )
    rows = found(path)
    assert [(type(row).__name__, row.path) for row in rows] == [
        ("Source", "src/thing.py#L10-L12"),
        ("Failed", "row-2"),
        ("Failed", "row-4"),
        ("Failed", "row-5"),
        ("Source", "a.py#row-6"),
        ("Dropped", "src/thing.py#L10-L12"),
        ("Source", "src/thing.py#L10-L12"),
    ]
    for row in rows:
        (row.repository + row.path).encode()


def test_a_line_without_end_is_passed_over(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "x.jsonl.gz", SEARCH_NET, '{"code": "' + "x" * 30_000_000 + '"}', SEARCH_NET)
    rows = found(path, max_file_bytes=10_000)
    assert [type(row) for row in rows] == [Source, Failed, Source]


def test_a_compressed_table_cannot_expand_without_end(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "x.jsonl.gz", SEARCH_NET, " " * 110_000_000)
    first, last = found(path)
    assert isinstance(first, Source)
    assert isinstance(last, Failed)
    assert "expands more than" in last.message


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_missing_columns_are_one_clear_error(tmp_path: Path, suffix: str) -> None:
    row = {"id": 1, "text": "hello"}
    path = tmp_path / f"x.{suffix}"
    (failed,) = found(parquet(path, row) if suffix == "parquet" else jsonl(path, row, row))
    assert isinstance(failed, Failed)
    assert failed.path == path.name
    assert "id, text" in failed.message
    assert "content" in failed.message


def test_damaged_tables_fail_by_name(tmp_path: Path) -> None:
    whole = parquet(tmp_path / "x.parquet", *[SEARCH_NET] * 100).read_bytes()
    for data in (b"", b"PAR1", whole[: len(whole) // 2], whole[:200] + b"\xff" * 50 + whole[250:]):
        (tmp_path / "x.parquet").write_bytes(data)
        assert isinstance(found(tmp_path / "x.parquet")[-1], Failed)
    path = jsonl(tmp_path / "x.jsonl.gz", *[{**SEARCH_NET, "n": i} for i in range(100)])
    path.write_bytes(path.read_bytes()[:200])
    assert isinstance(found(path)[-1], Failed)


def test_rows_obey_the_options(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "x.jsonl", SEARCH_NET)
    assert [getattr(row, "reason", "") for row in found(path, max_file_bytes=10)] == ["too large"]
    assert [getattr(row, "reason", "") for row in found(path, languages=frozenset({"java"}))] == [
        "other language"
    ]
