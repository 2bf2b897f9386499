"""What the benchmarks share: measuring a command, saving the result, and writing the tables.

A benchmark measures, saves one JSON file per table under `results/`, and never prints a
figure that is not in it. `save` also writes the table into README.md, between
`<!-- table:NAME -->` and `<!-- /table:NAME -->`.
"""

from __future__ import annotations

import json
import os
import platform
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

BENCHMARKS = Path(__file__).parent
RESULTS = BENCHMARKS / "results"
README = BENCHMARKS / "README.md"
FRONT_PAGE = BENCHMARKS.parent / "README.md"

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One timed run of a command."""

    seconds: float  # wall clock
    peak_bytes: int  # of the process and all its descendants together, at the worst sample
    output: str  # what it wrote to standard output


# --- measuring -------------------------------------------------------------------------------


def measure(
    command: Sequence[str | Path], cores: int | None = None, env: Mapping[str, str] | None = None
) -> Run:
    """Run a command to its end, on that many cores, and watch its memory.

    Raises RuntimeError with the end of what it wrote to standard error when it fails.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        affinity = sorted(os.sched_getaffinity(0))[:cores]
        if cores and len(affinity) < cores:
            raise RuntimeError(f"{cores} cores are wanted, this process may use {len(affinity)}")
        before = time.perf_counter()
        process = subprocess.Popen(
            ["taskset", "-c", ",".join(map(str, affinity)), *map(str, command)],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
        )
        memory = PeakMemory(process.pid)
        process.wait()
        seconds = time.perf_counter() - before
        peak = memory.stop()
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {errors.read()[-2000:]}")
        return Run(seconds, peak, output.read())


def repeat(action: Callable[[], Run], times: int = 3) -> list[Run]:
    """The same run a few times."""
    return [action() for _ in range(times)]


def median_seconds(runs: Iterable[Run]) -> float:
    """Median wall-clock time in seconds."""
    return statistics.median(run.seconds for run in runs)


def peak_mib(runs: Iterable[Run]) -> float:
    """The worst peak of all runs, in MiB."""
    return max(run.peak_bytes for run in runs) / 2**20


class PeakMemory:
    """Samples the memory of a process tree from a thread, until told to stop.

    Counts proportional set size, so that pages shared between the processes count once. A
    peak shorter than the interval may be missed.
    """

    def __init__(self, root: int, interval: float = 0.2) -> None:
        self._root = root
        self._interval = interval
        self._peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.is_set():
            self._peak = max(self._peak, sum(map(proportional_bytes, process_tree(self._root))))
            self._stop.wait(self._interval)

    def stop(self) -> int:
        """The peak in bytes."""
        self._stop.set()
        self._thread.join()
        return self._peak


def process_tree(root: int) -> set[int]:
    """A process, its descendants, and the orphans left in its session."""
    parents: dict[int, int] = {}
    sessions: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                stat = (entry / "stat").read_text()
            except OSError:  # ended meanwhile
                continue
            # The name before the last bracket may hold blanks and brackets itself.
            _state, parent, _group, session = stat.rpartition(")")[2].split()[:4]
            parents[int(entry.name)], sessions[int(entry.name)] = int(parent), int(session)
    tree = {root} | {process for process, session in sessions.items() if session == root}
    while found := {process for process, parent in parents.items() if parent in tree} - tree:
        tree |= found
    return tree


def proportional_bytes(process: int) -> int:
    """Proportional set size of a process, 0 when it is gone."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    match = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return int(match[1]) * 1024 if match else 0


# --- the circumstances -----------------------------------------------------------------------


def commit() -> str:
    """The commit, with `+` when there are changes on top.

    Outside a checkout it is what CODEGLOSS_COMMIT says, else `unknown`.
    """

    def git(*arguments: str) -> str:
        return subprocess.run(
            ["git", *arguments], cwd=BENCHMARKS, capture_output=True, text=True
        ).stdout.strip()

    revision = git("rev-parse", "--short=12", "HEAD")
    if not revision:
        return os.environ.get("CODEGLOSS_COMMIT", "unknown")
    return revision + ("+" if git("status", "--porcelain") else "")


def machine() -> dict[str, Any]:
    """Processor, cores this process may use, and memory in GiB."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
    }


def versions(libraries: Iterable[str]) -> dict[str, str]:
    """Versions of Python, of this package, and of the libraries that matter to the result."""
    return {"python": platform.python_version()} | {
        name: metadata.version(name) for name in ("codegloss", *libraries)
    }


# --- results and tables ----------------------------------------------------------------------


def save(name: str, rows: Sequence[Row], libraries: Iterable[str] = (), **about: Any) -> None:
    """Write `results/NAME.json` and the table NAME of README.md, in a new section if it has none.

    The project's own README.md gets the table too, where it has the mark for it.

    The rows have the same keys, which are the table's columns. `about` holds what else makes
    the figures understood: the input and its size, the number of repetitions.
    """
    result = {
        "name": name,
        "measured": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "machine": machine(),
        "versions": versions(libraries),
        "about": about,
        "rows": list(rows),
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
    README.write_text(with_tables(with_mark(README.read_text("utf-8"), name), RESULTS), "utf-8")
    FRONT_PAGE.write_text(with_tables(FRONT_PAGE.read_text("utf-8"), RESULTS), "utf-8")


def readable(value: Any) -> str:
    """A cell: three significant digits for fractions, thousands apart for whole numbers."""
    if value is None:
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value).replace("|", "\\|")
    if isinstance(value, float) and abs(value) < 100:
        return f"{value:#.3g}".rstrip(".")
    return f"{value:,.0f}"


def render(result: Mapping[str, Any]) -> str:
    """A result as a Markdown table, and a line on when and where it was measured."""
    rows = result["rows"]
    columns = list(rows[0])
    numeric = [all(isinstance(row[column], int | float | None) for row in rows) for column in columns]
    lines = [columns, ["--:" if right else "---" for right in numeric]]
    lines += [[readable(row[column]) for column in columns] for row in rows]
    where = result["machine"]
    about = "".join(f", {key.replace('_', ' ')}: {readable(value)}" for key, value in result["about"].items())
    note = (
        f"{result['measured']}, commit {result['commit']}, {where['processor']}, {where['cores']} cores, "
        f"{readable(where['memory_gib'])} GiB, Python {result['versions']['python']}{about}."
    )
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + f"\n\n{note}"


def with_mark(text: str, name: str) -> str:
    """A document with a place for the table NAME: its own, or a new section at the end."""
    mark = f"<!-- table:{name} -->"
    return text if mark in text else f"{text}\n## {name}\n\n{mark}\n<!-- /table:{name} -->\n"


def with_tables(text: str, results: Path) -> str:
    """A document with each of its marked tables written anew from the results.

    Raises FileNotFoundError for a mark without its result.
    """

    def table(mark: re.Match[str]) -> str:
        result = json.loads((results / f"{mark[1]}.json").read_text("utf-8"))
        return f"<!-- table:{mark[1]} -->\n{render(result)}\n<!-- /table:{mark[1]} -->"

    return re.sub(r"<!-- table:([\w-]+) -->\n.*?<!-- /table:\1 -->", table, text, flags=re.DOTALL)
