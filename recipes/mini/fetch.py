"""Fetch the packages that the default encoder is trained on, each into a folder of its own.

    python recipes/mini/fetch.py corpus/packages
    codegloss extract corpus/packages/train/* --out corpus/functions/train

`packages.toml` beside this file says which packages, in which version, and in which split. They come
through the ordinary clients, with whatever mirror, proxy or cache those are set up for:

- pypi: `pip download`, the wheel where there is one (it holds the sources as they are installed);
- npm: `npm pack`;
- debian: `apt-get download`, for packages that install their sources (Python, Go, Rust, Ruby, PHP, …);
- debian-source: `apt-get source --download-only`, for those that install something compiled.

The last two need the release that `packages.toml` was made with, Debian 12, in a `deb` and a `deb-src`
line among apt's sources, then `apt-get update`. Nothing is installed, and with `APT_CONFIG` pointing to
a configuration of your own no root is needed. Versions that a point release has replaced are kept
by Debian's snapshot archive: name that in the two lines.

What lies below OUT at the end: `SPLIT/REGISTRY-NAME/…`, and the archives in `downloads/REGISTRY/`. A run
that was stopped goes on where it was: a package whose folder stands is not fetched again. Only source
files, package metadata and licence texts are unpacked, without the folders that hold copies of other
projects or inputs of tests (`LEFT_OUT`, and what an entry's `omit` names). What Debian installs has no
metadata that names its licence, so the one that `packages.toml` states is put beside it.

A package that cannot be had is told at the end, and the exit status is 1; the others are there.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from codegloss.extract.languages import language_of_path
from codegloss.extract.repos.packages import is_metadata
from codegloss.extract.repos.sources import VENDOR_FOLDERS

MOST_BYTES = 2_000_000  # of a file; larger ones are data or generated, and extraction drops them too
LEFT_OUT = VENDOR_FOLDERS | {  # copies of other projects, and inputs of tests
    "deps", "extern", "external", "externals", "extlibs", "bundled", "vendored", "ThirdParty", "3rdParty",
    "testdata", "testData", "test-data", "fixtures", "__fixtures__", "baselines",
}  # fmt: skip
# Where Debian's packages install sources: what comes before the path that the sources themselves know.
INSTALLED = re.compile(
    r"usr/(?:lib|share)/(?:python3(?:\.\d+)?/dist-packages|gocode/src|cargo/registry/[^/]+|ruby/vendor_ruby"
    r"|rubygems-integration/[^/]+/gems/[^/]+|php|nodejs|javascript|lua/5\.\d)/"
)
# How each registry's client is called: its words, what stands between a name and a version, and how many
# packages a call is given (reading apt's lists takes longer than fetching a small package).
CLIENTS = {
    "pypi": (
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--prefer-binary", "-d", "."],
        "==",
        1,
    ),
    "npm": (["npm", "pack", "--silent", "--ignore-scripts"], "@", 1),
    "debian": (["apt-get", "download", "--quiet"], "=", 20),
    "debian-source": (["apt-get", "source", "--quiet", "--only-source", "--download-only"], "=", 20),
}


class FetchError(Exception):
    """A package that could not be had, with what the client said."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of `packages.toml`."""

    registry: str  # pypi, npm, debian or debian-source
    name: str
    version: str
    languages: list[str]
    licence: str  # SPDX expression that holds for the package as a whole
    split: str  # train, validation or test
    omit: tuple[str, ...] = ()  # folders or files below the package's root that are left out

    @property
    def folder(self) -> str:
        """Name of the folder it is unpacked to: `npm-babel-core` for `@babel/core`."""
        return f"{self.registry}-{self.name.removeprefix('@').replace('/', '-')}"


def entries(table: Path) -> list[Entry]:
    """The packages of a table. Raises FetchError for one that is named twice or lacks a field."""
    rows = tomllib.loads(table.read_text())["packages"]
    try:
        found = [Entry(**row) for row in rows]
    except TypeError as error:
        raise FetchError(f"{table}: {error}") from None
    folders = [entry.folder for entry in found]
    if repeated := {folder for folder in folders if folders.count(folder) > 1}:
        raise FetchError(f"{table}: named more than once: {', '.join(sorted(repeated))}")
    return found


def download(batch: list[Entry], folder: Path) -> None:
    """Have a registry's client download packages to a folder. Raises FetchError with its last words."""
    words, between, _ = CLIENTS[batch[0].registry]
    command = [*words, *(f"{entry.name}{between}{entry.version}" for entry in batch)]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise FetchError(f"{command[0]} is not installed") from None
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise FetchError(f"{' '.join(command)}: {said[-1] if said else f'status {done.returncode}'}")


def archive_of(entry: Entry, folder: Path) -> Path | None:
    """The downloaded archive that holds the package's sources; None if it is not there."""
    version = re.escape(entry.version)
    if entry.registry == "pypi":
        name = re.sub(r"[-_.]+", "[-_.]+", entry.name)
        pattern = rf"(?i){name}-{version}(-.*\.whl|\.tar\.gz|\.zip)"
    elif entry.registry == "npm":
        pattern = rf"{re.escape(entry.name.removeprefix('@').replace('/', '-'))}-{version}\.tgz"
    elif entry.registry == "debian":
        pattern = rf"{re.escape(entry.name)}_{version.replace(':', '%3a')}_\w+\.deb"
    else:
        upstream = re.escape(re.sub(r"^\d+:|-[^-]*$", "", entry.version))
        pattern = rf"{re.escape(entry.name)}_{upstream}(\.orig)?\.tar\.(gz|bz2|xz)"
    return next((path for path in sorted(folder.iterdir()) if re.fullmatch(pattern, path.name)), None)


Member = tuple[str, int, Callable[[], IO[bytes] | None]]


def tar_members(tar: tarfile.TarFile) -> Iterator[Member]:
    """Name, size in bytes and opener of each regular file of a tar, in its order."""
    for member in tar:
        if member.isreg():
            yield member.name, member.size, partial(tar.extractfile, member)


def members(archive: Path) -> Iterator[Member]:
    """Name, size in bytes and opener of each regular file of an archive."""
    if archive.suffix == ".deb":
        command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE) as process,
            tarfile.open(fileobj=process.stdout, mode="r|") as tar,
        ):
            yield from tar_members(tar)
    elif archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as bundle:
            for info in bundle.infolist():
                if not info.is_dir():
                    yield info.filename, info.file_size, partial(bundle.open, info)
    else:
        with tarfile.open(archive) as tar:
            yield from tar_members(tar)


def is_wanted(path: PurePosixPath, size: int, omit: tuple[str, ...]) -> bool:
    """Whether a file of a package, by its path below the package's root, is unpacked."""
    if size > MOST_BYTES or ".." in path.parts or LEFT_OUT.intersection(path.parts[:-1]):
        return False
    if any(path.is_relative_to(folder) for folder in omit):
        return False
    return is_metadata(path.name) or not path.suffix or language_of_path(str(path)) is not None


def path_in_package(name: str, archive: Path) -> PurePosixPath:
    """Where a member of an archive lies below the package's root; empty if it is not taken."""
    path = PurePosixPath(*[part for part in PurePosixPath(name).parts if part not in ("/", ".")])
    if archive.suffix == ".deb":
        found = INSTALLED.match(str(path))
        return PurePosixPath(str(path)[found.end() :] if found else "")
    # every archive but a wheel has one folder at its top; a wheel's root is that of `site-packages`
    return path if archive.suffix == ".whl" else PurePosixPath(*path.parts[1:])


def unpack(entry: Entry, archive: Path, folder: Path) -> None:
    """Unpack a package's sources. The folder appears when it is complete.

    Raises FetchError for an archive without a single source file, OSError and what the decoders
    raise for one that is damaged.
    """
    unfinished = folder.with_name(folder.name + ".partial")
    shutil.rmtree(unfinished, ignore_errors=True)
    for name, size, opened in members(archive):
        path = path_in_package(name, archive)
        target = unfinished / path
        if not path.parts or not is_wanted(path, size, entry.omit) or target.exists():
            continue
        if content := opened():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())
    if not unfinished.exists():
        raise FetchError(f"{archive} holds no source files")
    if archive.suffix == ".deb" and not (unfinished / "package.json").exists():
        stated = {"name": entry.name, "version": entry.version, "license": entry.licence}
        (unfinished / "package.json").write_text(json.dumps(stated))
    unfinished.rename(folder)


def fetch(batch: list[Entry], out: Path) -> dict[str, str]:
    """Fetch and unpack a batch of one registry; what went wrong, by package."""
    downloads = out / "downloads" / batch[0].registry
    failures: dict[str, str] = {}
    if missing := [entry for entry in batch if archive_of(entry, downloads) is None]:
        try:
            download(missing, downloads)
        except FetchError as error:
            if len(batch) == 1:
                return {batch[0].folder: str(error)}
            # one that cannot be had fails the whole call: find out which
            for entry in missing:
                if archive_of(entry, downloads) is None:
                    failures |= fetch([entry], out)
    for entry in batch:
        archive, folder = archive_of(entry, downloads), out / entry.split / entry.folder
        if folder.exists():
            continue
        if archive is None:
            failures.setdefault(entry.folder, f"no archive of version {entry.version} came to {downloads}")
            continue
        try:
            unpack(entry, archive, folder)
        except (FetchError, OSError, EOFError, tarfile.TarError, zipfile.BadZipFile) as error:
            failures[entry.folder] = f"{type(error).__name__}: {error}"
    return failures


def main() -> int:
    """Fetch what is not there yet; 1 if something could not be had."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path, help="folder for the packages")
    parser.add_argument("--table", type=Path, default=Path(__file__).with_name("packages.toml"))
    parser.add_argument("--workers", type=int, default=4, help="packages fetched side by side")
    options = parser.parse_args()
    wanted: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries(options.table):
        if not (options.out / entry.split / entry.folder).exists():
            wanted[entry.registry].append(entry)
    batches = []
    for registry, rows in wanted.items():
        (options.out / "downloads" / registry).mkdir(parents=True, exist_ok=True)
        size = CLIENTS[registry][2]
        batches += [rows[at : at + size] for at in range(0, len(rows), size)]
    failures: dict[str, str] = {}
    with ThreadPoolExecutor(options.workers) as pool:
        for done, failed in enumerate(pool.map(lambda batch: fetch(batch, options.out), batches), start=1):
            failures |= failed
            print(f"{done} of {len(batches)} calls, {len(failures)} packages failed", file=sys.stderr)
    for folder, said in sorted(failures.items()):
        print(f"{folder}: {said}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
