"""One file with new comments: made in memory, and shown to be the same code before anybody writes it.

A plan is given only for a file of which all of this was found true: outside the comments that were to
change every byte is as it was; the syntax is equal (see `equality`); the file decodes to what was meant;
read again, it has the same functions, each replaced comment says the text that was given, in the normal
form of `wrapping.compared` after lines of prose were broken to a bearable width, and every other
function has the comment it had.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth.source import layout
from codegloss.synth.source.docstrings import layout_of, literal
from codegloss.synth.source.equality import Unreadable
from codegloss.synth.source.patch import patched
from codegloss.synth.source.places import Place, place_of
from codegloss.synth.source.proof import Edit, Skipped, sound
from codegloss.synth.source.reading import UNREADABLE, ReadFile, Unfit
from codegloss.synth.source.wrapping import compared, normalised, wrapped

# Columns of a line of prose: as many as the longest line of the file has, between these two, or as many
# as the old comment had. Longer ones are broken.
NARROW, WIDTH = 72, 100

CHANGED = "the file changed since it was read"
NOT_FOUND = "no such function in the file"
EMPTY = "the new comment is empty"
SAME = "the comment already says this"
SHARED = "several functions have this comment"
NO_WAY = "cannot be written in this language's comments"


@dataclass(frozen=True, slots=True)
class Replacement:
    """A new comment for a function: its text, without comment marks."""

    function: Function
    comment: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The new bytes of a file, syntax-equal to the old."""

    data: bytes
    replaced: tuple[str, ...]  # ids of functions
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the file is changed."""

    reason: Reason
    skipped: tuple[Skipped, ...]  # all, each with its own reason where it has one


def plan_file(data: bytes, replacements: Sequence[Replacement], width: int = WIDTH) -> Planned | Refused:
    """The bytes `data` of one file with new comments, or why there are none.

    The functions must all be of that file, as it was when they were extracted. A comment that cannot be
    replaced is skipped, with a reason, and the others are.
    """
    ids = [replacement.function.id for replacement in replacements]
    if not replacements:
        return Refused(Reason(EMPTY), ())
    first = replacements[0].function
    digest = hashlib.sha256(data).hexdigest()
    if any(replacement.function.file_sha256 != digest for replacement in replacements):
        return refused(ids, Reason(CHANGED))
    try:
        file = ReadFile(data, first)
    except Unfit as unfit:
        return refused(ids, unfit.reason)
    edits: list[Edit] = []
    skipped: list[Skipped] = []
    taken: set[str] = set()
    for replacement in replacements:
        edit = Reason("given twice") if replacement.function.id in taken else _edit(file, replacement, width)
        taken.add(replacement.function.id)
        if isinstance(edit, Reason):
            skipped.append((replacement.function.id, edit))
        else:
            edits.append(edit)
    try:
        good, new, bad = sound(file, edits)
    except Unreadable as error:
        return refused(ids, Reason(UNREADABLE, str(error)), skipped)
    skipped += bad
    if not good:
        return Refused(skipped[0][1], tuple(skipped))
    return Planned(new, tuple(edit.function for edit in good), tuple(skipped))


def refused(ids: Sequence[str], reason: Reason, skipped: Sequence[Skipped] = ()) -> Refused:
    """A whole file refused: every function is skipped for that reason, or for its own where it has one."""
    known = dict(skipped)
    return Refused(reason, tuple((function, known.get(function, reason)) for function in ids))


def _edit(file: ReadFile, replacement: Replacement, width: int) -> Edit | Reason:
    """The change that puts one new comment in."""
    function = file.functions.get(replacement.function.id)
    if function is None or function.qualified_name != replacement.function.qualified_name:
        return Reason(NOT_FOUND, replacement.function.qualified_name)
    definition = file.definition(function)
    if definition is None or function.has_syntax_error:
        return Reason(UNREADABLE, function.qualified_name)
    text = normalised(replacement.comment)
    if not any(map(str.isalnum, text)):
        return Reason(EMPTY)
    old = normalised(function.comment_text or "")
    if compared(text) == compared(old):
        return Reason(SAME)
    if file.is_shared(function):
        return Reason(SHARED)
    if reason := file.rule(function, text):
        return reason
    function = _without_heading(function, file)
    place = place_of(function, definition, file)
    if isinstance(place, Reason):
        return place
    limit = min(width, max(NARROW, file.columns))
    if function.comment and (raw := patched(function.comment, old, text, limit)):
        return Edit(function.id, place.start, place.end, place.before + raw + place.behind, text)
    columns = _columns(function, place, limit)
    text = wrapped(text, columns, indented_prose=place.docstring)
    try:
        raw = rendered(text, function, place, file)
    except ValueError as error:
        return Reason(NO_WAY, str(error))
    return Edit(function.id, place.start, place.end, place.before + raw + place.behind, text)


_MARKS = 4  # columns for `/// `, or quotes
_RULER = re.compile(r"(?m)^[ \t]*(?://|#|--)[ \t]*[-=*#~_/+]{3,}[ \t]*$")


def _without_heading(function: Function, file: ReadFile) -> Function:
    """The function as one without a comment, where what stands above it is a heading between rulers.

    Only in languages whose comments stand inside the function, so that a heading above can stay.
    """
    raw = function.comment
    if raw is None or function.is_doc or not file.has_docstrings or not _RULER.search(raw):
        return function
    return dataclasses.replace(function, comment=None, comment_start=None, comment_end=None)


def _columns(function: Function, place: Place, width: int) -> int:
    """Characters that a line of the text may have, with room for marks."""
    old = max((len(line.expandtabs()) for line in (function.comment or "").splitlines()), default=0)
    return max(width, old) - len(place.indentation.expandtabs()) - _MARKS


def rendered(text: str, function: Function, place: Place, file: ReadFile) -> str:
    """The source of a comment that says `text`, in the form of the function's own, or of the nearest one.

    Raises ValueError, which says what stands in the way.
    """
    example = (
        function.comment if function.comment is not None else file.example(function.start, place.docstring)
    )
    if place.docstring:
        raw = literal(text, layout_of(example), place.indentation, place.newline, file.text.encoding)
        if raw is None:
            raise ValueError("no string literal gives this text back")
        return raw
    indentation = place.indentation if function.comment is not None else ""
    usual = file.language.markers[0].decode() if file.language.markers else "#"
    form = layout.form_of(example or _usual(usual), indentation)
    if isinstance(form, layout.Lines) and file.language.convention == "godoc":
        form = dataclasses.replace(form, tabs=True)  # as gofmt has it
    setting = layout.Setting(
        language=function.language,
        indentation=place.indentation,
        newline=place.newline,
        encoding=file.text.encoding,
        alone=place.alone,
        followed=place.followed,
        marks=file.marks(),
    )
    return layout.comment(text, form, setting)


def _usual(marker: str) -> str:
    """A comment in the usual form of a language: several lines, where it is a block."""
    return "/**\n * x\n */" if marker == "/**" else f"{marker} x"
