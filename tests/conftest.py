"""What several tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples on every machine and in every run; no deadline, for cores may be shared.
settings.register_profile("codegloss", deadline=None, derandomize=True)
settings.load_profile("codegloss")

Python = Callable[..., "subprocess.CompletedProcess[str]"]


def _run_python(
    *arguments: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def python() -> Python:
    """Run a fresh interpreter: `python("-c", "print(1)", env={…}).stdout`."""
    return _run_python


@pytest.fixture
def small_tree(tmp_path: Path) -> Path:
    """A folder with one documented function in each of three languages."""
    tree = tmp_path / "small"
    tree.mkdir()
    (tree / "area.py").write_text(
        'def area(side: float) -> float:\n    """Area of a square."""\n    return side**2\n'
    )
    (tree / "area.go").write_text(
        "package shape\n\n// Area of a square.\nfunc Area(side float64) float64 {\n\treturn side * side\n}\n"
    )
    (tree / "area.js").write_text(
        "/** Area of a square. */\nfunction area(side) {\n  return side * side;\n}\n"
    )
    return tree


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 kB, which `grow` makes larger."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.fixture
def grow() -> Callable[[Path, str], None]:
    """Give a disk another size: `grow(small_disk, "4m")`."""

    def remount(disk: Path, size: str) -> None:
        subprocess.run(["mount", "-o", f"remount,size={size}", str(disk)], check=True)

    return remount
