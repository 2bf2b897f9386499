"""Just in time: the functions whose code a change touched while their comment stayed as it was.

`git` is asked which files differ between a revision and the working tree, and for their old bytes;
renamed files keep their past. Of a branch that has left BASE behind, what counts is what happened since
the two parted. Functions are paired by qualified name and ordinal within their file: one that moved to
another file, or was renamed, is new, and a new function has no stale comment. Code counts as changed
when it differs in more than comments, blank lines, indentation as a whole and space at line ends.
Clean filters that the checkout's own configuration names are run, as `git diff` does.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codegloss.encoder.inputs import code_of
from codegloss.extract.repos import git
from codegloss.extract.repos.sources import VENDOR_FOLDERS
from codegloss.records import Function

_FILE_MODES = frozenset({b"100644", b"100755"})


class DiffError(ValueError):
    """A difference that cannot be had; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class _Change:
    path: str  # now, relative to the root of the checkout
    blob: bytes  # object name of the old content


def changed_files(paths: Sequence[Path], base: str) -> dict[Path, bytes]:
    """Files at or below `paths` that differ from the revision `base`: absolute path to the old bytes.

    Added and deleted files are not among them, nor those in folders that keep the code of others.
    Raises DiffError for a path outside git and for a revision that git does not know.
    """
    found: dict[Path, bytes] = {}
    wanted = [path.resolve() for path in paths]
    for root in dict.fromkeys(map(_checkout, wanted)):
        below = [path for path in wanted if path.is_relative_to(root)]
        changes = [
            change for change in _changes(root, _revision(root, base)) if _is_in(root / change.path, below)
        ]
        contents = _contents(root, [change.blob for change in changes])
        found |= {root / change.path: contents[change.blob] for change in changes}
    return found


def _checkout(path: Path) -> Path:
    checkout = git.enclosing_checkout(path if path.is_dir() else path.parent)
    if checkout is None:
        raise DiffError(f"{path} is in no git checkout")
    return checkout.root


def _is_in(file: Path, paths: Iterable[Path]) -> bool:
    """Whether a file is, or lies below, one of the paths and in no vendored folder there."""
    return any(
        file.is_relative_to(path) and VENDOR_FOLDERS.isdisjoint(file.relative_to(path).parts)
        for path in paths
    )


def _revision(root: Path, base: str) -> str:
    """The commit to compare with: where HEAD and `base` parted, or `base` where that is not known."""
    name = git.ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{base}^{{commit}}")
    if name is None:
        raise DiffError(f"git knows no revision {base!r} in {root}; a shallow clone may lack it")
    commit = name.decode().strip()
    parted = git.ask(root, "merge-base", commit, "HEAD")
    return parted.decode().split("\n")[0] if parted else commit


def _changes(root: Path, commit: str) -> list[_Change]:
    """Modified and renamed regular files."""
    raw = git.ask(
        root, "diff", "--raw", "-z", "--no-abbrev", "--find-renames", "--no-ext-diff", "--no-textconv",
        "--no-relative", "--ignore-submodules", "--diff-filter=MR", commit, "--",
    )  # fmt: skip
    if raw is None:
        raise DiffError(f"git diff {commit} failed in {root}")
    parts = iter(raw.split(b"\0")[:-1])
    changes = []
    for head in parts:  # `:100644 100644 OLD NEW R087`, then one path, or the old and the new one
        old_mode, new_mode, blob, _, status = head.lstrip(b":").split(b" ")
        path = next(parts)
        if status.startswith(b"R"):
            path = next(parts)
        if old_mode in _FILE_MODES and new_mode in _FILE_MODES:
            changes.append(_Change(path.decode("utf-8", "surrogateescape"), blob))
    return changes


def _contents(root: Path, blobs: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """Objects by name, all in one call."""
    if not blobs:
        return {}
    answer = git.ask(root, "cat-file", "--batch", stdin=b"".join(blob + b"\n" for blob in blobs))
    if answer is None:
        raise DiffError(f"git cat-file failed in {root}")
    contents, place = {}, 0
    for blob in blobs:  # `NAME blob SIZE`, a newline, the bytes, a newline
        end = answer.index(b"\n", place)
        head = answer[place:end].split(b" ")
        if len(head) != 3:
            raise DiffError(f"git lacks the old content of a changed file in {root}: {head[0].decode()}")
        size = int(head[2])
        contents[blob] = answer[end + 1 : end + 1 + size]
        place = end + 1 + size + 1
    return contents


def left_behind(old: Iterable[Function], new: Iterable[Function]) -> list[Function]:
    """The functions whose code differs in `new`, a later version of the file of `old`, the comment not."""
    before = {(function.qualified_name, function.ordinal): function for function in old}
    return [
        function
        for function in new
        if function.comment is not None
        and (was := before.get((function.qualified_name, function.ordinal))) is not None
        and was.comment is not None
        and _folded(was.comment) == _folded(function.comment)
        and was.code_hash != function.code_hash
        and _essence(was) != _essence(function)
    ]


def _folded(comment: str) -> str:
    """A comment without what only moves it: indentation and line ends."""
    return "\n".join(line.strip() for line in comment.splitlines())


def _essence(function: Function) -> str:
    """Code without comments, blank lines, common indentation and space at line ends."""
    code = code_of(function.code, function.inner_comments)
    lines = [line.rstrip() for line in code.splitlines()]
    # The first line of a definition has lost its indentation to the span.
    return "\n".join([*lines[:1], textwrap.dedent("\n".join(filter(None, lines[1:])))])
