"""Heavy libraries stay out until a function needs them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Python

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"

LIST_MODULES = """
import contextlib, io, json, sys
with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.suppress(SystemExit):
    {statement}
print(json.dumps([output.getvalue(), sorted(sys.modules)]))
"""
HELP = "from codegloss.cli import main; sys.argv = ['codegloss', *{arguments}]; main()"


def heavy_modules() -> set[str]:
    """The modules that the linter bans from the top of a file."""
    ruff = tomllib.loads(PYPROJECT.read_text("utf-8"))["tool"]["ruff"]
    return set(ruff["lint"]["flake8-tidy-imports"]["banned-module-level-imports"])


def run(python: Python, statement: str) -> tuple[str, set[str]]:
    """What a statement prints in a fresh interpreter, and the modules it leaves loaded."""
    done = python("-c", LIST_MODULES.format(statement=statement))
    assert done.returncode == 0, done.stderr
    output, modules = json.loads(done.stdout)
    return output, set(modules)


def test_the_list_names_what_the_design_names() -> None:
    assert {
        "torch",
        "transformers",
        "ray",
        "daft",
        "onnxruntime",
        "pandas",
        "pyarrow.dataset",
    } <= heavy_modules()


def test_importing_the_package_is_light(python: Python) -> None:
    _, modules = run(python, "import codegloss")
    assert "codegloss" in modules
    assert not modules & heavy_modules()


@pytest.mark.parametrize("arguments", [["--help"], ["extract", "--help"], ["show", "--help"]])
def test_help_is_light(python: Python, arguments: list[str]) -> None:
    output, modules = run(python, HELP.format(arguments=arguments))
    assert "Usage" in output
    assert not modules & heavy_modules()


def test_a_heavy_import_would_be_seen(python: Python) -> None:
    _, modules = run(python, "import pandas")
    assert "pandas" in modules & heavy_modules()
