"""A text as a comment of its language, in the form of another comment: marks, margin, line ends.

A comment is either lines that each bear a mark (`///`, `#`, `---`) or a block between two marks
(`/** … */`, `--[[ … ]]`, `=begin … =end`), with or without a star before each line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegloss.extract.comments import cleaned
from codegloss.synth.source.hazards import hazard
from codegloss.synth.source.wrapping import compared

_BLOCK = re.compile(r"/\*|--\[=*\[|=begin")
_MARK = re.compile(r"//+!?|#+|--+|;+")
_OPENER = re.compile(r"/\*\*(?!/)|/\*!|/\*|--\[=*\[-?|=begin")
_STARRED = re.compile(r"^([ \t]*)\*(?!/)([ \t]*)")


@dataclass(frozen=True, slots=True)
class Lines:
    """Comment lines, each with its mark."""

    first: str = "//"
    others: str = "//"
    tabs: bool = False  # code in it is indented by tabs (Go)

    def written(self, text: str, indentation: str, newline: str) -> str:
        """The comment; its first line stands where it is put."""
        lines = []
        for number, line in enumerate(text.split("\n")):
            lines.append((self.others if number else self.first) + self._spaced(line))
        return (newline + indentation).join(lines)

    def _spaced(self, line: str) -> str:
        if not line:
            return ""
        depth = len(line) - len(line.lstrip(" "))
        if self.tabs and depth and depth % 8 == 0:
            return "\t" * (depth // 8) + line.lstrip(" ")
        return " " + line


@dataclass(frozen=True, slots=True)
class Block:
    """A comment between two marks."""

    opener: str = "/**"
    closer: str = "*/"
    leader: str = " * "  # what a line begins with, behind the indentation
    gutter: str = " "  # before a closing mark that has its own line
    several: bool = True  # whether one line of text gets several
    opens_below: bool = True
    closes_below: bool = True

    def written(self, text: str, indentation: str, newline: str) -> str:
        """The comment; its first line stands where it is put."""
        if "\n" not in text and not self.several:
            return f"{self.opener} {text} {self.closer}"
        margin = newline + indentation
        lines = [(self.leader + line).rstrip() for line in text.split("\n")]
        if not self.opens_below:
            lines[0] = " " + text.partition("\n")[0]
        written = self.opener + (margin if self.opens_below else "") + lines[0]
        written += "".join(newline + (indentation + line if line else "") for line in lines[1:])
        return written + (margin + self.gutter if self.closes_below else " ") + self.closer


Form = Lines | Block


def form_of(raw: str, indentation: str) -> Form:
    """The form of a comment that stands after `indentation`."""
    lines = raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return _block(lines, indentation) if _BLOCK.match(raw) else _lines(lines)


def _lines(lines: list[str]) -> Lines:
    marks: list[str] = []
    for line in lines:
        mark = _MARK.match(line.strip())
        if mark and (any(map(str.isalnum, line)) or not marks):
            marks.append(mark[0])
    first, *others = [_short(mark) for mark in marks or ["//"]]
    return Lines(first, others[0] if others else first)


def _short(mark: str) -> str:
    """The mark that a line of text has, where a ruler has a longer one."""
    return mark if len(mark) <= 3 else {"/": "//", "-": "--"}.get(mark[0], mark[0])


def _block(lines: list[str], indentation: str) -> Block:
    match = _OPENER.match(lines[0])
    opener = match[0] if match else "/**"
    closer = "*/"
    if opener.startswith("--"):
        closer = "]" + "=" * opener.count("=") + "]"
    elif opener == "=begin":
        return Block(opener, "=end", leader="", gutter="")
    first_text = lines[0][len(opener) :].strip("*! \t")
    if len(lines) == 1:
        plain = Block(opener, closer, several=False)
        return plain if closer == "*/" else Block(opener, closer, leader="", gutter="", several=False)
    below = [line.removeprefix(indentation) for line in lines[1:]]
    ending = below[-1].strip()
    closes_below = not ending.rstrip("*/=]-").strip()
    body = [line for line in (below[:-1] if closes_below else below) if line.strip()]
    stars = [star for line in body if (star := _STARRED.match(line))]
    if body and len(stars) * 2 > len(body):
        leader = stars[0][1] + "* "
    elif body:
        leader = body[0][: len(body[0]) - len(body[0].lstrip())]
    else:
        leader = " * " if closer == "*/" else ""
    gutter = below[-1][: len(below[-1]) - len(below[-1].lstrip())] if closes_below else ""
    return Block(opener, closer, leader, gutter, True, not first_text, closes_below)


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a comment stands, as far as its form depends on it."""

    language: str  # as in the languages table
    indentation: str
    newline: str
    encoding: str  # of the file
    alone: bool  # no code before it on its line
    followed: bool  # code behind it on its last line
    marks: tuple[str, ...]  # of lines, that may be used in place of a block that cannot hold the text


def comment(text: str, form: Form, setting: Setting) -> str:
    """The source of a comment that says `text`, in normal form.

    Raises ValueError, which says what stands in the way, where the language has no way to write it.
    """
    problem = ""
    for candidate in _candidates(text, form, setting):
        block = isinstance(candidate, Block)
        raw = candidate.written(text, setting.indentation, setting.newline)
        found = hazard(text, setting.language, block=block)
        if found is None and isinstance(candidate, Block):
            found = _ends_early(raw, candidate)
        if found is None:
            problem = _unfit(raw, text, block, setting)
            if not problem:
                return raw
        else:
            problem = f"{found!r} cannot stand in {'a block comment' if block else 'a comment line'}"
    raise ValueError(problem)


def _candidates(text: str, form: Form, setting: Setting) -> list[Form]:
    if isinstance(form, Lines):
        return [form]
    found: list[Form] = [form]
    if form.closer.startswith("]"):
        level = 0
        while f"]{'=' * level}]" in text or text.endswith(f"]{'=' * level}"):
            level += 1
        tail = "-" if form.opener.endswith("-") else ""
        found = [
            Block(f"--[{'=' * level}[{tail}", f"]{'=' * level}]", form.leader, form.gutter, form.several,
                  form.opens_below, form.closes_below)
        ]  # fmt: skip
    elif form.closer == "*/":
        found.append(Block(form.opener, several=form.several))
    return found + [Lines(mark, mark) for mark in setting.marks]


def _ends_early(raw: str, form: Block) -> str | None:
    """The closing mark, where it stands before the end."""
    if form.closer == "=end":
        return "=end" if re.search(r"(?m)^=(?:end|begin)\b", raw[6:-4]) else None
    return form.closer if raw.find(form.closer, len(form.opener)) != len(raw) - len(form.closer) else None


def _unfit(raw: str, text: str, block: bool, setting: Setting) -> str:
    """Why the comment cannot stand in this place; empty if it can."""
    if not setting.alone and ("\n" in raw or "\r" in raw):
        return "it shares its line with code and must have one line"
    if not block and (setting.followed or not setting.alone):
        return "it shares its line with code and must be a block"
    try:
        raw.encode(setting.encoding)
    except UnicodeEncodeError as error:
        return f"the encoding {setting.encoding} lacks {raw[error.start]!r}"
    return (
        ""
        if compared(cleaned(raw)) == compared(text)
        else "its marks would be read as part of the text, or the reverse"
    )
