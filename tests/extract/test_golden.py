"""Each language's odd corners: `tests/data/golden/LANGUAGE.EXT` against the rows written down beside it.

The expected rows in `LANGUAGE.json` are read and corrected by hand. After a change that
should alter them, `python -m tests.extract.test_golden LANGUAGE` writes them anew: read the
difference before committing it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from codegloss.extract.embedded import notebook
from codegloss.extract.languages import language_of_path, languages, names
from codegloss.extract.stage import rows_of
from codegloss.records import Function, Parameter, Source, SourceFile

GOLDEN = Path(__file__).parent.parent / "data" / "golden"
SAMPLES = sorted(path for path in GOLDEN.iterdir() if path.suffix != ".json")


def written(parameter: Parameter) -> str:
    """A parameter on one line: `kind name: type = default`, what is absent left out."""
    text = "" if parameter.kind == "positional" else f"{parameter.kind} "
    text += parameter.name
    text += f": {parameter.type}" if parameter.type is not None else ""
    return text + (f" = {parameter.default}" if parameter.default is not None else "")


def summary_of(function: Function) -> dict[str, Any]:
    """What the golden file says of a function; what is empty or usual is left out."""
    parts = function.parts
    row = {
        "name": function.qualified_name,
        "kind": function.kind,
        "class": function.class_name,
        "class summary": function.class_summary,
        "parameters": list(map(written, function.parameters)),
        "returns": function.return_type,
        "decorators": function.decorators,
        "raises": function.raises,
        "calls": function.calls,
        "branches": function.branches,
        "lines": [function.start_line, function.end_line],
        "comment": function.comment_text,
        "summary": function.summary,
        "plain comment": bool(function.comment) and not function.is_doc,
        "documented": {
            "style": parts.style,
            "parameters": {p.name: f"{p.type or ''} | {p.description}" for p in parts.parameters},
            "returns": parts.returns and f"{parts.returns.type or ''} | {parts.returns.description}",
            "raises": [f"{r.type or ''} | {r.description}" for r in parts.raises],
            "deprecated": parts.deprecated,
            "examples": parts.examples,
        }
        if parts and parts.style != "plain"
        else None,
        "without body": not function.has_body,
        "syntax error": function.has_syntax_error,
        "test": function.is_test,
    }
    return {field: value for field, value in row.items() if value not in (None, False, [], 0)}


def rows_of_file(path: Path) -> tuple[SourceFile, list[Function]]:
    source = Source("golden", None, path.name, str(path), None, None, path.stat().st_size, None, None)
    file, *functions = rows_of(source)
    assert isinstance(file, SourceFile), file
    return file, functions


def observed(path: Path) -> dict[str, Any]:
    file, functions = rows_of_file(path)
    return {
        "language": file.language,
        "imports": file.imports,
        "symbols": file.symbols,
        "functions": list(map(summary_of, functions)),
    }


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_golden(sample: Path) -> None:
    expected = json.loads(sample.with_suffix(sample.suffix + ".json").read_text("utf-8"))
    assert observed(sample) == expected


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_code_and_comment_stand_at_their_spans(sample: Path) -> None:
    text = sample.read_bytes()
    if sample.suffix == ".ipynb":
        text = notebook(text)[0].text  # spans count in the joined cells
    for function in rows_of_file(sample)[1]:
        start, end, removed = function.start, function.end, text[function.start : function.end]
        if function.comment is not None:
            assert function.comment_start is not None
            assert function.comment_end is not None
            raw = text[function.comment_start : function.comment_end]
            assert raw.decode() == function.comment
            if start <= function.comment_start < end:
                removed = text[start : function.comment_start] + text[function.comment_end : end]
        assert removed.decode() == function.code
        assert text.count(b"\n", 0, start) + 1 == function.start_line


def test_every_language_has_a_golden_file() -> None:
    keys = set(map(language_of_path, map(str, SAMPLES)))
    covered = {language.name for key, language in languages().items() if key in keys}
    assert set(names()) <= covered


if __name__ == "__main__":
    for sample in SAMPLES:
        if sample.name.startswith(tuple(sys.argv[1:])):
            text = json.dumps(observed(sample), indent=1, ensure_ascii=False) + "\n"
            sample.with_suffix(sample.suffix + ".json").write_text(text, "utf-8")
