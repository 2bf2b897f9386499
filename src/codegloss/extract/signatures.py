"""What a definition's head declares: its parameters, in order, with type, default and kind.

The kinds, which are also the names that the query's `parameter` group captures:

- `positional`: bound by place, and in Python by name too;
- `positional-only`, `keyword-only`: Python's, from the marks `/` and `*`;
- `optional`: may be left out though no default is written (`b?: number`);
- `variadic`: takes the rest (`*args`, `...rest`, `T... xs`); `keywords`: `**kwargs`; captured as `rest`
  where a parameter that follows is positional still (Ruby);
- `receiver`: the object a method is called on, where it is written out (`&self`, Go's is in the name);
- `destructured`: a pattern such as `{a, b}`; its name is the pattern's text.

Where a name stands inside its type, as in C, the type is read around it: `int (*f(char *a[]))(int)`
returns `int (*)(int)` and takes a `char *[]`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

from tree_sitter import Node

from codegloss.records import Parameter

Captures = dict[str, list[Node]]

KINDS = ("positional", "keyword-only", "optional", "variadic", "rest", "keywords", "receiver", "destructured")
_MARKS = ("positional_only_mark", "keyword_only_mark")
_ALL_KINDS = frozenset(KINDS + _MARKS)


def fold(source: bytes) -> str:
    """Source text on one line."""
    text = source.decode()
    return text if text.isidentifier() else " ".join(text.split())


def _type_without_name(source: bytes, specifiers: re.Pattern[str] | None) -> str:
    """A type on one line, without what matches `specifiers`: storage classes, attributes, macros."""
    words = source.decode()
    return fold((specifiers.sub("", words) if specifiers else words).strip().encode())


def return_type(
    definition: Node, captures: Captures, text: bytes, specifiers: re.Pattern[str] | None
) -> str | None:
    """Source text of what a function returns; None where that is not written.

    With `specifiers` given, all that stands before the name is read; a second node captured
    as `returns` is the rest of it, behind the parameters.
    """
    returns = captures.get("returns")
    if not returns:
        return None
    name, parameters = captures.get("name"), captures.get("parameters")
    if specifiers is None or not name or not parameters or returns[0].start_byte > name[0].start_byte:
        return text[returns[0].start_byte : returns[0].end_byte].decode()
    head = text[definition.start_byte : name[0].start_byte]
    if len(returns) == 1:
        head, tail = head.rstrip(b"( \t\r\n"), b""  # `int (f)(void)` keeps a macro from being meant
    else:
        tail = text[parameters[0].end_byte : returns[-1].end_byte]
    return _type_without_name(head + tail, specifiers) or None


class ParameterTable:
    """All parameters of a file, by position, to be asked for those between two bytes."""

    def __init__(
        self, text: bytes, matches: Sequence[Captures], specifiers: re.Pattern[str] | None = None
    ) -> None:
        entries: list[tuple[int, int, int, str, Captures]] = []
        for captures in matches:
            for kind in captures:
                if kind in _ALL_KINDS:
                    break
            node = captures[kind][0]
            entries.append((node.start_byte, -node.end_byte, -len(captures), kind, captures))
        entries.sort(key=itemgetter(0, 1, 2))
        self._text = text
        self._specifiers = specifiers
        self._entries = entries
        self._starts = [entry[0] for entry in entries]

    def _source(self, nodes: Sequence[Node]) -> str:
        return self._text[nodes[0].start_byte : nodes[-1].end_byte].decode()

    def _type(self, captures: Captures) -> str | None:
        nodes = captures.get("type")
        if not nodes:
            return None
        if self._specifiers is None:
            return self._source(nodes)
        text, start, end = self._text, nodes[0].start_byte, nodes[-1].end_byte
        name, default = captures.get("name"), captures.get("default")
        if default and default[0].start_byte < end:
            end = start + len(text[start : default[0].start_byte].rstrip(b"= \t\r\n"))
        if name and start <= name[0].start_byte < end:
            around = text[start : name[0].start_byte] + text[name[0].end_byte : end]
        else:
            around = text[start:end]
        return _type_without_name(around, self._specifiers)

    def between(self, start: int, end: int) -> list[Parameter]:
        """The parameters of the list that spans bytes `start` to `end`, those of nested lists left out."""
        parameters: list[Parameter] = []
        reached = start
        rest_kind = "positional"
        for index in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            begin, minus_end, _, kind, captures = self._entries[index]
            if begin < reached:
                continue
            if rest_kind != "positional" and self._text[reached:begin].lstrip().startswith(b")"):
                rest_kind = "positional"  # another list begins
            reached = -minus_end
            if kind == "positional":
                kind = rest_kind
            elif kind == "positional_only_mark":
                parameters = [Parameter(p.name, "positional-only", p.type, p.default) for p in parameters]
                continue
            elif kind == "keyword_only_mark":
                rest_kind = "keyword-only"
                continue
            elif kind == "variadic" and self._specifiers is None:
                rest_kind = "keyword-only"
            elif kind == "rest":
                kind = "variadic"
            type_ = self._type(captures)
            default = self._source(captures["default"]).strip() if "default" in captures else None
            if "name" in captures:
                parameters += [
                    Parameter(fold(self._text[n.start_byte : n.end_byte]), kind, type_, default)
                    for n in captures["name"]
                ]
            elif kind in ("destructured", "receiver"):
                parameters.append(Parameter(fold(self._text[begin:reached]), kind, type_, default))
            elif type_ != "void":  # C's empty list
                parameters.append(Parameter("", kind, type_, default))
        return parameters
