"""Many files give the same on one process and on many, and a process that dies takes one file with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.quality.linter import spread
from codegloss.quality.linter.configuration import Switched
from codegloss.quality.linter.examine import Examined, Job
from codegloss.quality.linter.gathering import gather
from codegloss.quality.linter.spread import examine_all


def says_false(subject: Subject) -> Iterator[Claim]:
    """Finds the word false; a comment that says `die` ends the process, one that says `raise` raises."""
    text = subject.function.comment_text or ""
    if "die" in text:
        os._exit(1)
    if "raise" in text:
        raise ValueError("a rule of its own\nand more")
    if "false" in text:
        yield Claim("false", "it says false", 0.3 if "perhaps" in text else None)


RULE = Rule("CG901", "says-false", "", "", 0.9, says_false)


def job(folder: Path, least: float = 0.5) -> Job:
    return Job((Switched(RULE, least),), frozenset({"CG901"}), folder=str(folder))


def write(folder: Path, name: str, *comments: str) -> None:
    functions = [f'def f{number}(x):\n    """This is {text}."""\n' for number, text in enumerate(comments)]
    (folder / name).write_text("\n\n".join(functions))


def examined(folder: Path, workers: int) -> Examined:
    return examine_all(gather([folder]).sources, job(folder), workers)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(12):
        write(tmp_path, f"m{number:02}.py", "true", "false", "false, perhaps")
    return tmp_path


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other processes even for a few bytes."""
    monkeypatch.setattr(spread, "FEW_BYTES", 0)


@pytest.mark.usefixtures("many")
def test_the_same_is_found_on_one_process_and_on_two(folder: Path) -> None:
    one, two = examined(folder, 1), examined(folder, 2)
    assert one.found == two.found
    assert sorted(one.files) == sorted(two.files)
    assert (one.functions, one.commented) == (two.functions, two.commented) == (36, 36)
    assert [located.finding.path for located in one.found] == [f"m{number:02}.py" for number in range(12)]


def test_progress_counts_every_file_and_byte(folder: Path) -> None:
    seen = []
    sources = gather([folder]).sources
    examine_all(sources, job(folder), 2, lambda files, size: seen.append((files, size)))
    assert sum(files for files, _ in seen) == 12
    assert sum(size for _, size in seen) == sum(source.size for source in sources)


def test_a_finding_below_its_threshold_is_not_shown(folder: Path) -> None:
    assert len(examine_all(gather([folder]).sources, job(folder, 0.1), 1).found) == 24


def test_a_rule_that_raises_fails_one_function(folder: Path) -> None:
    write(folder, "m03.py", "raise", "false")
    result = examined(folder, 1)
    (failed,) = result.failed
    assert (failed.path, failed.error, failed.message) == ("m03.py:1", "ValueError", "a rule of its own")
    assert len(result.found) == 12


@pytest.mark.usefixtures("many")
def test_a_process_that_dies_takes_one_file_with_it(folder: Path) -> None:
    write(folder, "m03.py", "die")
    result = examined(folder, 2)
    assert [failed.path for failed in result.failed] == ["m03.py"]
    assert len(result.found) == 11


def test_what_is_excluded_is_counted(folder: Path) -> None:
    gathered = gather([folder], [(folder, ["m0*.py", "!m01.py"])])
    assert [source.path for source in gathered.sources] == ["m01.py", "m10.py", "m11.py"]
    assert gathered.excluded == 9


def test_patterns_without_a_place_hold_outside_their_folder(folder: Path) -> None:
    (folder / "settings").mkdir()
    assert gather([folder], [(folder / "settings", ["m0*.py"])]).excluded == 10
    assert gather([folder], [(folder / "settings", ["/m0*.py"])]).excluded == 0
