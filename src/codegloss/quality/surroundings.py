"""What is known around the files that are checked: the names of their project, read when first asked for.

A rule asks for a name only where a comment mentions one, so that a quick look at few files need not read
the whole project.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from codegloss.extract.repos import git
from codegloss.quality.known import Known, known_in

_MARKS = (
    "pyproject.toml", "setup.py", "setup.cfg", "package.json", "go.mod", "Cargo.toml", "pom.xml",
    "build.gradle", "build.gradle.kts", "composer.json", "Gemfile", "Package.swift", "build.sbt",
    "CMakeLists.txt",
)  # fmt: skip


def project_of(path: Path) -> Path | None:
    """The folder of the project that a path is part of, absolute.

    The git checkout around it, else the nearest folder upwards with a build file, else the outermost
    Python package, else the folder itself. None for a single file of which nothing of this is known.
    """
    path = path.resolve()
    folder = path if path.is_dir() else path.parent
    checkout = git.enclosing_checkout(folder)
    if checkout and not _is_left_out(checkout.root, folder):
        return checkout.root
    above = [folder, *folder.parents]
    if checkout:  # what it ignores, such as an installation, is none of its own: stay below it
        above = above[: above.index(checkout.root)]
    for candidate in above:
        if any((candidate / mark).is_file() for mark in _MARKS):
            return candidate
    packages = list(takewhile(lambda candidate: (candidate / "__init__.py").is_file(), above))
    return packages[-1] if packages else (folder if path.is_dir() else None)


def _is_left_out(root: Path, folder: Path) -> bool:
    """Whether a folder lies in a checkout but is no part of it, as a build folder is not."""
    return folder != root and git.is_ignored(root, str(folder.relative_to(root)))


def names_around(paths: Sequence[Path]) -> Names | None:
    """The names of the projects that the paths are part of; None where one's is not known."""
    projects = [project_of(path) for path in paths]
    known = [project for project in dict.fromkeys(projects) if project]
    return Names(known) if len(known) == len(set(projects)) else None


class Names:
    """Every name that stands in the code of some projects; a container that reads them when first asked.

    Knows every name where there are more than `known` holds, so that none is missed.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(roots)
        self._known: Known | None = None

    def __contains__(self, name: object) -> bool:
        return name in self.read()

    def __iter__(self) -> Iterator[str]:
        return iter(self.read())

    def __len__(self) -> int:
        return len(self.read())

    def read(self) -> Known:
        """The names; they are read now if they were not before."""
        if self._known is None:
            parts = [known_in(root) for root in self._roots]
            names = frozenset[str]().union(*(part.names for part in parts))
            self._known = Known(names, all(part.complete for part in parts))
        return self._known
