"""Programs to run, and a look at what they leave behind."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from codegloss.sandbox import Limits, Outcome, run

Attempt = Callable[..., Outcome]

# Small, for the programs are out to reach them; the wall clock is generous, for cores may be shared.
SMALL = Limits(
    wall_seconds=100,
    cpu_seconds=20,
    memory_bytes=150 << 20,
    processes=12,
    output_bytes=20_000,
    file_bytes=4 << 20,
)


def processes_with(mark: str) -> list[int]:
    """Processes of this machine that have a mark in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="session")
def sandbox() -> None:
    """Skips the test where no sandbox can be made."""
    outcome = run(["true"])
    if outcome.status == "refused":
        pytest.skip(outcome.reason)


@pytest.fixture
def attempt(sandbox: None) -> Iterator[Attempt]:
    """Run a Python program under small limits, `attempt(code, wall_seconds=2)`: none of it may survive."""
    mark = secrets.token_hex(8)

    def attempted(code: str, *arguments: str, **limits: float) -> Outcome:
        return run(
            [sys.executable, "-I", "-S", "-c", code, *arguments, mark], limits=replace(SMALL, **limits)
        )

    yield attempted
    deadline = time.monotonic() + 10
    while processes_with(mark) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert processes_with(mark) == []
