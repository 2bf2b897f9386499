"""Python functions as its own `ast` sees them, over real files; benchmarks/python_agreement.py does more."""

from __future__ import annotations

import sysconfig
from pathlib import Path

import pytest

from python_agreement import differences, python_files

STANDARD_LIBRARY = python_files(Path(sysconfig.get_path("stdlib")))


def check(files: list[Path]) -> None:
    functions = 0
    for path in files:
        if found := differences(path):
            count, only_theirs, only_ours = found
            assert (path, only_theirs, only_ours) == (path, [], [])
            functions += count
    assert functions > 10 * len(files)


def test_a_tenth_of_the_standard_library() -> None:
    check(STANDARD_LIBRARY[::10])


@pytest.mark.slow
def test_the_standard_library() -> None:
    check(STANDARD_LIBRARY)
