"""NumPy style: section titles underlined with hyphens, `name : type` heads, indented descriptions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.extract.docstyles.blocks import Draft, bare_type, dedent, indent_of, is_exception_list, raised
from codegloss.extract.docstyles.google import BUILT_IN, NOT_TYPES, looks_like_type

# numpydoc's section titles in lower case, and the misspellings seen in the wild.
SECTIONS = {
    **dict.fromkeys(
        [
            "parameters", "parameter", "params", "args", "arguments", "other parameters", "other arguments",
            "keyword arguments", "keyword args", "keyword parameters", "optional parameters", "kwargs",
        ],
        "parameters",
    ),
    **dict.fromkeys(["returns", "return", "yields", "yield"], "returns"),
    **dict.fromkeys(["raises", "raise"], "raises"),
    **dict.fromkeys(["examples", "example"], "example"),
    **dict.fromkeys(["deprecated", "deprecation"], "deprecated"),
    **dict.fromkeys(
        [
            "attributes", "methods", "receives", "warns", "warnings", "warning", "see also", "notes", "note",
            "references", "index", "extended summary", "todo",
        ],
        "other",
    ),
}  # fmt: skip

_NAME = r"[\\*`'\"]*+[A-Za-z_$][\w.\-]*+[`'\"]*+"
_NAMES = rf"{_NAME}(?:\s*+[,/|]\s*+(?:{_NAME}|\.\.\.|…))*+"
_HEAD = re.compile(rf"({_NAMES})\s*+(?::\s*+(.*+)|\(([^()]*+)\):?\s*+)?$")
_SPLIT = re.compile(r"[,/|]")


def is_underline(line: str) -> bool:
    """Three or more hyphens or equals signs and nothing else."""
    text = line.strip()
    return len(text) > 2 and text[0] in "-=~" and text == text[0] * len(text)


def titles(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Line numbers of the underlined titles, and what each section is."""
    found = []
    for number in range(1, len(lines)):
        line = lines[number]
        if line[-1:] in ("-", "=", " ", "~") and is_underline(line):
            title = lines[number - 1].strip().rstrip(":").lower()
            if title and not is_underline(title):
                found.append((number - 1, SECTIONS.get(title, "other")))
    return found


def parse(lines: Sequence[str]) -> Draft:
    """The parts of a docstring whose sections have underlined titles."""
    draft = Draft()
    found = titles(lines)
    ends = [number for number, _ in found[1:]] + [len(lines)]
    for (number, meaning), end in zip(found, ends, strict=True):
        body = list(lines[number + 2 : end])
        if meaning == "parameters":
            _add_parameters(draft, body)
        elif meaning == "returns":
            _add_returns(draft, body)
        elif meaning == "raises":
            _add_raises(draft, body)
        elif meaning == "example":
            draft.add_example(dedent(body))
        elif meaning == "deprecated" and draft.deprecated is None:
            draft.deprecated = dedent(body)
    return draft


def entries(body: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The section's heads, each with the deeper lines below it."""
    margin = next((indent_of(line) for line in body if line.strip()), 0)
    found: list[tuple[str, list[str]]] = []
    for line in body:
        text = line.strip()
        if text and indent_of(line) <= margin:
            found.append((text, []))
        elif found:
            found[-1][1].append(line)
    return found


def _add_parameters(draft: Draft, body: Sequence[str]) -> None:
    pending: tuple[list[str], str | None, list[str]] | None = None
    for head, rest in entries(body):
        match = _HEAD.match(head)
        if match is None or (not rest and pending and " " in head and match[2] is match[3] is None):
            if head.startswith("%(") or (pending and pending[2] and not pending[2][-1].strip()):
                # A placeholder that is filled in when the code runs, or a paragraph of its own.
                _flush(draft, pending)
                pending = None
            elif pending:  # a description whose author forgot to indent
                margin = next((indent_of(line) for line in pending[2] if line.strip()), 0)
                pending[2].extend([" " * margin + head, *rest])
            continue
        _flush(draft, pending)
        pending = (_SPLIT.split(match[1]), bare_type(match[2] or match[3]), list(rest))
    _flush(draft, pending)


def _flush(draft: Draft, pending: tuple[list[str], str | None, list[str]] | None) -> None:
    if pending is None:
        return
    names, type_, rest = pending
    text = dedent(rest).strip()
    for name in names:
        draft.add_parameter(name, type_, text)


def _add_returns(draft: Draft, body: Sequence[str]) -> None:
    """One value: its type and description. Several: their types, and the section's text with the names."""
    values: list[tuple[str | None, str]] = []
    for head, rest in entries(body):
        value = _value(head, dedent(rest).strip())
        if value is None:
            draft.add_returns(None, dedent(body).strip())
            return
        values.append(value)
    if len(values) == 1:
        draft.add_returns(*values[0])
    elif values:
        types = [type_ for type_, _ in values if type_]
        draft.add_returns(", ".join(types) or None, dedent(body).strip())


def _value(head: str, text: str) -> tuple[str | None, str] | None:
    """Type and description of `name : type` or `type`; None when the head is prose."""
    name, colon, type_ = head.partition(" : ")
    if not colon and not head.startswith(":"):
        name, colon, type_ = head.partition(":")
        if not (_HEAD.match(name) or (name.startswith("(") and name.endswith(")"))) or type_.startswith(":"):
            colon = ""
    if colon:
        if text or looks_like_type(type_) or _is_short(type_):
            return bare_type(type_.strip()), text
        if name.strip() in BUILT_IN or "[" in name:  # `int: the number`, a Google habit
            return bare_type(name.strip()), type_.strip()
        return None if " " in name.strip() else (None, type_.strip())
    first = head.split(None, 1)[0].lower()
    if looks_like_type(head) or (text and first not in NOT_TYPES and not head.endswith(".")):
        return bare_type(head), text
    return None


def _is_short(text: str) -> bool:
    """Whether words after a name are few enough for a type in words: `uint16 ndarray of shape (2, 3)`."""
    return len(text.split()) <= 6 and not text.rstrip().endswith(".") and text[:1] not in "ATI"


def _add_raises(draft: Draft, body: Sequence[str]) -> None:
    for head, rest in entries(body):
        before, colon, after = head.partition(":")
        if head.startswith(":"):  # a role
            before, colon, after = head, "", ""
        text = "\n".join(filter(None, [after.strip(), dedent(rest).strip()]))
        if is_exception_list(before.strip()) and (colon or rest or " " not in before.strip()):
            draft.add_raises(before.strip(), text)
        elif (found := raised(head))[0]:
            draft.add_raises(found[0], "\n".join(filter(None, [found[1], dedent(rest).strip()])))
        elif draft.raises and not rest:
            last = draft.raises.pop()
            draft.add_raises(last.type, f"{last.description}\n{head}".strip())
        else:
            draft.add_raises(None, "\n".join(filter(None, [head, dedent(rest)])))
