"""New comments for a dataset of functions: written, measured, let through by the gate or not, and recorded.

One repository at a time: its functions are read into memory, comments are written by an asynchronous loop,
and everything about it is on disk before the next begins. A killed run goes on with the repository where it
was; what a model answered there is in the journal of the model layer and is not asked again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Callable, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from codegloss import __version__
from codegloss.dataset import Counts, Dataset, Manifest, Parent
from codegloss.dataset import Writer as DatasetWriter
from codegloss.llm.model import Unusable
from codegloss.llm.run import as_completed
from codegloss.quality.known import known_of
from codegloss.quality.reasons import Reason
from codegloss.records import (
    Failed,
    Function,
    Rewrite,
    SourceFile,
    arrow_schema,
    from_row,
    to_arrow,
)
from codegloss.synth.decisions import FAILED, REPLACED, Bench, Proposal, decided
from codegloss.synth.gate import BOUNDS, Bounds
from codegloss.synth.measure import Measured, Scorer, measured
from codegloss.synth.selection import WEAK, Only, Weak, chosen
from codegloss.synth.writing.context import Surroundings
from codegloss.synth.writing.writers import Writer, with_comment

TABLES = {"functions": Function, "files": SourceFile, "rewrites": Rewrite, "failed": Failed}
AT_ONCE = 256  # functions that are being written at the same time; the model layer paces itself below that

# Makes the writer for one repository, from its functions and those of them whose comments may be relied on.
Writers = Callable[[Sequence[Function], Container[str]], Writer]
# Makes what measures comments of one repository, from its functions and identifiers.
Appraiser = Callable[[Sequence[Function], Container[str]], Scorer]
Progress = Callable[[str, int, int], None]  # what is done, how much of it so far, of how much


@dataclass(frozen=True, slots=True)
class Options:
    """What is rebuilt, and what a new comment must hold."""

    only: Only = Only.weak
    refresh: bool = True  # the writer sees the old comment, and must lose none of its facts
    limit: int | None = None  # functions of each repository at most, the weakest first
    weak: Weak = WEAK
    bounds: Bounds = BOUNDS


DEFAULTS = Options()


@dataclass(frozen=True, slots=True)
class Scorers:
    """The gate's and the report's: different encoders, different classifiers."""

    gate: Appraiser
    referee: Appraiser
    origins: tuple[Parent, ...] = ()  # what they were read from


async def rebuild_dataset(
    out: str | Path,
    functions: str | Path,
    writers: Writers,
    scorers: Scorers,
    options: Options = DEFAULTS,
    *,
    parameters: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    progress: Progress = lambda what, done, total: None,
) -> Manifest:
    """Rebuild the comments of a dataset of functions; `parameters` tell the writers, for the manifest.

    The dataset at `out` has the tables of its input, with the new comments, and `rewrites`. Returns at once
    when it stands there. Raises DatasetError, and what the writer raises when it cannot go on at all.
    """
    dataset = Dataset.open(functions)
    target = writer_to(out, dataset, scorers.origins, {**asdict(options), **(parameters or {})}, overwrite)
    if target.unchanged:
        return Dataset.open(out).manifest
    try:
        total = dataset.manifest.tables["functions"].rows
        files = _files(dataset)
        counts = done = None
        for repository, rows in _repositories(dataset):
            done = (done or 0) + len(rows)
            if done <= target.position:
                continue
            done_here = await rebuilt(rows, files.get(repository, ()), writers, scorers, options, progress)
            _write(target, done_here, files.get(repository, ()))
            counts = _counted(counts or target.counts, done_here)
            target.checkpoint(done, counts)
            progress("rebuilding", done, total)
        return target.commit(counts or target.counts)
    except BaseException:
        target.abort()
        raise


def writer_to(
    out: str | Path,
    dataset: Dataset,
    origins: Sequence[Parent],
    parameters: Mapping[str, Any],
    overwrite: bool,
    tables: Mapping[str, type] = TABLES,
) -> DatasetWriter:
    """What writes a rebuilt dataset. Raises DatasetError where another stands at `out`."""
    return DatasetWriter(
        out,
        name="rebuild",
        main="functions",
        tables={name: arrow_schema(record) for name, record in tables.items()},
        parents=[Parent(str(dataset.path), dataset.manifest.name, dataset.manifest.fingerprint), *origins],
        parameters=parameters,
        versions={"codegloss": __version__},
        overwrite=overwrite,
    )


@dataclass(slots=True)
class Rebuilt:
    """What became of one repository."""

    functions: list[Function] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    failed: list[Failed] = field(default_factory=list)


def _files(dataset: Dataset) -> dict[str, list[SourceFile]]:
    files: dict[str, list[SourceFile]] = {}
    for batch in dataset.batches("files"):
        for row in batch.to_pylist():
            files.setdefault(row["repository"], []).append(from_row(row, SourceFile))
    return files


def _repositories(dataset: Dataset) -> Iterator[tuple[str, list[Function]]]:
    """The functions of each repository, in the order in which the repositories end."""
    names = dataset.read("functions", ["repository"])["repository"].to_pylist()
    left, open_ = Counter(names), dict[str, list[Function]]()
    for batch in dataset.batches("functions"):
        for row in batch.to_pylist():
            name = row["repository"]
            open_.setdefault(name, []).append(from_row(row, Function))
            left[name] -= 1
            if not left[name]:
                yield name, open_.pop(name)


async def rebuilt(
    functions: Sequence[Function],
    files: Sequence[SourceFile],
    writers: Writers,
    scorers: Scorers,
    options: Options,
    progress: Progress,
) -> Rebuilt:
    """Choose, write, measure and decide."""
    known = known_of(functions, files)
    gate = scorers.gate(functions, known)
    documented = [one for one in functions if one.comment is not None]
    before = measured(gate, documented)
    taken = chosen(functions, before, options.only, options.limit, options.weak)
    if not taken:
        return Rebuilt(list(functions))
    trusted = _trusted(before, options.weak)
    surroundings, writer = Surroundings(functions, trusted, known), writers(functions, trusted)
    proposals = dict[str, Proposal]()
    async for function, proposal in _written(taken, surroundings, writer, options):
        proposals[function.id] = proposal
        if len(proposals) % 64 == 0:
            progress(f"writing comments of {function.repository}", len(proposals), len(taken))
    bench = Bench(gate, scorers.referee(functions, known), before, surroundings)
    rewrites = await decided(taken, proposals, bench, options.bounds, keep_facts=options.refresh)
    replaced = {one.function: one.new for one in rewrites if one.decision == REPLACED and one.new}
    return Rebuilt(
        [with_comment(one, replaced[one.id]) if one.id in replaced else one for one in functions],
        rewrites,
        [
            Failed(one.repository, one.path, one.reason or "", f"{one.qualified_name}: {one.detail}")
            for one in rewrites
            if one.decision == FAILED
        ],
    )


def _trusted(scores: Mapping[str, Measured | Reason], weak: Weak) -> set[str]:
    """Ids of the functions whose comments others may lean on."""
    return {
        id
        for id, one in scores.items()
        if isinstance(one, Measured) and not one.findings and one.probability < weak.probability
    }


async def _written(
    taken: Sequence[tuple[Function, str]], surroundings: Surroundings, writer: Writer, options: Options
) -> AsyncIterator[tuple[Function, Proposal]]:
    """A proposal for each function, or the error that its writing met: one row never costs another."""

    async def write(function: Function) -> Proposal:
        try:
            context = surroundings.context(function, blind=not options.refresh)
            return await writer.write(function, context)
        except Unusable:
            raise
        except Exception as error:
            return error

    async for function, proposal in as_completed(write, [one for one, _ in taken], AT_ONCE):
        yield function, proposal


def _write(target: DatasetWriter, rebuilt: Rebuilt, files: Sequence[SourceFile]) -> None:
    own: dict[str, Sequence[object]] = {
        "functions": rebuilt.functions,
        "rewrites": rebuilt.rewrites,
        "failed": rebuilt.failed,
    }
    for table, rows in (own | {"files": files}).items():
        target.write(table, to_arrow(rows, TABLES[table]))


def _counted(counts: Counts, rebuilt: Rebuilt) -> Counts:
    failed = len(rebuilt.failed)
    return Counts(counts.kept + len(rebuilt.functions) - failed, counts.dropped, counts.failed + failed)
