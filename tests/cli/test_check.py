"""`codegloss check` reports like a linter: lines, exit codes, settings, suppressions, a baseline, diffs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from checking import FALSE, TRUE, git, run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one true and one false comment, and no git or settings around it."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "good.py").write_text(TRUE)
    (tmp_path / "src" / "bad.py").write_text(f"import os\n\n\n{FALSE}")
    (tmp_path / "pyproject.toml").write_text("[tool.codegloss.check]\n")
    return tmp_path


def codes(output: str) -> list[str]:
    return [line.split(": ")[1].split(" ")[0] for line in output.splitlines()]


def test_a_finding_is_a_line_with_path_line_code_and_message(project: Path) -> None:
    result = run(project, "check", "src")
    assert result.exit_code == 1
    line = next(line for line in result.stdout.splitlines() if "CG101" in line)
    assert line.startswith("src/bad.py:8: CG101 ")
    assert "width" in line
    assert "good.py" not in result.stdout
    assert "codegloss check: 1 finding" in result.stderr or "findings (" in result.stderr
    assert "2 functions in 2 files, 2 commented" in result.stderr


def test_clean_code_exits_with_0(project: Path) -> None:
    result = run(project, "check", "src/good.py")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "0 findings; 1 function in 1 file, 1 commented" in result.stderr
    assert run(project, "check", "src/good.py", "--quiet").output == ""


def test_worst_come_first(project: Path) -> None:
    twice = TRUE.replace("side: in metres", "side: a\n        side: b")
    (project / "src" / "twice.py").write_text(f"{twice}\n\n{FALSE}")
    found = json.loads(run(project, "check", "src", "--format", "json", "--min-confidence", "0").stdout)
    confidences = [finding["confidence"] for finding in found["findings"]]
    assert len(set(confidences)) > 1
    assert confidences == sorted(confidences, reverse=True)
    assert found["summary"]["findings"] == len(confidences)
    assert found["summary"]["functions"] == 4


def test_paths_are_shown_from_where_one_stands(project: Path) -> None:
    assert run(project / "src", "check", ".").stdout.startswith("bad.py:8:")
    (project / "elsewhere").mkdir()
    assert run(project / "elsewhere", "check", "../src").stdout.startswith(f"{project}/src/bad.py:8:")


def test_rules_are_selected_and_ignored(project: Path) -> None:
    def exit_code(*options: str) -> int:
        return run(project, "check", "src", *options).exit_code

    assert exit_code("--select", "CG101") == 1
    assert exit_code("--select", "unknown-parameter") == 1
    assert exit_code("--select", "CG104") == 0
    assert exit_code("--select", "CG104,CG101") == 1
    assert exit_code("--ignore", "CG1") == 0
    assert exit_code("--min-confidence", "1") == 0


def test_settings_are_read_and_the_command_line_wins(project: Path) -> None:
    settings = "[tool.codegloss.check]\nselect = ['CG104']\nexclude = ['good.py']\n"
    (project / "pyproject.toml").write_text(settings)
    result = run(project, "check", "src")
    assert result.exit_code == 0
    assert "files left out: excluded 1" in result.stderr
    assert run(project, "check", "src", "--select", "CG101").exit_code == 1
    result = run(project, "check", "src", "--select", "CG101", "--exclude", "bad.py")
    assert (result.exit_code, result.stdout) == (0, "")


def test_a_finding_is_suppressed_where_it_stands(project: Path) -> None:
    marked = FALSE.replace("(side):", "(side):  # codegloss: ignore[CG101, CG102]")
    (project / "src" / "bad.py").write_text(marked)
    result = run(project, "check", "src")
    assert (result.exit_code, result.stdout) == (0, "")
    assert re.search(r"findings left out: [12] suppressed", result.stderr)


def test_a_suppression_of_no_rule_is_told(project: Path) -> None:
    (project / "src" / "good.py").write_text(TRUE.replace("(side):", "(side):  # codegloss: ignore[CG999]"))
    result = run(project, "check", "src/good.py")
    assert result.exit_code == 0
    assert "src/good.py:1: no such rule to ignore: CG999" in result.stderr


def test_what_the_baseline_has_does_not_count_even_when_moved(project: Path) -> None:
    known = ["--baseline", "known.json"]
    written = run(project, "check", "src", *known, "--write-baseline")
    assert written.exit_code == 0
    assert "0 findings" in written.stderr
    bad = project / "src" / "bad.py"
    bad.write_text("import sys\n\n" + bad.read_text())
    assert run(project, "check", "src", *known).exit_code == 0
    bad.write_text(bad.read_text() + "\n\n" + FALSE.replace("area", "other"))
    again = run(project, "check", "src", *known)
    assert again.exit_code == 1
    assert all("bad.py:19" in line for line in again.stdout.splitlines() if "CG101" in line)


def test_only_what_changed_under_an_unchanged_comment_is_reported(project: Path) -> None:
    git(project, "init", "-q")
    (project / "src" / "bad.py").write_text(FALSE + "\n\n" + FALSE.replace("area", "other"))
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "one")
    assert run(project, "check", ".").exit_code == 1
    clean = run(project, "check", ".", "--diff", "HEAD")
    assert clean.exit_code == 0
    assert "0 functions in 0 files" in clean.stderr
    git(project, "mv", "src/bad.py", "src/moved.py")
    text = (project / "src" / "moved.py").read_text()
    (project / "src" / "moved.py").write_text(text.replace("side * side", "side**2", 1))
    result = run(project, "check", ".", "--diff", "HEAD")
    assert result.exit_code == 1
    assert {line.split(":")[0] for line in result.stdout.splitlines()} == {"src/moved.py"}
    assert "area" not in result.stdout or "other" not in result.stdout
    assert "1 of these with changed code below an unchanged comment" in result.stderr


def test_github_gets_commands_that_no_message_can_break(project: Path) -> None:
    odd = project / "src" / "o,d:d%.py"
    odd.write_text(FALSE.replace("width: in metres", "width: 100% a::b"))
    result = run(project, "check", str(odd), "--format", "github")
    assert result.exit_code == 1
    for line in result.stdout.splitlines():
        match = re.fullmatch(r"::warning file=([^,:]+),line=(\d+),title=(CG\d+) ([\w-]+)::(.+)", line)
        assert match
        assert match[1] == "src/o%2Cd%3Ad%25.py"
        assert not re.search(r"%(?!25|0A|0D)", match[5])


def test_sarif_is_one_document(project: Path) -> None:
    result = run(project, "check", "src", "--format", "sarif")
    assert result.exit_code == 1
    (log_run,) = json.loads(result.stdout)["runs"]
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for finding in log_run["results"]
        for place in finding["locations"]
    }
    assert uris == {"src/bad.py"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere"], "nowhere does not exist"),
        ([], "Missing argument"),
        (["src", "--select", "CG10x"], "unknown rule 'CG10X'|unknown rule 'CG10x'"),
        (["src", "--ignore", "unknown-paramter"], "did you mean unknown-parameter"),
        (["src", "--min-confidence", "2"], "min-confidence"),
        (["src", "--format", "xml"], "format"),
        (["src", "--diff", "HEAD"], "no git checkout"),
        (["src", "--baseline", "none.json"], "none.json does not exist; --write-baseline makes it"),
        (["src", "--baseline", "src/bad.py"], "not a baseline"),
        (["src", "--write-baseline"], "--baseline FILE"),
    ],
)
def test_misuse_exits_with_2_and_one_clear_line(project: Path, arguments: list[str], complaint: str) -> None:
    result = run(project, "check", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert re.search(complaint, result.stderr)


def test_an_unknown_setting_is_misuse(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.codegloss.check]\nselct = []\n")
    result = run(project, "check", "src")
    assert result.exit_code == 2
    assert "tool.codegloss.check.selct; did you mean select?" in result.stderr


def test_a_file_that_cannot_be_checked_is_told_and_the_rest_goes_on(project: Path) -> None:
    (project / "src" / "notes.txt").write_text("text")
    (project / "src" / "binary.py").write_bytes(bytes(range(256)))
    result = run(project, "check", "src")
    assert result.exit_code == 1
    assert "src/bad.py:8: CG101" in result.stdout
    assert "binary 1, not source code 1" in result.stderr


def test_comments_that_are_not_judged_are_counted_with_the_reason(project: Path) -> None:
    german = '"""Gibt die Fläche eines Quadrats zurück, das so breit wie lang ist und auf dem Boden liegt."""'
    (project / "src" / "good.py").write_text(f"def f(x):\n    {german}\n    return x * x\n")
    result = run(project, "check", "src/good.py")
    assert result.exit_code == 0
    assert "comments not judged: not in English 1" in result.stderr
