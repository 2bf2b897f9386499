"""Source that stands inside files of another kind: notebook cells, and scripts in HTML, Vue and Svelte files.

A script stays where it is: the grammar reads only its bytes, so spans are those of the
whole file. A notebook is JSON; its code cells, joined by newlines, become a text of their
own, and spans count in that text; IPython's own lines stand in it, but are not parsed.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from codegloss.extract.languages import languages

_OPENING = re.compile(rb"<!--|<script(?=[\s>/])", re.IGNORECASE)
_ATTRIBUTES = re.compile(rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>")
_LONGEST_TAG = 4096  # bytes; so that a file of nothing but opening tags takes linear time
_CLOSING = re.compile(rb"</script(?=[\s>/])", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"(?<![\w-])(lang|type|language)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
# `type` or `lang` of a script element → row of the languages table; other types hold data or templates.
_SCRIPT_LANGUAGES = {
    b"": "javascript", b"module": "javascript", b"text/javascript": "javascript", b"js": "javascript",
    b"javascript": "javascript", b"application/javascript": "javascript", b"text/ecmascript": "javascript",
    b"jsx": "javascript",
    b"text/babel": "javascript", b"text/jsx": "javascript", b"ts": "typescript", b"typescript": "typescript",
    b"text/typescript": "typescript", b"tsx": "tsx", b"text/x-python": "python", b"text/python": "python",
    b"py": "python", b"mpy": "python",
}  # fmt: skip
# IPython's own lines: `%magic`, `!shell`, `?help`, `help?`, and what is assigned from the first two.
_MAGIC = re.compile(rb"\s*+(?:[%!?]+[A-Za-z{$.~/]|[\w.,][\w., ]*=\s*+[%!][A-Za-z])|[^#'\"]*\?\s*$")
# Cell magics whose cell is still the notebook's language; the cells of all others are not.
_SAME_LANGUAGE = re.compile(r"\s*%%(?:time|timeit|capture|prun|python3?|px|writefile\s+\S+\.py)\b")
# Names that kernels give to languages of the table.
_KERNEL_LANGUAGES = {
    "ipython": "python", "c#": "csharp", "c++": "cpp", "c++11": "cpp", "c++14": "cpp", "c++17": "cpp",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Embedded:
    """Source of one language inside a file."""

    language: str  # row of the languages table
    text: bytes  # what spans refer to
    ranges: list[tuple[int, int]] | None  # bytes of `text` to parse, None for all


class NoSource(ValueError):
    """The file holds no source code of a known language."""


def _script_language(tag: bytes) -> str | None:
    attributes = {name.lower(): value.lower() for name, value in _ATTRIBUTE.findall(tag)}
    if b"language" in attributes:  # before HTML 4: language="JavaScript1.2"
        attributes.setdefault(b"type", attributes[b"language"].rstrip(b"0123456789."))
    return _SCRIPT_LANGUAGES.get(attributes.get(b"lang", attributes.get(b"type", b"")))


def scripts(text: bytes) -> list[Embedded]:
    """The scripts of an HTML, Vue or Svelte file, those of one language together.

    Raises NoSource when there is none.
    """
    ranges: dict[str, list[tuple[int, int]]] = {}
    place = 0
    while opening := _OPENING.search(text, place):
        place = opening.end()
        if opening[0] == b"<!--":
            place = text.find(b"-->", place)
            if place < 0:
                break
            continue
        tag = _ATTRIBUTES.match(text, place, place + _LONGEST_TAG)
        if not tag:
            place += _LONGEST_TAG
            continue
        closing = _CLOSING.search(text, tag.end())
        if not closing:
            break
        place = closing.end()
        span = tag.end(), closing.start()
        language = _script_language(tag[0])
        if language and text[slice(*span)].strip():
            ranges.setdefault(language, []).append(span)
    if not ranges:
        raise NoSource("no script element with source code")
    return [Embedded(language, text, spans) for language, spans in ranges.items()]


def _cell_source(cell: object) -> str:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return ""
    source = cell.get("source", cell.get("input", ""))
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    if text.lstrip().startswith("%%") and not _SAME_LANGUAGE.match(text):
        return ""
    return text


def _without_magic(text: bytes) -> list[tuple[int, int]] | None:
    """Ranges of the text between IPython's own lines; None when there are none of these."""
    ranges = [(0, 0)]
    place = 0
    for line in text.splitlines(keepends=True):
        start, place = place, place + len(line)
        if _MAGIC.match(line) and b'"""' not in line and b"'''" not in line:
            continue
        if ranges[-1][1] == start:
            ranges[-1] = ranges[-1][0], place
        else:
            ranges.append((start, place))
    return None if ranges == [(0, place)] else [(start, end) for start, end in ranges if start < end]


def notebook(text: bytes) -> list[Embedded]:
    """The code cells of a Jupyter notebook, in order, joined by newlines.

    Raises NoSource when it is not a notebook, its language is unknown or it has no code.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoSource(f"not a notebook: {error}") from error
    if not isinstance(document, dict):
        raise NoSource("not a notebook: no JSON object")
    metadata = document.get("metadata") or {}
    name = "python"
    for section, field in (("kernelspec", "language"), ("language_info", "name")):
        value = metadata.get(section) if isinstance(metadata, dict) else None
        if isinstance(value, dict) and isinstance(value.get(field), str):
            name = _KERNEL_LANGUAGES.get(value[field].lower(), value[field].lower())
    if name not in languages():
        raise NoSource(f"notebook in {name}, a language not known here")
    cells = document.get("cells")
    if not isinstance(cells, list):  # notebook format 3 and older
        sheets = document.get("worksheets") or []
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells", [])]
    source = "\n".join(filter(str.strip, map(_cell_source, cells)))
    if not source:
        raise NoSource("notebook without code cells")
    content = source.encode("utf-8", "replace")
    return [Embedded(name, content, _without_magic(content) if name == "python" else None)]


def embedded(container: str, text: bytes) -> list[Embedded]:
    """Source in a file of kind `notebook` or `markup`."""
    return notebook(text) if container == "notebook" else scripts(text)
