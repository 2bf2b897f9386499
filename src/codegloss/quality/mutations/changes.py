"""Small edits that are meant to change what a function does; whether they do is for an oracle to say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from tree_sitter import Node

from codegloss.quality.mutations.conditions import BOUNDARY, condition, negated
from codegloss.quality.mutations.source import (
    Change,
    Edit,
    Source,
    consequence,
    exchanged,
    field_of,
    operation,
    parameter_names,
)
from codegloss.quality.mutations.syntax import OPPOSITES

_COUNTING = re.compile(
    rb"\b(?:range|xrange|len|length|size|count|slice|substring|substr|charAt|get|first|last)\b"
)


def swapped_comparisons(source: Source) -> Iterator[Change]:
    """`<` becomes `<=`, `==` becomes `!=`, and back."""
    for node in source.of(source.syntax.operations):
        parts = operation(node)
        if parts and (other := BOUNDARY.get(source.text(parts[1]))):
            yield Change("swapped-comparison", (source.edit(parts[1], other),))


_REVERSED = {b"<": b">", b">": b"<", b"<=": b">=", b">=": b"<="}


def reversed_comparisons(source: Source) -> Iterator[Change]:
    """`<` becomes `>`: the greatest for the least, descending for ascending."""
    for node in source.of(source.syntax.operations):
        parts = operation(node)
        if parts and (other := _REVERSED.get(source.text(parts[1]))):
            yield Change("reversed-comparison", (source.edit(parts[1], other),))


def constants(source: Source) -> Iterator[Change]:
    """A number one more or less: an off-by-one where it counts or indexes, else a changed constant."""
    for node in source.of(source.syntax.integers):
        text = source.text(node)
        if not text.isdigit() or len(text) > 9:
            continue
        value = int(text)
        if _counts(source, node):
            for other in (value + 1, value - 1):
                if other >= 0:
                    yield Change("off-by-one", (source.edit(node, str(other).encode()),))
        else:
            for other in (value + 1, value - 1, value * 2):
                if other not in (value, 0, -1):
                    yield Change("changed-constant", (source.edit(node, str(other).encode()),))
    true, false = (word.encode() for word in source.syntax.booleans)
    for node in source.nodes:
        if (
            not node.children
            and source.text(node) in (true, false)
            and field_of(node)[0] not in source.syntax.returns
        ):
            yield Change(
                "changed-constant", (source.edit(node, false if source.text(node) == true else true),)
            )


def _counts(source: Source, node: Node) -> bool:
    """Whether the number is an index, a bound, or what is added to one."""
    parent = node.parent
    for _ in range(3):
        if parent is None:
            return False
        if parent.type in source.syntax.indexes or parent.type in source.syntax.counted:
            return True
        if parent.type in source.syntax.arguments:
            return bool(_COUNTING.search(source.text(parent.parent)[:60])) if parent.parent else False
        if parent.type in source.syntax.operations:
            parts = operation(parent)
            if parts and source.text(parts[1]) in (b"<", b"<=", b">", b">="):
                return True
            if not parts or source.text(parts[1]) not in (b"+", b"-"):
                return False
        parent = parent.parent
    return False


def bounds(source: Source) -> Iterator[Change]:
    """`range(n)` becomes `range(n - 1)`, `x + 1` becomes `x`."""
    for node in source.of(source.syntax.arguments):
        call = source.text(node.parent) if node.parent else b""
        if call.startswith((b"range(", b"xrange(")) and node.named_children:
            last = node.named_children[min(1, node.named_child_count - 1)]
            text = source.text(last)
            for tail in (b" + 1", b" - 1"):
                if text.endswith((tail, tail.replace(b" ", b""))):
                    break
            else:
                yield Change("off-by-one", (source.edit(last, text + b" + 1"),))
                yield Change("off-by-one", (source.edit(last, text + b" - 1"),))
    for node in source.of(source.syntax.operations):
        parts = operation(node)
        if parts and source.text(parts[1]) in (b"+", b"-") and source.text(parts[2]) == b"1":
            yield Change("off-by-one", (source.edit(node, source.text(parts[0])),))


_OPERATORS = {
    b"+": b"-", b"-": b"+", b"*": b"+", b"/": b"*", b"//": b"%", b"%": b"//", b"**": b"*", b"&&": b"||",
    b"||": b"&&", b"and": b"or", b"or": b"and", b"&": b"|", b"|": b"&", b"<<": b">>", b">>": b"<<",
}  # fmt: skip
_ORDERED = (b"-", b"/", b"//", b"%", b"**", b"<<", b">>")


def operators(source: Source) -> Iterator[Change]:
    """Another operator, or the operands of one that is not commutative in the other order."""
    for node in source.of(source.syntax.operations):
        parts = operation(node)
        if parts is None:
            continue
        left, operator, right = parts
        sign = source.text(operator)
        if other := _OPERATORS.get(sign):
            yield Change("changed-operator", (source.edit(operator, other),))
        if sign in _ORDERED and source.text(left) != source.text(right):
            if any(side.type in source.syntax.operations for side in (left, right)):
                continue  # the order of evaluation would change too
            yield Change(
                "swapped-operands",
                (source.edit(left, source.text(right)), source.edit(right, source.text(left))),
            )


def conditions(source: Source) -> Iterator[Change]:
    """An if or a loop whose condition is negated."""
    syntax = source.syntax
    for node in source.of((*syntax.ifs, *syntax.loops, *syntax.else_if)):
        if (found := condition(source, node)) is not None:
            yield Change("negated-condition", (source.edit(found, negated(source, found)),))


def results(source: Source) -> Iterator[Change]:
    """A returned truth value that is negated."""
    true, false = (word.encode() for word in source.syntax.booleans)
    for node in source.of(source.syntax.returns):
        value = next(iter(node.named_children), None)
        if value is None:
            continue
        text = source.text(value)
        if text in (true, false):
            yield Change("negated-result", (source.edit(value, false if text == true else true),))
        elif value.type in source.syntax.operations and any(
            source.text(child) in BOUNDARY for child in value.children
        ):
            yield Change("negated-result", (source.edit(value, negated(source, value)),))


def opposites(source: Source) -> Iterator[Change]:
    """A called name that becomes its opposite, and the first element that becomes the last."""
    for node in source.nodes:
        named = "identifier" in node.type or node.type in ("name", "constant")
        if named and not node.children and (other := OPPOSITES.get(source.text(node).decode())):
            yield Change("opposite", (source.edit(node, other.encode()),))
    if source.syntax.indexes[0] not in ("subscript", "element_reference"):
        return  # elsewhere -1 is no index
    for node in source.of(source.syntax.indexes[:1]):
        index = node.named_children[-1] if node.named_child_count == 2 else None
        if index is not None and source.text(index) in (b"0", b"-1"):
            yield Change("opposite", (source.edit(index, b"-1" if source.text(index) == b"0" else b"0"),))


def arguments(source: Source) -> Iterator[Change]:
    """Two neighbouring arguments of a call, or parameters of the function, in each other's place."""
    for node in source.of(source.syntax.arguments):
        plain = [child for child in node.named_children if "comment" not in child.type]
        for one, two in pairwise(plain):
            if one.type == two.type == "keyword_argument" or source.text(one) == source.text(two):
                continue
            if b"=" not in source.text(one) + source.text(two):
                yield exchanged("swapped-arguments", source, one, two)
    names = parameter_names(source)
    for one, two in pairwise(names):
        yield exchanged("swapped-parameters", source, one, two)


def branches(source: Source) -> Iterator[Change]:
    """An else, an else-if or an if without an else that is gone."""
    syntax = source.syntax
    for node in source.of(syntax.ifs):
        alternative = node.child_by_field_name("alternative")
        if alternative is not None:
            if node.type == "if":  # Ruby's `if … elsif … else … end`: the end stays
                yield Change("dropped-branch", (_without(source, alternative),))
                continue
            before = consequence(node)
            start = (before.end_byte if before is not None else alternative.start_byte) - source.shift
            end = alternative.end_byte - source.shift
            if not source.code[start : alternative.start_byte - source.shift].strip().strip(b"else"):
                yield Change("dropped-branch", (Edit(start, end, b""),))
        elif field_of(node)[1] != "alternative":
            yield Change("dropped-branch", (_without(source, node),))


def statements(source: Source) -> Iterator[Change]:
    """A statement that is gone: a call, an assignment to what exists, a jump, a raise."""
    syntax = source.syntax
    for node in source.of((*syntax.droppable, *syntax.raises)):
        parent = node.parent
        if parent is None or parent.type not in syntax.blocks or source.text(node)[:1] in (b'"', b"'"):
            continue
        if _declares(source, node):
            continue
        raises = node.type in syntax.raises or any(child.type in syntax.raises for child in node.children)
        yield Change("removed-raise" if raises else "dropped-statement", (_without(source, node),))


def _declares(source: Source, node: Node) -> bool:
    """Whether the statement gives a variable its first value: without it the code would only crash."""
    for part in (node, *node.named_children):
        target = part.child_by_field_name("left")
        if target is not None and target.type in source.syntax.variables:
            before = source.code[: node.start_byte - source.shift]
            return not re.search(rb"(?<![\w.])" + re.escape(source.text(target)) + rb"(?!\w)", before)
    return False


def _without(source: Source, node: Node) -> Edit:
    """The edit that takes the node out, with its line where it has it alone."""
    start, end = node.start_byte - source.shift, node.end_byte - source.shift
    parent = node.parent
    alone = parent is not None and parent.type in source.syntax.blocks and parent.named_child_count == 1
    if alone and source.syntax.filler:
        return Edit(start, end, source.syntax.filler.encode())
    line, behind = source.code.rfind(b"\n", 0, start), source.code.find(b"\n", end)
    behind = behind if behind >= 0 else len(source.code)
    if line >= 0 and not source.code[line:start].strip() and not source.code[end:behind].strip():
        start, end = line, behind
    return Edit(start, end, b"")


CHANGES: tuple[Callable[[Source], Iterator[Change]], ...] = (
    swapped_comparisons,
    reversed_comparisons,
    constants,
    bounds,
    operators,
    conditions,
    results,
    opposites,
    arguments,
    branches,
    statements,
)
