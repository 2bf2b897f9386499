"""Findings switched off where they stand: `codegloss: ignore[CG102, CG301]`, in any language's comments.

The mark counts for a function when it is on a line of its doc comment, on the comment line next to
that, on the line of the definition (decorators and a signature of several lines included), or on the
comment line above. Rules are given by code or name; without brackets it is for every one. Told from the
lines alone: the same words in a string of the signature count too.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from codegloss.quality.linter.configuration import normalised
from codegloss.records import Function

MARK = "codegloss:"
_IGNORE = re.compile(r"\bcodegloss:\s*ignore\b(?:\s*\[(?P<rules>[^\]\n]*)\]?)?")
_WORD = re.compile(r"[\w-]+")  # anything else in the brackets is a template or a quoted mark
_COMMENT_LINE = re.compile(r"\s*(?:#|//|/\*|\*|--|;|<!--|\"\"\"|''')")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One mark in a file."""

    line: int  # from 1
    rules: tuple[str, ...] | None  # codes and names, as rules have them; None is for every rule

    def covers(self, code: str, name: str) -> bool:
        """Whether it switches off the rule of that code and name."""
        return self.rules is None or code in self.rules or name in self.rules

    def unknown(self, known: Container[str]) -> tuple[str, ...]:
        """Words in it that are neither code nor name of a rule."""
        return tuple(word for word in self.rules or () if word not in known)


def suppressions(lines: Sequence[str]) -> dict[int, Suppression]:
    """The marks of a file by line, counted from 1."""
    found = {}
    for number, line in enumerate(lines, start=1):
        if MARK in line and (match := _IGNORE.search(line)):
            inside = (match["rules"] or "").strip()
            words = filter(_WORD.fullmatch, re.split(r"[,\s]+", inside))
            found[number] = Suppression(number, tuple(map(normalised, words)) if inside else None)
    return found


def around(function: Function, lines: Sequence[str], marks: dict[int, Suppression]) -> Iterator[Suppression]:
    """The marks that count for a function."""
    places = set(_own_lines(function)) | set(_next_lines(function, lines))
    return (mark for number, mark in marks.items() if number in places)


def _own_lines(function: Function) -> Iterator[int]:
    """Lines of the doc comment and of the definition's head."""
    head = function.start_line + sum(text.count("\n") + 1 for text in function.decorators)
    first, last = function.comment_start_line, function.comment_end_line
    if first is not None and last is not None:
        yield from range(first, last + 1)
        if function.start_line <= first <= function.end_line:  # a docstring: all before it is the head
            head = max(first, function.start_line)
    yield from range(function.start_line, min(head, function.end_line) + 1)


def _next_lines(function: Function, lines: Sequence[str]) -> Iterator[int]:
    """Lines beside the comment, and the one above the definition, that are comments themselves."""
    beside = [function.start_line - 1]
    if function.comment_start_line is not None and function.comment_end_line is not None:
        beside += [function.comment_start_line - 1, function.comment_end_line + 1]
    for number in beside:
        if 1 <= number <= len(lines) and _COMMENT_LINE.match(lines[number - 1]):
            yield number
