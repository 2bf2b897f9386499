"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import IO

TEMPORARY = ".tmp"  # ends the name of a file until it is whole


def sha256(path: Path) -> str:
    """Hexadecimal digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Make a file's bytes, or the names in a folder, durable."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a small file, durably, under its name only once it is whole."""
    temporary = path.with_name(path.name + TEMPORARY)
    temporary.write_text(text, encoding="utf-8")
    sync(temporary)
    temporary.rename(path)
    sync(path.parent)


def append_line(path: Path, line: str) -> None:
    """Append one line, durably. A killed process may leave it without its newline."""
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def lock(path: Path) -> IO[str] | None:
    """Create a file, lock it, and return it; None while another process holds the lock.

    The lock ends when the file is closed or the process ends, however it ends. Raises
    FileNotFoundError when the folder is renamed away meanwhile, as the holder does at the end.
    """
    import fcntl

    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
            raise FileNotFoundError(path)
    except BlockingIOError:
        file.close()
        return None
    except OSError:
        file.close()
        raise
    return file
