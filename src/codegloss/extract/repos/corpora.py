"""Tables of source code: JSONL or Parquet in the formats of CodeSearchNet and The Stack.

Two kinds are told apart by their columns, each known by several names (`_COLUMNS`):

- a row with a `content` column is a whole file;
- a row with a function's text (`original_string`, `whole_func_string`, `code`, …) is one
  function. Where its comment was cut off and stands in a column of its own, it is put
  back in front in the language's own convention, and where a function alone is no valid
  code (a PHP or C# method) it is put into a class, so that both are found as in any file.

Every row becomes exactly one Source, Dropped or Failed. Not covered: rows that repeat a
path of the same repository, which stay two.
"""

from __future__ import annotations

import gzip
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, cast

from tree_sitter import Query, QueryCursor

from codegloss.extract.bounds import TangledError
from codegloss.extract.languages import language_of_path, languages, tools
from codegloss.extract.parsing import parse
from codegloss.extract.repos.containers import DAMAGE, TooMuch, allowance, exceeded
from codegloss.extract.repos.sources import (
    EMPTY,
    NOT_SOURCE,
    OTHER_LANGUAGE,
    TOO_LARGE,
    DiscoveryOptions,
    Found,
    located,
    shown,
)
from codegloss.extract.repos.spdx import expression, licence_from_name
from codegloss.records import Dropped, Failed, Source

# What a row tells, and the names of columns that tell it, the first one present counts.
_COLUMNS = {
    "content": ("content",),
    "function": ("original_string", "whole_func_string", "code", "func_code_string", "function"),
    "comment": ("docstring", "func_documentation_string"),
    "name": ("func_name", "identifier"),
    "repository": ("repository_name", "repo_name", "repo", "max_stars_repo_name", "nwo"),
    "revision": ("sha", "revision_id", "max_stars_repo_head_hexsha"),
    "path": ("func_path_in_repository", "max_stars_repo_path", "path"),
    "language": ("language", "lang", "programming_language"),
    "licence": ("license", "licenses", "max_stars_repo_licenses", "detected_licenses"),
    "url": ("url", "func_code_url"),
}
_LANGUAGE_NAMES = {
    "c++": "cpp", "c#": "csharp", "c-sharp": "csharp", "golang": "go", "shell": "bash", "js": "javascript",
    "py": "python", "ts": "typescript",
}  # fmt: skip

# How a comment that stood apart is written before a function: first line, each line, last line.
_BLOCK = ("/**\n", " * ", "\n */\n")
_COMMENTS = {
    "c": _BLOCK, "cpp": _BLOCK, "java": _BLOCK, "javascript": _BLOCK, "kotlin": _BLOCK, "php": _BLOCK,
    "scala": _BLOCK, "typescript": _BLOCK,
    "csharp": ("", "/// ", "\n"), "rust": ("", "/// ", "\n"), "swift": ("", "/// ", "\n"),
    "bash": ("", "# ", "\n"), "go": ("", "// ", "\n"), "lua": ("", "--- ", "\n"), "ruby": ("", "# ", "\n"),
}  # fmt: skip

_LINES = re.compile(r"#(L\d+(?:-L\d+)?)$")
_URL_COMMIT = re.compile(r"/blob/([0-9a-f]{40})/")
_BATCH_BYTES = 16_000_000
_MOST_ROWS = 2_000  # a batch, whatever their size
_CHUNK = 1 << 20


def is_corpus(name: str) -> bool:
    """Whether a file of this name is a table that `rows` reads."""
    return name.lower().endswith((".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz", ".parquet"))


def rows(path: Path, options: DiscoveryOptions) -> Iterator[Found]:
    """A row for every row of a table; numbers count from 1.

    A damaged line is a Failed row of its own; a damaged file, or one without the columns
    needed, ends with one that names the file.
    """
    numbered = _parquet_rows(path) if path.name.lower().endswith(".parquet") else _json_rows(path, options)
    try:
        for number, row in numbered:
            if isinstance(row, str):
                yield Failed(shown(path.name), f"row-{number}", "damaged row", row)
                continue
            yield _found(row, number, path, options)
    except _Columns as error:
        yield Failed(shown(path.name), shown(path.name), "missing columns", str(error))
    except TooMuch as error:
        yield Failed(shown(path.name), shown(path.name), "table too large", str(error))
    except (*DAMAGE, TypeError) as error:  # pyarrow's errors are of these types too
        yield Failed(shown(path.name), shown(path.name), type(error).__name__, str(error))


class _Columns(Exception):
    """A table that is none of those known."""


def _check_columns(present: Mapping[str, Any] | list[str]) -> None:
    if not any(name in present for name in (*_COLUMNS["content"], *_COLUMNS["function"])):
        wanted = ", ".join((*_COLUMNS["content"], *_COLUMNS["function"]))
        raise _Columns(
            f"needs a column of source code, one of: {wanted}; found: {', '.join(present) or 'none'}"
        )


Numbered = Iterator[tuple[int, dict[str, Any] | str]]  # a row, or what is wrong with it


def _json_rows(path: Path, options: DiscoveryOptions) -> Numbered:
    most = 8 * options.max_file_bytes + _CHUNK  # a line may hold a file twice, escaped, and its columns
    limit = allowance(path.stat().st_size)
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        lines = io.BufferedReader(cast(Any, gzip.GzipFile(fileobj=file)), _CHUNK) if zipped else file
        checked = False
        for number in itertools.count(1):
            row = _json_row(lines, most, limit)
            if row is None:
                return
            if isinstance(row, dict) and not checked:
                _check_columns(row)
                checked = True
            if row != "":
                yield number, row


def _json_row(lines: IO[bytes], most: int, limit: int) -> dict[str, Any] | str | None:
    """The next line as a row, or what is wrong with it; empty for a blank line, None at the end.

    Raises TooMuch past byte `limit` of the expanded file.
    """
    line = part = lines.readline(most)
    while part and not part.endswith(b"\n") and lines.tell() <= limit:
        part = lines.readline(_CHUNK)
    if lines.tell() > limit:
        raise exceeded()
    if len(line) == most and not line.endswith(b"\n"):
        return f"a line of more than {most} bytes"
    if not line.strip():
        return "" if line else None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        return f"no JSON: {error}"
    return row if isinstance(row, dict) else "not an object"


def _parquet_rows(path: Path) -> Numbered:
    from pyarrow import parquet

    with parquet.ParquetFile(path, buffer_size=_CHUNK, pre_buffer=False) as file:
        present = file.schema_arrow.names
        _check_columns(present)
        used = [name for names in _COLUMNS.values() for name in names if name in present]
        number = 0
        for group in range(file.num_row_groups):
            about = file.metadata.row_group(group)
            each = max(1, about.total_byte_size // max(1, about.num_rows))
            size = max(1, min(_MOST_ROWS, _BATCH_BYTES // each))
            for batch in file.iter_batches(size, row_groups=[group], columns=used, use_threads=False):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row


def _value(row: Mapping[str, Any], what: str) -> Any:
    return next((row[name] for name in _COLUMNS[what] if row.get(name) is not None), None)


def _text(row: Mapping[str, Any], what: str) -> str | None:
    value = _value(row, what)
    return value.strip().encode("utf-8", "replace").decode() or None if isinstance(value, str) else None


def _language(row: Mapping[str, Any], path: str | None) -> str | None:
    """Key of the languages table, from the row's own word or its path."""
    word = (_text(row, "language") or "").lower()
    key = _LANGUAGE_NAMES.get(word, word)
    if path and (told := language_of_path(path)):
        row_language = languages().get(told)
        if not key or key not in languages() or (row_language is not None and row_language.name == key):
            return told  # tells TSX from TypeScript, which the word does not
    return key if key in languages() else None


def _licence(row: Mapping[str, Any]) -> str | None:
    value = _value(row, "licence")
    names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    known = {licence_from_name(name) for name in names if isinstance(name, str)} - {None}
    if len(known) == 1:
        return known.pop()
    return (
        expression(" AND ".join(sorted(f"({k})" if " " in k else k for k in known if k))) if known else None
    )


def _with_comment(code: str, comment: str | None, language: str) -> str:
    """A function's text with the comment that was kept apart from it."""
    style = _COMMENTS.get(language)
    if not comment or style is None or not comment.strip():
        return code
    lines = [line.strip() for line in comment.strip().splitlines()]
    if all(line in code for line in lines):
        return code
    first, each, last = style
    if style is _BLOCK:
        lines = [line.replace("*/", "* /") for line in lines]
    text = first + "\n".join((each + line).rstrip() for line in lines) + last
    return text + code


_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\.[\w$]+)*$")
_CLASS_OF = re.compile(r"(?:^|[.:\\#])([A-Za-z_]\w*)(?:\.prototype)?(?:\.|::|#)\w+$")
_NAMELESS = "_"


@cache
def _definitions(language: str) -> Query:
    """The part of a language's query that finds functions: half the price of the whole outline."""
    grammar = tools(language).parser.language
    assert grammar is not None
    return Query(grammar, dict(languages()[language].query)["definition"])


def _valid(text: str, language: str) -> bool:
    """Whether the text is free of syntax errors and defines a function by name."""
    try:
        root = parse(tools(language).parser, languages()[language], text.encode("utf-8", "replace"), None)
    except TangledError:
        return False
    if root.has_error:
        return False
    return any("name" in captures for _, captures in QueryCursor(_definitions(language)).matches(root))


def _in_context(code: str, name: str, language: str) -> str:
    """A function's text between what its language needs around it; unchanged where nothing makes it valid."""
    owner = _CLASS_OF.search(name)
    snippets: Sequence[tuple[str, str]] = languages()[language].snippets
    if not owner:  # a class without a name is the last resort
        snippets = sorted(snippets, key=lambda snippet: "{class}" in snippet[0])
    for before, behind in snippets:
        before = before.replace("{class}", owner[1] if owner else _NAMELESS)
        before = before.replace("{name}", name if _NAME.match(name) else _NAMELESS)
        if _valid(before + code + behind, language):
            return before + code + behind
    return code


def _found(row: dict[str, Any], number: int, table: Path, options: DiscoveryOptions) -> Found:
    repository = _text(row, "repository") or shown(table.name)
    path = _text(row, "path") or ""
    language = _language(row, path or None)
    content = _value(row, "content")
    url = _text(row, "url") or ""
    if content is None:
        content = _value(row, "function")
        lines = _LINES.search(url)
        path = f"{path}#{lines[1] if lines else f'row-{number}'}" if path else ""
        if isinstance(content, str) and language:
            name = languages()[language].name if language in languages() else language
            content = _with_comment(content, _text(row, "comment"), name)
            if language in languages():
                content = _in_context(content, _text(row, "name") or "", language)
    path = path or f"row-{number}"
    if isinstance(content, str):
        data = content.encode("utf-8", "replace")  # JSON can hold half a character
    elif isinstance(content, bytes):
        data = content
    else:
        return Dropped(repository, path, EMPTY, "no text")
    if language is None:
        return Dropped(repository, path, NOT_SOURCE, str(_text(row, "language") or ""))
    known = languages().get(language)
    if options.languages is not None and known is not None and known.name not in options.languages:
        return Dropped(repository, path, OTHER_LANGUAGE, known.name)
    if not data:
        return Dropped(repository, path, EMPTY, "")
    if len(data) > options.max_file_bytes:
        return Dropped(repository, path, TOO_LARGE, f"{len(data)} bytes")
    commit = _URL_COMMIT.search(url)
    return Source(
        repository=repository,
        revision=_text(row, "revision") or (commit[1] if commit else None),
        path=path,
        location=located(str(table)),
        member=None,
        content=data,
        size=len(data),
        language=language,
        licence=_licence(row),
    )
