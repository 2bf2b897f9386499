"""Every identifier of a repository, so that a name in a comment can be looked up.

What stands in code counts, strings included, since a name may be looked up by its text; what stands
only in comments does not, or each stale comment would vouch for itself. Python's triple-quoted
strings are taken for docstrings, Markdown and other prose for a comment. Comments are told by a
regular expression for each family of languages, not by a parser. Where that goes wrong it may lose the
rest of a line; a name that is used in one place only, on such a line, would be missed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from string import ascii_letters

from codegloss.encoder.inputs import code_of
from codegloss.extract.languages import language_of_path, languages
from codegloss.extract.repos.sources import CONTROL_FOLDERS, VENDOR_FOLDERS
from codegloss.quality.claims.phrases import words_of
from codegloss.records import Function, SourceFile

LIMIT = 4_000_000  # names; a set of them takes some 400 MB
_LARGEST = 4_000_000  # bytes of a file
_PROSE = (".md", ".rst", ".txt", ".adoc", ".html", ".htm", ".po", ".pot", ".tex", ".log", ".svg", ".csv")

_NAME = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
# Strings are matched so that comment marks inside them do not count, and are kept.
_QUOTED = rb'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
# What is not closed ends with the file: a second look at it would take quadratic time.
_BLOCK = rb"/\*.*?(?:\*/|\Z)"
_TRIPLE = rb'""".*?(?:"""|\Z)'
_SLASHES = re.compile(rb"(" + _TRIPLE + rb"|`[^`]*(?:`|\Z)|" + _QUOTED + rb")|//[^\n]*|" + _BLOCK, re.DOTALL)
_HASH = re.compile(
    rb"(" + _QUOTED + rb"|\$[#{][^\n]?)|(?<![\w$&])\#[^\n]*|^=begin\b.*?(?:^=end\b|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PYTHON = re.compile(
    rb"[rRbBuUfF]{0,2}(?:" + _TRIPLE + rb"|'''.*?(?:'''|\Z))|(" + _QUOTED + rb")|\#[^\n]*", re.DOTALL
)
_DIGIT = re.compile(r"\d")
_LETTERS = f"{ascii_letters}_"
_BOTH = re.compile(rb"(" + _QUOTED + rb")|//[^\n]*|" + _BLOCK + rb"|(?<![\w$&])\#(?!\[)[^\n]*", re.DOTALL)
_DASHES = re.compile(rb"(" + _QUOTED + rb")|--\[(=*)\[.*?(?:\]\2\]|\Z)|--[^\n]*", re.DOTALL)
_COMMENTS = {"python": _PYTHON, "ruby": _HASH, "bash": _HASH, "php": _BOTH, "lua": _DASHES}


@dataclass(frozen=True, slots=True)
class Known:
    """Names of a repository. One that was met by `LIMIT` knows every name, so that none is missed."""

    names: frozenset[str]
    complete: bool = True

    def __contains__(self, name: object) -> bool:
        return name in self.names or not self.complete

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def identifiers(text: bytes, language: str | None) -> set[bytes]:
    """Names in source text outside its comments; of all the text where the language is None."""
    if language is not None:
        text = _COMMENTS.get(language, _SLASHES).sub(rb" \1 ", text)
    return set(_NAME.findall(text))


def known_in(root: Path, limit: int = LIMIT) -> Known:
    """Names in all files below a folder, or in one file, that are neither prose nor binary.

    Files that no language claims (templates, configuration, grammars) count with all their words.
    What is ignored by git counts too: generated code is often there, and its names exist. Code of others
    below the folder (`node_modules`, virtual environments) does not: it can be a hundred times the rest.
    """
    names: set[bytes] = set()
    for path in _files(root):
        try:
            text = _text(path)
        except OSError:
            continue  # a file that cannot be read is reported by extraction
        names |= identifiers(text, _language(path))
        if len(names) > limit:
            return Known(frozenset(), complete=False)
    return of_names(names)


def known_of(functions: Iterable[Function], files: Iterable[SourceFile] = ()) -> Known:
    """Names in the rows of one repository: its functions' code, and what its files define and import.

    Rows hold no fields, constants or macros that no function uses: expect a few names to be missed.
    """
    names: set[bytes] = set()
    for function in functions:
        code = code_of(function.code, function.inner_comments)
        names.update(_NAME.findall(f"{code} {function.qualified_name}".encode("utf-8", "replace")))
    for file in files:
        names.update(_NAME.findall(" ".join([*file.imports, *file.symbols]).encode("utf-8", "replace")))
    return of_names(names)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that most likely is meant: the same but for case and underscores, else a close one."""
    folded = _folded(name)
    near = []
    for other in names:
        if abs(len(other) - len(name)) <= max(3, len(name) // 3) and other != name:
            if _folded(other) == folded:
                return other
            if other[:1].lower() == name[:1].lower():
                near.append(other)
    return next(iter(get_close_matches(name, sorted(near), n=1, cutoff=0.8)), None)


def misspelt(name: str, names: Container[str]) -> str | None:
    """The one of the names that this one is, but for a letter left out, doubled, changed or misplaced.

    None for names that are that near on purpose: `load` and `loads`, `aclose` and `close`, `x_min` and
    `y_min`, `conv1d` and `conv2d`, `set_size` and `get_size`.
    """
    return next(
        (other for other in _edits(name) if other in names and not _differs_by_design(name, other)), None
    )


def written_otherwise(one: str, other: str) -> bool:
    """Whether two names are one but for case and underscores, or for a digit: `ListItem` and `list_item`."""
    return _folded(one) == _folded(other) or _DIGIT.findall(one) != _DIGIT.findall(other)


def _edits(name: str) -> Iterator[str]:
    """Names at one edit from a name, its first letter kept."""
    for place in range(1, len(name) + 1):
        head, tail = name[:place], name[place:]
        yield from (head + letter + tail for letter in _LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]


def _differs_by_design(one: str, other: str) -> bool:
    """Whether two names that are one edit apart are most likely names of two things."""
    left, right = words_of(one), words_of(other)
    if "".join(left) == "".join(right):
        return not ("_" in one.strip("_") and "_" in other.strip("_"))  # `readonly` and `read_only`
    if _DIGIT.findall(one) != _DIGIT.findall(other):
        return True
    changed = [(a, b) for a, b in zip(left, right, strict=False) if a != b]
    return len(left) == len(right) and any(_are_two_words(*pair) for pair in changed)


def _are_two_words(written: str, other: str) -> bool:
    """Whether both may be meant: they are very short, begin differently, or differ by an ending."""
    shorter, longer = sorted((written, other), key=len)
    if len(longer) <= 3 or longer in {"a" + shorter, *(shorter + ending for ending in "sdry")}:
        return True
    if len(shorter) == len(longer):
        return shorter[0] != longer[0] and sorted(shorter) != sorted(longer)
    return written[1:] == other  # `get_fdata` and `get_data`


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def of_names(names: set[bytes]) -> Known:
    """These names, as bytes of UTF-8."""
    return Known(frozenset(name.decode("utf-8", "replace") for name in names))


def _files(root: Path) -> Iterator[str]:
    """Regular files below a folder, links not followed."""
    if root.is_file():
        yield str(root)
        return
    for folder, folders, files in os.walk(root):
        folders[:] = [
            name
            for name in folders
            if name not in CONTROL_FOLDERS
            and name not in VENDOR_FOLDERS
            and not os.path.exists(os.path.join(folder, name, "pyvenv.cfg"))
        ]
        for name in files:
            path = os.path.join(folder, name)
            if not name.lower().endswith(_PROSE) and os.path.isfile(path) and not os.path.islink(path):
                yield path


def _text(path: str) -> bytes:
    """The bytes of a text file; none of a binary or a very large one."""
    if os.path.getsize(path) > _LARGEST:
        return b""
    with open(path, "rb") as file:
        head = file.read(4096)
        return b"" if b"\0" in head else head + file.read()


def _language(path: str) -> str | None:
    row = languages().get(language_of_path(path) or "")
    return row.name if row else None
