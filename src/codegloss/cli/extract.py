"""`codegloss extract`: from source code to a dataset of functions."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from codegloss.dataset import Manifest


class EngineKind(StrEnum):
    """Where a stage runs."""

    native = "native"
    ray = "ray"


def extract(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH",
            help="Folders, git checkouts, source files, archives (.zip .whl .jar .tar.gz …), or tables "
            "of code (.jsonl[.gz] .parquet, in CodeSearchNet's format or with a `content` column).",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the dataset to write.")],
    language: Annotated[
        list[str] | None, typer.Option("--language", "-l", help="Only this language; may be repeated.")
    ] = None,
    max_file_bytes: Annotated[
        int,
        typer.Option(
            min=1,
            help="Larger files are dropped: data or minified code. One takes up to 150 times its size.",
        ),
    ] = 2_000_000,
    vendored: Annotated[
        bool, typer.Option("--vendored", help="Take node_modules, vendor, .venv and the like as well.")
    ] = False,
    gitignore: Annotated[bool, typer.Option(help="Leave out what git ignores.")] = True,
    follow_symlinks: Annotated[
        bool, typer.Option("--follow-symlinks", help="Follow symbolic links.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace another dataset that stands at --out.")
    ] = False,
    engine: Annotated[EngineKind, typer.Option(help="This machine, or a Ray cluster.")] = EngineKind.native,
    address: Annotated[
        str | None, typer.Option(help="Ray cluster to join, host:port; one is started here if none is named.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes; as many as processors if not given.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The finished dataset's manifest as JSON.")] = False,
) -> None:
    """Extract every named function of source code with its comment, signature and signals.

    A killed or interrupted run goes on where it was when the same command is given again.

    Examples:

    \b
        codegloss extract src --out data/functions
        codegloss extract project.tar.gz node_modules/express -o data/functions
        codegloss extract repos -l rust -l go -o data/functions --workers 8
        codegloss extract /shared/repos -o /shared/functions --engine ray --address head:6379
    """
    from codegloss.dataset import DatasetError
    from codegloss.engine import EngineError, Interrupted

    for path in paths:
        _require(path)
    started = time.monotonic()
    try:
        manifest, unchanged = _run(
            paths,
            out,
            {
                "languages": sorted(set(_known(language))) or None,
                "max_file_bytes": max_file_bytes,
                "vendored": vendored,
                "gitignore": gitignore,
                "follow_symlinks": follow_symlinks,
            },
            overwrite=overwrite,
            engine={"kind": engine.value, "address": address, "workers": workers},
            quiet=quiet,
        )
    except (Interrupted, KeyboardInterrupt) as error:
        said = str(error) or "stopped before anything was written"
        typer.echo(f"codegloss extract: {said}", err=True)
        raise typer.Exit(130) from error
    except (DatasetError, EngineError, OSError) as error:
        typer.echo(f"codegloss extract: {error}", err=True)
        raise typer.Exit(2) from error
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(manifest), indent=2, ensure_ascii=False))
    elif not quiet:
        _summarise(out, manifest, unchanged, time.monotonic() - started)


def _require(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise typer.BadParameter(f"{path} does not exist", param_hint="PATH") from None
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}", param_hint="PATH") from None


def _known(languages: list[str] | None) -> list[str]:
    from codegloss.extract.languages import names

    for language in languages or []:
        if language not in names():
            raise typer.BadParameter(
                f"unknown language {language!r}; known are {', '.join(names())}", param_hint="--language"
            )
    return languages or []


def extracted(
    paths: list[Path], out: Path, *, overwrite: bool, quiet: bool, spared: Sequence[Path] = ()
) -> Manifest:
    """Extract as the command does where nothing else is said; what is `spared` is as good as not there."""
    from dataclasses import asdict

    from codegloss.extract.repos.sources import DiscoveryOptions

    engine = {"kind": "native", "address": None, "workers": None}
    manifest, _ = _run(
        paths, out, asdict(DiscoveryOptions()),
        overwrite=overwrite, engine=engine, quiet=quiet, spared=spared,
    )  # fmt: skip
    return manifest


def _run(
    paths: list[Path],
    out: Path,
    parameters: dict[str, Any],
    *,
    overwrite: bool,
    engine: dict[str, Any],
    quiet: bool,
    spared: Sequence[Path] = (),
) -> tuple[Manifest, bool]:
    """The manifest, and whether the dataset stood there already."""
    from codegloss.cli.progress import progress_on_stderr
    from codegloss.dataset import Dataset, Parent, Writer, written_for
    from codegloss.engine import Engine, run
    from codegloss.extract.repos import discover
    from codegloss.extract.repos.snapshot import fingerprint
    from codegloss.extract.repos.sources import DiscoveryOptions
    from codegloss.extract.stage import Extraction, listed, versions
    from codegloss.records import arrow_schema

    wanted = parameters["languages"]
    options = DiscoveryOptions(**parameters | {"languages": frozenset(wanted) if wanted else None})
    stage = Extraction(options)
    # Where these lie in the input, the input stays the same.
    left_out = (*written_for(Path(os.path.realpath(out))), *spared)
    writer = Writer(
        out,
        name=stage.name,
        main="functions",
        tables={name: arrow_schema(record) for name, record in stage.tables.items()},
        parents=[
            Parent(str(path), path.resolve().name, fingerprint([path], options.vendored, left_out))
            for path in paths
        ],
        parameters=parameters,
        versions=versions(),
        overwrite=overwrite,
    )
    if writer.unchanged:
        return Dataset.open(out).manifest, True
    manifest = run(
        stage,
        lambda: map(listed, discover(paths, options, left_out)),
        writer,
        Engine(**engine),
        progress_on_stderr(silent=quiet),
    )
    return manifest, False


def _summarise(out: Path, manifest: Manifest, unchanged: bool, seconds: float) -> None:
    if unchanged:
        typer.echo(f"{out}: input and parameters are unchanged, nothing to do")
        return
    functions = manifest.tables["functions"].rows
    typer.echo(
        f"{out}: {functions:,} functions from {manifest.kept:,} files in {seconds:.1f} s; "
        f"{manifest.rows_in:,} files met = {manifest.kept:,} kept + {manifest.dropped:,} dropped + "
        f"{manifest.failed:,} failed"
    )
    typer.echo(f"see more: codegloss show {out}")
