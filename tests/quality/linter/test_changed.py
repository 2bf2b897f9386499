"""A function whose code changed under an unchanged comment is found, through renames; no other is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from codegloss.extract import functions_in
from codegloss.quality.linter.changed import DiffError, changed_files, left_behind

OLD = '''def area(side):
    """Area of a square."""
    return side * side


def half(x):
    """Half of it."""
    return x / 2


def bare(x):
    return x
'''


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one commit."""
    root = tmp_path / "checkout"
    (root / "src").mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    (root / "src" / "a.py").write_text(OLD)
    (root / "src" / "same.py").write_text(OLD)
    (root / "notes.md").write_text("text\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "one")
    return root


def names(old: str, new: str, language: str = "python") -> list[str]:
    found = left_behind(functions_in(old, language), functions_in(new, language))
    return [function.qualified_name for function in found]


def test_changed_code_under_the_same_comment_is_left_behind() -> None:
    assert names(OLD, OLD.replace("side * side", "4 * side")) == ["area"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Half of it", "A half of it"),  # the comment only
        ("    return side * side", "    return side * side  # exactly"),
        ("    return side * side", "    # exactly\n\n    return side * side  "),
        ("    return x\n", "    return 2 * x\n"),  # there is no comment
        ("def half(x)", "def halves(x)"),  # another function
        ("def area(side)", "def before(x):\n    return x\n\n\ndef area(side)"),  # moved
    ],
)
def test_anything_else_is_not(old: str, new: str) -> None:
    assert old in OLD
    assert names(OLD, OLD.replace(old, new)) == []


def test_both_changed_is_not() -> None:
    new = OLD.replace("x / 2", "x / 3").replace("Half of it", "A third of it")
    assert names(OLD, new) == []


def test_a_reindented_comment_is_the_same_comment() -> None:
    old = "/**\n * Area.\n */\nfunction area(a) {\n  return a * a;\n}\n"
    inner = old.replace("a * a", "4 * a").replace("\n", "\n  ")
    assert names(f"{{\n{old}}}\n", f"{{\n  {inner}}}\n", "javascript") == ["area"]


def test_only_modified_files_are_met_with_their_old_bytes(checkout: Path) -> None:
    (checkout / "src" / "a.py").write_text(OLD + "\n")
    (checkout / "src" / "new.py").write_text(OLD)
    (checkout / "src" / "same.py").unlink()
    assert changed_files([checkout], "HEAD") == {checkout / "src" / "a.py": OLD.encode()}


def test_a_renamed_file_keeps_its_past_even_from_outside_the_paths(checkout: Path) -> None:
    (checkout / "lib").mkdir()
    git(checkout, "mv", "src/a.py", "lib/é b.py")
    (checkout / "lib" / "é b.py").write_text(OLD.replace("side * side", "4 * side"))
    git(checkout, "rm", "-q", "--cached", "src/same.py")
    (checkout / "src" / "same.py").unlink()
    assert changed_files([checkout / "lib"], "HEAD") == {checkout / "lib" / "é b.py": OLD.encode()}


def test_only_what_lies_below_the_paths_counts(checkout: Path) -> None:
    (checkout / "src" / "a.py").write_text("x = 1\n")
    (checkout / "notes.md").write_text("other\n")
    assert list(changed_files([checkout / "src"], "HEAD")) == [checkout / "src" / "a.py"]
    assert list(changed_files([checkout / "src" / "same.py"], "HEAD")) == []


def test_a_branch_is_compared_with_where_it_began(checkout: Path) -> None:
    git(checkout, "switch", "-q", "-c", "topic")
    (checkout / "src" / "a.py").write_text(OLD + "# mine\n")
    git(checkout, "commit", "-q", "-am", "mine")
    git(checkout, "switch", "-q", "main")
    (checkout / "src" / "same.py").write_text(OLD + "# theirs\n")
    git(checkout, "commit", "-q", "-am", "theirs")
    git(checkout, "switch", "-q", "topic")
    assert list(changed_files([checkout], "main")) == [checkout / "src" / "a.py"]


def test_a_linked_worktree_is_a_checkout_too(checkout: Path, tmp_path: Path) -> None:
    git(checkout, "worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "linked" / "src" / "a.py").write_text("x = 1\n")
    assert changed_files([tmp_path / "linked"], "HEAD") == {
        tmp_path / "linked" / "src" / "a.py": OLD.encode()
    }


def test_vendored_code_and_links_are_left_out(checkout: Path) -> None:
    (checkout / "node_modules").mkdir()
    (checkout / "node_modules" / "x.js").write_text("f()\n")
    (checkout / "link.py").symlink_to("src/a.py")
    git(checkout, "add", "-A")
    git(checkout, "commit", "-q", "-m", "two")
    (checkout / "node_modules" / "x.js").write_text("g()\n")
    (checkout / "link.py").unlink()
    (checkout / "link.py").symlink_to("src/same.py")
    assert changed_files([checkout], "HEAD") == {}
    assert list(changed_files([checkout / "node_modules"], "HEAD")) == [checkout / "node_modules" / "x.js"]


@pytest.mark.parametrize("base", ["no-such-branch", "", "--output=x", "HEAD:src"])
def test_an_unknown_revision_is_named(checkout: Path, base: str) -> None:
    with pytest.raises(DiffError, match=f"no revision {base!r}"):
        changed_files([checkout], base)
    assert not (checkout / "x").exists()


def test_a_folder_outside_git_is_named(tmp_path: Path) -> None:
    with pytest.raises(DiffError, match="no git checkout"):
        changed_files([tmp_path], "HEAD")
