"""Long measurements that can be stopped and go on: cells on disk, progress, and words for verdicts."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

Message = dict[str, Any]


def cell(folder: Path, name: str, compute: Callable[[], Message]) -> Message:
    """What `compute` gives, from `folder/NAME.json` where an earlier run left it."""
    file = folder / f"{name}.json"
    if file.is_file():
        kept: Message = json.loads(file.read_text("utf-8"))
        return kept
    found = compute()
    folder.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_text(json.dumps(found), "utf-8")
    partial.rename(file)
    return found


def digest(*parts: object) -> str:
    """A short name for what a cell depends on."""
    return hashlib.sha256(json.dumps(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def digest_of_file(path: Path) -> str:
    """A short name for a file's content."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()[:16]


def folder_of(base: str) -> str:
    """A folder, also one inside an installed package: `package:NAME/folder`."""
    from codegloss.train.base import folder_of as found

    return found(base)


def third(exits: Sequence[int]) -> int:
    """The exit nearest to a third of the depth."""
    return min((k for k in exits if k), key=lambda k: abs(k - exits[-1] / 3))


def verdict(met: bool) -> str:
    """In words."""
    return "met" if met else "not met"


def say(text: str) -> None:
    """Progress."""
    print(text, file=sys.stderr, flush=True)
