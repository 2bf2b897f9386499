"""Findings that are known already, in a file kept beside the code, so that only new ones count.

An entry is told by its function (path, qualified name, ordinal), rule and quoted words, so that it
outlives moved lines and changed confidence, and ends when the function is renamed or the words change.
The path is relative to the file's own folder: it holds wherever the checkout lies and from wherever it
is checked, which `Function.id`, with the repository's name in it, does not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from codegloss.extract.repos.sources import shown
from codegloss.quality.linter.examine import Located

VERSION = 1


class BaselineError(ValueError):
    """A file that is no baseline; the message is one line that names it."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A known finding."""

    path: str  # POSIX, relative to the baseline's folder
    function: str  # qualified name
    ordinal: int
    rule: str  # code
    quote: str  # space folded


_KINDS: dict[str, type] = {"path": str, "function": str, "ordinal": int, "rule": str, "quote": str}


def entry_of(located: Located, folder: Path) -> Entry:
    """The entry for a finding in a baseline that lies in `folder`."""
    finding = located.finding
    quote = " ".join(finding.quote.split())
    return Entry(
        _relative(located.file, folder), finding.qualified_name, located.ordinal, finding.rule, quote
    )


def _relative(file: str, folder: Path) -> str:
    return shown(PurePath(os.path.relpath(file, folder)).as_posix())


def read_baseline(file: Path) -> frozenset[Entry]:
    """The entries of a baseline.

    Raises BaselineError for a file that is none, OSError for one that cannot be read.
    """
    try:
        document = json.loads(file.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{file}: not a baseline: {error}") from None
    version = document.get("version") if isinstance(document, dict) else None
    if version != VERSION:
        raise BaselineError(f"{file}: not a baseline of version {VERSION}: write it anew")
    entries = document.get("findings")
    if not isinstance(entries, list):
        raise BaselineError(f"{file}: `findings` must be a list")
    return frozenset(_entry(file, number, entry) for number, entry in enumerate(entries, start=1))


def _entry(file: Path, number: int, entry: Any) -> Entry:
    if not isinstance(entry, dict) or set(entry) != set(_KINDS):
        raise BaselineError(f"{file}: finding {number} must have {', '.join(_KINDS)}")
    for name, kind in _KINDS.items():
        if not isinstance(entry[name], kind):
            raise BaselineError(f"{file}: {name} of finding {number} must be {kind.__name__}")
    return Entry(**entry)


def write_baseline(
    file: Path, found: Iterable[Located], files: Iterable[str], rules: Iterable[str]
) -> tuple[int, int]:
    """Write the findings as the known ones; gives how many there are now, and how many ended.

    What the file says of other `files` (absolute paths) than those checked, and of other `rules`
    (codes) than those that ran, stays. Raises BaselineError for a file that is something else.
    """
    folder = Path(os.path.realpath(file.parent))
    old = read_baseline(file) if file.exists() else frozenset()
    checked = {_relative(path, folder) for path in files}
    ran = set(rules)
    kept = {entry for entry in old if entry.path not in checked or entry.rule not in ran}
    new = kept | {entry_of(located, folder) for located in found}
    entries = [asdict(entry) for entry in sorted(new)]
    text = json.dumps({"version": VERSION, "findings": entries}, indent=1, ensure_ascii=False) + "\n"
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(text, "utf-8")
    partial.replace(file)
    return len(new), len(old - new)


def new_findings(found: Sequence[Located], known: frozenset[Entry], file: Path) -> tuple[list[Located], int]:
    """The findings that a baseline, read from `file`, does not have, and how many it has."""
    folder = Path(os.path.realpath(file.parent))
    new = [located for located in found if entry_of(located, folder) not in known]
    return new, len(found) - len(new)
