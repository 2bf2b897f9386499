"""What every documentation style shares: indentation, descriptions, and the draft of the parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from codegloss.records import CommentParts, DocumentedParameter, DocumentedValue

_ROLE = re.compile(r":[a-zA-Z][\w:+.-]{0,40}:`[~!]?\.?([^`]*)`")  # bounded, so that the time stays linear
_EXCEPTION = re.compile(r"~?\.?[A-Za-z_][\w.:\\]*(?:\[[\w., ]*\])?(?:\(\))?")
_RAISED = re.compile(
    r"(:\w[\w:]{0,20}:`[^`]+`|~?[\w.]*(?:Error|Exception|Warning|Exit|Interrupt))(?=[\s,:;]|$)[\s,:;]*+"
)
_DEFAULT = re.compile(r"[,;(]\s*+(?:by )?defaults?\b.*+$|\sdefaults? to .*+$", re.IGNORECASE | re.DOTALL)
_EXCEPTION_LIST = re.compile(r",\s*+(?:or\b|and\b)?|[|/]|\s(?:or|and)\s")


@dataclass(slots=True)
class Draft:
    """The parts found so far; a name documented twice keeps its first description."""

    parameters: dict[str, DocumentedParameter] = field(default_factory=dict)
    returns: DocumentedValue | None = None
    raises: list[DocumentedValue] = field(default_factory=list)
    deprecated: str | None = None
    examples: list[str] = field(default_factory=list)

    def add_parameter(self, name: str, type_: str | None, description: str) -> None:
        """Note a parameter under the name that a signature gives it: no stars, quotes or sigils."""
        name = bare_name(name)
        known = self.parameters.get(name)
        if not name or (known and (known.description or not (description or type_))):
            return
        if known:
            type_ = type_ or known.type
        self.parameters[name] = DocumentedParameter(name, type_ or None, description)

    def set_type(self, name: str, type_: str | None) -> None:
        """Give a parameter the type that was written apart from its description."""
        known = self.parameters.get(name)
        if name and (known is None or known.type is None):
            self.parameters[name] = DocumentedParameter(name, type_, known.description if known else "")

    def add_returns(self, type_: str | None, description: str) -> None:
        """Note the returned or yielded value; the first one wins, a second may supply what it lacked."""
        if self.returns is None:
            if type_ or description:
                self.returns = DocumentedValue(type_ or None, description)
        elif type_ and self.returns.type is None:
            self.returns = DocumentedValue(type_, self.returns.description or description)
        elif description and not self.returns.description:
            self.returns = DocumentedValue(self.returns.type, description)

    def add_raises(self, types: str | None, description: str) -> None:
        """Note what is raised; `A, B` or `A or B` is one entry for each."""
        for name in exception_names(types) if types else [None]:
            if name or description:
                self.raises.append(DocumentedValue(name, description))

    def add_example(self, text: str) -> None:
        """Note an example, verbatim, unless it is blank."""
        if text:
            self.examples.append(text)

    def merge(self, other: Draft) -> None:
        """Take from another reading of the same comment the kinds of part that this one lacks."""
        self.parameters = self.parameters or other.parameters
        self.returns = self.returns or other.returns
        self.raises = self.raises or other.raises
        if self.deprecated is None:
            self.deprecated = other.deprecated
        self.examples = self.examples or other.examples

    def size(self) -> int:
        """How many parts there are."""
        return (
            len(self.parameters)
            + len(self.raises)
            + len(self.examples)
            + (self.returns is not None)
            + (self.deprecated is not None)
        )

    def finish(self, style: str) -> CommentParts:
        """The record; its style is plain when there is no part at all."""
        return CommentParts(
            style if self.size() else "plain",
            list(self.parameters.values()),
            self.returns,
            self.raises,
            self.deprecated,
            self.examples,
        )


def indent_of(line: str) -> int:
    """Leading blanks of a line, in characters."""
    return len(line) - len(line.lstrip())


def dedent(lines: Sequence[str]) -> str:
    """The lines as one text, without common indentation and blank ends."""
    margin = min((len(line) - len(line.lstrip()) for line in lines if line and not line.isspace()), default=0)
    if margin:
        lines = [line[margin:] for line in lines]
    return "\n".join(map(str.rstrip, lines)).strip("\n")


def description(first: str, rest: Sequence[str]) -> str:
    """A description that begins on the line of its name and goes on, indented, below."""
    first = first.strip()
    if not rest:
        return first
    below = dedent(rest)
    return (f"{first}\n{below}" if first else below).strip() if below else first


def bare_name(name: str) -> str:
    """`*args` → `args`, `\\**kwargs` → `kwargs`, `` `x` `` → `x`, `$x` → `x`, `...x` → `x`."""
    return name.strip("`'\" ").lstrip("\\*&$.").rstrip("?").rstrip("`'\", .")


def bare_type(text: str | None) -> str | None:
    """A type as written, without `optional` or its default, and with markup (`` :class:`X` ``) reduced."""
    if not text:
        return None
    if "efault" in text:
        text = _without_default(text)
    if "ptional" in text:
        text = _without_optional(text)
    if "`" in text:
        text = _ROLE.sub(r"\1", text).replace("``", "")
        if text.count("`") == 2 and text[0] == text[-1] == "`":
            text = text[1:-1]
    text = text.strip(" \n").removeprefix(": ")
    return text.removesuffix(" :").removesuffix(":") or None


def _without_default(text: str) -> str:
    match = _DEFAULT.search(text)
    if match is None:
        return text
    rest = text[: match.start()].rstrip(" ,")
    return f"{rest})" if rest.count("(") > rest.count(")") else rest


def _without_optional(text: str) -> str:
    text = text.strip()
    small = text.lower().rstrip(".")
    if small.endswith(("optional", "optional)")):
        text = text[: len(small)]
    if small.endswith("(optional)"):
        return text[: -len("(optional)")].rstrip(" ,")
    if small.endswith("optional"):
        before = text[: -len("optional")].rstrip()
        return before.rstrip(" ,") if not before or before.endswith(",") else text
    return text[len("optional,") :] if small.startswith("optional,") else text


def exception_names(text: str) -> list[str]:
    """The names in `A`, `A, B`, `A or B`; the whole text when it is no list of names."""
    if text.isidentifier():
        return [text]
    text = bare_type(text) or text
    names = [name.strip("`'\" ") for name in _EXCEPTION_LIST.split(text)]
    if len(names) == 1 or not all(map(_EXCEPTION.fullmatch, names)):
        names = [text.strip("`'\" ")]
    return [name.lstrip("~.") for name in names]


def raised(text: str) -> tuple[str | None, str]:
    """Type and condition of `ValueError if x is negative`; no type where the first word names none."""
    match = _RAISED.match(text)
    return (match[1], text[match.end() :]) if match else (None, text)


def is_exception_list(text: str) -> bool:
    """Whether a text can be a list of exception names."""
    return text.isidentifier() or all(map(_EXCEPTION.fullmatch, exception_names(text)))


def closing(text: str, start: int) -> int:
    """Index of the bracket that closes the one at `start`; -1 when none does."""
    depth = 0
    for place in range(start, len(text)):
        character = text[place]
        if character in "([{<":
            depth += 1
        elif character in ")]}>":
            if character == ">" and text[place - 1] in "-=":
                continue  # an arrow in a function type
            depth -= 1
            if depth == 0:
                return place
    return -1


def doctests(lines: Iterable[str]) -> list[str]:
    """Runs of doctest: from `>>>` to the last line of output; runs parted by one blank line are one."""
    runs: list[list[str]] = []
    current: list[str] | None = None
    blank = False
    for line in lines:
        text = line.lstrip()
        if text.startswith(">>>"):
            if current is None or (blank and runs[-1] is not current):
                current = []
                runs.append(current)
            elif blank:
                current.append("")
            current.append(line)
            blank = False
        elif not text:
            blank = True
        elif blank:
            current = None
        elif current is not None:
            current.append(line)
    return [dedent(run) for run in runs]


def fenced(lines: Iterable[str]) -> list[str]:
    """The contents of Markdown's fenced code blocks; a block that is never closed reaches to the end."""
    found: list[list[str]] = []
    fence = ""
    for line in lines:
        text = line.lstrip()
        if fence:
            if text.startswith(fence):
                fence = ""
            else:
                found[-1].append(line)
        elif text.startswith(("```", "~~~")):
            fence = text[:3]
            found.append([])
    return [code for code in map(dedent, found) if code]
