"""The way back: the original bytes of every file that is replaced, kept before it is, in `OUT/undo`.

`OUT/undo/journal.jsonl` has a line for each file that was about to be replaced: its absolute path, the
checksum of its bytes before and after. `OUT/undo/originals/` holds the bytes before, each under its
checksum. Both are durable before the file itself is touched, and a file is replaced by one rename, so
that a process killed at any moment leaves it old or new, and the way back is known.

Does not bring back: the time of the last change, what a program that held the old file open wrote to
it, and extended attributes that the user may not set.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from codegloss.dataset.files import TEMPORARY, append_line, lock, sha256, sync
from codegloss.quality.reasons import Reason

FOLDER = "undo"
_JOURNAL = "journal.jsonl"
_ORIGINALS = "originals"
_LOCK = ".lock"
EDITED = "edited since"


class UndoError(ValueError):
    """There is no way back here; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was replaced, or was about to be."""

    path: str  # absolute
    before: str  # sha256 of the bytes
    after: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a file that was to be given back its bytes; no reason where it has them."""

    path: Path
    reason: Reason | None = None


class Journal:
    """The journal in `OUT/undo`, locked from `with` to its end."""

    def __init__(self, out: Path) -> None:
        self.folder = out.absolute() / FOLDER
        self._lock: IO[str] | None = None

    def __enter__(self) -> Journal:
        (self.folder / _ORIGINALS).mkdir(parents=True, exist_ok=True)
        self._lock = lock(self.folder / _LOCK)
        if self._lock is None:
            raise UndoError(f"{self.folder} is being written by another process: wait for it to end")
        entries(self.folder, mend=True)
        sync(self.folder)
        sync(self.folder.parent)
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def record(self, path: Path, before: bytes, after: bytes) -> None:
        """Keep the bytes of a file that is about to be replaced, durably."""
        entry = Entry(str(path), _digest(before), _digest(after))
        original = self.folder / _ORIGINALS / entry.before
        if not original.exists():
            temporary = original.with_name(original.name + TEMPORARY)
            temporary.write_bytes(before)
            sync(temporary)
            temporary.rename(original)
            sync(original.parent)
        append_line(self.folder / _JOURNAL, json.dumps(asdict(entry)))


def entries(folder: Path, *, mend: bool = False) -> list[Entry]:
    """The whole lines of a journal, oldest first; `mend` cuts off a line that a killed process left torn.

    Raises UndoError for a journal that is none.
    """
    path = folder / _JOURNAL
    if not path.exists():
        return []
    found, whole = [], 0
    for line in path.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        try:
            found.append(Entry(**json.loads(line)))
        except (ValueError, TypeError) as error:
            raise UndoError(f"{path}: line {len(found) + 1} is no entry: {error}") from error
        whole += len(line)
    if mend:
        os.truncate(path, whole)
    return found


def undo(out: Path) -> Iterator[Undone]:
    """Give every file that was replaced its bytes back, the last replaced first.

    A file that was edited since is left alone, with the reason. When all have their bytes the journal is
    removed; otherwise it stays, and `undo` can be asked again. Raises UndoError where there is none.
    """
    folder = out.absolute() / FOLDER
    if not (folder / _JOURNAL).exists():
        raise UndoError(f"{folder} has no journal: nothing was applied from {out}, or it was undone")
    with Journal(out) as journal:
        done = True
        for path, originals, after in _ways_back(entries(journal.folder)):
            reason = _restore(journal.folder, path, originals, after)
            done &= reason is None
            yield Undone(path, reason)
        if done:
            (journal.folder / _JOURNAL).unlink()
            sync(journal.folder)
            shutil.rmtree(journal.folder)


def _ways_back(journal: list[Entry]) -> list[tuple[Path, str, set[str]]]:
    """For each file: its checksum before the first change, and those that it may have had since."""
    first: dict[str, str] = {}
    since: dict[str, set[str]] = {}
    for entry in journal:
        first.setdefault(entry.path, entry.before)
        since.setdefault(entry.path, set()).update((entry.before, entry.after))
    return [(Path(path), first[path], since[path]) for path in reversed(first)]


def _restore(folder: Path, path: Path, original: str, known: set[str]) -> Reason | None:
    temporary_of(path).unlink(missing_ok=True)
    try:
        now = sha256(path)
        if now == original:
            return None
        if now not in known:
            return Reason(EDITED)
        data = (folder / _ORIGINALS / original).read_bytes()
        if _digest(data) != original:
            return Reason("the kept bytes are damaged", str(folder / _ORIGINALS / original))
        replace(path, data)
    except OSError as error:
        return Reason(type(error).__name__, str(error))
    return None


# --- files -----------------------------------------------------------------------------------


def temporary_of(path: Path) -> Path:
    """Where the new bytes of a file are written before they take its place."""
    return path.with_name(f".{path.name}.codegloss{TEMPORARY}")


def replace(path: Path, data: bytes) -> None:
    """Put new bytes in a file's place by one rename, durably; mode, owner and attributes stay.

    Raises OSError, and the file is as it was.
    """
    status = path.stat()
    temporary = temporary_of(path)
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            if (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(file.fileno(), status.st_uid, status.st_gid)
            _copy_attributes(path, file.fileno())
            os.fchmod(file.fileno(), status.st_mode & 0o7777)
            os.fsync(file.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def _copy_attributes(path: Path, descriptor: int) -> None:
    """Extended attributes, access lists among them, as far as the user may set them."""
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(path):
                os.setxattr(descriptor, name, os.getxattr(path, name))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
