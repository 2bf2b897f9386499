"""`check` beside pydoclint, darglint, docsig and ruff: what each finds, how often it is wrong, its time.

    python -m venv PEERS && PEERS/bin/pip install pydoclint darglint docsig ruff
    pip download --no-deps -d WHEELS google_auth==2.62.2 …          # the PACKAGES below
    python benchmarks/linters.py WHEELS --peers PEERS/bin --work FOLDER [--judge FILE] [--save]

Of each package some files are taken, by lot; where the kinds that are rare can be planted, those first. All
tools get the same files, and are told the style and the habits of a package where they ask for them.

Found: faults are planted in docstrings that agree with their code (linters_plants.py), and a fault is found
when a tool says something of that function which it did not say before. False alarms: what a tool says of the
files as they are, for each thousand functions with a docstring; of 25 such reports a tool, drawn by lot, a
reader who did not see whose they were says what they are worth (results/verdicts/linters.json). `--judge`
writes those that nobody has read yet. Time: wall clock of one process a package, start-up included.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from statistics import median

import codegloss
from cells import Message, cell, digest, digest_of_file, say
from common import RESULTS, save
from linters_codes import nature_of, neutral
from linters_docstrings import definitions
from linters_files import Functions, Place, by_place, prepare
from linters_peers import TIMED, TOOLS, Answer, Habits, Report, Tool, ask, command
from linters_plants import CONTRADICTIONS, OMISSIONS, Plant

PROCESSOR_SECONDS = 2  # for a file; one that takes darglint longer is not read
LIMIT = 300  # seconds of wall clock for all files, in the timed runs
SAMPLE = 25  # reports of a tool that are read
VERDICTS = RESULTS / "verdicts" / "linters.json"


# --- asking ----------------------------------------------------------------------------------


@cache
def version(tool: Tool, programs: Path) -> str:
    """What a tool says of its version; for ours, which is worked on, what its files are."""
    if tool.program == "codegloss":
        files = sorted(Path(codegloss.__file__).parent.rglob("*.py"))
        return digest(*map(digest_of_file, files))
    line = [command(tool, programs, Habits("google", False, False), [])[0], "--version"]
    return subprocess.run(line, capture_output=True, text=True, check=True).stdout.split()[-1]


def answer(
    tool: Tool, programs: Path, habits: Habits, root: Path, files: Sequence[str], cells: Path
) -> Answer:
    """What a tool says of a package's files; what it said before, where nothing has changed since."""

    def compute() -> Message:
        say(f"{tool.name}: {len(files)} files of {files[0].split('/')[0]} in {root.name}")
        return asdict(ask(tool, programs, habits, root, files, PROCESSOR_SECONDS))

    line = command(tool, programs, habits, [])[1:]
    sources = [(file, digest_of_file(root / file)) for file in files]
    key = digest(version(tool, programs), line, PROCESSOR_SECONDS, sources)
    said = cell(cells, f"{tool.program}-{key}", compute)
    return Answer([Report(**report) for report in said["reports"]], said["unread"])


def said_of(root: Path, reports: Sequence[Report]) -> dict[Place, Counter[tuple[str, str]]]:
    """Codes and messages for each function, whatever the line."""
    said = defaultdict[Place, Counter[tuple[str, str]]](Counter)
    for place, report in by_place(root, reports):
        said[place][report.code, report.message] += 1
    return said


# --- the measurements ------------------------------------------------------------------------


def outcomes(work: Path, found: Sequence[Plant], answers: dict[str, dict[str, Answer]]) -> list[Message]:
    """Each plant, and what each tool says of its function only since it was planted."""
    said = {
        tool: (
            said_of(work / "clean", trees["clean"].reports),
            said_of(work / "planted", trees["planted"].reports),
        )
        for tool, trees in answers.items()
    }
    rows = []
    for plant in found:
        place = plant.function.path, plant.function.name
        fresh = {
            tool: [
                f"{code} {message}"
                for code, message in after.get(place, Counter()) - before.get(place, Counter())
            ]
            for tool, (before, after) in said.items()
        }
        rows.append(
            {
                "kind": plant.kind,
                "style": plant.function.style,
                "path": plant.function.path,
                "function": plant.function.name,
                "before": plant.before,
                "after": plant.after,
                "said": fresh,
            }
        )
    return rows


def sample(work: Path, tool: str, reports: Sequence[Report], seed: int) -> list[Message]:
    """Reports drawn by lot, so that one that stays is drawn again whatever else is said."""
    rows = {
        digest(seed, *place, report.code, report.message): (place, report)
        for place, report in by_place(work / "clean", reports)
    }
    return [
        {"id": key, "tool": tool, "path": place[0], "function": place[1], "code": report.code,
         "message": report.message}
        for key, (place, report) in sorted(rows.items())[:SAMPLE]
    ]  # fmt: skip


def to_judge(work: Path, drawn: Sequence[Message], seed: int) -> str:
    """What nobody has read yet: the claim and the function, in an order that tells no tool."""
    pages = {}
    for row in drawn:
        source = (work / "clean" / row["path"]).read_text("utf-8")
        node = next(node for name, node in definitions(ast.parse(source)) if name == row["function"])
        text = ast.get_source_segment(source, node, padded=True) or ""
        pages[row["id"]] = (
            f"##### {row['id']}  {row['path']}\nCLAIM: {neutral(row['code'], row['message'])}\n{text}\n"
        )
    keys = sorted(pages)
    random.Random(seed).shuffle(keys)
    return "\n".join(pages[key] for key in keys)


def timed(
    tool: Tool, programs: Path, chosen: dict[str, tuple[Habits, list[str]]], root: Path
) -> float | None:
    """Seconds for all packages, one process each; None past the limit."""
    before = time.perf_counter()
    for habits, files in chosen.values():
        if habits.style in tool.styles:
            left = LIMIT - (time.perf_counter() - before)
            line = command(tool, programs, habits, files)
            try:
                subprocess.run(
                    line, cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=max(left, 0.1)
                )
            except subprocess.TimeoutExpired:
                return None
    return time.perf_counter() - before


def kinds_table(rows: Sequence[Message]) -> list[Message]:
    """Found, by kind and tool; contradictions before omissions."""
    table = []
    groups = [
        *((kind, (kind,)) for kind in CONTRADICTIONS),
        ("contradictions", tuple(CONTRADICTIONS)),
        *((kind, (kind,)) for kind in OMISSIONS),
        ("omissions", tuple(OMISSIONS)),
    ]
    for label, kinds in groups:
        own = [row for row in rows if row["kind"] in kinds]
        told = {tool.name: sum(bool(row["said"][tool.name]) for row in own) for tool in TOOLS}
        table.append({"planted": label, "number": len(own)} | told)
    return table


def tools_table(
    rows: Sequence[Message], answers: dict[str, dict[str, Answer]], drawn: dict[str, list[Message]],
    chosen: dict[str, tuple[Habits, list[str]]], work: Path,
) -> list[Message]:  # fmt: skip
    """A row a tool: what it found, what it says of a thousand functions, and what that was worth."""
    verdicts = {row["id"]: row["verdict"] for row in json.loads(VERDICTS.read_text("utf-8"))}
    table = []
    for tool in TOOLS:
        clean = answers[tool.name]["clean"]
        read = [
            file for habits, files in chosen.values() if habits.style in tool.styles
            for file in files if file not in clean.unread
        ]  # fmt: skip
        functions = sum(
            len(Functions((work / "clean" / file).read_text("utf-8")).documented) for file in read
        )
        natures = Counter(
            nature_of(report.code, report.message) for _, report in by_place(work / "clean", clean.reports)
        )
        judged = Counter(verdicts[row["id"]] for row in drawn[tool.name] if row["id"] in verdicts)
        found = {
            group: f"{sum(bool(row['said'][tool.name]) for row in own)} of {len(own)}"
            for group, kinds in (("contradictions found", CONTRADICTIONS), ("omissions found", OMISSIONS))
            for own in [[row for row in rows if row["kind"] in kinds]]
        }
        table.append(
            {
                "tool": tool.name,
                **found,
                "functions read": functions,
                **{f"{nature} reported per 1,000": 1000 * natures[nature] / functions for nature in
                   ("contradictions", "omissions", "format")},
                "reports judged": judged.total(),
                "a contradiction": judged["contradiction"],
                "an omission or format": judged["omission"] + judged["format"],
                "wrong": judged["wrong"],
            }
        )  # fmt: skip
    return table


def time_table(times: dict[str, list[float | None]]) -> list[Message]:
    """Median seconds of each tool, and how many times those of ours that is."""
    ours = median(one for one in times["codegloss"] if one)
    rows = []
    for tool, all_ in times.items():
        full = [one for one in all_ if one is not None]
        seconds = median(full) if len(full) == len(all_) else None
        rows.append(
            {
                "tool": tool,
                "seconds": round(seconds, 2) if seconds else f"over {LIMIT}",
                "times codegloss": f"{seconds / ours:.2f}" if seconds else f"over {LIMIT / ours:.0f}",
                "runs": len(all_),
            }
        )
    return rows


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheels", type=Path)
    parser.add_argument("--peers", type=Path, required=True, help="the folder of the peers' programs")
    parser.add_argument(
        "--work", type=Path, required=True, help="a folder for the files and the peers' answers"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeat", type=int, default=3, help="timed runs of each tool; 0 for none")
    parser.add_argument("--out", type=Path, help="a JSON file for the plants and what was said of each")
    parser.add_argument(
        "--judge", type=Path, help="a file for the reports of the sample that nobody has read yet"
    )
    parser.add_argument("--save", action="store_true", help="write the tables into results/ and README.md")
    arguments = parser.parse_args()
    work: Path = arguments.work.resolve()
    chosen, found = prepare(arguments.wheels, work, arguments.seed)
    say(f"{sum(len(files) for _, files in chosen.values())} files, {len(found)} plants")
    for release, (habits, files) in chosen.items():
        say(f"  {release}: {len(files)} files, {habits}")
    answers: dict[str, dict[str, Answer]] = {}
    for tool in TOOLS:
        answers[tool.name] = {}
        skipped: set[str] = set()
        for tree in ("clean", "planted"):
            all_ = [
                answer(tool, arguments.peers, habits, work / tree, left, work / "cells")
                for habits, files in chosen.values()
                if habits.style in tool.styles and (left := [file for file in files if file not in skipped])
            ]
            skipped = {file for one in all_ for file in one.unread}
            answers[tool.name][tree] = Answer(
                [report for one in all_ for report in one.reports], sorted(skipped)
            )
    rows = outcomes(work, found, answers)
    drawn = {
        tool: sample(work, tool, trees["clean"].reports, arguments.seed) for tool, trees in answers.items()
    }
    if arguments.out:
        arguments.out.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if arguments.judge:
        known = {row["id"] for row in json.loads(VERDICTS.read_text("utf-8"))}
        fresh = [row for own in drawn.values() for row in own if row["id"] not in known]
        arguments.judge.write_text(to_judge(work, fresh, arguments.seed), "utf-8")
        say(f"{len(fresh)} reports to be judged")
        arguments.judge.with_suffix(".json").write_text(json.dumps(fresh, indent=1), "utf-8")
    tables = {"linters": tools_table(rows, answers, drawn, chosen, work), "linters_kinds": kinds_table(rows)}
    times: dict[str, list[float | None]] = {tool.name: [] for tool in TIMED}
    for _ in range(arguments.repeat):
        for tool in TIMED:
            if None not in times[tool.name]:  # past the limit once is enough
                times[tool.name].append(timed(tool, arguments.peers, chosen, work / "clean"))
    if arguments.repeat:
        tables["linters_time"] = time_table(times)
    for name, table in tables.items():
        for row in table:
            say(f"{name}: {row}")
    if arguments.save:
        about = {
            "files": sum(len(files) for _, files in chosen.values()),
            "packages": ", ".join(chosen),
            "peers": ", ".join(f"{tool.program} {version(tool, arguments.peers)}" for tool in TOOLS[2:]),
            f"files that darglint did not read in {PROCESSOR_SECONDS} s each": len(
                answers["darglint"]["clean"].unread
            ),
            "not run": "ruff on sphinx, which it does not know",
            "seed": arguments.seed,
        }
        for name, table in tables.items():
            save(name, table, ("tree-sitter",), **about)


if __name__ == "__main__":
    main()
