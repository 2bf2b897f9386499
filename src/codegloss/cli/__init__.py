"""The command line: one thin command per job, and the only place that prints."""

from __future__ import annotations

from typing import Annotated

import typer

from codegloss import __version__
from codegloss.cli import evaluate
from codegloss.cli.check import check
from codegloss.cli.explain import explain
from codegloss.cli.extract import extract
from codegloss.cli.rebuild import rebuild
from codegloss.cli.score import score
from codegloss.cli.show import show
from codegloss.cli.train import train

app = typer.Typer(
    name="codegloss",
    help="Turn source code into code–language data that can be trusted.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"codegloss {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


app.command()(extract)
app.command()(show)
app.command()(score)
app.command()(check)
app.command()(explain)
app.command()(rebuild)
app.add_typer(train, name="train")
app.add_typer(evaluate.app, name="eval")


def main() -> None:
    """Entry point of the `codegloss` command."""
    app()
