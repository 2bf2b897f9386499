"""What `codegloss rebuild` does before anything is put back: extract, write, decide, report."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from codegloss.cli.cards import printable
from codegloss.cli.rebuild_asked import (
    ANSWERS,
    EXTRACTED,
    PAGE,
    REBUILT,
    TEXT,
    Asked,
    check_out,
    differing,
    is_dataset,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from codegloss.llm.model import Request
    from codegloss.records import Completion
    from codegloss.synth.rebuild import Scorers, Writers

# --- the run ---------------------------------------------------------------------------------


def rebuild_at(asked: Asked) -> dict[str, Any]:
    """Make the dataset and the report, as far as they are not there; the figures of the report."""
    check_out(asked)
    functions = _functions(asked)
    if asked.cluster:
        _rebuild_on_ray(asked, functions)
    else:
        asyncio.run(_rebuild(asked, functions))
    from codegloss.dataset.files import write_text
    from codegloss.synth.report.figures import figures, rewrites_of
    from codegloss.synth.report.markdown import markdown
    from codegloss.synth.report.page import page

    found = figures(asked.out / REBUILT)
    write_text(asked.out / PAGE, page(found, rewrites_of(asked.out / REBUILT)))
    write_text(asked.out / TEXT, markdown(found))
    return found


def _functions(asked: Asked) -> Path:
    """The dataset of functions: the one that was named, or one made of the source code that was."""
    from codegloss.cli.extract import extracted
    from codegloss.dataset import AnotherDataset, Dataset, DatasetError

    assert asked.path is not None
    if is_dataset(asked.path):
        dataset = Dataset.open(asked.path)
        if missing := {"functions", "files"} - dataset.manifest.tables.keys():
            raise DatasetError(
                f"{asked.path} is a dataset of {dataset.manifest.name}, without {' and '.join(missing)}: "
                "name one that `codegloss extract` made, or source code"
            )
        return asked.path
    target = asked.out / EXTRACTED
    try:
        manifest = extracted(
            [asked.path], target, overwrite=asked.overwrite, quiet=asked.quiet, spared=[asked.out]
        )
    except AnotherDataset as error:
        raise DatasetError(
            f"{asked.path} is not what {asked.out} was made of, or has changed since: --overwrite reads it "
            "anew (no answer of a model is paid for twice), or name another --out"
        ) from error
    if not manifest.tables["functions"].rows:
        raise DatasetError(
            f"no functions in {asked.path}: of {manifest.rows_in:,} files met, {manifest.dropped:,} were "
            f"left out and {manifest.failed:,} failed; codegloss show {target} says why"
        )
    return target


def _rebuild_on_ray(asked: Asked, functions: Path) -> None:
    from codegloss.cli.progress import progress_on_stderr
    from codegloss.engine import Engine
    from codegloss.synth.cluster import rebuild_on

    if asked.model.name is not None:
        raise ValueError("--engine ray is for the builtin writer: pace and budget of a model have one owner")
    progress = progress_on_stderr(silent=asked.quiet, label="codegloss rebuild", noun="repositories")
    engine = Engine("ray", address=asked.address)
    rebuild_on(
        engine, str(asked.out / REBUILT), str(functions), asked.options(), progress, overwrite=asked.overwrite
    )


async def _rebuild(asked: Asked, functions: Path) -> None:
    from codegloss.cli.progress import Status
    from codegloss.dataset import AnotherDataset, DatasetError
    from codegloss.synth.rebuild import rebuild_dataset

    with Status(silent=asked.quiet) as status:
        async with _writers(asked) as (writers, about, spent):
            try:
                await rebuild_dataset(
                    asked.out / REBUILT,
                    functions,
                    writers,
                    scorers(),
                    asked.options(),
                    parameters=about,
                    overwrite=asked.overwrite,
                    progress=lambda what, done, total: status.advance(what + spent(done, total), done, total),
                )
            except AnotherDataset as error:
                other = differing(asked, about) or "made by another version or of other functions"
                raise DatasetError(
                    f"{asked.out} holds another rebuild ({other}): name another --out, or --overwrite to "
                    "decide anew; no answer of a model is paid for twice"
                ) from error


Spent = Callable[[int, int], str]  # what a run has come to, after so many of so many functions


@asynccontextmanager
async def _writers(asked: Asked) -> AsyncIterator[tuple[Writers, dict[str, str], Spent]]:
    """What makes the writers, what they are, for the manifest, and what they have cost so far."""
    if asked.model.name is None:
        from codegloss.synth.writing.builtin import builtin_writers

        yield builtin_writers(), {"writer": "builtin"}, lambda done, total: ""
        return
    from codegloss.llm.journal import Journal
    from codegloss.synth.writing.model_writer import ModelWriter

    with Journal(asked.out / ANSWERS) as journal:
        async with asked.model.connect(journal) as client:
            writer = ModelWriter(client, "refresh" if asked.refresh else "blind")
            about = {"writer": writer.name, "endpoint": client.endpoint}
            priced = asked.model.price() is not None

            def spent(_done: int, _total: int) -> str:
                return f" ({client.tally.line(None, client.budget.spent if priced else None)})"

            yield lambda functions, trusted: writer, about, spent


def scorers() -> Scorers:
    """The gate's encoder and classifier, and the referee's, which the gate never uses."""
    from codegloss.synth.referee import scorers as shipped

    return shipped()


# --- before it is paid for ---------------------------------------------------------------------


class _Recording:
    """A model that answers nothing, and remembers what it was asked."""

    def __init__(self, name: str, endpoint: str) -> None:
        self.name, self.endpoint = name, endpoint
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        """No answer."""
        from codegloss.llm.model import Status
        from codegloss.records import Completion

        self.requests.append(request)
        return Completion(
            request.digest(self.endpoint, self.name), request.sample, self.endpoint, self.name, None, None,
            None, None, 0.0, 0.0, Status.BUDGET, "a dry run", False,
        )  # fmt: skip


def dry_run(asked: Asked) -> None:
    """Say what would be asked, and what it would cost at most."""
    if asked.model.name is None:
        typer.echo("the builtin writer asks nobody and costs nothing; name a model with --model")
        return
    check_out(asked)
    asyncio.run(_dry_run(asked, _functions(asked)))


async def _dry_run(asked: Asked, functions: Path) -> None:
    from tempfile import TemporaryDirectory

    from codegloss.llm.journal import Journal
    from codegloss.llm.tally import estimate
    from codegloss.synth.rebuild import rebuild_dataset
    from codegloss.synth.writing.model_writer import ModelWriter

    client = asked.model.connect(None, key=os.environ.get("OPENAI_API_KEY") or "none is needed")
    recording = _Recording(client.name, client.endpoint)
    writer = ModelWriter(recording, "refresh" if asked.refresh else "blind")
    with TemporaryDirectory(prefix="codegloss-") as folder:
        await rebuild_dataset(
            Path(folder) / "dry", functions, lambda some, trusted: writer, scorers(), asked.options()
        )
    price = asked.model.price()
    with Journal(asked.out / ANSWERS) as journal:
        found = estimate(recording.requests, recording, journal, price)
    most = found.most_cost
    typer.echo(
        f"{found.requests:,} requests to {client.name} at {client.endpoint}, about {found.prompt_tokens:,} "
        f"tokens of prompts and at most {found.most_completion_tokens or 0:,} of answers; cost: "
        + ("unknown, no table has its price" if most is None else f"${most:,.4f} at most")
        + f"; {found.reused:,} more are answered already"
    )


# --- what is told ------------------------------------------------------------------------------


def show(figures: dict[str, Any], asked: Asked) -> None:
    """The headline, where the report is, and what could be done next."""
    typer.echo(figures["headline"])
    decisions, only = figures["decisions"], asked.only
    if decisions["failed"]:
        reasons = "; ".join(f"{name} {count:,}" for name, count in figures["failures"].items())
        typer.echo(
            printable(f"failed: {reasons}; --overwrite asks again for what has no answer, and only that")
        )
    if not figures["taken_up"]:
        typer.echo(
            {
                "weak": "no comment is weak; --only missing takes up functions without one, --only all all",
                "missing": "no function is without a comment; --only all takes up every one",
            }.get(only, "none of the functions can be judged: too short, generated, or tests")
        )
    if asked.model.name is None:
        typer.echo(
            "the builtin writer says what code shows; a model writes better: --model NAME, and --base-url "
            "URL of its server, such as http://localhost:11434/v1"
        )
    if decisions["replaced"] and (asked.out / EXTRACTED).is_dir():
        typer.echo("into the source: the same command with --diff shows the patch, with --apply makes it")
    typer.echo(f"report: {asked.out / PAGE}")
