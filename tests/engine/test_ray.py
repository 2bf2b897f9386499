"""The same rows in the same order on a Ray cluster, here a real one on this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from engine_stages import Multiples, bytes_of, multiply

from codegloss.engine import Engine

pytest.importorskip("ray")


def test_ray_writes_the_same_bytes(tmp_path: Path) -> None:
    # In a process of its own: Daft takes one engine for the life of a process.
    script = Path(__file__).with_name("engine_stages.py")
    command = [sys.executable, str(script), str(tmp_path / "ray"), "5000", "2", "ray", "0"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert process.returncode == 0, process.stderr
    made = multiply(tmp_path / "native", Multiples(), 5000, Engine(workers=1))
    assert process.stdout.splitlines()[-1] == made.fingerprint
    assert bytes_of(tmp_path / "ray") == bytes_of(tmp_path / "native")


@pytest.mark.slow
def test_a_row_that_kills_its_worker_fails_alone_on_ray(tmp_path: Path) -> None:
    script = Path(__file__).with_name("engine_stages.py")
    command = [sys.executable, str(script), str(tmp_path / "ray"), "400", "2", "ray", "0", "77", "131"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert process.returncode == 0, process.stderr
    made = multiply(tmp_path / "native", Multiples(crashing=(77, 131)), 400, Engine(workers=2))
    assert made.failed == 2
    assert process.stdout.splitlines()[-1] == made.fingerprint
