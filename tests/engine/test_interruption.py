"""Real processes, stopped by real signals: no orphans, and the next run goes on to the same bytes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from engine_stages import Multiples, Number, bytes_of, multiply, writer

from codegloss.engine import Engine, run

COUNT = 1200


def start(out: Path, workers: int, seconds: float = 0.002) -> subprocess.Popen[str]:
    script = Path(__file__).with_name("engine_stages.py")
    command = [sys.executable, str(script), str(out), str(COUNT), str(workers), "native", str(seconds)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def living(session: int) -> list[str]:
    """Processes of a session that are not yet dead."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of_session = entry.read_text().rsplit(")", 1)[1].split()[:4]
        except OSError:
            continue
        if int(of_session) == session and state != "Z":
            found.append(entry.parent.name)
    return found


def assert_dies_out(session: int) -> None:
    """Workers see by themselves that the run is over, those that are just starting a little later."""
    deadline = time.monotonic() + 10
    while living(session) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert living(session) == []


def wait_for_advances(process: subprocess.Popen[str], count: int) -> None:
    assert process.stdout
    for _ in range(count):
        assert process.stdout.readline() == "advance\n"


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    multiply(out, Multiples(), COUNT, Engine(workers=1))
    return bytes_of(out)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
@pytest.mark.parametrize(
    ("workers", "sign", "whole_group"),
    [
        (2, signal.SIGINT, True),  # as Ctrl-C in a terminal
        (2, signal.SIGINT, False),
        (1, signal.SIGINT, False),
        (2, signal.SIGKILL, True),
        (2, signal.SIGKILL, False),
    ],
)
def test_a_stopped_run_leaves_nothing_behind_and_is_gone_on_with(
    tmp_path: Path, undisturbed: dict[str, bytes], workers: int, sign: signal.Signals, whole_group: bool
) -> None:
    out = tmp_path / "out"
    process = start(out, workers)
    wait_for_advances(process, 8)
    (os.killpg if whole_group else os.kill)(process.pid, sign)
    said, complaints = process.communicate(timeout=30)
    if sign == signal.SIGINT:
        assert process.returncode == 130, complaints
        assert "nothing half-written; run the same command again to go on" in said
        assert "Traceback" not in said + complaints
    assert not out.exists()
    assert_dies_out(process.pid)

    def never() -> list[Number]:
        raise AssertionError("the list was complete")

    stage = Multiples()
    resumed = writer(out, stage)
    assert resumed.resumed
    assert resumed.position > 0
    run(stage, never, resumed, Engine(workers=1))
    assert bytes_of(out) == undisturbed


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc")
def test_an_interrupt_before_the_first_result(tmp_path: Path) -> None:
    process = start(tmp_path / "out", 2, seconds=0.5)  # the workers are starting, or in their first batch
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    said, complaints = process.communicate(timeout=30)
    assert process.returncode == 130, complaints
    assert said.splitlines()[-1].startswith("stopped ")
    assert_dies_out(process.pid)


def test_a_run_in_one_process_that_crashes_gets_by_the_row_when_run_again(tmp_path: Path) -> None:
    script = Path(__file__).with_name("engine_stages.py")
    command = [sys.executable, str(script), str(tmp_path / "out"), "400", "1", "native", "0", "77", "300"]
    statuses = [subprocess.run(command, capture_output=True, timeout=60).returncode for _ in range(3)]
    assert statuses == [-signal.SIGSEGV, -signal.SIGSEGV, 0]
