"""What the page and the Markdown of a report say in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from codegloss.synth.report.figures import CONTROL, INCRATE, MRR, PROBABILITY

MEASURES = {INCRATE: (1, "%"), PROBABILITY: (3, ""), MRR: (3, "")}  # decimals and unit
Figures = Mapping[str, Any]


def number(value: float, measure: str) -> str:
    """A value as it is shown."""
    decimals, unit = MEASURES[measure]
    return f"{100 * value:.{decimals}f} %" if unit else f"{value:.{decimals}f}"


def with_interval(measured: Mapping[str, float], measure: str) -> str:
    """A mean and its interval."""
    low, high = number(measured["low"], measure), number(measured["high"], measure)
    return f"{number(measured['value'], measure)} [{low.removesuffix(' %')}, {high}]"


def change(changed: Mapping[str, float], measure: str) -> str:
    """A paired difference and its interval; of shares in points."""
    factor, unit = (100, " points") if MEASURES[measure][1] else (1, "")
    decimals = MEASURES[measure][0]
    value, low, high = (factor * changed[name] for name in ("difference", "low", "high"))
    return f"{value:+.{decimals}f}{unit} [{low:+.{decimals}f}, {high:+.{decimals}f}]"


def facts(found: Figures) -> list[tuple[str, str]]:
    """What the figures rest on, as pairs of heading and words."""
    asked, cost = found["parameters"], found["cost"]
    written = ", ".join(f"{name} ({count:,})" for name, count in found["models"].items()) or "nobody"
    spent = f"${cost['dollars']:,.4f}" if cost["dollars"] else "nothing"
    if cost["unknown"]:
        spent = f"{spent}, and of {cost['unknown']:,} comments not known" if cost["dollars"] else "not known"
    weak, bounds = asked["weak"], asked["bounds"]
    found_facts = [
        ("Written by", written),
        ("Cost", spent),
        ("Taken up", ", ".join(f"{name} {count:,}" for name, count in found["why"].items()) or "none"),
        (
            "Weak is",
            f"a comment that a rule contradicts, or with P(inconsistent) of at least {weak['probability']}",
        ),
        (
            "Let through is",
            f"P(inconsistent) of at most {bounds['probability']} and odds {bounds['odds']} times better, no "
            "rule objecting, as easy to find without the function's own names, no fact lost",
        ),
        (
            "Way",
            "refreshed: the writer saw the old comment" if asked["refresh"] else "blind: from code alone",
        ),
    ]
    if found["notes"]:
        found_facts.append(
            ("Noted", ", ".join(f"{name}: {count:,}" for name, count in found["notes"].items()))
        )
    return found_facts


def tables(found: Figures) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Heading and comparison, of those that have functions."""
    for name, heading in (
        ("documented", "Functions that had a comment"),
        ("missing", "Functions that had none"),
    ):
        if found[name]["functions"]:
            yield heading, found[name]


def caption(compared: Mapping[str, Any]) -> str:
    """How the figures of a comparison were measured."""
    by = next(iter(next(iter(compared["measures"].values())).values()))["resampled"]
    control = " Control: the name split into words, where that is enough to be scored."
    return (
        f"Means and 95 % intervals (resampling {by}) by an encoder and a classifier that the gate never used."
        " MRR: the comment, without the words of the function's own names, finds its code among those of its"
        f" repository.{control if CONTROL in compared['measures'] else ''}"
    )
