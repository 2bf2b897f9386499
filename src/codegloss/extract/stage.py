"""Extraction as a stage: one `Source` in; its `SourceFile` and `Function` rows out, or why there are none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from codegloss import __version__
from codegloss.extract.embedded import Embedded, NoSource, embedded
from codegloss.extract.functions import functions_of, imports_of, symbols_of
from codegloss.extract.languages import (
    CONTAINERS,
    language_of_content,
    language_of_path,
    language_of_shebang,
    languages,
)
from codegloss.extract.marks import is_generated, is_test
from codegloss.extract.repos import discover, read
from codegloss.extract.repos.licences import licence_from_header
from codegloss.extract.repos.sources import (
    BINARY,
    EMPTY,
    NOT_SOURCE,
    OTHER_LANGUAGE,
    TOO_LARGE,
    DiscoveryOptions,
)
from codegloss.extract.syntax import outline
from codegloss.extract.text import NotText, Text, decode
from codegloss.records import Dropped, Failed, Function, Source, SourceFile

Row = SourceFile | Function | Dropped | Failed
_KINDS = frozenset(CONTAINERS.values())


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the walk: a source to be read, or why there is none. Exactly one of the three is set."""

    size: int  # bytes to be read
    source: Source | None = None
    dropped: Dropped | None = None
    failed: Failed | None = None


def listed(found: Source | Dropped | Failed) -> Listed:
    """What `discover` found, as a line of the walk."""
    if isinstance(found, Source):
        return Listed(found.size, source=found)
    return Listed(0, dropped=found) if isinstance(found, Dropped) else Listed(0, failed=found)


def key_of(source: Source, text: bytes) -> str | None:
    """Row of the languages table, or kind of container, by name, first line and content."""
    key = source.language or language_of_path(source.path) or language_of_shebang(text[:128])
    return key and language_of_content(source.path, key, text)


@dataclass(frozen=True, slots=True)
class Extraction:
    """A pure function of one line of the walk; picklable, so that it can run in any process."""

    options: DiscoveryOptions = DiscoveryOptions()

    name: ClassVar[str] = "extract"
    source: ClassVar[type] = Listed
    tables: ClassVar[Mapping[str, type]] = {
        "functions": Function,
        "files": SourceFile,
        "dropped": Dropped,
        "failed": Failed,
    }

    def __call__(self, line: Listed) -> list[Row]:
        """Rows of one source. Raises SourceError or OSError when its bytes cannot be had."""
        if line.source:
            return self.rows(line.source)
        return [found for found in (line.dropped, line.failed) if found]

    def rows(self, source: Source) -> list[Row]:
        """Rows of one source, or the one that says why there are none."""
        try:
            data, text, parts = self._parts(source)
        except _LeftOut as left_out:
            return [Dropped(source.repository, source.path, left_out.reason, left_out.detail)]
        digest = hashlib.sha256(data).hexdigest()
        rows: list[Row] = []
        for part in parts:
            rows += _rows(source, part, text, digest, len(data))
        return rows

    def _parts(self, source: Source) -> tuple[bytes, Text, list[Embedded]]:
        """The bytes of a source, as text, and the source code in it."""
        data = read(source, self.options.max_file_bytes)
        if len(data) > self.options.max_file_bytes:
            raise _LeftOut(TOO_LARGE, f"more than {self.options.max_file_bytes:,} bytes")
        if not data.strip():
            raise _LeftOut(EMPTY)
        try:
            text = decode(data)
            key = key_of(source, text.utf8)
            if key is None:
                raise _LeftOut(NOT_SOURCE)
            parts = embedded(key, text.utf8) if key in _KINDS else [Embedded(key, text.utf8, None)]
        except NotText as error:
            raise _LeftOut(BINARY, str(error)) from error
        except NoSource as error:
            raise _LeftOut(NOT_SOURCE, str(error)) from error
        wanted = self.options.languages
        parts = [part for part in parts if not wanted or languages()[part.language].name in wanted]
        if not parts:
            raise _LeftOut(OTHER_LANGUAGE)
        return data, text, parts

    def failed(self, line: Listed, error: Exception) -> Failed:
        """The record of a source on which this stage raised."""
        where = line.source or line.dropped or line.failed
        assert where is not None
        message = str(error).partition("\n")[0]
        return Failed(where.repository, where.path, type(error).__name__, message)


class _LeftOut(Exception):
    """A source that gives no rows."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail


def _rows(source: Source, part: Embedded, text: Text, digest: str, size: int) -> list[Row]:
    found = outline(part.text, part.language, part.ranges)
    head = part.text[:4096].decode("utf-8", "ignore")
    file = SourceFile(
        repository=source.repository,
        revision=source.revision,
        path=source.path,
        sha256=digest,
        language=languages()[part.language].name,
        licence=licence_from_header(head) or source.licence,
        encoding=text.encoding,
        bom=text.bom,
        newline=text.newline,
        size=size,
        lines=part.text.count(b"\n") + (not part.text.endswith(b"\n")),
        imports=imports_of(found),
        symbols=symbols_of(found),
        functions=sum(not definition.is_scope for definition in found.definitions),
        is_generated=is_generated(part.text),
        is_test=is_test(source.path),
        has_syntax_errors=found.has_syntax_errors,
    )
    return [file, *functions_of(found, file)]


def rows_of(source: Source, options: DiscoveryOptions = DiscoveryOptions()) -> list[Row]:
    """The rows of one source. Raises what the stage raises on it."""
    return Extraction(options).rows(source)


def extract(*paths: str | Path, options: DiscoveryOptions = DiscoveryOptions()) -> Iterator[Row]:
    """Rows of every file at or below the paths, in this process, one file after the other.

    A SourceFile comes before its functions; a file that gives none comes as Dropped or Failed.
    For a dataset on disk, on all processors, see `codegloss extract`.
    """
    stage = Extraction(options)
    for found in discover([Path(path) for path in paths], options):
        line = listed(found)
        try:
            yield from stage(line)
        except Exception as error:
            yield stage.failed(line, error)


def functions_in(text: str, language: str) -> list[Function]:
    """The functions of a piece of source text.

    Raises ValueError for a language that is not in the table.
    """
    if language not in languages():
        raise ValueError(f"unknown language {language!r}; known are {', '.join(languages())}")
    data = text.encode()
    source = Source("", None, "text", "text", None, data, len(data), language, None)
    return [row for row in rows_of(source) if isinstance(row, Function)]


def versions() -> dict[str, str]:
    """Versions of what decides the rows: this package, the parser and each grammar."""
    grammars = {language.grammar.split(":")[0].replace("_", "-") for language in languages().values()}
    return {"codegloss": __version__} | {name: version(name) for name in sorted(grammars | {"tree-sitter"})}
