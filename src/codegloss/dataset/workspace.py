"""The folder beside a dataset in which it is made, until one rename puts it in place.

`OUT.partial` holds, beside the tables, `.lock` (held by the one process that writes) and
the writer's notes. `.OUT.replaced` holds the old dataset for the moment in which a new one
takes its place.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from codegloss.dataset.files import lock, sync
from codegloss.dataset.manifest import MANIFEST, DatasetError, Manifest, read_manifest

LOCK = ".lock"


def partial_of(out: Path) -> Path:
    """Where the dataset `out`, an absolute path, lies until it is finished."""
    return out.with_name(out.name + ".partial") if out.name else out


def written_for(out: Path) -> tuple[Path, Path, Path]:
    """The folders that writing the dataset `out`, an absolute path, makes, for a while or for good."""
    return out, partial_of(out), out.parent / f".{out.name}.replaced"


def standing_at(out: Path) -> Manifest | None:
    """The manifest of the dataset at `out`; None where there is nothing, or an empty folder.

    Raises DatasetError for anything else, which must not be written over: many a folder that
    is no dataset has a `manifest.json`.
    """
    if out.is_symlink():  # its target would have been taken for it
        raise DatasetError(f"{out} is a link that leads to itself: name another folder")
    if not out.exists():
        return None
    if not out.is_dir() or out.is_mount():
        raise DatasetError(f"{out} is not an ordinary folder: name one inside it or beside it")
    if not any(out.iterdir()):
        return None
    if not (out / MANIFEST).is_file():
        raise DatasetError(f"{out} exists and is not a dataset: name another folder")
    try:
        return read_manifest(out / MANIFEST)
    except DatasetError as error:
        raise DatasetError(
            f"{out} exists, and its {MANIFEST} is no dataset's: name another folder"
        ) from error


class Workspace:
    """`OUT.partial`, locked by this process from `claim` to `publish` or `release`."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.path = partial_of(out)
        _, _, self._replaced = written_for(out)
        self._lock: IO[str] | None = None

    @property
    def claimed(self) -> bool:
        """Whether this process may write here."""
        return self._lock is not None

    def claim(self) -> None:
        """Create and lock the folder. Raises DatasetError while another process has it."""
        while True:
            self.path.mkdir(parents=True, exist_ok=True)
            if not (self.path / LOCK).exists() and any(self.path.iterdir()):
                raise DatasetError(f"{self.path} exists and is not a partial dataset: move it away")
            with suppress(FileNotFoundError):  # its holder has just renamed it to `out`
                self._lock = lock(self.path / LOCK)
                break
        if not self._lock:
            raise DatasetError(f"{self.out} is being written by another process: wait for it to end")
        if self._replaced.exists():  # a process was killed in the middle of `publish`
            if self.out.exists():
                shutil.rmtree(self._replaced)
            else:
                self._replaced.rename(self.out)

    def entries(self) -> set[str]:
        """Names of what lies here, but for the lock."""
        return {entry.name for entry in self.path.iterdir()} - {LOCK}

    def remove(self, names: Iterable[str]) -> None:
        """Remove files and folders here, in the order given."""
        for name in names:
            entry = self.path / name
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def publish(self) -> None:
        """Rename the folder to `out`, in the place of an older dataset if there is one."""
        if standing_at(self.out):
            self.out.rename(self._replaced)
        self.path.rename(self.out)
        sync(self.out.parent)
        shutil.rmtree(self._replaced, ignore_errors=True)
        self.tidy()
        self.release()

    def tidy(self) -> None:
        """Remove the lock that a finished dataset still has if the process was killed just then."""
        (self.out / LOCK).unlink(missing_ok=True)

    def release(self) -> None:
        """Let another process have the folder; an empty one is removed."""
        if self._lock:
            if self.path.is_dir() and not self.entries():
                shutil.rmtree(self.path)
            self._lock.close()
            self._lock = None
