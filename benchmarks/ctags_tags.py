"""The definitions that others find in source files: universal-ctags, a regular expression, another parser."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# ctags' name of each language, and its kinds that are functions.
CTAGS = {
    "python": ("Python", "fm"),
    "javascript": ("JavaScript", "fgmGS"),
    "typescript": ("TypeScript", "fGm"),
    "java": ("Java", "m"),
    "go": ("Go", "f"),
    "rust": ("Rust", "fP"),
    "c": ("C", "f"),
    "cpp": ("C++", "f"),
    "ruby": ("Ruby", "fS"),
    "php": ("PHP", "f"),
    "csharp": ("C#", "m"),
    "kotlin": ("Kotlin", "m"),
    "lua": ("Lua", "f"),
    "bash": ("Sh", "f"),
}
# Kinds that ctags adds by parsers that run on top of the one asked for.
FOREIGN_KINDS = {"macro", "describe", "context"}
REGEXES = {
    "scala": r"^[^\"/*\n]*?\bdef[ \t]+([\w$]+|`[^`\n]+`|[!#%&*+\-/:<=>?@\\^|~]+)",
    "swift": r"^[^\"/*\n]*?\bfunc[ \t]+([\w$]+|`\w+`|[!%&*+\-/<=>?^|~.]+)[ \t]*[(<]",
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A definition of the other side."""

    name: str
    line: int  # of the name, from 1
    kind: str


def tags_of_ctags(language: str, paths: Sequence[Path]) -> dict[Path, list[Tag]]:
    """What ctags finds in each file; its numbered names of nameless functions are left out.

    Raises CalledProcessError when it fails.
    """
    name, kinds = CTAGS[language]
    result = subprocess.run(
        ["ctags", "--options=NONE", "--quiet", "--output-format=json", "--fields=+neK", "-f", "-", "-L", "-",
         f"--language-force={name}", f"--kinds-{name}={kinds}"],
        input="\n".join(map(str, paths)),
        capture_output=True, text=True, errors="replace", check=True,
    )  # fmt: skip
    tags: dict[Path, list[Tag]] = defaultdict(list)
    for line in result.stdout.splitlines():
        found = json.loads(line, strict=False)
        nameless = re.match(r"anonymousFunction|AnonymousFunction|__anon|<", found["name"])
        if found["_type"] == "tag" and found["kind"] not in FOREIGN_KINDS and not nameless:
            tags[Path(found["path"])].append(Tag(found["name"], found["line"], found["kind"]))
    return tags


def tags_of_regex(language: str, paths: Sequence[Path]) -> dict[Path, list[Tag]]:
    """What the language's regular expression finds, line by line."""
    pattern = re.compile(REGEXES[language])
    tags: dict[Path, list[Tag]] = defaultdict(list)
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8", "replace").split("\n"), 1):
            if match := pattern.match(line):
                tags[path].append(Tag(match[1], number, "function"))
    return tags


def tags_of_command(command: str, paths: Sequence[Path]) -> dict[Path, list[Tag]]:
    """What another parser finds; how it is asked and answers: see the head of any in `readers/`.

    Raises CalledProcessError when it fails.
    """
    result = subprocess.run(
        shlex.split(command), input="\n".join(map(str, paths)), stdout=subprocess.PIPE, text=True, check=True
    )
    tags: dict[Path, list[Tag]] = defaultdict(list)
    for found in map(json.loads, result.stdout.splitlines()):
        tags[Path(found["path"])].append(Tag(found["name"], found["line"], found["kind"]))
    return tags
