"""The finished command while others stop it, change its input or take its disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from extracting import COMMAND, PYTHON, checked, extract, rows, shards


def test_files_that_vanish_grow_and_change_while_read(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    for number in range(1500):
        (tree / f"{number:04d}.py").write_bytes(PYTHON * 20)
    churn = """
import os, sys
for number in range(1, 1500, 3):
    os.unlink(f"{number:04d}.py")
    with open(f"{number + 1:04d}.py", "ab") as file:
        file.write(b"x = 1\\n" * (400_000 if number < 10 else 1))
"""
    arguments = [COMMAND, "extract", tree, "-o", tmp_path / "out", "--workers", "2", "-q"]
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as running:
        wait_for(tmp_path / "out.partial/worklist/complete.json", running)
        subprocess.run([sys.executable, "-c", churn], cwd=tree, check=True)
        _, complaints = running.communicate(timeout=120)
    assert running.returncode == 0, complaints
    assert "Traceback" not in complaints
    assert checked(tmp_path / "out").rows_in == 1500
    ended = {row["path"]: row["error"] for row in rows(tmp_path / "out", "failed")}
    assert set(ended.values()) <= {"FileNotFoundError"}
    assert {row["reason"] for row in rows(tmp_path / "out", "dropped")} <= {"too large"}
    kept = {row["path"] for row in rows(tmp_path / "out", "files")}
    assert kept >= {f"{number:04d}.py" for number in range(0, 1500, 3)}


def wait_for(path: Path, running: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.fixture(scope="module")
def wide_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some seconds' work."""
    tree = tmp_path_factory.mktemp("wide") / "tree"
    tree.mkdir()
    for number in range(400):
        (tree / f"{number:03d}.py").write_bytes(
            b"".join(b"def f%d(a, b=1):\n    '''Gives a.'''\n    return g(a)\n\n" % i for i in range(60))
        )
    return tree


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, wide_tree: Path) -> dict[str, bytes]:
    """What it gives."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    assert extract(wide_tree, "-o", out, "--workers", "1").returncode == 0
    return shards(out)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_goes_on_to_the_same_bytes(
    tmp_path: Path, wide_tree: Path, undisturbed: dict[str, bytes], sign: signal.Signals
) -> None:
    out = tmp_path / "out"
    arguments = [COMMAND, "extract", wide_tree, "-o", out, "--workers", "2"]
    running = subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for(tmp_path / "out.partial/worklist/complete.json", running)
    os.killpg(running.pid, sign)
    said, complaints = running.communicate(timeout=60)
    assert not out.exists()
    if sign == signal.SIGINT:
        assert running.returncode == 130, complaints
        assert "nothing half-written; run the same command again to go on" in complaints
        assert "Traceback" not in said + complaints
    assert extract(wide_tree, "-o", out, "--workers", "2").returncode == 0
    assert shards(out) == undisturbed
    assert checked(out).kept == 400


def test_an_interrupt_before_anything_began(tmp_path: Path, wide_tree: Path) -> None:
    arguments = [COMMAND, "extract", *[wide_tree] * 500, "-o", tmp_path / "out"]  # listed 500 times over
    running = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.5)
    running.send_signal(signal.SIGINT)
    said, complaints = running.communicate(timeout=60)
    assert running.returncode == 130, complaints
    assert "Traceback" not in said + complaints
    assert not (tmp_path / "out").exists()


def test_a_full_disk_is_one_line_and_the_work_goes_on(
    small_disk: Path, grow: Callable[[Path, str], None], wide_tree: Path
) -> None:
    done = extract(wide_tree, "-o", small_disk / "out", "-q")
    assert done.returncode == 2
    assert "no space is left" in done.stderr.splitlines()[-1]
    grow(small_disk, "40m")
    assert extract(wide_tree, "-o", small_disk / "out", "-q").returncode == 0
    assert checked(small_disk / "out").kept == 400


@pytest.mark.slow
def test_ray_gives_the_same_rows(tmp_path: Path, small_tree: Path) -> None:
    pytest.importorskip("ray")
    done = extract(small_tree, "-o", tmp_path / "ray", "--engine", "ray", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert extract(small_tree, "-o", tmp_path / "native", "--workers", "1").returncode == 0
    assert shards(tmp_path / "ray") == shards(tmp_path / "native")
