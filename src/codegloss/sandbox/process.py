"""Starts a program in the sandbox, or without one where that is allowed, and reports."""

from __future__ import annotations

import fcntl
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

from codegloss.sandbox import bubblewrap, system_calls
from codegloss.sandbox.outcome import Limits, Outcome, settled
from codegloss.sandbox.watch import Ending, Stream, watch

FILES = 200  # at most: each takes a descriptor until it is copied
Input = Callable[[int], bytes]  # stdin, given the descriptor that results are to be written to


@dataclass(frozen=True, slots=True)
class _Job:
    command: Sequence[str]
    files: Mapping[str, bytes]
    limits: Limits
    stdin: Input
    visible: Sequence[str | Path]


def run(
    command: Sequence[str],
    *,
    files: Mapping[str, bytes | str] | None = None,
    limits: Limits = Limits(),  # noqa: B008  frozen
    stdin: bytes = b"",
    visible: Sequence[str | Path] = (),
    allow_unsandboxed: bool = False,
) -> Outcome:
    """Run a command in a folder of its own with `files` (relative path to content), and say what happened.

    `visible` are paths that it may read where they are, beyond the system's and the interpreter's.
    Without a working bubblewrap the outcome is "refused" with the cure as its reason; with
    `allow_unsandboxed` the program then runs with the caller's rights. Safe to call from several threads.

    Raises ValueError for an empty command, a path that leaves the folder, more than 200 files, and a
    visible path that does not exist.
    """
    outcome, _ = run_with_results(
        command,
        files=files or {},
        limits=limits,
        stdin=lambda _: stdin,
        visible=visible,
        allow_unsandboxed=allow_unsandboxed,
    )
    return outcome


def run_with_results(
    command: Sequence[str],
    *,
    files: Mapping[str, bytes | str],
    limits: Limits,
    stdin: Input,
    visible: Sequence[str | Path],
    allow_unsandboxed: bool,
) -> tuple[Outcome, bytes]:
    """As `run`, with one more descriptor that the program may write to, and what it wrote there."""
    if not command:
        raise ValueError("there is no command to run")
    if len(files) > FILES:
        raise ValueError(f"{len(files)} files, at most {FILES}: make their folder visible instead")
    for name in files:
        parts = name.split("/")
        if "\0" in name or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"{name!r} is no path of a file inside the program's folder")
    contents = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    job = _Job(command, contents, limits, stdin, visible)
    outcome, results = _sandboxed(job)
    if outcome.status == "refused" and allow_unsandboxed:
        outcome, results = _unsandboxed(job)
    return outcome, results


def _sandboxed(job: _Job) -> tuple[Outcome, bytes]:
    found = [shutil.which(name) for name in ("bwrap", "setpriv", "prlimit")]
    if not sys.platform.startswith("linux") or found[0] is None or None in found:
        return _refused(bubblewrap.CURE, b""), b""
    with ExitStack() as stack:
        code = system_calls.program()
        heard, told = _pipe(stack)
        contents = {name: _readable(content, stack) for name, content in job.files.items()}
        code_filter = None if code is None else _readable(code, stack)
        line = bubblewrap.arguments(
            job.command,
            contents={name: file.fileno() for name, file in contents.items()},
            visible=job.visible,
            limits=job.limits,
            filter_descriptor=None if code_filter is None else code_filter.fileno(),
            status_descriptor=told.fileno(),
        )
        kept = [told, *contents.values(), *([] if code_filter is None else [code_filter])]
        return _followed([found[0], *line], job, kept, stack, status=heard.fileno())


def _unsandboxed(job: _Job) -> tuple[Outcome, bytes]:
    """With limits for each process only, in a temporary folder."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        for name, content in job.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        limits = job.limits
        cpu, blocks = math.ceil(limits.cpu_seconds), limits.file_bytes // 512 + 1
        data = (limits.memory_bytes + bubblewrap.DATA_SLACK) // 1024
        kinds = f"'-c 0' '-d {data}' '-f {blocks}' '-t {cpu}'"  # some systems lack some
        script = f'for kind in {kinds}; do ulimit $kind 2>/dev/null; done; exec "$@"'
        return _followed(["/bin/sh", "-c", script, "sh", *job.command], job, [], stack, folder=folder)


def _followed(
    line: list[str],
    job: _Job,
    kept: list[FileIO],
    stack: ExitStack,
    *,
    status: int | None = None,
    folder: Path | None = None,
) -> tuple[Outcome, bytes]:
    """Start a command line and watch it. `kept` are the descriptors that it inherits, and we let go of."""
    pipes = [_pipe(stack) for _ in range(3)]
    out, err, results = (write for _, write in pipes)
    given = _readable(job.stdin(results.fileno()), stack)
    began = time.monotonic()
    child = subprocess.Popen(
        line,
        stdin=given,
        stdout=out,
        stderr=err,
        pass_fds=[file.fileno() for file in (*kept, results)],
        start_new_session=True,
        cwd=folder,
        env={} if folder is None else bubblewrap.ENVIRONMENT,
    )
    for file in (given, out, err, results, *kept):
        file.close()
    streams = [Stream(read.fileno(), job.limits.output_bytes) for read, _ in pipes]
    ending = watch(child, status, streams, job.limits)
    outcome = replace(
        _outcome(ending, bytes(streams[0].held), bytes(streams[1].held)),
        cut=any(stream.cut for stream in streams),
        seconds=time.monotonic() - began,
        sandboxed=folder is None,
    )
    return outcome, bytes(streams[2].held)


def _outcome(ending: Ending, stdout: bytes, stderr: bytes) -> Outcome:
    if not ending.started:
        return _refused(f"{stderr.decode(errors='replace').strip()}; {bubblewrap.CURE}", stderr)
    if ending.exceeded is not None:
        status, reason = ending.exceeded
        return Outcome(status, reason, None, signal.SIGKILL, stdout, stderr, False, 0.0, True)
    code = ending.returncode if ending.returncode >= 0 else 128 - ending.returncode
    status, reason, ended_by = settled(code, stderr)
    return Outcome(status, reason, code, ended_by, stdout, stderr, False, 0.0, True)


def _refused(reason: str, stderr: bytes) -> Outcome:
    return Outcome("refused", reason, None, None, b"", stderr, False, 0.0, False)


def _pipe(stack: ExitStack) -> tuple[FileIO, FileIO]:
    read, write = os.pipe()
    return stack.enter_context(FileIO(read, "r")), stack.enter_context(FileIO(write, "w"))


def _readable(content: bytes, stack: ExitStack) -> FileIO:
    """A file to read `content` from, in memory; sealed, so that a program cannot grow what nobody counts."""
    if not hasattr(os, "memfd_create"):
        file = stack.enter_context(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115
    else:
        memory = os.memfd_create("input", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        file = stack.enter_context(FileIO(memory, "r+"))
    view = memoryview(content)
    while view:
        view = view[file.write(view) :]
    file.seek(0)
    if hasattr(os, "memfd_create"):
        seals = fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, seals)
    return file
