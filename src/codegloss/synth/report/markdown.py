"""The report of a rebuild as Markdown, without examples."""

from __future__ import annotations

from codegloss.synth.report.words import MEASURES, Figures, caption, facts, tables, with_interval


def markdown(found: Figures) -> str:
    """The report without examples."""
    lines = ["# Rebuilt comments", "", found["headline"], ""]
    for heading, compared in tables(found):
        lines += [f"## {heading}: {compared['functions']:,}", ""]
        lines += ["| comments | " + " | ".join(MEASURES) + " |", "| --- |" + " --: |" * len(MEASURES)]
        for name, measured in compared["measures"].items():
            cells = [with_interval(measured[measure], measure) for measure in MEASURES]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
        lines += ["", caption(compared), ""]
    lines += ["## Why comments stay", "", "| reason | comments |", "| --- | --: |"]
    lines += [f"| {name} | {count:,} |" for name, count in found["reasons"].items()]
    lines += ["", "## What this rests on", ""]
    lines += [f"- {heading}: {words}" for heading, words in facts(found)]
    return "\n".join(lines) + "\n"
