"""Whether extraction finds in Python files what Python's own `ast` finds: functions, parameters, docstrings.

    python benchmarks/python_agreement.py [PATH…]

Reads the standard library of the Python that runs it, and each PATH (a package, or a folder
of them, such as site-packages). Files that `ast` itself refuses are counted apart. Compared
for each function: qualified name, first line, parameters with kind, annotation and default,
return annotation, docstring. Differing files are named in the result.
"""

from __future__ import annotations

import ast
import sys
import sysconfig
import warnings
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from codegloss.extract.comments import string_value
from codegloss.extract.stage import rows_of
from codegloss.records import Function, Parameter, Source


class Signature(NamedTuple):
    """One function, expressions in the form of `ast.dump`."""

    name: str
    line: int
    parameters: tuple[tuple[str, str, str | None, str | None], ...]  # name, kind, annotation, default
    returns: str | None
    docstring: str | None


def _dump(node: ast.AST | None) -> str | None:
    return None if node is None else ast.dump(node)


def _parameters(arguments: ast.arguments) -> Iterator[tuple[str, str, str | None, str | None]]:
    by_place = arguments.posonlyargs + arguments.args
    defaults = [None] * (len(by_place) - len(arguments.defaults)) + list(arguments.defaults)
    for place, (argument, default) in enumerate(zip(by_place, defaults, strict=True)):
        kind = "positional-only" if place < len(arguments.posonlyargs) else "positional"
        yield argument.arg, kind, _dump(argument.annotation), _dump(default)
    if rest := arguments.vararg:
        yield rest.arg, "variadic", _dump(rest.annotation), None
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield argument.arg, "keyword-only", _dump(argument.annotation), _dump(default)
    if rest := arguments.kwarg:
        yield rest.arg, "keywords", _dump(rest.annotation), None


def expected(tree: ast.AST, prefix: str = "") -> Iterator[Signature]:
    """Every function of a syntax tree, however deep."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            yield from expected(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            name = prefix + node.name
            line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            parameters = tuple(_parameters(node.args))
            yield Signature(name, line, parameters, _dump(node.returns), ast.get_docstring(node, clean=False))
            yield from expected(node, f"{name}.")
        else:
            yield from expected(node, prefix)


@cache
def _parsed(expression: str | None) -> str | None:
    """The form of `ast.dump` of source text: an expression, or the `*Ts` of a variadic annotation."""
    if expression is None:
        return None
    try:
        return ast.dump(ast.parse(f"({expression}\n)", mode="eval").body)
    except SyntaxError:
        function = ast.parse(f"def f(*_: {expression}): pass").body[0]
        assert isinstance(function, ast.FunctionDef)
        assert function.args.vararg
        return _dump(function.args.vararg.annotation)


def _signature(function: Function) -> Signature:
    def parameter(declared: Parameter) -> tuple[str, str, str | None, str | None]:
        return declared.name, declared.kind, _parsed(declared.type), _parsed(declared.default)

    docstring = string_value(function.comment) if function.comment and function.is_doc else None
    parameters = tuple(map(parameter, function.parameters))
    return Signature(
        function.qualified_name, function.start_line, parameters, _parsed(function.return_type), docstring
    )


def differences(path: Path) -> tuple[int, list[Signature], list[Signature]] | None:
    """How many functions `ast` finds, what only it finds, what only we find; None if it refuses the file."""
    data = path.read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = list(expected(ast.parse(data)))
    except (SyntaxError, ValueError):
        return None
    rows = rows_of(Source("", None, path.name, str(path), None, None, len(data), "python", None))
    ours = [_signature(row) for row in rows if isinstance(row, Function)]
    return len(theirs), [s for s in theirs if s not in set(ours)], [s for s in ours if s not in set(theirs)]


def python_files(root: Path) -> list[Path]:
    """The `.py` files below a folder, those of installed packages inside it left out."""
    return [p for p in sorted(root.rglob("*.py")) if "site-packages" not in p.relative_to(root).parts]


def main() -> None:
    """Compare the standard library and the paths given, and write the result."""
    from common import save

    roots = [Path(sysconfig.get_path("stdlib")), *map(Path, sys.argv[1:])]
    rows, differing = [], []
    for root in roots:
        files = functions = refused = differ = 0
        for path in python_files(root):
            found = differences(path)
            if found is None:
                refused += 1
                continue
            files, functions = files + 1, functions + found[0]
            if found[1] or found[2]:
                differ += 1
                differing.append(f"{root.name}/{path.relative_to(root)}")
        rows.append(
            {
                "tree": root.name,
                "files": files,
                "functions": functions,
                "differing files": differ,
                "refused by ast": refused,
            }
        )
        print(rows[-1])
    save(
        "python_agreement",
        rows,
        ["tree-sitter", "tree-sitter-python"],
        differing=", ".join(differing) or "none",
    )


if __name__ == "__main__":
    main()
