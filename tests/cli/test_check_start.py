"""`codegloss check` starts without what it does not need: it is asked at every commit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from checking import FALSE, git

if TYPE_CHECKING:
    from conftest import Python

HEAVY = {"daft", "datasets", "mteb", "onnxruntime", "pandas", "pyarrow.dataset", "ray", "scipy", "torch"}

LIST_MODULES = """
import contextlib, io, json, sys
sys.argv = ["codegloss", *{arguments}]
with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    from codegloss.cli import main
    try:
        main()
    except SystemExit as end:
        code = end.code
print(json.dumps([code, sorted(sys.modules)]))
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["check", "--help"], 0),
        (["explain"], 0),
        (["explain", "CG101"], 0),
        (["check", "."], 1),
        (["check", ".", "--diff", "HEAD", "--format", "sarif"], 0),
    ],
)
def test_nothing_heavy_is_loaded(python: Python, tmp_path: Path, arguments: list[str], code: int) -> None:
    (tmp_path / "a.py").write_text(FALSE)
    (tmp_path / "pyproject.toml").write_text("[tool.codegloss.check]\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    done = python("-c", LIST_MODULES.format(arguments=arguments), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    ended, modules = json.loads(done.stdout)
    assert ended == code
    assert not HEAVY & set(modules)
    assert "codegloss.cli.check" in modules
