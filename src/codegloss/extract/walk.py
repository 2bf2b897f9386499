"""Walking folders and git checkouts.

What is named how:
- a git checkout by its remote (`github.com/owner/name`), its paths relative to its root,
  its revision the commit. Without a remote it is a folder like any other, with a revision.
  Checkouts inside (submodules, clones) are repositories of their own;
- a folder by its own name;
- packages in `node_modules` and `site-packages` by their own name and version;
- two inputs of one name stay two: the second is `name#2`.

Names are sorted bytes-wise, so that whole paths come sorted. One listing per level of
folders is held in memory. A link is not followed unless asked for; pipes, sockets and
devices are never opened. Not covered: a folder that changes during the walk is read as
it is met; .gitignore patterns with more than three wildcards are passed over where git
itself is not asked, as matching them can take for ever.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codegloss.extract import git
from codegloss.extract.installed import Installed, installed_packages, metadata_in, names_in
from codegloss.extract.packages import Package, described
from codegloss.extract.sources import (
    CONTROL_FOLDERS,
    DUPLICATE_PATH,
    IGNORED,
    SHEBANG_BYTES,
    SPECIAL_FILE,
    SYMLINK,
    SYMLINK_LOOP,
    VENDOR_FOLDERS,
    VENDORED,
    DiscoveryOptions,
    Found,
    Names,
    SourceError,
    located,
    may_be_script,
    read_bounded,
    shown,
    verdict,
)
from codegloss.records import Dropped, Failed, Source

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_RULES_BYTES = 1_000_000  # of a .gitignore file that is read
_MOST_WILDCARDS = 3  # of a .gitignore pattern: matching takes time to that power


def folder(path: Path, options: DiscoveryOptions, names: Names, done: frozenset[str]) -> Iterator[Found]:
    """Every file below a folder; `done` are folders already walked, to be left out."""
    inside_vendored = not VENDOR_FOLDERS.isdisjoint(path.parts)
    walk = _Walk(options, names, done, options.vendored or inside_vendored, set())
    place = _outermost(path, path, walk)
    stack = [(place, _enter(str(path), place, walk))]
    while stack:
        place, entries = stack[-1]
        found = next(entries, None)
        if found is None:
            stack.pop()
        elif isinstance(found, tuple):
            below, directory = found
            stack.append((below, _enter(directory, below, walk)))
        else:
            yield found


def single_file(path: Path, options: DiscoveryOptions, names: Names) -> Iterator[Found]:
    """One file that was named itself: never ignored, never vendored."""
    walk = _Walk(options, names, frozenset(), True, set())
    place = _outermost(path.parent, path, walk)
    listing = _listing(str(path.parent))
    place = _described(place, str(path.parent), listing, walk)
    yield from (_file(entry, place, walk) for entry in listing if entry.name == path.name)


_Step = Found | tuple[_Place, str]


def _enter(directory: str, place: _Place, walk: _Walk) -> Iterator[_Step]:
    """What one folder holds: rows for its files, and the folders to enter with their places."""
    try:
        listing = _listing(directory)
    except OSError as error:
        yield _failed(place, directory, error)
        return
    if walk.options.follow_symlinks:
        state = os.stat(directory)
        walk.seen.add((state.st_dev, state.st_ino))
    inner = {entry.name for entry in listing}
    if ".git" in inner and directory not in (place.root, place.checkout):
        checkout = git.checkout_at(Path(directory))
        if checkout:
            place = _checkout_place(checkout, Path(directory), place, walk)
    place = _described(place, directory, listing, walk)
    if walk.options.gitignore and ".gitignore" in inner and place.checkout is None:
        place = _with_rules(place, directory)
    for entry in listing:
        yield from _step(entry, place, walk)


def _step(entry: os.DirEntry[str], place: _Place, walk: _Walk) -> Iterator[_Step]:
    if place.installed and (package := place.installed.owner(entry.path)):
        site = place.installed.site
        place = _package_place(place, package, site, f"{site}/{package.name}", walk)

    def dropped(reason: str, detail: str = "") -> Dropped:
        return Dropped(place.repository, place.relative(entry.path), reason, detail)

    try:
        if entry.is_symlink():
            detail = _link_problem(entry, walk)
            if detail is not None:
                yield dropped(*detail)
                return
        is_folder = entry.is_dir()
        if not is_folder and not entry.is_file():
            yield dropped(SPECIAL_FILE)
        elif is_folder and entry.name in CONTROL_FOLDERS:
            yield dropped(IGNORED, "version control")
        elif (place.ignored or place.rules) and _is_ignored(place, entry.path, is_folder):
            yield dropped(IGNORED, "folder" if is_folder else "")
        elif is_folder and entry.path in walk.done:
            yield dropped(DUPLICATE_PATH, "folder")
        elif is_folder and not walk.vendored and _is_vendored(entry):
            yield dropped(VENDORED, "folder")
        elif is_folder:
            yield place, entry.path
        else:
            yield _file(entry, place, walk)
    except OSError as error:
        yield _failed(place, entry.path, error)


def _failed(place: _Place, path: str, error: OSError) -> Failed:
    message = error.strerror or str(error)
    return Failed(place.repository, place.relative(path) or ".", type(error).__name__, message)


def _is_vendored(entry: os.DirEntry[str]) -> bool:
    return entry.name in VENDOR_FOLDERS or os.path.isfile(os.path.join(entry.path, "pyvenv.cfg"))


def _link_problem(entry: os.DirEntry[str], walk: _Walk) -> tuple[str, str] | None:
    """Why a symbolic link is not followed."""
    if not walk.options.follow_symlinks:
        return SYMLINK, shown(os.readlink(entry.path))
    if not os.path.exists(entry.path):
        return SYMLINK, "broken"
    if entry.is_dir():
        state = entry.stat()
        if (state.st_dev, state.st_ino) in walk.seen:
            target = os.path.realpath(entry.path)
            inside = (entry.path + "/").startswith(target.rstrip("/") + "/")
            return SYMLINK_LOOP if inside else DUPLICATE_PATH, shown(os.readlink(entry.path))
    return None


def _file(entry: os.DirEntry[str], place: _Place, walk: _Walk) -> Found:
    path = place.relative(entry.path)
    state = entry.stat()

    def first_bytes() -> bytes:
        return read_bounded(entry.path, SHEBANG_BYTES)

    peek = first_bytes if may_be_script(entry.name, state.st_mode) else None
    try:
        reason = verdict(path, state.st_size, peek, walk.options)
    except SourceError as error:
        return Failed(place.repository, path, "SourceError", str(error))
    if reason:
        return Dropped(place.repository, path, *reason)
    return Source(
        repository=place.repository,
        revision=place.revision,
        path=path,
        location=located(entry.path),
        member=None,
        content=None,
        size=state.st_size,
        language=None,
        licence=place.licence,
    )
