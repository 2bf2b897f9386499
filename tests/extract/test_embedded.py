"""Scripts inside HTML and Vue files, and the code cells of notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from codegloss.extract.embedded import NoSource, notebook, scripts
from codegloss.extract.stage import rows_of
from codegloss.records import Function, Source, SourceFile


def rows_of_text(path: Path, content: str) -> list[Any]:
    path.write_text(content, "utf-8")
    return rows_of(Source("here", None, path.name, str(path), None, None, path.stat().st_size, None, None))


def cell(source: str | list[str], kind: str = "code") -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": source}


def document(*cells: dict[str, Any], language: str = "python") -> str:
    return json.dumps({"cells": cells, "metadata": {"language_info": {"name": language}}, "nbformat": 4})


def text_of(*cells: dict[str, Any]) -> str:
    return notebook(document(*cells).encode())[0].text.decode()


def test_scripts_of_one_language_come_together_and_keep_their_place() -> None:
    text = b"<p>\xc3\xbc</p><script>one()</script><script lang='ts'>two()</script><script>three()</script>"
    javascript, typescript = scripts(text)
    assert [javascript.language, typescript.language] == ["javascript", "typescript"]
    assert javascript.ranges is not None
    assert typescript.ranges is not None
    assert [text[slice(*span)] for span in javascript.ranges] == [b"one()", b"three()"]
    assert [text[slice(*span)] for span in typescript.ranges] == [b"two()"]
    assert javascript.text is text


def test_spans_are_those_of_the_whole_file(tmp_path: Path) -> None:
    page = (
        "<html><body>Grüße, 你好\r\n<script>\r\n// Doubles.\r\nfunction double(x) { return 2 * x }\r\n"
        "</script>\r\n<p>function prose() {}</p>\r\n"
        "<script type=module>/** Halves. */ export const half = x => x / 2;</script>"
    )
    file, double, half = rows_of_text(tmp_path / "page.html", page)
    text = page.encode()
    assert isinstance(file, SourceFile)
    assert file.language == "javascript"
    assert not file.has_syntax_errors
    for function, code in (
        (double, "function double(x) { return 2 * x }"),
        (half, "export const half = x => x / 2;"),
    ):
        assert text[function.start : function.end].decode() == function.code == code
        assert text[function.comment_start : function.comment_end].decode() == function.comment
        assert function.start_line == page[: page.index(code)].count("\n") + 1
    assert (double.comment_text, half.comment_text) == ("Doubles.", "Halves.")


def test_each_language_of_a_page_is_a_source_file_of_its_own(tmp_path: Path) -> None:
    page = (
        "<script>function a() {}</script>\n<script lang=ts>function b(x: number): void {}</script>\n"
        "<script type='text/python'>\ndef c():\n    return 1\n</script>"
    )
    rows = rows_of_text(tmp_path / "page.html", page)
    languages = [row.language for row in rows if isinstance(row, SourceFile)]
    assert languages == ["javascript", "typescript", "python"]
    functions = [row for row in rows if isinstance(row, Function)]
    assert [(f.name, f.start_line) for f in functions] == [("a", 1), ("b", 2), ("c", 4)]
    assert functions[1].parameters[0].type == "number"


def test_two_scripts_of_a_component_are_one_source_file(tmp_path: Path) -> None:
    component = (
        "<template><b>{{ x }}</b></template>\n"
        "<script lang='tsx'>\nexport function a() { return <b/> }\n</script>\n"
        "<script setup lang='tsx'>\nconst b = (n: number) => n\n</script>"
    )
    rows = rows_of_text(tmp_path / "Thing.vue", component)
    assert [row.name for row in rows[1:]] == ["a", "b"]
    assert rows[0].functions == 2
    assert not rows[0].has_syntax_errors


@pytest.mark.parametrize(
    "page",
    [
        "<p>no script</p>",
        "<script src='x.js'></script>",
        "<script type='application/json'>{}</script>",
        "<script type='text/template'><b>x</b></script>",
        "<script language='VBScript'>Sub x()</script>",
        "<!-- <script>f()</script> -->",
        "<!-- <script>f()</script>",
        "<script>f()",
        "<script",
        "<scripture>f()</scripture>",
    ],
)
def test_a_page_without_source(page: str) -> None:
    with pytest.raises(NoSource):
        scripts(page.encode())


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("<script>", "javascript"),
        ("<SCRIPT TYPE=Module>", "javascript"),
        ("<script data-type='text/template' async>", "javascript"),
        ("<script language='JavaScript1.2'>", "javascript"),
        ('<script title="a > b" type="text/typescript">', "typescript"),
        ("<script lang=\"ts\" setup generic=\"T extends 'a' | 'b'\">", "typescript"),
        ("<script type='text/babel'>", "javascript"),
    ],
)
def test_the_language_of_a_script(tag: str, language: str) -> None:
    (found,) = scripts(f"{tag}f()</script >".encode())
    assert found.language == language
    assert found.ranges == [(len(tag), len(tag) + 3)]


@pytest.mark.parametrize("piece", ["<script", "<script>", '<script "', "<!--", "<script></script"])
def test_hostile_pages_take_linear_time(piece: str) -> None:
    with pytest.raises(NoSource):
        scripts((piece * 100_000).encode())


def test_code_cells_are_joined_by_newlines() -> None:
    text = text_of(cell(["a = 1\n", "b = 2"]), cell("prose", "markdown"), cell(""), cell("c = 3"))
    assert text == "a = 1\nb = 2\nc = 3"


def test_lines_of_the_notebook_itself_stay_but_are_not_parsed(tmp_path: Path) -> None:
    source = document(
        cell("%matplotlib inline\n!pip list\n# Not about f.\n%time"),
        cell("def f():\n    !ls\n    files = !ls\n    return g()\nf?"),
        cell("%%time\nx = 7 % 3\ndef h():\n    return 1"),
        cell("%%bash\nhidden() { echo; }"),
    )
    file, f, h = rows_of_text(tmp_path / "book.ipynb", source)
    assert not file.has_syntax_errors
    assert f.code == "def f():\n    !ls\n    files = !ls\n    return g()"
    assert (f.comment, f.calls, f.start_line) == (None, ["g"], 5)
    assert (h.name, h.start_line) == ("h", 12)


def test_spans_of_a_notebook_count_in_its_joined_cells(tmp_path: Path) -> None:
    source = document(cell("# Grüße\n"), cell(["def f():\n", '    """Does."""\n', "    return 1"]))
    text = notebook(source.encode())[0].text
    (f,) = rows_of_text(tmp_path / "book.ipynb", source)[1:]
    assert text[f.start : f.end].decode() == 'def f():\n    """Does."""\n    return 1'
    assert text[f.comment_start : f.comment_end].decode() == '"""Does."""' == f.comment


def test_a_notebook_of_an_old_format() -> None:
    cells = [{"cell_type": "code", "input": ["x = 1"], "language": "python"}]
    old = {"metadata": {"name": ""}, "nbformat": 3, "worksheets": [{"cells": cells}]}
    assert notebook(json.dumps(old).encode())[0].text == b"x = 1"


def test_a_notebook_of_another_language() -> None:
    (found,) = notebook(document(cell("const f = (x) => x"), language="javascript").encode())
    assert (found.language, found.ranges) == ("javascript", None)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[1, 2]",
        "[" * 100_000,
        '{"cells": 3}',
        '{"cells": [1, {"cell_type": "code"}], "metadata": []}',
        document(cell("x", "markdown")),
        document(cell("x"), language="cobol"),
    ],
)
def test_a_notebook_without_source(content: str) -> None:
    with pytest.raises(NoSource):
        notebook(content.encode())
