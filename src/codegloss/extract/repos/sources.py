"""What finding sources shares: the options, the reasons for leaving a file out, and its names.

Directories (`repos`), archives (`archives`) and tables (`corpora`) all judge a file
by `verdict`, so that one file is treated alike wherever it lies.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote_from_bytes, unquote_to_bytes

from codegloss.extract.languages import language_of_path, language_of_shebang, languages
from codegloss.records import Dropped, Failed, Source

Found = Source | Dropped | Failed

NOT_SOURCE = "not source code"
OTHER_LANGUAGE = "other language"
EMPTY = "empty"
TOO_LARGE = "too large"
BINARY = "binary"
IGNORED = "ignored"
VENDORED = "vendored"
SYMLINK = "symlink"
SYMLINK_LOOP = "symlink loop"
SPECIAL_FILE = "special file"
UNSAFE_PATH = "unsafe path"
DUPLICATE_PATH = "duplicate path"

REASONS = {
    NOT_SOURCE: "neither extension, name nor first line is that of a known language",
    OTHER_LANGUAGE: "a known language, but none of those asked for",
    EMPTY: "no bytes, or a row without text",
    TOO_LARGE: "more bytes than DiscoveryOptions.max_file_bytes",
    BINARY: "not text in any encoding that gives the same bytes back",
    IGNORED: "listed in a .gitignore, or a version control system's own folder",
    VENDORED: "code of others, kept in a folder such as node_modules or .venv",
    SYMLINK: "a symbolic link, not followed, or broken",
    SYMLINK_LOOP: "a symbolic link to a folder that holds it",
    SPECIAL_FILE: "a pipe, socket, device, or a link inside an archive: never opened",
    UNSAFE_PATH: "a name in an archive that is absolute or leads out of it",
    DUPLICATE_PATH: "met before under the same name",
}

CONTROL_FOLDERS = frozenset({".git", ".hg", ".svn", ".bzr", "CVS"})
VENDOR_FOLDERS = frozenset({
    "node_modules", "bower_components", "jspm_packages", "vendor", "_vendor", "third_party", "third-party",
    "thirdparty", "3rdparty", "site-packages", "dist-packages", ".venv", ".tox", ".nox", ".eggs", "Pods",
    "Carthage",
})  # fmt: skip
SHEBANG_BYTES = 128


@dataclass(frozen=True, slots=True)
class DiscoveryOptions:
    """What to take and what to leave."""

    max_file_bytes: int = 2_000_000
    gitignore: bool = True  # leave out what git would
    vendored: bool = False  # take node_modules, vendor, .venv and the like as well
    follow_symlinks: bool = False
    languages: frozenset[str] | None = None  # names as in the languages table; None for all


class SourceError(Exception):
    """A source that was found but whose bytes cannot be had."""


def verdict(
    path: str, size: int, peek: Callable[[], bytes] | None, options: DiscoveryOptions
) -> tuple[str, str] | None:
    """Reason and detail why a file is left out, judged by name and size in bytes; None to take it.

    `peek` gives the first bytes of a file that may be a script without a telling name.
    """
    key = language_of_path(path)
    if key is None and peek is not None:
        first = peek()
        key = language_of_shebang(first) if first.startswith(b"#!") else None
    if key is None:
        return NOT_SOURCE, ""
    if options.languages is not None:
        row = languages().get(key)  # None for a container, whose language its content tells
        if row is not None and row.name not in options.languages:
            return OTHER_LANGUAGE, row.name
    if size == 0:
        return EMPTY, ""
    if size > options.max_file_bytes:
        return TOO_LARGE, f"{size} bytes"
    return None


def may_be_script(name: str, mode: int) -> bool:
    """Whether a file that no language claims by name deserves a look for `#!`."""
    return bool(mode & 0o111) or "." not in name.lstrip(".")


def shown(name: str) -> str:
    """A file name as text: bytes that are not UTF-8 become `\\xff`, so that two names stay two."""
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def located(path: str) -> str:
    """An absolute path as `Source.location`: itself, or a `file://` address if it is not UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "file://" + quote_from_bytes(os.fsencode(path))
    return path


def opened_as(location: str) -> str:
    """The path that `located` was given."""
    if location.startswith("file://"):
        return os.fsdecode(unquote_to_bytes(location.removeprefix("file://")))
    return location


class Names:
    """Gives each repository a name of its own: the second `utils` becomes `utils#2`."""

    def __init__(self) -> None:
        self._owners: dict[str, str] = {}

    def claim(self, name: str, owner: str) -> str:
        """`name`, with a number added if another owner (a path) has it already."""
        candidate, number = name, 1
        while self._owners.setdefault(candidate, owner) != owner:
            number += 1
            candidate = f"{name}#{number}"
        return candidate


def read_bounded(path: str, most: int) -> bytes:
    """At most `most` bytes of a regular file; a pipe that stands there by now is not waited for.

    Raises OSError, and SourceError for something that is no regular file.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb", buffering=0) as file:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise SourceError("is not a regular file")
        parts, wanted = [], min(most, state.st_size + 1)
        while wanted > 0 and (part := file.read(wanted)):
            parts.append(part)
            if len(part) < wanted:
                break
            most -= len(part)
            wanted = min(most, 1 << 16)
        return parts[0] if len(parts) == 1 else b"".join(parts)
