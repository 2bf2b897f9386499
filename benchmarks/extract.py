"""How fast extraction is, and how much memory it takes: the whole job, from the walk to the Parquet files.

    python benchmarks/extract.py one-core PATH…        against tree-sitter merely parsing the same files
    python benchmarks/extract.py two-cores PATH…       against itself on one core; give 200 MB of source
    python benchmarks/extract.py memory PATH…          the same tree once, 4 and 16 times
    python benchmarks/extract.py languages FOLDER…     one folder of real trees per language
    python benchmarks/extract.py codetext PYTHON PATH…  against CodeText's toolkit, in its own environment

Everything is timed from outside, the start of the interpreter included; only the two peers
report the time of their loop alone, which favours them. Runs alternate, so that a slow
minute of the machine hits both sides.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from common import Run, measure, save

LIBRARIES = ("tree-sitter", "daft", "pyarrow")
PEERS = Path(__file__).parent / "peers"
CODEGLOSS = Path(sys.executable).with_name("codegloss")
REPETITIONS = 3


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on the disk of the working directory, removed afterwards."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("SCRATCH")) as folder:
        yield Path(folder)


def extract(paths: Sequence[Path], cores: int, *options: str) -> tuple[Run, dict[str, Any]]:
    """One run of the command on that many cores, and its manifest."""
    with scratch() as folder:
        run = measure(
            [CODEGLOSS, "extract", *paths, "--out", folder / "out", "--quiet", "--json", *options], cores
        )
        return run, json.loads(run.output)


def source_bytes(paths: Sequence[Path]) -> int:
    """Bytes of the files that extraction keeps."""
    with scratch() as folder:
        measure([CODEGLOSS, "extract", *paths, "--out", folder / "out", "--quiet"])
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        return int(pc.sum(pq.read_table(folder / "out" / "files", columns=["size"])["size"]).as_py())


def one_core(paths: Sequence[Path]) -> None:
    """Ratio to the limit, on one core."""
    whole, limit = [], []
    for _ in range(REPETITIONS):
        run, manifest = extract(paths, 1)
        whole.append(run.seconds)
        limit.append(json.loads(measure([sys.executable, PEERS / "parse_only.py", *paths], 1).output))
    size = limit[0]["bytes"]
    parsing, extracting = statistics.median(run["seconds"] for run in limit), statistics.median(whole)
    functions = manifest["tables"]["functions"]["rows"]
    rows = [
        {
            "job": "tree-sitter parsing alone",
            "files": limit[0]["files"],
            "functions": None,
            "seconds": parsing,
            "MB/s": size / parsing / 1e6,
            "ratio": 1.0,
        },
        {
            "job": "codegloss extract, everything",
            "files": manifest["kept"],
            "functions": functions,
            "seconds": extracting,
            "MB/s": size / extracting / 1e6,
            "ratio": parsing / extracting,
        },
    ]
    save(
        "extract_one_core", rows, LIBRARIES, input=names(paths), source_MB=size / 1e6, repetitions=REPETITIONS
    )


def two_cores(paths: Sequence[Path]) -> None:
    """Speed on two cores over speed on one."""
    size = source_bytes(paths)
    seconds: dict[int, list[float]] = {1: [], 2: []}
    peaks: dict[int, list[int]] = {1: [], 2: []}
    for _ in range(REPETITIONS):
        for cores in (1, 2):
            run, manifest = extract(paths, cores)
            seconds[cores].append(run.seconds)
            peaks[cores].append(run.peak_bytes)
    one = statistics.median(seconds[1])
    rows = [
        {
            "cores": cores,
            "functions": manifest["tables"]["functions"]["rows"],
            "seconds": statistics.median(times),
            "MB/s": size / statistics.median(times) / 1e6,
            "speed-up": one / statistics.median(times),
            "peak MiB": max(peaks[cores]) / 2**20,
        }
        for cores, times in seconds.items()
    ]
    save(
        "extract_two_cores",
        rows,
        LIBRARIES,
        input=names(paths),
        source_MB=size / 1e6,
        repetitions=REPETITIONS,
    )


def memory(paths: Sequence[Path]) -> None:
    """Peak memory over the size of the input."""
    size = source_bytes(paths)
    rows = []
    for times in (1, 4, 16):
        with scratch() as folder:
            for copy in range(times):
                for path in paths:
                    shutil.copytree(
                        path,
                        folder / "in" / f"copy-{copy}" / path.name,
                        symlinks=True,
                        ignore_dangling_symlinks=True,
                    )
            run, manifest = extract([folder / "in"], 2)
        rows.append(
            {
                "input": f"{times}×",
                "source MB": times * size / 1e6,
                "files": manifest["kept"],
                "functions": manifest["tables"]["functions"]["rows"],
                "seconds": run.seconds,
                "peak MiB": run.peak_bytes / 2**20,
            }
        )
    save("extract_memory", rows, LIBRARIES, input=names(paths), cores=2)


def languages(folders: Sequence[Path]) -> None:
    """Functions and speed by language."""
    rows = []
    for folder in folders:
        run, manifest = extract([folder], 2)
        size = source_bytes([folder])
        functions = manifest["tables"]["functions"]["rows"]
        rows.append(
            {
                "tree": folder.name,
                "files": manifest["kept"],
                "dropped": manifest["dropped"],
                "failed": manifest["failed"],
                "functions": functions,
                "source MB": size / 1e6,
                "seconds": run.seconds,
                "functions/s": functions / run.seconds,
                "MB/s": size / run.seconds / 1e6,
            }
        )
    total: dict[str, Any] = {"tree": "all"}
    for column in ("files", "dropped", "failed", "functions", "source MB", "seconds"):
        total[column] = sum(row[column] for row in rows)
    total |= {
        "functions/s": total["functions"] / total["seconds"],
        "MB/s": total["source MB"] / total["seconds"],
    }
    save("extract_languages", [*rows, total], LIBRARIES, cores=2, repetitions=1)


def codetext(python: str, paths: Sequence[Path]) -> None:
    """Ratio to CodeText on the same Python files, on one core."""
    files = [
        str(file)
        for path in paths
        for file in sorted(path.rglob("*.py"))
        if "site-packages" not in file.relative_to(path).parts and file.stat().st_size
    ]
    theirs, ours = [], []
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("\n".join(files))
        listing.flush()
        for _ in range(REPETITIONS):
            theirs.append(json.loads(measure([python, PEERS / "codetext_all.py", listing.name], 1).output))
            run, manifest = extract(paths, 1, "--language", "python")
            ours.append(run.seconds)
    peer, own = statistics.median(run["seconds"] for run in theirs), statistics.median(ours)
    size = sum(Path(file).stat().st_size for file in files)
    rows = [
        {
            "job": "CodeText 0.0.9, `parse_file`",
            "functions": theirs[0]["functions"],
            "failed files": theirs[0]["failed"],
            "seconds": peer,
            "MB/s": theirs[0]["bytes"] / peer / 1e6,
            "ratio": 1.0,
        },
        {
            "job": "codegloss extract, everything",
            "functions": manifest["tables"]["functions"]["rows"],
            "failed files": manifest["failed"],
            "seconds": own,
            "MB/s": size / own / 1e6,
            "ratio": (size / own) / (theirs[0]["bytes"] / peer),
        },
    ]
    save(
        "extract_codetext", rows, LIBRARIES, input=names(paths), source_MB=size / 1e6, repetitions=REPETITIONS
    )


def names(paths: Sequence[Path]) -> str:
    """Last parts of the paths."""
    return ", ".join(path.resolve().name for path in paths)


def main() -> None:
    """Run the part that the first argument names."""
    part, *arguments = sys.argv[1:] or ["help"]
    parts = {"one-core": one_core, "two-cores": two_cores, "memory": memory, "languages": languages}
    if part == "codetext" and len(arguments) > 1:
        codetext(arguments[0], [Path(path) for path in arguments[1:]])
    elif part in parts and arguments:
        parts[part]([Path(path) for path in arguments])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
