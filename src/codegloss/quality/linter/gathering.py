"""Which files are checked: what lies below the paths, but for what is excluded; or only what changed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegloss.extract.repos import DiscoveryOptions, discover
from codegloss.quality.linter.changed import changed_files
from codegloss.quality.linter.configuration import ConfigurationError
from codegloss.quality.linter.examine import file_of
from codegloss.records import Dropped, Failed, Source


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files to check, and those that were met but are not."""

    sources: list[Source]
    dropped: list[Dropped]
    failed: list[Failed]
    excluded: int  # files
    before: Mapping[str, bytes] | None  # old content by `file_of`, where only what changed is checked


def gather(
    paths: Sequence[Path], exclude: Iterable[tuple[Path, Sequence[str]]] = (), base: str | None = None
) -> Gathered:
    """The sources at or below the paths; with `base`, a git revision, those that differ from it.

    `exclude` holds folders with patterns as in their .gitignore. Raises DiffError, and ConfigurationError
    for a pattern that is none.
    """
    before = None
    if base is not None:
        before = {str(path): content for path, content in changed_files(paths, base).items()}
        paths = [Path(path) for path in before if os.path.isfile(path)]
    is_excluded = [_matcher(folder, patterns) for folder, patterns in exclude if patterns]
    sources, dropped, failed, excluded = [], [], [], 0
    for found in discover(paths, DiscoveryOptions()):
        if isinstance(found, Dropped):
            dropped.append(found)
        elif isinstance(found, Failed):
            failed.append(found)
        elif any(matches(file_of(found)) for matches in is_excluded):
            excluded += 1
        else:
            sources.append(found)
    return Gathered(sources, dropped, failed, excluded, before)


def _matcher(folder: Path, patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a file, by its absolute path, matches one of the patterns of a folder.

    Outside the folder, patterns that are bound to no place (`test/`, `*_pb2.py`) hold as well.
    """
    from pathspec import GitIgnoreSpec

    prefix = os.path.realpath(folder).rstrip("/") + "/"
    try:
        rules = GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise ConfigurationError(f"exclude: {error}") from None
    return lambda file: rules.match_file(file.removeprefix(prefix).lstrip("/"))
