"""The linters of docstrings that linters.py compares: how each is called, and how its answer is read.

Every tool is called on the files of one package, from the folder above it, with the style of the package's
docstrings where it must be told, and with the options that suit it best. What only asks for more docstrings
or sections, annotations or a typography is switched off where the tool has a switch.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from common import BENCHMARKS


@dataclass(frozen=True, slots=True)
class Habits:
    """What most docstrings of a package do, as a linter's user would tell it."""

    style: str  # google, numpy or sphinx
    documented_types: bool  # parameters have their types in the docstring
    annotated: bool  # parameters have their types in the signature


@dataclass(frozen=True, slots=True)
class Report:
    """One thing that a linter says."""

    path: str  # as it was given
    line: int  # from 1
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Tool:
    """A linter: its options for a package, and the reader of what it prints."""

    name: str
    program: str
    options: Callable[[Habits], list[str]]
    read: Callable[[str], Iterable[Report]]
    styles: tuple[str, ...] = ("google", "numpy", "sphinx")
    driver: str | None = None  # a script of peers/ that goes on after files which take the tool minutes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a linter said of some files, and which of them it did not get through."""

    reports: list[Report]
    unread: list[str]


def _codegloss(output: str) -> Iterable[Report]:
    for finding in json.loads(output)["findings"]:
        yield Report(finding["path"], finding["line"], finding["rule"], finding["message"])


_LINE = re.compile(r"^(?P<path>[^:\n]+\.py):(?P<line>\d+): (?P<code>[A-Z]+\d+) (?P<message>.*)$", re.M)


def _ruff(output: str) -> Iterable[Report]:
    for entry in json.loads(output):  # not as lines, which give names in place of the codes
        yield Report(entry["filename"], entry["location"]["row"], entry["code"], entry["message"])


def _lines(output: str) -> Iterable[Report]:
    for match in _LINE.finditer(output):
        yield Report(match["path"], int(match["line"]), match["code"], match["message"])


def _pydoclint(output: str) -> Iterable[Report]:
    path = ""
    for line in output.splitlines():
        if match := re.match(r"    (\d+): (DOC\d+): (.*)", line):
            yield Report(path, int(match[1]), match[2], match[3])
        elif line.endswith(".py"):
            path = line.strip()


def _docsig(output: str) -> Iterable[Report]:
    path, at = "", 0
    for line in output.splitlines():
        if match := re.match(r"(\S+\.py):(\d+)(?: in .*)?$", line):
            path, at = match[1], int(match[2])
        elif match := re.match(r"\s+(SIG\d+): (.*)", line):
            yield Report(path, at, match[1], match[2])


def _flag(on: bool) -> str:
    return "True" if on else "False"


# docsig: asks for docstrings (SIG101, 102), for annotations (501), for capitals and full stops (305, 306).
_DOCSIG_OFF = "SIG101,SIG102,SIG305,SIG306,SIG501"

# All but the classifier's hint where to read first (CG602), which claims no fault.
EVERY_RULE = ["check", "--format", "json", "--quiet", "--ignore", "CG602", "--min-confidence", "0"]
TOOLS = (
    Tool("codegloss", "codegloss", lambda _: ["check", "--format", "json", "--quiet"], _codegloss),
    Tool("codegloss, every rule", "codegloss", lambda _: EVERY_RULE, _codegloss),
    Tool(
        "pydoclint",
        "pydoclint",
        lambda habits: [
            "--quiet",
            *("--style", habits.style),
            *("--allow-init-docstring", "True"),
            *("--check-class-attributes", "False"),
            *("--omit-stars-when-documenting-varargs", "True"),
            *("--arg-type-hints-in-docstring", _flag(habits.documented_types)),
            *("--arg-type-hints-in-signature", _flag(habits.annotated)),
            *("--check-return-types", _flag(habits.documented_types and habits.annotated)),
            *("--check-yield-types", _flag(habits.documented_types and habits.annotated)),
        ],
        _pydoclint,
    ),
    Tool(
        "darglint",
        "darglint",
        lambda habits: [
            "-x",
            "-v",
            "2",
            "-z",
            "long",
            "-s",
            habits.style,
            "-m",
            "{path}:{line}: {msg_id} {msg}",
        ],
        _lines,
        driver="darglint_files.py",
    ),
    Tool(
        "docsig",
        "docsig",
        lambda _: [
            *("--no-ansi", "--check-class-constructor", "--check-dunders", "--check-nested"),
            *("--check-overridden", "--check-protected", "--check-protected-class-methods"),
            *("--ignore-no-params", "--include-ignored", "--disable", _DOCSIG_OFF),
        ],
        _docsig,
    ),
    Tool(
        "ruff",
        "ruff",
        lambda habits: [
            *("check", "--no-cache", "--isolated", "--preview", "--select", "DOC,D417", "--exit-zero"),
            *("--config", f"lint.pydocstyle.convention='{habits.style}'", "--output-format", "json"),
            *("--config", "lint.pydoclint.ignore-one-line-docstrings=true"),
        ],
        _ruff,
        styles=("google", "numpy"),
    ),
)


_SINGLE = Tool(
    "codegloss, one process",
    "codegloss",
    lambda _: ["check", "--format", "json", "--quiet", "--workers", "1"],
    _codegloss,
)
TIMED = (TOOLS[0], _SINGLE, *TOOLS[1:])


def command(tool: Tool, programs: Path, habits: Habits, files: Sequence[str]) -> list[str]:
    """The command line of a tool; ours stands beside this interpreter, the peers' in `programs`."""
    folder = Path(sys.executable).parent if tool.program == "codegloss" else programs
    return [str(folder / tool.program), *tool.options(habits), *files]


def _below(root: Path, report: Report) -> Report:
    path = Path(report.path)
    return replace(report, path=str(path.relative_to(root))) if path.is_absolute() else report


def ask(tool: Tool, programs: Path, habits: Habits, root: Path, files: Sequence[str], seconds: int) -> Answer:
    """What a tool says of files below `root`; `seconds` of processor time for each.

    Raises RuntimeError for a tool that ends otherwise than its answer allows.
    """
    line = command(tool, programs, habits, files)
    limit = seconds * len(files)
    if tool.driver:
        script = BENCHMARKS / "peers" / tool.driver
        line = [str(programs / "python"), str(script), str(seconds), *tool.options(habits), "--", *files]
    done = subprocess.run(
        line,
        cwd=root,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)),
    )
    # pydoclint says what it finds there
    output = done.stdout + done.stderr if tool.program == "pydoclint" else done.stdout
    if done.returncode not in (0, 1) or (done.stderr.strip() and not output.strip()):
        raise RuntimeError(f"{tool.name} ended with {done.returncode}: {done.stderr[-2000:]}")
    unread = re.findall(r"^unread (.*)$", output, re.MULTILINE)
    return Answer([_below(root, report) for report in tool.read(output)], unread)
