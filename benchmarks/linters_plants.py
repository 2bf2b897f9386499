"""Contradictions and omissions planted in docstrings, for linters.py; made without any of the tools compared.

Each plant changes one docstring that agreed with its code in one place, a function gets at most one, and what
it is changed to stands nowhere in the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from linters_docstrings import (
    STYLES,
    Definition,
    Documented,
    Item,
    declared,
    docstring_of,
    indent_of,
    is_property,
    raised,
    returned,
)


@dataclass(frozen=True, slots=True)
class Plant:
    """A docstring that was true in one more place before."""

    kind: str
    function: Documented
    before: str
    after: str
    lines: tuple[str, ...]  # that stand in place of the docstring's


_Edit = tuple[str, str, list[str]]  # words before and after, and the lines


def _replaced(function: Documented, first: int, end: int, pattern: str, after: str) -> list[str] | None:
    """The docstring with the first match in those lines replaced; None where there is none."""
    lines = list(function.lines)
    for n in range(first, end):
        changed, times = re.subn(pattern, lambda _: after, lines[n], count=1)
        if times:
            lines[n] = changed
            return lines
    return None


def _without(function: Documented, *spans: tuple[int, int]) -> list[str]:
    cut = {n for first, end in spans for n in range(first, end)}
    return [line for n, line in enumerate(function.lines) if n not in cut]


_NAMES = ("widget", "payload_kind", "retry_budget", "legacy_mode", "origin_hint", "chunk_policy")


def _of(function: Documented, section: str) -> list[Item]:
    return [item for item in function.items if item.section == section]


def _renamed(function: Documented) -> Iterator[_Edit]:
    for item in _of(function, "parameter"):
        after = next(name for name in _NAMES if name not in function.around)
        lines = list(function.lines)
        for one in function.items:
            if one.section in ("parameter", "type") and one.name == item.name:
                lines[one.first] = re.sub(rf"(?<!\w){item.name}(?!\w)", after, lines[one.first], count=1)
        yield item.name, after, lines


def _parameter_omitted(function: Documented) -> Iterator[_Edit]:
    items = _of(function, "parameter")
    for item in items[1:]:
        spans = [(one.first, one.end) for one in function.items if one.section in ("parameter", "type")
                 and one.name == item.name]  # fmt: skip
        if not any(one.first == item.first and one.name != item.name for one in items):
            yield item.name, "", _without(function, *spans)


_OTHER_TYPE = {"int": "str", "str": "int", "bool": "str", "float": "str", "list": "dict", "dict": "list",
               "bytes": "int"}  # fmt: skip


def _type(function: Documented) -> Iterator[_Edit]:
    a = function.definition.args
    annotations = {
        x.arg: ast.unparse(x.annotation) for x in (*a.posonlyargs, *a.args, *a.kwonlyargs) if x.annotation
    }
    for item in function.items:
        said = item.type
        if item.section == "type":
            said = function.lines[item.first].rpartition(":")[2].strip()
        after = _OTHER_TYPE.get((said or "").split(",")[0])
        if item.section in ("parameter", "type") and said and after:
            plain = said.split(",")[0]
            if annotations.get(item.name) == plain:
                pattern = rf"(?<=[(\s]){plain}(?=[\s,):])"
                if lines := _replaced(function, item.first, item.first + 1, pattern, after):
                    yield plain, after, lines


def _returns_added(function: Documented) -> Iterator[_Edit]:
    annotation = function.definition.returns
    if _of(function, "returns") or (annotation and ast.unparse(annotation) != "None"):
        return
    item = _of(function, "parameter")[-1]
    end = max(one.end for one in function.items if one.section in ("parameter", "type"))
    pad = " " * indent_of(function.lines[-1])
    told = {
        "google": [f"\n{pad}Returns:\n", f"{pad}    bool: Whether the work was done.\n"],
        "numpy": [
            f"\n{pad}Returns\n",
            f"{pad}-------\n",
            f"{pad}bool\n",
            f"{pad}    Whether the work was done.\n",
        ],
        "sphinx": [f"{pad}:returns: whether the work was done\n", f"{pad}:rtype: bool\n"],
    }[function.style]
    yield item.name, "Returns bool", [*function.lines[:end], *told, *function.lines[end:]]


def _always_returns(definition: Definition) -> bool:
    values = returned(definition)
    plain = all(ast.unparse(value) != "None" for value in values)
    return bool(values) and plain and isinstance(definition.body[-1], ast.Return)


def _nothing_returned(function: Documented) -> Iterator[_Edit]:
    if not _always_returns(function.definition) or is_property(function.definition):
        return
    items = [*_of(function, "returns"), *_of(function, "rtype")]
    lines: list[str | None] = list(function.lines)
    for item in items:
        pad = " " * indent_of(function.lines[item.first])
        lines[item.first : item.end] = [None] * (item.end - item.first)
        tag = (
            {"returns": ":returns: ", "rtype": ":rtype: "}[item.section] if function.style == "sphinx" else ""
        )
        lines[item.first] = f"{pad}{tag}None\n"
    if items:
        yield (
            "".join(function.lines[items[0].first : items[0].end]),
            "None",
            [x for x in lines if x is not None],
        )


def _return_omitted(function: Documented) -> Iterator[_Edit]:
    items = [*_of(function, "returns"), *_of(function, "rtype")]
    if not items or not _always_returns(function.definition) or is_property(function.definition):
        return
    titles = {"google": 1, "numpy": 2, "sphinx": 0}[function.style]
    yield "the section", "", _without(function, *[(item.first - titles, item.end) for item in items])


_IMPOSSIBLE = (
    "ZeroDivisionError",
    "UnicodeDecodeError",
    "BlockingIOError",
    "RecursionError",
    "FloatingPointError",
)


def _impossible_raise(function: Documented) -> Iterator[_Edit]:
    thrown = raised(function.definition)
    for item in _of(function, "raises"):
        if item.name.rpartition(".")[2] in thrown:
            after = next(name for name in _IMPOSSIBLE if name not in function.around)
            if lines := _replaced(function, item.first, item.first + 1, re.escape(item.name), after):
                yield item.name, after, lines


def _raise_omitted(function: Documented) -> Iterator[_Edit]:
    items, thrown = _of(function, "raises"), raised(function.definition)
    if len(items) > 1:
        for item in items:
            if item.name.rpartition(".")[2] in thrown:
                yield item.name, "", _without(function, (item.first, item.end))


_DEFAULT = r"(?i:\bdefaults?(?: value)?(?: is| to| of)?[\s:=]*)[`'\"]{0,2}(?<![\w.])%s(?![\w.]*\w)"
_VALUES = {"True": "False", "False": "True"}


def _default(function: Documented) -> Iterator[_Edit]:
    a = function.definition.args
    positional = [*a.posonlyargs, *a.args]
    pairs = [*zip(positional[len(positional) - len(a.defaults) :], a.defaults, strict=True),
             *zip(a.kwonlyargs, a.kw_defaults, strict=True)]  # fmt: skip
    for arg, default in pairs:
        # not None, for which a function may take another value in its body
        if not isinstance(default, ast.Constant) or not isinstance(default.value, bool | int | float):
            continue
        value = ast.unparse(default)
        after = _VALUES.get(value) or str(default.value + 3)
        for item in _of(function, "parameter"):
            if item.name == arg.arg:
                for n in range(item.first, item.end):
                    if match := re.search(_DEFAULT % re.escape(value), function.lines[n]):
                        lines = list(function.lines)
                        told = match[0][: len(match[0]) - len(value)] + after
                        lines[n] = lines[n][: match.start()] + told + lines[n][match.end() :]
                        yield value, after, lines
                        break


_TRUTH = re.compile(r"\b(True|False)\b(?=[`*]* (?:if|when|iff)\b)")


def _boolean(function: Documented) -> Iterator[_Edit]:
    values = returned(function.definition)
    decided = values and all(
        isinstance(value, ast.Compare | ast.BoolOp)
        or (isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not))
        or (isinstance(value, ast.Constant) and isinstance(value.value, bool))
        for value in values
    )
    items = _of(function, "returns")
    said = "".join(function.lines[items[0].first : items[0].end]) if items else ""
    if not decided or len(re.findall(r"\b(?:True|False)\b", said)) != 1:
        return
    for n in range(items[0].first, items[0].end):
        if match := _TRUTH.search(function.lines[n]):
            lines = list(function.lines)
            lines[n] = lines[n][: match.start()] + _VALUES[match[1]] + lines[n][match.end() :]
            yield match[1], _VALUES[match[1]], lines


_INVENTED = ("resolve_partition_owner", "PendingLedger")  # for functions, and for classes


def _unknown_name(function: Documented) -> Iterator[_Edit]:
    """A name in code quotes that the file defines, as one that nothing has and that is like none."""
    for old in _defined_names(function):
        yield _named(function, old, _INVENTED[old[0].isupper()])


def _misspelt_name(function: Documented) -> Iterator[_Edit]:
    """A name in code quotes that the file defines, without one of its letters."""
    for old in _defined_names(function):
        middle = len(old) // 2
        after = old[:middle] + old[middle + 1 :]
        if len(old) >= 8 and after not in function.around:
            yield _named(function, old, after)


def _defined_names(function: Documented) -> Iterator[str]:
    for match in re.finditer(r"`~?[\w.]*?(\w{4,})(\(\))?`", "".join(function.lines)):
        own = re.search(rf"^\s*(?:async def|def|class) {match[1]}\b", function.around, re.MULTILINE)
        if own and not match[1].startswith("__") and match[1] not in declared(function.definition):
            yield match[1]


def _named(function: Documented, old: str, after: str) -> _Edit:
    return old, after, [re.sub(rf"\b{old}\b(?=(?:\(\))?`)", after, line) for line in function.lines]


# Kind → how it is planted, scarce ones first, since a function gets only one.
CONTRADICTIONS: dict[str, Callable[[Documented], Iterator[_Edit]]] = {
    "type": _type,
    "True if, False if": _boolean,
    "name misspelt": _misspelt_name,
    "name that exists nowhere": _unknown_name,
    "default": _default,
    "raise that cannot happen": _impossible_raise,
    "return of nothing": _returns_added,
    "nothing returned": _nothing_returned,
    "parameter renamed": _renamed,
}
OMISSIONS: dict[str, Callable[[Documented], Iterator[_Edit]]] = {
    "raise left out": _raise_omitted,
    "return left out": _return_omitted,
    "parameter left out": _parameter_omitted,
}


def plants(functions: Sequence[Documented], a_style: int) -> Iterator[Plant]:
    """At most `a_style` plants of each kind in each style, in the order of the functions."""
    taken: set[int] = set()
    for kind, make in {**CONTRADICTIONS, **OMISSIONS}.items():
        left = dict.fromkeys(STYLES, a_style)
        for place, function in enumerate(functions):
            if place in taken or not left[function.style]:
                continue
            if edit := next(make(function), None):
                taken.add(place)
                left[function.style] -= 1
                yield Plant(kind, function, edit[0].strip(), edit[1], tuple(edit[2]))


def with_plants(source: str, found: Sequence[Plant]) -> str:
    """A file with the plants that are its own. Raises ValueError where that changed more than docstrings."""
    lines = source.splitlines(keepends=True)
    for plant in sorted(found, key=lambda plant: plant.function.first, reverse=True):
        first = plant.function.first
        lines[first : first + len(plant.function.lines)] = plant.lines
    changed = "".join(lines)
    if bare(source) != bare(changed):
        raise ValueError("a plant changed more than a docstring")
    return changed


def bare(source: str) -> str:
    """The tree of a file without its docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, Definition | ast.ClassDef) and docstring_of(node):
            node.body = node.body[1:]
    return ast.dump(tree)
