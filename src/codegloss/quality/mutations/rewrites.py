"""Small edits that are meant to leave what a function does as it is, and to look like the changes.

Each is valid for numbers, strings and lists as functions of everyday code use them; none for every
type that overloads its operators. An oracle that runs the tests has the last word here too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from tree_sitter import Node

from codegloss.quality.mutations.conditions import (
    MIRRORED,
    comparison,
    condition,
    is_negation,
    negated,
)
from codegloss.quality.mutations.source import (
    Change,
    Edit,
    Source,
    consequence,
    exchanged,
    field_of,
    inner,
    operation,
    parameter_names,
    variables,
)

_NAMES = (
    "result", "value", "total", "current", "item", "element", "count", "index", "temp", "res", "output",
    "found", "entry", "pos", "num", "acc", "answer", "val", "cur", "data", "left", "step", "i", "j", "k", "x",
    "y", "n",
)  # fmt: skip


def renamed_locals(source: Source) -> Iterator[Change]:
    """A local variable with another everyday name, throughout."""
    yield from _renamed("renamed-local", source, _locals(source))


def renamed_parameters(source: Source) -> Iterator[Change]:
    """A parameter with another name, throughout: only what the comment says of it may become false."""
    names = list(dict.fromkeys(source.text(node) for node in parameter_names(source)))
    yield from _renamed("renamed-parameter", source, [name for name in names if name not in _RECEIVERS])


_RECEIVERS = (b"self", b"cls", b"this")


def _renamed(kind: str, source: Source, names: list[bytes]) -> Iterator[Change]:
    occurrences = variables(source)
    taken = set(re.findall(rb"\w+", source.code))
    for name in names:
        sigil = source.syntax.sigil.encode()
        fresh = [new for new in _NAMES if new.encode() not in taken]
        # The choice depends on the name and the code alone, so that two runs give the same.
        random.Random(source.code + name).shuffle(fresh)
        alone = re.findall(rb"(?<![\w$@])" + re.escape(name) + rb"(?!\w)", source.code)
        if not fresh or len(alone) != len(occurrences.get(name, ())):
            continue  # the name also stands in a string, a comment or as a property
        new = sigil + fresh[0].encode()
        yield Change(kind, tuple(source.edit(node, new) for node in occurrences[name]))


def _locals(source: Source) -> list[bytes]:
    parameters = {source.text(node) for node in parameter_names(source)}
    found = [
        source.text(node)
        for node in source.of(source.syntax.variables)
        if field_of(node) in source.syntax.bindings
    ]
    return [name for name in dict.fromkeys(found) if name not in parameters]


def commuted(source: Source) -> Iterator[Change]:
    """`a * b` as `b * a`; a sum only where one side is a number."""
    for node in source.of(source.syntax.operations):
        parts = operation(node)
        if parts is None:
            continue
        left, operator, right = parts
        sign = source.text(operator)
        numeric = any(side.type in source.syntax.integers for side in (left, right))
        simple = not any(side.type in source.syntax.operations for side in (left, right))
        if simple and (sign == b"*" or (sign == b"+" and numeric)):
            yield exchanged("commuted", source, left, right)


def mirrored(source: Source) -> Iterator[Change]:
    """`a < b` as `b > a`."""
    for node in source.of(source.syntax.operations):
        parts = comparison(source, node)
        if parts and (sign := MIRRORED.get(source.text(parts[1]))):
            left, operator, right = parts
            yield Change(
                "mirrored-comparison",
                (*exchanged("", source, left, right).edits, source.edit(operator, sign)),
            )


def negated_twice(source: Source) -> Iterator[Change]:
    """`a < b` as `not (a >= b)`, and `not (a == b)` as `a != b`."""
    for node in source.nodes:
        if is_negation(source, node):
            if comparison(source, inner(source, node.named_children[-1])):
                yield Change(
                    "folded-negation", (source.edit(node, negated(source, node.named_children[-1])),)
                )
        elif comparison(source, node) and field_of(node)[0] not in source.syntax.negations:
            new = source.syntax.negation.encode() + b"(" + negated(source, node) + b")"
            if node.parent is not None and comparison(source, node.parent):
                continue
            yield Change("negated-twice", (source.edit(node, new),))


def inverted_ifs(source: Source) -> Iterator[Change]:
    """The branches of an if in each other's place, under the negated condition."""
    for node in source.of(source.syntax.ifs):
        test, then = condition(source, node), consequence(node)
        other = _else_block(source, node)
        if test is None or then is None or other is None:
            continue
        if source.text(then).startswith(b"{") != source.text(other).startswith(b"{"):
            continue
        yield Change(
            "inverted-if",
            (source.edit(test, negated(source, test)), *exchanged("", source, then, other).edits),
        )


def _else_block(source: Source, node: Node) -> Node | None:
    """The block of a plain else; None for a chain of ifs and for an if without one."""
    alternative = node.child_by_field_name("alternative")
    if (
        alternative is None
        or alternative.type in source.syntax.else_if
        or alternative.type in source.syntax.ifs
    ):
        return None
    if sum(name == "alternative" for name in map(node.field_name_for_child, range(node.child_count))) > 1:
        return None
    if alternative.type in source.syntax.blocks and alternative.type != "else":
        return alternative
    blocks = [child for child in alternative.named_children if child.type in source.syntax.blocks]
    return blocks[0] if len(blocks) == 1 and alternative.named_child_count == 1 else None


def temporaries(source: Source) -> Iterator[Change]:
    """A returned expression that gets a name first."""
    taken = set(re.findall(rb"\w+", source.code))
    free = [name for name in ("result", "res", "output", "answer", "value") if name.encode() not in taken]
    for node in source.of(source.syntax.returns):
        value = next(iter(node.named_children), None)
        parent = node.parent
        if not free or value is None or parent is None or parent.type not in source.syntax.blocks:
            continue
        if not value.named_children or b"\n" in source.text(value) or value.type == "expression_list":
            continue
        first = source.syntax.temporary.format(name=free[0], value="\0").encode()
        then = source.syntax.returning.format(name=free[0]).encode()
        text = first.replace(b"\0", source.text(value)) + b"\n" + source.indentation(node) + then
        yield Change("extracted-temporary", (source.edit(node, text),))


def moved_bounds(source: Source) -> Iterator[Change]:
    """The bound of a counter, included or not: `i < n` as `i <= n - 1`, `range(n)` as `range(0, n)`."""
    for node in source.of(source.syntax.operations):
        parts = comparison(source, node)
        if parts is None or (node.parent is not None and comparison(source, node.parent)):
            continue
        _, operator, right = parts
        sign = source.text(operator)
        counted = field_of(node)[0] in source.syntax.counted or _LENGTH.match(source.text(right))
        if (
            sign not in _MOVED
            or not counted
            or right.type in ("conditional_expression", "ternary_expression")
        ):
            continue
        new, step = _MOVED[sign]
        yield Change(
            "moved-bound", (source.edit(operator, new), source.edit(right, source.text(right) + step))
        )
    for node in source.of(source.syntax.arguments):
        call = source.text(node.parent) if node.parent else b""
        if call.startswith(b"range(") and node.named_child_count == 1:
            only = node.named_children[0]
            yield Change("moved-bound", (source.edit(only, b"0, " + source.text(only)),))
        elif call.startswith(b"range(0, ") and node.named_child_count == 2:
            yield Change(
                "moved-bound", (source.edit(node, b"(" + source.text(node.named_children[1]) + b")"),)
            )


_LENGTH = re.compile(rb"^(?:len|count|strlen)\([^()]*\)$|^[\w$.]+(?:\.length|\.size)(?:\(\))?$")
_MOVED = {
    b"<": (b"<=", b" - 1"), b"<=": (b"<", b" + 1"), b">": (b">=", b" + 1"), b">=": (b">", b" - 1"),
}  # fmt: skip


def written_out(source: Source) -> Iterator[Change]:
    """`x += e` as `x = x + e`."""
    for node in source.of(source.syntax.augmented):
        parts = node.children
        if len(parts) != 3 or source.text(parts[1]) not in (b"+=", b"-=", b"*="):
            continue
        left, operator, right = parts
        value = source.text(right)
        if right.type in source.syntax.operations or right.type.startswith("cond"):
            value = b"(" + value + b")"
        sign = source.text(operator)[:1]
        yield Change(
            "written-out",
            (source.edit(node, source.text(left) + b" = " + source.text(left) + b" " + sign + b" " + value),),
        )


def else_after_return(source: Source) -> Iterator[Change]:
    """`if c: return a` and what follows, with that put under an else."""
    for node in source.of(source.syntax.ifs):
        parent, then = node.parent, consequence(node)
        if parent is None or then is None or parent.type not in source.syntax.blocks or node.type == "if":
            continue
        last = then.named_children[-1] if then.named_child_count else None
        if last is None or last.type not in source.syntax.returns:
            continue
        if node.child_by_field_name("alternative") is None:
            rest = [child for child in parent.named_children if child.start_byte >= node.end_byte]
            if rest and rest[0].start_point.row > node.end_point.row:
                yield _under_else(source, node, rest)


def _under_else(source: Source, node: Node, rest: list[Node]) -> Change:
    indent, unit = source.indentation(node), _unit(source)
    body = indent + source.between(rest[0], rest[-1])
    deeper = b"\n".join(unit + line if line.strip() else line for line in body.split(b"\n"))
    head = b"else:\n" if not source.syntax.bracketed_conditions else b"else {\n"
    tail = b"\n" + indent + b"}" if source.syntax.bracketed_conditions else b""
    between = b" " if source.syntax.bracketed_conditions else b"\n" + indent
    span = Edit(
        node.end_byte - source.shift, rest[-1].end_byte - source.shift, between + head + deeper + tail
    )
    return Change("else-after-return", (span,))


def _unit(source: Source) -> bytes:
    """One level of indentation as the code has it."""
    lines = source.code.split(b"\n")[1:]
    margins = [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]
    steps = [two[len(one) :] for one, two in pairwise(margins) if len(two) > len(one)]
    return min(steps, key=len) if steps else b"    "


def as_while(source: Source) -> Iterator[Change]:
    """Python's `for i in range(n)` as a while, where the body neither continues nor sets the counter."""
    for node in source.of(("for_statement",)):
        target, over = node.child_by_field_name("left"), node.child_by_field_name("right")
        body = node.child_by_field_name("body")
        if (
            target is None
            or over is None
            or body is None
            or node.child_by_field_name("alternative") is not None
        ):
            continue
        bounds = re.fullmatch(rb"range\((?:(\w+), ?)?(\w+|len\(\w+\))\)", source.text(over))
        name = source.text(target)
        if bounds is None or target.type != "identifier" or re.search(rb"\bcontinue\b", source.text(body)):
            continue
        if re.search(rb"\b" + re.escape(name) + rb"\s*[-+*/]?=[^=]", source.text(body)):
            continue
        indent, inside = source.indentation(node), source.indentation(body)
        head = name + b" = " + (bounds[1] or b"0") + b"\n" + indent
        text = head + b"while " + name + b" < " + bounds[2] + b":\n" + inside + source.text(body).rstrip()
        yield Change("for-to-while", (source.edit(node, text + b"\n" + inside + name + b" += 1"),))


def respaced(source: Source) -> Iterator[Change]:
    """An operation without the blanks around its operator, or with them."""
    for node in source.of(source.syntax.operations):
        parts = operation(node)
        if parts is None or source.text(parts[1]).isalpha() or b" " in source.text(parts[1]):
            continue
        left, operator, right = parts
        bare = left.end_byte == operator.start_byte and operator.end_byte == right.start_byte
        pad = b" " if bare else b""
        span = Edit(
            left.end_byte - source.shift, right.start_byte - source.shift, pad + source.text(operator) + pad
        )
        yield Change("respaced", (span,))


REWRITES: tuple[Callable[[Source], Iterator[Change]], ...] = (
    renamed_locals,
    commuted,
    mirrored,
    negated_twice,
    inverted_ifs,
    temporaries,
    moved_bounds,
    written_out,
    else_after_return,
    as_while,
    respaced,
)
