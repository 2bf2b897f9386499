"""A row on a screen: a function as its head, its comment and its code; any other row field by field."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

TEXT_LINES = 8  # of a code or a comment
SHORT = 72  # characters; a longer value, or one of several lines, gets lines of its own
_HEAD = ("path", "qualified_name", "parameters", "code")  # what a row must have to be shown as a function


def open_console(width: int) -> Console:
    """Standard output: as wide as the terminal, `width` columns where it is none; nothing is marked up."""
    from rich.console import Console

    known = None if sys.stdout.isatty() else width
    return Console(width=known, markup=False, highlight=False, emoji=False)


def print_row(console: Console, title: str, row: Mapping[str, Any]) -> None:
    """One row, cut to what fits on a screen."""
    console.print(f"\n{title}", style="bold")
    if all(field in row for field in _HEAD):
        _print_function(console, row)
    else:
        _print_fields(console, row)


def _print_function(console: Console, row: Mapping[str, Any]) -> None:
    width = console.width - 4
    place = f"{row['path']}:{row['start_line']}"
    _print_lines(console, [f"{row['repository']}  {place}" if row["repository"] else place], "")
    marks = [
        name.removeprefix("is_") for name in ("is_test", "is_generated", "has_syntax_error") if row[name]
    ]
    if not row["has_body"]:
        marks.append("without body")
    facts = [row["language"], row["kind"], row["licence"], f"{row['tokens']} tokens", *marks]
    _print_lines(console, [", ".join(fact.replace("_", " ") for fact in facts if fact)], "")
    parameters = ", ".join(map(_declared, row["parameters"]))
    returns = f" -> {row['return_type']}" if row["return_type"] else ""
    _print_lines(console, cut(f"{row['qualified_name']}({parameters}){returns}", width), "")
    for name, text in (("summary", row["summary"]), ("documented", _documented(row["parts"]))):
        if text:
            _print_lines(console, cut(f"{name}: {text}", width), "")
    for name in ("comment", "code"):
        if row[name]:
            console.print(name, style="dim")
            _print_lines(console, cut(row[name], width), "| ")


def _declared(parameter: Mapping[str, Any]) -> str:
    text: str = parameter["name"]
    text += f": {parameter['type']}" if parameter["type"] else ""
    return text + (f" = {parameter['default']}" if parameter["default"] else "")


def _documented(parts: Mapping[str, Any] | None) -> str:
    """What the comment documents, by name."""
    if not parts:
        return ""
    found = [parameter["name"] for parameter in parts["parameters"]]
    found += ["what it returns"] if parts["returns"] else []
    found += [f"that it raises {value['type'] or 'something'}" for value in parts["raises"]]
    found += ["that it is deprecated"] if parts["deprecated"] is not None else []
    found += [f"{len(parts['examples'])} examples"] if parts["examples"] else []
    return f"{', '.join(found)} ({parts['style']})" if found else ""


def _print_fields(console: Console, row: Mapping[str, Any]) -> None:
    """Short values side by side, then each long one cut to a few lines; empty ones are left out."""
    texts = {name: as_text(value) for name, value in row.items() if value not in (None, "", [])}
    short = {name: text for name, text in texts.items() if len(text) <= SHORT and "\n" not in text}
    _print_lines(console, _filled([f"{name}: {text}" for name, text in short.items()], console.width), "")
    for name, text in texts.items():
        if name not in short:
            console.print(name, style="dim")
            _print_lines(console, cut(text, console.width - 4), "| ")


def _print_lines(console: Console, lines: Iterable[str], margin: str) -> None:
    for line in lines:
        console.print(f"  {margin}{printable(line)}", soft_wrap=True)


def _filled(parts: Iterable[str], width: int) -> list[str]:
    """Lines of whole parts, as many in each as it has room for."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + 3 + len(part) <= width:
            lines[-1] += "   " + part
        else:
            lines.append(part)
    return lines


def cut(text: str, width: int) -> list[str]:
    """At most TEXT_LINES lines of at most `width` characters, and how much more there is."""
    lines = text.expandtabs(4).splitlines()
    shown = [line if len(line) <= width else line[: width - 1] + "…" for line in lines[:TEXT_LINES]]
    more = len(lines) - len(shown)
    return [*shown, f"… {more:,} more lines"] if more else shown


def as_text(value: Any) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def printable(text: str) -> str:
    """Control characters replaced: a file name must not move the cursor or colour the screen."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
