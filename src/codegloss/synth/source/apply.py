"""New comments put into the files of a folder: only comment bytes change, and there is a way back.

What is left alone, each with its reason: a file that changed since it was read, or has changes that
git does not have; one that is read-only, hard-linked, or lies outside the folder by a link; what is no
file of its own (a member of an archive, a script in a page, a notebook's cell); and what `plan` skips.
"""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegloss.extract.repos import discover, git
from codegloss.extract.repos.sources import DiscoveryOptions, opened_as
from codegloss.quality.reasons import Reason
from codegloss.records import Source
from codegloss.synth.source.plan import WIDTH, Planned, Refused, Replacement, plan_file, refused
from codegloss.synth.source.proof import Skipped
from codegloss.synth.source.undo import Journal, replace

NO_FILE = "no file of its own"
OUTSIDE = "outside the folder"
READ_ONLY = "read-only"
HARD_LINKED = "hard-linked"
UNCOMMITTED = "uncommitted changes"
UNWRITABLE = "cannot be written"
CHANGED_MEANWHILE = "changed while it was being read"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one file."""

    path: str  # as in the functions: POSIX, relative to the folder
    replaced: tuple[str, ...]  # ids of functions whose comment is in the file now
    skipped: tuple[Skipped, ...]  # the others, each with the reason


@dataclass(frozen=True, slots=True)
class _Change:
    """The old and the new bytes of one file."""

    path: str
    file: Path  # with links resolved
    old: bytes
    plan: Planned


def apply(
    replacements: Iterable[Replacement],
    root: Path,
    out: Path,
    *,
    allow_uncommitted: bool = False,
    width: int = WIDTH,
) -> Iterator[Applied]:
    """Put the comments into the files at or below `root`, the folder that the functions' paths begin at.

    One row for each file, when it is done. The old bytes are kept in `OUT/undo` first. A killed run may be
    given again: files that were done then refuse themselves as changed. Raises `undo.UndoError` while
    another process applies or undoes from the same `out`.
    """
    with Journal(out) as journal:
        for change in _changes(replacements, root, allow_uncommitted, width):
            if isinstance(change, Applied):
                yield change
                continue
            try:
                if change.file.read_bytes() != change.old:
                    raise OSError(CHANGED_MEANWHILE)
                journal.record(change.file, change.old, change.plan.data)
                replace(change.file, change.plan.data)
            except OSError as error:
                ids = [*change.plan.replaced, *(function for function, _ in change.plan.skipped)]
                reason = Reason(UNWRITABLE, str(error))
                yield Applied(change.path, (), refused(ids, reason, change.plan.skipped).skipped)
                continue
            yield Applied(change.path, change.plan.replaced, change.plan.skipped)


def patch(
    replacements: Iterable[Replacement],
    root: Path,
    *,
    allow_uncommitted: bool = False,
    width: int = WIDTH,
) -> Iterator[tuple[Applied, bytes]]:
    """What `apply` would do, and for each file the unified difference that `git apply` and `patch -p1` take.

    Bytes, since files have encodings of their own; empty where nothing would change.
    """
    for change in _changes(replacements, root, allow_uncommitted, width):
        if isinstance(change, Applied):
            yield change, b""
        else:
            applied = Applied(change.path, change.plan.replaced, change.plan.skipped)
            yield applied, unified(change.path, change.old, change.plan.data)


def roots(paths: Sequence[Path], options: DiscoveryOptions = DiscoveryOptions()) -> dict[str, Path]:
    """The folder that each repository's paths begin at, of those met below `paths` as `extract` meets them.

    Repositories inside archives and tables have none.
    """
    found: dict[str, Path] = {}
    for source in discover(paths, options):
        if isinstance(source, Source) and source.member is None and source.content is None:
            location = opened_as(source.location)
            if location.endswith("/" + source.path):
                found.setdefault(source.repository, Path(location.removesuffix(source.path)))
    return found


def unified(path: str, old: bytes, new: bytes) -> bytes:
    """The unified difference of two versions of a file, three lines of context."""
    name = os.fsencode(path)
    lines = difflib.diff_bytes(
        difflib.unified_diff, _lines(old), _lines(new), b"a/" + name, b"b/" + name, lineterm=b"\n"
    )
    return b"".join(
        line if line.endswith(b"\n") else line + b"\n\\ No newline at end of file\n" for line in lines
    )


def _lines(data: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _changes(
    replacements: Iterable[Replacement], root: Path, allow_uncommitted: bool, width: int
) -> Iterator[_Change | Applied]:
    """One for each file, in the order of its first replacement."""
    by_path: dict[str, list[Replacement]] = {}
    for replacement in replacements:
        by_path.setdefault(replacement.function.path, []).append(replacement)
    top = root.resolve()
    uncommitted = None if allow_uncommitted else _Uncommitted()
    for path, wanted in by_path.items():
        ids = [replacement.function.id for replacement in wanted]
        found = _file(top, path, uncommitted)
        if isinstance(found, Reason):
            yield Applied(path, (), refused(ids, found).skipped)
            continue
        try:
            old = found.read_bytes()
        except OSError as error:
            yield Applied(path, (), refused(ids, Reason(NO_FILE, str(error))).skipped)
            continue
        plan = plan_file(old, wanted, width)
        if isinstance(plan, Refused):
            yield Applied(path, (), plan.skipped)
        else:
            yield _Change(path, found, old, plan)


def _file(top: Path, path: str, uncommitted: _Uncommitted | None) -> Path | Reason:
    """The file at a path below the folder, links resolved, or why it is left alone."""
    file = (top / path).resolve()
    if not file.is_relative_to(top):
        return Reason(OUTSIDE, path)
    try:
        status = file.stat()
    except OSError as error:
        return Reason(NO_FILE, str(error))
    if not stat.S_ISREG(status.st_mode):
        return Reason(NO_FILE, path)
    if not status.st_mode & 0o222 or not os.access(file, os.W_OK):
        return Reason(READ_ONLY, path)
    if status.st_nlink > 1:
        return Reason(HARD_LINKED, path)
    return (uncommitted.reason(file) if uncommitted else None) or file


class _Uncommitted:
    """Which files have changes that git does not have; each checkout is asked once."""

    def __init__(self) -> None:
        self._roots: dict[Path, Path | None] = {}  # folder → root of its checkout
        self._changed: dict[Path, frozenset[bytes] | None] = {}

    def reason(self, file: Path) -> Reason | None:
        folder = file.parent
        if folder not in self._roots:
            checkout = git.enclosing_checkout(folder)
            self._roots[folder] = checkout.root if checkout else None
        root = self._roots[folder]
        if root is None:
            return None
        if root not in self._changed:
            self._changed[root] = _changed(root)
        changed = self._changed[root]
        if changed is None:
            return Reason(UNCOMMITTED, f"git cannot be asked about {root}")
        if os.fsencode(file.relative_to(root)) in changed:
            return Reason(UNCOMMITTED, str(file.relative_to(root)))
        return None


def _changed(root: Path) -> frozenset[bytes] | None:
    """Paths of the files that differ from the last commit, or that git neither has nor ignores."""
    listing = git.ask(root, "status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all")
    return None if listing is None else frozenset(entry[3:] for entry in listing.split(b"\0") if entry)
