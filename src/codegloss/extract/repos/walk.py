"""Walking folders and git checkouts.

What is named how:
- a git checkout by its remote (`github.com/owner/name`), its paths relative to its root,
  its revision the commit. Without a remote it is a folder like any other, with a revision.
  Checkouts inside (submodules, clones) are repositories of their own;
- a folder by its own name;
- packages in `node_modules` and `site-packages` by their own name and version;
- two inputs of one name stay two: the second is `name#2`.

Folders that keep the code of others (`VENDOR_FOLDERS`, virtual environments) are one
Dropped row each, unless they are asked for or what was named lies in one itself.

Names are sorted bytes-wise, so that whole paths come sorted. One listing per level of
folders is held in memory. A link is not followed unless asked for; pipes, sockets and
devices are never opened. Not covered: a folder that changes during the walk is read as
it is met; .gitignore patterns with more than three wildcards are passed over where git
itself is not asked, as matching them can take for ever.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from codegloss.extract.repos import git
from codegloss.extract.repos.installed import names_in
from codegloss.extract.repos.places import (
    Place,
    Walk,
    at_checkout,
    at_package,
    is_ignored,
    place_of,
    with_metadata,
    with_rules,
)
from codegloss.extract.repos.sources import (
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


def folder(
    path: Path,
    options: DiscoveryOptions,
    names: Names,
    named: frozenset[str],
    left_out: frozenset[str] = frozenset(),
) -> Iterator[Found]:
    """Every file below a folder, but for the paths that are `named` themselves, or `left_out`."""
    inside_vendored = not VENDOR_FOLDERS.isdisjoint(path.parts)
    walk = Walk(str(path), options, names, named, left_out, options.vendored or inside_vendored, set())
    place = place_of(path, walk)
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


def single_file(
    path: Path, options: DiscoveryOptions, names: Names, places: dict[Path, Place]
) -> Iterator[Found]:
    """One file that was named itself: never ignored, never vendored.

    `places` keeps what was found out of folders, for the files named next.
    """
    folder = path.parent
    walk = Walk(str(folder), options, names, frozenset(), frozenset(), True, set())
    if folder not in places:
        places[folder] = with_metadata(place_of(folder, walk), str(folder), names_in(str(folder)), walk)
    place = places[folder]
    if place.installed and (package := place.installed.owner(str(path))):
        place = at_package(place, package, str(folder), f"{folder}/{package.name}", walk)
    try:
        yield _file(str(path), os.stat(path), place, options)
    except OSError as error:
        yield _failed(place, str(path), error)


def listing_of(directory: str) -> list[os.DirEntry[str]]:
    """The entries of a folder, in the order in which whole paths sort bytes-wise."""

    def key(entry: os.DirEntry[str]) -> bytes:
        return os.fsencode(entry.name) + (b"/" if _is_folder(entry) else b"")

    with os.scandir(directory) as entries:
        return sorted(entries, key=key)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


_Step = Found | tuple[Place, str]


def _enter(directory: str, place: Place, walk: Walk) -> Iterator[_Step]:
    """What one folder holds: rows for its files, and the folders to enter with their places."""
    try:
        listing = listing_of(directory)
        state = os.stat(directory)
    except OSError as error:
        yield _failed(place, directory, error)
        return
    if walk.options.follow_symlinks:
        if (state.st_dev, state.st_ino) in walk.seen:
            yield Dropped(place.repository, place.relative(directory), DUPLICATE_PATH, "met through a link")
            return
        walk.seen.add((state.st_dev, state.st_ino))
    inner = {entry.name for entry in listing}
    if "pyvenv.cfg" in inner and not walk.vendored and directory != walk.top:
        yield Dropped(place.repository, place.relative(directory), VENDORED, "folder")
        return
    if ".git" in inner and directory not in (place.root, place.checkout):
        checkout = git.checkout_at(Path(directory))
        if checkout:
            place = at_checkout(checkout, Path(directory), walk)
    place = with_metadata(place, directory, [entry.name for entry in listing], walk)
    if walk.options.gitignore and ".gitignore" in inner and place.checkout is None:
        place = with_rules(place, directory)
    for entry in listing:
        if entry.path not in walk.left_out:
            yield from _step(entry, place, walk)


def _step(entry: os.DirEntry[str], place: Place, walk: Walk) -> Iterator[_Step]:
    if place.installed and (package := place.installed.owner(entry.path)):
        site = place.installed.site
        place = at_package(place, package, site, f"{site}/{package.name}", walk)

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
        elif entry.path in walk.named:
            yield dropped(DUPLICATE_PATH, "named itself")
        elif is_folder and entry.name in CONTROL_FOLDERS:
            yield dropped(IGNORED, "version control")
        elif (place.ignored or place.rules) and is_ignored(place, entry.path, is_folder):
            yield dropped(IGNORED, "folder" if is_folder else "")
        elif is_folder and not walk.vendored and entry.name in VENDOR_FOLDERS:
            yield dropped(VENDORED, "folder")
        elif is_folder:
            yield place, entry.path
        else:
            yield _file(entry.path, entry.stat(), place, walk.options)
    except OSError as error:
        yield _failed(place, entry.path, error)


def _failed(place: Place, path: str, error: OSError) -> Failed:
    message = error.strerror or str(error)
    return Failed(place.repository, place.relative(path) or ".", type(error).__name__, message)


def _link_problem(entry: os.DirEntry[str], walk: Walk) -> tuple[str, str] | None:
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


def _file(path: str, state: os.stat_result, place: Place, options: DiscoveryOptions) -> Found:
    relative = place.relative(path)

    def first_bytes() -> bytes:
        return read_bounded(path, SHEBANG_BYTES)

    peek = first_bytes if may_be_script(os.path.basename(path), state.st_mode) else None
    try:
        reason = verdict(relative, state.st_size, peek, options)
    except SourceError as error:
        return Failed(place.repository, relative, "SourceError", str(error))
    if reason:
        return Dropped(place.repository, relative, *reason)
    return Source(
        repository=place.repository,
        revision=place.revision,
        path=relative,
        location=located(path),
        member=None,
        content=None,
        size=state.st_size,
        language=None,
        licence=place.licence,
    )
