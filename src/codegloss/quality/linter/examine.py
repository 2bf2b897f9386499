"""Checks one source file: finds its functions, asks the rules, leaves out what is suppressed there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from codegloss.extract.embedded import notebook
from codegloss.extract.repos import DiscoveryOptions, read
from codegloss.extract.repos.sources import opened_as, shown
from codegloss.extract.stage import Extraction
from codegloss.extract.text import decode
from codegloss.quality.claims.check import check, unsupported
from codegloss.quality.linter.changed import left_behind
from codegloss.quality.linter.configuration import Switched
from codegloss.quality.linter.doubts import doubts
from codegloss.quality.linter.suppression import MARK, around, suppressions
from codegloss.records import Dropped, Failed, Finding, Function, Source

PARAMETERS = "CG10"  # the beginning of the codes of rules on which parameters there are


@dataclass(frozen=True, slots=True)
class Located:
    """A finding, and where on this machine it is."""

    finding: Finding  # its `path` as it is shown
    file: str  # absolute path of the file, or of the archive and, behind a slash, the member
    ordinal: int  # of the function, see `Function.ordinal`


@dataclass(frozen=True, slots=True)
class Unknown:
    """A suppression that names rules which there are not."""

    path: str  # as shown
    line: int
    words: tuple[str, ...]


@dataclass(slots=True)
class Examined:
    """What was met in some files, and what was found."""

    found: list[Located] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # those that were read; see `Located.file`
    functions: int = 0
    commented: int = 0
    unchanged: int = 0  # commented, but not asked about: code or comment did not change as `before` asks
    suppressed: int = 0  # findings
    unsupported: Counter[str] = field(default_factory=Counter)  # why commented functions were not judged
    unknown: list[Unknown] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)  # their `path` as shown, as that of the next
    failed: list[Failed] = field(default_factory=list)

    def add(self, other: Examined) -> None:
        """Take in what another one has."""
        for name in ("found", "files", "unknown", "dropped", "failed"):
            getattr(self, name).extend(getattr(other, name))
        for name in ("functions", "commented", "unchanged", "suppressed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unsupported.update(other.unsupported)

    def sort(self) -> None:
        """Worst first: by confidence, then place; so that the order files were read in does not show."""
        self.found.sort(key=lambda one: (-one.finding.confidence, one.finding.path, one.finding.line))
        self.unknown.sort(key=lambda unknown: (unknown.path, unknown.line))
        self.dropped.sort(key=lambda dropped: dropped.path)
        self.failed.sort(key=lambda failed: failed.path)


@dataclass(frozen=True, slots=True)
class Job:
    """What holds for all files of a run."""

    rules: tuple[Switched, ...]
    words: frozenset[str]  # codes and names of all rules, switched on or not
    known: Container[str] | None = None  # names of the project
    before: Mapping[str, bytes] | None = None  # old content by `Located.file`: then only what changed counts
    folder: str = ""  # absolute; paths below it are shown relative to it
    options: DiscoveryOptions = field(default_factory=DiscoveryOptions)

    def least(self) -> dict[str, float]:
        """How certain a finding must be to be shown, by the code of its rule."""
        return {switched.rule.code: switched.min_confidence for switched in self.rules}


def file_of(source: Source) -> str:
    """Absolute path of a source, that of its archive or table and its own in it where it lies in one."""
    inside = source.member or (source.path if source.content is not None else None)
    location = opened_as(source.location)
    return f"{location}/{inside}" if inside else location


def shown_path(file: str, folder: str) -> str:
    """An absolute path as a reader knows it: relative to `folder` where it lies below."""
    return shown(file.removeprefix(folder.rstrip("/") + "/"))


def failed(source: Source, error: BaseException, job: Job, line: int | None = None) -> Examined:
    """What is told of a source on which the check raised, or of the function that begins on that line."""
    path = shown_path(file_of(source), job.folder) + (f":{line}" if line else "")
    message = str(error).partition("\n")[0]
    return Examined(failed=[Failed(source.repository, path, type(error).__name__, message)])


def examine(source: Source, job: Job) -> Examined:
    """Check the functions of one source. What it raises is caught, and told in the result."""
    try:
        return _examine(source, job)
    except Exception as error:
        return failed(source, error, job)


def _examine(source: Source, job: Job) -> Examined:
    data = read(source, job.options.max_file_bytes)
    file = file_of(source)
    rows = Extraction(job.options).rows(replace(source, content=data))
    functions = [row for row in rows if isinstance(row, Function)]
    result = Examined(
        dropped=[replace(row, path=shown_path(file, job.folder)) for row in rows if isinstance(row, Dropped)],
        functions=len(functions),
        commented=sum(function.comment is not None for function in functions),
    )
    if len(result.dropped) == len(rows):
        return result
    result.files.append(file)
    asked = [function for function in functions if function.comment is not None]
    if job.before is not None:
        asked = left_behind(_functions_before(source, job.before[file], job), functions)
        result.unchanged = result.commented - len(asked)
    found: list[tuple[Function, Finding]] = []
    often = Counter(function.qualified_name for function in functions)
    for function in asked:
        if reason := unsupported(function):
            result.unsupported[reason] += 1
            continue
        try:
            found += (
                (function, finding)
                for finding in _findings(function, job)
                # one comment may document the parameters of several overloads
                if often[function.qualified_name] == 1 or not finding.rule.startswith(PARAMETERS)
            )
        except Exception as error:
            result.add(failed(source, error, job, function.start_line))
    try:
        found += _doubts(functions, asked, job)
    except Exception as error:
        result.add(failed(source, error, job))
    if found or MARK.encode() in data:
        _suppress(found, data, file, job, result)
    return result


def _functions_before(source: Source, content: bytes, job: Job) -> list[Function]:
    """The functions of the old content, under today's path."""
    old = replace(source, content=content, size=len(content))
    return [row for row in Extraction(job.options).rows(old) if isinstance(row, Function)]


def _findings(function: Function, job: Job) -> Iterator[Finding]:
    least = job.least()
    for finding in check(function, job.known, [switched.rule for switched in job.rules]):
        if finding.confidence >= least[finding.rule]:
            yield finding


def _doubts(
    functions: Sequence[Function], asked: Sequence[Function], job: Job
) -> Iterator[tuple[Function, Finding]]:
    """Findings of the rules that look at a whole file, of those that may say something loud enough."""
    least = job.least()
    codes = [one.rule.code for one in job.rules if one.rule.confidence >= one.min_confidence]
    for function, finding in doubts(functions, {one.id for one in asked}, codes):
        if finding.confidence >= least[finding.rule]:
            yield function, finding


def _suppress(
    found: Sequence[tuple[Function, Finding]], data: bytes, file: str, job: Job, result: Examined
) -> None:
    """Keep of the findings of a file what is not suppressed; tell of marks with unknown codes."""
    lines = _lines(data, file)
    marks = suppressions(lines)
    path = shown_path(file, job.folder)
    for function, finding in found:
        if any(mark.covers(finding.rule, finding.name) for mark in around(function, lines, marks)):
            result.suppressed += 1
        else:
            result.found.append(Located(replace(finding, path=path), file, function.ordinal))
    for mark in marks.values():
        if words := mark.unknown(job.words):
            result.unknown.append(Unknown(path, mark.line, words))


def _lines(data: bytes, file: str) -> list[str]:
    """Lines of the text that findings count lines in; of a notebook, that of its code cells."""
    text = decode(data).utf8
    if file.endswith(".ipynb"):
        text = notebook(text)[0].text
    return text.decode("utf-8", "replace").split("\n")
