"""Where the entries of a doc comment stand: the lines that document a parameter, the result, an exception.

`CommentParts` says what a comment tells; an edit needs the lines on which it does. An entry reaches from the
line that names what it documents over the lines that continue it.

Not read: an XML element that shares a line with another, and lists in Go's comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codegloss.extract.docstyles import fields, google, markdown, numpydoc, tags, xmldoc
from codegloss.extract.docstyles.blocks import bare_name, exception_names, indent_of, raised

_NAME = r"[\\*`'\"&]*[A-Za-z_$][\w.\-]*[`'\"]*"
_NAMES = re.compile(rf"\s*(?:[-*+•]\s+)?(?:\*\*)?({_NAME}(?:\s*(?:[,/|&]|\band\b|\bor\b)\s*{_NAME})*)")
_HEAD_ENDS = re.compile(r"(?:\*\*)?\s*(?:\(|:(?!:)|--?\s|[–—]|Optional\b|$)")
_PARTS = re.compile(r"[,/|&]|\s(?:and|or)\s")
_ROLES = {
    "parameter": "parameter",
    "type": "type",
    "returns": "returns",
    "return type": "returns",
    "raises": "raises",
}
_RUST = {
    **dict.fromkeys(("arguments", "argument", "parameters", "params", "args", "inputs"), "parameter"),
    **dict.fromkeys(("returns", "return", "return value"), "returns"),
    **dict.fromkeys(("errors", "error", "panics", "panic"), "raises"),
}
_SWIFT = re.compile(r"\s*[-*+]\s+(\w+)(?:\s+([^:\s]+))?\s*:(?!:)")
_SWIFT_ROLES = {"parameter": "parameter", "returns": "returns", "return": "returns", "throws": "raises"}
_ELEMENT = re.compile(
    r"<(param|returns|exception)\b([^<>]*)(?:/>|>(?:(?!<(?:param|returns|exception)\b).)*?</\1>)", re.DOTALL
)
_ATTRIBUTE = re.compile(r"""\b(?:name|cref)\s*=\s*["']([^"']*)["']""")


@dataclass(frozen=True, slots=True)
class Entry:
    """Lines that document one thing, or several under one head."""

    role: str  # parameter, type (of a parameter, written apart), returns, raises
    names: tuple[str, ...]  # of parameters or exceptions; empty for what is returned
    start: int  # lines of the text, from 0, half-open; blank lines behind it are not its own
    end: int
    section: tuple[int, int] | None = None  # its heading's lines, half-open, where entries share one


def entries(text: str, convention: str) -> list[Entry]:
    """The entries of a comment text in a convention of `extract.docstyles`, in no particular order."""
    lines = text.split("\n")
    if convention == "docstring":
        found = [*_google(lines), *_numpy(lines), *_fields(lines, ":"), *_fields(lines, "@")]
    elif convention in tags.DIALECTS:
        found = list(_tagged(lines, tags.DIALECTS[convention]))
    elif convention == "rustdoc":
        found = list(_rust(lines))
    elif convention == "swiftdoc":
        found = list(_swift(lines))
    else:
        found = list(_elements(text)) if convention == "xmldoc" else []
    return [_trimmed(one, lines) for one in found]


def without(lines: Sequence[str], gone: Sequence[Entry], everything: Sequence[Entry]) -> list[str]:
    """The lines without some entries, the headings of sections that are left empty, and a blank line each."""
    left = [one for one in everything if one not in gone]
    spans = [(one.start, one.end) for one in gone]
    for entry in gone:
        if entry.section and not any(one.section == entry.section for one in left):
            spans.append(entry.section)
    dead = {number for start, end in spans for number in range(start, end)}
    kept: list[str] = []
    for number, line in enumerate(lines):
        if number in dead:
            continue
        is_gap = number - 1 in dead and not line.strip()
        if is_gap and (not kept or not kept[-1].strip()):
            continue  # one of the two blank lines around what went
        kept.append(line)
    while kept and lines[-1].strip() and not kept[-1].strip():
        kept.pop()
    return kept


def _trimmed(entry: Entry, lines: Sequence[str]) -> Entry:
    end = entry.end
    while end > entry.start + 1 and not lines[end - 1].strip():
        end -= 1
    return Entry(entry.role, entry.names, entry.start, end, entry.section)


def _names(line: str) -> tuple[str, ...]:
    """The names that a head of a list tells about; none where it is no head."""
    match = _NAMES.match(line)
    if match is None or not _HEAD_ENDS.match(line, match.end()):
        return ()
    return tuple(bare_name(name.strip()) for name in _PARTS.split(match[1]))


def _raised(line: str) -> tuple[str, ...]:
    """The exceptions that a line of a list begins with."""
    text = line.strip().removeprefix("- ").removeprefix("* ")
    before, colon, _ = text.partition(":")
    if not colon or " " in before.strip(" `"):
        type_, _ = raised(text)
        before = type_ or (text if " " not in text else "")
    return tuple(exception_names(before)) if before else ()


def _listed(
    lines: Sequence[str], start: int, end: int, role: str, section: tuple[int, int]
) -> Iterator[Entry]:
    """The entries of a section's lines: each begins at the section's margin."""
    margin = next((indent_of(line) for line in lines[start:end] if line.strip()), 0)
    if role == "returns":
        if any(line.strip() for line in lines[start:end]):
            yield Entry(role, (), start, end, section)
        return
    read = _names if role == "parameter" else _raised
    heads = [
        (number, names)
        for number in range(start, end)
        if lines[number].strip() and indent_of(lines[number]) == margin and (names := read(lines[number]))
    ]
    ends = [*(number for number, _ in heads), end][1:]
    for (number, names), until in zip(heads, ends, strict=True):
        yield Entry(role, names, number, until, section)


def _google(lines: Sequence[str]) -> Iterator[Entry]:
    for number, line in enumerate(lines):
        if inline := google.inline_heading(line):
            end = number + 1
            while end < len(lines) and lines[end].strip() and not _begins(lines[end]):
                end += 1
            yield Entry(inline[0], _raised(inline[1]) if inline[0] == "raises" else (), number, end)
        elif (meaning := google.heading(line)) in ("parameters", "returns", "raises"):
            role = "parameter" if meaning == "parameters" else meaning
            yield from _listed(lines, number + 1, _section_end(lines, number), role, (number, number + 1))


def _section_end(lines: Sequence[str], heading: int) -> int:
    """A section reaches over deeper lines, or to a blank one where its first line is no deeper."""
    margin, end = indent_of(lines[heading]), heading + 1
    is_flat = end < len(lines) and lines[end].strip() and indent_of(lines[end]) <= margin
    while end < len(lines):
        is_blank = not lines[end].strip()
        if (
            (is_blank or _begins(lines[end]))
            if is_flat
            else (not is_blank and indent_of(lines[end]) <= margin)
        ):
            break
        end += 1
    return end


def _begins(line: str) -> bool:
    return google.heading(line) is not None or google.inline_heading(line) is not None


def _numpy(lines: Sequence[str]) -> Iterator[Entry]:
    titles = numpydoc.titles(lines)
    ends = [*(number for number, _ in titles), len(lines)][1:]
    for (number, meaning), end in zip(titles, ends, strict=True):
        if meaning in ("parameters", "returns", "raises"):
            role = "parameter" if meaning == "parameters" else meaning
            yield from _listed(lines, number + 2, end, role, (number, number + 2))


def _fields(lines: Sequence[str], marker: str) -> Iterator[Entry]:
    """Sphinx's fields and Epytext's: over deeper lines, and over others as far as the next field or blank."""
    read = fields.sphinx_field if marker == ":" else fields.epytext_field
    for number, line in enumerate(lines):
        if not line.lstrip().startswith(marker) or not (field := read(line)):
            continue
        role = _ROLES.get(fields.MEANINGS.get(field[0].lower(), ""))
        if role is None:
            continue
        end = number + 1
        while end < len(lines):
            text = lines[end].lstrip()
            if indent_of(lines[end]) <= indent_of(line) and (
                not text or text.startswith((marker, ".. ", ">>>"))
            ):
                break
            end += 1
        yield Entry(role, _argument(role, field[1], field[2]), number, end)


def _argument(role: str, argument: str, text: str) -> tuple[str, ...]:
    if role == "raises":
        return tuple(exception_names(argument)) if argument else _raised(text)
    words = argument.replace(",", " ").split()
    if role == "returns" or not words:
        return ()
    several = "," in argument and "[" not in argument
    return tuple(map(bare_name, words if several else words[-1:]))


def _tagged(lines: Sequence[str], dialect: tags.Dialect) -> Iterator[Entry]:
    place = 0
    for block in tags.split(lines, dialect)[1]:
        while place < len(lines) and not (
            lines[place].endswith(block.first) and lines[place].lstrip()[1:].startswith(block.tag)
        ):
            place += 1
        if place == len(lines):
            return
        if block.role in ("parameter", "returns", "raises"):
            type_, name, _ = dialect.typed(block.tag, block.first, block.rest, block.role)
            names: tuple[str, ...] = ()
            if block.role == "parameter":
                names = tuple(map(bare_name, name.split(",")))
            elif block.role == "raises" and type_:
                names = tuple(exception_names(type_))
            yield Entry(block.role, names, place, place + 1 + len(block.rest))
        place += 1


def _rust(lines: Sequence[str]) -> Iterator[Entry]:
    heads = [number for number, line in enumerate(lines) if re.match(r"#+\s", line)]
    for number, end in zip(heads, [*heads, len(lines)][1:], strict=True):
        role = _RUST.get(lines[number].strip("# \t:").lower())
        if role == "raises" and not markdown.items(lines[number + 1 : end]):
            yield Entry(role, ("panic",), number + 1, end, (number, number + 1))
        elif role:
            yield from _listed(lines, number + 1, end, role, (number, number + 1))


def _swift(lines: Sequence[str]) -> Iterator[Entry]:
    for number, line in enumerate(lines):
        match = _SWIFT.match(line)
        if match is None:
            continue
        end = number + 1
        while end < len(lines) and lines[end].strip() and indent_of(lines[end]) > indent_of(line):
            end += 1
        if match[1].lower() == "parameters":
            yield from _listed(lines, number + 1, end, "parameter", (number, number + 1))
        elif role := _SWIFT_ROLES.get(match[1].lower()):
            names = _raised(line[match.end() :]) if role == "raises" else tuple(filter(None, [match[2]]))
            yield Entry(role, names, number, end)


def _elements(text: str) -> Iterator[Entry]:
    for match in _ELEMENT.finditer(text):
        before = text.rfind("\n", 0, match.start()) + 1
        after = text.find("\n", match.end())
        after = len(text) if after < 0 else after
        if text[before : match.start()].strip() or text[match.end() : after].strip():
            continue
        attribute = _ATTRIBUTE.search(match[2])
        name = xmldoc.unprefixed(attribute[1]) if attribute else ""
        role = {"param": "parameter", "exception": "raises"}.get(match[1], "returns")
        start = text.count("\n", 0, match.start())
        yield Entry(role, (name,) if name else (), start, start + 1 + match[0].count("\n"))
