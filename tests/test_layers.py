"""Imports point down only, in one total order.

Covers every `import` statement of the package, those inside functions and under
`TYPE_CHECKING` too. Does not cover modules imported by a computed name.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "src" / "codegloss"

# From the top down; layers on one line may not import each other. `__init__` is the package itself.
LAYERS = (
    ("cli",),
    ("evaluate",),
    ("arena",),
    ("synth",),
    ("train",),
    ("curate",),
    ("quality",),
    ("search",),
    ("encoder",),
    ("llm",),
    ("extract",),
    ("engine", "sandbox"),
    ("dataset", "report", "metrics"),
    ("records",),
    ("offline",),
    ("__init__",),
)
DEPTH = {layer: depth for depth, layers in enumerate(LAYERS) for layer in layers}


def imported_layers(tree: ast.Module, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and layer of each import of our own in a module of `package` ("codegloss", "extract")."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [tuple(alias.name.split(".")) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = base + tuple(node.module.split(".") if node.module else ())
            targets = [(*module, alias.name) for alias in node.names]
        else:
            continue
        for target in targets:
            if target[0] == "codegloss":
                named = target[1] if len(target) > 1 else "__init__"
                is_name_in_package = isinstance(node, ast.ImportFrom) and len(target) == 2
                known_or_module = named in DEPTH or not is_name_in_package
                yield node.lineno, named if known_or_module else "__init__"


def violations(sources: Path) -> list[str]:
    """One line for each import that does not point down, and each module outside the order."""
    found = []
    for path in sorted(sources.rglob("*.py")):
        inside = path.relative_to(sources)
        layer = inside.parts[0].removesuffix(".py")
        if layer == "__main__":
            layer = "cli"
        if layer not in DEPTH:
            found.append(f"{inside}: `{layer}` has no place in the order of layers")
            continue
        package = ("codegloss", *inside.parts[:-1])
        for line, target in imported_layers(ast.parse(path.read_text("utf-8")), package):
            if target != layer and DEPTH.get(target, -1) <= DEPTH[layer]:
                found.append(f"{inside}:{line}: {layer} may not import {target}")
    return found


def test_imports_point_down() -> None:
    assert violations(SOURCES) == []


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("records.py", "import codegloss.engine", "records.py:1: records may not import engine"),
        ("records.py", "def f():\n    from codegloss import cli", "records.py:2: records may not import cli"),
        ("engine.py", "from codegloss.sandbox import run", "engine.py:1: engine may not import sandbox"),
        ("dataset.py", "from . import metrics", "dataset.py:1: dataset may not import metrics"),
        ("llm/client.py", "from ..train.chat import x", "llm/client.py:1: llm may not import train"),
        ("extract/__init__.py", "from ..cli import app", "extract/__init__.py:1: extract may not import cli"),
        (
            "__init__.py",
            "from codegloss.records import Span",
            "__init__.py:1: __init__ may not import records",
        ),
        (
            "metrics.py",
            "import typing\nif typing.TYPE_CHECKING:\n    import codegloss.cli.show",
            "metrics.py:3: metrics may not import cli",
        ),
        ("cli/x.py", "import codegloss.helpers", "cli/x.py:1: cli may not import helpers"),
        ("helpers.py", "", "helpers.py: `helpers` has no place in the order of layers"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, path: str, source: str, complaint: str) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(source)
    assert violations(tmp_path) == [complaint]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("cli/__init__.py", "from codegloss import __version__, records\nfrom .show import show"),
        ("extract/repos.py", "from .text import decode\nfrom codegloss.extract import licences"),
        ("extract/repos.py", "import os.path\nfrom ..records import Source\nimport codegloss"),
        ("records.py", "from . import offline"),
    ],
)
def test_imports_downwards_and_within_a_layer_pass(tmp_path: Path, path: str, source: str) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(source)
    assert violations(tmp_path) == []
