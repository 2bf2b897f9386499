"""Findings as `codegloss check` prints them: for people, for programs, for GitHub's pull requests."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from codegloss.cli.cards import printable

if TYPE_CHECKING:
    from codegloss.quality.claims.rule import Rule
    from codegloss.quality.linter.examine import Examined, Located
    from codegloss.quality.linter.gathering import Gathered
    from codegloss.records import Finding


def lines(form: str, found: Sequence[Located], counts: Counts, rules: Sequence[Rule]) -> Iterator[str]:
    """What goes to standard output in one of the forms `text`, `json`, `sarif` and `github`."""
    if form == "sarif":
        from codegloss.quality.linter.sarif import sarif

        yield json.dumps(sarif(found, rules), indent=2, ensure_ascii=False)
    elif form == "json":
        findings = [asdict(located.finding) for located in found]
        yield json.dumps({"findings": findings, "summary": asdict(counts)}, indent=2, ensure_ascii=False)
    else:
        for located in found:
            yield _github(located.finding) if form == "github" else _text(located.finding)


def _text(finding: Finding) -> str:
    message = " ".join(finding.message.split())
    return printable(f"{finding.path}:{finding.line}: {finding.rule} {message}")


def _github(finding: Finding) -> str:
    """A workflow command that GitHub shows beside the line.

    Escapes as `@actions/core` does; without them a message could end the command and begin another.
    """
    properties = {"file": finding.path, "line": str(finding.line), "title": f"{finding.rule} {finding.name}"}
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::warning {listed}::{_data(' '.join(finding.message.split()))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was met and what came of it, in numbers."""

    files: int  # read
    dropped: dict[str, int]  # files, by reason
    excluded: int  # files
    failed: int  # files and functions
    functions: int
    commented: int
    stale: int | None  # commented, code changed, comment not; None without --diff
    unsupported: dict[str, int]  # comments that were not judged, by reason
    findings: int
    rules: dict[str, int]  # findings by code
    suppressed: int  # findings
    baseline: int  # findings that stand in the baseline


def counts_of(gathered: Gathered, examined: Examined, found: Sequence[Located], known: int) -> Counts:
    """The counts of a run; `known` findings stand in the baseline."""
    return Counts(
        files=len(examined.files),
        dropped=_most_first(row.reason for row in (*gathered.dropped, *examined.dropped)),
        excluded=gathered.excluded,
        failed=len(gathered.failed) + len(examined.failed),
        functions=examined.functions,
        commented=examined.commented,
        stale=None if gathered.before is None else examined.commented - examined.unchanged,
        unsupported=_most_first(examined.unsupported.elements()),
        findings=len(found),
        rules=_most_first(located.finding.rule for located in found),
        suppressed=examined.suppressed,
        baseline=known,
    )


def _most_first(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items(), key=lambda item: (-item[1], item[0])))


def summary(counts: Counts) -> Iterator[str]:
    """The counts in lines for people: what was found, what was read, what was left out and why."""
    head = _counted(counts.findings, "finding")
    head += f" ({_listed(counts.rules)})" if counts.rules else ""
    read = f"{_counted(counts.functions, 'function')} in {_counted(counts.files, 'file')}"
    read += f", {counts.commented:,} commented"
    if counts.stale is not None:
        read += f", {counts.stale:,} of these with changed code below an unchanged comment"
    yield f"{head}; {read}"
    if counts.unsupported:
        yield f"comments not judged: {_listed(counts.unsupported)}"
    if counts.suppressed or counts.baseline:
        yield f"findings left out: {counts.suppressed:,} suppressed, {counts.baseline:,} in the baseline"
    files = counts.dropped | ({"excluded": counts.excluded} if counts.excluded else {})
    if files:
        yield f"files left out: {_listed(files)}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def _listed(counts: Mapping[str, int]) -> str:
    """`CG101 12, CG301 3`."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
