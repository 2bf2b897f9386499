"""The rebuild as a stage of the engine gives what one process gives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from codegloss.dataset import Dataset
from codegloss.engine import Engine, Silent
from codegloss.synth.cluster import rebuild_on
from codegloss.synth.rebuild import Options, rebuild_dataset
from codegloss.synth.referee import scorers
from codegloss.synth.selection import Only
from codegloss.synth.writing.builtin import builtin_writers

SOURCES = {
    "tables.py": '''
def write_rows(rows, path, separator):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(separator.join(row))


def read_rows(path, separator):
    """Read the rows of a table from a file."""
    with open(path, encoding="utf-8") as file:
        return [line.split(separator) for line in file]
''',
    "sides.py": """
def count_open_sides(sides):
    opened = [side for side in sides if side.is_open]
    return len(opened)
""",
}


@pytest.fixture
def functions(dataset_of: Callable[[Mapping[str, str]], Path]) -> Path:
    """A dataset of two repositories."""
    return dataset_of(SOURCES)


@pytest.mark.parametrize("kind", ["native", pytest.param("ray", marks=pytest.mark.slow)])
def test_the_engine_makes_the_same_rows(kind: str, functions: Path, tmp_path: Path) -> None:
    options = Options(only=Only.all)
    asyncio.run(rebuild_dataset(tmp_path / "one", functions, builtin_writers(), scorers(), options))
    manifest = rebuild_on(
        Engine(kind, workers=1),  # type: ignore[arg-type]
        str(tmp_path / "other"), str(functions), options, Silent(),
    )  # fmt: skip
    assert (manifest.kept, manifest.failed) == (2, 0)  # repositories
    for table in ("functions", "files", "rewrites"):
        one, other = (Dataset.open(tmp_path / name).read(table).to_pylist() for name in ("one", "other"))
        assert sorted(map(str, one)) == sorted(map(str, other))
    assert len(Dataset.open(tmp_path / "other").read("rewrites")) == 3
