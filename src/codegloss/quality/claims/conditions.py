"""What a function decides by conditions: the formula behind its True, its False, its exceptions.

Only what is certain is told: a return or raise under a single `if`, conditions without `and` and `or` in
them.
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
    test = _test_of(node, body)
    return condition(*test) if test else None


def _test_of(node: Node, body: Body) -> tuple[str, bool] | None:
    """Source text of the only test before a statement, and whether it must fail for it."""
    found: tuple[str, bool] | None = None
    child, parent = node, node.parent
    while parent is not None and parent != body.function:
        if _UNDECIDED.search(parent.type):
            return None
        test = parent.child_by_field_name("condition")
        if test is not None and test != child:
            if found is not None:
                return None
            otherwise = "else" in child.type or child == parent.child_by_field_name("alternative")
            found = body.text_of(test), otherwise != parent.type.startswith("unless")
        child, parent = parent, parent.parent
    return found


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a function comes to True: where all of the conditions hold, or where any of them does."""

    every: bool  # all must hold; else one is enough
    parts: tuple[Condition, ...]  # those that can be read, at least one
    whole: bool  # whether there are no others


def verdict(body: Body) -> Verdict | None:
    """The conditions on which a function returns True; None where they cannot be told.

    Read are `return a and b` (or `or`), and a row of `if c: return False` (or True) that comes before any
    other return. What follows such a row is part of the verdict, though it need not be readable.
    """
    if not body.known or body.function is None:
        return None
    nodes, texts = body.own("return"), body.returns
    if len(nodes) != len(texts):
        return None
    if not texts:
        lone = body.implicit_return and len(body.statements) == 1
        return _joined(body.text_of(body.statements[0])) if lone else None
    early: list[Condition] = []
    values: set[bool] = set()
    for node, text in zip(nodes[:-1], texts[:-1], strict=True):
        found = condition_of(node, body) if text.lower() in ("true", "false") else None
        if found is None or len(values | {text.lower() == "true"}) > 1:
            break
        early.append(found)
        values.add(text.lower() == "true")
    last = nodes[-1] in body.statements or _is_otherwise(nodes[-1], body, early)
    if not early:
        return _joined(texts[0]) if len(texts) == 1 and body.statements == nodes else None
    return _after(early, values.pop(), texts[-1], last and len(early) == len(texts) - 1)


def _is_otherwise(node: Node, body: Body, early: list[Condition]) -> bool:
    """Whether a return stands in the `else` of the only condition before it."""
    return len(early) == 1 and condition_of(node, body) == _opposite(early[0])


def _after(early: list[Condition], given: bool, last: str, is_last: bool) -> Verdict | None:
    """The verdict of a row of conditional returns of one value and, where `is_last`, the return after it."""
    parts = [found if given else _opposite(found) for found in early]
    if is_last and last.lower() == str(given).lower():
        return None
    if is_last and last.lower() == str(not given).lower():
        return Verdict(not given, tuple(parts), whole=True)
    rest = _joined(last) if is_last else None
    if rest is None or (len(rest.parts) > 1 and rest.every is given):
        return Verdict(not given, tuple(parts), whole=False)
    return Verdict(not given, (*parts, *rest.parts), rest.whole)


_AND = re.compile(r"\s*(?:&&|\band\b)\s*")
_OR = re.compile(r"\s*(?:\|\||\bor\b)\s*")


def _joined(text: str) -> Verdict | None:
    """A condition, or several joined by one connective."""
    text = _bare(text)
    for pattern, other, every in ((_AND, _OR, True), (_OR, _AND, False)):
        pieces = _pieces(text, pattern)
        if len(pieces) > 1:
            if len(_pieces(text, other)) > 1:
                return None
            read = tuple(map(condition, pieces))
            parts = tuple(found for found in read if found)
            return Verdict(every, parts, len(parts) == len(read)) if parts else None
    found = condition(text)
    return Verdict(True, (found,), whole=True) if found else None


def _pieces(text: str, connective: re.Pattern[str]) -> list[str]:
    """The text at each connective outside brackets and strings."""
    hidden = _STRINGS.sub(lambda match: '"' * len(match[0]), text[: 4 * MOST])
    pieces, start = [], 0
    for match in connective.finditer(hidden):
        before = hidden[: match.start()]
        if sum(map(before.count, _OPEN)) == sum(map(before.count, _CLOSE)):
            pieces.append(text[start : match.start()])
            start = match.end()
    return [*pieces, text[start:]]


def _opposite(found: Condition) -> Condition:
    return Condition(found.left, found.operator, found.right, not found.negated)


def truth(body: Body) -> Condition | None:
    """The condition on which the function returns True; None where it is not one condition that decides."""
    found = verdict(body)
    return found.parts[0] if found and found.whole and len(found.parts) == 1 else None


_CHAIN = re.compile(
    r"(?P<not>(?:not\b|!)\s*\(?)?\s*(?P<low>[\w.+-]+)\s*(?P<above><=?)\s*(?P<middle>[\w.()]+)\s*(?P<below><=?)\s*"
    r"(?P<high>[\w.+-]+)\s*\)?"
)


def guards(body: Body) -> Iterator[tuple[Node, Condition]]:
    """Statements that raise, each with a condition that is enough for it: `if x < 0 or x > 9` has two."""
    for node in body.raise_nodes if body.known else ():
        test = _test_of(node, body)
        if test is None:
            continue
        text, fails = _bare(test[0]), test[1]
        if (chain := _CHAIN.fullmatch(text)) and bool(chain["not"]) != fails:
            yield node, Condition(chain["low"], chain["above"], chain["middle"], True)
            yield node, Condition(chain["middle"], chain["below"], chain["high"], True)
            continue
        found = condition(text, fails)
        if found is None and not fails and (whole := _joined(text)) and not whole.every:
            yield from ((node, part) for part in whole.parts)
        elif found:
            yield node, found
