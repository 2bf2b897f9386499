"""The pre-commit hooks and the GitHub example give the command what it understands, and it does the job."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from checking import FALSE, git, run

ROOT = Path(__file__).parents[2]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
WORKFLOW = yaml.safe_load((ROOT / "examples" / "check-on-github.yml").read_text("utf-8"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a false comment, its code changed since the commit of `origin/main`."""
    (tmp_path / "a.py").write_text(FALSE)
    (tmp_path / "pyproject.toml").write_text("[tool.codegloss.check]\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "one")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    (tmp_path / "a.py").write_text(FALSE.replace("side * side", "side**2"))
    git(tmp_path, "add", "-A")
    return tmp_path


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_hook_finds_what_a_commit_would_bring_in(checkout: Path, hook: dict[str, Any]) -> None:
    command, *arguments = shlex.split(hook["entry"])
    assert command == "codegloss"
    result = run(checkout, *arguments, "a.py", "pyproject.toml")
    assert result.exit_code == 1
    assert "a.py:5: CG101" in result.stdout
    git(checkout, "reset", "-q", "--hard")
    assert run(checkout, *arguments, "a.py").exit_code == (0 if "--diff" in arguments else 1)


def steps() -> dict[str, str]:
    """The shell commands of the example, by the name of their step."""
    listed = WORKFLOW["jobs"]["check"]["steps"]
    return {step["name"]: step["run"] for step in listed if "codegloss check" in step.get("run", "")}


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does, with the base of a pull request in the environment."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "GITHUB_BASE_REF": "main"}
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", command],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_a_pull_request_fails_with_an_annotation(checkout: Path) -> None:
    done = shell(steps()["Comments left behind"], checkout)
    assert done.returncode == 1
    assert done.stdout.startswith("::warning file=a.py,line=5,title=CG101 ")


def test_a_push_makes_a_log_whatever_is_found_and_fails_when_it_cannot(checkout: Path) -> None:
    command = steps()["All findings"]
    assert shell(command, checkout).returncode == 0
    assert '"uri": "a.py"' in (checkout / "comments.sarif").read_text("utf-8")
    (checkout / "pyproject.toml").write_text("[tool.codegloss.check]\nselct = []\n")
    assert shell(command, checkout).returncode != 0
