"""Files get their new comments and nothing else, whatever stops the work, and every byte can be had back."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from codegloss.extract import DiscoveryOptions, extract
from codegloss.records import Function
from codegloss.synth.source import apply as applying
from codegloss.synth.source.apply import Applied, Replacement, apply, patch, roots
from codegloss.synth.source.plan import CHANGED
from codegloss.synth.source.undo import EDITED, FOLDER, UndoError, temporary_of, undo

PYTHON = b'def f():\r\n    """Old."""\r\n    return 1\r\n'
LATIN = b"// caf\xe9\n\n/** Old. */\nfunction g() {}"
GO = b"package a\n\n// H is old.\nfunc H() {}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with three files."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.py").write_bytes(PYTHON)
    (root / "sub" / "b.js").write_bytes(LATIN)
    (root / "sub" / "c.go").write_bytes(GO)
    return root


def replacements(root: Path, text: str = "New.") -> list[Replacement]:
    """A new comment for every function."""
    return [Replacement(row, text) for row in extract(root) if isinstance(row, Function)]


def contents(root: Path) -> dict[str, bytes]:
    """Every file by path."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def reasons(applied: list[Applied]) -> Mapping[str, str]:
    """Why each file was left alone."""
    return {one.path: reason.name for one in applied for _, reason in one.skipped}


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, check=True)


def test_only_comments_change_and_undo_gives_every_byte_back(root: Path, tmp_path: Path) -> None:
    before = contents(root)
    (root / "a.py").chmod(0o755)
    applied = list(apply(replacements(root), root, tmp_path / "out"))
    assert [(one.path, len(one.replaced), one.skipped) for one in applied] == [
        ("a.py", 1, ()), ("sub/b.js", 1, ()), ("sub/c.go", 1, ()),
    ]  # fmt: skip
    assert contents(root) == {
        "a.py": PYTHON.replace(b"Old.", b"New."),
        "sub/b.js": LATIN.replace(b"Old.", b"New."),
        "sub/c.go": GO.replace(b"H is old.", b"New."),
    }
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == 0o755
    assert all(undone.reason is None for undone in undo(tmp_path / "out"))
    assert contents(root) == before
    assert stat.S_IMODE((root / "a.py").stat().st_mode) == 0o755
    with pytest.raises(UndoError, match="undone"):
        list(undo(tmp_path / "out"))


def test_two_rounds_are_undone_to_the_first_bytes(root: Path, tmp_path: Path) -> None:
    before = contents(root)
    for text in ("New.", "Newer.\n\nMore."):
        assert sum(len(one.replaced) for one in apply(replacements(root, text), root, tmp_path / "out")) == 3
    list(undo(tmp_path / "out"))
    assert contents(root) == before


def test_a_file_edited_since_is_not_undone(root: Path, tmp_path: Path) -> None:
    list(apply(replacements(root), root, tmp_path / "out"))
    (root / "a.py").write_bytes(b"mine\n")
    left = [(undone.path.name, undone.reason.name) for undone in undo(tmp_path / "out") if undone.reason]
    assert left == [("a.py", EDITED)]
    assert contents(root) == {"a.py": b"mine\n", "sub/b.js": LATIN, "sub/c.go": GO}
    (root / "a.py").write_bytes(PYTHON.replace(b"Old.", b"New."))  # the edit taken back
    assert all(undone.reason is None for undone in undo(tmp_path / "out"))
    assert (root / "a.py").read_bytes() == PYTHON


def test_a_file_that_changed_since_it_was_read_is_left_alone(root: Path, tmp_path: Path) -> None:
    wanted = replacements(root)
    (root / "a.py").write_bytes(PYTHON + b"x = 1\r\n")
    assert reasons(list(apply(wanted, root, tmp_path / "out"))) == {"a.py": CHANGED}
    assert (root / "a.py").read_bytes() == PYTHON + b"x = 1\r\n"


def test_files_that_must_not_be_written(root: Path, tmp_path: Path) -> None:
    wanted = replacements(root)
    (root / "a.py").chmod(0o444)
    os.link(root / "sub" / "b.js", root / "sub" / "same.js")
    (tmp_path / "elsewhere.go").write_bytes(GO)
    (root / "sub" / "c.go").unlink()
    (root / "sub" / "c.go").symlink_to(tmp_path / "elsewhere.go")
    before = contents(root)
    assert reasons(list(apply(wanted, root, tmp_path / "out"))) == {
        "a.py": applying.READ_ONLY,
        "sub/b.js": applying.HARD_LINKED,
        "sub/c.go": applying.OUTSIDE,
    }
    (root / "sub" / "c.go").unlink()
    assert reasons(list(apply(wanted, root, tmp_path / "out")))["sub/c.go"] == applying.NO_FILE
    assert before == contents(root) | {"sub/c.go": GO}


def test_git_must_have_what_is_there(root: Path, tmp_path: Path) -> None:
    git(root, "init", "-q")
    (root / ".gitignore").write_text("ignored.py\n")
    (root / "ignored.py").write_bytes(PYTHON)
    git(root, "add", ".")
    git(root, "commit", "-qm", "one")
    (root / "new.py").write_bytes(PYTHON)
    (root / "a.py").write_bytes(PYTHON.replace(b"return 1", b"return 2"))
    rows = extract(root, options=DiscoveryOptions(gitignore=False))
    wanted = [Replacement(row, "New.") for row in rows if isinstance(row, Function)]
    applied = list(apply(wanted, root, tmp_path / "out"))
    assert reasons(applied) == {"a.py": applying.UNCOMMITTED, "new.py": applying.UNCOMMITTED}
    assert {one.path for one in applied if one.replaced} == {"ignored.py", "sub/b.js", "sub/c.go"}
    applied = list(apply(wanted, root, tmp_path / "out", allow_uncommitted=True))
    assert {one.path for one in applied if one.replaced} == {"a.py", "new.py"}


def test_each_repository_has_its_root(root: Path, tmp_path: Path) -> None:
    git(root, "init", "-q")
    other = tmp_path / "other"
    (other / "sub").mkdir(parents=True)
    (other / "sub" / "d.py").write_bytes(PYTHON)
    found = roots([root, other])
    for row in extract(root, other):
        if isinstance(row, Function):
            assert (found[row.repository] / row.path).is_file()
    assert sorted(found.values()) == [other, root]


@pytest.mark.parametrize("command", [["git", "apply"], ["patch", "-p1", "--binary", "-s"]])
def test_the_patch_does_what_apply_does(root: Path, tmp_path: Path, command: list[str]) -> None:
    (root / "sub" / "b.js").write_bytes(LATIN + b"\n/** Old. */\nfunction h() {}")  # no newline at the end
    wanted = replacements(root, "New \\ one.\n\nMore.")
    before = contents(root)
    changes = list(patch(wanted, root))
    assert contents(root) == before
    list(apply(wanted, root, tmp_path / "out"))
    after = contents(root)
    list(undo(tmp_path / "out"))
    subprocess.run(command, cwd=root, input=b"".join(diff for _, diff in changes), check=True)
    assert contents(root) == after
    assert [one.replaced for one, _ in changes if one.replaced]


def test_two_processes_do_not_share_a_journal(root: Path, tmp_path: Path) -> None:
    first = apply(replacements(root), root, tmp_path / "out")
    next(first)
    with pytest.raises(UndoError, match="another process"):
        next(apply(replacements(root), root, tmp_path / "out"))
    first.close()


def test_a_torn_line_of_the_journal_is_dropped(root: Path, tmp_path: Path) -> None:
    before = contents(root)
    list(apply(replacements(root), root, tmp_path / "out"))
    journal = tmp_path / "out" / FOLDER / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    assert [json.loads(line)["before"] for line in lines] == [
        hashlib.sha256(data).hexdigest() for data in (PYTHON, LATIN, GO)
    ]
    with journal.open("ab") as file:
        file.write(lines[0][:-20])
    list(apply(replacements(root, "Newer."), root, tmp_path / "out"))
    list(undo(tmp_path / "out"))
    assert contents(root) == before


_APPLY = """
import sys
from pathlib import Path
from codegloss.extract import extract
from codegloss.records import Function
from codegloss.synth.source.apply import Replacement, apply
root, out = map(Path, sys.argv[1:])
rows = [Replacement(row, "New.") for row in extract(root) if isinstance(row, Function)]
print("ready", flush=True)
for _ in apply(rows, root, out):
    pass
"""


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1])  # seconds after the first file may be replaced
def test_killed_at_any_moment_every_file_is_old_or_new(tmp_path: Path, delay: float) -> None:
    root, out = tmp_path / "root", tmp_path / "out"
    root.mkdir()
    for number in range(40):
        (root / f"f{number}.js").write_bytes(b"/** Old. */\nfunction f() {}\n")
    before = contents(root)
    process = subprocess.Popen([sys.executable, "-c", _APPLY, str(root), str(out)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    temporary = {temporary_of(root / name).name for name in before}
    for name, data in contents(root).items():
        assert name in temporary or data in (before[name], before[name].replace(b"Old", b"New"))
    if (out / FOLDER / "journal.jsonl").exists():
        assert all(undone.reason is None for undone in undo(out))
    assert contents(root) == before
