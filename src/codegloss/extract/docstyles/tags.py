"""Block tags, `@param x …`: Javadoc and the many dialects that grew from it.

What differs between the tools stands in `DIALECTS`: which characters begin a tag,
where a tag's text ends, and where a type is written. Inline tags such as `{@link X}`
stay verbatim in descriptions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from codegloss.extract.docstyles.blocks import Draft, closing, dedent, description, fenced
from codegloss.extract.docstyles.typed import (
    Typed,
    braced,
    bracketed,
    lua_typed,
    shell_argument,
    type_first,
    untyped,
)
from codegloss.records import CommentParts, DocumentedParameter

_ROLES = {
    **dict.fromkeys(["param", "arg", "argument", "parameter"], "parameter"),
    **dict.fromkeys(["return", "returns", "result"], "returns"),
    **dict.fromkeys(["throws", "throw", "exception", "raise", "raises"], "raises"),
    "deprecated": "deprecated",
    "example": "example",
    **dict.fromkeys(["brief", "short", "description", "desc", "summary", "abstract"], "summary"),
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one documentation tool writes its block tags."""

    typed: Typed  # reads the type, name and text of a tag
    ends: str = "tag"  # a tag's text ends at the next tag, at the paragraph's end, or with its indentation
    backslash: bool = False  # tags may begin with a backslash as well as with @
    roles: dict[str, str] = field(default_factory=dict)  # tags that this tool has beside the common ones
    code: tuple[str, str] | None = None  # what stands around an example within the description
    single_sentence: bool = True  # the tool's own summary is the first sentence; else the first paragraph


DIALECTS = {
    "javadoc": Dialect(untyped, code=("<pre>", "</pre>")),
    "scaladoc": Dialect(untyped, code=("{{{", "}}}")),
    "kdoc": Dialect(untyped, single_sentence=False),
    "jsdoc": Dialect(braced, single_sentence=False),
    "tsdoc": Dialect(braced, single_sentence=False),
    "phpdoc": Dialect(
        type_first,
        roles={"phpstan-param": "parameter", "psalm-param": "parameter", "phpstan-return": "returns"},
    ),
    "doxygen": Dialect(
        untyped,
        ends="paragraph",
        backslash=True,
        roles={"retval": "outcome", "code": "code", "example": "", "summary": "", "desc": ""},
    ),
    "yard": Dialect(bracketed, ends="indent"),
    "ldoc": Dialect(
        lua_typed,
        roles={
            "tparam": "parameter", "treturn": "returns", "usage": "example", "error": "raises",
            **dict.fromkeys(["string", "number", "int", "bool", "func", "tab", "thread"], "parameter"),
        },
    ),
    "shdoc": Dialect(shell_argument, ends="indent", roles={"exitcode": "outcome"}),
}  # fmt: skip

_TAG = re.compile(r"\s*+@(!?[a-z][\w-]*+)(?=[\s\[{(:]|$)(.*+)", re.DOTALL)
_TAG_OR_COMMAND = re.compile(r"\s*+[@\\]([a-z][\w-]*+)(?=[\s\[{(:]|$)(.*+)", re.DOTALL)
# Doxygen commands that stand inside a sentence, and so may begin a line of it without ending it.
_INLINE_COMMANDS = frozenset(
    ["a", "b", "c", "e", "em", "p", "ref", "n", "f", "link", "li", "arg", "anchor", "cite", "image", "emoji"]
)

# Tags that say all by standing there: words on the lines below are the description's again.
_FLAGS = frozenset(
    [
        "private", "protected", "public", "internal", "package", "local", "static", "async", "nodiscard",
        "inner", "instance", "readonly", "override", "virtual", "sealed", "final", "alpha", "beta",
        "experimental", "hidden", "ignore", "constructor", "class", "generator", "func", "function", "method",
    ]
)  # fmt: skip


@dataclass(slots=True)
class Block:
    """One tag: its name, the text after it, and the lines below that belong to it."""

    tag: str
    role: str
    first: str
    rest: list[str]


def split(lines: Sequence[str], dialect: Dialect) -> tuple[list[str], list[Block]]:
    """The lines of the description, and the tags."""
    main: list[str] = []
    blocks: list[Block] = []
    current: Block | None = None
    margin = 0
    fence = ""  # what closes the code block that we are in
    pattern = _TAG_OR_COMMAND if dialect.backslash else _TAG
    for line in lines:
        text = line.lstrip()
        if fence:
            if text.startswith(fence) or (fence == "endcode" and text[1:].startswith(fence)):
                fence = ""
                if current is not None and current.role == "code":
                    current = None
                    continue
        elif text.startswith(("```", "~~~")):
            fence = text[:3]
        elif text and (text[0] == "@" or (dialect.backslash and text[0] == "\\")):
            match = pattern.match(line)
            if match and not (dialect.backslash and match[1] in _INLINE_COMMANDS):
                role = dialect.roles.get(match[1], _ROLES.get(match[1], ""))
                current = Block(match[1], role, match[2], [])
                blocks.append(current)
                margin = len(line) - len(text)
                fence = "endcode" if role == "code" else ""
                if match[1] in _FLAGS and not match[2].strip():
                    current = None
                continue
        elif current is not None and _is_past(text, len(line) - len(text), margin, dialect.ends, current):
            current = None
        (main if current is None else current.rest).append(line)
    return main, blocks


def _is_past(text: str, indent: int, margin: int, ends: str, block: Block) -> bool:
    if ends == "paragraph":
        return not text and bool(block.first.strip() or block.rest)
    return ends == "indent" and bool(text) and indent <= margin


def parse(text: str, convention: str) -> CommentParts:
    """The parts of a comment in one of `DIALECTS`."""
    dialect = DIALECTS[convention]
    draft = Draft()
    lines = text.split("\n")
    if "@" in text or (dialect.backslash and "\\" in text):
        main, blocks = split(lines, dialect)
        outcomes: list[str] = []
        for block in blocks:
            if block.role == "outcome":
                outcomes.append(description(block.first, block.rest))
            elif block.role:
                _add(draft, block, dialect, convention)
        if outcomes:
            known = draft.returns.description if draft.returns else ""
            draft.returns = None
            draft.add_returns(None, "\n".join(filter(None, [known, *outcomes])))
    else:
        main = lines
    if not draft.examples:
        _add_code(draft, main, text, dialect)
    return draft.finish(convention)


def _add(draft: Draft, block: Block, dialect: Dialect, convention: str) -> None:
    if block.role == "parameter":
        type_, name, text = dialect.typed(block.tag, block.first, block.rest, "parameter")
        if convention == "shdoc":
            draft.parameters.setdefault(name, DocumentedParameter(name, type_, text))
            return
        for one in name.split(","):
            draft.add_parameter(one, type_, text)
    elif block.role == "returns":
        type_, _, text = dialect.typed(block.tag, block.first, block.rest, "returns")
        draft.add_returns(type_, text)
    elif block.role == "raises":
        type_, _, text = dialect.typed(block.tag, block.first, block.rest, "raises")
        draft.add_raises(type_, text)
    elif block.role == "deprecated":
        if draft.deprecated is None:
            draft.deprecated = description(block.first.lstrip(": "), block.rest)
    elif block.role == "code":
        draft.add_example(dedent(block.rest))
    elif block.role == "example":
        _add_example(draft, block, convention)


def _add_example(draft: Draft, block: Block, convention: str) -> None:
    codes = fenced(block.rest)
    if codes:
        for code in codes:
            draft.add_example(code)
    elif convention == "yard" and any(line.strip() for line in block.rest):
        draft.add_example(dedent(block.rest))  # the words after YARD's tag are a title
    else:
        first = block.first.rpartition("</caption>")[2]
        draft.add_example(description(first, block.rest))


def _add_code(draft: Draft, main: list[str], text: str, dialect: Dialect) -> None:
    if "```" in text or "~~~" in text:
        for code in fenced(main):
            draft.add_example(code)
    if dialect.code is None or dialect.code[0] not in text:
        return
    opening, end = dialect.code
    whole = "\n".join(main)
    place = whole.find(opening)
    while place >= 0:
        close = whole.find(end, place)
        if close < 0:
            return
        draft.add_example(_unwrapped(whole[place + len(opening) : close]))
        place = whole.find(opening, close)


def _unwrapped(code: str) -> str:
    """Javadoc's `<pre>{@code …}</pre>` without its inner wrapping."""
    stripped = code.strip()
    if stripped.startswith("{@code") and closing(stripped, 0) == len(stripped) - 1:
        code = stripped[len("{@code") : -1]
    return dedent(code.split("\n")).strip()
