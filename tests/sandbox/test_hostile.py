"""Programs that mean harm: each is contained, and what it did is named."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from codegloss.sandbox import Outcome

from .conftest import Attempt, processes_with

# Runs each statement by itself, and prints what came of it.
TRY_EACH = """
import sys
for line in sys.argv[1].splitlines():
    try:
        exec(line)
    except BaseException as error:
        print(type(error).__name__)
    else:
        print("done:", line)
"""


def names(outcome: Outcome) -> list[str]:
    assert outcome.status == "ok", outcome
    return outcome.stdout.decode().splitlines()


def test_a_fork_bomb_is_stopped_and_named(attempt: Attempt) -> None:
    outcome = attempt("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass")
    assert (outcome.status, outcome.exit_code, outcome.signal) == ("processes", None, signal.SIGKILL)
    assert outcome.reason == "more than 12 processes and threads"


def test_the_kernel_stops_forks_that_the_watcher_is_too_slow_for(attempt: Attempt) -> None:
    # Faster than the watcher looks, perhaps; but nobody gets beyond the limit and the kernel's slack.
    code = """
        import os, time
        made = 0
        try:
            while made < 500:
                if os.fork() == 0:
                    time.sleep(1000)
                made += 1
        except OSError:
            pass
        os.write(2, b"%d" % made)
        time.sleep(1000)
    """
    outcome = attempt(dedent(code))
    assert outcome.status == "processes"
    assert not outcome.stderr or int(outcome.stderr) <= 12 + 16


def test_threads_count_as_processes(attempt: Attempt) -> None:
    code = """
        import threading, time
        while True:
            try: threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
            except RuntimeError: time.sleep(0.01)
    """
    assert attempt(dedent(code)).status == "processes"


HOGS = {
    "bit by bit": """
        held = []
        while True: held.append(bytearray(b"x" * 1_000_000))
    """,
    "at once": """
        b"x" * (1 << 40)
    """,
    "shared, which the kernel's limits for a process do not count": """
        import mmap, time
        held = mmap.mmap(-1, 1 << 30)
        for at in range(0, 1 << 30, 4096): held[at] = 1
        time.sleep(1000)
    """,
    "spread over processes": """
        import os, time
        for _ in range(4):
            if os.fork() == 0: break
        held = bytearray(b"x" * 60_000_000)
        time.sleep(1000)
    """,
}


@pytest.mark.parametrize("way", HOGS)
def test_a_memory_hog_is_stopped_and_named(attempt: Attempt, way: str) -> None:
    outcome = attempt(dedent(HOGS[way]))
    assert outcome.status == "memory", outcome


def test_forks_that_share_their_memory_are_counted_once(attempt: Attempt) -> None:
    code = """
        import os, time
        held = bytearray(b"x" * 60_000_000)
        children = [pid for _ in range(6) if (pid := os.fork() or (time.sleep(0.3), os._exit(0)))]
        for pid in children: os.waitpid(pid, 0)
    """
    assert attempt(dedent(code)).status == "ok"


def test_memory_that_belongs_to_no_process_cannot_be_had(attempt: Attempt) -> None:
    calls = [
        "import os; os.memfd_create('x')",
        "import ctypes; assert ctypes.CDLL(None).shmget(0, 99, 0o1600) >= 0",
    ]
    assert names(attempt(TRY_EACH, "\n".join(calls))) == ["PermissionError", "AssertionError"]


@pytest.mark.parametrize("stream", [1, 2])
def test_endless_output_is_cut_and_named(attempt: Attempt, stream: int) -> None:
    outcome = attempt(f"import os\nwhile True: os.write({stream}, b'x' * 1000)")
    assert (outcome.status, outcome.cut) == ("output", True)
    assert len(outcome.stdout if stream == 1 else outcome.stderr) == 20_000


def test_binary_output_arrives_as_it_was_written(attempt: Attempt) -> None:
    junk = bytes(range(256)) * 20
    outcome = attempt("import os\nos.write(1, bytes(range(256)) * 20)\nos.write(2, b'\\xff\\x00')")
    assert (outcome.status, outcome.stdout, outcome.stderr, outcome.cut) == ("ok", junk, b"\xff\x00", False)


def test_closed_streams_end_nothing_but_the_output(attempt: Attempt) -> None:
    outcome = attempt("import os\nos.closerange(0, 250)\nsum(range(1000))\nos._exit(3)")
    assert (outcome.status, outcome.exit_code, outcome.stdout) == ("failed", 3, b"")


@pytest.mark.parametrize("way", ["sys.exit(0)", "os._exit(0)"])
def test_an_early_exit_is_no_more_than_an_exit(attempt: Attempt, way: str) -> None:
    outcome = attempt(f"import os, sys\n{way}\nprint('checked')")
    assert (outcome.status, outcome.exit_code, outcome.stdout) == ("ok", 0, b"")


def test_a_sleeper_that_ignores_signals_is_timed_out(attempt: Attempt) -> None:
    code = """
        import signal, time
        for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
            signal.signal(number, signal.SIG_IGN)
        while True: time.sleep(1000)
    """
    outcome = attempt(dedent(code), wall_seconds=1.5)
    assert (outcome.status, outcome.reason) == ("timed_out", "longer than 1.5 s")
    assert outcome.seconds >= 1.5


def test_cpu_time_is_that_of_all_processes_together(attempt: Attempt) -> None:
    code = """
        import os, signal
        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        os.fork(); os.fork()
        while True: pass
    """
    outcome = attempt(dedent(code), cpu_seconds=0.8)
    assert (outcome.status, outcome.reason) == ("cpu", "more than 0.8 s of CPU time")


def test_killing_the_parent_and_all_others_reaches_nobody(attempt: Attempt) -> None:
    kills = """
        import os, sys
        for victim in (os.getppid(), 1, -1, int(sys.argv[1])):
            try: os.kill(victim, 9)
            except OSError as error: pass
        print("alive", os.getppid())
    """
    outcome = attempt(dedent(kills), str(os.getpid()))
    assert (outcome.status, outcome.stdout) == ("ok", b"alive 1\n")


def test_nothing_of_our_environment_is_seen(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_SECRET", "hunter2")
    code = """
        import os
        print(sorted(os.environ))
        for number in os.listdir("/proc"):
            if number.isdigit():
                try: print(b"hunter2" in open(f"/proc/{number}/environ", "rb").read())
                except OSError: pass
    """
    keys, *leaks = names(attempt(dedent(code)))
    assert keys == "['LANG', 'PATH', 'PWD', 'TMPDIR']"
    assert set(leaks) == {"False"}


def test_files_of_the_machine_are_not_there(attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hunter2")
    places = ["/etc/passwd", "/etc/shadow", f"{Path.home()}/.bashrc", str(tmp_path / "secret"), __file__]
    places += [f"/proc/1/root{place}" for place in places] + [
        "/proc/1/cwd/etc/passwd",
        "/sys/kernel",
        "/dev/tty",
    ]
    failures = names(attempt(TRY_EACH, "\n".join(f"open({place!r}).read()" for place in places)))
    assert len(failures) == len(places)
    assert set(failures) <= {"FileNotFoundError", "PermissionError"}


def test_nothing_outside_its_folder_can_be_written(attempt: Attempt) -> None:
    outside = [
        "/planted",
        "/usr/planted",
        "/etc/planted",
        "/dev/planted",
        f"{sys.prefix}/planted",
        "/proc/planted",
    ]
    kept = [f"open({path!r}, 'w')" for path in outside] + [f"import os; os.remove({sys.executable!r})"]
    allowed = ["open('here', 'w')", "open('/tmp/there', 'w')", "open('/dev/shm/too', 'w')"]
    tried = names(attempt(TRY_EACH, "\n".join([*kept, *allowed])))
    assert set(tried[:-3]) <= {"OSError", "PermissionError", "FileNotFoundError"}
    assert tried[-3:] == [f"done: {line}" for line in allowed]
    assert not any(Path(path).exists() for path in outside)


FILLERS = {
    "one file": """
        with open("big", "wb") as big:
            while True: big.write(b"x" * 10_000)
    """,
    "many files": """
        for name in range(9):
            with open(str(name), "wb") as file: file.write(b"x" * 900_000)
    """,
    "a sparse file": """
        open("sparse", "wb").truncate(1 << 40)
    """,
    "empty folders": """
        import os, time
        for name in range(60_000): os.mkdir(str(name))
        time.sleep(1000)
    """,
    "unimpressed by errors": """
        while True:
            try: open("/dev/shm/x", "ab").write(b"x" * 10_000)
            except OSError: pass
    """,
}


@pytest.mark.parametrize("way", FILLERS)
def test_a_full_disk_is_named(attempt: Attempt, way: str) -> None:
    outcome = attempt(dedent(FILLERS[way]))
    assert outcome.status == "disk", outcome


def test_no_socket_reaches_out_of_the_sandbox(attempt: Attempt, tmp_path: Path) -> None:
    abstract, path = f"\0{secrets.token_hex(8)}", str(tmp_path / "socket")
    listeners = [socket.create_server(("127.0.0.1", 0))]
    for address in (abstract, path):
        listeners.append(socket.socket(socket.AF_UNIX))
        listeners[-1].bind(address)
        listeners[-1].listen()
    tries = [
        f"socket.create_connection({listeners[0].getsockname()!r}, timeout=5)",
        f"socket.socket(socket.AF_UNIX).connect({abstract!r})",
        f"socket.socket(socket.AF_UNIX).connect({path!r})",
        "socket.create_connection(('192.0.2.1', 80), timeout=5)",
        "socket.getaddrinfo('example.org', 80)",
        "socket.socket(40, socket.SOCK_STREAM)",  # vsock, which knows no network namespaces
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    ]
    failures = names(attempt("import socket\n" + TRY_EACH, "\n".join(tries)))
    expected = [
        "ConnectionRefusedError",
        "ConnectionRefusedError",
        "FileNotFoundError",
        "OSError",
        "gaierror",
    ]
    assert failures == [*expected, "OSError", "OSError"]
    for listener in listeners:
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
        listener.close()


def test_a_daemon_does_not_outlive_the_run(attempt: Attempt) -> None:
    code = """
        import os, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.closerange(0, 250)
                time.sleep(1000)
            os._exit(0)
        os.wait()
        print("left")
    """
    outcome = attempt(dedent(code))  # that nothing survives is asserted by the fixture
    assert (outcome.status, outcome.stdout) == ("ok", b"left\n")


def test_there_are_no_privileges_to_be_had(attempt: Attempt) -> None:
    status = dict(
        line.split(":\t", 1)
        for line in names(attempt("print(open('/proc/self/status').read())"))
        if ":\t" in line
    )
    assert {status[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert "0" not in status["Uid"].split()


def test_new_namespaces_and_traces_are_denied(attempt: Attempt) -> None:
    calls = [
        "unshare(0x10000000)",
        "ptrace(0, 0, 0, 0)",
        "syscall(425, 1, 0)",
        "mount(0, b'/tmp', b'tmpfs', 0, 0)",
    ]
    code = "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\n"
    code += "".join(f"print(libc.{call}, ctypes.get_errno())\n" for call in calls)
    assert names(attempt(code)) == ["-1 1"] * len(calls)


def test_nothing_outlives_us(sandbox: None) -> None:
    mark = secrets.token_hex(8)
    code = """
        import sys
        from codegloss.sandbox import run
        run([sys.executable, "-c", "import time; time.sleep(1000)", sys.argv[1]])
    """
    us = subprocess.Popen([sys.executable, "-c", dedent(code), mark])
    deadline = time.monotonic() + 100
    while len(processes_with(mark)) < 4 and time.monotonic() < deadline:  # we, bubblewrap twice, the program
        time.sleep(0.02)
    assert len(processes_with(mark)) >= 4
    us.kill()
    us.wait()
    while processes_with(mark) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert processes_with(mark) == []
