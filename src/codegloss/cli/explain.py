"""`codegloss explain`: what a rule of `codegloss check` compares, and how to switch it off."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from codegloss.quality.claims.rule import Rule


def explain(
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="Code or name of a rule; all are listed without.")
    ] = None,
) -> None:
    """Explain a rule of `codegloss check`, or list them all.

    Examples:

    \b
        codegloss explain
        codegloss explain CG101
        codegloss explain unknown-parameter
    """
    from codegloss.quality.linter.configuration import ConfigurationError, rule_named
    from codegloss.quality.linter.rules import RULES

    if rule is None:
        _list(RULES)
        return
    try:
        _explain(rule_named(rule, RULES))
    except ConfigurationError as error:
        typer.echo(f"codegloss explain: {error}", err=True)
        raise typer.Exit(2) from error


def _list(rules: Sequence[Rule]) -> None:
    from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE

    width = max((len(rule.name) for rule in rules), default=0)
    for rule in sorted(rules, key=lambda rule: rule.code):
        off = " (off unless selected)" if rule.confidence < DEFAULT_CONFIDENCE else ""
        typer.echo(f"{rule.code}  {rule.name:<{width}}  {rule.summary}{off}")


def _explain(rule: Rule) -> None:
    from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE

    typer.echo(f"{rule.code} {rule.name}: {rule.summary}\n")
    typer.echo(inspect.cleandoc(rule.explanation))
    if rule.confidence < DEFAULT_CONFIDENCE:
        typer.echo(f"\nOff; on with `--select {rule.code}`, or a `--min-confidence` of {rule.confidence}.")
        return
    typer.echo(f"\nConfidence {rule.confidence:.0%}: so many of its findings were true where it was tried.")
    typer.echo("Switched off")
    typer.echo(
        f"  in one place  by a comment `codegloss: ignore[{rule.code}]`, the doc comment or one beside it"
    )
    typer.echo(f'  in a project  by ignore = ["{rule.code}"] in [tool.codegloss.check] of pyproject.toml')
    typer.echo(f"  in one run    by codegloss check --ignore {rule.code}")
