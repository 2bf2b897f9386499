"""The proof that a file with new comments is the same file but for them, before anybody writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codegloss.extract.text import NotText, decode
from codegloss.quality.reasons import Reason
from codegloss.synth.source.equality import syntax_equal
from codegloss.synth.source.reading import ReadFile, Unfit, functions_of, source_like
from codegloss.synth.source.wrapping import compared

NOT_READ_BACK = "would not be read back"
SYNTAX = "would change the syntax"

Skipped = tuple[str, Reason]  # id of a function, and why its comment stays


@dataclass(frozen=True, slots=True)
class Edit:
    """A comment put in the place of some bytes of the text."""

    function: str  # its id
    start: int  # bytes
    end: int
    new: str
    text: str  # what reading it is to give


def sound(file: ReadFile, edits: Sequence[Edit]) -> tuple[list[Edit], bytes, list[Skipped]]:
    """The edits that hold together, the bytes that they give, and the others with what is wrong with them.

    Where it is not plain which of them is at fault, halves are tried.
    Raises `equality.Unreadable` for Python that does not parse as it stands.
    """
    if not edits:
        return [], file.data, []
    new = made(file, edits)
    reason, culprits = _fault(file, edits, new)
    if reason is None:
        return list(edits), new, []
    if len(edits) == 1:
        return [], file.data, [(edits[0].function, reason)]
    if culprits:
        good, new, bad = sound(file, [edit for edit in edits if edit.function not in culprits])
        return good, new, [*bad, *((edit.function, reason) for edit in edits if edit.function in culprits)]
    half = len(edits) // 2
    parts = [sound(file, edits[:half]), sound(file, edits[half:])]
    good, bad = [edit for part in parts for edit in part[0]], [one for part in parts for one in part[2]]
    if not bad:  # each half holds, the whole does not
        return [], file.data, [(edit.function, reason) for edit in edits]
    good, new, more = sound(file, good)
    return good, new, bad + more


def made(file: ReadFile, edits: Sequence[Edit]) -> bytes:
    """The file's bytes with the edits made: its byte order mark, and the text in its encoding."""
    mark = file.data[: len(file.data) - len(file.text.text.encode(file.text.encoding))]
    return mark + _edited(file.text.utf8, edits).decode().encode(file.text.encoding)


def _edited(text: bytes, edits: Sequence[Edit]) -> bytes:
    parts, reached = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += [text[reached : edit.start], edit.new.encode()]
        reached = edit.end
    return b"".join([*parts, text[reached:]])


def _fault(file: ReadFile, edits: Sequence[Edit], new: bytes) -> tuple[Reason | None, set[str]]:
    """What is wrong with the new bytes, and whose comments are to blame, where that is plain."""
    try:
        text = decode(new)
    except NotText as error:
        return Reason(NOT_READ_BACK, str(error)), set()
    if text.utf8 != _edited(file.text.utf8, edits) or text.bom != file.text.bom:
        return Reason(NOT_READ_BACK, f"the file would be taken for {text.encoding}"), set()
    if not syntax_equal(file.data, new, file.text, text, file.key):
        return Reason(SYNTAX), set()
    one = next(iter(file.functions.values()))
    try:
        functions = functions_of(source_like(one, new))
    except Unfit as unfit:
        return Reason(NOT_READ_BACK, unfit.reason.detail), set()
    if functions.keys() != file.functions.keys():
        return Reason(NOT_READ_BACK, "other functions would be found"), set()
    texts = {edit.function: edit.text for edit in edits}
    wrong = {id for id, given in texts.items() if not _says(functions[id].comment_text, given)}
    if wrong:
        return Reason(NOT_READ_BACK, "another text would be found"), wrong
    for id, function in functions.items():
        if id not in texts and function.comment != file.functions[id].comment:
            return Reason(NOT_READ_BACK, f"the comment of {function.qualified_name} would change"), set()
    return None, set()


def _says(found: str | None, given: str) -> bool:
    return found is not None and compared(found) == compared(given)
