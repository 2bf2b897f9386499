"""What an old comment tells that code cannot, and that a new comment must therefore keep.

A fact is lost when it is missing in the new comment, is not there to be read in the code, and is not what
the code contradicts. Kept word for word: doctests, examples, tags, types, links, references. Kept in
substance: numbers and units in any spelling; notes, warnings and reasons by half of their words.

What is not seen: whether a sentence that was kept still means the same, and facts in words that none of
these kinds covers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from codegloss.extract.docstyles import parse_parts
from codegloss.quality.claims.body import number
from codegloss.quality.claims.check import objections
from codegloss.records import Function
from codegloss.search.lexical import STOP_WORDS, words
from codegloss.synth.writing.convention import convention_key
from codegloss.synth.writing.kept import kept_blocks, prose_of
from codegloss.synth.writing.writers import with_comment

LEAST_KEPT = 0.5  # share of a note's or a reason's words that must be found in the new comment

_UNITS = """
ns nanosecond nanoseconds nsec|us µs microsecond microseconds usec|ms millisecond milliseconds msec millis
s sec secs second seconds|min mins minute minutes|h hr hrs hour hours
day days|week weeks|month months|year years
byte bytes|bit bits|kb kib kilobyte kilobytes|mb mib megabyte megabytes|gb gib gigabyte gigabytes
px pixel pixels|deg degree degrees °|rad radian radians|hz hertz|khz kilohertz|mhz megahertz|ghz gigahertz
% percent percentage|mm millimeter millimeters millimetre millimetres|cm centimeter centimeters
m meter meters metre metres|km kilometer kilometers kilometre kilometres|inch inches|ft feet|mile miles
kelvin|celsius|fahrenheit|volt volts|amp amps ampere amperes|watt watts|newton newtons|pascal pascals|dpi|fps
utc gmt
"""
_UNIT_OF = {
    word: group.split()[0]
    for group in _UNITS.replace("\n", "|").split("|")
    if group.strip()
    for word in group.split()
}
# Without a number before it, a word is a unit where it is nothing else: not `second`, `degree`, `min`.
_ALONE = [
    word
    for word in _UNIT_OF
    if (len(word) > 3 and word.endswith("s")) or word in ("utc", "gmt", "hertz", "dpi")
]
_UNIT_WORD = re.compile(rf"\b({'|'.join(sorted(_ALONE, key=len, reverse=True))})\b", re.IGNORECASE)
_NUMBER = r"(?<![\w.#-])-?\d+(?:[_,]\d{3})*(?:\.\d+)?(?:[eE][+-]?\d+)?"
_ALL_UNITS = "|".join(re.escape(word) for word in sorted(_UNIT_OF, key=len, reverse=True))
_MEASURE = re.compile(rf"({_NUMBER})\s?({_ALL_UNITS})(?!\w)", re.IGNORECASE)
_PLAIN = re.compile(rf"({_NUMBER}|0[xX][\da-fA-F]+)(?![\w.]*\w)")
_URL = re.compile(r"\b(?:https?|ftp)://[^\s<>\"')\]}`]+[^\s<>\"')\]}`.,;:]")
_REFERENCE = re.compile(
    r"(?<![\w&/])(?:#\d+|(?i:GH-?\s?|(?:bpo|issue|bug|ticket|PR)[-\s]?#?)\d+|arXiv:\S+\d|doi:\S+|"
    r"(?i:RFC|PEP|CVE|ECMA|IEEE|ITU|ANSI|ISO)[-\s]?\d[\d:.-]*\d|"
    r"(?!(?:UTF|ISO|SHA|MD|CP|AES|LATIN|BASE|INT|UINT|FLOAT|X)-)[A-Z]{2,10}-\d+)(?!\w)",
)
_REASON = re.compile(
    r"\b(?:because|due to|so that|in order to|work[- ]?around|to avoid|historical(?:ly)?|"
    r"backwards?[- ]compatib\w+|for performance|for compatibility|rationale)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\s*(?:\.\.\s+)?(TODO|FIXME|XXX|HACK|NOTE|WARNING|CAUTION|IMPORTANT)\b\s*(?:\(|:|::|\s-)", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?!\s|$)[^.!?]*)*[.!?]?")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a comment says and code cannot."""

    kind: str  # block, type, link, reference, measure, unit, number, note, reason
    text: str  # verbatim from the comment; for a type `name: type`, where `return` may be the name


def facts(comment: str, language: str) -> list[Fact]:
    """The facts of a comment (a `Function.comment_text`), each once, in no particular order."""
    found: dict[Fact, None] = {}

    def add(kind: str, text: str) -> None:
        found.setdefault(Fact(kind, text.strip()))

    blocks = kept_blocks(comment, language)
    rest = comment.replace("\r\n", "\n")
    for block in blocks:
        add("block", block)
        rest = rest.replace(block, "\n")
    parts = parse_parts(comment, convention_key(language))
    for parameter in parts.parameters:
        if parameter.type:
            add("type", f"{parameter.name}: {parameter.type}")
    if parts.returns and parts.returns.type:
        add("type", f"return: {parts.returns.type}")
    for kind, pattern in (("link", _URL), ("reference", _REFERENCE), ("measure", _MEASURE)):
        for match in pattern.finditer(rest):
            add(kind, match[0])
        rest = pattern.sub(" ", rest)
    for match in _UNIT_WORD.finditer(rest):
        add("unit", match[0])
    for match in _PLAIN.finditer(rest):
        add("number", match[0])
    for paragraph in re.split(r"\n\s*\n", rest):
        if _LABEL.match(paragraph):
            add("note", paragraph)
            continue
        for sentence in _SENTENCE.findall(" ".join(paragraph.split())):
            if _REASON.search(sentence):
                add("reason", sentence)
    return list(found)


def lost(old: str, new: str, function: Function) -> list[Fact]:
    """Facts of the old comment that are missing in the new and that the function's code does not contradict.

    What the code shows by itself, such as a number or a type that stands in it, is not lost either.
    """
    quotes = [" ".join(one.quote.split()) for one in objections(with_comment(function, old))]
    there = set(facts(new, function.language))
    return [
        fact
        for fact in facts(old, function.language)
        if fact not in there
        and not _KEPT[fact.kind](fact.text, new, function)
        and not _is_shown(fact, function)
        and not any(_touches(fact, quote) for quote in quotes)
        and not _is_corrected(fact, old, new, function)
    ]


def retained(old: str, new: str, function: Function) -> list[str]:
    """Sentences and labelled paragraphs of the old comment's prose that hold what the new one would lose.

    Its first sentence, the summary, is among them only where it holds more than a number or a unit.
    """
    missing = [fact for fact in lost(old, new, function) if fact.kind not in ("block", "type")]
    kept: dict[str, None] = {}
    for place, paragraph in enumerate(re.split(r"\n\s*\n", prose_of(old, function.language))):
        if any(fact.kind == "note" and _flat(fact.text) in _flat(paragraph) for fact in missing):
            kept[paragraph.strip()] = None
            continue
        for number_, sentence in enumerate(_SENTENCE.findall(_flat(paragraph))):
            held = [fact for fact in missing if _holds(sentence, fact)]
            is_summary = place == number_ == 0
            if held and not (is_summary and all(fact.kind in ("number", "unit") for fact in held)):
                kept[sentence.strip()] = None
    return list(kept)


def _holds(sentence: str, fact: Fact) -> bool:
    if fact.kind == "reason":
        return _REASON.search(sentence) is not None and _shares_words(fact.text, sentence)
    return re.search(rf"(?<!\w){re.escape(_flat(fact.text))}(?!\w)", sentence) is not None


def _shares_words(asked: str, text: str) -> bool:
    """Whether a text has the share of another's words that counts as telling it again."""
    wanted = [word for word in dict.fromkeys(words(asked)) if word not in STOP_WORDS]
    said = set(words(text))
    return sum(word in said for word in wanted) >= LEAST_KEPT * len(wanted)


def _touches(fact: Fact, quote: str) -> bool:
    """Whether what the code contradicts is this fact, or a part of it that makes up its substance."""
    text = " ".join(fact.text.split())
    if fact.kind in ("block", "note"):
        return False
    if fact.kind == "type":
        name, _, type_ = fact.text.partition(": ")
        return name in quote.split() or type_ in quote
    return text in quote or quote in text


def _is_shown(fact: Fact, function: Function) -> bool:
    """Whether the code shows it, or the fact is about something that the code does not have."""
    if fact.kind == "number":
        return number(fact.text.replace(",", "")) in _numbers(function.code)
    if fact.kind == "unit":
        return fact.text.lower() in {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", function.code)}
    if fact.kind == "type":
        name, _, type_ = fact.text.partition(": ")
        declared = {one.name: one.type for one in function.parameters} | {"return": function.return_type}
        return name not in declared or (declared[name] or "").replace(" ", "") == type_.replace(" ", "")
    return False


def _is_corrected(fact: Fact, old: str, new: str, function: Function) -> bool:
    """Whether the new comment has in its place what the code has: another number, the declared type."""
    if fact.kind in ("number", "measure"):
        told, known = (_numbers(text) for text in (new, old))
        return any(one in _numbers(function.code) for one in told - known)
    if fact.kind == "type":
        name = fact.text.partition(": ")[0]
        declared = next((one for one in function.parameters if one.name == name), None)
        type_ = declared.type if declared else function.return_type if name == "return" else None
        return type_ is not None and _typed(f"{name}: {type_}", new, function)
    return False


def _numbers(text: str) -> set[str]:
    return {number(match[0].replace(",", "")) for match in re.finditer(r"(?<![\w.])\d[\w.]*", text)}


def _flat(text: str) -> str:
    return " ".join(text.split())


def _verbatim(text: str, new: str, function: Function) -> bool:
    return _flat(text) in _flat(new)


def _typed(text: str, new: str, function: Function) -> bool:
    name, _, type_ = text.partition(": ")
    parts = parse_parts(new, convention_key(function.language))
    if name == "return":
        return bool(parts.returns and parts.returns.type == type_)
    return any(one.name == name and one.type == type_ for one in parts.parameters)


def _measured(text: str, new: str, function: Function) -> bool:
    match = _MEASURE.match(text)
    assert match
    said = {(number(one.replace(",", "")), _UNIT_OF[unit.lower()]) for one, unit in _MEASURE.findall(new)}
    return (number(match[1].replace(",", "")), _UNIT_OF[match[2].lower()]) in said


def _in_unit(text: str, new: str, function: Function) -> bool:
    said = [*_UNIT_WORD.findall(new), *(unit for _, unit in _MEASURE.findall(new))]
    return _UNIT_OF[text.lower()] in {_UNIT_OF[word.lower()] for word in said}


def _numbered(text: str, new: str, function: Function) -> bool:
    return number(text.replace(",", "")) in {number(one.replace(",", "")) for one in _PLAIN.findall(new)}


def _retold(text: str, new: str, function: Function) -> bool:
    return _shares_words(text, new)


_KEPT: dict[str, Callable[[str, str, Function], bool]] = {
    "block": _verbatim,
    "link": _verbatim,
    "reference": _verbatim,
    "type": _typed,
    "measure": _measured,
    "unit": _in_unit,
    "number": _numbered,
    "note": _retold,
    "reason": _retold,
}
