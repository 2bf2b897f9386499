"""What a git checkout says of itself: its remote, its commit, and what it ignores.

The identity is read straight from the files, so that a machine without git can tell it;
the `git` command is asked only what it alone knows. A checkout is untrusted: its own
configuration may name programs to run, so the command is called with those settings
switched off, with the user's settings left aside, without network, and with a time limit.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT = 60.0  # seconds a git command may take
_MOST_BYTES = 1_000_000  # of a file of git's own that is read
_SAFE_SETTINGS = ("-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_SAFE_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REMOTE = re.compile(r'\[remote\s+"(?P<name>[^"]*)"\]')
_ADDRESS = re.compile(r"(?:[\w+.-]+://)?(?:[^@/]*@)?(?P<host>[^:/@]+)(?::\d+(?=/))?[:/]+(?P<path>.+)")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A git working tree."""

    root: Path
    remote: str | None  # as github.com/owner/name
    revision: str | None  # commit


def normalised_remote(address: str) -> str | None:
    """A remote's address as host/owner/name: no protocol, user, password, port or `.git`.

    None for a remote that is a path on this machine.
    """
    address = address.strip()
    if address.startswith(("/", ".", "file:", "~")) or "\\" in address:
        return None
    match = _ADDRESS.fullmatch(address)
    if match is None or re.fullmatch(r"[A-Za-z]", match["host"]):
        return None
    path = match["path"].split("?")[0].strip("/").removesuffix(".git").strip("/")
    return f"{match['host'].lower()}/{path}" if path else None


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _folder(root: Path) -> Path | None:
    """The `.git` folder of a working tree, through the pointer that submodules and worktrees have."""
    folder = root / ".git"
    if pointer := _text(folder):
        if not pointer.startswith("gitdir:"):
            return None
        folder = root / pointer.removeprefix("gitdir:").strip()
    return folder if _text(folder / "HEAD") else None


def _remote(common: Path) -> str | None:
    remotes: dict[str, str] = {}
    section = None
    for line in _text(common / "config").splitlines():
        line = line.strip()
        if line.startswith("["):
            match = _REMOTE.match(line)
            section = match["name"] if match else None
        elif section is not None and (match := re.match(r"url\s*=\s*(.*)", line)):
            remotes.setdefault(section, match[1].strip('"'))
    address = remotes.get("origin") or next(iter(remotes.values()), None)
    return normalised_remote(address) if address else None


def _revision(folder: Path, common: Path) -> str | None:
    head = _text(folder / "HEAD").strip()
    if head.startswith("ref:"):
        name = head.removeprefix("ref:").strip()
        if ".." in name or name.startswith("/"):
            return None
        head = _text(folder / name).strip() or _text(common / name).strip()
        if not head:
            for line in _text(common / "packed-refs").splitlines():
                if line.endswith(" " + name):
                    head = line.split(" ")[0]
    return head if _COMMIT.fullmatch(head) else None


def checkout_at(root: Path) -> Checkout | None:
    """The checkout whose top folder `root` is, if it is one."""
    folder = _folder(root)
    if folder is None:
        return None
    common = folder / (_text(folder / "commondir").strip() or ".")
    revision = _revision(folder, common)
    if revision is None and os.path.isdir(common / "reftable"):
        answer = (ask(root, "rev-parse", "HEAD") or b"").decode("ascii", "replace").strip()
        revision = answer if _COMMIT.fullmatch(answer) else None
    return Checkout(root, _remote(common), revision)


def enclosing_checkout(folder: Path) -> Checkout | None:
    """The innermost checkout that `folder` lies in."""
    for root in (folder, *folder.parents):
        if found := checkout_at(root):
            return found
    return None


def ask(root: Path, *arguments: str, stdin: bytes = b"") -> bytes | None:
    """What a git command prints about the checkout at `root`; None where it fails or git is not there."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | _SAFE_ENVIRONMENT
    try:
        done = subprocess.run(
            ["git", *_SAFE_SETTINGS, f"--git-dir={root / '.git'}", f"--work-tree={root}", *arguments],
            cwd=root,
            env=environment,
            input=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT,
            check=True,
        )
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return done.stdout


def ignored(root: Path, within: str) -> frozenset[str] | None:
    """Paths relative to `root` that git ignores under `within`; whole folders end with a slash.

    None when git cannot be asked. Files that are tracked in spite of a pattern are not listed.
    """
    listing = ask(
        root, "--literal-pathspecs", "ls-files", "-z", "--others", "--ignored", "--exclude-standard",
        "--directory", "--", within or ".",
    )  # fmt: skip
    return None if listing is None else frozenset(map(os.fsdecode, listing.split(b"\0")[:-1]))


def is_ignored(root: Path, path: str) -> bool:
    """Whether git ignores the file or folder `path`, relative to `root`."""
    return ask(root, "check-ignore", "-q", "--", path) is not None
