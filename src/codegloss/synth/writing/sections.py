"""The sections of a builtin comment: what the code shows of parameters, returned value and exceptions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.records import DocumentedValue, Function, Parameter
from codegloss.synth.writing import phrases
from codegloss.synth.writing.context import Context
from codegloss.synth.writing.convention import Convention
from codegloss.synth.writing.english import article, complement, conjugated, listed, verb_of, words_of
from codegloss.synth.writing.evidence import Evidence

_NOTHING = frozenset(("None", "null", "nil", "undefined", "NULL", "nullptr"))


def sentence(text: str) -> str:
    """The text, ended by a full stop where nothing else ends it."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."


def shown(name: str, evidence: Evidence) -> str:
    """What the body does with a parameter, as far as it shows; empty for nothing."""
    if name in evidence.stored:
        return (
            f"Kept as `{evidence.stored[name]}`" if evidence.stored[name] != name else "Kept as an attribute"
        )
    if evidence.iterates(name):
        return "What is gone through, one by one"
    callees = [one.name for one in evidence.receivers_of(name) if not phrases.is_trivial(one.name)]
    named = list(dict.fromkeys(f"`{one}`" for one in callees if len(one) > 2))
    return f"Passed on to {listed(named[:2])}" if named and len(named) <= 2 else ""


def choice(parameter: Parameter) -> str:
    """What a switch is for, by its name: `strip_tags=False` is whether to strip the tags."""
    is_switch = parameter.default in ("True", "False", "true", "false") or (parameter.type or "").lower() in (
        "bool", "boolean",
    )  # fmt: skip
    found = verb_of(words_of(parameter.name)) if is_switch else None
    return f"Whether to {found[0]} {complement(found[1])}".strip() if found else ""


def returned(function: Function, evidence: Evidence, context: Context) -> DocumentedValue | None:
    """What the code shows of the returned value; None where that is nothing, or no section is written."""
    if "returns" not in context.convention.sections or function.kind == "constructor":
        return None
    values = [text for text in evidence.returned if text]
    if not values or evidence.body.yields:
        return None
    empty = [text for text in values if text in _NOTHING]
    said = _value([text for text in values if text not in _NOTHING])
    if said and empty:
        said += f", or `{empty[0]}`"
    return DocumentedValue(function.return_type, sentence(said)) if said else None


def _value(values: Sequence[str]) -> str:
    """What the returned expressions are, where they are simple; empty elsewhere."""
    if len(values) != 1:
        return "`True` or `False`" if values and set(values) <= {"True", "False"} else ""
    value = values[0]
    if re.fullmatch(r"self|this|\$this", value):
        return "The object itself"
    if re.fullmatch(r"[a-z_][A-Za-z0-9_]*", value):
        said = phrases.thing(value)
        return said[:1].upper() + said[1:]
    if match := re.fullmatch(r"(?:new\s+)?([A-Z]\w*[a-z]\w*)\(.*\)", value):
        return f"{article(match[1]).capitalize()} `{match[1]}`"
    if match := re.fullmatch(r"(?:[\w.]*\.)?(\w+)\([^()]*\)", value):
        return f"What `{match[1]}` returns" if len(match[1]) > 3 else ""
    return ""


def merged(raises: Sequence[DocumentedValue]) -> list[DocumentedValue]:
    """One entry for each type: its conditions joined by `or`."""
    found: dict[str | None, list[str]] = {}
    for one in raises:
        found.setdefault(one.type, []).append(one.description)
    merged = []
    for type_, texts in found.items():
        conditions = [text[3:-1] for text in texts if text.startswith("If ")]
        if len(conditions) == len(texts):
            merged.append(DocumentedValue(type_, f"If {', or if '.join(conditions[:3])}."))
        else:
            merged.append(DocumentedValue(type_, texts[0]))
    return merged


def told(raises: Sequence[DocumentedValue], convention: Convention) -> str:
    """The exceptions in prose, for a codebase that has no section for them."""
    verb = conjugated("raise", convention.imperative)
    said = [
        f"{verb} `{one.type}` {one.description[:1].lower()}{one.description[1:]}"
        for one in raises
        if one.type and one.description.startswith("If ")
    ]
    return " ".join(said[:3])
