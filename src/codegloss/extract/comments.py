"""Which comment documents a definition, where exactly it stands, and what it says without its markers."""

from __future__ import annotations

import ast
import inspect
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import islice

from codegloss.extract.languages import Language

# Comments that speak to a tool, not to a reader. Of words that are plain English too, only the
# tool's exact form counts.
DIRECTIVE = re.compile(
    rb"""(?x) //(?: go: | export \s | line \s ) | (?: //+ | /\*+ | \#+ | --+ | ;+ ) !? \s* (?:
      \+build | nolint | NOLINT | clang- | cppcheck- | coverity\[ | LCOV_ | GCOV_ | eslint | tslint: |
      jshint | jslint | standard- (?: disable | enable ) | prettier- | @ts- | ts- (?: ignore | nocheck ) |
      istanbul \s ignore | c8 \s ignore | v8 \s ignore | webpack[A-Z] | @vite | @?__?PURE | \#__PURE |
      @flow | @noflow | @jsx | @preserve | biome- | deno- | noinspection | CHECKSTYLE | checkstyle: |
      @formatter | spotless: | \$NON-NLS | NOSONAR | NOPMD | type: | noqa | NOQA | nosec | pylint: |
      pragma\b | fmt: | isort: | mypy: | pyright: | ruff: | flake8: | yapf: | cython: | distutils: |
      doctest: | pytype: | codegloss: | coding[:=] | -\*- | vim?: | ex: | rubocop: | frozen_string_literal |
      encoding: | shellcheck \s | phpcs: | @phpstan | @psalm- | phpstan- | swiftlint: | swiftformat: |
      ktlint- | scalafmt: | scalastyle: | luacheck | selene: | stylua: | @diagnostic | ReSharper \s |
      cspell: | cSpell: | spell-?checker: | codespell: | [\#@] \s* source (?: Mapping )? URL | @generated |
      region\b | endregion\b | \#region | \#endregion | MARK: | <editor-fold | </editor-fold | !/ )"""
)
_LICENCE = re.compile(rb"(?i)copyright|licen[cs]e|SPDX-|all rights reserved|public domain")
# Doc comments of something else than the definition below them.
_ELSEWHERE = re.compile(
    rb"(?m)^[ \t]*(?:(?:/\*+!?|\*+|//[/!]?|--+|#+)[ \t]*)?[@\\]"
    rb"(?:(?:file(?:overview)?|module|packageDocumentation|licen[cs]e|overview|typedef|callback|namespace|"
    rb"defgroup|addtogroup|ingroup\s+\w+\s*\*/|name\s.*[@\\]\{|mainpage|page|ngdoc\s+overview|import)\b"
    rb"|[{}][ \t]*(?:\*/)?$)"
    rb"|\A(?:/\*\*|///|/\*!|//!)<(?!\w+[ >/])"  # Doxygen's mark of a comment behind, not `///<summary>`
)
_WORD = re.compile(rb"[^\W\d_]|[\x80-\xff]")


_NEAR = 64  # bytes looked at before all the rest, so that a file of one line takes linear time


class CommentTable:
    """All comments of a file by position, to be asked which of them documents a definition."""

    def __init__(self, text: bytes, spans: Sequence[tuple[int, int]], language: Language) -> None:
        self._text = text
        self._language = language
        trimmed = []
        for start, end in sorted(set(spans)):
            while end > start and text[end - 1] in b"\r\n":  # some grammars count the newline in
                end -= 1
            trimmed.append((start, end))
        self.spans = trimmed
        self._ends = [end for _, end in trimmed]

    def is_doc(self, start: int) -> bool:
        """Whether the comment at that byte bears a doc marker of its language."""
        return self._text.startswith(self._language.markers, start)

    def _is_directive(self, start: int) -> bool:
        own = self._language.directive
        return bool(DIRECTIVE.match(self._text, start) or (own and own.match(self._text, start)))

    def _first_on_line(self, start: int) -> bool:
        near = self._text[max(0, start - _NEAR) : start]
        if near and b"\n" not in near and not near.isspace():
            return False
        line = self._text[self._text.rfind(b"\n", 0, start) + 1 : start]
        return not line or line.isspace()

    def _is_line(self, index: int) -> bool:
        return not self._text.startswith((b"/*", b"--[", b"=begin", b"{-"), self.spans[index][0])

    def _gap(self, index: int, start: int) -> int | None:
        """Newlines between the comment and the byte `start`; None when more than space is there."""
        end = self._ends[index]
        near = self._text[max(end, start - _NEAR) : start]
        if near and not near.isspace():  # most often, so that the rest need not be copied
            return None
        gap = self._text[end:start]
        return gap.count(b"\n") if not gap or gap.isspace() else None

    def above(self, start: int) -> tuple[int, int] | None:
        """Span of the comment, or run of line comments, that documents what begins at byte `start`.

        A block with a doc marker, and `///`, may stand apart by blank lines, anything else must
        be on the line above. Directives, licence headers, notes behind other code and comments without
        a word are none. A comment with a doc marker wins over plain ones between it and the
        definition, as it does for the compilers.
        """
        last = bisect_right(self._ends, start) - 1
        plain: tuple[int, int] | None = None
        passed = False  # a plain comment
        while last >= 0 and (newlines := self._gap(last, start)) is not None:
            begin = self.spans[last][0]
            if not self._is_directive(begin):
                if passed and newlines > 1:
                    break
                if self.is_doc(begin):
                    return self._documenting(last, newlines) or plain
                if not passed:
                    plain = self._documenting(last, newlines)
                    if plain and self.is_doc(plain[0]):
                        return plain
                    passed = True
            start = begin
            last -= 1
        return plain

    def _documenting(self, last: int, newlines: int) -> tuple[int, int] | None:
        """Span of the comment that ends with number `last`, unless it cannot document what follows."""
        text = self._text
        begin, end = self.spans[last]
        if self._is_line(last):
            apart = text.startswith((b"///", b"//!"), begin) and text[begin + 3 : begin + 4] != b"/"
            if (newlines > 1 and not apart) or not self._first_on_line(begin):
                return None
            marked = self._marks(last)
            while last > 0 and self._continues(last, marked):
                last -= 1
                begin = self.spans[last][0]
                marked = marked or self._marks(last)
        elif not text.startswith((b"/**", b"/*!"), begin) and (
            newlines > 1 or not self._first_on_line(begin)
        ):
            return None
        comment = text[begin:end]
        if not _WORD.search(comment) or _ELSEWHERE.search(comment):
            return None
        if self._language.ignore and self._language.ignore.match(comment):
            return None
        if _LICENCE.search(comment) and not self._code_before(last):
            return None
        return begin, end

    def _marks(self, index: int) -> bool:
        """Whether the line comment bears a doc marker; a ruler does not where the first line's counts."""
        begin, end = self.spans[index]
        first = self._language.marked_first
        return self.is_doc(begin) and not (first and not _WORD.search(self._text, begin, end))

    def _continues(self, index: int, marked: bool) -> bool:
        """Whether the line comment before `index` belongs to the same run."""
        before = self.spans[index - 1][0]
        same = self._marks(index - 1) == marked or (self._language.marked_first and not marked)
        return (
            same
            and self._is_line(index - 1)
            and self._gap(index - 1, self.spans[index][0]) == 1
            and self._first_on_line(before)
            and not self._is_directive(before)
        )

    def _code_before(self, index: int) -> bool:
        reached = 0
        for start, end in islice(self.spans, index + 1):
            between = self._text[reached:start].strip()
            if between and not between.startswith((b"#!", b"<?php", b"<")):
                return True
            reached = end
        return False

    def inside(self, start: int, end: int) -> list[tuple[int, int]]:
        """Spans of the comments between two bytes."""
        first = bisect_right(self._ends, start)
        last = bisect_left(self.spans, (end, 0), first)
        return [span for span in self.spans[first:last] if span[0] >= start]


_LINE_MARKER = re.compile(r"^[ \t]*(?://[/!]*|#+:?|---*|;+) ?", re.MULTILINE)
_STAR = re.compile(r"^[ \t]*\*(?!\*[^*\s])[ \t]?", re.MULTILINE)
_BLOCK_OPEN = re.compile(r"^(?:/\*[*!]*|--\[=*\[-*|=begin\b[^\n]*)")
_BLOCK_CLOSE = re.compile(r"(?:\**\*/|--\]=*\]|\]=*\]|=end)\s*$")


def cleaned(raw: str) -> str:
    """The words of a comment: markers, frames of stars and common indentation removed."""
    if opening := _BLOCK_OPEN.match(raw):
        body = _BLOCK_CLOSE.sub("", raw[opening.end() :])
        if raw.startswith("/*"):
            first, newline, rest = body.partition("\n")
            lines = [line for line in rest.split("\n") if line.strip()]
            starred = sum(line.lstrip().startswith("*") for line in lines)
            if starred * 2 > len(lines):
                rest = _STAR.sub("", rest)
            body = first + newline + rest
        return cleandoc(body)
    return cleandoc(_LINE_MARKER.sub("", raw))


def cleandoc(text: str) -> str:
    """`inspect.cleandoc` without trailing space, and quick for the many comments of one line."""
    return inspect.cleandoc(text).rstrip() if "\n" in text else text.strip()


_PLAIN_STRING = re.compile(r'[uUrR]?("""|\'\'\'|"|\')')


def string_value(raw: str) -> str | None:
    """The text that a Python string expression stands for; None when it is no constant text.

    Covers prefixes, escapes, implicit concatenation and parentheses, as `ast` does.
    """
    opening = _PLAIN_STRING.match(raw)
    if opening:
        quote = opening[1]
        body = raw[opening.end() : -len(quote)]
        plain = "\\" not in body or raw[0] in "rR"
        if plain and quote not in body and (len(quote) == 3 or raw.count(quote) == 2):
            return body.replace("\r\n", "\n").replace("\r", "\n") if "\r" in body else body
    try:
        value = ast.literal_eval(f"({raw.strip()})")
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else None
