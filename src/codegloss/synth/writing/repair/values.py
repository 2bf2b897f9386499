"""Edits of what entries say: types and defaults, what is returned, what is raised."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from tree_sitter import Node

from codegloss.quality.claims.defaults import default_of
from codegloss.quality.claims.documented import declared, documented
from codegloss.quality.claims.literals import literal
from codegloss.quality.claims.phrases import stems, words_of
from codegloss.quality.claims.rule import Subject
from codegloss.records import Finding, Parameter
from codegloss.synth.writing.repair.edit import (
    Edit,
    code_in,
    each,
    entries_of,
    every,
    head_of,
    lines_of,
    quoted_at,
    text_of,
    text_without,
    whole,
)

_VALUE = re.compile(
    r"\bdefault\w*[^.;]{0,30}?(?P<value>'[^'\n]*'|\"[^\"\n]*\"|(?<![\w.])-?\d[\w.]*\w|(?<![\w.])-?\d"
    r"|\b(?:true|false|none|null|nil|undefined)\b)",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\[\s*[\w$]+\s*=\s*(?P<value>[^\]\n]+?)\s*\]")
_OPTIONAL = (
    re.compile(r",\s*optional\b", re.IGNORECASE),
    re.compile(r"\boptional,\s*", re.IGNORECASE),
    re.compile(r"\s*[(\[]optional[)\]]", re.IGNORECASE),
    re.compile(r"(?<=\s)optional[.:]?\s+", re.IGNORECASE),
)
_NOTHING = re.compile(r"\s*\|\s*None\b|\bNone\s*\|\s*")
_OPTIONAL_TYPE = re.compile(r"(?:typing\.)?Optional\[(?P<inner>.+)\]")
# How a comment calls the type of a literal; of numbers, whole ones first.
_LITERALS: Mapping[str, Mapping[str, str]] = {
    "python": {"text": "str", "flag": "bool", "number": "int", "list": "list", "mapping": "dict"},
    "php": {"text": "string", "flag": "bool", "number": "int", "list": "array"},
    "javascript": {"text": "string", "flag": "boolean", "number": "number"},
    "typescript": {"text": "string", "flag": "boolean", "number": "number"},
    "ruby": {"text": "String", "flag": "Boolean", "number": "Integer", "list": "Array", "mapping": "Hash"},
    "lua": {"text": "string", "flag": "boolean", "number": "number"},
}


# --- types and defaults ------------------------------------------------------------------------


def _contradicting_type(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG111: the type that the declaration has, or that the literal in its place is of."""
    text, function, name = text_of(subject), subject.function, code_in(finding)
    told = next((one for one in documented(function) if one.name == name), None)
    code = declared(function).get(name)
    if told and code and told.type:
        wanted = _type_of(code, function.language, "ptional" in finding.quote or "None" in told.type)
        own = [one for one in entries_of(subject) if name in one.names and one.role in ("type", "parameter")]
        was, about = told.type, f"of `{name}` "
    else:
        returns = function.parts.returns if function.parts else None
        if returns is None or returns.type is None:
            return
        wanted = function.return_type or next(
            (found for one in subject.body.returns if (found := _word_for(one, function.language))), None
        )
        own = [one for one in entries_of(subject) if one.role == "returns"]
        was, about = returns.type, "that is returned "
    if not re.fullmatch(r"[\w.]+(?:[\[<{(].*[\]>})])?|[\[{(].*[\]})]", was) and (
        word := re.match(r"\w+", was)
    ):
        was = word[0]  # what follows is no part of the type: `str [default: x]`
    for entry in own if wanted else ():
        for changed in each(whole(was), text, head_of(text, entry), wanted or ""):
            yield Edit(changed, f"type {about}`{was}` made `{wanted}`")


def _type_of(parameter: Parameter, language: str, is_optional: bool) -> str | None:
    """The declared type, else the word for the default's; without None where the entry tells that apart."""
    if not parameter.type:
        return _word_for(parameter.default or "", language)
    if not is_optional:
        return parameter.type
    match = _OPTIONAL_TYPE.fullmatch(parameter.type)
    return match["inner"] if match else _NOTHING.sub("", parameter.type)


def _word_for(source: str, language: str) -> str | None:
    value = literal(source)
    word = _LITERALS.get(language, {}).get(value.kind) if value else None
    return {"int": "float", "Integer": "Float"}.get(word or "", word) if "." in source[:9] else word


def _contradicting_optionality(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG112: without the word."""
    text, name = text_of(subject), code_in(finding)
    for entry in entries_of(subject):
        if name in entry.names:
            for pattern in _OPTIONAL:
                for changed in each(pattern, text, head_of(text, entry), ""):
                    yield Edit(changed, f"`{name}` no longer called optional")


def _contradicting_default(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG121: the default that the code has, in the quotes that the comment has."""
    text, name = text_of(subject), code_in(finding)
    code = declared(subject.function).get(name)
    source = default_of(subject.function, code) if code else None
    for entry in entries_of(subject) if source else ():
        if name not in entry.names:
            continue
        span = lines_of(text, entry)
        found = [match for pattern in (_VALUE, _BRACKETED) for match in pattern.finditer(text, *span)]
        if any(_is_set_instead(subject, source or "", match["value"]) for match in found):
            return
        alike = [match for match in found if match["value"] == found[0]["value"]]
        for some in (alike, *([match] for match in found)):
            yield _with_default(text, some, name, source or "")


def _is_set_instead(subject: Subject, source: str, stated: str) -> bool:
    """Whether the declared default is empty, and the body has the stated one for it: `name or 'Unnamed'`."""
    value, said = literal(source), literal(stated)
    is_empty = value is not None and not value.value
    return is_empty and said is not None and said.kind == "text" and said.value in subject.body.strings


def _with_default(text: str, found: Sequence[re.Match[str]], name: str, source: str) -> Edit:
    words = ""
    for match in sorted(found, key=lambda one: -one.start()):
        new = _as_quoted(source, match["value"])
        text = text[: match.start("value")] + new + text[match.end("value") :]
        words = f"default of `{name}` {match['value']} made {new}"
    return Edit(text, words)


def _as_quoted(source: str, like: str) -> str:
    value = literal(source)
    if value and value.kind == "text" and like[:1] in "'\"" and like[:1] not in value.value:
        return f"{like[0]}{value.value}{like[0]}"
    return source


# --- what is returned, what is raised ----------------------------------------------------------


def _false_returns(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG201, CG203: without the entry."""
    own = [one for one in entries_of(subject) if one.role == "returns"]
    if own:
        yield Edit(text_without(subject, own), "entry of the returned value removed")


_YIELDS = {"yield": "return", "yields": "returns", "return": "yield", "returns": "yields"}


_COLLECTION = re.compile(r"\b(?:list|tuple|set|dict\w*|array|sequence)\b", re.IGNORECASE)


def _yields_or_returns(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG204: under the other heading; without the entry where that describes a collection."""
    text, parts = text_of(subject), subject.function.parts
    if parts and parts.returns and _COLLECTION.search(f"{parts.returns.type} {parts.returns.description}"):
        yield from _false_returns(subject, finding)
        return
    for entry in entries_of(subject):
        if entry.role == "returns":
            head = replace(entry, start=entry.section[0], end=entry.section[1]) if entry.section else entry
            start, end = head_of(text, head)
            match = re.search(r"\b(yields?|returns?)\b", text[start:end], re.IGNORECASE)
            if match:
                new = _YIELDS[match[0].lower()]
                new = new.capitalize() if match[0][0].isupper() else new
                changed = text[: start + match.start()] + new + text[start + match.end() :]
                if entry.section and entry.section[1] - entry.section[0] == 2:  # the line below is as long
                    changed = _underlined(changed, entry.section[0])
                yield Edit(changed, f"`{match[0]}` made `{new}`")


def _underlined(text: str, title: int) -> str:
    lines = text.split("\n")
    below = lines[title + 1]
    lines[title + 1] = below[: len(below) - len(below.lstrip())] + below.strip()[0] * len(
        lines[title].strip()
    )
    return "\n".join(lines)


def _impossible_raise(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG301: the exception that is raised where the names are nearly the same, else without the entry."""
    told, raised = _exceptions(subject, finding)
    for name in told:
        for other in raised:
            yield Edit(every(whole(name), text_of(subject), other), f"`{name}` renamed to `{other}`")
        own = [one for one in entries_of(subject) if one.role == "raises" and name in map(_last, one.names)]
        if own and not raised:
            yield Edit(text_without(subject, own), f"entry of `{name}` removed")


_DEFENSIVE = frozenset(("NotImplementedError", "AssertionError", "RuntimeError"))
# Share of a description's words that the raise and the tests before it must have: the exception of a callee
# is often described where another one is raised here.
_LEAST_SHARED = 0.5
_ABSENT = re.compile(r"\b(?:null|none|nil|nullptr|undefined)\b", re.IGNORECASE)
_MISSING = re.compile(
    r"\b(?:no|not|missing|without|unknown|absent|unset|already|exists?)\b|n't\b", re.IGNORECASE
)


def _mistaken_raise(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG303: the one exception that is raised and not listed, where the entry describes just that raise."""
    told, raised = _exceptions(subject, finding)
    text, parts = text_of(subject), subject.function.parts
    span = quoted_at(text, finding.quote)
    listed = {name for one in entries_of(subject) if one.role == "raises" for name in map(_last, one.names)}
    unlisted = {_last(name) for name in subject.body.raises if name} - listed - _DEFENSIVE
    if span is None or parts is None or len(raised) != 1 or len(unlisted) != 1:
        return
    for name in told:
        described = [one.description for one in parts.raises if _last(one.type or "") == name]
        if (
            whole(name).search(text, *span)
            and name not in subject.body.identifiers
            and all(_is_described(subject, one, raised[0]) for one in described)
        ):
            yield Edit(every(whole(name), text, raised[0]), f"`{name}` made `{raised[0]}`")


def _is_described(subject: Subject, description: str, raised: str) -> bool:
    """Whether a description is that of a raise of this exception, by its words and by what is null."""
    said = stems(word for word in words_of(description) if len(word) > 3) - _SAID
    for node in subject.body.raise_nodes:
        if _last(subject.body.raised(node) or "") != raised:
            continue
        code = _with_tests(subject, node)
        shown = stems(words_of(code))
        if (
            said
            and len(said & shown) >= _LEAST_SHARED * len(said)
            and (not _ABSENT.search(description) or _ABSENT.search(code))
            and (not _ABSENT.search(code) or _ABSENT.search(description) or _MISSING.search(description))
        ):
            return True
    return False


_SAID = stems(("this", "that", "with", "when", "error", "thrown", "raised", "value", "given", "argument"))


def _with_tests(subject: Subject, node: Node) -> str:
    """Source text of a raise and of the tests that lead to it."""
    found, outer = [subject.body.text_of(node)], node.parent
    while outer is not None and outer != subject.body.function:
        test = outer.child_by_field_name("condition")
        if test is not None:
            found.append(subject.body.text_of(test))
        outer = outer.parent
    return " ".join(found)


def _exceptions(subject: Subject, finding: Finding) -> tuple[list[str], list[str]]:
    """Bare names in a finding's message: the listed, and those that only the code raises."""
    function = subject.function
    listed = [
        name
        for one in (function.parts.raises if function.parts else ())
        for name in re.findall(r"\w+", one.type or "")
    ]
    raised = [_last(name) for name in subject.body.raises if name]
    said = finding.message.replace(f"`{function.name}`", "")

    def named(names: Sequence[str]) -> list[str]:
        return [name for name in dict.fromkeys(names) if whole(name).search(said)]

    return named(listed), [name for name in named(raised) if name not in listed]


def _last(name: str) -> str:
    return re.split(r"[.:\\]+", name)[-1]


MENDERS: Mapping[str, Callable[[Subject, Finding], Iterator[Edit]]] = {
    "CG111": _contradicting_type,
    "CG112": _contradicting_optionality,
    "CG121": _contradicting_default,
    "CG201": _false_returns,
    "CG203": _false_returns,
    "CG204": _yields_or_returns,
    "CG301": _impossible_raise,
    "CG303": _mistaken_raise,
}
