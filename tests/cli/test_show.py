"""`codegloss show` says what is in a dataset, plainly, and its JSON says the same."""

from __future__ import annotations

import json
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from codegloss.cli.show import show
from codegloss.dataset import Counts, Parent, Writer
from codegloss.records import Dropped, Failed, Function, Parameter, arrow_schema, to_arrow

app = typer.Typer()
app.command()(show)

EMPTY = {"str": "", "int": 0, "float": 0.0, "bool": False}


def function(**given: Any) -> Function:
    """A Function that has nothing but what is given."""
    empty = {
        field.name: [] if "list[" in field.type else EMPTY.get(field.type)
        for field in dataclass_fields(Function)
    }
    return Function(**(empty | given))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Three functions, five files dropped for two reasons, one failed."""
    tables = {"functions": Function, "dropped": Dropped, "failed": Failed}
    writer = Writer(
        tmp_path / "out",
        name="extract",
        main="functions",
        tables={name: arrow_schema(record) for name, record in tables.items()},
        parents=[Parent("/source/[bold]tree", "tree", "f" * 64)],
        parameters={"max_size": 2_000_000},
        versions={"codegloss": "0.1.0"},
    )
    code = "\n".join(["def area(side):", *(f"    step_{line}()" for line in range(50))])
    functions = [
        function(
            id="f1",
            path="a.py",
            language="python",
            kind="function",
            qualified_name="area",
            parameters=[Parameter("side", "positional", "int", "2")],
            return_type="float",
            start_line=3,
            tokens=7,
            code=code,
            comment="Area.",
            comment_start=20,
        ),
        function(id="f2", path="[red]b.py", language="python", code="x = '[/red]'\x1b[31m", is_test=True),
        function(id="f3", path="c.go", language="go", code="func c() {}"),
    ]
    dropped = [Dropped("tree", f"{place}.js", "too large", "3 MB") for place in range(4)]
    writer.write("functions", to_arrow(functions, Function))
    writer.write("dropped", to_arrow([Dropped("tree", "a.bin", "binary", ""), *dropped], Dropped))
    writer.write("failed", to_arrow([Failed("tree", "gone.py", "FileNotFoundError", "gone")], Failed))
    writer.commit(Counts(3, 5, 1))
    return tmp_path / "out"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def lines(*arguments: object) -> list[str]:
    """What is printed, with every run of spaces as one."""
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    return [" ".join(line.split()) for line in result.stdout.splitlines()]


def test_origin_and_sums(out: Path) -> None:
    shown = lines(out)
    assert shown[0] == f"extract {out}"
    assert "with codegloss 0.1.0" in shown
    assert "from tree /source/[bold]tree ffffffffffff" in shown
    assert "parameters max_size = 2000000" in shown
    assert "rows in 9 = 3 kept + 5 dropped + 1 failed" in shown


def test_reasons_come_largest_first_with_an_example(out: Path) -> None:
    shown = lines(out)
    place = shown.index("dropped")
    assert shown[place : place + 4] == [
        "dropped",
        "reason rows for example",
        "too large 4 0.js",
        "binary 1 a.bin",
    ]
    assert "FileNotFoundError 1 gone.py" in shown


def test_languages_with_the_share_that_has_a_comment(out: Path) -> None:
    shown = lines(out)
    assert "python 2 50.0%" in shown
    assert "go 1 0.0%" in shown


def test_rows_are_cut_and_empty_values_left_out(out: Path) -> None:
    shown = lines(out, "--rows", 1)
    row = shown[shown.index("functions, row 1") :]
    assert row[1:4] == ["a.py:3", "python, function, 7 tokens, without body", "area(side: int = 2) -> float"]
    assert "| def area(side):" in row
    assert "| … 43 more lines" in row
    assert not any("summary" in line or "documented" in line for line in row)
    assert len(row) < 20


def test_rows_of_other_tables_are_shown_field_by_field(out: Path) -> None:
    shown = lines(out / "dropped", "--rows", 1)
    assert shown[shown.index("dropped, row 1") + 1 :] == ["repository: tree path: a.bin reason: binary"]


def test_rows_come_from_all_over_the_table(out: Path) -> None:
    paths = [row["path"] for row in json.loads(run(out / "dropped", "--json", "--rows", 2).stdout)["rows"]]
    assert paths == ["a.bin", "1.js"]


def test_data_cannot_style_the_screen(out: Path) -> None:
    text = run(out).stdout
    assert "[red]b.py:0" in text
    assert "x = '[/red]'\N{REPLACEMENT CHARACTER}[31m" in text
    assert "\x1b" not in text


def test_another_table_and_its_rows(out: Path) -> None:
    for arguments in ((out, "--table", "dropped"), (out / "dropped",)):
        shown = lines(*arguments, "--rows", 9)
        assert "dropped, row 5" in shown
        assert "dropped, row 6" not in shown
    assert not any("row 1" in line for line in lines(out, "--rows", 0))


def test_json_has_the_same(out: Path) -> None:
    found = json.loads(run(out, "--json", "--rows", 2).stdout)
    assert found["manifest"] == json.loads((out / "manifest.json").read_text())
    assert found["dropped"] == [
        {"why": "too large", "rows": 4, "example": "0.js"},
        {"why": "binary", "rows": 1, "example": "a.bin"},
    ]
    assert found["languages"] == [
        {"language": "python", "functions": 2, "commented": 1},
        {"language": "go", "functions": 1, "commented": 0},
    ]
    assert [row["id"] for row in found["rows"]] == ["f1", "f2"]
    assert found["rows"][0]["code"].count("\n") == 50


def test_errors_are_one_line_and_exit_2(out: Path, tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "manifest.json").write_text('{"name": ')
    for arguments, said in (
        ((tmp_path / "nothing",), "no such folder"),
        ((tmp_path,), "not a dataset"),
        ((tmp_path / "cut",), "is damaged"),
        ((out, "--table", "parts"), "no table 'parts', only functions, dropped, failed"),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_table_without_rows(tmp_path: Path) -> None:
    writer = Writer(
        tmp_path / "none",
        name="extract",
        main="functions",
        tables={"functions": arrow_schema(Function), "failed": arrow_schema(Failed)},
        parameters={},
        versions={},
    )
    writer.commit(Counts(0, 0, 0))
    shown = lines(tmp_path / "none")
    assert "rows in 0 = 0 kept + 0 dropped + 0 failed" in shown
    assert "failed" not in shown
    assert "languages" not in shown
