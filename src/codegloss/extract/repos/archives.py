"""Source files in archives, which are never unpacked to disk.

An archive is named by the metadata in it (Python, npm, Maven, …), else by its file name.
A single folder at its top is no part of the paths. Members of a zip are read later, by
name; those of a tar, which can only be read in order, travel with their Source.

A tar is read twice, as its top folder and metadata are known only at its end.
Not covered: folders inside that have a licence of their own; all files get the archive's.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codegloss.extract.repos.containers import (
    DAMAGE,
    Member,
    TooMuch,
    is_tar,
    is_zip,
    read_zip_member,
    tar_members,
    zip_members,
)
from codegloss.extract.repos.packages import Package, described, is_metadata
from codegloss.extract.repos.sources import (
    CONTROL_FOLDERS,
    DUPLICATE_PATH,
    IGNORED,
    SHEBANG_BYTES,
    SPECIAL_FILE,
    UNSAFE_PATH,
    VENDOR_FOLDERS,
    VENDORED,
    DiscoveryOptions,
    Found,
    Names,
    located,
    may_be_script,
    shown,
    verdict,
)
from codegloss.records import Dropped, Failed, Source

_METADATA_BYTES = 1_000_000  # of one metadata file
_ALL_METADATA_BYTES = 20_000_000
_METADATA_DEPTH = 5  # top/META-INF/maven/group/artifact/pom.xml
_SUFFIX = re.compile(
    r"\.(?:tar(?:\.(?:gz|bz2|xz))?|tgz|tbz2?|txz|crate|zip|whl|jar|egg|war|aar|nupkg)$", re.IGNORECASE
)
_CLASSIFIER = re.compile(r"[-._](?:sources?|src|javadoc|orig|dist|dfsg|ds)(?:[-._]?\d{1,3})?$")
_VERSIONED = re.compile(r"(?P<name>.+?)[-_]v?(?P<version>\d[\w.+~!-]*)")
_COMMIT = re.compile(r"(?P<name>.+)-(?P<version>[0-9a-f]{40})")
_INFO_FOLDER = re.compile(r"[^/]+\.(?:dist|egg)-info/(?:licenses/)?[^/]+|(?:META-INF|EGG-INFO)/[^/]+")
_MAVEN = re.compile(r"META-INF/maven/[^/]+/(?P<artifact>[^/]+)/pom\.(?:properties|xml)")


def is_archive(name: str) -> bool:
    """Whether a file of this name is an archive that `members` reads."""
    return is_zip(name) or is_tar(name)


def read_member(path: str, member: str, most: int) -> bytes:
    """At most `most` bytes of a member of a zip archive. Raises SourceError."""
    return read_zip_member(path, member, most)


def safe_path(name: str) -> str | None:
    """A member's name as a relative POSIX path; None if it is absolute or leads out of the archive."""
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or re.match("[A-Za-z]:", name) or "\0" in name or ".." in parts or not parts:
        return None
    return "/".join(parts)


def name_and_version(file_name: str) -> tuple[str, str | None]:
    """What an archive's file name says: `guava-31.1-sources.jar` is guava, 31.1."""
    stem = _SUFFIX.sub("", file_name)
    if file_name.lower().endswith(".whl") and stem.count("-") >= 2:
        name, version, *_ = stem.split("-")
        return name, version
    stem = _CLASSIFIER.sub("", stem)
    match = _COMMIT.fullmatch(stem) or _VERSIONED.fullmatch(stem)
    return (match["name"], match["version"]) if match else (stem or file_name, None)


@dataclass(frozen=True, slots=True)
class _Archive:
    """What is known of an archive before its rows are made."""

    path: Path
    repository: str
    revision: str | None
    licence: str | None
    top: str  # folder that holds everything, with its slash; empty if there is none


def _members(path: Path) -> Iterator[Member]:
    return zip_members(str(path)) if is_zip(path.name) else tar_members(str(path))


def _survey(path: Path) -> tuple[str, dict[str, bytes]]:
    """The top folder, and the metadata files by their path below it."""
    tops: set[str] = set()
    files: dict[str, bytes] = {}
    with contextlib.suppress(*DAMAGE):  # met again, and told, by `members`
        for member in _members(path):
            name = safe_path(member.name)
            if name is None or member.kind == "folder":
                continue
            if len(tops) < 2:
                tops.add(name.split("/", 1)[0] + "/" if "/" in name else "")
            if _tells(member, name) and sum(map(len, files.values())) < _ALL_METADATA_BYTES:
                with member.open() as file:
                    files.setdefault(name, file.read(_METADATA_BYTES))
    top = tops.pop() if len(tops) == 1 else ""
    return top, {name.removeprefix(top): data for name, data in files.items()}


def _tells(member: Member, name: str) -> bool:
    """Whether a member can say something about the whole archive."""
    fit = member.kind == "file" and not member.encrypted and member.size <= _METADATA_BYTES
    return fit and name.count("/") <= _METADATA_DEPTH and is_metadata(name.rsplit("/", 1)[-1])


def _package(path: Path, files: dict[str, bytes]) -> Package:
    """What the metadata in an archive says, at its top or in the folder that its kind keeps it in."""
    named = name_and_version(path.name)
    maven = {match["artifact"] for name in files if (match := _MAVEN.fullmatch(name))}
    artifact = next(iter(maven)) if len(maven) == 1 else named[0]
    chosen: dict[str, bytes] = {}
    for name, data in files.items():
        match = _MAVEN.fullmatch(name)
        if "/" not in name or _INFO_FOLDER.fullmatch(name) or (match and match["artifact"] == artifact):
            chosen.setdefault(name.rsplit("/", 1)[-1], data)
    return described(chosen)


def _described(path: Path, names: Names) -> _Archive:
    top, files = _survey(path)
    package = _package(path, files)
    name, version = name_and_version(path.name)
    return _Archive(
        path,
        names.claim(shown(package.name or name), str(path)),
        package.version or version,
        package.licence,
        top,
    )


def members(path: Path, options: DiscoveryOptions, names: Names) -> Iterator[Found]:
    """A row for every file in an archive; one Failed row, last, if it cannot be read to its end."""
    archive = _described(path, names)
    seen: set[int] = set()  # hashes of paths: a tenth of the memory of the paths themselves
    try:
        for member in _members(path):
            if member.kind != "folder":
                yield _row(member, archive, options, seen)
    except TooMuch as error:
        yield Failed(archive.repository, shown(path.name), "archive too large", str(error))
    except DAMAGE as error:
        yield Failed(archive.repository, shown(path.name), type(error).__name__, str(error))


def _row(member: Member, archive: _Archive, options: DiscoveryOptions, seen: set[int]) -> Found:
    name = safe_path(member.name)
    path = shown((name or member.name).removeprefix(archive.top))

    def dropped(reason: str, detail: str = "") -> Dropped:
        return Dropped(archive.repository, path, reason, detail)

    if name is None:
        return dropped(UNSAFE_PATH)
    folders = frozenset(path.split("/")[:-1])
    if member.kind == "overwritten":
        return dropped(DUPLICATE_PATH, "a later member has the same name")
    if member.kind != "file":
        return dropped(SPECIAL_FILE, member.kind)
    if folders & CONTROL_FOLDERS:
        return dropped(IGNORED, "version control")
    if not options.vendored and folders & VENDOR_FOLDERS:
        return dropped(VENDORED)
    if hash(path) in seen:
        return dropped(DUPLICATE_PATH)
    seen.add(hash(path))
    if member.encrypted:
        return Failed(archive.repository, path, "encrypted", "the archive asks for a password")
    return _taken(member, path, archive, options)


def _taken(member: Member, path: str, archive: _Archive, options: DiscoveryOptions) -> Found:
    read_later = is_zip(archive.path.name)
    head = b""

    def first_bytes() -> bytes:
        nonlocal head
        with member.open() as file:
            head = file.read(SHEBANG_BYTES if read_later else options.max_file_bytes + 1)
        return head[:SHEBANG_BYTES]

    peek = first_bytes if may_be_script(path.rsplit("/", 1)[-1], member.mode) else None
    reason = verdict(path, member.size, peek, options)
    if reason:
        return Dropped(archive.repository, path, *reason)
    content = None
    if not read_later:
        with member.open() as file:
            content = head or file.read(options.max_file_bytes + 1)
    return Source(
        repository=archive.repository,
        revision=archive.revision,
        path=path,
        location=located(str(archive.path)),
        member=member.name if read_later else None,
        content=content,
        size=member.size,
        language=None,
        licence=archive.licence,
    )
