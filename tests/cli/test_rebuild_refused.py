"""What `codegloss rebuild` refuses, each in a line with the cure, and what lies in its way and must not."""

from __future__ import annotations

import json
import shutil
import tarfile
from pathlib import Path

import pytest
from test_rebuild import SOURCE, digest, rebuild

ALL = ("--only", "all", "--blind", "-q")


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "box.py").write_text(SOURCE, "utf-8")
    return tmp_path / "code"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `code` and `out`, the run made of it; to be copied."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "code").mkdir()
    (folder / "code" / "box.py").write_text(SOURCE, "utf-8")
    rebuild(folder / "code", "--out", folder / "out", *ALL)
    return folder


def one_line(text: str) -> str:
    assert len(text.strip().splitlines()) == 1, text
    return text


def test_an_out_inside_the_source_is_no_source(code: Path) -> None:
    (code / "manifest.json").write_text('{"name": "a web application\'s own"}', "utf-8")
    out = code / "rebuilt"
    first = json.loads(rebuild(code, "--out", out, *ALL, "--json").stdout)
    stamp = (out / "dataset" / "manifest.json").stat().st_mtime_ns
    assert json.loads(rebuild(code, "--out", out, *ALL, "--json").stdout) == first
    assert first["functions"] == 3
    assert (out / "dataset" / "manifest.json").stat().st_mtime_ns == stamp
    rebuild(code, "--out", out, "--apply")
    assert "Open a socket" not in (code / "box.py").read_text("utf-8")


def test_changed_source_and_other_wishes_are_told_with_the_cure(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "copy")
    code, out = tmp_path / "copy" / "code", tmp_path / "copy" / "out"
    other = one_line(rebuild(code, "--out", out, "--only", "missing", "--blind", "-q", status=2).stderr)
    assert "only: all there, missing here" in other
    other = one_line(rebuild(code, "--out", out, "--model", "m", "--apply", status=2).stderr)
    assert "writer: builtin there, model:m here" in other
    (code / "box.py").write_text(SOURCE + "\n# more\n", "utf-8")
    assert "--overwrite" in one_line(rebuild(code, "--out", out, *ALL, status=2).stderr)
    assert digest(code / "box.py") != digest(made / "code" / "box.py")
    assert "changed since it was read 2" in rebuild(code, "--out", out, "--apply").stderr
    (tmp_path / "another").mkdir()
    told = rebuild(tmp_path / "another", "--out", out, "--apply", status=2).stderr
    assert "was made of" in one_line(told)
    assert rebuild(code, "--out", out, *ALL, "--overwrite").stdout.startswith("3 of 3 functions")


def test_a_folder_that_is_no_run_is_left_as_it_is(code: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.html").write_text("my own", "utf-8")
    assert "name another --out" in one_line(rebuild(code, "--out", tmp_path / "mine", status=2).stderr)
    assert [entry.name for entry in (tmp_path / "mine").iterdir()] == ["report.html"]
    assert (tmp_path / "mine" / "report.html").read_text("utf-8") == "my own"
    assert "is a file" in one_line(rebuild(code, "--out", code / "box.py", status=2).stderr)
    assert "what is to be read" in one_line(rebuild(code, "--out", code, status=2).stderr)


def test_no_functions_is_told_and_makes_no_report(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "notes.txt").write_text("nothing to run", "utf-8")
    told = one_line(rebuild(tmp_path / "notes", "--out", tmp_path / "out", "-q", status=2).stderr)
    assert "no functions in" in told
    assert not (tmp_path / "out" / "report.html").exists()


def test_an_archive_is_rebuilt_and_not_written_into(code: Path, tmp_path: Path) -> None:
    archive = tmp_path / "code.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(code, arcname="code-1.0")
    before = digest(archive)
    rebuild(archive, "--out", tmp_path / "out", *ALL)
    assert "left alone: no file of its own" in rebuild(archive, "--out", tmp_path / "out", "--apply").stderr
    assert digest(archive) == before


def test_wishes_that_exclude_each_other_are_refused(made: Path) -> None:
    out = made / "out"
    assert "one of them" in rebuild(made / "code", "--out", out, "--apply", "--diff", status=2).stderr
    assert "alone" in rebuild("--out", out, "--undo", "--apply", status=2).stderr


def test_what_to_do_next_is_told(made: Path, tmp_path: Path) -> None:
    said = rebuild(made / "code", "--out", made / "out", *ALL).stdout
    assert "a model writes better: --model" in said
    assert "--diff shows the patch" in said
    (tmp_path / "fine").mkdir()
    (tmp_path / "fine" / "sums.py").write_text(
        "def total(prices):\n    total = 0\n    for price in prices:\n"
        "        total += price\n    return total\n", "utf-8"
    )  # fmt: skip
    said = rebuild(tmp_path / "fine", "--out", tmp_path / "out", "-q").stdout
    assert "no comment is weak; --only missing" in said
    assert "no new comment" in rebuild(tmp_path / "fine", "--out", tmp_path / "out", "--apply").stderr
