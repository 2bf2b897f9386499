"""Conventions that are Markdown with agreed words: Rustdoc, GoDoc, Swift's documentation comments."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.extract.docstyles.blocks import Draft, dedent, description, fenced, indent_of
from codegloss.records import CommentParts

_RUST_SECTIONS = {
    **dict.fromkeys(["arguments", "argument", "parameters", "params", "args", "inputs"], "parameters"),
    **dict.fromkeys(["returns", "return", "return value", "return values"], "returns"),
    **dict.fromkeys(["errors", "error"], "errors"),
    **dict.fromkeys(["panics", "panic"], "panics"),
    **dict.fromkeys(["examples", "example", "usage"], "examples"),
    "deprecated": "deprecated",
}
_BULLET = re.compile(r"\s*+[-*+]\s++")
_RUST_ITEM = re.compile(
    r"(?:\*\*)?(?:`([^`]+)`|([A-Za-z_]\w*+))(?:\*\*)?(?:\s*+:\s*+`[^`]+`)?\s*+(?:(?<=\s)-+\s+|[:–—]\s*)"
)
_CODE_SPAN = re.compile(r"\[?`([\w:.<>]+)`\]?(?:\([^()]*\))?\s*(?:[-:–—,]+\s*)?")
_SWIFT_FIELD = re.compile(r"\s*+[-*+]\s++(\w+)(?:\s+([^:\s]+))?\s*:(?!:)\s*(.*+)", re.DOTALL)
_LIST_ITEM = re.compile(r"(?:[-*+•]|\d+[.)])\s")


def sections(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The text before the first heading (named ""), then each heading in lower case with its text."""
    found: list[tuple[str, list[str]]] = [("", [])]
    fence = ""
    for line in lines:
        text = line.lstrip()
        if fence:
            if text.startswith(fence):
                fence = ""
        elif text.startswith(("```", "~~~")):
            fence = text[:3]
        elif text.startswith("#"):
            title = text.lstrip("#")
            if title[:1].isspace():
                found.append((title.strip(" \t#:").lower(), []))
                continue
        found[-1][1].append(line)
    return found


def items(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The items of a list: the text of each bullet's line, and the lines below that belong to it."""
    margin = next((indent_of(line) for line in lines if _BULLET.match(line)), 0)
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet and indent_of(line) <= margin:
            found.append((line[bullet.end() :], []))
        elif found:
            found[-1][1].append(line)
    return found


def parse_rust(text: str) -> CommentParts:
    """Rustdoc: `# Arguments`, `# Returns`, `# Errors`, `# Panics` (raised type `panic`), `# Examples`."""
    draft = Draft()
    if "#" not in text and "```" not in text:
        return draft.finish("rustdoc")
    parts = sections(text.split("\n"))
    for title, lines in parts:
        meaning = _RUST_SECTIONS.get(title)
        if meaning == "parameters":
            for first, rest in items(lines):
                match = _RUST_ITEM.match(first)
                if match:
                    draft.add_parameter(match[1] or match[2], None, description(first[match.end() :], rest))
        elif meaning == "returns":
            draft.add_returns(None, dedent(lines).strip())
        elif meaning == "errors":
            _add_errors(draft, lines)
        elif meaning == "panics":
            draft.add_raises("panic", dedent(lines).strip())
        elif meaning == "examples":
            for code in fenced(lines):
                draft.add_example(code)
        elif meaning == "deprecated":
            draft.deprecated = dedent(lines).strip()
    if not draft.examples and "```" in text:
        for _, lines in parts:
            for code in fenced(lines):
                draft.add_example(code)
    return draft.finish("rustdoc")


def _add_errors(draft: Draft, lines: list[str]) -> None:
    """One entry for each listed error type, or the whole section as one."""
    listed = [(_CODE_SPAN.match(first), first, rest) for first, rest in items(lines)]
    if listed and all(match for match, _, _ in listed):
        for match, first, rest in listed:
            if match:
                draft.add_raises(match[1], description(first[match.end() :], rest))
    else:
        draft.add_raises(None, dedent(lines).strip())


def parse_go(text: str) -> CommentParts:
    """GoDoc: a paragraph that begins `Deprecated: `, and indented code blocks as examples."""
    draft = Draft()
    if "Deprecated:" not in text and "\n " not in text and "\n\t" not in text:
        return draft.finish("godoc")
    lines = text.split("\n")
    code: list[str] = []
    previous = ""
    for number, line in enumerate([*lines, "end"]):
        text_ = line.strip()
        if (line[:1].isspace() and text_ and (code or not previous)) or (not text_ and code):
            code.append(line)
        elif text_:
            if code and not _LIST_ITEM.match(code[0].lstrip()):
                draft.add_example(dedent(code))
            code = []
            if line.startswith("Deprecated:") and not previous and draft.deprecated is None:
                end = next((n for n in range(number, len(lines)) if not lines[n].strip()), len(lines))
                draft.deprecated = "\n".join(map(str.strip, lines[number:end]))[len("Deprecated:") :].strip()
        previous = text_
    return draft.finish("godoc")


def parse_swift(text: str) -> CommentParts:
    """Swift: `- Parameter x: …`, `- Parameters:` with a nested list, `- Returns: …`, `- Throws: …`."""
    draft = Draft()
    lines = text.split("\n")
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        match = _SWIFT_FIELD.match(line)
        if match is None:
            continue
        margin = indent_of(line)
        end = place
        while end < len(lines) and (not lines[end].strip() or indent_of(lines[end]) > margin):
            end += 1
        _add_swift(draft, match[1].lower(), match[2], match[3], lines[place:end])
        place = end
    if not draft.examples and "```" in text:
        for code in fenced(lines):
            draft.add_example(code)
    return draft.finish("swiftdoc")


def _add_swift(draft: Draft, word: str, name: str | None, first: str, rest: list[str]) -> None:
    if word == "parameter" and name:
        draft.add_parameter(name, None, description(first, rest))
    elif word == "parameters":
        for head, below in items(rest):
            name, colon, words = head.partition(":")
            if name.strip().lower() in ("returns", "throws"):  # indented too far
                _add_swift(draft, name.strip().lower(), None, words.strip(), below)
            elif colon and len(name.split()) == 1:
                draft.add_parameter(name, None, description(words, below))
    elif word in ("returns", "return"):
        draft.add_returns(None, description(first, rest))
    elif word in ("throws", "throw"):
        match = _CODE_SPAN.match(first)
        if match:
            draft.add_raises(match[1], description(first[match.end() :], rest))
        else:
            draft.add_raises(None, description(first, rest))
    elif word == "deprecated":
        draft.deprecated = description(first, rest)
    elif word in ("example", "examples") and not fenced(rest):
        draft.add_example(description(first, rest))
