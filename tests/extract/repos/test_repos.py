"""Finding sources in folders and checkouts: every file met is one row, and nothing hostile is followed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from codegloss.extract.repos import discover, read
from codegloss.extract.repos.sources import REASONS, DiscoveryOptions, Found, SourceError
from codegloss.records import Dropped, Failed, Source, to_arrow

CODE = "def one():\n    return 1\n"


def tree(root: Path, *names: str, text: str = CODE) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def found(*paths: Path, **options: object) -> list[Found]:
    return list(discover(paths, DiscoveryOptions(**options)))  # type: ignore[arg-type]


def sources(*paths: Path, **options: object) -> list[Source]:
    return [row for row in found(*paths, **options) if isinstance(row, Source)]


def reasons(rows: list[Found]) -> dict[str, str]:
    return {row.path: row.reason for row in rows if isinstance(row, Dropped)}


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@x", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def checkout(root: Path, *names: str, remote: str | None = None) -> Path:
    tree(root, *names)
    git(root, "init", "-q")
    if remote:
        git(root, "remote", "add", "origin", remote)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def test_a_folder_gives_its_sources_in_the_order_of_their_paths(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "proj", "b.py", "a/z.py", "a.py", "a-b.py", "é.py", "notes.txt", "Z.py", "a/b/c.py"
    )
    rows = found(root)
    paths = [row.path for row in rows]
    assert paths == sorted(paths, key=str.encode)
    assert len(paths) == 8
    assert {row.repository for row in rows} == {"proj"}
    assert reasons(rows) == {"notes.txt": "not source code"}
    source = sources(root)[0]
    assert (source.path, source.revision, source.size) == ("Z.py", None, len(CODE))
    assert read(source) == CODE.encode()


def test_the_parent_folder_and_the_way_it_is_written_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tree(tmp_path / "one" / "proj", "a.py", "b/c.py")
    before = [(row.repository, row.path) for row in found(root)]
    (tmp_path / "one").rename(tmp_path / "two")
    root = tmp_path / "two" / "proj"
    monkeypatch.chdir(root)
    for way in (root, Path("."), Path(f"{root}/."), Path(f"{root}/b/.."), Path("../proj/")):
        assert [(row.repository, row.path) for row in found(way)] == before


def test_each_reason_has_its_row(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "proj", "ok.py", "x.txt", ".gitignore", "node_modules/m/i.js", "env/pyvenv.cfg", ".hg/h.py"
    )
    (root / "empty.py").touch()
    (root / "big.py").write_bytes(b"#" * 101)
    (root / "link.py").symlink_to("ok.py")
    (root / "gone.py").symlink_to("nowhere")
    (root / "loop").symlink_to(".")
    (root / ".gitignore").write_text("build/\n*.gen.py\n")
    tree(root, "build/out.py", "a.gen.py", "sub/b.gen.py", "App.java")
    os.mkfifo(root / "pipe.py")
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(os.path.relpath(root / "sock.py"))
    rows = found(root, max_file_bytes=100, languages=frozenset({"python"}))
    unix.close()
    told = reasons(rows)
    assert told == {
        ".gitignore": "not source code", "x.txt": "not source code", "App.java": "other language",
        "node_modules": "vendored", "env": "vendored", ".hg": "ignored", "empty.py": "empty",
        "big.py": "too large", "link.py": "symlink", "gone.py": "symlink", "loop": "symlink",
        "build": "ignored", "a.gen.py": "ignored", "sub/b.gen.py": "ignored", "pipe.py": "special file",
        "sock.py": "special file",
    }  # fmt: skip
    assert set(told.values()) <= set(REASONS)
    assert [row.path for row in rows if isinstance(row, Source)] == ["ok.py"]
    assert len(rows) == len(told) + 1


def test_vendored_folders_are_entered_when_asked_or_named(tmp_path: Path) -> None:
    root = tree(
        tmp_path / "proj", "a.py", "node_modules/@s/m/lib/i.py", "node_modules/@s/m/node_modules/n/i.py"
    )
    (root / "node_modules/@s/m/package.json").write_text(
        '{"name": "@s/m", "version": "2.0.1", "license": "ISC"}'
    )
    told = [(s.repository, s.revision, s.licence, s.path) for s in sources(root, vendored=True)]
    assert told == [
        ("proj", None, None, "a.py"),
        ("@s/m", "2.0.1", "ISC", "lib/i.py"),
        ("@s/m", "2.0.1", "ISC", "node_modules/n/i.py"),
    ]
    assert [s.path for s in sources(root / "node_modules" / "@s" / "m")] == [
        "lib/i.py",
        "node_modules/n/i.py",
    ]


def test_gitignore_files_without_git_go_from_the_outside_in(tmp_path: Path) -> None:
    root = tree(tmp_path / "p", "a.py", "k/a.py", "k/b.py", "k/keep/b.py", "top.py", "k/top.py")
    (root / ".gitignore").write_text("b.py\n/top.py\n*a*a*a*a*a*b\n!\n[\n\\\n")
    (root / "k" / "keep" / ".gitignore").write_text("!b.py\n")
    assert [s.path for s in sources(root)] == ["a.py", "k/a.py", "k/keep/b.py", "k/top.py"]
    assert len(sources(root, gitignore=False)) == 6


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://user:secret@github.com/Owner/name.git", "github.com/Owner/name"),
        ("git@github.com:Owner/name.git", "github.com/Owner/name"),
        ("ssh://git@gitlab.example.org:2222/group/sub/name.git/", "gitlab.example.org/group/sub/name"),
        ("git://example.org/name", "example.org/name"),
        ("/srv/git/name.git", None),
        ("../name", None),
        ("C:/work/name", None),
    ],
)
def test_a_checkout_is_named_by_its_remote(tmp_path: Path, address: str, name: str | None) -> None:
    root = checkout(tmp_path / "folder", "a.py", remote=address)
    (source,) = sources(root)
    assert source.repository == (name or "folder")
    assert source.revision == git(root, "rev-parse", "HEAD")
    git(root, "pack-refs", "--all")
    assert sources(root) == [source]
    git(root, "checkout", "-q", "--detach")
    assert sources(root) == [source]


def test_git_says_what_is_ignored(tmp_path: Path) -> None:
    root = checkout(tmp_path / "r", "a.py", "sub/b.py", "forced.gen.py", remote="https://x.org/o/r")
    (root / ".gitignore").write_text("*.gen.py\nout/\n")
    (root / ".git/info/exclude").write_text("private.py\n")
    tree(root, "new.py", "c.gen.py", "out/o.py", "sub/out/deep/o.py", "private.py")
    rows = found(root)
    assert [row.path for row in rows if isinstance(row, Source)] == [
        "a.py",
        "forced.gen.py",
        "new.py",
        "sub/b.py",
    ]
    told = reasons(rows)
    assert [path for path, reason in told.items() if reason == "ignored"] == [
        ".git", "c.gen.py", "out", "private.py", "sub/out",
    ]  # fmt: skip
    assert [(s.repository, s.path) for s in sources(root / "sub")] == [("x.org/o/r", "sub/b.py")]
    assert [(s.repository, s.path) for s in sources(root / "sub" / "b.py")] == [("x.org/o/r", "sub/b.py")]
    ignored_itself = sources(root / "out")
    assert [(s.repository, s.path, s.revision) for s in ignored_itself] == [("out", "o.py", None)]


def test_a_checkout_inside_a_checkout_is_a_repository_of_its_own(tmp_path: Path) -> None:
    root = checkout(tmp_path / "outer", "a.py", remote="https://x.org/o/outer")
    inner = checkout(root / "libs" / "inner", "b/c.py", remote="https://x.org/o/inner")
    git(root, "worktree", "add", "-q", str(root / "tree"), "HEAD")
    told = {(s.repository, s.revision, s.path) for s in sources(root)}
    first = git(root, "rev-parse", "HEAD")
    assert told == {
        ("x.org/o/outer", first, "a.py"),
        ("x.org/o/inner", git(inner, "rev-parse", "HEAD"), "b/c.py"),
        ("x.org/o/outer#2", first, "a.py"),
    }


def test_a_checkout_without_commits_or_with_a_damaged_git_folder_still_works(tmp_path: Path) -> None:
    root = tree(tmp_path / "r", "a.py")
    git(root, "init", "-q")
    assert [(s.repository, s.revision, s.path) for s in sources(root)] == [("r", None, "a.py")]
    (root / ".git/HEAD").write_bytes(b"\xff\0" * 50)
    (root / ".git/config").write_bytes(b'[remote "\xff')
    assert [s.path for s in sources(root)] == ["a.py"]


def test_a_checkout_cannot_name_a_program_to_run(tmp_path: Path) -> None:
    root = checkout(tmp_path / "r", "a.py")
    mark = tmp_path / "ran"
    script = tmp_path / "program"
    script.write_text(f"#!/bin/sh\ntouch {mark}\n")
    script.chmod(0o755)
    git(root, "config", "core.fsmonitor", str(script))
    assert len(sources(root)) == 1
    assert not mark.exists()
    git(root, "status")
    assert mark.exists(), "the trap itself works"


def test_without_git_the_gitignore_files_are_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = checkout(tmp_path / "r", "a.py", "sub/a.py", remote="git@x.org:o/r")
    (root / ".gitignore").write_text("b.py\n")
    tree(root, "b.py", "sub/b.py", "out/a.py")
    with_git = found(root / "sub")
    assert reasons(with_git) == {"sub/b.py": "ignored"}
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found(root / "sub") == with_git
    (root / ".gitignore").write_text("out/\n")
    assert [(s.repository, s.path) for s in sources(root / "out", gitignore=False)] == [
        ("x.org/o/r", "out/a.py")
    ]


def test_two_inputs_of_one_name_stay_two_and_none_is_met_twice(tmp_path: Path) -> None:
    one, two = tree(tmp_path / "1" / "utils", "a.py"), tree(tmp_path / "2" / "utils", "a.py", "in/b.py")
    told = [(row.repository, row.path) for row in found(one, two)]
    assert told == [("utils", "a.py"), ("utils#2", "a.py"), ("utils#2", "in/b.py")]
    rows = found(two, two / "in", two / "a.py", two)
    assert [(row.repository, row.path, getattr(row, "reason", "taken")) for row in rows] == [
        ("utils", "a.py", "duplicate path"),
        ("utils", "in", "duplicate path"),
        ("in", "b.py", "taken"),
        ("utils", "a.py", "taken"),
        ("utils", ".", "duplicate path"),
    ]


def test_a_file_named_itself_belongs_to_its_folder(tmp_path: Path) -> None:
    root = tree(tmp_path / "proj", "a.py", "b.py", "LICENSE", "x.txt")
    (root / "LICENSE").write_text("SPDX-License-Identifier: MIT")
    told = [
        (row.repository, row.path, getattr(row, "licence", "-"))
        for row in found(root / "b.py", root / "x.txt")
    ]
    assert told == [("proj", "b.py", "MIT"), ("proj", "x.txt", "-")]
    (missing,) = found(tmp_path / "nowhere.py")
    assert isinstance(missing, Failed)
    assert (missing.path, missing.error) == ("nowhere.py", "FileNotFoundError")


def test_the_nearest_package_tells_the_licence(tmp_path: Path) -> None:
    root = tree(tmp_path / "mono", "a.py", "js/b.py", "js/src/c.py", "py/d.py", "none/e.py")
    (root / "Cargo.toml").write_text(
        '[package]\nname = "a"\nversion = "1.0.0"\nlicense = "MIT OR Apache-2.0"\n'
    )
    (root / "js/package.json").write_text('{"license": "ISC"}')
    (root / "py/pyproject.toml").write_text('[project]\nname = "d"\nlicense = {text = "BSD-3-Clause"}\n')
    (root / "none/package.json").write_text("{damaged")
    assert {s.path: s.licence for s in sources(root)} == {
        "a.py": "MIT OR Apache-2.0", "js/b.py": "ISC", "js/src/c.py": "ISC", "py/d.py": "BSD-3-Clause",
        "none/e.py": "MIT OR Apache-2.0",
    }  # fmt: skip


def test_installed_packages_are_told_apart(tmp_path: Path) -> None:
    site = tree(tmp_path / "lib", "one/a.py", "space/x/b.py", "space/y/c.py", "own.py", "top.py")
    for name, licence, record in (
        ("One", "MIT", "one/a.py,,\ntop.py,,\n"),
        ("space-x", "ISC", "space/x/b.py,,\n"),
        ("space-y", "Zlib", "space/y/c.py,,\n"),
    ):
        info = site / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Name: {name}\nVersion: 1.0\nLicense: {licence}\n\nBody\n")
        (info / "RECORD").write_text(record)
    assert {(s.repository, s.revision, s.licence, s.path) for s in sources(site)} == {
        ("One", "1.0", "MIT", "one/a.py"), ("One", "1.0", "MIT", "top.py"),
        ("space-x", "1.0", "ISC", "space/x/b.py"), ("space-y", "1.0", "Zlib", "space/y/c.py"),
        ("lib", None, None, "own.py"),
    }  # fmt: skip
    assert [(s.repository, s.licence, s.path) for s in sources(site / "one")] == [("one", "MIT", "a.py")]


def test_scripts_are_told_by_their_first_line(tmp_path: Path) -> None:
    root = tree(tmp_path / "p", "tool", "data", text="#!/usr/bin/env python3\nprint(1)\n")
    (root / "data").write_bytes(b"\x7fELF")
    (root / "odd.in").write_text("#!/usr/bin/python\n")
    assert [s.path for s in sources(root)] == ["tool"]
    (root / "odd.in").chmod(0o755)
    assert [s.path for s in sources(root)] == ["odd.in", "tool"]


def test_links_are_followed_on_demand_but_never_round(tmp_path: Path) -> None:
    other = tree(tmp_path / "other", "x.py", "deep/y.py")
    root = tree(tmp_path / "p", "a.py", "sub/b.py")
    (root / "sub" / "up").symlink_to("..")
    (root / "far").symlink_to(other)
    (root / "far2").symlink_to(other)
    (root / "file.py").symlink_to(other / "x.py")
    (other / "back").symlink_to(root)
    assert [s.path for s in sources(root)] == ["a.py", "sub/b.py"]
    rows = found(root, follow_symlinks=True)
    assert sorted(row.path for row in rows if isinstance(row, Source)) == [
        "a.py", "far/deep/y.py", "far/x.py", "file.py", "sub/b.py",
    ]  # fmt: skip
    told = reasons(rows)
    assert told["sub/up"] == "symlink loop"
    assert told["far2"] == "duplicate path"
    assert told["far/back"] in ("symlink loop", "duplicate path")


def test_names_that_are_not_utf_8_stay_readable(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    os.mkdir(folder)
    for name in (b"\xff.py", b"\xfe.py", b"ok.py"):
        with open(folder + b"/" + name, "wb") as file:
            file.write(name)
    rows = sources(Path(os.fsdecode(folder)))
    assert [row.path for row in rows] == ["ok.py", "\\xfe.py", "\\xff.py"]
    assert [read(row) for row in rows] == [b"ok.py", b"\xfe.py", b"\xff.py"]
    assert to_arrow(rows, Source).num_rows == 3


def test_a_file_that_vanishes_or_changes_is_an_error_of_its_own(tmp_path: Path) -> None:
    root = tree(tmp_path / "p", "a.py", "b.py", "c.py")
    gone, grown, pipe = sources(root)
    (root / "a.py").unlink()
    with pytest.raises(FileNotFoundError):
        read(gone)
    (root / "b.py").write_bytes(b"#" * 1000)
    assert len(read(grown, 500)) == 501
    (root / "c.py").unlink()
    os.mkfifo(root / "c.py")
    with pytest.raises(SourceError):
        read(pipe)


def test_a_file_without_a_size_is_never_read(tmp_path: Path) -> None:
    if not Path("/proc/self/maps").exists():
        pytest.skip("no /proc here")
    (row,) = found(Path("/proc/self/maps"))
    assert isinstance(row, Dropped)


def test_a_folder_as_deep_as_names_go_ends(tmp_path: Path) -> None:
    here = os.getcwd()
    root = tree(tmp_path / "p", "a.py")
    os.chdir(root)
    try:
        for _ in range(2500):
            os.mkdir("d")
            os.chdir("d")
    finally:
        os.chdir(here)
    start = time.perf_counter()
    rows = found(root)
    assert time.perf_counter() - start < 10
    assert [row.path for row in rows if isinstance(row, Source)] == ["a.py"]
    (failed,) = [row for row in rows if isinstance(row, Failed)]
    assert "too long" in failed.message
    subprocess.run(["rm", "-rf", str(root)], check=True)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become somebody else"
)
def test_an_unreadable_folder_fails_alone(tmp_path: Path) -> None:
    root = tree(tmp_path / "p", "a.py", "secret/b.py", "z.py")
    (root / "secret").chmod(0)
    script = f"""
        import os, sys
        from pathlib import Path
        from codegloss.extract.languages import languages
        from codegloss.extract.repos import discover
        from codegloss.extract.repos.sources import DiscoveryOptions
        languages()
        os.setuid(65534)
        rows = list(discover([Path({str(root)!r})], DiscoveryOptions()))
        print([(type(row).__name__, row.path) for row in rows])
    """
    for parent in (tmp_path, *tmp_path.parents):
        if parent.name.startswith("pytest") or parent == tmp_path:
            parent.chmod(0o755)
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True)
    if "Permission" in done.stderr and "Source" not in done.stdout:
        pytest.skip("the interpreter itself cannot be read by others")
    assert done.stdout.strip() == "[('Source', 'a.py'), ('Failed', 'secret'), ('Source', 'z.py')]", (
        done.stderr
    )


def test_rows_come_lazily(tmp_path: Path) -> None:
    root = tree(tmp_path / "p", "a/a.py", "b/b.py")
    rows = discover([root], DiscoveryOptions())
    assert next(rows).path == "a/a.py"
    (root / "b" / "new.py").write_text(CODE)
    assert [row.path for row in rows] == ["b/b.py", "b/new.py"]
