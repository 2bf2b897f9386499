"""The blocks of a doc comment that are kept as they are when the rest is written anew.

These are examples, doctests, directives, block tags other than those of parameters, returned value and
exceptions, and the sections that no signature can give: notes, warnings, references. A block goes from
its head to the next head of the same depth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.extract.docstyles import google, numpydoc, tags, xmldoc
from codegloss.extract.docstyles.blocks import indent_of
from codegloss.synth.writing.convention import convention_key

_WRITTEN = frozenset(("parameters", "returns", "raises"))  # sections that a writer writes
_WRITTEN_ROLES = frozenset(("parameter", "returns", "raises", "summary"))
_WRITTEN_ELEMENTS = frozenset(("summary", "param", "returns", "exception", "remarks"))
_RUST_WRITTEN = frozenset((
    "arguments", "argument", "parameters", "params", "args", "inputs", "returns", "return", "errors", "error",
    "panics", "panic",
))  # fmt: skip
_DIRECTIVE = re.compile(r"\s*\.\.\s+[\w-]+::")
_FIELDS_WRITTEN = re.compile(r"[:@](?:param|type|return|rtype|raise|except|yield|arg|key)")
_FIELD = re.compile(r"[:@][a-z]+\b[^:`]*:(?!`)")  # and no role, which begins a sentence
_FENCE = re.compile(r"```|~~~")


def kept_blocks(comment: str, language: str) -> list[str]:
    """The blocks in the order in which they stand; `comment` is a `Function.comment_text`."""
    convention = convention_key(language)
    text = comment.replace("\r\n", "\n").replace("\r", "\n")
    if convention == "xmldoc":
        return _elements(text)
    lines = text.split("\n")
    if convention in tags.DIALECTS:
        return _tags(lines, convention)
    if convention == "rustdoc":
        return _markdown(lines)
    return _docstring(lines) if convention == "docstring" else _paragraphs(lines)


def prose_of(comment: str, language: str) -> str:
    """What a comment says before its first section, tag or field, kept blocks left out; paragraphs parted."""
    convention = convention_key(language)
    text = comment.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if convention == "xmldoc":
        found = [inner for tag, _, inner in xmldoc.elements(text) if tag in ("summary", "remarks")]
        return "\n\n".join(map(xmldoc.inner_text, found or [text]))
    if convention in tags.DIALECTS:
        lines, _ = tags.split(lines, tags.DIALECTS[convention])
    elif convention == "docstring":
        end = next(
            (n for n in range(len(lines)) if _kind(lines, n) in ("written", "section", "indented")), None
        )
        lines = lines[:end]
    elif convention == "rustdoc":
        end = next((n for n, line in enumerate(lines) if re.match(r"#+\s", line)), None)
        lines = lines[:end]
    text = "\n".join(lines)
    for block in kept_blocks(comment, language):
        text = text.replace(block, "\n\n")
    return text


def _elements(text: str) -> list[str]:
    blocks = []
    for tag, attributes, inner in xmldoc.elements(text):
        if tag not in _WRITTEN_ELEMENTS:
            given = "".join(f' {name}="{value}"' for name, value in attributes.items())
            blocks.append(f"<{tag}{given}>{inner}</{tag}>" if inner else f"<{tag}{given}/>")
    return blocks


def _tags(lines: Sequence[str], convention: str) -> list[str]:
    """Tags that are not written anew, a run of them as one block, and code within the description."""
    dialect = tags.DIALECTS[convention]
    main, blocks = tags.split(lines, dialect)
    found = _paragraphs(main)
    run: list[str] = []
    for block in blocks:
        if block.role not in _WRITTEN_ROLES:
            mark = "\\" if any(line.lstrip().startswith(f"\\{block.tag}") for line in lines) else "@"
            run.append("\n".join([f"{mark}{block.tag}{block.first}".rstrip(), *_trimmed(block.rest)]))
    return [*found, "\n".join(run)] if run else found


def _trimmed(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _docstring(lines: Sequence[str]) -> list[str]:
    """Sections, directives, fields and doctests that are not written anew."""
    blocks: list[list[str]] = []
    inside = ""  # the kind of block that we are in, empty for none that is kept
    for place, line in enumerate(lines):
        kind = _kind(lines, place)
        if inside == "section" and kind not in ("section", "written"):
            kind = None  # what is laid out in an underlined section belongs to it
        elif inside == "indented" and indent_of(line) > 0:
            kind = None
        if inside and kind is None and line.strip() and _is_over(inside, blocks[-1], line):
            kind = "written"
        if kind == "written":
            inside = ""
        elif kind and not (kind == inside == "doctest" and blocks[-1][-1].strip()):
            inside = kind
            blocks.append([])
        if inside:
            blocks[-1].append(line)
    return ["\n".join(_trimmed(block)) for block in blocks]


def _kind(lines: Sequence[str], place: int) -> str | None:
    """What begins on a line: section (underlined), indented, doctest, or written anew; None for nothing."""
    line = lines[place]
    text = line.strip()
    if text.startswith(">>>"):
        return "doctest"
    if not text or indent_of(line) > 0:
        return None
    below = lines[place + 1] if place + 1 < len(lines) else ""
    title = text.rstrip(":").lower()
    if numpydoc.is_underline(below) and title in numpydoc.SECTIONS:
        return "written" if numpydoc.SECTIONS[title] in _WRITTEN else "section"
    if meaning := google.heading(line):
        return "written" if meaning in _WRITTEN else "indented"
    if google.inline_heading(line) or _FIELDS_WRITTEN.match(text):
        return "written"
    return "indented" if _DIRECTIVE.match(line) or _FIELD.match(text) else None


def _is_over(inside: str, block: Sequence[str], line: str) -> bool:
    """Whether a block has ended before a line that begins no other."""
    if inside == "section":
        return False
    if inside == "doctest":
        return not block[-1].strip()
    return indent_of(line) == 0


def _markdown(lines: Sequence[str]) -> list[str]:
    """Sections under a heading that no signature gives; before the first heading, fenced code."""
    found: list[list[str]] = [[]]
    titles = [""]
    fence = False
    for line in lines:
        if _FENCE.match(line.lstrip()):
            fence = not fence
        elif not fence and re.match(r"#+\s", line):
            found.append([])
            titles.append(line.strip("# \t:").lower())
        found[-1].append(line)
    kept = _paragraphs(found[0])
    kept += [
        "\n".join(_trimmed(block))
        for title, block in zip(titles[1:], found[1:], strict=True)
        if title not in _RUST_WRITTEN
    ]
    return kept


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Fenced and marked code, and paragraphs that are labelled as a note, a warning or a deprecation."""
    blocks: list[list[str]] = []
    closing = ""
    keeping = False
    for line in lines:
        text = line.strip()
        if closing:
            blocks[-1].append(line)
            closing = "" if text.endswith(closing) else closing
            continue
        if opening := _OPENINGS.match(text):
            blocks.append([line])
            closing = _CLOSINGS[opening[0].lower()]
            closing = "" if text.endswith(closing) and len(text) > len(opening[0]) else closing
            keeping = False
            continue
        if re.match(r"(?:Note|NOTE|Warning|WARNING|Deprecated|TODO|FIXME|Caution|Important)\b\s*[:(]", text):
            blocks.append([])
            keeping = True
        elif not text:
            keeping = False
        if keeping:
            blocks[-1].append(line)
    return ["\n".join(_trimmed(block)) for block in blocks if block]


_CLOSINGS = {"```": "```", "~~~": "~~~", "<pre>": "</pre>", "{{{": "}}}", "<example>": "</example>"}
_OPENINGS = re.compile("|".join(map(re.escape, _CLOSINGS)), re.IGNORECASE)
