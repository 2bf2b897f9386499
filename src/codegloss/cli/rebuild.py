"""`codegloss rebuild`: new comments where they are shown to be better, and put back if wanted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from codegloss.cli.applying import apply_to, give_back
from codegloss.cli.extract import EngineKind
from codegloss.cli.rebuild_asked import REBUILT, Asked, ModelOptions
from codegloss.cli.rebuilding import dry_run, rebuild_at, show


class Only(StrEnum):
    """Which functions get a new comment."""

    weak = "weak"
    missing = "missing"
    all = "all"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is to be done beside the rebuilding."""

    apply: bool
    diff: bool
    allow_uncommitted: bool


def rebuild(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="PATH|DATASET", help="Source code, or a dataset of functions (`extract`)."),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Folder for the new dataset, the report and the way back.")
    ] = Path("rebuilt"),
    model: Annotated[
        str | None,
        typer.Option("--model", "-m", help="A language model, or local:PATH; builtin if none is named."),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Where it is served; OPENAI_BASE_URL, then OpenAI, if not given.")
    ] = None,
    only: Annotated[
        Only, typer.Option(help="Weak comments, functions without one, or every function.")
    ] = Only.weak,
    blind: Annotated[
        bool, typer.Option("--blind", help="Write from the code alone; the old comment is not shown.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Functions of each repository at most, the weakest first.")
    ] = None,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="US dollars at most; the greatest cost is set aside first.")
    ] = None,
    max_requests: Annotated[int | None, typer.Option(min=1, help="Requests at most.")] = None,
    requests_per_minute: Annotated[float | None, typer.Option(min=0.1)] = None,
    tokens_per_minute: Annotated[float | None, typer.Option(min=1)] = None,
    dry: Annotated[
        bool, typer.Option("--dry-run", help="Say how many requests and tokens, and what cost; ask nothing.")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Put accepted comments into the source; only comments change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Print the patch that --apply would make, and change nothing.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Give the files of --out their old bytes back.")
    ] = False,
    allow_uncommitted: Annotated[
        bool, typer.Option("--allow-uncommitted", help="Apply to files with changes that git does not have.")
    ] = False,
    engine: Annotated[
        EngineKind, typer.Option(help="This machine, or a Ray cluster (builtin writer only).")
    ] = EngineKind.native,
    address: Annotated[
        str | None, typer.Option(help="Ray cluster to join, host:port; one is started here if none is named.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace another run at --out.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The figures as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Rebuild comments: written by a model or the builtin writer, kept only where they are measured better.

    Code is never touched: a rebuilt dataset and a report are written to --out; --apply puts accepted comments
    into the source, checks that every file is syntax-equal, and --undo takes them out again. Run the same
    command again after a kill, and it goes on; no answer of a model is paid for twice.

    Exit status: 0 when done, whatever was decided; 1 where writing failed for every function that was
    taken
    up, or --undo could not give every file its bytes back; 2 for what was asked for wrongly or cannot go on,
    told in a line; 130 when stopped.

    Examples:

    \b
        codegloss rebuild src --out rebuilt
        codegloss rebuild src --out rebuilt --model qwen2.5-coder:7b --base-url http://localhost:11434/v1
        codegloss rebuild src --out rebuilt --only all --model gpt-4o-mini --max-cost 2 --dry-run
        codegloss rebuild src --out rebuilt --diff
        codegloss rebuild src --out rebuilt --apply
        codegloss rebuild --out rebuilt --undo
    """
    from codegloss.cli.cards import printable
    from codegloss.dataset import DatasetError
    from codegloss.encoder import EncoderError
    from codegloss.engine import EngineError, Interrupted
    from codegloss.llm.model import ModelError
    from codegloss.llm.prices import PriceError

    wish = _Wish(apply, diff, allow_uncommitted)
    asked = Asked(
        path, out, only.value, not blind, limit, overwrite=overwrite, quiet=quiet,
        model=ModelOptions(model, base_url, max_cost, max_requests, requests_per_minute, tokens_per_minute),
        cluster=engine is EngineKind.ray, address=address,
    )  # fmt: skip
    try:
        if undo:
            if apply or diff or dry:
                raise typer.BadParameter("--undo takes back what was applied: give it alone")
            give_back(out)
            return
        if apply and diff:
            raise typer.BadParameter("--diff only shows what --apply does: give one of them")
        if path is None:
            raise typer.BadParameter("name source code or a dataset of functions", param_hint="PATH|DATASET")
        if not path.exists():
            raise typer.BadParameter(f"{path} does not exist", param_hint="PATH|DATASET")
        if dry:
            dry_run(asked)
            return
        _carry_out(asked, wish, as_json=as_json)
    except (Interrupted, KeyboardInterrupt) as error:
        typer.echo("codegloss rebuild: stopped; run the same command again to go on", err=True)
        raise typer.Exit(130) from error
    except (DatasetError, EncoderError, EngineError, ModelError, PriceError, OSError, ValueError) as error:
        typer.echo(printable(f"codegloss rebuild: {error}"), err=True)
        raise typer.Exit(2) from error


def _carry_out(asked: Asked, wish: _Wish, *, as_json: bool) -> None:
    putting_back = wish.diff or wish.apply
    if putting_back and not asked.overwrite and (asked.out / REBUILT / "manifest.json").is_file():
        apply_to(asked, only_shown=wish.diff, allow_uncommitted=wish.allow_uncommitted)
        return
    figures = rebuild_at(asked)
    if putting_back:
        apply_to(asked, only_shown=wish.diff, allow_uncommitted=wish.allow_uncommitted)
        return
    if as_json:
        typer.echo(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        show(figures, asked)
    if figures["taken_up"] and figures["decisions"]["failed"] == figures["taken_up"]:
        raise typer.Exit(1)
