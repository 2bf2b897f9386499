"""The files that linters.py gives to all tools, as they are and with faults planted, and their functions."""

from __future__ import annotations

import ast
import random
import shutil
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from cells import digest, digest_of_file
from linters_docstrings import Documented, declared, definitions, docstring_of, documented
from linters_peers import Habits, Report
from linters_plants import CONTRADICTIONS, OMISSIONS, Plant, plants, with_plants

# None of them was read when the rules were written, or has a function that the classifier was trained on.
PACKAGES = {
    "google": (
        "google_auth-2.62.2",
        "google_api_core-2.44.0",
        "docker-7.2.0",
        "optax-0.2.8",
        "torchmetrics-1.9.0",
    ),
    "numpy": ("librosa-0.11.0", "pywavelets-1.9.0", "networkx-3.6.1", "nilearn-0.14.1"),
    "sphinx": ("paramiko-5.1.0", "pika-1.4.4", "praw-8.0.3", "hvac-2.4.0", "requests-2.34.2"),
}
FILES = 20  # of a package
A_STYLE = 12  # plants of a kind in packages of one style
RARE = ("True if, False if", "raise left out", "type")

Place = tuple[str, str]  # file and qualified name of a function


def unpack(wheels: Path, release: str, folder: Path) -> list[Path]:
    """The Python files of a wheel but for its tests and what was generated.

    Raises FileNotFoundError where the wheel is not there.
    """
    wheel = next(wheels.glob(f"{release}-*.whl"), None)
    if wheel is None:
        raise FileNotFoundError(f"no wheel of {release} in {wheels}: pip download --no-deps -d {wheels}")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder, [name for name in archive.namelist() if name.endswith(".py")])
    return sorted(
        file
        for file in folder.rglob("*.py")
        if "test" not in file.name and "tests" not in file.parts and "_pb2" not in file.name
    )


def drawn(files: Sequence[Path], style: str, seed: int) -> list[Path]:
    """Some of the files that have docstrings with sections which agree with the code."""
    making = {**CONTRADICTIONS, **OMISSIONS}

    def rank(file: Path, functions: list[Documented]) -> tuple[bool, str]:
        rare = any(next(making[kind](one), None) for kind in RARE for one in functions)
        return not rare, digest(seed, file.name, digest_of_file(file))

    found = [(file, list(documented(str(file), file.read_text("utf-8"), style))) for file in files]
    ranked = sorted((rank(file, functions), file) for file, functions in found if functions)
    return sorted(file for _, file in ranked[:FILES])


def habits_of(files: Sequence[Path], style: str) -> Habits:
    """What most of the documented functions do about types."""
    typed, annotated = Counter[bool](), Counter[bool]()
    for file in files:
        for function in documented(str(file), file.read_text("utf-8"), style):
            typed[any(item.type or item.section == "type" for item in function.items)] += 1
            a = function.definition.args
            own = [
                arg
                for arg in (*a.posonlyargs, *a.args, *a.kwonlyargs)
                if arg.arg in declared(function.definition)
            ]
            annotated[any(arg.annotation for arg in own)] += 1
    return Habits(style, typed[True] > typed[False], annotated[True] > annotated[False])


def prepare(wheels: Path, work: Path, seed: int) -> tuple[dict[str, tuple[Habits, list[str]]], list[Plant]]:
    """Both trees, `clean` and `planted`; habits and files of each package, and the plants."""
    clean, chosen = work / "clean", dict[str, tuple[Habits, list[str]]]()
    shutil.rmtree(clean, ignore_errors=True)
    functions: list[Documented] = []
    for style, releases in PACKAGES.items():
        for release in releases:
            files = drawn(unpack(wheels, release, clean / release), style, seed)
            names = [str(file.relative_to(clean)) for file in files]
            chosen[release] = habits_of(files, style), names
            for name, file in zip(names, files, strict=True):
                functions += documented(name, file.read_text("utf-8"), style)
    random.Random(seed).shuffle(functions)
    found = list(plants(functions, A_STYLE))
    by_file = defaultdict[str, list[Plant]](list)
    for plant in found:
        by_file[plant.function.path].append(plant)
    shutil.rmtree(work / "planted", ignore_errors=True)
    shutil.copytree(clean, work / "planted")
    for name, own in by_file.items():
        source = (clean / name).read_text("utf-8")
        (work / "planted" / name).write_text(with_plants(source, own), "utf-8")
    return chosen, found


class Functions:
    """The functions of a file by line."""

    def __init__(self, source: str) -> None:
        self._spans = []
        self.documented = set[str]()
        for own, node in definitions(ast.parse(source)):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            self._spans.append((first, node.end_lineno or first, own))
            if not isinstance(node, ast.ClassDef) and docstring_of(node):
                self.documented.add(own)

    def at(self, line: int) -> str:
        """The innermost function or class around a line; empty outside of all."""
        around = [(first, name) for first, end, name in self._spans if first <= line <= end]
        return max(around)[1] if around else ""


def by_place(root: Path, reports: Sequence[Report]) -> Iterator[tuple[Place, Report]]:
    """Each report on a function with a docstring, and the function."""
    files = {
        path: Functions((root / path).read_text("utf-8")) for path in {report.path for report in reports}
    }
    for report in reports:
        name = files[report.path].at(report.line)
        if name in files[report.path].documented:
            yield (report.path, name), report
