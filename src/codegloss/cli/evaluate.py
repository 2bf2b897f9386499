"""`codegloss eval retrieval`: how well encoders and BM25 find code, and what that costs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from codegloss.cli.cards import open_console

if TYPE_CHECKING:
    from codegloss.cli.progress import Status
    from codegloss.encoder import Encoder
    from codegloss.evaluate.tasks import Task

PLAIN_WIDTH = 140  # columns, where the output is not a terminal
SHOWN = ("MRR", "Recall@1", "Recall@10", "nDCG@10", "MAP@R")


class Comments(StrEnum):
    """Which form of the code is searched."""

    stripped = "stripped"
    kept = "kept"
    both = "both"


KEEPS = {Comments.stripped: (False,), Comments.kept: (True,), Comments.both: (False, True)}

app = typer.Typer(help="Measure models on tasks.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    pass


@app.command()
def retrieval(
    task: Annotated[
        list[str] | None,
        typer.Option(
            "--task", "-t", help="What to search in; may be repeated. Without it, the kinds are listed."
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            "-m",
            help="An encoder's folder, a sentence-transformers model's folder, codegloss-mini (shipped), or "
            "bm25; LABEL=FOLDER names it. May be repeated; BM25 is always beside, alone and fused.",
        ),
    ] = None,
    exit: Annotated[
        list[int] | None,
        typer.Option(
            "--exit",
            "-k",
            help="Only this exit of encoders that have several; may be repeated. All, if not given.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="JSON file to write the figures to.")
    ] = None,
    picture: Annotated[
        Path | None, typer.Option(help="SVG file to draw quality against cost in, one point an exit.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON instead of a table.")] = False,
    comments: Annotated[
        Comments, typer.Option(help="Comments and docstrings in the code that is searched.")
    ] = Comments.stripped,
    limit_queries: Annotated[
        int | None, typer.Option(min=1, help="At most so many queries of each task, drawn with --seed.")
    ] = None,
    limit_pool: Annotated[
        int | None,
        typer.Option(min=1, help="About so many functions to search in, drawn with --seed; easier than all."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of what is drawn.")] = 0,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Of the encoders; as many as processors if not given.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Measure how well code is found by text or by code, at every exit, with BM25 always beside.

    Comments are cut from the code that is searched, unless --comments says otherwise: where they
    are kept, words are found in them. Equal scores count against the system. Intervals are 95 %
    bootstrap intervals.

    Examples:

    \b
        codegloss eval retrieval --task functions:data/pairs
        codegloss eval retrieval -m codegloss-mini -m MiniLM=models/all-MiniLM-L6-v2 -t cosqa:data/cosqa \\
            --out results.json --picture quality.svg
        codegloss eval retrieval -m models/mine --exit 2 -t mbxp:data/mbxp:python-java
        codegloss eval retrieval -m bm25 -t codesearchnet:data/codesearchnet:go --comments both
    """
    from codegloss.cli.progress import Status
    from codegloss.encoder import EncoderError
    from codegloss.evaluate.tasks import TaskError

    if not task:
        _say_what_tasks_there_are()
    for file in (out, picture):
        _require_folder(file)
    try:
        encoders = _encoders(model or ["codegloss-mini"], exit or [], threads)
        tasks = _tasks(task or [], comments, limit_queries, limit_pool, seed)
        with Status(silent=quiet) as display:
            found = _findings(
                tasks,
                encoders,
                {
                    "models": model or ["codegloss-mini"],
                    "tasks": task,
                    "exits": exit,
                    "comments": comments.value,
                    "limit_queries": limit_queries,
                    "limit_pool": limit_pool,
                    "seed": seed,
                    "threads": threads,
                },
                display,
                out,
                picture,
            )
    except KeyboardInterrupt as error:
        said = f"; what was finished is in {out}" if out and out.exists() else ""
        typer.echo(f"codegloss eval: stopped{said}", err=True)
        raise typer.Exit(130) from error
    except (EncoderError, TaskError, OSError, ValueError) as error:
        typer.echo(f"codegloss eval: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        typer.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        _print(found)


def _say_what_tasks_there_are() -> None:
    from codegloss.evaluate.specs import KINDS

    lines = [f"  {kind.form}\n      {kind.what}" for kind in KINDS.values()]
    typer.echo("codegloss eval: name what to search in with --task, one of\n" + "\n".join(lines), err=True)
    raise typer.Exit(2)


def _require_folder(file: Path | None) -> None:
    if file is not None and not file.parent.is_dir():
        typer.echo(f"codegloss eval: {file.parent} is not a folder; make it first", err=True)
        raise typer.Exit(2)
    if file is not None and file.is_dir():
        typer.echo(f"codegloss eval: {file} is a folder; name a file in it", err=True)
        raise typer.Exit(2)


def _encoders(
    models: Sequence[str], wanted: Sequence[int], threads: int | None
) -> list[tuple[Encoder, list[int]]]:
    """Each encoder with the exits to measure: those wanted, or all. One with a single exit keeps it."""
    from codegloss.encoder import EncoderError
    from codegloss.evaluate.systems import LEXICAL, open_encoder

    found: list[tuple[Encoder, list[int]]] = []
    for model in dict.fromkeys(models):
        if model == LEXICAL:
            continue
        encoder = open_encoder(model, threads=threads)
        unknown = [number for number in wanted if number not in encoder.exits]
        if unknown and len(encoder.exits) > 1:
            raise EncoderError(
                f"{model} has no exit {unknown[0]}; it has {', '.join(map(str, encoder.exits))}"
            )
        if any(encoder.name == other.name for other, _ in found):
            raise EncoderError(f"two models are named {encoder.name!r}: give one as LABEL={model}")
        found.append((encoder, [number for number in encoder.exits if number in wanted] or [*encoder.exits]))
    for number in wanted:
        if all(number not in encoder.exits for encoder, _ in found):
            raise EncoderError(f"no model has an exit {number}: leave out --exit {number}")
    return found


def _tasks(
    specs: Sequence[str], comments: Comments, queries: int | None, pool: int | None, seed: int
) -> list[Task]:
    from codegloss.evaluate.specs import tasks_of
    from codegloss.evaluate.tasks import sampled

    return [
        sampled(task, queries, pool, seed)
        for keep in KEEPS[comments]
        for spec in dict.fromkeys(specs)
        for task in tasks_of(spec, keep_comments=keep)
    ]


def _findings(
    tasks: Sequence[Task],
    encoders: Sequence[tuple[Encoder, Sequence[int]]],
    parameters: dict[str, Any],
    display: Status,
    out: Path | None,
    picture: Path | None,
) -> dict[str, Any]:
    """The figures of all tasks; those of the finished ones are written after each."""
    from codegloss.evaluate.results import findings, task_findings
    from codegloss.evaluate.retrieval import evaluate

    done: list[dict[str, Any]] = []
    found: dict[str, Any] = {}
    for number, task in enumerate(tasks, start=1):
        display.task(f"task {number} of {len(tasks)}")
        done.append(task_findings(task, list(evaluate(task, encoders, display.advance))))
        found = findings(done, parameters, complete=number == len(tasks))
        _write(found, out, picture)
    return found


def _write(found: dict[str, Any], out: Path | None, picture: Path | None) -> None:
    from codegloss.dataset.files import write_text
    from codegloss.evaluate.picture import quality_picture

    if out:
        write_text(out, json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    if picture:
        write_text(picture, quality_picture(found))


def _print(found: dict[str, Any]) -> None:
    console = open_console(PLAIN_WIDTH)
    for task in found["tasks"]:
        searched = f"{task['searched']:,}"
        if task["searched"] != task["pool"]:
            searched += f" of {task['pool']:,}"
        if task["left_out"]:
            searched += f" less {task['left_out']:.2g} near-duplicates a query"
        console.print(
            f"\n{task['task']}  {task['queries']:,} queries, pool {searched}, comments {task['comments']}",
            style="bold",
        )
        _print_results(console, task["results"])
        for line in _long(task["results"]):
            console.print(f"  {line}", style="dim")
    for comments in dict.fromkeys(task["comments"] for task in found["tasks"]):
        means = [mean for mean in found["means"] if mean["comments"] == comments]
        if means[0]["tasks"] > 1:
            console.print(f"\nmean of {means[0]['tasks']} tasks, comments {comments}", style="bold")
            _print_results(console, means)


def _long(results: Sequence[dict[str, Any]]) -> list[str]:
    """What each model did with functions longer than its context."""
    return list(
        dict.fromkeys(
            f"{result['model']}: functions longer than its context, {how}: {result[done]:,}"
            for result in results
            for done, how in (("split", "split into blocks"), ("cut", "their ends left out"))
            if result[done]
        )
    )


def _print_results(console: Any, results: Sequence[dict[str, Any]]) -> None:
    from rich.table import Table

    grid = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    grid.add_column("system", overflow="fold")
    for name in (*SHOWN, "s per 1,000"):
        grid.add_column(name, justify="right", no_wrap=True)
    for result in results:
        metrics = result["metrics"]
        main = metrics[SHOWN[0]]
        grid.add_row(
            result["system"],
            f"{main['value']:.4f} [{main['low']:.3f}, {main['high']:.3f}]",
            *(f"{metrics[name]['value']:.4f}" for name in SHOWN[1:]),
            f"{result['seconds_per_thousand']:.3g}",
        )
    console.print(grid)
