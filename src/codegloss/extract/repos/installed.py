"""Which installed Python distribution a file in `site-packages` belongs to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from codegloss.extract.repos.packages import Package, described, is_metadata
from codegloss.extract.repos.sources import SourceError, read_bounded

_METADATA_BYTES = 1_000_000  # of a metadata or licence file that is read
_RECORD_BYTES = 32_000_000
_DEPTH = 3  # folders below site-packages that packages may share, as namespace packages do


@dataclass(frozen=True, slots=True)
class Installed:
    """The distributions of one `site-packages`, whatever the folder is called."""

    site: str  # absolute path of the folder
    owners: dict[str, Package]  # by path relative to `site`, where one distribution has it alone

    def owner(self, path: str) -> Package | None:
        """The distribution that alone has the file or folder `path` (absolute)."""
        return self.owners.get(path[len(self.site) + 1 :])


def metadata_in(folder: str, names: Iterable[str]) -> dict[str, bytes]:
    """Contents of the metadata and licence files among `names`, those that can be read."""
    files = {}
    for name in names:
        if is_metadata(name):
            try:
                files[name] = read_bounded(f"{folder}/{name}", _METADATA_BYTES)
            except (OSError, SourceError):
                continue  # what it is instead is told where the walk meets it
    return files


def names_in(folder: str) -> list[str]:
    """Sorted names of what is in a folder; none if it cannot be read."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _lines(path: str) -> list[str]:
    try:
        return read_bounded(path, _RECORD_BYTES).decode("utf-8", "replace").splitlines()
    except (OSError, SourceError):
        return []


def _owned(folder: str, package: Package) -> Iterator[str]:
    """Relative paths that a distribution says it installed, whole or its top names."""
    record = [line.split(",", 1)[0].strip('"') for line in _lines(f"{folder}/RECORD")]
    if record:
        yield from record
        return
    tops = _lines(f"{folder}/top_level.txt") or [(package.name or "").replace("-", "_")]
    for top in filter(None, (line.strip() for line in tops)):
        yield from (top, f"{top}.py")


def installed_packages(directory: str, names: Iterable[str]) -> Installed | None:
    """The distributions installed in a folder with these entries; None if there are none."""
    infos = sorted(name for name in names if name.endswith((".dist-info", ".egg-info")))
    owners: dict[str, Package] = {}
    shared: set[str] = set()
    for info in infos:
        folder = f"{directory}/{info}"
        if not Path(folder).is_dir():
            continue
        files = metadata_in(f"{folder}/licenses", names_in(f"{folder}/licenses"))
        package = described(files | metadata_in(folder, names_in(folder)))
        if package.name is None:
            continue
        for path in _owned(folder, package):
            parts = path.split("/", _DEPTH)
            for depth in range(1, min(len(parts), _DEPTH) + 1):
                prefix = "/".join(parts[:depth])
                if owners.setdefault(prefix, package) is not package:
                    shared.add(prefix)
    for prefix in shared:
        del owners[prefix]
    return Installed(directory, owners) if owners else None
