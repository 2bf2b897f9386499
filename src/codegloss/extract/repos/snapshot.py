"""The state of an input, so that a second run can tell whether anything has changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from codegloss.extract.repos.sources import VENDOR_FOLDERS

_SKIPPED = frozenset((".git", ".hg", ".svn"))


def fingerprint(paths: Sequence[Path], vendored: bool = False, left_out: Iterable[Path] = ()) -> str:
    """Hash over the name, size and time of change of every file below `paths`; nothing is read.

    Where a path lies does not count, what it is called and holds does. Folders that the walk
    never enters do not count either, nor does what is `left_out`.
    """
    digest = hashlib.sha256()
    absent = frozenset(map(os.path.realpath, left_out))
    for path in paths:
        resolved = os.path.realpath(path)
        enters = vendored or not VENDOR_FOLDERS.isdisjoint(Path(resolved).parts)  # as the walk does
        for name, stat in _files(resolved, _SKIPPED if enters else _SKIPPED | VENDOR_FOLDERS, absent):
            entry = f"{os.path.relpath(name, resolved)}\0{stat.st_size}\0{stat.st_mtime_ns}\n"
            digest.update(entry.encode("utf-8", "surrogateescape"))
        digest.update(os.path.basename(resolved).encode("utf-8", "surrogateescape") + b"\0")
    return digest.hexdigest()


def _files(
    path: str, skipped: frozenset[str], absent: frozenset[str]
) -> Iterator[tuple[str, os.stat_result]]:
    folders = [path] if os.path.isdir(path) else []
    if not folders and os.path.lexists(path):
        yield path, os.lstat(path)
    while folders:
        try:
            entries = sorted(os.scandir(folders.pop()), key=lambda entry: entry.name)
        except OSError:  # the walk reports it
            continue
        for entry in entries:
            try:
                if entry.path in absent:
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if entry.name not in skipped:
                        folders.append(entry.path)
                else:
                    yield entry.path, entry.stat(follow_symlinks=False)
            except OSError:
                continue
