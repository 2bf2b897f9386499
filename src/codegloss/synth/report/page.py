"""The report of a rebuild as one HTML page that loads nothing from anywhere."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from codegloss.records import Appraisal, Rewrite
from codegloss.synth.decisions import FAILED, KEPT, REPLACED
from codegloss.synth.hazards import NEVER
from codegloss.synth.report.figures import GATED, INCRATE, MRR, OLD, PROBABILITY
from codegloss.synth.report.words import MEASURES, Figures, caption, change, facts, number, tables

EXAMPLES = {REPLACED: 40, KEPT: 40, FAILED: 10}  # cards of each decision, spread evenly over all
BETTER = {INCRATE: "lower", PROBABILITY: "lower", MRR: "higher"}
MOST_DETAIL = 240  # characters of a reason's detail
MOST_COMPARED = 2_000_000  # pairs of words of two texts; beyond that nothing is marked
MOST_NAMED = 3  # repositories in the title
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def page(found: Figures, rewrites: Sequence[Rewrite]) -> str:
    """The whole page."""
    title = f"Rebuilt comments of {_named(rewrites)}" if rewrites else "Rebuilt comments"
    body = [
        f"<header><h1>{_shown(title)}</h1>",
        f"<p class=lead>{_shown(found['headline'])}</p>",
        _tiles(found),
        _bar(found["decisions"]),
        "</header><main>",
        *(_comparison(heading, compared) for heading, compared in tables(found)),
        _reasons(found["reasons"]),
        _ground(found),
        _examples(rewrites),
        "</main>",
    ]
    return (
        "<!doctype html><html lang=en><meta charset=utf-8>"
        f"<meta name=viewport content='width=device-width, initial-scale=1'><title>{_shown(title)}</title>"
        f"<style>{_file('page.css')}</style>{chr(10).join(body)}<script>{_file('page.js')}</script></html>\n"
    )


def _named(rewrites: Sequence[Rewrite]) -> str:
    """The repositories, by how many comments each has in it."""
    names = [name for name, _ in Counter(one.repository for one in rewrites).most_common()]
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _tiles(found: Figures) -> str:
    """The two figures that a reader looks for, before and after; nothing where no comment was compared."""
    measures, changes = found["documented"]["measures"], found["documented"]["change"]
    if not measures:
        return ""
    tiles = []
    for name, words in (
        (INCRATE, "comments that seem inconsistent"),
        (MRR, "finding the code by its comment"),
    ):
        old, new = (number(measures[which][name]["value"], name) for which in (OLD, GATED))
        changed = changes.get(GATED, {}).get(name)
        tiles.append(
            f"<div><b>{old.removesuffix(' %')} → {new}</b><span>{name}: {words}</span>"
            f"{_badge(changed, name) if changed else ''}</div>"
        )
    return f"<div class=tiles>{''.join(tiles)}</div>"


def _bar(decisions: Mapping[str, int]) -> str:
    """The shares of the decisions as one bar."""
    whole = sum(decisions.values()) or 1
    parts = "".join(
        f"<span class={name} style='flex:{count / whole:.4f}'></span>"
        for name, count in decisions.items()
        if count
    )
    keys = " ".join(
        f"<span class=key><i class={name}></i>{name} <b>{count:,}</b> ({count / whole:.0%})</span>"
        for name, count in decisions.items()
    )
    return (
        f"<div class=bar role=img aria-label='shares of the decisions'>{parts}</div><p class=keys>{keys}</p>"
    )


def _comparison(heading: str, compared: Mapping[str, Any]) -> str:
    head = "".join(f"<th>{name}<small>{BETTER[name]} is better</small></th>" for name in MEASURES)
    rows = []
    for name, measured in compared["measures"].items():
        changes = compared["change"].get(name, {})
        cells = "".join(_cell(measured[one], changes.get(one), one) for one in MEASURES)
        rows.append(f"<tr><th scope=row>{escape(name)}</th>{cells}</tr>")
    note = f"{caption(compared)} Changes are paired differences to {compared['base']}."
    return (
        f"<section><h2>{heading} <em>{compared['functions']:,}</em></h2><div class=wide><table>"
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        f"<p class=note>{escape(note)}</p></section>"
    )


def _cell(measured: Mapping[str, float], changed: Mapping[str, float] | None, measure: str) -> str:
    low, high = number(measured["low"], measure).removesuffix(" %"), number(measured["high"], measure)
    badge = _badge(changed, measure) if changed else ""
    return f"<td><b>{number(measured['value'], measure)}</b><small>{low} to {high}</small>{badge}</td>"


def _badge(changed: Mapping[str, float], measure: str) -> str:
    """The change, coloured where its interval leaves out 0."""
    good = changed["difference"] < 0 if BETTER[measure] == "lower" else changed["difference"] > 0
    certain = changed["low"] > 0 or changed["high"] < 0
    kind = ("up" if good else "down") if certain else "even"
    return f"<small class='change {kind}'>{escape(change(changed, measure))}</small>"


def _reasons(reasons: Mapping[str, int]) -> str:
    if not reasons:
        return ""
    most = max(reasons.values())
    rows = "".join(
        f"<tr><th scope=row>{escape(name)}</th><td class=measure>"
        f"<span style='width:{100 * count / most:.1f}%'></span></td><td>{count:,}</td></tr>"
        for name, count in reasons.items()
    )
    return f"<section><h2>Why comments stay</h2><table class=reasons><tbody>{rows}</tbody></table></section>"


def _ground(found: Figures) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in facts(found))
    return (
        f"<section><h2>What this rests on</h2><dl>{rows}</dl><p class=note>A comment that wins by these "
        "measures is not shown to be true: rules read what they can, and the classifier sees words, not what "
        "code does. Code was not touched.</p></section>"
    )


def _examples(rewrites: Sequence[Rewrite]) -> str:
    cards, tabs = [], []
    for decision, most in EXAMPLES.items():
        own = [one for one in rewrites if one.decision == decision and (one.new or decision == FAILED)]
        shown = own[:: max(1, len(own) // most)][:most] if own else []
        if shown:
            tabs.append(
                f"<button data-show={decision}>{decision} <b>{len(shown)}</b> of {len(own):,}</button>"
            )
            cards += [_card(one) for one in shown]
    if not cards:
        return ""
    return (
        "<section><h2>Side by side</h2><p class=tools>"
        + "".join(tabs)
        + "<input type=search placeholder='filter by name or words' aria-label=filter></p>"
        "<p class=none hidden>None of these examples has these words.</p>" + "".join(cards) + "</section>"
    )


def _card(one: Rewrite) -> str:
    left, right = _marked(one.old or "", one.new or "")
    why = f"{one.reason}: {one.detail}" if one.detail else one.reason or "measured better"
    if len(why) > MOST_DETAIL:
        why = f"{why[:MOST_DETAIL]} …"
    place = f"{one.repository} · {one.path}:{one.start_line} · {one.language}"
    none = "<em>none</em>"
    return (
        f"<article class={one.decision} data-of={one.decision}><h3><code>{_shown(one.qualified_name)}</code>"
        f"<span>{_shown(place)}</span></h3><p class=why><i class={one.decision}></i>{escape(one.decision)}: "
        f"<bdi>{_shown(why)}</bdi></p><div class=pair>"
        f"<figure><figcaption>old {_scores(one.old_gate)}</figcaption><pre>{left or none}</pre></figure>"
        f"<figure><figcaption>new {_scores(one.new_gate)}</figcaption><pre>{right or none}</pre></figure>"
        "</div></article>"
    )


def _scores(measured: Appraisal | None) -> str:
    if measured is None:
        return ""
    rules = f" · {', '.join(measured.rules)}" if measured.rules else ""
    rank = f"rank {measured.rank:,} of {measured.pool:,}"
    return f"<small>P(inconsistent) {measured.inconsistency:.2f} · {rank}{rules}</small>"


def _marked(old: str, new: str) -> tuple[str, str]:
    """Both texts as HTML, what only one of them has marked."""
    first, second = _WORD.findall(old), _WORD.findall(new)
    if len(first) * len(second) > MOST_COMPARED:
        return _shown(old), _shown(new)
    left, right = list[str](), list[str]()
    for tag, a, b, c, d in difflib.SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        one, other = _shown("".join(first[a:b])), _shown("".join(second[c:d]))
        left.append(one if tag == "equal" or not one else f"<del>{one}</del>")
        right.append(other if tag == "equal" or not other else f"<ins>{other}</ins>")
    return "".join(left), "".join(right)


def _shown(text: str) -> str:
    """Text as HTML, with the code points of characters that hide, turn the direction or control a screen."""
    return NEVER.sub(lambda found: f"<u>U+{ord(found[0]):04X}</u>", escape(text))


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")
