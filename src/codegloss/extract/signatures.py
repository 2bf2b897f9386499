"""What a definition's head declares: its parameters, in order, with type, default and kind.

The kinds, which are also the names that the query's `parameter` group captures:

- `positional`: bound by place, and in Python by name too;
- `positional-only`, `keyword-only`: Python's, from the marks `/` and `*`;
- `optional`: may be left out though no default is written (`b?: number`);
- `variadic`: takes the rest (`*args`, `...rest`, `T... xs`); `keywords`: `**kwargs`;
- `receiver`: the object a method is called on, where it is written out (`&self`, Go's is in the name);
- `destructured`: a pattern such as `{a, b}`; its name is the pattern's text.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter

from tree_sitter import Node

from codegloss.records import Parameter

Captures = dict[str, list[Node]]

KINDS = ("positional", "optional", "variadic", "keywords", "receiver", "destructured")
_MARKS = ("positional_only_mark", "keyword_only_mark")


def fold(source: bytes) -> str:
    """Source text on one line."""
    if b"\n" in source or b"  " in source or b"\t" in source:
        return b" ".join(source.split()).decode()
    return source.decode()


class ParameterTable:
    """All parameters of a file, by position, to be asked for those between two bytes."""

    def __init__(self, text: bytes, matches: Sequence[Captures]) -> None:
        entries: list[tuple[int, int, str, Captures]] = []
        for captures in matches:
            kind = next(kind for kind in captures if kind in KINDS or kind in _MARKS)
            node = captures[kind][0]
            entries.append((node.start_byte, -node.end_byte, kind, captures))
        entries.sort(key=itemgetter(0, 1))
        self._text = text
        self._entries = entries
        self._starts = [entry[0] for entry in entries]

    def _source(self, nodes: Sequence[Node]) -> str:
        return self._text[nodes[0].start_byte : nodes[-1].end_byte].decode()

    def between(self, start: int, end: int) -> list[Parameter]:
        """The parameters of the list that spans bytes `start` to `end`, those of nested lists left out."""
        parameters: list[Parameter] = []
        reached = start
        rest_kind = "positional"
        for index in range(bisect_left(self._starts, start), bisect_left(self._starts, end)):
            begin, minus_end, kind, captures = self._entries[index]
            if begin < reached:
                continue
            reached = -minus_end
            if kind == "positional":
                kind = rest_kind
            elif kind == "positional_only_mark":
                parameters = [Parameter(p.name, "positional-only", p.type, p.default) for p in parameters]
                continue
            elif kind == "keyword_only_mark":
                rest_kind = "keyword-only"
                continue
            elif kind == "variadic":
                rest_kind = "keyword-only"  # nothing but Python lets a plain parameter follow
            type_ = self._source(captures["type"]) if "type" in captures else None
            default = self._source(captures["default"]) if "default" in captures else None
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
