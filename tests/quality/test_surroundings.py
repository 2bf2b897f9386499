"""The project around a path is found, and its names are those of its code."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from codegloss.quality.surroundings import Names, names_around, project_of


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a package, code of others, and a file of no language."""
    root = tmp_path / "project"
    for folder in ("pkg/inner", "node_modules/x", "env/lib"):
        (root / folder).mkdir(parents=True)
    (root / "pkg" / "__init__.py").write_text("")
    (root / "pkg" / "inner" / "__init__.py").write_text("def measured(width): pass  # only_in_comment\n")
    (root / "node_modules" / "x" / "x.js").write_text("function vendored() {}\n")
    (root / "env" / "pyvenv.cfg").write_text("")
    (root / "env" / "lib" / "y.py").write_text("def installed(): pass\n")
    (root / "settings.yaml").write_text("option_name: 1\n")
    return root


def test_the_project_is_the_checkout_the_build_file_or_the_outermost_package(project: Path) -> None:
    file = project / "pkg" / "inner" / "__init__.py"
    assert project_of(file) == project_of(file.parent) == project / "pkg"
    (project / "package.json").write_text("{}")
    assert project_of(file) == project
    commit = ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "a"]
    for arguments in (["init", "-q"], commit):
        subprocess.run(["git", *arguments], cwd=project.parent, check=True)
    assert project_of(file) == project.parent
    (project.parent / ".gitignore").write_text("project/\n")
    assert project_of(file) == project  # it lies in a checkout, but is no part of it


def test_of_a_lone_file_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "lone").mkdir()
    (tmp_path / "lone" / "script.py").write_text("x = 1\n")
    assert project_of(tmp_path / "lone") == tmp_path / "lone"
    assert names_around([tmp_path / "lone", tmp_path / "lone" / "script.py"]) is None


def test_names_are_those_of_the_projects_own_code(project: Path) -> None:
    names = Names([project])
    for name in ("measured", "width", "option_name"):
        assert name in names
    for name in ("only_in_comment", "vendored", "installed"):
        assert name not in names
    assert len(names) == len(set(names))


def test_nothing_is_read_before_it_is_asked_for(project: Path) -> None:
    names = Names([project])
    (project / "late.py").write_text("arrived = 1\n")
    assert "arrived" in names
    (project / "later.py").write_text("arrived_later = 1\n")
    assert "arrived_later" not in names
