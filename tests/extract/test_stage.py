"""From one source to its rows: what always holds, whatever the bytes."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegloss.extract.bounds import TangledError
from codegloss.extract.languages import language_of_path, languages
from codegloss.extract.repos.sources import BINARY, EMPTY, NOT_SOURCE, TOO_LARGE, DiscoveryOptions
from codegloss.extract.stage import Extraction, listed, rows_of
from codegloss.extract.text import decode
from codegloss.records import Dropped, Failed, Function, Source, SourceFile, to_arrow

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
SAMPLES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json" and path.suffix != ".ipynb")


def source(path: str, data: bytes) -> Source:
    return Source("repository", None, path, path, None, data, len(data), None, None)


def check_rows(data: bytes, rows: list[SourceFile | Function | Dropped]) -> None:
    """Code and comment stand where the spans say, and the rows fit their tables."""
    functions = [row for row in rows if isinstance(row, Function)]
    files = [row for row in rows if isinstance(row, SourceFile)]
    assert len(files) + sum(isinstance(row, Dropped) for row in rows) >= 1
    assert sum(file.functions for file in files) == len(functions)
    if not files:
        return
    text = decode(data).utf8
    assert len({function.id for function in functions}) == len(functions)
    for function in functions:
        start, end = function.start, function.end
        assert 0 <= start < end <= len(text)
        code = text[start:end]
        if function.comment is None:
            assert function.comment_start is None
            assert function.comment_end is None
        else:
            assert function.comment_start is not None
            assert function.comment_end is not None
            assert 0 <= function.comment_start < function.comment_end <= len(text)
            assert text[function.comment_start : function.comment_end] == function.comment.encode()
            if start <= function.comment_start < end:
                code = text[start : function.comment_start] + text[function.comment_end : end]
            assert function.comment_start_line == text.count(b"\n", 0, function.comment_start) + 1
        assert code == function.code.encode()
        assert function.start_line == text.count(b"\n", 0, start) + 1
        assert function.start_line <= function.end_line <= text.count(b"\n") + 1
        for comment in function.inner_comments:
            assert 0 <= comment.start < comment.end <= len(code)
    to_arrow(functions, Function).validate(full=True)
    to_arrow(files, SourceFile).validate(full=True)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, bytes]:
    """A golden sample with some of it cut, doubled, moved or overwritten."""
    path = draw(st.sampled_from(SAMPLES))
    data = path.read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 400)))
        place = draw(st.integers(0, len(data)))
        junk = draw(st.binary(max_size=12) | st.text(max_size=8).map(str.encode))
        match draw(st.sampled_from(["cut", "double", "insert", "truncate"])):
            case "cut":
                data = data[:start] + data[end:]
            case "double":
                data = data[:place] + data[start:end] + data[place:]
            case "insert":
                data = data[:place] + junk + data[place:]
            case "truncate":
                data = data[:end]
    return path.name, data


@settings(max_examples=150, deadline=None)
@given(mutations())
def test_spans_hold_in_mutated_sources(mutated: tuple[str, bytes]) -> None:
    name, data = mutated
    check_rows(data, rows_of(source(name, data)))


FRAGMENTS = st.sampled_from(
    [
        "def f(x):\n",
        " class A:\n",
        "  ",
        "\n",
        "\t",
        "'''",
        '"""',
        '"',
        "'",
        "#",
        "//",
        "/*",
        "*/",
        "/**",
        "///",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ";",
        ":",
        ",",
        "=",
        "=>",
        "function f",
        "fn f",
        "func f",
        "void f",
        "int f",
        "@",
        "@x\n",
        "#[x]\n",
        "template<class T>",
        "public ",
        "static ",
        "return 1",
        "<script>",
        "</script>",
        "é",
        "中",
        "\r\n",
        "\\",
        "$",
        "end",
        "begin",
        "`",
        "${",
        "<?php ",
        "?>",
        "--",
        "--[[",
        "]]",
        "=begin\n",
        "=end\n",
        "impl X ",
        "namespace n ",
        'extern "C" ',
        "export default ",
        "#if\n",
        "#endif\n",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.lists(FRAGMENTS, max_size=40))
def test_spans_hold_in_heaps_of_fragments(sample: Path, fragments: list[str]) -> None:
    data = "".join(fragments).encode()
    check_rows(data, rows_of(source(sample.name, data)))


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.py", b"", EMPTY),
        ("a.py", b" \n\t\n", EMPTY),
        ("a.py", b"\x7fELF\x02\x01\x01" + bytes(range(256)), BINARY),
        ("a.ipynb", b"{broken", NOT_SOURCE),
        ("a.ipynb", b"[]", NOT_SOURCE),
        ("a.html", b"<p>no script</p>", NOT_SOURCE),
        ("unknown", b"text", NOT_SOURCE),
        ("a.py", b"x = 1\n" * 400_000, TOO_LARGE),
    ],
)
def test_what_gives_no_rows_says_why(name: str, data: bytes, reason: str) -> None:
    (row,) = rows_of(source(name, data))
    assert isinstance(row, Dropped)
    assert (row.path, row.reason) == (name, reason)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_encodings_and_newlines(encoding: str, newline: str) -> None:
    text = newline.join(
        [
            "# Ä comment to make it long enough to be told",
            "def größe(x):",
            '    """Döc."""',
            "    return x",
            "",
        ]
    )
    data = text.encode(encoding)
    file, function = rows_of(source("a.py", data))
    assert (function.name, function.comment_text, function.start_line) == ("größe", "Döc.", 2)
    assert file.newline == ("lf" if newline == "\n" else "crlf")
    spanned = decode(data).utf8[function.start : function.end].decode()
    assert spanned.startswith("def größe(x):")
    assert spanned.replace(function.comment, "") == function.code


def test_an_identity_outlives_edits_of_code_and_comment() -> None:
    first = rows_of(source("a.py", b'def f():\n    """One."""\n    return 1\n'))[1]
    second = rows_of(source("a.py", b'import os\n\n\ndef f():\n    """Two."""\n    return 2\n'))[1]
    third = rows_of(source("a.py", b'def f():\n    """Two."""\n    return 1\n'))[1]
    assert first.id == second.id == third.id
    assert first.code_hash == third.code_hash != second.code_hash
    assert first.comment_hash != second.comment_hash == third.comment_hash


def test_definitions_of_one_name_are_numbered() -> None:
    functions = rows_of(source("a.py", b"if x:\n    def f(): return 1\nelse:\n    def f(): return 2\n"))[1:]
    assert [(f.qualified_name, f.ordinal) for f in functions] == [("f", 0), ("f", 1)]
    assert functions[0].id != functions[1].id


def test_a_header_is_read_as_the_language_its_content_shows() -> None:
    assert rows_of(source("a.h", b"int f(void);\n"))[0].language == "c"
    assert rows_of(source("a.h", b"namespace n { class A { int f(); }; }\n"))[0].language == "cpp"


def test_whole_functions_around_a_broken_one_are_found() -> None:
    data = b"def a():\n    return 1\n\ndef b(:\n    return 2\n\ndef c():\n    return 3\n"
    file, *functions = rows_of(source("a.py", data))
    assert file.has_syntax_errors
    assert {"a", "c"} <= {f.name for f in functions if not f.has_syntax_error}


@pytest.mark.parametrize("opening", ["(", "[", "{", "((", "f(", "if x:\n ", "-", "not ", "lambda: "])
@pytest.mark.parametrize("name", ["a.py", "a.js", "a.c", "a.rs"])
def test_deep_nesting_ends(opening: str, name: str) -> None:
    data = b"def f(): pass\n" + opening.encode() * (100_000 // len(opening))
    with suppress(TangledError):
        check_rows(data, rows_of(source(name, data)))


def test_the_stage_travels_to_other_processes() -> None:
    stage = Extraction(DiscoveryOptions(max_file_bytes=10))
    assert pickle.loads(pickle.dumps(stage)) == stage


def test_what_the_walk_left_out_passes_through() -> None:
    dropped, failed = Dropped("r", "p", "ignored", ""), Failed("r", "p", "OSError", "gone")
    assert list(Extraction()(listed(dropped))) == [dropped]
    assert list(Extraction()(listed(failed))) == [failed]


def test_a_failure_names_the_file() -> None:
    line = listed(Source("r", None, "a.py", "/nowhere/a.py", None, None, 1, None, None))
    with pytest.raises(OSError, match="nowhere") as caught:
        list(Extraction()(line))
    failed = Extraction().failed(line, caught.value)
    assert (failed.path, failed.error) == ("a.py", "FileNotFoundError")


def test_every_sample_has_a_language() -> None:
    assert all(language_of_path(path.name) for path in SAMPLES)
    assert {language.name for language in languages().values()} >= {"python"}
