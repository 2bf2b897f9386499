"""A file as it was read: its text, its functions by id, and what rendering a comment in it depends on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from codegloss.extract.definitions import Definition
from codegloss.extract.languages import CONTAINERS, Language, languages
from codegloss.extract.stage import key_of, rows_of
from codegloss.extract.syntax import Outline, outline
from codegloss.extract.text import NotText, Text, decode
from codegloss.quality.reasons import Reason
from codegloss.records import Failed, Function, Source
from codegloss.synth.source.machine_read import Rule, reader_of

NOT_A_FILE = "not a file of source"
UNREADABLE = "does not parse"


class Unfit(Exception):
    """A file that takes no new comments."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.name)
        self.reason = reason


class ReadFile:
    """The bytes of a file, read as those of the file that a function came from.

    Raises Unfit for bytes that are no source of the function's language, or that cannot be read.
    """

    def __init__(self, data: bytes, one: Function) -> None:
        self.data = data
        try:
            self.text: Text = decode(data)
        except NotText as error:
            raise Unfit(Reason(UNREADABLE, str(error))) from error
        self.source = source_like(one, data)
        key = key_of(self.source, self.text.utf8)
        if key is None or key in CONTAINERS.values() or languages()[key].name != one.language:
            raise Unfit(Reason(NOT_A_FILE, f"{one.path} is read as {key}, not as {one.language}"))
        self.key = key
        self.language: Language = languages()[key]
        self.has_docstrings = any(group == "docstring" for group, _ in self.language.query)
        try:
            self.outline: Outline = outline(self.text.utf8, key)
        except ValueError as error:  # out of the bounds of what is parsed
            raise Unfit(Reason(UNREADABLE, str(error))) from error
        self.functions = functions_of(self.source)
        self.rule: Rule = reader_of(self.text.text, one.language)
        self._definitions: dict[tuple[str, int, int], Definition] = {
            (found.qualified_name, found.start, found.end): found for found in self.outline.definitions
        }
        starts = [f.comment_start for f in self.functions.values() if f.comment_start is not None]
        self._shared = {start for start, count in Counter(starts).items() if count > 1}
        # Doc comments that stand inside their functions, and all; in order of these functions.
        documented = sorted((f for f in self.functions.values() if f.is_doc), key=lambda f: f.start)
        self._examples = {
            True: [f for f in documented if f.comment_start is not None and f.comment_start >= f.start],
            False: documented,
        }
        self.columns = max(map(len, re.split(r"[\r\n]", self.text.text)))  # of the longest line

    def definition(self, function: Function) -> Definition | None:
        """The node that a function of this file came from."""
        return self._definitions.get((function.qualified_name, function.start, function.end))

    def is_shared(self, function: Function) -> bool:
        """Whether other functions have the very same comment."""
        return function.comment_start in self._shared

    def example(self, place: int, docstring: bool) -> str | None:
        """The doc comment of the function nearest to byte `place`, its indentation taken off."""
        among = self._examples[docstring]
        after = bisect_left(among, place, key=lambda function: function.start)
        near = min(among[max(0, after - 1) : after + 1], key=lambda f: abs(f.start - place), default=None)
        if near is None or near.comment is None or near.comment_start is None:
            return None
        text, start = self.text.utf8, near.comment_start
        line = text[max(text.rfind(b"\n", 0, start), text.rfind(b"\r", 0, start)) + 1 : start]
        margin = line[: len(line) - len(line.lstrip(b" \t"))].decode()
        return near.comment.replace("\r\n", "\n").replace("\r", "\n").replace("\n" + margin, "\n")

    def marks(self) -> tuple[str, ...]:
        """Marks of comment lines that may stand where a block was.

        The usual mark of the language, and those of its doc comments that the file has already.
        """
        starts = [start for start, _ in self.outline.comments.spans]
        return tuple(
            marker.decode()
            for number, marker in enumerate(self.language.markers)
            if not marker.startswith((b"/*", b"--[", b"="))
            and (number == 0 or any(self.text.utf8.startswith(marker, start) for start in starts))
        )


def source_like(one: Function, data: bytes) -> Source:
    """A source with these bytes, and the names of the file that a function came from."""
    return Source(one.repository, one.revision, one.path, one.path, None, data, len(data), None, one.licence)


def functions_of(source: Source) -> dict[str, Function]:
    """The functions of a file by id. Raises Unfit when it cannot be read."""
    try:
        rows = rows_of(source)
    except ValueError as error:
        raise Unfit(Reason(UNREADABLE, str(error))) from error
    if failed := [row for row in rows if isinstance(row, Failed)]:
        raise Unfit(Reason(UNREADABLE, failed[0].message))
    return {row.id: row for row in rows if isinstance(row, Function)}
