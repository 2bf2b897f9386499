"""`codegloss check`: comments that say something else than their code, told as a linter does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from codegloss.quality.linter.configuration import Configuration, Switched
    from codegloss.quality.linter.examine import Examined, Located
    from codegloss.quality.linter.gathering import Gathered

LONG_BYTES = 5_000_000  # of source: below, no progress is shown, for the end is near


class Form(StrEnum):
    """What the findings are printed as."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"


def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH", help="Source files, folders, git checkouts or archives.")
    ],
    diff: Annotated[
        str | None,
        typer.Option(
            metavar="BASE", help="Only functions whose code changed since this git revision, the comment not."
        ),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="A line per finding, JSON, SARIF 2.1.0, or GitHub's annotations.")
    ] = Form.text,
    min_confidence: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Only findings at least so likely to be true; 0.5 if not given."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(help="Only these rules: codes, beginnings of codes, or names, split by commas."),
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Not these rules; in the same words.")] = None,
    exclude: Annotated[
        list[str] | None, typer.Option(help="Not these files: a pattern as in .gitignore; may be repeated.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Findings that are known, and do not count.")
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option("--write-baseline", help="Write today's findings to the baseline, as known."),
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes; as many as processors if not given.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Findings only, no summary.")] = False,
) -> None:
    """Find comments that claim what their code contradicts; the most certain come first.

    Exits with 1 when there are findings, 0 when there are none, 2 when it could not be done as told.
    Settings are read from [tool.codegloss.check] in the nearest pyproject.toml; options here win.

    Examples:

    \b
        codegloss check src
        codegloss check . --diff origin/main --format github
        codegloss check src --select CG1,CG301 --min-confidence 0.8
        codegloss check . --baseline known.json --write-baseline
    """
    from codegloss.cli.findings import counts_of, lines, summary
    from codegloss.quality.linter.baseline import BaselineError
    from codegloss.quality.linter.changed import DiffError
    from codegloss.quality.linter.configuration import Configuration, ConfigurationError, chosen
    from codegloss.quality.linter.rules import RULES

    for path in paths:
        _require(path)
    given = Configuration(
        select=_words(select),
        ignore=_words(ignore),
        min_confidence=min_confidence,
        exclude=tuple(exclude or ()),
        baseline=baseline,
        root=Path.cwd(),
    )
    try:
        settings = _settings(given, paths[0])
        rules = chosen(RULES, settings.select, settings.ignore, settings.min_confidence)
        if write_baseline and (settings.baseline is None or diff is not None):
            raise ConfigurationError("--write-baseline needs --baseline FILE, and all functions, not --diff")
        gathered = _gather(paths, settings, diff)
        examined = _examine(paths, gathered, rules, workers, quiet)
        if write_baseline and settings.baseline:
            _write(examined, rules, settings.baseline)
        found, known = _known(examined, settings.baseline)
    except KeyboardInterrupt as error:
        _say("stopped")
        raise typer.Exit(130) from error
    except (BaselineError, ConfigurationError, DiffError, OSError) as error:
        _say(str(error))
        raise typer.Exit(2) from error
    counts = counts_of(gathered, examined, found, known)
    for line in lines(form.value, found, counts, [switched.rule for switched in rules]):
        typer.echo(line)
    _complain(gathered, examined)
    if not quiet:
        for line in summary(counts):
            _say(line)
    raise typer.Exit(1 if found else 0)


def _require(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError:
        raise typer.BadParameter(f"{path} does not exist", param_hint="PATH") from None
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}", param_hint="PATH") from None


def _words(values: list[str] | None) -> tuple[str, ...]:
    return tuple(word.strip() for value in values or [] for word in value.split(",") if word.strip())


def _settings(given: Configuration, path: Path) -> Configuration:
    """What the command line gave, and for the rest what `pyproject.toml` says."""
    from codegloss.quality.linter.configuration import Configuration, configuration_file, read_configuration

    file = configuration_file(path)
    written = read_configuration(file) if file else Configuration()
    return Configuration(
        select=given.select or written.select,
        ignore=given.ignore or written.ignore,
        min_confidence=written.min_confidence if given.min_confidence is None else given.min_confidence,
        exclude=given.exclude or written.exclude,
        baseline=given.baseline or written.baseline,
        root=given.root if given.exclude else written.root,
    )


def _gather(paths: Sequence[Path], settings: Configuration, base: str | None) -> Gathered:
    from codegloss.quality.linter.gathering import gather

    exclude = [(settings.root, settings.exclude)] if settings.root else []
    return gather(paths, exclude, base)


def _examine(
    paths: Sequence[Path], gathered: Gathered, rules: tuple[Switched, ...], workers: int | None, quiet: bool
) -> Examined:
    from codegloss.cli.progress import progress_on_stderr
    from codegloss.engine import Engine
    from codegloss.quality.linter.examine import Job
    from codegloss.quality.linter.rules import RULES
    from codegloss.quality.linter.spread import examine_all
    from codegloss.quality.surroundings import names_around

    job = Job(
        rules=rules,
        words=frozenset(word for rule in RULES for word in (rule.code, rule.name)),
        known=names_around(paths),
        before=gathered.before,
        folder=os.path.realpath(os.getcwd()),
    )
    size = sum(source.size for source in gathered.sources)
    progress = progress_on_stderr(silent=quiet or size < LONG_BYTES, label="codegloss check")
    progress.start(len(gathered.sources), size, 0)
    try:
        return examine_all(
            gathered.sources,
            job,
            Engine(workers=workers).worker_count(),
            lambda files, size: progress.advance(files, size, files, 0, 0),
        )
    finally:
        progress.finish()


def _known(examined: Examined, baseline: Path | None) -> tuple[list[Located], int]:
    """The findings that count, and how many the baseline has."""
    from codegloss.quality.linter.baseline import BaselineError, new_findings, read_baseline

    if baseline is None:
        return examined.found, 0
    try:
        entries = read_baseline(baseline)
    except FileNotFoundError:
        raise BaselineError(f"{baseline} does not exist; --write-baseline makes it") from None
    return new_findings(examined.found, entries, baseline)


def _write(examined: Examined, rules: Sequence[Switched], baseline: Path) -> None:
    from codegloss.quality.linter.baseline import write_baseline

    known, ended = write_baseline(
        baseline, examined.found, examined.files, [switched.rule.code for switched in rules]
    )
    _say(f"{baseline}: {known:,} known findings; {ended:,} that it had are gone")


def _complain(gathered: Gathered, examined: Examined) -> None:
    """What could not be checked, and suppressions that do nothing."""
    for failed in (*gathered.failed, *examined.failed):
        _say(f"{failed.path}: not checked: {failed.error}: {failed.message}")
    for unknown in examined.unknown:
        _say(f"{unknown.path}:{unknown.line}: no such rule to ignore: {', '.join(unknown.words)}")


def _say(text: str) -> None:
    from codegloss.cli.cards import printable

    typer.echo(printable(f"codegloss check: {text}"), err=True)
