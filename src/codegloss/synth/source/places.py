"""Where a function's comment stands, or where a first one is to be put, and what is around it there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegloss.extract.comments import DIRECTIVE
from codegloss.extract.definitions import Definition
from codegloss.extract.syntax import Outline
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth.source.reading import ReadFile

_LINE_END = re.compile(rb"\r\n|\n|\r")
_SHARED_LINE = "shares its line with other code"
_INLINE_BODY = "body on the line of the declaration"


@dataclass(frozen=True, slots=True)
class Place:
    """A span of the text that a comment is to fill."""

    start: int  # bytes; equal to `end` where there is no comment yet
    end: int
    indentation: str
    newline: str
    docstring: bool  # a string literal
    alone: bool  # no code before it on its line
    followed: bool  # code behind it on its last line
    before: str = ""  # put before the comment, with it
    behind: str = ""


def place_of(function: Function, definition: Definition, file: ReadFile) -> Place | Reason:
    """The place of a function's comment in its file, or why a first one cannot be put there."""
    if function.comment_start is not None and function.comment_end is not None:
        return _standing(file.outline, function.comment_start, function.comment_end)
    return (_in_body if file.has_docstrings else _above)(file.outline, definition)


def _standing(outline: Outline, start: int, end: int) -> Place:
    """The place of a comment that is there."""
    text = outline.text
    head = text[_line_start(text, start) : start]
    margin = head[: len(head) - len(head.lstrip())].rpartition(b"\f")[2]  # a new page is no indentation
    docstring = start in {node.start_byte for node in outline.docstrings.values()}
    return Place(
        start=start,
        end=end,
        indentation=margin.decode(),
        newline=_newline_at(text, start),
        docstring=docstring,
        alone=not head.strip(),
        followed=bool(text[end : _line_end(text, end)].strip()),
    )


def _in_body(outline: Outline, definition: Definition) -> Place | Reason:
    """The line below the head of the definition, for a docstring."""
    text = outline.text
    body = definition.detail("body")
    colons = [child for child in definition.node.children if child.type == ":"]
    if body is None or not colons:
        return Reason("no body")
    place = _line_end(text, colons[-1].end_byte)
    first = body.start_byte
    margin = text[_line_start(text, first) : first]
    if first <= place or margin.strip() or text[:place].endswith(b"\\"):
        return Reason(_INLINE_BODY)
    while (line := _line_below(text, place)) and DIRECTIVE.match(text[slice(*line)].lstrip()):
        place = line[1]  # a type comment must stay behind the head
    newline = _newline_at(text, place)
    return Place(place, place, margin.decode(), newline, True, True, False, before=newline + margin.decode())


def _above(outline: Outline, definition: Definition) -> Place | Reason:
    """Above the definition, its attributes, and the directives that must stay right before it."""
    text, start = outline.text, definition.start
    margin = text[_line_start(text, start) : start]
    if margin.strip():
        return Reason(_SHARED_LINE)
    own = outline.language.directive
    for begin, end in reversed(outline.comments.spans):
        if end > start:
            continue
        gap = text[end:start]
        is_directive = DIRECTIVE.match(text, begin) or (own and own.match(text, begin))
        line_start = _line_start(text, begin)
        if (
            gap.strip()
            or len(_LINE_END.findall(gap)) > 1
            or text[line_start:begin].strip()
            or not is_directive
        ):
            break
        start, margin = begin, text[line_start:begin]
    newline = _newline_at(text, start)
    indentation = margin.decode()
    return Place(start, start, indentation, newline, False, True, False, behind=newline + indentation)


def _line_start(text: bytes, place: int) -> int:
    return max(text.rfind(b"\n", 0, place), text.rfind(b"\r", 0, place)) + 1


def _line_end(text: bytes, place: int) -> int:
    match = _LINE_END.search(text, place)
    return match.start() if match else len(text)


def _line_below(text: bytes, place: int) -> tuple[int, int] | None:
    """Span of the line that follows the line end at `place`."""
    match = _LINE_END.match(text, place)
    return (match.end(), _line_end(text, match.end())) if match else None


def _newline_at(text: bytes, place: int) -> str:
    """The line end nearest behind `place`, else before it, else LF."""
    match = _LINE_END.search(text, place)
    if match is None:
        match = _LINE_END.search(text[_line_start(text, place) - 2 if place > 1 else 0 : place])
    return match[0].decode() if match else "\n"
