"""The finished command, from one process to the rows on disk, on input that nobody wishes for."""

from __future__ import annotations

import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from extracting import COMMAND, PYTHON, checked, extract, rows, shards

GO = b"package p\n\n// One gives one.\nfunc One() int {\n\treturn 1\n}\n"
WITHOUT_PRIVILEGE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]


def tar_of(path: Path, members: list[tuple[str, bytes]], *special: tuple[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        for name, kind in special:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
    return path


def encrypted(path: Path) -> Path:
    """A zip whose member says that it is encrypted; the bit is what counts."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("secret.py", PYTHON)
    data = bytearray(path.read_bytes())
    for head, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(head) + place] |= 1
    path.write_bytes(data)
    return path


# Files by name: their bytes, and the encoding as which they are kept or the reason why they are not.
FILES: dict[str, tuple[bytes, str]] = {
    "plain.py": (PYTHON, "utf-8"),
    "plain.go": (GO, "utf-8"),
    "binary.py": (b"\x7fELF" + bytes(range(256)) * 20, "binary"),
    "zero-bytes.js": (b"function f() {}\n\0\0\0\n", "binary"),
    "invalid-utf-8.py": (b"# \xe2\x28\xa1 is no character\n" + PYTHON, "cp1252"),
    "latin-1.go": (GO.replace(b"gives", b"g\xe9n\xe8re"), "cp1252"),
    "latin-1-declared.py": (b"# coding: latin-1\n# \x81\xe9\n" + PYTHON, "iso8859-1"),
    "utf-16.java": ("class A { int f() { return 1; } }\n".encode("utf-16"), "utf-16-le"),
    "utf-16-without-mark.c": (b"int f(void) { return 1; }\n".decode().encode("utf-16-be"), "utf-16-be"),
    "mark.rs": (b"\xef\xbb\xbf/// Gives one.\nfn one() -> i32 { 1 }\n", "utf-8"),
    "crlf.go": (GO.replace(b"\n", b"\r\n"), "utf-8"),
    "cr.js": (b"function f() {\r  return 1\r}\r", "utf-8"),
    "empty.py": (b"", "empty"),
    "blank.py": (b" \n\t\n", "empty"),
    "picture.png": (b"\x89PNG", "not source code"),
    "large.js": (b"var a = 1;" * 200_001, "too large"),
    "broken.py": (PYTHON + b"def two(:\n    return 2\n\n" + PYTHON.replace(b"one", b"three"), "utf-8"),
    "broken.java": (
        b"class A { int f() { return 1; } int g( { return 2; } int h() { return 3; } }\n",
        "utf-8",
    ),
    "notebook.ipynb": (b'{"cells": [', "not source code"),
    "page.html": (b"<script>function f() { return 1 }</script><script>function g() {", "utf-8"),
    "line\nbreak.py": (PYTHON, "utf-8"),
    "smile-\N{GRINNING FACE}.py": (PYTHON, "utf-8"),
    "[red]markup[bold].py": (PYTHON, "utf-8"),
    "brackets.js": (b"([{" * 33_334, "utf-8"),
    "brackets.go": (b"(" * 100_000, "TangledError"),
    "deep.py": (b"x = a" + b"()" * 100_000, "TangledError"),
    "nested.js": (
        b"".join(b"function f%d() {" % i for i in range(3000)) + b"x;" * 5000 + b"}" * 3000,
        "TangledError",
    ),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of bad files and, beside it, bad archives."""
    top = tmp_path_factory.mktemp("hostile")
    tree = top / "tree"
    (tree / "a/b").mkdir(parents=True)
    for name, (data, _) in FILES.items():
        (tree / name).write_bytes(data)
    Path(os.fsdecode(bytes(tree) + b"/not-\xff-utf-8.py")).write_bytes(PYTHON)
    (tree / "a/b/loop").symlink_to("../../a")
    (tree / "dangling.py").symlink_to("nowhere.py")
    (tree / "node_modules").mkdir()
    os.mkfifo(tree / "pipe.py")

    whole = tar_of(
        top / "unsafe.tar.gz",
        [("../up.py", PYTHON), ("/etc/root.py", PYTHON), ("in/../../out.py", PYTHON), ("good.py", PYTHON)],
        ("device.py", tarfile.CHRTYPE),
        ("fifo.py", tarfile.FIFOTYPE),
        ("link.py", tarfile.SYMTYPE),
    )
    # Bytes that do not compress, so that the cut falls into the second member.
    tar_of(top / "cut.tar.gz", [("good.py", PYTHON), ("lost.py", os.urandom(200_000))])
    (top / "cut.tar.gz").write_bytes((top / "cut.tar.gz").read_bytes()[:100_000])
    (top / "no.zip").write_bytes(whole.read_bytes()[:200])
    encrypted(top / "encrypted.zip")
    tar_of(top / "bomb.tar.gz", [("good.py", PYTHON), ("zeros.bin", bytes(150_000_000))])
    with zipfile.ZipFile(top / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.py", PYTHON)
        for number in range(60):
            archive.writestr(f"spaces{number}.py", b" " * 1_900_000)
    return top


ARCHIVES = ["unsafe.tar.gz", "cut.tar.gz", "no.zip", "encrypted.zip", "bomb.tar.gz", "bomb.zip"]


@pytest.fixture(scope="module")
def extracted(hostile: Path) -> Path:
    out = hostile / "[red]out"
    done = extract(hostile / "tree", *(hostile / name for name in ARCHIVES), "--out", out)
    assert done.returncode == 0, done.stderr
    return out


def test_every_file_met_is_kept_dropped_or_failed_with_its_reason(extracted: Path) -> None:
    checked(extracted)
    ends: dict[str, str] = {}
    for table, column in (("files", "encoding"), ("dropped", "reason"), ("failed", "error")):
        for row in rows(extracted, table):
            if row["repository"] == "tree":
                assert row["path"] not in ends
                ends[row["path"]] = row[column]
    expected = {name: end for name, (_, end) in FILES.items()} | {
        "not-\\xff-utf-8.py": "utf-8",
        "a/b/loop": "symlink",
        "dangling.py": "symlink",
        "node_modules": "vendored",
        "pipe.py": "special file",
    }
    assert ends == expected


def test_archives_give_what_is_whole_in_them(extracted: Path) -> None:
    good = {row["repository"] for row in rows(extracted, "files") if row["path"] == "good.py"}
    assert good >= {"unsafe", "cut", "bomb"}
    unsafe = [row for row in rows(extracted, "dropped") if row["repository"] == "unsafe"]
    assert Counter(row["reason"] for row in unsafe) == {"unsafe path": 3, "special file": 3}
    failed = {row["path"]: row for row in rows(extracted, "failed")}
    assert failed.keys() >= {"cut.tar.gz", "no.zip", "secret.py", "bomb.tar.gz", "bomb.zip"}
    assert failed["secret.py"]["error"] == "encrypted"
    assert failed["bomb.tar.gz"]["error"] == failed["bomb.zip"]["error"] == "archive too large"


def test_functions_of_bad_files_are_right(extracted: Path) -> None:
    functions = [row for row in rows(extracted, "functions") if row["repository"] == "tree"]
    by_file: dict[str, dict[str, dict[str, Any]]] = {}
    for row in functions:
        by_file.setdefault(row["path"], {})[row["name"]] = row
    for name in ("plain.py", "invalid-utf-8.py", "line\nbreak.py", "not-\\xff-utf-8.py"):
        assert by_file[name]["one"]["summary"] == "Gives one."
    assert by_file["latin-1.go"]["One"]["summary"] == "One génère one."
    assert by_file["mark.rs"]["one"]["summary"] == "Gives one."
    assert by_file["crlf.go"]["One"]["end_line"] == 6
    assert {"one", "three"} <= {n for n, row in by_file["broken.py"].items() if not row["has_syntax_error"]}
    assert {"f", "h"} <= by_file["broken.java"].keys()
    assert by_file.keys() >= {"utf-16.java", "utf-16-without-mark.c", "cr.js", "page.html"}


def test_show_prints_names_as_they_are(extracted: Path) -> None:
    done = subprocess.run([COMMAND, "show", extracted], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[red]out" in done.stdout


def test_workers_runs_and_the_place_of_the_input_change_no_byte(tmp_path: Path, small_tree: Path) -> None:
    for number in range(100):
        (small_tree / f"more{number}.py").write_bytes(PYTHON * 3)
    assert extract(small_tree, "-o", tmp_path / "one", "--workers", "1").returncode == 0
    assert extract(small_tree, "-o", tmp_path / "two", "--workers", "2", "-q").stdout == ""
    moved = tmp_path / "elsewhere" / "deeper"
    moved.mkdir(parents=True)
    small_tree.rename(moved / "small")
    assert extract("./small/.", "-o", tmp_path / "three", cwd=moved).returncode == 0
    assert shards(tmp_path / "one") == shards(tmp_path / "two") == shards(tmp_path / "three")
    assert checked(tmp_path / "one").kept == 103


def test_json_is_the_manifest(tmp_path: Path, small_tree: Path) -> None:
    done = extract(small_tree, "-o", tmp_path / "out", "--json", "--quiet", "-l", "python")
    manifest = json.loads(done.stdout)
    assert (manifest["kept"], manifest["dropped"], manifest["tables"]["functions"]["rows"]) == (1, 2, 1)
    assert manifest["parameters"]["languages"] == ["python"]


def test_nothing_to_extract_is_an_empty_dataset(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert extract(tmp_path / "empty", "-o", tmp_path / "out").returncode == 0
    assert checked(tmp_path / "out").rows_in == 0
    assert rows(tmp_path / "out", "functions") == []


def test_the_output_may_lie_in_the_input(tmp_path: Path, small_tree: Path) -> None:
    out = small_tree / "data" / "out"
    assert extract(small_tree, "-o", out).returncode == 0
    assert checked(out).rows_in == 3
    assert "unchanged" in extract(small_tree, "-o", out).stdout
    (small_tree / "new.py").write_bytes(PYTHON)
    refused = extract(small_tree, "-o", out)
    assert refused.returncode == 2
    assert "another dataset" in refused.stderr
    assert extract(small_tree, "-o", out, "--overwrite").returncode == 0
    assert checked(out).rows_in == 4


def test_misuse_is_one_line_that_names_it(tmp_path: Path, small_tree: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine")
    (tmp_path / "loop").symlink_to("loop")
    not_utf8 = Path(os.fsdecode(bytes(tmp_path) + b"/\xff"))
    out = tmp_path / "out"
    for arguments, said in [
        ([tmp_path / "missing", "-o", out], "missing does not exist"),
        ([tmp_path / "loop", "-o", out], "loop cannot be read"),
        ([small_tree, "-o", out, "-l", "klingon"], "unknown language 'klingon'; known are bash, c"),
        ([small_tree, "-o", small_tree], "exists and is not a dataset: name another folder"),
        ([small_tree, "-o", tmp_path / "file"], "file is not an ordinary folder"),
        ([small_tree, "-o", tmp_path / "file/out"], "Not a directory"),
        ([small_tree, "-o", tmp_path / "full", "--overwrite"], "exists and is not a dataset"),
        ([small_tree, "-o", tmp_path / "loop"], "leads to itself: name another folder"),
        ([small_tree, "-o", not_utf8], "\\xff is not UTF-8: name another folder"),
        ([small_tree, "-o", "/"], "/ is not an ordinary folder"),
    ]:
        done = extract(*arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert said in done.stderr.splitlines()[-1]
        assert not out.exists()
    assert (tmp_path / "full/mine.txt").read_text() == (tmp_path / "file").read_text() == "mine"


def test_what_may_not_be_read_fails_alone(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "closed").mkdir(parents=True)
    (tree / "open.py").write_bytes(PYTHON)
    (tree / "shut.py").write_bytes(PYTHON)
    (tree / "shut.py").chmod(0)
    (tree / "closed").chmod(0)
    before = tuple(WITHOUT_PRIVILEGE) if os.geteuid() == 0 else ()
    if before and subprocess.run([*before, "true"], capture_output=True).returncode:
        pytest.skip("root reads everything, and may not give that up here")
    done = extract(tree, "-o", tmp_path / "out", before=before)
    (tree / "closed").chmod(0o700)
    assert done.returncode == 0, done.stderr
    checked(tmp_path / "out")
    failed = {row["path"]: row["error"] for row in rows(tmp_path / "out", "failed")}
    assert failed == {"closed": "PermissionError", "shut.py": "PermissionError"}
    assert [row["path"] for row in rows(tmp_path / "out", "functions")] == ["open.py"]
