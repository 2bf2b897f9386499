"""Where in a comment a parameter is documented: the lines, as they were written.

`CommentParts` holds what a comment says about each parameter, once each. A rule that quotes the comment,
or that counts, needs the lines: a `Head` is the line on which the description of one or more begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from codegloss.extract.docstyles import fields, google, numpydoc, tags
from codegloss.extract.docstyles.blocks import bare_name, indent_of
from codegloss.records import DocumentedParameter, Function, Parameter

MOST_CHARACTERS = 100_000  # of comment that is read
MOST_PARAMETERS = 200  # documented or declared; a comment with more is a table of something else

_NAME = r"[\\*`'\"]*+[A-Za-z_$][\w.\-]*+[`'\"]*+"
_NAMES = rf"(?:{_NAME}(?:\s*+(?:[,/|&]|\band\b|\bor\b)\s*+{_NAME})*+)"
_ENTRY = re.compile(rf"\s*+(?:[-*+•]\s++)?+({_NAMES})\s*+(?:\(|:(?!:)|--?\s|Optional\b|$)")
_BULLET = re.compile(rf"\s*+[-*+•]\s++(?:\*\*)?(?:[Pp]arameter\s++)?({_NAMES})(?:\*\*)?\s*+(?:[-:–—(]|$)")
_ELEMENT = re.compile(r"""<param\b[^<>]*\bname\s*=\s*["']([^"'<>]*)["']""")
_PARTS = re.compile(r"[,/|&]|\s(?:and|or)\s")
_SIGILS = "&*$@.`"


@dataclass(frozen=True, slots=True)
class Head:
    """A line on which the description of a parameter begins."""

    names: tuple[str, ...]  # as a signature has them
    line: str  # verbatim, without the blanks around it
    tag: str  # the word that marks it, such as param; empty where a list's place marks it


def plain(name: str) -> str:
    """The name of a declared parameter as a comment has it: no stars, sigils or backticks."""
    return name.removeprefix("mut ").strip(_SIGILS)


def declared(function: Function) -> dict[str, Parameter]:
    """The declared parameters by their plain names."""
    return {plain(parameter.name): parameter for parameter in function.parameters}


def documented(function: Function) -> list[DocumentedParameter]:
    """What the comment says of each parameter; nothing where there is no such part, or too much."""
    if function.parts is None or not function.comment_text or len(function.parameters) > MOST_PARAMETERS:
        return []
    return function.parts.parameters if len(function.parts.parameters) <= MOST_PARAMETERS else []


def heads(function: Function) -> tuple[Head, ...]:
    """All such lines of a function's comment, in order; none in a style that is not read here."""
    if function.parts is None or not function.comment_text:
        return ()
    return _heads(function.comment_text[:MOST_CHARACTERS], function.parts.style)


def head_of(function: Function, name: str) -> Head | None:
    """The first of the lines that documents this parameter."""
    if function.parts is None or not function.comment_text:
        return None
    return _first_heads(function.comment_text[:MOST_CHARACTERS], function.parts.style).get(name)


def before(line: str, description: str) -> str:
    """The part of a head's line that stands before the description: markers, name, type."""
    first = description.split("\n")[0].strip()
    return line.removesuffix(first) if first else line


@lru_cache(maxsize=64)
def _first_heads(text: str, style: str) -> dict[str, Head]:
    found: dict[str, Head] = {}
    for head in _heads(text, style):
        for name in head.names:
            found.setdefault(name, head)
    return found


@lru_cache(maxsize=64)
def _heads(text: str, style: str) -> tuple[Head, ...]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if style in tags.DIALECTS:
        return tuple(_tagged(lines, tags.DIALECTS[style]))
    if style in ("sphinx", "epytext"):
        return tuple(_fields(lines, style))
    if style == "xmldoc":
        return tuple(
            Head((match[1].strip(),), line.strip(), "param")
            for line in lines
            for match in _ELEMENT.finditer(line)
        )
    if style in ("google", "numpy"):
        body = _google_entries(lines) if style == "google" else _numpy_entries(lines)
        return tuple(_listed(body, _ENTRY))
    return tuple(_listed(lines, _BULLET))


def _tagged(lines: Sequence[str], dialect: tags.Dialect) -> list[Head]:
    found = []
    place = 0
    for block in tags.split(lines, dialect)[1]:
        while place < len(lines) and not _begins(lines[place], block):
            place += 1
        if place == len(lines):
            break
        if block.role == "parameter":
            _, names, _ = dialect.typed(block.tag, block.first, block.rest, "parameter")
            line = lines[place]
            if not block.first.strip() and block.rest:
                line = block.rest[0]  # the tag stands alone, and its words below it
            found.append(Head(tuple(map(bare_name, names.split(","))), line.strip(), block.tag))
        place += 1
    return found


def _begins(line: str, block: tags.Block) -> bool:
    return line.endswith(block.first) and line.lstrip()[1:].startswith(block.tag)


def _fields(lines: Sequence[str], style: str) -> list[Head]:
    read, marker = (fields.sphinx_field, ":") if style == "sphinx" else (fields.epytext_field, "@")
    found = []
    for line in lines:
        if line.lstrip().startswith(marker) and (field := read(line)):
            words = field[1].replace(",", " ").split()
            if words and fields.MEANINGS.get(field[0].lower()) == "parameter":
                names = words if "," in field[1] and "[" not in field[1] else words[-1:]
                found.append(Head(tuple(map(bare_name, names)), line.strip(), field[0].lower()))
    return found


def _listed(lines: Sequence[str], pattern: re.Pattern[str]) -> list[Head]:
    matches = ((pattern.match(line), line) for line in lines)
    return [
        Head(tuple(bare_name(name.strip()) for name in _PARTS.split(match[1])), line.strip(), "")
        for match, line in matches
        if match
    ]


def _google_entries(lines: Sequence[str]) -> list[str]:
    """The least indented lines of each section of parameters."""
    found: list[str] = []
    margin = outer = -1
    for line in lines:
        if not line.strip():
            continue
        if (meaning := google.heading(line)) is not None:
            inside, outer, margin = meaning == "parameters", indent_of(line), -1
            if not inside:
                outer = -1
        elif outer >= 0:
            margin = indent_of(line) if margin < 0 else margin
            if indent_of(line) < margin:
                outer = -1
            elif indent_of(line) == margin:
                found.append(line)
    return found


def _numpy_entries(lines: Sequence[str]) -> list[str]:
    """The heads of each section of parameters."""
    titles = numpydoc.titles(lines)
    ends = [number for number, _ in titles[1:]] + [len(lines)]
    return [
        head
        for (number, meaning), end in zip(titles, ends, strict=True)
        if meaning == "parameters"
        for head, _ in numpydoc.entries(lines[number + 2 : end])
    ]
