"""Writes docs/reference/ from the code: `make reference`.

Signatures, docstrings and field comments are read from the source text, so that the pages
do not depend on what is installed; the command line is read from the application itself.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "codegloss"
REFERENCE = ROOT / "docs" / "reference"
NOTE = "<!-- Written by `make reference`; edit the code instead. -->"

GIVEN_BY_TYPER = {"help", "install_completion", "show_completion"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; the bars inside cells are escaped."""
    cells = [list(columns), *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)]
    cells.insert(1, ["---"] * len(cells[0]))
    return "\n".join(f"| {' | '.join(row)} |" for row in cells)


def code(text: str | None) -> str:
    """Inline code, or nothing for nothing."""
    return f"`{text}`" if text else ""


# --- Python source ---------------------------------------------------------------------------


def public(nodes: Iterable[ast.stmt]) -> Iterator[Definition]:
    """Classes and functions whose names have no underscore in front, in the order they stand."""
    for node in nodes:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node


def signature(node: Definition) -> str:
    """`name(parameters) -> type`, `class name(parameters or bases)` or, for a property, `name: type`."""
    if isinstance(node, ast.ClassDef):
        made = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
        inside = ast.unparse(made[0].args) if made else ", ".join(map(ast.unparse, node.bases))
        return f"class {node.name}" + (f"({inside.removeprefix('self, ')})" if inside else "")
    returns = ast.unparse(node.returns) if node.returns else "None"
    if any(ast.unparse(decorator) == "property" for decorator in node.decorator_list):
        return f"{node.name}: {returns}"
    mark = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    return f"{mark}{node.name}({ast.unparse(node.args)}) -> {returns}"


def fields(node: ast.ClassDef, lines: list[str]) -> list[tuple[str, str, str]]:
    """Name, type and trailing comment of each annotated field of a class."""
    found = []
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            # The tree has no comments; columns count bytes.
            after = lines[(field.end_lineno or 0) - 1].encode()[field.end_col_offset :].decode()
            comment = after.partition("#")[2].strip()
            default = f" = {ast.unparse(field.value)}" if field.value else ""
            found.append((code(field.target.id), code(ast.unparse(field.annotation) + default), comment))
    return found


def describe(node: Definition, lines: list[str], level: int) -> Iterator[str]:
    """Heading, docstring, fields and public methods of a definition."""
    yield f"{'#' * level} `{signature(node)}`"
    yield ast.get_docstring(node) or ""
    if isinstance(node, ast.ClassDef):
        if rows := fields(node, lines):
            yield table(("field", "type", "meaning"), rows)
        for method in public(node.body):
            yield from describe(method, lines, level + 1)


@dataclass(frozen=True, slots=True)
class Module:
    """A module's source, read once."""

    name: str  # dotted
    path: Path

    @property
    def text(self) -> str:
        """The source text."""
        return self.path.read_text("utf-8")

    def definitions(self) -> Iterator[tuple[Definition, list[str]]]:
        """What a user imports from the module, each with the lines of the file it stands in.

        Of a package these are the names that its `__init__.py` takes from the modules beside it.
        """
        tree = ast.parse(self.text)
        for node in public(tree.body):
            yield node, self.text.split("\n")
        for taken in tree.body if self.path.name == "__init__.py" else ():
            if isinstance(taken, ast.ImportFrom) and (taken.module or "").startswith(f"{self.name}."):
                inside = str(taken.module).removeprefix(f"{self.name}.").replace(".", "/")
                source = Module(str(taken.module), self.path.parent / f"{inside}.py")
                names = {alias.name for alias in taken.names}
                yield from ((inner, lines) for inner, lines in source.definitions() if inner.name in names)

    def describe(self, level: int, dataclasses: bool = True, others: bool = True) -> Iterator[str]:
        """Heading, docstring and definitions: the dataclasses, the others, or both."""
        yield f"{'#' * level} {self.name}"
        yield ast.get_docstring(ast.parse(self.text)) or ""
        for node, lines in self.definitions():
            if dataclasses if is_dataclass(node) else others:
                yield from describe(node, lines, level + 1)


def is_dataclass(node: Definition) -> bool:
    """Whether a definition is decorated as a dataclass."""
    return any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)


def module(path: Path) -> Module:
    """The module, or the package, at a path directly under src/codegloss/."""
    return Module(f"codegloss.{path.stem}", path / "__init__.py" if path.is_dir() else path)


def python_page() -> Iterator[str]:
    """What the modules and packages directly under src/codegloss/ offer, but for the command line."""
    yield "# Python"
    yield "The records have [a page of their own](records.md)."
    for path in sorted(PACKAGE.iterdir()):
        if path.stem != "cli" and not path.stem.startswith("_") and (path.suffix == ".py" or path.is_dir()):
            yield from module(path).describe(level=2, dataclasses=path.stem != "records")


def records_page() -> Iterator[str]:
    """What a row of each table holds."""
    yield from module(PACKAGE / "records.py").describe(level=1, others=False)


def manifest_page() -> Iterator[str]:
    """The classes that `manifest.json` is written from."""
    yield from module(PACKAGE / "dataset").describe(level=1, others=False)


# --- the application -------------------------------------------------------------------------


def shown_default(parameter: Any) -> str:
    """What holds when an argument or option is not given."""
    if parameter.required:
        return "required"
    default = parameter.default
    if isinstance(default, bool):  # the flag that says the same, if there is one
        return code("".join((parameter.opts if default else parameter.secondary_opts)[:1]))
    return code(str(getattr(default, "value", default))) if default is not None else ""


def describe_command(command: Any, name: str) -> Iterator[str]:
    """Usage, help and parameters of a command, and of its subcommands."""
    parameters = [p for p in command.params if not p.hidden and p.name not in GIVEN_BY_TYPER]
    arguments = {p.metavar or p.name.upper(): p for p in parameters if p.param_type_name == "argument"}
    options = {
        ", ".join([*p.opts, *p.secondary_opts]): p for p in parameters if p.param_type_name == "option"
    }
    commands = getattr(command, "commands", {})
    usage = [name, *(["[OPTIONS]"] if options else []), *arguments, *(["COMMAND"] if commands else [])]
    yield f"{'##' if ' ' in name else '#'} `{' '.join(usage)}`"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "")
    if rows := [(code(k), shown_default(p), p.help or "") for k, p in {**arguments, **options}.items()]:
        yield table(("argument or option", "default", "meaning"), rows)
    for subcommand, inner in commands.items():
        yield from describe_command(inner, f"{name} {subcommand}")


def cli_page() -> Iterator[str]:
    """Every command with its arguments and options."""
    from typer.main import get_command

    from codegloss.cli import app

    yield from describe_command(get_command(app), "codegloss")


def languages_page() -> Iterator[str]:
    """How each language is recognised and read."""
    from codegloss.extract.languages import languages

    yield "# Languages"
    yield "Adding one is one file in `src/codegloss/extract/languages/` and one golden file."
    rows = [
        (
            key,
            " ".join(f"`.{extension}`" for extension in row.extensions),
            " ".join(map(code, row.filenames)),
            " ".join(map(code, row.shebangs)),
            row.convention,
            code(row.grammar.partition(":")[0].replace("_", "-")),
        )
        for key, row in languages().items()
    ]
    yield table(("language", "extensions", "file names", "shebangs", "doc comments", "grammar"), rows)


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "cli.md": cli_page,
    "languages.md": languages_page,
    "manifest.md": manifest_page,
    "python.md": python_page,
    "records.md": records_page,
}


def render() -> dict[str, str]:
    """Text of each page by its file name."""
    return {name: "\n\n".join(filter(None, [NOTE, *page()])) + "\n" for name, page in PAGES.items()}


def main() -> None:
    """Write the pages, and remove those that are no longer made."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for stale in {path.name for path in REFERENCE.iterdir()} - PAGES.keys():
        (REFERENCE / stale).unlink()
    for name, text in render().items():
        (REFERENCE / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
