"""Comments changed everywhere in whole trees of source: what is replaced, left alone, and damaged.

    python benchmarks/apply.py WORK [--tree LANGUAGE=PATH]… [--tests PATH] [--typescript NODE_MODULES]
        [--rust-tokens PROGRAM] [--save]

Takes Python's standard library, five installed packages, and each tree that is named, and copies them to
WORK. Every function gets a new comment, twice over from the original: once its own with a sentence more
(`sentence`; a function without one gets its first), once with a line that is hard to write (`hostile`: the
ends of comments, quotes, backslashes, other scripts). Then every file that changed is compared with its
original by a reader that is not ours: Python's `ast`, gcc's preprocessor, javac, go/scanner, the
TypeScript compiler, proc-macro2 (`checkers/`); and after `undo` every byte of the tree is.

`--tests` names an unpacked package with tests of its own: they are run on it as it is, and on a copy with
every comment changed. The trees of the published table: `npm pack lodash express vue`; `npm pack rxjs`;
java/lang and java/io of the package `openjdk-17-source`; strings, net, encoding, go, os, sort and text of
Go's own `src`; `librust-regex-dev` and `librust-serde-json-dev`; the sources of psutil and pycryptodome and
npm's tree-sitter. The packages with tests: the sources of toolz and more-itertools.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from cells import cell, say
from codegloss.extract import DiscoveryOptions, extract
from codegloss.records import Function
from codegloss.synth.source.apply import Replacement, apply, roots
from codegloss.synth.source.undo import undo
from common import BENCHMARKS, save

PACKAGES = ("rich", "pydantic", "typer", "datasets", "hypothesis")
OPTIONS = DiscoveryOptions(gitignore=False, vendored=True)
CHECKERS = BENCHMARKS / "checkers"
HARD = (
    "Ends with */ or so.", "Quotes \"\"\" and ''' too.", r"A path C:\temp\new\x.", "A backslash ends it \\",
    "Grüße, 漢字, \U0001f600.", "Closes ]] and ]=] here.", "=end of it\n=end", 'They said "so"',
    r"\u002a\u002f and ?> here", "/* opens", "*** stars", "# hash\n// slashes\n--- dashes",
    "<b>bold</b> &amp; {@code x}", "word " * 60 + "end",
)  # fmt: skip


@dataclass(slots=True)
class Tree:
    """A copy of a tree with its comments changed, and what became of them."""

    name: str
    language: str
    mode: str
    functions: int = 0
    replaced: int = 0
    changed: list[str] = field(default_factory=list)  # paths
    reasons: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    checked: int = 0
    differing: list[str] = field(default_factory=list)
    not_undone: list[str] = field(default_factory=list)


def sentence(function: Function, number: int) -> str:
    """The function's own comment with a sentence more."""
    base = function.comment_text or f"Does what {function.name} says."
    return f"{base}\n\nRead again as number {number}."


def hostile(function: Function, number: int) -> str:
    """The function's own comment with a line that is hard to write."""
    base = function.comment_text or f"Does what {function.name} says."
    return f"{base}\n\nSays {number}: {HARD[number % len(HARD)]}"


MODES: Mapping[str, Callable[[Function, int], str]] = {"sentence": sentence, "hostile": hostile}


def change(
    name: str, language: str, source: Path, work: Path, mode: str, options: argparse.Namespace
) -> Tree:
    """One tree, copied, changed, compared and undone."""
    tree = Tree(name, language, mode)
    folder, out = work / mode / name, work / mode / f"{name}.out"
    for old in (folder, out):
        shutil.rmtree(old, ignore_errors=True)
    copied(source, folder)
    before = checksums(folder)
    tops = roots([folder], OPTIONS)
    rows = [row for row in extract(folder, options=OPTIONS) if isinstance(row, Function)]
    wanted: dict[Path, list[Replacement]] = defaultdict(list)
    for number, row in enumerate(row for row in rows if row.language == language):
        wanted[tops[row.repository]].append(Replacement(row, MODES[mode](row, number)))
        tree.functions += 1
    reasons: Counter[str] = Counter()
    started = time.perf_counter()
    for top, replacements in wanted.items():
        for applied in apply(replacements, top, out):
            tree.replaced += len(applied.replaced)
            reasons.update(reason.name for _, reason in applied.skipped)
            if applied.replaced:
                tree.changed.append(str((top / applied.path).relative_to(folder)))
    tree.seconds = time.perf_counter() - started
    tree.reasons = dict(reasons)
    compare(tree, source, folder, options)
    tree.not_undone += [str(undone.path) for undone in undo(out) if undone.reason]
    after = checksums(folder)
    tree.not_undone += [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    say(f"{name}, {mode}: {tree.replaced:,} of {tree.functions:,} in {tree.seconds:.0f} s, {tree.reasons}")
    return tree


def kept(name: str, language: str, source: Path, work: Path, mode: str, options: argparse.Namespace) -> Tree:
    """The same, from WORK/cells where a run that was stopped has left it."""

    def compute() -> dict[str, Any]:
        return asdict(change(name, language, source, work, mode, options))

    return Tree(**cell(work / "cells", f"{name}-{mode}", compute))


def copied(source: Path, folder: Path) -> None:
    """A copy without what is no source, and outside any checkout."""
    left_out = shutil.ignore_patterns("site-packages", "__pycache__", "*.so", "*.a", "*.pyc", ".git")
    shutil.copytree(source, folder, symlinks=True, ignore=left_out)


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file by path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


# --- readers that are not ours ---------------------------------------------------------------


def compare(tree: Tree, source: Path, folder: Path, options: argparse.Namespace) -> None:
    """Put into the tree how many changed files were compared with their originals, and which differ."""
    reader = readers(options).get(tree.language)
    if reader is None:
        return
    old = reader([source / path for path in tree.changed])
    new = reader([folder / path for path in tree.changed])
    for path, before, after in zip(tree.changed, old, new, strict=True):
        if before:  # else that reader does not take the original
            tree.checked += 1
            if before != after:
                tree.differing.append(path)


Reader = Callable[[Sequence[Path]], list[str]]  # a digest for each file; empty for one it does not read


def readers(options: argparse.Namespace) -> dict[str, Reader]:
    """The reader of each language, as far as it is there."""
    found: dict[str, Reader] = {"python": python_digests}
    if shutil.which("gcc"):
        found["c"] = found["cpp"] = gcc_digests
    if shutil.which("java"):
        found["java"] = listing(["java", str(CHECKERS / "Tokens.java")])
    if shutil.which("go"):
        found["go"] = listing(["go", "run", str(CHECKERS / "tokens.go")])
    if options.typescript:
        node = listing(["node", str(CHECKERS / "tokens.js")], {"NODE_PATH": str(options.typescript)})
        found["javascript"] = found["typescript"] = node
    if options.rust_tokens:
        found["rust"] = listing([str(options.rust_tokens)])
    return found


def python_digests(paths: Sequence[Path]) -> list[str]:
    """Digests of `ast.dump` without the docstrings of functions."""
    return [python_digest(path.read_bytes()) for path in paths]


def python_digest(data: bytes) -> str:
    """Digest of one module's `ast.dump`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError):
        return ""
    for node in ast.walk(module):
        if (
            isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node, False) is not None
        ):
            del node.body[0]
    return hashlib.sha256(ast.dump(module).encode()).hexdigest()


def gcc_digests(paths: Sequence[Path]) -> list[str]:
    """Digests of what gcc's preprocessor leaves when it takes the comments out."""
    digests = []
    for path in paths:
        command = ["gcc", "-fpreprocessed", "-dD", "-E", "-P", "-w", "-x", "c++", str(path)]
        done = subprocess.run(command, capture_output=True, check=False)
        digests.append(
            hashlib.sha256(b" ".join(done.stdout.split())).hexdigest() if not done.returncode else ""
        )
    return digests


def listing(command: Sequence[str], env: Mapping[str, str] | None = None) -> Reader:
    """The reader that a program is: paths on standard input, lines of `PATH<tab>DIGEST` back."""

    def digests(paths: Sequence[Path]) -> list[str]:
        answer = subprocess.run(
            command, input="".join(f"{path}\n" for path in paths), capture_output=True, text=True, check=True,
            env={**os.environ, **(env or {})},
        ).stdout  # fmt: skip
        found = dict(line.rsplit("\t", 1) for line in answer.splitlines())
        return [found.get(str(path), "") for path in paths]

    return digests


# --- a package's own tests -------------------------------------------------------------------


def own_tests(package: Path, work: Path) -> dict[str, Any]:
    """A package's tests as it is, and with every comment of a copy changed."""
    counts = {}
    replaced = 0
    for label in ("as it is", "changed"):
        folder = work / "tests" / label.replace(" ", "-")
        shutil.rmtree(folder, ignore_errors=True)
        copied(package, folder)
        if label == "changed":
            tops = roots([folder], OPTIONS)
            wanted = [
                Replacement(row, sentence(row, number))
                for number, row in enumerate(extract(folder, options=OPTIONS))
                if isinstance(row, Function)
            ]
            out = work / "tests" / "out"
            shutil.rmtree(out, ignore_errors=True)
            for top in {tops[one.function.repository] for one in wanted}:
                here = [one for one in wanted if tops[one.function.repository] == top]
                replaced += sum(len(applied.replaced) for applied in apply(here, top, out))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "-rN", "."],
            cwd=folder, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": f"{folder}:{folder / 'src'}"},
        )  # fmt: skip
        counts[label] = outcome(done.stdout)
    return {
        "package": package.name,
        "comments changed": replaced,
        "passed before": counts["as it is"].get("passed", 0),
        "passed after": counts["changed"].get("passed", 0),
        "failed before": counts["as it is"].get("failed", 0) + counts["as it is"].get("errors", 0),
        "failed after": counts["changed"].get("failed", 0) + counts["changed"].get("errors", 0),
    }


def outcome(output: str) -> dict[str, int]:
    """The counts of pytest's last line."""
    last = output.strip().rsplit("\n", 1)[-1]
    return {
        what.rstrip("s") + "s" * (what == "errors"): int(count)
        for count, what in re.findall(r"(\d+) (\w+)", last)
    }


# --- everything ------------------------------------------------------------------------------


def trees(named: Iterable[str]) -> Iterator[tuple[str, str, Path]]:
    """Name, language and folder of each tree."""
    yield "standard library", "python", Path(sysconfig.get_path("stdlib"))
    for package in PACKAGES:
        yield package, "python", Path(str(resources.files(package)))
    for one in named:
        language, _, path = one.partition("=")
        yield Path(path).name, language, Path(path).resolve()


def row_of(tree: Tree, read: bool) -> dict[str, Any]:
    """A row of the table."""
    return {
        "tree": tree.name,
        "language": tree.language,
        "new comments": tree.mode,
        "functions": tree.functions,
        "replaced": tree.replaced,
        "left alone": sum(tree.reasons.values()),
        "files changed": len(tree.changed),
        "files compared": tree.checked if read else None,
        "syntax differs": len(tree.differing) if read else None,
        "not undone": len(tree.not_undone),
        "s": round(tree.seconds, 1),
    }


def main() -> None:
    """Change everything, compare, undo; save the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("work", type=Path)
    parser.add_argument("--tree", action="append", default=[], metavar="LANGUAGE=PATH")
    parser.add_argument("--tests", type=Path, action="append", default=[])
    parser.add_argument("--typescript", type=Path, help="a node_modules with typescript")
    parser.add_argument("--rust-tokens", type=Path, help="checkers/tokens.rs, built with proc-macro2")
    parser.add_argument("--skip-python", action="store_true")
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    work = options.work.resolve()
    done = [
        kept(name, language, source, work, mode, options)
        for name, language, source in trees(options.tree)
        for mode in MODES
        if not (options.skip_python and language == "python")
    ]
    rows = [row_of(tree, tree.language in readers(options)) for tree in done]
    reasons: Counter[tuple[str, str, str]] = Counter()
    for tree in done:
        reasons.update({(tree.language, tree.mode, name): count for name, count in tree.reasons.items()})
    why = [
        {"language": language, "new comments": mode, "left alone because": name, "functions": count}
        for (language, mode, name), count in sorted(reasons.items())
    ]
    tests = [own_tests(package.resolve(), work) for package in options.tests]
    for row in (*rows, *why, *tests):
        say(str(row))
    if options.save:
        save("apply", rows, ["tree-sitter"])
        save("apply_reasons", why, ["tree-sitter"])
        if tests:
            save("apply_tests", tests, ["tree-sitter", "pytest"])


if __name__ == "__main__":
    main()
