"""`codegloss rebuild` as a user meets it: the run, the report, into the source and out again."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from extracting import COMMAND

SOURCE = '''
import json


def write_report(lines, folder):
    """Open a socket and send the request header to the proxy server."""
    folder.mkdir(exist_ok=True)
    with open(folder / "report.txt", "w", encoding="utf-8") as file:
        file.write("\\n".join(lines))


def count_open_sides(sides):
    opened = [side for side in sides if side.is_open]
    return len(opened)


def read_settings(path):
    """Read the settings from a file.

    Args:
        file_name: where they are
    """
    with open(path, encoding="utf-8") as file:
        return json.load(file)
'''


def rebuild(*arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [COMMAND, "rebuild", *map(str, arguments)], capture_output=True, text=True, timeout=300
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, done.stderr
    return done


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with source code, and the run that was made of it."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "code").mkdir()
    (folder / "code" / "box.py").write_text(SOURCE, "utf-8")
    rebuild(folder / "code", "--out", folder / "out", "--only", "all", "--blind", "-q")
    return folder / "code", folder / "out"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def without_docstrings(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:]
    return ast.dump(tree)


def test_the_source_is_not_touched_and_a_report_stands_there(project: tuple[Path, Path]) -> None:
    code, out = project
    assert (code / "box.py").read_text("utf-8") == SOURCE
    page = (out / "report.html").read_text("utf-8")
    assert "Rebuilt comments" in page
    assert "read_settings" in page
    assert "://" not in page.replace("http://www.w3.org", "")
    assert "IncRate" in (out / "report.md").read_text("utf-8")


def test_the_same_command_again_does_nothing_twice_and_gives_figures(project: tuple[Path, Path]) -> None:
    code, out = project
    figures = json.loads(rebuild(code, "--out", out, "--only", "all", "--blind", "-q", "--json").stdout)
    assert figures["taken_up"] == 3
    assert sum(figures["decisions"].values()) == 3
    assert figures["decisions"]["replaced"] >= 2


def test_diff_shows_apply_does_and_undo_takes_it_back(project: tuple[Path, Path]) -> None:
    code, out = project
    file = code / "box.py"
    before = digest(file)
    patch = rebuild(code, "--out", out, "--diff").stdout
    assert digest(file) == before
    assert "+++ b/box.py" in patch
    rebuild(code, "--out", out, "--apply")
    changed = file.read_text("utf-8")
    assert changed != SOURCE
    assert "Open a socket" not in changed
    assert without_docstrings(changed) == without_docstrings(SOURCE)
    applied_by_hand = subprocess.run(
        ["patch", "-p1", "-s", "-o", "-"], input=patch, cwd=_old(code, file), capture_output=True, text=True
    )
    assert applied_by_hand.stdout == changed
    again = rebuild(code, "--out", out, "--apply")
    assert "changed since it was read" in again.stderr
    rebuild("--out", out, "--undo")
    assert digest(file) == before


def _old(code: Path, file: Path) -> Path:
    folder = code.parent / "old"
    folder.mkdir(exist_ok=True)
    (folder / file.name).write_text(SOURCE, "utf-8")
    return folder


def test_a_dry_run_tells_of_requests_and_cost_and_asks_nobody(
    project: tuple[Path, Path], tmp_path: Path
) -> None:
    code, _ = project
    done = rebuild(
        code, "--out", tmp_path / "dry", "--only", "all", "-q", "--model", "gpt-4o-mini", "--dry-run"
    )
    assert "3 requests to gpt-4o-mini" in done.stdout
    assert "$0.0" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "does not exist"),
        ((), "name source code"),
        (("--undo",), "nothing"),
        ((".", "--model", "m", "--base-url", "localhost:8000"), "no URL of an endpoint"),
    ],
)
def test_a_wrong_call_is_told_in_a_line(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "box.py").write_text(SOURCE, "utf-8")
    wanted = [str(tmp_path / "code") if one == "." else one for one in arguments]
    done = rebuild(*wanted, "--out", tmp_path / "out", "-q", status=2)
    assert said in done.stderr


def test_a_dataset_of_another_stage_is_refused(project: tuple[Path, Path], tmp_path: Path) -> None:
    scored = tmp_path / "scores"
    command = [COMMAND, "score", str(project[1] / "extracted"), "--out", str(scored), "-q", "--exit", "0"]
    subprocess.run(command, check=True, capture_output=True)
    assert "a dataset of score" in rebuild(scored, "--out", tmp_path / "out", status=2).stderr
