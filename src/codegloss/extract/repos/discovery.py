"""Finding source files, wherever they lie, and reading them.

`discover` meets every file below the paths it is given and makes of each exactly one
Source, Dropped or Failed, in an order that depends on the paths and names alone.
Folders are walked in `walk`, archives in `archives`, tables in `corpora`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from codegloss.extract.repos import archives, corpora, walk
from codegloss.extract.repos.places import Place
from codegloss.extract.repos.sources import (
    DUPLICATE_PATH,
    SPECIAL_FILE,
    DiscoveryOptions,
    Found,
    Names,
    opened_as,
    read_bounded,
    shown,
)
from codegloss.records import Dropped, Failed, Source


def discover(
    paths: Sequence[Path], options: DiscoveryOptions, left_out: Iterable[Path] = ()
) -> Iterator[Found]:
    """Every file at or below `paths`, in that order, each folder sorted bytes-wise.

    Lazy: nothing is touched before the first row is asked for, and what is held does not
    grow with the number of files. A path that does not exist gives a Failed row. What is
    named twice, or lies inside another path that is named, is met once: in its own turn. What is
    `left_out`, such as the output of this run, is as good as not there.
    """
    names, places = Names(), dict[Path, Place]()
    inputs = [Path(os.path.realpath(path)) for path in paths]
    absent = frozenset(map(os.path.realpath, left_out))
    named, done = frozenset(map(str, inputs)), set[Path]()
    for path in inputs:
        if path in done:
            yield Dropped(shown(path.name), ".", DUPLICATE_PATH, "named twice")
        else:
            yield from _discover_one(path, options, names, named, absent, places)
        done.add(path)


def _discover_one(
    path: Path,
    options: DiscoveryOptions,
    names: Names,
    named: frozenset[str],
    left_out: frozenset[str],
    places: dict[Path, Place],
) -> Iterator[Found]:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        yield Failed(shown(path.parent.name), shown(path.name), type(error).__name__, error.strerror or "")
        return
    if stat.S_ISDIR(mode):
        yield from walk.folder(path, options, names, named, left_out)
    elif not stat.S_ISREG(mode):
        yield Dropped(shown(path.parent.name), shown(path.name), SPECIAL_FILE, "")
    elif archives.is_archive(path.name):
        yield from archives.members(path, options, names)
    elif corpora.is_corpus(path.name):
        yield from corpora.rows(path, options)
    else:
        yield from walk.single_file(path, options, names, places)


def read(source: Source, max_file_bytes: int = DiscoveryOptions().max_file_bytes) -> bytes:
    """The bytes of a source, at most one more than `max_file_bytes`, which tells that it has grown since.

    Raises OSError for a file that is gone or cannot be read, SourceError for one that lies
    in an archive which is gone or damaged, or in whose place something else stands now.
    """
    if source.content is not None:
        return source.content
    path = opened_as(source.location)
    if source.member is None:
        return read_bounded(path, max_file_bytes + 1)
    return archives.read_member(path, source.member, max_file_bytes + 1)
