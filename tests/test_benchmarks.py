"""The figures in benchmarks/README.md are those of the results, and memory is counted with all children."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import common

RESULT = {
    "measured": "2026-01-02",
    "commit": "0123456789ab",
    "machine": {"processor": "A | B", "cores": 2, "memory_gib": 7.75},
    "versions": {"python": "3.11.7"},
    "about": {"source_files": 1234},
    "rows": [
        {"variant": "one", "functions/s": 10251.4, "ratio": 0.5, "note": None},
        {"variant": "a|b", "functions/s": 9, "ratio": 1.8349, "note": None},
    ],
}
TABLE = """| variant | functions/s | ratio | note |
| --- | --: | --: | --: |
| one | 10,251 | 0.500 | – |
| a\\|b | 9 | 1.83 | – |

2026-01-02, commit 0123456789ab, A | B, 2 cores, 7.75 GiB, Python 3.11.7, source files: 1,234."""

GRANDCHILD = "held = bytearray(120_000_000); import time; time.sleep(0.3); print('held')"
CHILD = (
    f"import subprocess, sys; subprocess.run([sys.executable, '-c', {GRANDCHILD!r}], start_new_session=True)"
)


def test_no_table_is_stale() -> None:
    text = common.README.read_text("utf-8")
    assert common.with_tables(text, common.RESULTS) == text


def test_every_result_has_its_table() -> None:
    text = common.README.read_text("utf-8")
    assert [
        path.name for path in common.RESULTS.glob("*.json") if f"<!-- table:{path.stem} -->" not in text
    ] == []


def test_a_table_is_written_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "speed.json").write_text(json.dumps(RESULT))
    text = "before\n<!-- table:speed -->\nold | table\n<!-- /table:speed -->\nafter\n"
    written = common.with_tables(text, tmp_path)
    assert written == f"before\n<!-- table:speed -->\n{TABLE}\n<!-- /table:speed -->\nafter\n"
    assert common.with_tables(written, tmp_path) == written


def test_a_new_table_gets_a_section_once() -> None:
    text = common.with_mark("# Benchmarks\n", "speed")
    assert text == "# Benchmarks\n\n## speed\n\n<!-- table:speed -->\n<!-- /table:speed -->\n"
    assert common.with_mark(text, "speed") == text


def test_a_table_without_a_result_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"missing\.json"):
        common.with_tables("<!-- table:missing -->\n<!-- /table:missing -->", tmp_path)


def test_memory_counts_grandchildren_in_sessions_of_their_own() -> None:
    run = common.measure([sys.executable, "-c", CHILD], cores=1)
    assert run.output == "held\n"
    assert run.seconds > 0.3
    assert 120_000_000 < run.peak_bytes < 200_000_000


def test_a_command_that_fails_is_an_error_with_its_last_words() -> None:
    with pytest.raises(RuntimeError, match="ended with 3: no luck"):
        common.measure([sys.executable, "-c", "import sys; print('no luck', file=sys.stderr); sys.exit(3)"])


def test_more_cores_than_there_are_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="4096 cores are wanted"):
        common.measure([sys.executable, "-c", ""], cores=4096)
