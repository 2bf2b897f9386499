"""What a classifier of inconsistency looks at: how a comment and its function's code fit, as numbers.

Nothing here knows a language: code is its words, and what extraction says of its head. A feature
is NaN where it makes no sense, such as the share of documented parameters that exist where none
is documented.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codegloss.quality.inconsistency.bank import Bank, relative
from codegloss.quality.inconsistency.cross import Cross
from codegloss.quality.inconsistency.operators import operators
from codegloss.quality.inconsistency.vocabulary import Vocabulary
from codegloss.quality.reading import Code, Prose, code, prose
from codegloss.quality.reasons import Reason
from codegloss.records import Function

Floats = NDArray[np.float32]
NAN = math.nan
NEAR = 20  # functions on either side that a comment is compared with
ALIKE = 0.7  # cosine from which two words count as the same: close and closes have 0.8
MOST_WORDS = 400  # distinct words of one text that are compared with each other's

_OPPOSITES = """
first last|min max|minimum maximum|add remove|add delete|insert delete|insert remove|start stop|start end
begin end|open close|read write|get set|before after|left right|enable disable|enabled disabled|show hide
true false|least most|increase decrease|increment decrement|push pop|encode decode|serialize deserialize
lock unlock|upper lower|input output|include exclude|empty full|positive negative|ascending descending
greater less|load save|load store|width height|row column|rows columns|parent child|key value
prefix suffix|append prepend|client server|send receive|request response|import export|next previous
top bottom|up down|even odd|connect disconnect|attach detach|register unregister|subscribe unsubscribe
encrypt decrypt|compress decompress|horizontal vertical|success failure|more fewer|larger smaller|all any
inclusive exclusive|public private|create destroy|allow deny|valid invalid|
"""
OPPOSITES: dict[str, set[str]] = {}
for _pair in _OPPOSITES.replace("\n", "|").split("|"):
    for _one, _other in (_pair.split(), _pair.split()[::-1]) if _pair else ():
        OPPOSITES.setdefault(_one, set()).add(_other)

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])")
_MARKED = re.compile(r"`+([^`\n]+)`+|\{@(?:code|link(?:plain)?)\s+([^{}\s]+)[^{}]*\}|<code>([^<>]+)</code>")
_NAME_LIKE = re.compile(r"\b(?:[a-z]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|\w+_\w+|[A-Z]{2,}_\w+)\b")
_GIVES_VALUE = re.compile(r"\b(?:return|yield)[ \t]+(?!(?:None|null|nil|undefined)\b)[^\s;})]|=>|->")
_GIVES_BOOLEAN = re.compile(
    r"\breturn\s+(?:not\b|!|true\b|false\b|True\b|False\b)|\breturn\b[^;\n]*(?:==|!=|&&|\|\|)"
)
_SPEAKS_OF_VALUE = re.compile(r"\breturns?\b|\bgets?\b|\byields?\b|\bgiven? back\b", re.IGNORECASE)
_SPEAKS_OF_BOOLEAN = re.compile(
    r"\bwhether\b|\b(?:true|false) (?:if|when|iff)\b|\bif and only if\b|\bbool", re.IGNORECASE
)
_NO_VALUE = frozenset(("void", "None", "()", "Unit", "Void", "nil", "never", "unit"))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another function of the same file."""

    id: str
    name: str
    vector: Floats  # of its code; unit


@dataclass(frozen=True, slots=True)
class Example:
    """A documented function, and the functions with a body that stand around it in its file."""

    function: Function
    others: Sequence[Function]


Features = dict[str, float]


def around(functions: Sequence[Function]) -> Iterator[Example]:
    """Each function with those of its file that stand nearest to it among `functions`, in their order."""
    files: dict[tuple[str, str], list[Function]] = {}
    places = list[int]()
    for function in functions:
        file = files.setdefault((function.repository, function.path), [])
        places.append(len(file))
        file.append(function)
    for function, place in zip(functions, places, strict=True):
        file = files[function.repository, function.path]
        near = file[max(0, place - NEAR) : place] + file[place + 1 : place + 1 + NEAR]
        yield Example(function, [other for other in near if other.has_body])


def measure(
    examples: Sequence[Example],
    vocabulary: Vocabulary,
    bank: Bank | None = None,
    cross: Cross | None = None,
) -> list[Features | Reason]:
    """The features of each example, or why it cannot be judged.

    Those that a bank or a cross-encoder is needed for are there where one is given.
    """
    said = [prose(example.function) for example in examples]
    done = [code(example.function) for example in examples]
    others = {
        other.id: other
        for example, text in zip(examples, said, strict=True)
        if isinstance(text, Prose)
        for other in example.others
    }
    theirs = {id: code(other).all for id, other in others.items()}
    texts = [[*text.lead, *text.all] for text in said if isinstance(text, Prose)]
    texts += [[*some.all, *some.head, *some.calls] for some in done]
    vocabulary.learn([*texts, *theirs.values()])
    neighbours = {
        id: Neighbour(id, others[id].name, vocabulary.vector(vocabulary.ids(text)))
        for id, text in theirs.items()
    }
    found = [
        text
        if isinstance(text, Reason)
        else features(example.function, text, some, [neighbours[o.id] for o in example.others], vocabulary)
        for example, text, some in zip(examples, said, done, strict=True)
    ]
    both = [(text, some) for text, some in zip(said, done, strict=True) if not isinstance(text, Reason)]
    more = _together(both, vocabulary, bank, cross)
    return [row if isinstance(row, Reason) else row | next(more) for row in found]


def _together(
    both: Sequence[tuple[Prose, Code]], vocabulary: Vocabulary, bank: Bank | None, cross: Cross | None
) -> Iterator[Features]:
    """The features that are quicker made of many examples at once."""
    found: list[Features] = [{} for _ in both]
    if bank and both:
        leads = np.stack([vocabulary.vector(vocabulary.ids(text.lead)) for text, _ in both])
        owns = np.stack([vocabulary.vector(vocabulary.ids(some.all)) for _, some in both])
        found = relative(leads, owns, bank)
    if cross:
        margins = cross.margins([(text.text, some.source) for text, some in both]).tolist()
        found = [row | {"cross": margin} for row, margin in zip(found, margins, strict=True)]
    return iter(found)


def features(
    function: Function,
    said: Prose,
    done: Code,
    neighbours: Sequence[Neighbour],
    vocabulary: Vocabulary,
) -> Features:
    """The features by name; `vocabulary` has learnt all words of `said` and `done`."""
    return {
        **_meaning(said, done, neighbours, function, vocabulary),
        **_overlap(said, done, vocabulary),
        **_names(function, said, done),
        **_head(function, said, done),
        **_sizes(said, done),
        **operators(said.raw, done.source),
    }


def strangers(said: Prose, done: Code, vocabulary: Vocabulary, most: int = 3) -> list[str]:
    """The words of a summary that count most and have nothing like them in the code, the strangest first."""
    some = _distinct(said.lead)
    vocabulary.learn([some, done.all])
    asking, asked = vocabulary.ids(some), vocabulary.ids(_distinct(done.all))
    if not len(asking) or not len(asked):
        return some[:most]
    best = (vocabulary.units[asking] @ vocabulary.units[asked].T).max(1)
    strange = vocabulary.lengths[asking] * (1 - best)
    return [some[place] for place in np.argsort(-strange, kind="stable")[:most] if best[place] < ALIKE]


def _distinct(some: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(some))[:MOST_WORDS]


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else NAN


def _meaning(
    said: Prose,
    done: Code,
    neighbours: Sequence[Neighbour],
    function: Function,
    vocabulary: Vocabulary,
) -> Features:
    """Cosines of whole texts, and late interaction: for each word of one side the best of the other's."""
    ids = {
        "lead": vocabulary.ids(_distinct(said.lead)),
        "all": vocabulary.ids(_distinct(said.all)),
        "name": vocabulary.ids(_distinct(done.name)),
        "head": vocabulary.ids(_distinct(done.head)),
        "calls": vocabulary.ids(_distinct(done.calls)),
        "code": vocabulary.ids(_distinct(done.all)),
    }
    lead = vocabulary.vector(vocabulary.ids(said.lead))
    own = vocabulary.vector(vocabulary.ids(done.all))
    found = {
        "cos": float(lead @ own),
        "cos_all": float(vocabulary.vector(vocabulary.ids(said.all)) @ own),
        "cos_name": float(lead @ vocabulary.vector(ids["name"])),
        "cos_head": float(lead @ vocabulary.vector(ids["head"])),
        "cos_calls": float(lead @ vocabulary.vector(ids["calls"])) if len(ids["calls"]) else NAN,
    }
    for one, other in _COMPARED:
        mean, least = _best(ids[one], ids[other], vocabulary)
        found[f"late_{one}_{other}"] = mean
        found[f"least_{one}_{other}"] = least
    verb = ids["lead"][:1]
    found["verb_name"] = _best(verb, ids["name"], vocabulary)[0]
    found["verb_code"] = _best(verb, ids["code"], vocabulary)[0]
    return found | _among(lead, float(lead @ own), neighbours, function)


_COMPARED = (
    ("lead", "code"), ("lead", "head"), ("lead", "calls"), ("all", "code"), ("name", "lead"), ("name", "all"),
    ("head", "all"), ("calls", "all"), ("code", "all"),
)  # fmt: skip


def _best(asking: NDArray[np.int64], asked: NDArray[np.int64], vocabulary: Vocabulary) -> tuple[float, float]:
    """Mean, weighted by length, and least of the best cosines of words with others; NaN for no words."""
    if not len(asking) or not len(asked):
        return NAN, NAN
    best = (vocabulary.units[asking] @ vocabulary.units[asked].T).max(1)
    weights = vocabulary.lengths[asking]
    return float(best @ weights / max(float(weights.sum()), 1e-6)), float(best.min())


def _among(lead: Floats, own: float, neighbours: Sequence[Neighbour], function: Function) -> Features:
    """How the code stands to the comment among the other functions of its file, overloads left out."""
    others = [one.vector for one in neighbours if one.id != function.id and one.name != function.name]
    if not others:
        return {"above_mean": NAN, "above_best": NAN, "beaten_by": NAN}
    theirs = np.stack(others) @ lead
    return {
        "above_mean": own - float(theirs.mean()),
        "above_best": own - float(theirs.max()),
        "beaten_by": float((theirs >= own).mean()),
    }


def _overlap(said: Prose, done: Code, vocabulary: Vocabulary) -> dict[str, float]:
    """Shares of one side's words that the other has, weighted by length; words that say the opposite."""
    code_words, head, name = (set(map(_stem, some)) for some in (done.all, done.head, done.name))
    lead, text = set(map(_stem, said.lead)), set(map(_stem, said.all))
    opposed = [word for word in set(said.lead) if word in OPPOSITES and _stem(word) not in code_words]
    in_code, in_name = set(done.all), set(done.name)

    def share(asking: Sequence[str], asked: set[str]) -> float:
        some = _distinct(asking)
        weights = vocabulary.lengths[vocabulary.ids(some)]
        total = float(weights.sum())
        hits = np.fromiter((_stem(word) in asked for word in some), np.float32, len(some))
        return float(hits @ weights) / total if total else NAN

    return {
        "share_lead_code": share(said.lead, code_words),
        "share_lead_head": share(said.lead, head),
        "share_all_code": share(said.all, code_words),
        "share_name_lead": share(done.name, lead),
        "share_name_all": share(done.name, text),
        "share_code_all": share(done.all, text),
        "words_shared": math.log1p(len(lead & code_words)),
        "opposites_code": float(sum(bool(OPPOSITES[word] & in_code) for word in opposed)),
        "opposites_name": float(sum(bool(OPPOSITES[word] & in_name) for word in opposed)),
        "supported": float(sum(word in OPPOSITES and word in in_code for word in set(said.lead))),
        "named_first": float(bool(said.lead) and _stem(said.lead[0]) in name),
    }


@lru_cache(1 << 16)
def _stem(word: str) -> str:
    """The word without a plural's or a third person's `s`, `es`, `ed`, `ing`."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _names(function: Function, said: Prose, done: Code) -> dict[str, float]:
    """Names in code marks, names told by their shape, and numbers: how many, how many the code lacks."""
    known = (
        set(re.findall(r"\w+", done.source)) | {function.name} | set((function.class_name or "").split("."))
    )
    known |= {parameter.name for parameter in function.parameters}
    marked = {
        name for match in _MARKED.findall(said.raw) for name in re.findall(r"[A-Za-z_]\w+", "".join(match))
    }
    shaped = set(_NAME_LIKE.findall(said.raw)) - marked
    numbers = set(_NUMBER.findall(said.raw))
    in_code = set(_NUMBER.findall(done.source))
    return {
        "marked": float(len(marked)),
        "marked_found": _mean(name in known for name in marked),
        "shaped": float(len(shaped)),
        "shaped_found": _mean(name in known for name in shaped),
        "numbers_missing": float(len(numbers - in_code)),
        "numbers_found": _mean(number in in_code for number in numbers),
    }


def _head(function: Function, said: Prose, done: Code) -> dict[str, float]:
    """The parts of the comment against what the function's head and body declare."""
    declared = {_bare(p.name) for p in function.parameters if p.kind != "receiver"}
    parts = function.parts
    documented = {_bare(part.name) for part in parts.parameters} if parts else set[str]()
    raised = {_last(name) for name in function.raises}
    told = {_last(part.type) for part in parts.raises if part.type} if parts else set[str]()
    gives = bool(_GIVES_VALUE.search(done.source)) and function.return_type not in _NO_VALUE
    boolean = (function.return_type or "").lower() in ("bool", "boolean") or bool(
        _GIVES_BOOLEAN.search(done.source)
    )
    text = " ".join(said.text.split())
    return {
        "parameters": float(len(declared)),
        "parameters_documented": float(len(documented)),
        "documented_exist": _mean(name in declared for name in documented),
        "declared_documented": _mean(name in documented for name in declared) if documented else NAN,
        "declared_mentioned": _mean(name in said.raw for name in declared),
        "returns_documented": float(bool(parts and parts.returns)),
        "gives_value": float(gives),
        "gives_boolean": float(boolean),
        "speaks_of_value": float(bool(_SPEAKS_OF_VALUE.search(text))),
        "speaks_of_boolean": float(bool(_SPEAKS_OF_BOOLEAN.search(said.raw))),
        "raises_documented": float(len(told)),
        "raises_found": _mean(name in raised or name in done.source for name in told),
        "raised_documented": _mean(name in told or name in said.raw for name in raised),
    }


def _bare(name: str) -> str:
    return name.strip("*&$@ ").lower()


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1].rsplit("::", 1)[-1]


def _sizes(said: Prose, done: Code) -> dict[str, float]:
    return {
        "lead_words": math.log1p(len(said.lead)),
        "all_words": math.log1p(len(said.all)),
        "code_words": math.log1p(len(done.all)),
        "distinct_code": math.log1p(len(set(done.all))),
        "calls": math.log1p(len(done.calls)),
        "lines": math.log1p(done.source.count("\n")),
    }
