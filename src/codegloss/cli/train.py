"""`codegloss train`: train models on datasets, and write them in the forms that tools load."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

if TYPE_CHECKING:
    from codegloss.engine import Progress

train = typer.Typer(
    help="Train an encoder from a recipe, and export it.", no_args_is_help=True, rich_markup_mode=None
)


class Form(StrEnum):
    """The forms a trained encoder can be written in."""

    onnx = "onnx"
    sentence_transformers = "sentence-transformers"


@train.command()
def encoder(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE.yaml", help="What to train, on what, and how.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the run; a killed run goes on in it.")],
    pairs: Annotated[
        Path | None,
        typer.Option(
            help="Pairs that were chosen before, DIR/pairs of another run, instead of the recipe's data."
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Train one encoder with many exits.

    A killed run goes on from its last checkpoint when the same command is given again.

    Examples:

    \b
        codegloss train encoder recipes/mini/recipe.yaml --out runs/mini
        torchrun --nproc-per-node 8 -m codegloss train encoder recipes/large.yaml -o runs/large
        tensorboard --logdir runs/mini/stages
    """
    _need_torch()
    from codegloss.curate import PoolError, SplitError
    from codegloss.dataset import DatasetError
    from codegloss.train.recipe import RecipeError, read_recipe
    from codegloss.train.run import run

    try:
        trained = run(read_recipe(recipe), out, Lines(sys.stderr, silent=quiet), pairs=pairs)
    except KeyboardInterrupt as error:
        typer.echo("codegloss train: stopped; the same command goes on from the last checkpoint", err=True)
        raise typer.Exit(130) from error
    except (
        RecipeError,
        DatasetError,
        PoolError,
        SplitError,
        FloatingPointError,
        OSError,
        ValueError,
    ) as error:
        typer.echo(f"codegloss train: {error}", err=True)
        raise typer.Exit(2) from error
    if not quiet:
        typer.echo(f"{trained}: trained; write it for use with: codegloss train export {trained} --out DIR")


@train.command()
def export(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="The `model` folder of a training run.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write.")],
    form: Annotated[
        Form,
        typer.Option(
            "--format",
            help="An ONNX chain that CodeGloss runs without torch, or a folder for "
            "SentenceTransformer(path).",
        ),
    ] = Form.onnx,
    quantise: Annotated[bool, typer.Option(help="ONNX weights in 8 bits; else in 32.")] = True,
) -> None:
    """Write a trained encoder in a form for use.

    Examples:

    \b
        codegloss train export runs/mini/model --out encoders/mini
        codegloss train export runs/mini/model -o st/mini --format sentence-transformers
    """
    _need_torch()
    from codegloss.train import export as exporting
    from codegloss.train.base import rule_of
    from codegloss.train.recipe import RecipeError, recorded_recipe
    from codegloss.train.store import StoreError, load

    try:
        trained, tokeniser, facts = load(model)
        recipe = recorded_recipe(facts, model)
        about = exporting.About(
            name=recipe.name,
            version=recipe.version,
            context=recipe.model.context,
            rule=rule_of(recipe.model),
            licence=recipe.licence,
            base={"name": recipe.model.base, "sha256": recipe.model.sha256},
        )
        if form is Form.onnx:
            exporting.export_onnx(
                trained, tokeniser, out, about=about, quantise="int8" if quantise else "none"
            )
        else:
            configuration = facts["configuration"]
            exporting.export_sentence_transformers(trained, tokeniser, configuration, out, about=about)
    except (StoreError, RecipeError, exporting.ExportError, OSError, ValueError) as error:
        typer.echo(f"codegloss train export: {error}", err=True)
        raise typer.Exit(2) from error
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    typer.echo(f"{out}: {form.value}, exits {', '.join(map(str, trained.exits))}, {size / 1e6:.1f} MB")


def _need_torch() -> None:
    from importlib.util import find_spec

    if find_spec("torch") is None:
        typer.echo("codegloss train: this needs PyTorch: pip install 'codegloss[train]'", err=True)
        raise typer.Exit(2)


class Lines:
    """Progress of a training run: a live line on a terminal, timed lines elsewhere."""

    EVERY = 10.0  # seconds between lines

    def __init__(self, stream: TextIO, *, silent: bool = False) -> None:
        self._stream = stream
        self._silent = silent
        self._live = stream.isatty()
        self._name = ""
        self._steps = self._first = 0
        self._began = self._said = time.monotonic()

    def note(self, text: str) -> None:
        self._print(text)

    def rows(self, noun: str) -> Progress:
        from codegloss.cli.progress import progress_on_stderr

        return progress_on_stderr(
            silent=self._silent, label="codegloss train", noun=noun, stream=self._stream
        )

    def stage(self, name: str, steps: int, done: int) -> None:
        self._name, self._steps, self._first = name, steps, done
        self._began = time.monotonic()
        if done:
            self._print(f"{name}: going on after step {done:,} of {steps:,}")

    def step(self, step: int, figures: dict[str, float]) -> None:
        done = step + 1
        now = time.monotonic()
        validated = [
            f"{name} {value:.3f}" for name, value in figures.items() if name.startswith("validation")
        ]
        if now - self._said < (0.2 if self._live else self.EVERY) and not validated and done < self._steps:
            return
        self._said = now
        left = (now - self._began) / (done - self._first) * (self._steps - done)
        parts = [f"{self._name}: step {done:,} of {self._steps:,}", f"loss {figures['loss']:.3f}"]
        parts += [f"{figures['seconds']:.1f} s a step", f"{timedelta(seconds=round(left))} left", *validated]
        self._print(", ".join(parts), keep=bool(validated) or done == self._steps)

    def _print(self, text: str, keep: bool = True) -> None:
        if self._silent:
            return
        if self._live:
            end = "\n" if keep else ""
            print(f"\r\x1b[2K{text}", end=end, file=self._stream, flush=True)
        else:
            print(f"codegloss train: {text}", file=self._stream, flush=True)
