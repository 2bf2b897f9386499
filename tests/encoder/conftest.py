"""Lets the tests import `tiny_encoder`, and makes one for those that need it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from codegloss.encoder import ExitEncoder, load

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a tiny encoder with exits 0, 1 and 2."""
    from tiny_encoder import write

    return write(tmp_path / "encoder")


@pytest.fixture
def encoder(folder: Path) -> ExitEncoder:
    """A tiny encoder with exits 0, 1 and 2."""
    return load(folder)
