"""Functions whose code changed between successive releases of packages.

    python recipes/inconsistency/releases.py RELEASES [--table versions.toml]

pip or npm download the releases that the table names, one by one. Of each package is kept
`RELEASES/REPOSITORY.parquet`: the documented functions whose code changed from one release to the next,
as they stood in both, and `REPOSITORY.files.parquet`: every function of the files that they are in. To
save time, only files are parsed in which a doc comment and the code below it both changed. What is
there is not fetched again; `versions.py` makes examples of it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from codegloss.curate.edits import code_changed
from codegloss.extract.languages import language_of_path
from codegloss.extract.marks import is_test
from codegloss.extract.stage import rows_of
from codegloss.quality.reading import described
from codegloss.records import Function, Source, to_arrow

sys.path.insert(0, str(Path(__file__).parents[1] / "mini"))
from fetch import Entry, FetchError, archive_of, is_wanted, members, path_in_package

TABLE = Path(__file__).with_name("versions.toml")
LANGUAGES = ("python", "javascript", "typescript")
BUILT = frozenset(("dist", "build", "cjs", "umd", "min", "examples", "locale", "locales"))  # copies and data
CLIENTS = {  # wheels alone: to make one of an older sdist would run its set-up
    "pypi": [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", "."],
    "npm": ["npm", "pack", "--silent", "--ignore-scripts"],
}
BETWEEN = {"pypi": "==", "npm": "@"}
_DOC = re.compile(rb'"""(?:[^"\\]|\\.|"(?!""))*"""|/\*\*.*?\*/', re.DOTALL)
_DEFINITION = re.compile(rb"\n[ \t]*(?:(?:async[ \t]+)?def[ \t]|/\*\*)")


@dataclass(frozen=True, slots=True)
class Package:
    """One line of `versions.toml`."""

    registry: str  # pypi or npm
    name: str
    repository: str  # its name in the training corpus, by which it is in one split
    licence: str  # SPDX expression
    split: str  # train, validation or test
    versions: list[str]  # oldest first


@dataclass(frozen=True, slots=True)
class Change:
    """A documented function whose code differs between two releases."""

    old_version: str
    new_version: str
    old: Function
    new: Function


def packages(table: Path) -> list[Package]:
    """The packages of a table. Raises TypeError for a line that lacks a field or has one too many."""
    return [Package(**row) for row in tomllib.loads(table.read_text())["packages"]]


def entry_of(package: Package, version: str) -> Entry:
    """A release as `recipes/mini/fetch.py` knows packages."""
    return Entry(package.registry, package.name, version, list(LANGUAGES), package.licence, package.split)


def download(package: Package, version: str) -> dict[str, bytes]:
    """The sources of a release, by path. Raises FetchError with the client's last words."""
    wanted = f"{package.name}{BETWEEN[package.registry]}{version}"
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [*CLIENTS[package.registry], wanted], cwd=folder, capture_output=True, text=True, check=False
        )
        archive = archive_of(entry_of(package, version), Path(folder))
        if done.returncode or archive is None:
            said = (done.stderr.strip() or done.stdout.strip() or "no archive came").splitlines()
            raise FetchError(f"{wanted}: {said[-1]}")
        return dict(sources(archive))


def sources(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Path and content of each source file of an archive that is no test and no built copy."""
    for name, size, opened in members(archive):
        path = path_in_package(name, archive)
        if not path.parts or not is_wanted(path, size, ()) or BUILT.intersection(path.parts[:-1]):
            continue
        if language_of_path(str(path)) in LANGUAGES and not is_test(str(path)) and (file := opened()):
            yield str(path), file.read()


def may_matter(old: bytes, new: bytes) -> bool:
    """Whether a doc comment of a file and the code it is on may both have changed; parses nothing."""
    if _DOC.findall(old) == _DOC.findall(new):
        return False
    known = pieces(old)
    for name, (doc, code) in pieces(new).items():
        before = known.get(name)
        if before and before[0] != doc and before[1] != code:
            return True
    return False


def pieces(content: bytes) -> dict[bytes, tuple[bytes, bytes]]:
    """The documented pieces of a file by their first line of code: the doc comment, and the rest."""
    content = b"\n" + content  # so that a definition on the first line is found
    starts = [match.start() for match in _DEFINITION.finditer(content)] + [len(content)]
    found = dict[bytes, tuple[bytes, bytes]]()
    for start, end in pairwise(starts):
        piece = content[start:end]
        if doc := _DOC.search(piece):
            rest = piece[: doc.start()] + piece[doc.end() :]
            name = rest.lstrip().partition(b"(")[0]
            while name in found:  # of several of one name, the first, the second, …
                name += b"'"
            found[name] = doc[0], b"".join(rest.split())
    return found


def functions_of(package: Package, version: str, path: str, content: bytes) -> list[Function]:
    """The functions of a file, none where it is generated or cannot be read."""
    source = Source(
        package.repository, version, path, path, None, content, len(content), None, package.licence
    )
    found = [row for row in rows_of(source) if isinstance(row, Function)]
    return [function for function in found if not function.is_generated and not function.is_test]


def changes(package: Package) -> tuple[list[Change], list[Function], list[str]]:
    """What changed from release to release; all functions of the new files; what could not be had."""
    found, around, failures = list[Change](), list[Function](), list[str]()
    before, was, parsed = dict[str, bytes](), "", dict[str, list[Function]]()
    with ThreadPoolExecutor(1) as ahead:
        coming = [ahead.submit(download, package, version) for version in package.versions]
        for version, future in zip(package.versions, coming, strict=True):
            try:
                after = future.result()
            except (FetchError, OSError) as error:
                failures.append(str(error))
                continue
            now = dict[str, list[Function]]()
            for path in sorted(before.keys() & after.keys()):
                if before[path] == after[path]:
                    now |= {path: parsed[path]} if path in parsed else {}
                elif may_matter(before[path], after[path]):
                    old = parsed.get(path) or functions_of(package, was, path, before[path])
                    now[path] = functions_of(package, version, path, after[path])
                    kept = list(changed(old, now[path], was, version))
                    found += kept
                    around += now[path] if kept else []
            before, was, parsed = after, version, now
    return found, around, failures


def changed(old: list[Function], new: list[Function], was: str, version: str) -> Iterator[Change]:
    """The functions of a file that may be learnt from."""
    known = {function.id: function for function in old}
    for function in new:
        before = known.get(function.id)
        if before and is_material(before, function):
            yield Change(was, version, before, function)


def is_material(old: Function, new: Function) -> bool:
    """Whether a function is documented in both releases and its code changed."""
    return (
        old.code_hash != new.code_hash
        and (old.is_doc and new.is_doc)
        and code_changed(old, new)
        and (described(old) and described(new))
    )


def fetch(releases: Path, table: Path) -> int:
    """Fetch and compare what is not there yet; 1 if something could not be had."""
    releases.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in packages(table) if not (releases / f"{one.repository}.parquet").exists()]
    failed = 0
    for place, package in enumerate(wanted, 1):
        found, around, failures = changes(package)
        for said in failures:
            print(said, file=sys.stderr)
        failed += len(failures)
        target = releases / f"{package.repository}.parquet"
        write(around, Function, target.with_suffix(".files.parquet"))
        write(found, Change, target)
        edited = sum(one.old.comment_text != one.new.comment_text for one in found)
        told = f"{len(found):,} functions changed, {edited:,} with their comment"
        print(f"{place} of {len(wanted)}: {package.name}, {told}", flush=True)
    return 1 if failed else 0


def write(rows: list[Function] | list[Change], record: type, target: Path) -> None:
    """Write records to a file, which appears when it is complete."""
    unfinished = target.with_suffix(".partial")
    pq.write_table(pa.Table.from_batches([to_arrow(rows, record)]), unfinished, compression="zstd")
    unfinished.rename(target)


def main() -> int:
    """Fetch what is not there yet; 1 if something could not be had."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("releases", type=Path)
    parser.add_argument("--table", type=Path, default=TABLE)
    options = parser.parse_args()
    return fetch(options.releases, options.table)


if __name__ == "__main__":
    sys.exit(main())
