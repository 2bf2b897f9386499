"""Which functions have docstrings that agree with their code, for linters.py, read without the tools.

By `ast`, and a reader of sections of its own: a docstring agrees that documents just the declared parameters,
in their order, and a returned value just where there is one.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a section: a parameter, what is returned, or an exception."""

    section: str  # parameter, returns or raises
    name: str  # without stars; empty for what is returned
    type: str | None
    first: int  # lines of the docstring, from 0
    end: int


@dataclass(frozen=True, slots=True)
class Documented:
    """A function whose docstring agrees with it."""

    path: str
    name: str  # qualified; the second of a name is `name#2`
    definition: Definition
    first: int  # lines of the file from 0: where the docstring begins
    lines: tuple[str, ...]  # of the file: the docstring with its quotes
    items: tuple[Item, ...]
    style: str
    around: str  # the file


STYLES = ("google", "numpy", "sphinx")
_TITLES = {
    "args": "parameter", "arguments": "parameter", "parameters": "parameter", "params": "parameter",
    "other parameters": "parameter", "keyword args": "parameter",
    "returns": "returns", "return": "returns", "yields": "yields", "raises": "raises",
}  # fmt: skip
_GOOGLE_ITEM = re.compile(r"(\*{0,2}[\w.]+)(?:\s*\((.*?)\))?\s*:(?:\s|$)")
_FIELD = re.compile(r"\s*:(?P<tag>\w+)(?:\s+(?P<rest>[^:]+?))?:(?:\s|$)")
_TAGS = {
    "param": "parameter", "parameter": "parameter", "arg": "parameter", "type": "type", "return": "returns",
    "returns": "returns", "rtype": "rtype", "raises": "raises", "raise": "raises", "yields": "yields",
}  # fmt: skip


def indent_of(line: str) -> int:
    """Width of the blanks at the beginning."""
    return len(line) - len(line.lstrip())


def _blocks(lines: Sequence[str], first: int, end: int, indent: int) -> Iterator[tuple[int, int]]:
    """Where the entries of a section begin and end: lines at that indentation, and what is deeper."""
    starts = [n for n in range(first, end) if lines[n].strip() and indent_of(lines[n]) == indent]
    for start, after in zip(starts, [*starts[1:], end], strict=True):
        while not lines[after - 1].strip():
            after -= 1
        yield start, after


def _sections(lines: Sequence[str], style: str) -> Iterator[tuple[str, int, int]]:
    """Kind of each section that is known, and where its entries stand."""
    last = len(lines) - 1  # the closing quotes stand alone there
    for n in range(1, last):
        title = lines[n].strip().rstrip(":").lower()
        if title not in _TITLES:
            continue
        if style == "google" and lines[n].rstrip().endswith(":"):
            end = n + 1
            while end < last and (not lines[end].strip() or indent_of(lines[end]) > indent_of(lines[n])):
                end += 1
            yield _TITLES[title], n + 1, end
        elif style == "numpy" and re.fullmatch(r"\s*-{3,}\s*", lines[n + 1]):
            end = n + 2
            while end < last and not re.fullmatch(r"\s*-{3,}\s*", lines[min(end + 1, last)]):
                end += 1
            yield _TITLES[title], n + 2, end


def _items(lines: Sequence[str], style: str) -> Iterator[Item]:
    if style == "sphinx":
        yield from _fields(lines)
        return
    for section, first, end in _sections(lines, style):
        filled = [n for n in range(first, end) if lines[n].strip()]
        if not filled:
            continue
        if section in ("returns", "yields"):
            yield Item(section, "", None, filled[0], filled[-1] + 1)
            continue
        for start, after in _blocks(lines, first, end, indent_of(lines[filled[0]])):
            text = lines[start].strip()
            match = _GOOGLE_ITEM.match(text)
            if style == "google" and not match:
                yield Item(section, "?", None, start, after)
            elif style == "google" and match:
                yield Item(section, match[1].lstrip("*"), match[2], start, after)
            else:
                name, _, type_ = text.partition(" : ")
                for one in name.split(","):
                    yield Item(section, one.strip().lstrip("*"), type_.strip() or None, start, after)


def _fields(lines: Sequence[str]) -> Iterator[Item]:
    starts = [(n, match) for n, line in enumerate(lines) if (match := _FIELD.match(line))]
    for place, (n, match) in enumerate(starts):
        end = starts[place + 1][0] if place + 1 < len(starts) else len(lines) - 1
        end = next((k for k in range(n + 1, end) if not lines[k].strip()), end)
        section = _TAGS.get(match["tag"])
        rest = (match["rest"] or "").split()
        if section and (rest or section in ("returns", "rtype", "yields")):
            name = rest[-1].lstrip("*\\") if rest else ""
            yield Item(section, name, " ".join(rest[:-1]) or None, n, end)


def own_nodes(definition: Definition) -> Iterator[ast.AST]:
    """The nodes of a function, not of what is defined inside it."""
    waiting: list[ast.AST] = list(definition.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, Definition | ast.Lambda | ast.ClassDef):
            waiting += ast.iter_child_nodes(node)


def declared(definition: Definition) -> list[str]:
    """Names of the parameters, without self and cls."""
    a = definition.args
    names = [arg.arg for arg in (*a.posonlyargs, *a.args)]
    names = names[1:] if names[:1] in (["self"], ["cls"]) else names
    star, stars = ([arg.arg] if arg else [] for arg in (a.vararg, a.kwarg))
    return [*names, *star, *(arg.arg for arg in a.kwonlyargs), *stars]


def raised(definition: Definition) -> set[str]:
    """Last names of what `raise` statements of the function raise; those of variables are left out."""
    thrown = [node.exc for node in own_nodes(definition) if isinstance(node, ast.Raise) and node.exc]
    called = [one.func if isinstance(one, ast.Call) else one for one in thrown]
    names = [ast.unparse(one).rpartition(".")[2] for one in called]
    return {name for name in names if name[:1].isupper()}


def returned(definition: Definition) -> list[ast.expr]:
    """The values of `return` statements."""
    return [node.value for node in own_nodes(definition) if isinstance(node, ast.Return) and node.value]


def is_stub(definition: Definition) -> bool:
    """Nothing but a docstring, `pass`, `...` or a single `raise`."""
    return all(
        isinstance(node, ast.Pass | ast.Raise)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in definition.body
    )


def is_generator(definition: Definition) -> bool:
    """Whether the function itself yields."""
    return any(isinstance(node, ast.Yield | ast.YieldFrom) for node in own_nodes(definition))


def is_property(definition: Definition) -> bool:
    """Whether a decorator makes it one."""
    return any("property" in ast.unparse(one) for one in definition.decorator_list)


def definitions(tree: ast.AST) -> Iterator[tuple[str, Definition | ast.ClassDef]]:
    """Functions and classes with their qualified names, outer before inner; a name's second is `name#2`."""
    times = Counter[str]()
    for name, node in _walk(tree, ""):
        times[name] += 1
        yield (name if times[name] == 1 else f"{name}#{times[name]}"), node


def _walk(tree: ast.AST, prefix: str) -> Iterator[tuple[str, Definition | ast.ClassDef]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Definition | ast.ClassDef):
            yield prefix + node.name, node
            yield from _walk(node, f"{prefix}{node.name}.")
        else:
            yield from _walk(node, prefix)


def docstring_of(definition: Definition | ast.ClassDef) -> ast.Constant | None:
    """The docstring's node."""
    first = definition.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        return first.value
    return None


def documented(path: str, source: str, style: str) -> Iterator[Documented]:
    """The functions of a file whose docstrings have sections that agree with the code."""
    text = source.splitlines(keepends=True)
    for name, definition in definitions(ast.parse(source)):
        docstring = None if isinstance(definition, ast.ClassDef) else docstring_of(definition)
        if docstring is None or isinstance(definition, ast.ClassDef) or docstring.end_lineno is None:
            continue
        lines = tuple(text[docstring.lineno - 1 : docstring.end_lineno])
        if len(lines) < 3 or lines[-1].strip() not in ('"""', "'''") or is_stub(definition):
            continue
        items = tuple(_items(lines, style))
        function = Documented(path, name, definition, docstring.lineno - 1, lines, items, style, source)
        if _agrees(function):
            yield function


def _agrees(function: Documented) -> bool:
    of = {
        section: [item.name for item in function.items if item.section == section]
        for section in _TAGS.values()
    }
    definition = function.definition
    if not of["parameter"] or of["parameter"] != declared(definition) or of["yields"]:
        return False
    if is_generator(definition) or len(of["returns"]) > 1 or len(set(of["raises"])) != len(of["raises"]):
        return False
    values = [value for value in returned(definition) if ast.unparse(value) != "None"]
    return bool(of["returns"] or of["rtype"]) == bool(values) and not (returned(definition) and not values)
