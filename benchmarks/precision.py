"""How many findings of `codegloss check` are true: a sample drawn by seed, read by hand, and counted.

    python benchmarks/precision.py draw OUT.json PATH… [--many PATH] [--skip NAME]
    python benchmarks/precision.py table VERDICTS.json [--name precision]

`draw` checks each PATH, a package as a folder or an archive, or a dataset of functions of which each
repository is a package, and draws 50 findings: at most 3 of a package (10 of one given by `--many`), 10 of a
rule that compares claims, and at least 20 of the classifier's where there are so many. What is written for
the reader has comment and code, and no confidence. The reader, who did not write the rules, adds to each
finding a `verdict` (true, false or unclear) and a `reason`; `table` counts.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cells import say
from codegloss.dataset import Dataset
from codegloss.extract import extract
from codegloss.quality.claims.check import check
from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE
from codegloss.quality.known import known_of
from codegloss.quality.linter.configuration import chosen
from codegloss.quality.linter.doubts import RULES as DOUBTS
from codegloss.quality.linter.doubts import doubts
from codegloss.quality.linter.examine import Job
from codegloss.quality.linter.gathering import gather
from codegloss.quality.linter.rules import RULES
from codegloss.quality.linter.spread import examine_all
from codegloss.quality.surroundings import names_around
from codegloss.records import Finding, Function, from_row
from common import RESULTS, save

WANTED = 50
OF_THE_CLASSIFIER = 20
OF_A_RULE = 10
OF_A_PACKAGE = 3
OF_MANY = 10
LEARNED = frozenset(rule.code for rule in DOUBTS)
MOST_CODE = 6_000  # characters that the reader is shown
SEED = 29


def findings(path: Path, workers: int) -> list[Finding]:
    """What `codegloss check PATH` shows where nothing else is said."""
    gathered = gather([path], [], None)
    job = Job(chosen(RULES), frozenset(), names_around([path]), folder=str(path.resolve()))
    examined = examine_all(gathered.sources, job, workers)
    say(f"{path.name}: {len(examined.found)} findings in {examined.commented:,} comments")
    return [located.finding for located in examined.found]


def of_packages(paths: Sequence[Path], workers: int) -> Iterator[tuple[str, Finding, Function]]:
    """Package, finding and function, package by package."""
    for path in paths:
        found = {finding.function: finding for finding in findings(path, workers)}
        for row in extract(path) if found else ():
            if isinstance(row, Function) and row.id in found:
                yield path.name, found[row.id], row


def of_repositories(path: Path, skipped: Collection[str]) -> Iterator[tuple[str, Finding, Function]]:
    """The same of the repositories of a dataset, from its rows."""
    repositories = defaultdict[str, list[Function]](list)
    for batch in Dataset.open(path).batches("functions"):
        for row in batch.to_pylist():
            repositories[row["repository"]].append(from_row(row, Function))
    for name, functions in repositories.items():
        if name in skipped:
            continue
        known, files = known_of(functions), defaultdict[str, list[Function]](list)
        for function in functions:
            files[function.path].append(function)
        for file in files.values():
            for function in file:
                yield from ((name, finding, function) for finding in shown(check(function, known)))
            doubted = doubts(file, {one.id for one in file}, LEARNED)
            yield from ((name, finding, function) for function, finding in doubted if shown([finding]))


def shown(found: Iterable[Finding]) -> list[Finding]:
    """Those that `check` shows where nothing else is said."""
    return [finding for finding in found if finding.confidence >= DEFAULT_CONFIDENCE]


def drawn(
    found: Sequence[tuple[str, Finding, Function]], many: str | None
) -> list[tuple[str, Finding, Function]]:
    """A sample within the bounds above: the classifier's first, then the others, each in random order."""
    order = random.Random(SEED)
    shuffled = order.sample(sorted(found, key=lambda one: (one[0], one[2].id)), len(found))
    packages, rules, kept = Counter[str](), Counter[str](), []
    for learned, most in ((True, OF_THE_CLASSIFIER), (False, WANTED), (True, WANTED)):
        for one in shuffled:
            package, finding, _ = one
            bound = OF_MANY if package == many else OF_A_PACKAGE
            is_learned = finding.rule in LEARNED
            if is_learned != learned or one in kept or len(kept) >= min(WANTED, most):
                continue
            if packages[package] >= bound or (not is_learned and rules[finding.rule] >= OF_A_RULE):
                continue
            kept.append(one)
            packages[package] += 1
            rules[finding.rule] += 1
    return order.sample(kept, len(kept))


def draw(arguments: argparse.Namespace) -> None:
    """Write the sample for the reader."""
    paths = [*arguments.path, *([arguments.many] if arguments.many else [])]
    datasets = [path for path in paths if (path / "manifest.json").is_file()]
    found = list(of_packages([path for path in paths if path not in datasets], arguments.workers))
    for path in datasets:
        found += of_repositories(path, arguments.skip)
    sample = drawn(found, arguments.many.name if arguments.many else None)
    sheet = [
        {
            "number": number, "package": package, "path": f"{function.path}:{finding.line}",
            "function": function.qualified_name, "rule": finding.rule, "message": finding.message,
            "comment": function.comment, "code": function.code[:MOST_CODE], "verdict": "", "reason": "",
        }
        for number, (package, finding, function) in enumerate(sample, 1)
    ]  # fmt: skip
    text = json.dumps(
        {
            "packages": sorted(
                {path.name for path in paths if path not in datasets} | {one[0] for one in found}
            ),
            "findings": Counter(finding.rule for _, finding, _ in found),
            "sample": sheet,
        },
        indent=1,
        ensure_ascii=False,
    )
    arguments.out.write_text(text + "\n", "utf-8")
    say(f"{len(sheet)} of {len(found)} findings: {arguments.out}")


def table(arguments: argparse.Namespace) -> None:
    """Count the verdicts; keep them, with as much of comment and code as the message quotes."""
    sheet = json.loads(arguments.verdicts.read_text("utf-8"))
    sample: list[dict[str, Any]] = sheet["sample"]
    unread = [one["number"] for one in sample if one["verdict"] not in ("true", "false", "unclear")]
    if unread:
        raise SystemExit(f"{arguments.verdicts}: no verdict on {', '.join(map(str, unread))}")
    groups = {"all": sample, "the classifier": [one for one in sample if one["rule"] in LEARNED]}
    groups["claims"] = [one for one in sample if one["rule"] not in LEARNED]
    groups |= {code: [one for one in sample if one["rule"] == code] for code in sorted(sheet["findings"])}
    rows = []
    for name, some in groups.items():
        verdicts = Counter(one["verdict"] for one in some)
        rows.append(
            {
                "findings": name, "read": len(some), **{v: verdicts[v] for v in ("true", "unclear", "false")},
                "share true": verdicts["true"] / len(some) if some else None,
            }
        )  # fmt: skip
    kept = [{key: value for key, value in one.items() if key not in ("comment", "code")} for one in sample]
    save(
        arguments.name,
        rows,
        (),
        packages=", ".join(re.sub(r"\.orig\.tar\.\w+$|\.tgz$", "", name) for name in sheet["packages"]),
        found_in_all=sum(sheet["findings"].values()),
    )
    text = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / "verdicts" / f"{arguments.name}.json").write_text(text, "utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="check packages, and draw findings for a reader")
    drawing.add_argument("out", type=Path)
    drawing.add_argument("path", type=Path, nargs="+")
    drawing.add_argument("--many", type=Path, help="the package of which more may be drawn")
    drawing.add_argument("--skip", action="append", default=[], help="a repository of the dataset")
    drawing.add_argument("--workers", type=int, default=2)
    drawing.set_defaults(run=draw)
    counting = commands.add_parser("table", help="count a reader's verdicts")
    counting.add_argument("verdicts", type=Path)
    counting.add_argument("--name", default="precision", help="of the table and of the kept verdicts")
    counting.set_defaults(run=table)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
