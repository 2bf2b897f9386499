"""What a function decides by one condition: the formula behind its True, its False, its exceptions.

Only what is certain is told: a return or raise under a single `if`, a condition without `and` and `or`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tree_sitter import Node

from codegloss.quality.claims.body import Body

_NULLS = frozenset({"null", "none", "nil", "nullptr", "undefined"})
_COMPOUND = re.compile(
    r"&&|\|\||\b(?:and|or|if|else|when|let|match)\b|\?(?![.\w]|\s*$)|=>|[{;\n]|(?<![=!<>])=(?![=~])"
)
_OPERATOR = re.compile(
    r"===|!==|==|!=|<=|>=|<>|(?<![-<=])>(?!>)|(?<!<)<(?!<)|(?<![\w.])(?:is\s+not|not\s+in|is|in)(?!\w)"
)
_NEGATED = {"!=": "==", "!==": "==", "<>": "==", "is not": "==", "not in": "in", "===": "==", "is": "=="}
_OPPOSITE = frozenset({"!=", "!==", "<>", "is not", "not in"})
_UNDECIDED = re.compile(r"try|catch|except|rescue|switch|case|match|when|while|ternary|conditional|loop")
_STRINGS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_OPEN, _CLOSE = "([", ")]"
MOST = 200  # characters of a condition that is looked at


@dataclass(frozen=True, slots=True)
class Condition:
    """`left`, perhaps compared with `right`; it holds, or not where `negated`."""

    left: str
    operator: str  # ==, in, <, <=, >, >=, or empty where `left` itself is the condition
    right: str
    negated: bool

    @property
    def is_null(self) -> bool:
        """Whether it asks for null, None, nil."""
        return self.operator == "==" and self.right.lower() in _NULLS

    @property
    def is_empty(self) -> bool:
        """Whether it asks for a length of zero."""
        return (
            self.operator == "=="
            and self.right == "0"
            and re.search(r"\b(?:len|size|length|count|Count|Length)\b\W*", self.left) is not None
        )


def condition(text: str, negated: bool = False) -> Condition | None:
    """A condition in source text; None for one that has parts, or is no condition."""
    text = _bare(text)
    if not text or len(text) > MOST:
        return None
    hidden = _STRINGS.sub(lambda match: '"' * len(match[0]), text)
    if _COMPOUND.search(hidden):
        return None
    match = re.match(r"!(?!=)\s*|not\b\s*", hidden)
    if match:
        rest = text[match.end() :]
        if match[0].startswith("!") and _split(_bare(rest)) and not rest.startswith("("):
            return None
        return condition(rest, not negated)
    parts = _split(text)
    if parts is None:
        return Condition(text, "", "", negated)
    left, operator, right = parts
    if _split(right) or _split(left):
        return None
    if left.lower() in _NULLS:
        left, right = right, left
    if operator in _OPPOSITE:
        negated = not negated
    if right.lower() in ("true", "false") and _NEGATED.get(operator, operator) == "==":
        return condition(left, negated != (right.lower() == "false"))
    return Condition(left, _NEGATED.get(operator, operator), right, negated)


def _bare(text: str) -> str:
    """The text without a semicolon behind it and brackets around it."""
    text = text.strip().rstrip(";").strip()
    while text.startswith("(") and text.endswith(")") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _closes(text: str) -> int:
    """Place of the bracket that closes the first one; -1 where there is none."""
    depth = 0
    for place, char in enumerate(text):
        depth += (char in _OPEN) - (char in _CLOSE)
        if depth == 0:
            return place
    return -1


def _split(text: str) -> tuple[str, str, str] | None:
    """The text at its first comparison outside brackets and strings."""
    hidden = _STRINGS.sub(lambda match: '"' * len(match[0]), text)
    for match in _OPERATOR.finditer(hidden):
        before = hidden[: match.start()]
        if sum(map(before.count, _OPEN)) == sum(map(before.count, _CLOSE)):
            left, right = text[: match.start()].strip(), text[match.end() :].strip()
            return (left, " ".join(match[0].split()), right) if left and right else None
    return None


def condition_of(node: Node, body: Body) -> Condition | None:
    """The only condition under which a statement is reached, as far as branches tell."""
    found: Condition | None = None
    child, parent = node, node.parent
    while parent is not None and parent != body.function:
        if _UNDECIDED.search(parent.type):
            return None
        test = parent.child_by_field_name("condition")
        if test is not None and test != child:
            if found is not None:
                return None
            otherwise = "else" in child.type or child == parent.child_by_field_name("alternative")
            found = condition(body.text_of(test), otherwise != parent.type.startswith("unless"))
            if found is None:
                return None
        child, parent = parent, parent.parent
    return found


def truth(body: Body) -> Condition | None:
    """The condition on which the function returns True; None where it is not one condition that decides."""
    if not body.known or body.function is None:
        return None
    nodes, texts = body.own("return"), body.returns
    if len(nodes) != len(texts):
        return None
    if not texts and body.implicit_return and len(body.statements) == 1:
        return condition(body.text_of(body.statements[0]))
    if len(texts) == 1 and len(body.statements) == 1 and body.statements[0] == nodes[0]:
        return condition(texts[0])
    if len(texts) != 2 or any(text.lower() not in ("true", "false") for text in texts):
        return None
    first, second = (text.lower() == "true" for text in texts)
    found = condition_of(nodes[0], body)
    if first == second or found is None:
        return None
    if body.statements[-1] != nodes[1] and condition_of(nodes[1], body) != _opposite(found):
        return None
    return found if first else _opposite(found)


def _opposite(found: Condition) -> Condition:
    return Condition(found.left, found.operator, found.right, not found.negated)


def guards(body: Body) -> Iterator[tuple[Node, Condition]]:
    """Statements that raise, each with the only condition under which it does."""
    for node in body.raise_nodes if body.known else ():
        if found := condition_of(node, body):
            yield node, found
