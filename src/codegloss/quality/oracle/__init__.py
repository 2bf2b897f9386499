"""Whether programs that carry their own tests still pass them: what proves that a change of code matters.

A program here is a whole text, the function and its tests, that ends quietly when all hold and with an
error when one does not. Many small variants of one program run in one sandbox, one after the other, by
a driver in their own language (`drivers`), since starting an interpreter costs more than running them.

What a verdict rests on is the program's own word: this is for code that we made and that nobody aimed
at the tests. For a stranger's code use `sandbox.call`, which compares results outside.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal, cast, get_args

from codegloss.sandbox import Limits, run

Verdict = Literal[
    "passed",
    "failed",  # a test did not hold, or the program raised
    "broken",  # not valid, or of the wrong names or types: its code alone shows that to a reader
    "slow",  # longer than its time
    "unknown",  # the driver did not come to it
]

SECONDS = 2.0  # of CPU time for one program; solutions of everyday problems need a hundredth of it
_PATIENCE = 5  # seconds of wall clock per second of CPU, on a machine that has other work too
_SEPARATOR = "\x1e"  # ASCII's record separator, in no program


@dataclass(frozen=True, slots=True)
class Driver:
    """How programs of one language are run."""

    file: str  # in `drivers`
    command: tuple[str, ...]  # before the file's name
    start: float  # seconds of CPU time the runtime may take to start and, for Java, to compile the first
    visible: tuple[str, ...] = ()  # folders outside /usr that the runtime reads


DRIVERS: dict[str, Driver] = {
    "python": Driver("drive.py", ("python3", "-I"), 5),
    "javascript": Driver("drive.js", ("node", "--max-old-space-size=512"), 5),
    # A fatal error would write its message among the verdicts.
    "php": Driver("drive.php", ("php", "-n", "-d", "memory_limit=256M", "-d", "display_errors=0"), 5),
    "ruby": Driver("drive.rb", ("ruby",), 5),
    "java": Driver("Drive.java", ("java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), 20,
                   ("/etc/java-17-openjdk", "/etc/java-21-openjdk", "/etc/java-25-openjdk")),
}  # fmt: skip


class OracleError(Exception):
    """Programs of this language cannot be run here; the message says why and what to do."""


def languages() -> tuple[str, ...]:
    """The languages whose interpreter is on this machine."""
    return tuple(language for language in DRIVERS if _interpreter(language))


def verdicts(programs: Sequence[str], language: str, seconds: float = SECONDS) -> list[Verdict]:
    """What became of each program, in their order.

    Raises OracleError where the language's interpreter or the sandbox is missing.
    """
    if not programs:
        return []
    if language not in DRIVERS:
        raise OracleError(f"no driver for {language}, only for {', '.join(DRIVERS)}")
    driver, interpreter = DRIVERS[language], _interpreter(language)
    if interpreter is None:
        raise OracleError(f"{driver.command[0]} is not installed, so nothing in {language} can be run")
    outcome = run(
        [interpreter, *driver.command[1:], driver.file, str(seconds)],
        files={driver.file: _text(driver.file), "programs": _SEPARATOR.join(programs)},
        limits=Limits(
            wall_seconds=60 + _PATIENCE * (driver.start + seconds * len(programs)),
            cpu_seconds=driver.start + seconds * len(programs),
            memory_bytes=2 << 30,
            processes=256,  # a JVM's own threads
        ),
        visible=[folder for folder in driver.visible if Path(folder).exists()],
    )
    if outcome.status == "refused":
        raise OracleError(outcome.reason)
    found = outcome.stdout.decode("utf-8", "replace").split()
    strange = len(found) > len(programs) or any(word not in get_args(Verdict) for word in found)
    if strange or (not found and outcome.status == "failed"):
        raise OracleError(
            f"the driver for {language} failed, and said: {' '.join(found)[-200:]} "
            f"{outcome.stderr[-300:].decode('utf-8', 'replace')}"
        )
    told = cast("list[Verdict]", found[: len(programs)])
    return told + ["unknown"] * (len(programs) - len(told))


@cache
def _interpreter(language: str) -> str | None:
    """The interpreter itself: what /etc/alternatives points at is not seen inside the sandbox."""
    import sys

    if language == "python":
        return sys.executable
    found = shutil.which(DRIVERS[language].command[0])
    return str(Path(found).resolve()) if found else None


@cache
def _text(name: str) -> str:
    return (resources.files(__package__) / "drivers" / name).read_text("utf-8")
