"""Whether a Python function gives a value on every way through it, and none that may well be None.

Read from the syntax alone. What a call gives is known for constructors, conversions and functions whose
name asks for something (`get_`, `read_`, `build_`); a variable is a value where all that is assigned to it
is one, or where the function uses it as an object.

Not covered: what called functions do, loops that never end, `match`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from textwrap import dedent

_Definition = ast.FunctionDef | ast.AsyncFunctionDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_ALWAYS = (
    *(ast.JoinedStr, ast.List, ast.Dict, ast.Set, ast.Tuple, ast.Compare, ast.BinOp, ast.UnaryOp, ast.Lambda),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Attribute, ast.Subscript),
)
_CONVERSION_NAMES = """
abs all any bool bytes dict enumerate filter float format frozenset hash id int isinstance iter len list map
max min open range repr reversed round set sorted str sum super tuple type zip
"""
_METHOD_NAMES = """
astype copy decode encode endswith format items join json keys lower lstrip replace reshape rstrip split
splitlines startswith strip title upper values
"""
_CONVERSIONS, _METHODS = frozenset(_CONVERSION_NAMES.split()), frozenset(_METHOD_NAMES.split())
_ASKS = re.compile(
    r"_*(?:get|read|fetch|list|build|make|compute|calculate|convert|parse|find|to|as|is|has)(?=_|[A-Z]|\Z)"
)
_CONSTRUCTOR = re.compile(r"_*[A-Z]\w*[a-z]")


def always_gives_value(code: str, is_annotated: bool = False) -> bool:
    """Whether every way through the function ends in a `return` of a value, or in a raise.

    Where it is annotated with a type other than None, what it returns is taken for one, if it is no literal.
    """
    try:
        tree = ast.parse(dedent(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    if len(tree.body) != 1 or not isinstance(tree.body[0], _Definition):
        return False
    function = tree.body[0]
    own = list(_own(function))
    if any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own):
        return False
    values = [node.value for node in own if isinstance(node, ast.Return)]
    return (
        bool(values)
        and _ends(function.body)
        and all(
            value and (_is_value(value, own, ()) or (is_annotated and not isinstance(value, ast.Constant)))
            for value in values
        )
    )


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Nodes of a function that are in no function or class inside it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _SCOPES):
            waiting += ast.iter_child_nodes(node)


def _ends(statements: list[ast.stmt]) -> bool:
    """Whether what stands behind these statements is never reached."""
    last = statements[-1] if statements else None
    if isinstance(last, ast.If):
        return _ends(last.body) and _ends(last.orelse)
    if isinstance(last, ast.With | ast.AsyncWith):
        return _ends(last.body)
    if isinstance(last, ast.Try):
        handled = all(_ends(handler.body) for handler in last.handlers)
        return _ends(last.finalbody) or (handled and (_ends(last.body) or _ends(last.orelse)))
    return isinstance(last, ast.Return | ast.Raise)


def _is_value(node: ast.expr, own: list[ast.AST], seen: tuple[str, ...]) -> bool:
    """Whether an expression is a value; `seen` are the variables that it is the value of."""
    if isinstance(node, ast.Constant):
        return node.value is not None and node.value is not Ellipsis
    if isinstance(node, ast.BoolOp):
        alternatives = node.values[-1:] if isinstance(node.op, ast.Or) else node.values
        return all(_is_value(value, own, seen) for value in alternatives)
    if isinstance(node, ast.IfExp):
        return _is_value(node.body, own, seen) and _is_value(node.orelse, own, seen)
    if isinstance(node, ast.Await):
        return _is_value(node.value, own, seen)
    if isinstance(node, ast.Call):
        return _call_gives(node)
    if isinstance(node, ast.Name):
        return node.id not in seen and _holds_value(node.id, own, (*seen, node.id))
    return isinstance(node, _ALWAYS)


def _call_gives(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        name = call.func.id
        return name in _CONVERSIONS or _CONSTRUCTOR.match(name) is not None or _ASKS.match(name) is not None
    if isinstance(call.func, ast.Attribute):
        name = call.func.attr
        return name in _METHODS or _CONSTRUCTOR.match(name) is not None or _ASKS.match(name) is not None
    return False


def _holds_value(name: str, own: list[ast.AST], seen: tuple[str, ...]) -> bool:
    """Whether all that is assigned to a variable is a value, or it is used as an object."""
    assigned = [value for node in own if (value := _assigned(node, name))]
    if any(isinstance(value, ast.Constant) and value.value is None for value in assigned):
        return False
    return any(_uses(node, name) for node in own) or (
        bool(assigned) and all(_is_value(value, own, seen) for value in assigned)
    )


def _assigned(node: ast.AST, name: str) -> ast.expr | None:
    """What a node assigns to the variable, if it does."""
    if isinstance(node, ast.Assign):
        return node.value if any(_is_named(target, name) for target in node.targets) else None
    if isinstance(node, ast.AnnAssign | ast.NamedExpr):
        return node.value if _is_named(node.target, name) else None
    return None


def _is_named(node: ast.AST | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _uses(node: ast.AST, name: str) -> bool:
    """Whether a node takes the variable for an object: its members, items, length or sum."""
    if isinstance(node, ast.Attribute | ast.Subscript):
        return _is_named(node.value, name)
    if isinstance(node, ast.BinOp):
        return _is_named(node.left, name) or _is_named(node.right, name)
    if isinstance(node, ast.AugAssign):
        return _is_named(node.target, name)
    if isinstance(node, ast.For | ast.comprehension):
        return _is_named(node.iter, name)
    if isinstance(node, ast.Call) and _is_named(node.func, "len"):
        return any(_is_named(argument, name) for argument in node.args)
    return False
