"""Where a folder stands: what its files are called, under which licence, and what is left out there.

A `Place` is told for a folder from what lies in it (.git, metadata, .gitignore) and holds
for all below, until a folder there says otherwise.
"""

from __future__ import annotations

import os
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from codegloss.extract.repos import git
from codegloss.extract.repos.installed import Installed, installed_packages, metadata_in, names_in
from codegloss.extract.repos.packages import Package, described
from codegloss.extract.repos.sources import DiscoveryOptions, Names, SourceError, read_bounded, shown

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_RULES_BYTES = 1_000_000  # of a .gitignore file that is read
_MOST_RULES = 2_000  # of a .gitignore file
_MOST_WILDCARDS = 3  # of a .gitignore pattern: matching takes time to that power


@dataclass(frozen=True, slots=True)
class Place:
    """What holds for a folder and, unless something in there says otherwise, for all below."""

    repository: str
    revision: str | None
    licence: str | None
    root: str  # absolute, without a slash at its end; paths are relative to it
    checkout: str | None  # root of the git checkout, where git was asked
    ignored: frozenset[str]  # what git ignores there, relative to `checkout`
    rules: tuple[tuple[str, GitIgnoreSpec], ...]  # .gitignore files by folder, where it was not
    installed: Installed | None  # the packages of the `site-packages` this lies in

    def relative(self, path: str) -> str:
        """What an absolute path below is called in records."""
        return shown(path[len(self.root) + 1 :])


@dataclass(frozen=True, slots=True)
class Walk:
    """What holds for the whole walk."""

    top: str  # absolute path of the folder that was named
    options: DiscoveryOptions
    names: Names
    named: frozenset[str]  # absolute paths that have a walk of their own
    left_out: frozenset[str]  # absolute paths that are not met at all
    vendored: bool  # whether vendored folders are entered
    seen: set[tuple[int, int]]  # device and inode of each folder, where links are followed


def place_of(top: Path, walk: Walk) -> Place:
    """The place of a folder that was named itself, in a checkout or not."""
    checkout = git.enclosing_checkout(top)
    if checkout and not _is_left_out(checkout, top):
        inside = at_checkout(checkout, top, walk)
        if top == checkout.root or not is_ignored(inside, str(top), True):
            return inside
    beside = installed_packages(str(top.parent), names_in(str(top.parent)))
    package = beside.owner(str(top)) if beside else None
    root = str(top).rstrip("/")
    name = walk.names.claim(shown(top.name) or "root", root)
    return Place(name, None, package.licence if package else None, root, None, frozenset(), (), None)


def _is_left_out(checkout: git.Checkout, top: Path) -> bool:
    """Whether a folder lies in a checkout but is no part of it, as a build folder is not."""
    relative = str(top.relative_to(checkout.root))
    return relative != "." and git.is_ignored(checkout.root, relative)


def at_checkout(checkout: git.Checkout, top: Path, walk: Walk) -> Place:
    """The place of the folder `top` in a checkout that it belongs to."""
    root = checkout.root if checkout.remote else top
    name = walk.names.claim(checkout.remote or shown(top.name), str(root))
    place = Place(name, checkout.revision, None, str(root), None, frozenset(), (), None)
    for directory in reversed([top, *top.parents][: len(top.relative_to(checkout.root).parts) + 1]):
        if directory != top:  # the walk does this for `top` itself
            place = with_metadata(place, str(directory), names_in(str(directory)), walk)
    if not walk.options.gitignore:
        return place
    ignored = git.ignored(checkout.root, str(top.relative_to(checkout.root)))
    if ignored is not None:
        return replace(place, checkout=str(checkout.root), ignored=ignored)
    for directory in reversed(top.parents):
        if directory.is_relative_to(checkout.root):
            place = with_rules(place, str(directory))
    return place


def with_metadata(place: Place, directory: str, names: list[str], walk: Walk) -> Place:
    """The place, with what metadata and licence files in this folder say."""
    files = metadata_in(directory, names)
    package = described(files) if files else Package()
    if _is_node_package(directory) and package.name and directory != place.root:
        return at_package(place, package, directory, directory, walk)
    if installed := installed_packages(directory, names):
        place = replace(place, installed=installed)
    return replace(place, licence=package.licence) if package.licence else place


def _is_node_package(directory: str) -> bool:
    parent, name = os.path.split(directory)
    if os.path.basename(parent).startswith("@"):
        parent = os.path.dirname(parent)
    return os.path.basename(parent) == "node_modules" and not name.startswith("@")


def at_package(place: Place, package: Package, root: str, owner: str, walk: Walk) -> Place:
    """The place of a package of others: a repository by its own name."""
    return replace(
        place,
        repository=walk.names.claim(package.name or place.repository, owner),
        revision=package.version,
        licence=package.licence,
        root=root,
        installed=None,
    )


def with_rules(place: Place, directory: str) -> Place:
    """The place, with the patterns of this folder's .gitignore."""
    from pathspec import GitIgnoreSpec

    try:
        text = read_bounded(os.path.join(directory, ".gitignore"), _RULES_BYTES).decode("utf-8", "replace")
    except (OSError, SourceError):
        return place
    rules = GitIgnoreSpec.from_lines(filter(_is_pattern, text.splitlines()[:_MOST_RULES]))
    return replace(place, rules=(*place.rules, (directory, rules)))


def _is_pattern(line: str) -> bool:
    """Whether a line of a .gitignore can be matched, and in bounded time; git passes over the others too."""
    from pathspec import GitIgnoreSpec

    if len(re.findall(r"\*+", line)) > _MOST_WILDCARDS:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # of `re`, for brackets in brackets
            GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def is_ignored(place: Place, path: str, is_folder: bool) -> bool:
    """Whether git would ignore what stands at an absolute path."""
    if place.checkout is not None:
        relative = path[len(place.checkout) + 1 :]
        return (relative + "/" if is_folder else relative) in place.ignored
    for base, rules in reversed(place.rules):  # the innermost .gitignore has the last word
        verdict = rules.check_file(path[len(base) + 1 :] + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False
