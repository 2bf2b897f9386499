"""The model card of an encoder: facts in, Markdown out. No number is written here by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from codegloss.train.export.folder import About

_TAGS = ("sentence-similarity", "feature-extraction", "code-search")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card tells; what is empty has no section."""

    exits: Sequence[int]
    dimensions: int
    base: Mapping[str, Any] = field(
        default_factory=dict
    )  # name, licence, source, sha256 of what it began with
    recipe: Mapping[str, Any] = field(default_factory=dict)  # as it ran
    packages: Sequence[Mapping[str, Any]] = ()  # trained on: name, version, licence, registry, pairs, …
    data: Mapping[str, Any] = field(default_factory=dict)  # counts, what was removed included
    metrics: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(
        default_factory=dict
    )  # task, system, metric
    notes: Sequence[str] = ()  # paragraphs on what the figures do not show


def model_card(about: About, facts: Facts) -> str:
    """MODEL_CARD.md, with the header in YAML that model hubs read."""
    parts = [
        _header(about),
        f"# {about.name} {about.version}",
        _summary(about, facts),
        _section("Base", _table([{"fact": key, "value": value} for key, value in facts.base.items()])),
        *_metrics(facts.metrics),
        _section("Data", _table([{"count of": key, "value": value} for key, value in facts.data.items()])),
        _section(_package_title(facts.packages), _table(facts.packages)),
        _section("Recipe", _code(facts.recipe)),
        _section("What the figures do not show", "\n\n".join(facts.notes)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _header(about: About) -> str:
    tags = "\n".join(f"- {tag}" for tag in _TAGS)
    return f"---\nlicense: {about.licence.lower()}\nlibrary_name: codegloss\ntags:\n{tags}\n---"


def _summary(about: About, facts: Facts) -> str:
    static = " Exit 0 is static: a weighted mean of token embeddings." if 0 in facts.exits else ""
    exits = ", ".join(map(str, facts.exits))
    return (
        f"An encoder of code and of texts that describe code, with exits after layers {exits}.{static} "
        f"Vectors have {facts.dimensions} dimensions and length 1 at every exit; a text of more than "
        f"{about.context} tokens is split. Licence: {about.licence}."
    )


def _metrics(metrics: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    sections = []
    for task, systems in metrics.items():
        rows = [{"system": system, **figures} for system, figures in systems.items()]
        sections.append(_section(f"Figures: {task}", _table(rows)))
    return sections


def _package_title(packages: Sequence[Mapping[str, Any]]) -> str:
    return f"Packages trained on ({len(packages):,})"


def _section(title: str, body: str) -> str:
    return f"## {title}\n\n{body}" if body else ""


def _code(value: Mapping[str, Any]) -> str:
    return f"```json\n{json.dumps(value, indent=2, default=str)}\n```" if value else ""


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    """A Markdown table; its columns are all keys of the rows, in order of appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    if not columns:
        return ""
    lines = ["| " + " | ".join(map(_cell, columns)) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(_cell(row.get(column)) for column in columns) + " |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:.4g}"
        case _:
            return " ".join(str(value).split()).replace("|", "\\|")
