"""Running `codegloss check` in this process, and a small project with contradictions in it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from click.testing import Result
from typer.testing import CliRunner

from codegloss.cli import app

TRUE = '''def area(side):
    """Area of a square.

    Args:
        side: in metres
    """
    return side * side
'''
# Documents a parameter that is not there.
FALSE = TRUE.replace("side: in", "width: in")


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """With `folder` as the working directory."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def run(folder: Path, *arguments: str) -> Result:
    """The command's result; whatever it is given, it ends by an exit code and says no traceback."""
    with inside(folder):
        result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def git(folder: Path, *arguments: str) -> None:
    """Run git there, whoever the user is."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, check=True)
