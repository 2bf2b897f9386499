"""One pass of tree-sitter over one text: its definitions, nested as they stand, and what surrounds them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tree_sitter import Node, QueryCursor

from codegloss.extract.bounds import Allowance
from codegloss.extract.comments import CommentTable
from codegloss.extract.definitions import Definition, give_name
from codegloss.extract.languages import GROUPS, Language, languages, tools
from codegloss.extract.parsing import parse
from codegloss.extract.signatures import Captures, ParameterTable, fold

_DETAILS = frozenset(("name", "parameters", "body", "returns", "receiver", "whole", "except"))


class Events:
    """Nodes of one group by position; asked which belong to a definition and not to those nested in it."""

    def __init__(self, nodes: list[Node]) -> None:
        self._starts = [node.start_byte for node in nodes]
        self._nodes = nodes
        if self._starts != sorted(self._starts):
            places = sorted(range(len(nodes)), key=self._starts.__getitem__)
            self._starts = [self._starts[place] for place in places]
            self._nodes = [nodes[place] for place in places]

    def between(self, start: int, end: int) -> list[Node]:
        """Those that begin in `[start, end)`."""
        if not self._starts:
            return []
        low = bisect_left(self._starts, start)
        return self._nodes[low : bisect_left(self._starts, end, low)]

    def own(self, definition: Definition) -> list[Node]:
        """Those that begin in the definition but in no function directly inside it."""
        if not definition.inner:
            return self.between(definition.start, definition.end)
        own: list[Node] = []
        reached = definition.start
        for start, end in definition.inner:
            own += self.between(reached, start)
            reached = end
        return own + self.between(reached, definition.end)


@dataclass(frozen=True, slots=True)
class Outline:
    """What the query found in one text."""

    text: bytes
    language: Language
    has_syntax_errors: bool
    definitions: list[Definition]  # in order of their beginning
    comments: CommentTable
    parameters: ParameterTable
    docstrings: dict[int, Node]  # by the byte at which their block begins
    events: dict[str, Events]  # decorator, call, raise, branch, symbol
    imports: list[str]  # source text, in order
    newlines: list[int]  # bytes at which lines end

    def line(self, offset: int) -> int:
        """Line of a byte, from 1."""
        return bisect_left(self.newlines, offset) + 1


def _definitions(found: dict[str, list[Captures]], text: bytes) -> list[Definition]:
    wrappers = {captures["wrapped"][0].id: captures["wrapper"][0] for captures in found["wrapper"]}
    by_node: dict[int, Definition] = {}
    for group in ("scope", "definition"):
        for captures in found[group]:
            for kind in captures:
                if kind not in _DETAILS and kind[0] != "_":
                    break
            node = captures[kind][0]
            known = by_node.get(node.id)
            if known and len(known.captures) >= len(captures):
                continue  # the same node, matched with fewer of its optional parts
            outermost = captures["whole"][0] if "whole" in captures else node
            while wrapper := wrappers.get(outermost.id):
                outermost = wrapper
            body = captures.get("body", [outermost])[0]  # may follow its head, where that is a macro
            end = max(outermost.end_byte, body.end_byte)
            by_node[node.id] = Definition(kind, group == "scope", node, outermost.start_byte, end, captures)
    return sorted(by_node.values(), key=lambda definition: (definition.start, -definition.end))


def _extend_over_attributes(definition: Definition, decorators: Events, text: bytes, floor: int) -> None:
    """Attributes that are siblings before the definition (Rust's `#[…]`) become part of it.

    A comment between an attribute and the definition does not end the run.
    """
    for attribute in reversed(decorators.between(floor, definition.start)):
        between = text[attribute.end_byte : definition.start].strip()
        if between and not all(
            line.lstrip().startswith((b"//", b"#", b"/*", b"*")) for line in between.splitlines()
        ):
            return
        definition.start = attribute.start_byte


def _trim_ends(definitions: Sequence[Definition], text: bytes, comments: CommentTable) -> None:
    """Take from definitions what a grammar of indented blocks counts in behind their last line.

    That is blanks, and comments that are indented no deeper than the definition.
    """

    def column(offset: int) -> int:
        return offset - text.rfind(b"\n", 0, offset) - 1

    begins: dict[int, int] = {}
    for definition in definitions:
        end = definition.end
        if not text[end - 1 : end].isspace():
            continue
        begins = begins or {stop: start for start, stop in comments.spans}
        margin = column(definition.start)
        while True:
            end = definition.start + len(text[definition.start : end].rstrip())
            start = begins.get(end)
            if start is None or start <= definition.start or column(start) > margin:
                break
            end = start
        definition.end = end


def _only_seems(definition: Definition, language: Language) -> bool:
    """Whether what looks like a function is a variable, or a macro's invocation."""
    if definition.is_scope:
        return False
    body = definition.detail("body")
    local = definition.outer and not definition.outer.is_scope
    if language.vexing_parse and local and (not body or body.start_byte >= definition.node.end_byte):
        return True
    if (
        not language.macro
        or body
        or "returns" in definition.captures
        or definition.name == definition.owner_name
    ):
        return False
    return not any(pattern.match(definition.name) for _, pattern in language.kinds)


def _nest(definitions: list[Definition], text: bytes, language: Language) -> list[Definition]:
    """Those that are what they seem, in the same order, with their names and what is around them."""
    around: list[Definition] = []
    kept = []
    allowance = Allowance(text)
    for definition in definitions:
        while around and around[-1].end <= definition.start:
            around.pop()
        definition.outer = around[-1] if around else None
        give_name(definition, text, language)
        allowance.spend(len(definition.qualified_name))
        if _only_seems(definition, language):
            continue
        kept.append(definition)
        if not definition.is_scope:
            enclosing = definition.outer
            while enclosing and enclosing.is_scope:  # a local class between two functions
                enclosing = enclosing.outer
            if enclosing:
                enclosing.inner.append((definition.start, definition.end))
        around.append(definition)
    return kept


def _imports(matches: Sequence[Captures], text: bytes) -> list[str]:
    """What is imported; nodes captured together, such as the words of a path, are one."""
    spans = sorted((c["import"][0].start_byte, c["import"][-1].end_byte) for c in matches if "import" in c)
    return [fold(text[start:end]) for start, end in spans]


def outline(text: bytes, key: str, ranges: Sequence[tuple[int, int]] | None = None) -> Outline:
    """Parse UTF-8 `text` with the grammar of the table's row `key`; only inside `ranges` where given.

    Raises TangledError for text that is out of the bounds of `bounds`.
    """
    kit = tools(key)
    language = languages()[key]
    root = parse(kit.parser, language, text, ranges)
    found: dict[str, list[Captures]] = {group: [] for group in GROUPS}
    for pattern, captures in QueryCursor(kit.query).matches(root):
        found[kit.groups[pattern]].append(captures)

    excepted = {
        captures["except"][0].id
        for captures in (*found["call"], *found["definition"])
        if "except" in captures
    }

    def nodes(group: str) -> list[Node]:
        matched = [captures[group][0] for captures in found[group] if group in captures]
        return [node for node in matched if node.id not in excepted] if excepted else matched

    events = {group: Events(nodes(group)) for group in ("decorator", "call", "raise", "branch", "symbol")}
    definitions = _definitions(found, text)
    if language.attributes_before:
        floor = 0
        for definition in definitions:
            _extend_over_attributes(definition, events["decorator"], text, floor)
            floor = definition.detail("body").start_byte if definition.detail("body") else definition.start  # type: ignore[union-attr]
    comments = CommentTable(text, [(node.start_byte, node.end_byte) for node in nodes("comment")], language)
    _trim_ends(definitions, text, comments)
    definitions = _nest(definitions, text, language)
    return Outline(
        text=text,
        language=language,
        has_syntax_errors=root.has_error,
        definitions=definitions,
        comments=comments,
        parameters=ParameterTable(text, found["parameter"], language.specifiers),
        docstrings={node.start_byte: node for node in nodes("docstring")},
        events=events,
        imports=_imports(found["import"], text),
        newlines=np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")).tolist(),
    )
