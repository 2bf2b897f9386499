"""Comparisons and their opposites: what both the changes and the rewrites of conditions need."""

from __future__ import annotations

from tree_sitter import Node

from codegloss.quality.mutations.source import Source, inner, operation

# a < b is false exactly where a >= b is true, save for values without an order (NaN, sets).
NEGATED = {
    b"<": b">=", b">=": b"<", b">": b"<=", b"<=": b">", b"==": b"!=", b"!=": b"==", b"===": b"!==",
    b"!==": b"===", b"in": b"not in", b"not in": b"in", b"is": b"is not", b"is not": b"is",
}  # fmt: skip
MIRRORED = {b"<": b">", b">": b"<", b"<=": b">=", b">=": b"<=", b"==": b"==", b"!=": b"!=", b"===": b"===",
            b"!==": b"!=="}  # fmt: skip
BOUNDARY = {b"<": b"<=", b"<=": b"<", b">": b">=", b">=": b">", b"==": b"!=", b"!=": b"==", b"===": b"!==",
            b"!==": b"==="}  # fmt: skip


def comparison(source: Source, node: Node) -> tuple[Node, Node, Node] | None:
    """Left, operator and right where the node is one comparison of two."""
    if node.type not in source.syntax.operations:
        return None
    parts = operation(node)
    return parts if parts and source.text(parts[1]) in NEGATED else None


def negated(source: Source, node: Node) -> bytes:
    """Source text that is true exactly where the node is false; without brackets of its own around it."""
    node = inner(source, node)
    if parts := comparison(source, node):
        left, operator, _ = parts
        text = source.text(node)
        start = operator.start_byte - left.start_byte
        end = operator.end_byte - left.start_byte
        return text[:start] + NEGATED[source.text(operator)] + text[end:]
    if is_negation(source, node):
        argument = inner(source, node.named_children[-1])
        if argument.type not in source.syntax.operations:
            return source.text(argument)
        return b"(" + source.text(argument) + b")"
    text = source.text(node)
    negation = source.syntax.negation.encode()
    return negation + (b"(" + text + b")" if node.type in source.syntax.operations or b" " in text else text)


def is_negation(source: Source, node: Node) -> bool:
    """Whether the node is `not x` or `!x`."""
    return node.type in source.syntax.negations and source.text(node).startswith(
        source.syntax.negation.strip().encode()
    )


def condition(source: Source, node: Node) -> Node | None:
    """The condition of an if or a loop, without brackets around it."""
    found = node.child_by_field_name("condition")
    return None if found is None else inner(source, found)
