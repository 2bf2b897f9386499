"""Running `codegloss extract` and reading what it wrote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from codegloss.dataset import Dataset, Manifest

COMMAND = str(Path(sys.executable).with_name("codegloss"))
PYTHON = b'def one():\n    """Gives one."""\n    return 1\n'


def extract(
    *arguments: str | Path | int, before: tuple[str, ...] = (), cwd: Path | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run the command; whatever it is given, it says no traceback."""
    command = [*before, COMMAND, "extract", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, errors="replace", timeout=timeout)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Dataset.open(out).read(table).to_pylist()
    return found


def checked(out: Path) -> Manifest:
    """The manifest, of which the sums are borne out by the rows."""
    dataset = Dataset.open(out)
    dataset.verify()
    manifest = dataset.manifest
    assert manifest.rows_in == manifest.kept + manifest.dropped + manifest.failed
    assert len({(row["repository"], row["path"]) for row in rows(out, "files")}) == manifest.kept
    assert len(rows(out, "dropped")) == manifest.dropped
    assert len(rows(out, "failed")) == manifest.failed
    assert sum(row["functions"] for row in rows(out, "files")) == manifest.tables["functions"].rows
    return manifest


def shards(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("*/*.parquet"))}
