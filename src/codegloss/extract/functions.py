"""From the outline of a text to its `Function` rows: each definition with the comment that documents it."""

from __future__ import annotations

import hashlib
import re
import string
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tree_sitter import Node

from codegloss.extract.bounds import Allowance
from codegloss.extract.comments import cleandoc, cleaned, string_value
from codegloss.extract.definitions import Definition
from codegloss.extract.docstyles import parse_parts, summarise
from codegloss.extract.signatures import fold, return_type
from codegloss.extract.syntax import Outline
from codegloss.records import Function, SourceFile, Span

_PUNCTUATION = string.punctuation.replace("_", "").encode()
_WORDS_ONLY = bytes.maketrans(_PUNCTUATION, b" " * len(_PUNCTUATION))
# Decorators that make a test: @Test, @ParameterizedTest, #[tokio::test], [TestMethod], [Fact].
_TEST_DECORATOR = re.compile(
    r"^[@#\[!]*(?:\w+(?:\.|::))*(?:\w*Test\w*|(?:rs|wasm_bindgen_)?test(?:_case)?|Fact|Theory)\b"
)


@dataclass(frozen=True, slots=True)
class Comment:
    """The comment that documents a definition."""

    start: int  # bytes
    end: int
    raw: str
    text: str  # without markers
    is_doc: bool


def digest(data: bytes) -> str:
    """128 bits of SHA-256, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()[:32]


def tokens(code: bytes) -> int:
    """Words and punctuation marks: close to a lexer's count, at a twentieth of its price."""
    marks = len(code) - len(code.translate(None, _PUNCTUATION))
    return marks + len(code.translate(_WORDS_ONLY).split())


def comment_of(definition: Definition, outline: Outline) -> Comment | None:
    """The docstring in the definition's body, else the comment above it."""
    text = outline.text
    body = definition.detail("body")
    docstring = outline.docstrings.get(body.start_byte) if body else None
    if docstring:
        raw = text[docstring.start_byte : docstring.end_byte].decode()
        value = string_value(raw)
        if value is not None:
            return Comment(docstring.start_byte, docstring.end_byte, raw, cleandoc(value), True)
    span = _span_above(definition, outline)
    if not span:
        return None
    start, end = span
    raw = text[start:end].decode()
    words = cleaned(raw)
    return Comment(start, end, raw, words, outline.comments.is_doc(start)) if words else None


def _span_above(definition: Definition, outline: Outline) -> tuple[int, int] | None:
    """Span of the comment above the definition or behind an attribute; one with a doc marker wins."""
    comments = outline.comments
    start, head = definition.start, definition.node.start_byte
    plain = comments.above(start)
    if head == start or (plain and comments.is_doc(plain[0])):
        return plain
    attributes = outline.events["decorator"].between(start + 1, head)
    for place in [*(attribute.start_byte for attribute in attributes), head]:
        span = comments.above(place)
        if span and comments.is_doc(span[0]):
            return span
        plain = plain or span
    return plain


def _names(nodes: Sequence[Node], text: bytes) -> list[str]:
    """Their source text, each once, in order."""
    if not nodes:
        return []
    sources = dict.fromkeys([text[node.start_byte : node.end_byte] for node in nodes])
    return [name for name in map(fold, sources) if name]


class _Rows:
    """Makes the rows of one file."""

    def __init__(self, outline: Outline, file: SourceFile) -> None:
        self.outline = outline
        self.file = file
        self.allowance = Allowance(outline.text)
        self.seen: Counter[str] = Counter()
        self.class_summaries: dict[str, str | None] = {}
        self.classes: dict[str, list[Definition]] = defaultdict(list)
        for definition in outline.definitions:
            if definition.kind == "class":
                self.classes[definition.qualified_name].append(definition)
        bodies = filter(None, (definition.detail("body") for definition in outline.definitions))
        found = filter(None, (outline.docstrings.get(body.start_byte) for body in bodies))
        self.docstrings = sorted((node.start_byte, node.end_byte) for node in found)

    def class_summary(self, name: str) -> str | None:
        """Summary of the first of the class's own comments; it may be opened in several places (`impl`)."""
        if name not in self.class_summaries:
            found = (comment_of(scope, self.outline) for scope in self.classes[name])
            comment = next(filter(None, found), None)
            summary = summarise(comment.text, self.outline.language.convention) if comment else ""
            self.class_summaries[name] = summary or None
        return self.class_summaries[name]

    def docstrings_inside(self, start: int, end: int) -> list[tuple[int, int]]:
        """Spans of the docstrings between two bytes."""
        first = bisect_left(self.docstrings, (start, 0))
        return self.docstrings[first : bisect_left(self.docstrings, (end, 0), first)]

    def has_body(self, definition: Definition, comment: Comment | None) -> bool:
        body = definition.detail("body")
        if body is None:
            return False
        stub = self.outline.language.stub
        if stub is None:
            return True
        start, end = body.start_byte, body.end_byte
        if comment and start <= comment.start < end:
            start = comment.end
        return not (end - start < 32 and stub.match(self.outline.text[start:end].strip()))

    def kind(self, definition: Definition) -> str:
        language, name = self.outline.language, definition.name
        if definition.kind not in ("function", "method"):
            return definition.kind
        for kind, pattern in language.kinds:
            if pattern.match(name):
                return kind
        if definition.owner is None:
            return definition.kind
        if name in language.constructors or (
            "{class}" in language.constructors and name == definition.owner_name
        ):
            return "constructor"
        return "method"

    def row(self, definition: Definition) -> Function:
        outline, file = self.outline, self.file
        text, language, events = outline.text, outline.language, outline.events
        start, end = definition.start, definition.end
        name, qualified = definition.name, definition.qualified_name
        ordinal = self.seen[qualified]
        self.seen[qualified] += 1
        comment = comment_of(definition, outline)
        class_summary = self.class_summary(definition.owner) if definition.owner else None
        self.allowance.spend(end - start + len(comment.raw if comment else "") + len(class_summary or ""))
        code_bytes = text[start:end]
        shift = 0
        if comment and start <= comment.start < end:
            code_bytes = text[start : comment.start] + text[comment.end : end]
            shift = comment.end - comment.start
        code = code_bytes.decode()

        parameters = definition.captures.get("parameters")  # several lists where the language curries
        name_node = definition.detail("name")
        decorators = _names(
            events["decorator"].between(start, name_node.start_byte if name_node else start), text
        )
        line = outline.line

        inner = []
        inside = [*outline.comments.inside(start, end), *self.docstrings_inside(start, end)]
        for begin, stop in sorted(inside):
            if comment and comment.start <= begin < comment.end:
                continue
            moved = shift if comment and begin >= comment.end else 0
            inner.append(Span(begin - start - moved, stop - start - moved))

        return Function(
            id=digest("\0".join((file.repository, file.path, qualified, str(ordinal))).encode()),
            repository=file.repository,
            revision=file.revision,
            path=file.path,
            file_sha256=file.sha256,
            language=file.language,
            licence=file.licence,
            name=name,
            qualified_name=qualified,
            ordinal=ordinal,
            kind=self.kind(definition),
            class_name=definition.owner,
            class_summary=class_summary,
            parameters=outline.parameters.between(parameters[0].start_byte, parameters[-1].end_byte)
            if parameters
            else [],
            return_type=return_type(definition.node, definition.captures, text, language.specifiers),
            raises=_names(events["raise"].own(definition), text),
            calls=_names(events["call"].own(definition), text),
            decorators=decorators,
            code=code,
            code_hash=digest(code_bytes),
            comment=comment.raw if comment else None,
            comment_hash=digest(comment.raw.encode()) if comment else None,
            comment_text=comment.text if comment else None,
            summary=summarise(comment.text, language.convention) if comment else None,
            is_doc=comment.is_doc if comment else False,
            parts=parse_parts(comment.text, language.convention) if comment else None,
            start=start,
            end=end,
            start_line=line(start),
            end_line=line(max(start, end - 1)),
            comment_start=comment.start if comment else None,
            comment_end=comment.end if comment else None,
            comment_start_line=line(comment.start) if comment else None,
            comment_end_line=line(comment.end - 1) if comment else None,
            inner_comments=inner,
            code_lines=sum(map(bool, map(str.strip, code.split("\n")))),
            tokens=tokens(code_bytes),
            comment_ratio=len(comment.text) / len(code) if comment and code else 0.0,
            branches=len(events["branch"].own(definition)),
            has_body=self.has_body(definition, comment),
            has_syntax_error=definition.node.has_error,
            is_generated=file.is_generated,
            is_test=file.is_test
            or bool(language.test and language.test.search(name))
            or any(map(_TEST_DECORATOR.match, decorators)),
        )


def functions_of(outline: Outline, file: SourceFile) -> list[Function]:
    """Every named function of the text, in order of its beginning. `file` lends its columns.

    Raises TangledError when they repeat each other too often.
    """
    rows = _Rows(outline, file)
    return [rows.row(definition) for definition in outline.definitions if not definition.is_scope]


def symbols_of(outline: Outline) -> list[str]:
    """Qualified names of what the file defines outside functions: classes, functions, other named things."""
    hidden: set[int] = set()  # what a function or an anonymous class holds, however deep
    defined = []
    for definition in outline.definitions:
        outer = definition.outer
        if not definition.detail("name") or (outer and (not outer.is_scope or id(outer) in hidden)):
            hidden.add(id(definition))
        elif definition.kind != "extension":
            defined.append(definition.qualified_name)
    return list(
        dict.fromkeys(defined + _names(outline.events["symbol"].between(0, len(outline.text)), outline.text))
    )


def imports_of(outline: Outline) -> list[str]:
    """Modules, headers or packages that the file imports, quotes and brackets removed."""
    return list(dict.fromkeys(name.strip("\"'`<>") for name in outline.imports))
