"""A baseline keeps what is known through moved lines, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from codegloss.quality.linter.baseline import BaselineError, new_findings, read_baseline, write_baseline
from codegloss.quality.linter.examine import Located
from codegloss.records import Finding

FINDING = Finding("id", "r", "a.py", 3, "C.f", "python", "CG101", "unknown", "no `x`", "x: the x", 0.9)


def located(folder: Path, path: str = "a.py", ordinal: int = 0, **changed: object) -> Located:
    return Located(replace(FINDING, path=path, **changed), str(folder / path), ordinal)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "known.json"


def is_known(file: Path, one: Located) -> bool:
    new, known = new_findings([one], read_baseline(file), file)
    assert len(new) + known == 1
    return known == 1


def test_what_was_written_is_known_wherever_it_moves(file: Path, tmp_path: Path) -> None:
    assert write_baseline(file, [located(tmp_path)], [str(tmp_path / "a.py")], ["CG101"]) == (1, 0)
    assert is_known(file, located(tmp_path, line=40))
    assert is_known(file, located(tmp_path, confidence=0.2, message="in other words", function="id2"))
    assert is_known(file, located(tmp_path, quote="x:  the\n x"))


def test_another_function_rule_quote_or_file_is_new(file: Path, tmp_path: Path) -> None:
    write_baseline(file, [located(tmp_path)], [], [])
    for other in (
        located(tmp_path, qualified_name="C.g"),
        located(tmp_path, rule="CG102"),
        located(tmp_path, quote="x: the other"),
        located(tmp_path, path="b.py"),
        located(tmp_path, ordinal=1),
    ):
        assert not is_known(file, other)


def test_it_holds_in_another_checkout(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "src").mkdir(parents=True)
    file = tmp_path / "one" / "known.json"
    write_baseline(file, [located(tmp_path / "one" / "src")], [], [])
    copy = tmp_path / "two" / "known.json"
    copy.write_bytes(file.read_bytes())
    assert is_known(copy, located(tmp_path / "two" / "src"))


def test_writing_again_drops_what_ended_and_keeps_what_was_not_looked_at(file: Path, tmp_path: Path) -> None:
    one, two = located(tmp_path), located(tmp_path, path="b.py")
    other_rule = located(tmp_path, rule="CG201")
    both = [str(tmp_path / "a.py"), str(tmp_path / "b.py")]
    write_baseline(file, [one, two, other_rule], both, ["CG101", "CG201"])
    assert write_baseline(file, [], both[:1], ["CG101"]) == (2, 1)
    assert not is_known(file, one)
    assert is_known(file, two)
    assert is_known(file, other_rule)


def test_a_file_name_may_be_any_bytes(file: Path, tmp_path: Path) -> None:
    odd = located(tmp_path, path="\udcff.py")
    write_baseline(file, [odd], [], [])
    assert is_known(file, odd)


def test_the_order_of_findings_does_not_show(file: Path, tmp_path: Path) -> None:
    findings = [located(tmp_path, quote=quote) for quote in "cab"]
    write_baseline(file, findings, [], [])
    first = file.read_bytes()
    file.unlink()
    write_baseline(file, findings[::-1], [], [])
    assert file.read_bytes() == first
    assert list(tmp_path.iterdir()) == [file]


ENTRY = {"path": "a.py", "function": "f", "ordinal": 0, "rule": "CG101", "quote": "x"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "not a baseline"),
        ("[]", "version 1"),
        ('{"version": 2, "findings": []}', "version 1"),
        ('{"version": 1, "findings": {}}', "must be a list"),
        (json.dumps({"version": 1, "findings": [ENTRY, {}]}), "finding 2 must have path"),
        (
            json.dumps({"version": 1, "findings": [ENTRY | {"ordinal": "0"}]}),
            "ordinal of finding 1 must be int",
        ),
    ],
)
def test_what_is_no_baseline_is_refused_and_left_alone(file: Path, text: str, complaint: str) -> None:
    file.write_text(text)
    with pytest.raises(BaselineError, match=complaint):
        read_baseline(file)
    with pytest.raises(BaselineError, match=complaint):
        write_baseline(file, [], [], [])
    assert file.read_text() == text
