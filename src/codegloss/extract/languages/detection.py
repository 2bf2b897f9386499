"""Which language a file is in: by name, by first line, and by content where an extension is shared."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath

from codegloss.extract.languages.table import languages


@cache
def _by_extension() -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for key, language in languages().items():
        for extension in language.extensions:
            keys.setdefault(extension, []).append(key)
    return keys


@cache
def _by_filename() -> dict[str, str]:
    return {name: key for key, language in languages().items() for name in language.filenames}


@cache
def _by_shebang() -> dict[str, str]:
    return {program: key for key, language in languages().items() for program in language.shebangs}


# Files that hold source of other languages; `embedded.py` takes it out of them.
CONTAINERS = {"ipynb": "notebook", "html": "markup", "htm": "markup", "xhtml": "markup", "vue": "markup",
              "svelte": "markup"}  # fmt: skip

_SHEBANG = re.compile(rb"#!\s*(?:\S*/)?(?:env\s+(?:-\S+\s+)*(?:\w+=\S*\s+)*)?(?:\S*/)?([A-Za-z]+)")


def language_of_path(path: str) -> str | None:
    """Key of the table's row, or kind of container, for a file's name; None when it is no source."""
    name = path.rsplit("/", 1)[-1]
    if key := _by_filename().get(name):
        return key
    extension = PurePosixPath(name).suffix[1:]
    keys = _by_extension().get(extension) or _by_extension().get(extension.lower())
    return keys[0] if keys else CONTAINERS.get(extension.lower())


def language_of_shebang(first_line: bytes) -> str | None:
    """Key of the table's row for a first line such as `#!/usr/bin/env python3`."""
    match = _SHEBANG.match(first_line)
    return _by_shebang().get(match[1].decode()) if match else None


def language_of_content(path: str, key: str, content: bytes) -> str:
    """The key again, or another row that shares the extension and whose `hint` the content bears out."""
    extension = PurePosixPath(path).suffix[1:]
    for other in _by_extension().get(extension, ())[1:]:
        hint = languages()[other].hint
        if hint and hint.search(content):
            return other
    return key
