"""Google style: `Args:` and its like, each with an indented block below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.extract.docstyles.blocks import (
    Draft,
    bare_type,
    closing,
    dedent,
    description,
    indent_of,
    is_exception_list,
    raised,
)

# What each section's heading means, in lower case. "other" sections only end the one before.
SECTIONS = {
    **dict.fromkeys(
        [
            "args", "arguments", "arg", "argument", "parameters", "params", "parameter", "param",
            "keyword args", "keyword arguments", "keyword parameters", "kwargs", "other parameters",
            "other arguments", "other args", "optional args", "optional arguments", "named args",
            "positional args", "positional arguments", "required args", "inputs", "input",
        ],
        "parameters",
    ),
    **dict.fromkeys(["returns", "return", "yields", "yield"], "returns"),
    **dict.fromkeys(["raises", "raise", "throws", "exceptions"], "raises"),
    **dict.fromkeys(["example", "examples", "usage", "usage example"], "example"),
    "deprecated": "deprecated",
    **dict.fromkeys(
        ["attributes", "note", "notes", "warning", "warnings", "warns", "see also", "references", "todo"],
        "other",
    ),
}  # fmt: skip
_INLINE = {"Returns": "returns", "Yields": "returns", "Raises": "raises"}

_NAME = r"[\\*`'\"]*+[A-Za-z_$][\w.\-]*+(?:\[[\w'\"]*+\])?+[`'\"]*+"
_NAMES = re.compile(rf"(?:[-*+•] +)?+({_NAME}(?:\s*+(?:,|/|&|\band\b|\bor\b)\s*+{_NAME})*+)\s*+")
_SEPARATOR = re.compile(r"\s*(?::(?!:)|\s--?\s)\s*")
_SPLIT = re.compile(r"[,/&]|\s(?:and|or)\s")

BUILT_IN = frozenset(
    ["int", "float", "str", "bool", "bytes", "list", "dict", "tuple", "set", "None", "string"]
)
NOT_TYPES = frozenset(
    [
        "a", "an", "the", "if", "when", "whether", "this", "that", "these", "those", "note", "example",
        "examples", "see", "true", "false", "on", "otherwise", "usage", "warning", "return", "returns",
        "default", "where", "for", "each", "either", "both", "all", "any", "no", "not", "in", "with", "it",
        "of", "to",
    ]
)  # fmt: skip
_BRACKETED = re.compile(r"\[[^\[\]]*+\]|\([^()]*+\)|\{[^{}]*+\}|<[^<>]*+>|``?[^`]*+``?|\"[^\"]*+\"|'[^']*+'")
_TYPE_WORDS = re.compile(
    r"~?\.?[A-Za-z_][\w.\-]*+\*?(?:\s*+(?:,\s*+(?:or\s|and\s)?|\||/|\bor\b|\band\b|\bof\b)\s*+~?\.?[A-Za-z_][\w.\-]*+)*+,?"
)


def heading(line: str) -> str | None:
    """The meaning of a section heading, None for any other line."""
    if line[-1:] not in (":", " "):
        return None
    text = line.strip()
    if len(text) > 24 or not text.endswith(":"):
        return None
    return SECTIONS.get(text[:-1].rstrip().lower())


def inline_heading(line: str) -> tuple[str, str] | None:
    """`Returns: the value` on one line, at the margin: its meaning and its text."""
    word, colon, text = line.partition(": ")
    meaning = _INLINE.get(word) if colon else None
    return (meaning, text.strip()) if meaning else None


def looks_like_type(text: str) -> bool:
    """Whether words before a colon are a type (`list of str`, `dict[str, int]`) and not a phrase."""
    text = text.strip()
    if not text or len(text) > 200:
        return False
    bare = text
    for _ in range(6):  # nesting deeper than this is no type that anybody writes
        bare, found = _BRACKETED.subn("", bare)
        if not found:
            break
    bare = re.sub(r":\w+:|::", "", bare).strip(" ,?")
    if not bare:
        return text[0] in "[({`:'\""
    if bare in ("any", "Any", "None"):
        return True
    if bare.split(None, 1)[0].lower() in NOT_TYPES:
        return False
    words = _TYPE_WORDS.fullmatch(bare.removesuffix("optional").rstrip(" ,|"))
    return words is not None and len(bare.split()) <= 8


def is_certain_type(text: str) -> bool:
    """Whether a text that stands alone is a type and nothing else: `int`, `tuple[X, Y]`, a role."""
    if text in BUILT_IN:
        return True
    if " " in _BRACKETED.sub("", _BRACKETED.sub("", text)).strip():
        return False
    return ("[" in text or "`" in text) and looks_like_type(text) and not text.startswith(("'", '"', "["))


def parse(lines: Sequence[str]) -> Draft:
    """The parts of a docstring whose sections are headed `Name:`."""
    draft = Draft()
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        meaning = heading(line)
        if meaning is None:
            inline = inline_heading(line)
            if inline is None:
                continue
            meaning, text = inline
            end = _paragraph_end(lines, place)
            body = [text, *(lines[n].strip() for n in range(place, end))]
        else:
            end = _section_end(lines, place, indent_of(line))
            if meaning == "example" and not any(text.strip() for text in lines[place:end]):
                end = _heading_after(lines, end)
            body = list(lines[place:end])
        place = end
        _add(draft, meaning, body)
    return draft


def _paragraph_end(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and lines[place].strip() and heading(lines[place]) is None:
        if inline_heading(lines[place]) is not None:
            break
        place += 1
    return place


def _heading_after(lines: Sequence[str], place: int) -> int:
    """Where an example that is not indented ends: at the next heading."""
    return next((n for n in range(place, len(lines)) if heading(lines[n]) is not None), len(lines))


def _section_end(lines: Sequence[str], start: int, margin: int) -> int:
    place = start
    # Some authors forget to indent: then a section reaches to the next blank line or heading.
    if start < len(lines) and lines[start].strip() and indent_of(lines[start]) <= margin:
        return _paragraph_end(lines, start)
    while place < len(lines):
        line = lines[place]
        if line and not line.isspace() and indent_of(line) <= margin:
            break
        place += 1
    return place


def _add(draft: Draft, meaning: str, body: list[str]) -> None:
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


def _margin(body: Sequence[str]) -> int:
    return next((indent_of(line) for line in body if line.strip()), 0)


def _head(line: str, following: str) -> tuple[str, str | None, str] | None:
    """Names, type and first words of `name (type): words`; None when the line is no head."""
    match = _NAMES.match(line)
    if match is None:
        return None
    end = match.end()
    type_ = None
    if line.startswith("Optional", end):  # name Optional[type]: words
        bracket = end + len("Optional")
        close = closing(line, bracket) if line[bracket : bracket + 1] in ("[", "(") else -1
        if close > 0:
            type_, end = line[end : close + 1], close + 1
    elif line[end : end + 1] == "(":
        close = closing(line, end)
        if close < 0:
            return None
        type_ = line[end + 1 : close].strip()
        end = close + 1
    separator = _SEPARATOR.match(line, end if type_ is not None else match.end(1))
    if separator:
        return match[1], type_, line[separator.end() :]
    alone = end == len(line) and indent_of(following) > 0
    return (match[1], type_, "") if alone else None


def _add_parameters(draft: Draft, body: list[str]) -> None:
    margin = _margin(body)
    lines = [line[margin:] if line[:margin].isspace() or not margin else line.lstrip() for line in body]
    head: tuple[str, str | None, str] | None = None
    rest: list[str] = []
    for number, line in enumerate(lines):
        found = None
        if line and not line[0].isspace():
            line, joined = _with_whole_type(lines, number)
            found = _head(line, lines[number + 1] if number + 1 < len(lines) else "")
            if found is not None:
                for taken in range(number + 1, number + joined):
                    lines[taken] = ""
        if found is None:
            if not _goes_on(rest, line):
                _add_parameter(draft, head, rest)
                head = None
            rest.append(lines[number])
            continue
        _add_parameter(draft, head, rest)
        head, rest = found, []
    _add_parameter(draft, head, rest)


def _goes_on(rest: Sequence[str], line: str) -> bool:
    """Whether a line that is no head belongs to the description, and begins no paragraph at the margin."""
    return not line or line[0].isspace() or not rest or bool(rest[-1])


def _with_whole_type(lines: Sequence[str], number: int) -> tuple[str, int]:
    """A head whose type is broken over lines, as one line; and how many lines it took."""
    line = lines[number]
    before, bracket, _ = line.partition("(")
    start = 1
    if not bracket:
        following = lines[number + 1].lstrip() if line.isidentifier() and number + 1 < len(lines) else ""
        if not following.startswith("("):
            return line, 1
        line = f"{line} {following}"
        start = 2
    elif ":" in before or not _is_open(line):
        return line, 1
    for taken in range(start, 6):
        if not _is_open(line) or number + taken >= len(lines):
            return line, taken
        line = f"{line} {lines[number + taken].strip()}"
    return lines[number], 1


def _is_open(line: str) -> bool:
    return line.count("(") + line.count("[") > line.count(")") + line.count("]")


def _add_parameter(draft: Draft, head: tuple[str, str | None, str] | None, rest: list[str]) -> None:
    if head is None:
        return
    names, type_, first = head
    text = description(first, rest)
    for name in _SPLIT.split(names):
        draft.add_parameter(name, bare_type(type_), text)


def _add_returns(draft: Draft, body: list[str]) -> None:
    text = dedent(body).strip()
    first, _, rest = text.partition("\n")
    before, colon, after = _split_type(first)
    if not colon and first.endswith((",", "[", "(")) and rest and ":" in rest[:200]:  # a type over two lines
        more, _, others = rest.partition("\n")
        before, colon, after = _split_type(f"{first} {more.strip()}")
        rest = others if colon and looks_like_type(before) else rest
    if colon and looks_like_type(before):
        name, bracket, inner = before.partition(" (")
        if bracket and name.islower() and inner.endswith(")") and name not in BUILT_IN:
            before = inner[:-1]  # name (type): the value
        elif before[0] == "(" and "," not in before and closing(before, 0) == len(before) - 1:
            before = before[1:-1]
        draft.add_returns(bare_type(before), description(after, rest.split("\n") if rest else []))
    elif not rest and is_certain_type(text):
        draft.add_returns(bare_type(text), "")
    elif text.startswith("(") and (close := closing(first, 0)) > 0 and is_certain_type(first[1:close]):
        draft.add_returns(bare_type(first[1:close]), text[close + 1 :].strip())  # (int) the number
    else:
        draft.add_returns(None, text)


def _split_type(line: str) -> tuple[str, str, str]:
    """A line parted at the first colon that stands outside brackets, roles and quotation."""
    before, colon, after = line.partition(":")
    if not colon or (before.replace("_", "a").isalnum() and (not after or after[0].isspace())):
        return before.strip(), colon, after
    depth = 0
    quoted = False
    for place, character in enumerate(line):
        if character == "`":
            quoted = not quoted
        elif quoted:
            continue
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == ":" and depth <= 0:
            following = line[place + 1 : place + 2]
            if not following or following.isspace():
                return line[:place].strip(), ":", line[place + 1 :]
    return line, "", ""


def _add_raises(draft: Draft, body: list[str]) -> None:
    margin = _margin(body)
    types: str | None = None
    first = ""
    rest: list[str] = []
    started = False
    for number, line in enumerate(body):
        found: tuple[str, str] | None = None
        if line.strip() and indent_of(line) <= margin:
            before, colon, after = _split_type(line.strip().removeprefix("- ").removeprefix("* "))
            deeper = number + 1 < len(body) and indent_of(body[number + 1]) > margin
            alone = not colon and (deeper or " " not in before)
            if (colon or alone) and is_exception_list(before):
                found = before, after
            elif started is False or not rest:
                type_, words = raised(line.strip())
                found = (type_, words) if type_ else None
        if found is None:
            rest.append(line)
            continue
        if started or any(line.strip() for line in rest):
            draft.add_raises(types, description(first, rest))
        (types, first), rest, started = found, [], True
    if started or any(line.strip() for line in rest):
        draft.add_raises(types, description(first, rest))
