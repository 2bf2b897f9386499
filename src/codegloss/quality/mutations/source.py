"""A function's code as a tree, and edits to its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tree_sitter import Node

from codegloss.extract.languages import languages
from codegloss.extract.languages.tools import tools
from codegloss.extract.parsing import parse
from codegloss.quality.mutations.syntax import SYNTAX, Syntax


@dataclass(frozen=True, slots=True)
class Edit:
    """New text for a half-open range of bytes of the code."""

    start: int
    end: int
    new: bytes


@dataclass(frozen=True, slots=True)
class Change:
    """One possible change of the code, of a kind, made by edits that do not overlap."""

    kind: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Code that was read: its nodes in the order of their starts, and its language's table."""

    code: bytes
    shift: int  # bytes before the code in the parsed text
    nodes: tuple[Node, ...]
    syntax: Syntax

    def text(self, node: Node) -> bytes:
        """The node's own bytes."""
        return self.code[node.start_byte - self.shift : node.end_byte - self.shift]

    def edit(self, node: Node, new: bytes) -> Edit:
        """The edit that puts `new` in the node's place."""
        return Edit(node.start_byte - self.shift, node.end_byte - self.shift, new)

    def between(self, start: Node, end: Node) -> bytes:
        """The bytes from the start of one node to the end of another."""
        return self.code[start.start_byte - self.shift : end.end_byte - self.shift]

    def indentation(self, node: Node) -> bytes:
        """The blanks before the node on its line."""
        start = node.start_byte - self.shift
        line = self.code[self.code.rfind(b"\n", 0, start) + 1 : start]
        return line[: len(line) - len(line.lstrip())]

    def of(self, types: Iterable[str]) -> Iterator[Node]:
        """The named nodes of these types."""
        wanted = frozenset(types)
        return (node for node in self.nodes if node.type in wanted)


def read(code: str, language: str) -> Source | None:
    """The code of one function as a tree; None where it does not parse.

    Raises ValueError for a language without a row in `SYNTAX`.
    """
    if language not in SYNTAX:
        raise ValueError(f"no mutations for {language!r}, only for {', '.join(SYNTAX)}")
    row = languages()[language]
    data = code.encode("utf-8")
    for head, tail in surroundings(language):
        root = parse(tools(language).parser, row, head + data + tail, None)
        if not root.has_error:
            shift = len(head)
            nodes = tuple(
                node
                for node in _walk(root)
                if node.is_named and shift <= node.start_byte and node.end_byte <= shift + len(data)
            )
            return Source(data, shift, nodes, SYNTAX[language])
    return None


def parses(code: bytes, language: str) -> bool:
    """Whether the code of one function is valid in its grammar."""
    parser = tools(language).parser
    return any(
        not parser.parse(head + code + tail).root_node.has_error for head, tail in surroundings(language)
    )


@cache
def surroundings(language: str) -> tuple[tuple[bytes, bytes], ...]:
    """What may stand before and behind a function that is alone, for it to be valid."""
    around = languages()[language].surroundings("Snippet", "f") or (("", ""),)
    return tuple((before.encode(), behind.encode()) for before, behind in around)


def _walk(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(node.children))


def apply(code: bytes, edits: Iterable[Edit]) -> bytes:
    """The code with the edits made.

    Raises ValueError for edits that overlap.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    if any(one.end > two.start for one, two in pairwise(ordered)):
        raise ValueError("edits overlap")
    for edit in reversed(ordered):
        code = code[: edit.start] + edit.new + code[edit.end :]
    return code


def inner(source: Source, node: Node) -> Node:
    """What stands in brackets, however many; the node itself where none do."""
    while node.type in source.syntax.brackets and node.named_child_count == 1:
        node = node.named_children[0]
    return node


def field_of(node: Node) -> tuple[str, str]:
    """Type of the parent, and the field that the node is of it."""
    parent = node.parent
    if parent is None:
        return "", ""
    for place in range(parent.child_count):
        if parent.children[place].id == node.id:
            return parent.type, parent.field_name_for_child(place) or ""
    return parent.type, ""


def consequence(node: Node) -> Node | None:
    """The block of an if that is run when its condition holds."""
    return node.child_by_field_name("consequence") or node.child_by_field_name("body")


def operation(node: Node) -> tuple[Node, Node, Node] | None:
    """Left, operator and right of an operation of two; None for a chain such as `a < b < c`."""
    if node.child_count != 3 or node.children[1].is_named:
        return None
    left, operator, right = node.children
    return left, operator, right


def variables(source: Source) -> dict[bytes, list[Node]]:
    """Where each name of a variable occurs, its declaration included; property names are left out."""
    found: dict[bytes, list[Node]] = {}
    for node in source.of(source.syntax.variables):
        if field_of(node) not in source.syntax.not_variables:
            found.setdefault(source.text(node), []).append(node)
    return found


def parameter_names(source: Source) -> list[Node]:
    """The name of each parameter of the function itself, in order."""
    lists = list(source.of(source.syntax.parameters))
    names = []
    for parameter in lists[0].named_children if lists else ():
        if parameter.type in source.syntax.variables:
            names.append(parameter)
            continue
        name = parameter.child_by_field_name("name") or parameter.child_by_field_name("pattern")
        if name is None:  # Python's typed parameter
            name = next(
                (child for child in parameter.named_children if child.type in source.syntax.variables), None
            )
        if name is not None and name.type in source.syntax.variables:
            names.append(name)
    return names


def exchanged(kind: str, source: Source, one: Node, two: Node) -> Change:
    """Two nodes in each other's place."""
    return Change(kind, (source.edit(one, source.text(two)), source.edit(two, source.text(one))))
