"""Source that stands inside files of another kind: notebook cells, and scripts in HTML, Vue and Svelte files.

A script stays where it is: the grammar reads only its bytes, so spans are those of the
whole file. A notebook is JSON; its code cells, joined by newlines, become a text of their
own, and spans count in that text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from codegloss.extract.languages import languages

_SCRIPT = re.compile(rb"<script\b((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_ATTRIBUTE = re.compile(rb"\b(lang|type)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)
# `type` or `lang` of a script element → row of the languages table; other types hold data or templates.
_SCRIPT_LANGUAGES = {
    b"": "javascript", b"module": "javascript", b"text/javascript": "javascript", b"js": "javascript",
    b"application/javascript": "javascript", b"text/ecmascript": "javascript", b"jsx": "javascript",
    b"text/babel": "javascript", b"text/jsx": "javascript", b"ts": "typescript", b"typescript": "typescript",
    b"text/typescript": "typescript", b"tsx": "tsx", b"text/x-python": "python", b"text/python": "python",
    b"py": "python", b"mpy": "python",
}  # fmt: skip
_MAGIC = re.compile(r"^(\s*)[%!?]|^[^#\n'\"]*\?\s*$")


@dataclass(frozen=True, slots=True)
class Embedded:
    """Source of one language inside a file."""

    language: str  # row of the languages table
    text: bytes  # what spans refer to
    ranges: list[tuple[int, int]] | None  # bytes of `text` to parse, None for all


class NoSource(ValueError):
    """The file holds no source code of a known language."""


def scripts(text: bytes) -> list[Embedded]:
    """The scripts of an HTML, Vue or Svelte file, those of one language together.

    Raises NoSource when there is none.
    """
    hidden = [match.span() for match in _COMMENT.finditer(text)] if b"<!--" in text else []
    ranges: dict[str, list[tuple[int, int]]] = {}
    for match in _SCRIPT.finditer(text):
        if any(start <= match.start() < end for start, end in hidden):
            continue
        attributes = {name.lower(): value.lower() for name, value in _ATTRIBUTE.findall(match[1])}
        language = _SCRIPT_LANGUAGES.get(attributes.get(b"lang", attributes.get(b"type", b"")))
        if language and match[2].strip():
            ranges.setdefault(language, []).append(match.span(2))
    if not ranges:
        raise NoSource("no script element with source code")
    return [Embedded(language, text, spans) for language, spans in ranges.items()]


def _cell_source(cell: object) -> str:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return ""
    source = cell.get("source", cell.get("input", ""))
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    if text.lstrip().startswith("%%"):  # the whole cell is another language's
        return ""
    # IPython's own syntax is no Python: such lines become comments of the same length.
    lines = ["#" + line[1:] if _MAGIC.match(line) and line else line for line in text.split("\n")]
    return "\n".join(lines)


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
            name = value[field].lower()
    if name not in languages():
        raise NoSource(f"notebook in {name}, a language not known here")
    cells = document.get("cells")
    if not isinstance(cells, list):  # notebook format 3 and older
        sheets = document.get("worksheets") or []
        cells = [cell for sheet in sheets if isinstance(sheet, dict) for cell in sheet.get("cells", [])]
    source = "\n".join(filter(str.strip, map(_cell_source, cells)))
    if not source:
        raise NoSource("notebook without code cells")
    return [Embedded(name, source.encode("utf-8", "replace"), None)]


def embedded(container: str, text: bytes) -> list[Embedded]:
    """Source in a file of kind `notebook` or `markup`."""
    return notebook(text) if container == "notebook" else scripts(text)
