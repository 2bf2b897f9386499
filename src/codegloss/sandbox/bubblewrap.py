"""The command line of bubblewrap around a program: what it sees, who it is, what it may use.

Two ways to the same end. A user who is not root gets a user namespace. For root that would not do,
since the kernel never counts root's processes, whatever it is called inside; so there bubblewrap keeps
what it needs to become a user that nobody else is, and drops all privileges with that.
"""

from __future__ import annotations

import math
import os
import resource
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from codegloss.sandbox.outcome import Limits

HOME = "/tmp/work"  # the program's folder, and where it starts
ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": "/tmp"}
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/gnu/store")
SETTINGS = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime")
DEVICES = ("/dev/full", "/dev/null", "/dev/random", "/dev/urandom", "/dev/zero")
OPEN_FILES = 256  # by process
# The kernel's own limits stand a little above those that the watcher holds, so that the watcher meets and
# names what goes beyond them, and the kernel stops what is faster than the watcher.
DATA_SLACK = 256 << 20  # bytes of private memory, of one process, touched or not
PROCESS_SLACK = 16
CURE = (
    "the sandbox needs Linux and bubblewrap 0.8 or later (apt install bubblewrap, dnf install bubblewrap), "
    "with the right to make namespaces, which a container may lack; allow_unsandboxed runs without it"
)


def arguments(
    command: Sequence[str],
    *,
    contents: Mapping[str, int],
    visible: Sequence[str | Path],
    limits: Limits,
    filter_descriptor: int | None,
    status_descriptor: int,
) -> list[str]:
    """What follows "bwrap". `contents` maps the path of each file in `HOME` to a descriptor to read it from.

    Raises ValueError where a path to be visible does not exist.
    """
    line = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    line += ["--hostname", "sandbox", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    line += ["--json-status-fd", str(status_descriptor)]
    for name, value in ENVIRONMENT.items():
        line += ["--setenv", name, value]
    if filter_descriptor is not None:
        line += ["--seccomp", str(filter_descriptor)]
    line += _file_systems(limits, visible)
    line += _files(contents)
    line += ["--remount-ro", "/", "--chdir", HOME]
    if os.geteuid() == 0:
        spare = str(_spare_user())
        line += [part for name in ("SETUID", "SETGID", "SETPCAP") for part in ("--cap-add", f"CAP_{name}")]
        line += ["--", "setpriv", "--reuid", spare, "--regid", spare, "--clear-groups"]
        line += ["--inh-caps=-all", "--bounding-set=-all"]
    else:
        line += ["--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000", "--"]
    return [*line, "prlimit", *_kernel_limits(limits), "--", *command]


def _file_systems(limits: Limits, visible: Sequence[str | Path]) -> Iterator[str]:
    for path in map(Path, SYSTEM):
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), str(path))
        elif path.is_dir():
            yield from _shown(path)
    for path in filter(Path.exists, map(Path, SETTINGS)):
        yield from _shown(path)
    yield from ("--proc", "/proc", "--perms", "0755", "--tmpfs", "/dev")
    for device in DEVICES:
        yield from ("--dev-bind", device, device)
    yield from ("--symlink", "/proc/self/fd", "/dev/fd")
    for number, stream in enumerate(("stdin", "stdout", "stderr")):
        yield from ("--symlink", f"/proc/self/fd/{number}", f"/dev/{stream}")
    # One file system for all that the program writes, so that one size bounds it.
    yield from ("--symlink", "/tmp", "/dev/shm", "--remount-ro", "/dev")
    yield from (
        "--perms",
        "1777",
        "--size",
        str(limits.file_bytes),
        "--tmpfs",
        "/tmp",
        "--perms",
        "0777",
        "--dir",
        HOME,
    )
    for path in _asked_for(visible):  # after /tmp, for they may lie in it
        yield from _shown(path)


def _shown(path: Path) -> Iterator[str]:
    for folder in reversed(path.parents[:-1]):
        yield from ("--perms", "0755", "--dir", str(folder))  # not 0700, which bubblewrap gives by itself
    yield from ("--ro-bind", str(path), str(path))


def _asked_for(visible: Sequence[str | Path]) -> list[Path]:
    """The interpreter that runs us and what the caller names, outer folders before inner ones."""
    named = [Path(path).absolute() for path in visible]
    for path in named:
        if not path.exists():
            raise ValueError(f"{path} is to be visible and does not exist")
    ours = [Path(sys.base_prefix), Path(sys.prefix)]
    return sorted(path for path in {*ours, *named} if not path.is_relative_to("/usr"))


def _files(contents: Mapping[str, int]) -> Iterator[str]:
    folders: set[str] = set()
    for name, descriptor in contents.items():
        parts = name.split("/")
        for depth in range(1, len(parts)):
            folder = f"{HOME}/{'/'.join(parts[:depth])}"
            if folder not in folders:
                folders.add(folder)
                yield from ("--perms", "0777", "--dir", folder)
        yield from ("--perms", "0777", "--file", str(descriptor), f"{HOME}/{name}")


def _kernel_limits(limits: Limits) -> Iterator[str]:
    """Options of prlimit. They hold for each process, the number of processes for the user."""
    cpu = math.ceil(limits.cpu_seconds) + 1
    data = (
        limits.memory_bytes + DATA_SLACK
    )  # not of the address space: runtimes reserve far more than they use
    wanted = {
        "core": (resource.RLIMIT_CORE, 0),
        "cpu": (resource.RLIMIT_CPU, cpu + 1),
        "data": (resource.RLIMIT_DATA, data),
        "fsize": (resource.RLIMIT_FSIZE, limits.file_bytes),
        "nofile": (resource.RLIMIT_NOFILE, OPEN_FILES),
        "nproc": (resource.RLIMIT_NPROC, limits.processes + PROCESS_SLACK),
    }
    for name, (kind, most) in wanted.items():
        hard = resource.getrlimit(kind)[1]  # ours cannot be raised, and an attempt would stop the program
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        yield f"--{name}={min(cpu, most) if name == 'cpu' else most}:{most}"


def _spare_user() -> int:
    """A user id that nobody has: by chance, from the upper half of the ids that this user namespace knows."""
    ranges = [tuple(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
    first, _, count = max(ranges, key=lambda each: each[2])
    count = min(count, 1 << 31)
    return first + count // 2 + secrets.randbelow(count // 2)
