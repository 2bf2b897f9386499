"""The nouns of the project: frozen dataclasses, each with the Arrow schema of its table.

A record is what a stage reads or writes, one row each. The Arrow schema is derived
from the annotations, so a field is declared once. Spans are half-open byte offsets
`[start, end)` into the file's *text*: the file decoded from its encoding, without a
byte order mark, encoded as UTF-8. For a UTF-8 file without a mark these are plain
file offsets. Lines count from 1 and both ends are included.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as the code declares it."""

    name: str
    kind: str  # positional, positional-only, keyword-only, …: the kinds of `extract.signatures`
    type: str | None  # source text of the annotation or declared type
    default: str | None  # source text of the default value


@dataclass(frozen=True, slots=True)
class DocumentedParameter:
    """One parameter as the comment describes it."""

    name: str
    type: str | None
    description: str


@dataclass(frozen=True, slots=True)
class DocumentedValue:
    """What the comment says is returned (or yielded), or raised under a condition."""

    type: str | None
    description: str


@dataclass(frozen=True, slots=True)
class CommentParts:
    """The parts of a doc comment, in the order they were written."""

    style: str  # google, numpy, sphinx, epytext, javadoc, xmldoc, rustdoc, …, or plain
    parameters: list[DocumentedParameter]
    returns: DocumentedValue | None
    raises: list[DocumentedValue]
    deprecated: str | None  # the deprecation note; empty when the mark stands alone
    examples: list[str]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open byte range."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """One file to be read, wherever it lies: on disk, in an archive, or in a table."""

    repository: str  # from the git remote, the package metadata, or the folder's own name
    revision: str | None  # git commit or package version
    path: str  # POSIX, relative to the root of the repository
    location: str  # path of the file, or of the archive or table that holds it
    member: str | None  # the name inside a zip archive, None elsewhere
    content: bytes | None  # the bytes themselves, where the container can only be read in order
    size: int  # bytes
    language: str | None  # where the container names it; else told by path and content
    licence: str | None  # SPDX expression of the repository, from its licence file or metadata


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A source file that was read and parsed."""

    repository: str
    revision: str | None
    path: str
    sha256: str  # of the file's bytes
    language: str
    licence: str | None  # SPDX expression; a header in the file wins over the repository's
    encoding: str
    bom: bool
    newline: str  # lf, crlf, cr, mixed or none
    size: int  # bytes
    lines: int
    imports: list[str]  # modules, headers, packages, in order of appearance, without repeats
    symbols: list[str]  # qualified names of classes, functions, types defined here
    functions: int  # how many Function rows this file gave
    is_generated: bool
    is_test: bool
    has_syntax_errors: bool


@dataclass(frozen=True, slots=True)
class Function:
    """A named function or method, with the comment that documents it."""

    id: str  # hash of repository, path, qualified name, ordinal: survives edits of code and comment
    repository: str
    revision: str | None
    path: str
    file_sha256: str
    language: str
    licence: str | None
    name: str
    qualified_name: str
    ordinal: int  # 0 for the first definition of that qualified name in the file, then 1, …
    kind: str  # function, method, constructor, destructor, getter, setter, operator
    class_name: str | None  # qualified name of the enclosing class, trait, interface or impl
    class_summary: str | None  # summary of that class's own comment
    parameters: list[Parameter]
    return_type: str | None  # source text
    raises: list[str]  # exception types this body raises by name, or declares
    calls: list[str]  # last name of each callee, in order of appearance, without repeats
    decorators: list[str]  # decorators, annotations, attributes: source text
    code: str  # the definition without its doc comment
    code_hash: str
    comment: str | None  # the doc comment exactly as it stands between its span's ends
    comment_hash: str | None
    comment_text: str | None  # markers and common indentation removed
    summary: str | None  # first sentence or paragraph of that
    is_doc: bool  # the comment bears the language's doc marker; False for a plain comment above
    parts: CommentParts | None
    start: int  # bytes; the definition, decorators included, a comment above it not
    end: int
    start_line: int
    end_line: int
    comment_start: int | None  # bytes; inside the definition for docstrings, before it elsewhere
    comment_end: int | None
    comment_start_line: int | None
    comment_end_line: int | None
    inner_comments: list[Span]  # other comments, and docstrings of what is defined inside: bytes of `code`
    code_lines: int  # non-blank lines of `code`
    tokens: int  # words and punctuation marks of `code`
    comment_ratio: float  # characters of comment_text per character of code
    branches: int  # decision points; cyclomatic complexity is this plus one
    has_body: bool  # False for a declaration, an abstract method, an overload stub
    has_syntax_error: bool
    is_generated: bool  # of the file
    is_test: bool  # of the file, or by the function's own name or mark


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and the code that it describes, for training and testing retrieval."""

    id: str  # of the function
    repository: str
    path: str
    qualified_name: str
    language: str
    licence: str | None
    text: str  # what the doc comment says, without markers, tags and examples
    code: str  # the function without any comment
    cluster: int  # pairs with a near-duplicate text or code share it, and are no negatives of each other
    split: str  # train, validation or test


@dataclass(frozen=True, slots=True)
class Dropped:
    """An input that was left out on purpose."""

    repository: str
    path: str
    reason: str  # one of a small fixed set, so that it can be counted
    detail: str


@dataclass(frozen=True, slots=True)
class Failed:
    """An input that could not be processed."""

    repository: str
    path: str
    error: str  # type of the exception, or a short fixed reason
    message: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a function's code stands when its comment is the query. Equal scores count against it."""

    rank: int  # from 1, in the whole pool
    reciprocal_rank: float
    batch_rank: int  # in a batch of the pool
    batch_reciprocal_rank: float
    bare_rank: int  # in the whole pool, with the function's own identifiers taken out of the comment
    bare_reciprocal_rank: float


@dataclass(frozen=True, slots=True)
class Score:
    """How far a function's comment can be trusted: does it contradict the code, does it lead to it."""

    function: str  # its id
    repository: str
    path: str
    qualified_name: str
    language: str
    kind: str
    code_hash: str
    comment_hash: str
    text: str  # the comment in plain prose, as it is searched by
    words: int  # of that
    inconsistency: float | None  # calibrated P(inconsistent); None without a classifier, or for its silence
    findings: int | None  # claims that the code contradicts; None where the rules do not read the comment
    rules: list[str]  # codes of the rules that found them, in order, without repeats
    pool: int  # how many different codes it was searched among
    semantic: Standing | None  # by an encoder; None without one, or where it was not drawn as a query
    lexical: Standing | None  # by BM25; None where it was not drawn as a query


@dataclass(frozen=True, slots=True)
class Finding:
    """Words of a comment that the code contradicts."""

    function: str  # its id
    repository: str
    path: str
    line: int  # of the file, from 1: where the quote stands
    qualified_name: str
    language: str
    rule: str  # CG101
    name: str  # unknown-parameter
    message: str  # one sentence: what the comment says, and what the code does
    quote: str  # verbatim from the comment
    confidence: float  # how often such a finding is true, from 0 to 1


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model answered to one request, or why there is no answer."""

    request: str  # SHA-256 of the exact request: endpoint, model, messages, every parameter, sample index
    sample: int  # 0 for the first answer to the same question, then 1, …
    endpoint: str  # its name, by default its URL
    model: str
    text: str | None  # never empty; None where nothing came that could be used
    finish: str | None  # why the model stopped, in the endpoint's word: stop, length, content_filter, …
    prompt_tokens: int | None  # as the endpoint counted
    completion_tokens: int | None
    cost: float | None  # US dollars, by the table of prices; None where price or tokens are not known
    seconds: float  # from sending to the end of the answer
    status: str  # one of `llm.model.Status`
    error: str | None  # one line, where the status is not ok
    reused: bool  # read from the journal, or shared with an identical request: this row paid nothing


@dataclass(frozen=True, slots=True)
class Appraisal:
    """What one scorer says of one comment, without a reference."""

    inconsistency: float  # P(inconsistent)
    rank: int  # of its own code, from 1, when it is the query without the words of its own identifiers
    pool: int  # codes among which that is
    rules: list[str]  # codes of the rules that found a contradiction


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A comment that was proposed for a function, and what was decided."""

    function: str  # its id
    repository: str
    path: str
    qualified_name: str
    language: str
    start_line: int
    why: str  # it was taken up: weak, missing, all
    old: str | None  # text of its comment, without marks; None where it had none
    new: str | None  # what was proposed; None where the writer gave nothing
    decision: str  # replaced, kept, failed
    reason: str | None  # why the old comment stays
    detail: str | None
    old_gate: Appraisal | None  # None where there is no such comment, or it cannot be scored
    new_gate: Appraisal | None
    old_referee: Appraisal | None  # by an encoder and a classifier that the gate never used
    new_referee: Appraisal | None
    control_referee: Appraisal | None  # of the name split into words
    model: str | None  # what wrote the proposal
    request: str | None  # hash of the request that it answers, where a language model wrote it
    cost: float | None  # US dollars; None where it is not known
    notes: list[str]  # what was done to the input: shortened code, masked secrets


_SCALARS: dict[type, pa.DataType] = {
    str: pa.string(),
    bytes: pa.binary(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
}


@cache
def fields(record: type) -> dict[str, Any]:
    """Field names of a record and their resolved annotations, in order."""
    return {name: hint for name, hint in typing.get_type_hints(record).items() if not name.startswith("_")}


def _without_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return next(option for option in typing.get_args(hint) if option is not type(None))
    return hint


@cache
def arrow_type(hint: Any) -> pa.DataType:
    """Arrow type of an annotation: scalars, `list[...]`, records, each perhaps `| None`.

    Raises KeyError for an annotation that is none of these.
    """
    hint = _without_none(hint)
    if typing.get_origin(hint) is list:
        return pa.list_(pa.field("item", arrow_type(typing.get_args(hint)[0])))
    if dataclasses.is_dataclass(hint):
        # nullable all through: under a null struct Arrow marks the children null as well
        return pa.struct(
            [(name, arrow_type(field)) for name, field in fields(typing.cast(type, hint)).items()]
        )
    return _SCALARS[hint]


@cache
def arrow_schema(record: type) -> pa.Schema:
    """The schema of a record's table."""
    return pa.schema(
        [
            pa.field(name, arrow_type(hint), nullable=isinstance(hint, types.UnionType))
            for name, hint in fields(record).items()
        ]
    )


def _column(values: Sequence[Any], hint: Any) -> pa.Array:
    optional = isinstance(hint, types.UnionType)
    hint = _without_none(hint)
    if scalar := _SCALARS.get(hint):
        return pa.array(values, scalar)
    missing = [value is None for value in values] if optional else []
    if typing.get_origin(hint) is list:
        lists = [value or () for value in values] if optional else values
        flat = _column(list(chain.from_iterable(lists)), typing.get_args(hint)[0])
        offsets = pa.array(list(accumulate(map(len, lists), initial=0)), pa.int32())
        mask = pa.array(missing) if any(missing) else None
        return pa.ListArray.from_arrays(offsets, flat, type=arrow_type(hint), mask=mask)
    present = [value for value in values if value is not None] if any(missing) else values
    whole = pa.StructArray.from_arrays(_columns(present, hint), fields=list(arrow_type(hint)))
    if present is values:
        return whole
    places = iter(range(len(present)))
    return whole.take(pa.array([None if absent else next(places) for absent in missing], pa.int64()))


def _columns(records: Sequence[Any], record: type) -> list[pa.Array]:
    hints = fields(record)
    rows = map(attrgetter(*hints), records)
    columns: Iterable[Sequence[Any]] = zip(*rows, strict=True) if len(hints) > 1 else [list(rows)]
    if not records:
        columns = [[] for _ in hints]
    return [_column(column, hint) for column, hint in zip(columns, hints.values(), strict=True)]


def to_arrow(records: Sequence[Any], record: type) -> pa.RecordBatch:
    """A batch with one row per record, built column by column (ten times faster than from dicts)."""
    return pa.RecordBatch.from_arrays(_columns(records, record), schema=arrow_schema(record))


def _value(value: Any, hint: Any) -> Any:
    hint = _without_none(hint)
    if value is None:
        return None
    if typing.get_origin(hint) is list:
        return [_value(item, typing.get_args(hint)[0]) for item in value]
    return from_row(value, typing.cast(type, hint)) if dataclasses.is_dataclass(hint) else value


def from_row(row: dict[str, Any], record: type) -> Any:
    """The record that a row (as `pa.Table.to_pylist` gives it) was made from."""
    return record(**{name: _value(row[name], hint) for name, hint in fields(record).items()})
