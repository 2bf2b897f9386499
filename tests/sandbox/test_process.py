"""What a run is given, what it gives back, and what happens where there is no sandbox."""

from __future__ import annotations

import shutil
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from codegloss.sandbox import Limits, run

from .conftest import SMALL, Attempt, processes_with

PYTHON = [sys.executable, "-I", "-S", "-c"]


def test_files_and_stdin_arrive_and_belong_to_the_program(sandbox: None) -> None:
    code = (
        "import sys; print(open('a/b.txt').read(), sys.stdin.read(), open('c', 'rb').read());"
        "open('a/new', 'w').write('x'); open('c', 'wb').write(b''); print(open('c').read() == '')"
    )
    outcome = run([*PYTHON, code], files={"a/b.txt": "tëxt", "c": b"\xff"}, stdin=b"given", limits=SMALL)
    assert (outcome.status, outcome.reason, outcome.exit_code, outcome.signal) == ("ok", "", 0, None)
    assert outcome.stdout.decode() == "tëxt given b'\\xff'\nTrue\n"
    assert outcome.sandboxed
    assert not outcome.cut
    assert outcome.seconds > 0


def test_stdin_of_megabytes_need_not_be_read(sandbox: None) -> None:
    assert run(["true"], stdin=b"x" * (3 << 20), limits=SMALL).status == "ok"
    outcome = run(
        [*PYTHON, "import sys; print(len(sys.stdin.buffer.read()))"], stdin=b"x" * (3 << 20), limits=SMALL
    )
    assert outcome.stdout == b"3145728\n"


def test_what_is_visible_can_be_read_and_not_written(sandbox: None, tmp_path: Path) -> None:
    (tmp_path / "shown").mkdir()
    (tmp_path / "shown" / "data").write_text("seen")
    (tmp_path / "hidden").write_text("unseen")
    tmp_path.chmod(0o755)
    place = tmp_path / "shown"
    code = (
        f"import os; print(open('{place}/data').read(), os.listdir('{tmp_path}')); open('{place}/new', 'w')"
    )
    outcome = run([*PYTHON, code], visible=[place], limits=SMALL)
    assert outcome.stdout == b"seen ['shown']\n"
    assert b"Read-only file system" in outcome.stderr
    assert [path.name for path in place.iterdir()] == ["data"]


def test_exits_and_signals_are_told_apart(attempt: Attempt) -> None:
    failed = attempt("import sys; print('out'); sys.exit(3)")
    assert (failed.status, failed.exit_code, failed.signal, failed.stdout) == ("failed", 3, None, b"out\n")
    killed = attempt("import os; os.abort()")
    assert (killed.status, killed.exit_code, killed.signal) == ("killed", 134, 6)
    assert killed.reason == "ended by SIGABRT"


def test_a_command_that_does_not_exist_fails(sandbox: None) -> None:
    outcome = run(["no-such-command"], limits=SMALL)
    assert (outcome.status, outcome.exit_code) == ("failed", 127)
    assert b"no-such-command" in outcome.stderr


def test_runs_at_the_same_time_do_not_know_of_each_other(sandbox: None) -> None:
    # Ten processes each: together they are beyond the limit of twelve, and beyond the kernel's slack.
    code = (
        "import os, sys, time\n"
        "children = [pid for _ in range(9) if (pid := os.fork() or (time.sleep(0.5), os._exit(0)))]\n"
        "for pid in children: os.waitpid(pid, 0)\n"
        "open('mine', 'x').write(sys.argv[1]); print(os.listdir('.'), sys.argv[1])"
    )
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda number: run([*PYTHON, code, str(number)], limits=SMALL), range(4)))
    assert [outcome.status for outcome in outcomes] == ["ok"] * 4
    assert [outcome.stdout.decode() for outcome in outcomes] == [
        f"['mine'] {number}\n" for number in range(4)
    ]


def test_no_descriptor_is_left_open(sandbox: None) -> None:
    run(["true"], limits=SMALL)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        run(["true"], files={"a": "a"}, limits=SMALL)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("name", ["../up", "/etc/x", "a/../../up", "", ".", "a//b", "a\0b"])
def test_files_cannot_leave_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no path of a file inside"):
        run(["true"], files={name: ""}, allow_unsandboxed=True)


def test_misuse_is_an_error(sandbox: None) -> None:
    with pytest.raises(ValueError, match="no command"):
        run([])
    with pytest.raises(ValueError, match="201 files"):
        run(["true"], files={str(number): "" for number in range(201)})
    with pytest.raises(ValueError, match="/no/such/folder"):
        run(["true"], visible=["/no/such/folder"])


@pytest.mark.parametrize("name", Limits.__slots__)
@pytest.mark.parametrize("value", [0, -1, float("inf"), float("nan")])
def test_a_limit_limits(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=name):
        Limits(**{name: value})


def test_without_bubblewrap_nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    outcome = run([sys.executable, "-c", f"open({str(tmp_path / 'trace')!r}, 'w')"])
    assert (outcome.status, outcome.exit_code, outcome.sandboxed) == ("refused", None, False)
    assert "apt install bubblewrap" in outcome.reason
    assert not list(tmp_path.iterdir())


def test_a_bubblewrap_that_may_not_make_namespaces_is_no_sandbox(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for tool in ("setpriv", "prlimit"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or pytest.skip("needs util-linux"))
    (tmp_path / "bwrap").write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
    )
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = run(["true"], limits=SMALL)
    assert outcome.status == "refused"
    assert outcome.reason.startswith("bwrap: No permissions to create new namespace; the sandbox needs")
    assert run(["/bin/echo", "x"], limits=SMALL, allow_unsandboxed=True).stdout == b"x\n"


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.mark.usefixtures("no_bubblewrap")
class TestUnsandboxed:
    """The guard against accidents that is left without bubblewrap."""

    def test_it_runs_in_a_folder_of_its_own(self) -> None:
        outcome = run(
            [*PYTHON, "import os; print(os.listdir('.'), os.getcwd())"],
            files={"d/x": "x"},
            allow_unsandboxed=True,
        )
        listed, folder = outcome.stdout.decode().split()
        assert (outcome.status, outcome.sandboxed, listed) == ("ok", False, "['d']")
        assert not Path(folder).exists()

    def test_output_and_time_are_limited(self) -> None:
        endless = [*PYTHON, "import os\nwhile True: os.write(1, b'x' * 1000)"]
        assert run(endless, limits=SMALL, allow_unsandboxed=True).status == "output"
        sleeper = ["/bin/sh", "-c", "sleep 1000.25 & sleep 1000.25"]
        outcome = run(sleeper, limits=Limits(wall_seconds=0.5), allow_unsandboxed=True)
        assert outcome.status == "timed_out"
        deadline = time.monotonic() + 5
        while processes_with("1000.25") and time.monotonic() < deadline:
            time.sleep(0.01)
        assert processes_with("1000.25") == []

    def test_the_kernel_limits_each_process(self) -> None:
        limits = Limits(cpu_seconds=1, wall_seconds=600)
        assert run([*PYTHON, "while True: pass"], limits=limits, allow_unsandboxed=True).status in (
            "cpu",
            "killed",
        )
        assert run([*PYTHON, "b'x' * (1 << 40)"], limits=limits, allow_unsandboxed=True).status == "memory"
