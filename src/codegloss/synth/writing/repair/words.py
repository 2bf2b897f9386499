"""Edits of words that turn a sentence round, and of names, where the code tells which one is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches

from codegloss.encoder.inputs import code_of
from codegloss.quality.claims import truths
from codegloss.quality.claims.check import check
from codegloss.quality.claims.conditions import verdict
from codegloss.quality.claims.phrases import stem, stems, words_of
from codegloss.quality.claims.rule import Subject
from codegloss.records import Finding
from codegloss.synth.writing.english import third
from codegloss.synth.writing.repair.edit import Edit, cased, each, every, quoted_at, text_of, whole
from codegloss.synth.writing.writers import with_comment

_MEANT = re.compile(r"names '(?P<name>\w+)'.* is '(?P<meant>\w+)' meant\?")

_TRUTH = re.compile(r"\b(?:true|false)\b", re.IGNORECASE)
_OPPOSITE = {"true": "false", "false": "true"}
# Where a sentence, a paragraph or an entry ends.
_STOPS = re.compile(r"\.(?=\s*\n)|\n[ \t]*(?=\n|[@\\:*+-]|<)|\Z")
_ASKED = re.compile(r"\b(is|are|was|were)\b(?P<nots>\s+not\b)?", re.IGNORECASE)

# Words of a bound, each with those that may be meant instead: the opposite, then those with another edge.
_MORE = ("greater", "larger", "bigger", "higher", "more", "longer")
_LESS = ("less", "smaller", "smaller", "lower", "less", "shorter")
_BOUND = re.compile(
    rf"\b(?:(?P<or>(?P<word>{'|'.join((*_MORE, *_LESS, 'fewer'))})\s+than\s+or\s+equal(?:s)?(?:\s+to)?)"
    rf"|(?P<than>{'|'.join((*_MORE, *_LESS, 'fewer'))})\s+than|at\s+(?P<at>least|most)"
    r"|(?P<sign>non-?negative|positive|negative))\b|(?P<symbol>[<>]=?)",
    re.IGNORECASE,
)
_SIGNS = ("negative", "non-negative", "positive")
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d.]*(?<!\.)(?![\w])|\b(?:zero|one|two|three)\b")

# Nouns and their opposites, as the rule pairs them.
NOUNS = (
    ("first", "last"), ("minimum", "maximum"), ("min", "max"), ("minimal", "maximal"), ("lowest", "highest"),
    ("smallest", "largest"), ("smallest", "greatest"), ("smaller", "larger"), ("smaller", "greater"),
    ("ascending", "descending"), ("prefix", "suffix"), ("width", "height"), ("left", "right"),
    ("top", "bottom"), ("upper", "lower"), ("uppercase", "lowercase"), ("lowest", "greatest"),
    ("lowest", "largest"),
)  # fmt: skip
_RESULT = re.compile(
    r"\breturn(?:s|ed|ing)?:?\s+(?:value\s+)?[`'\"*]*(?P<value>None|null|nil|NULL|nullptr|undefined|-1|0|1)\b",
    re.IGNORECASE,
)
LIKE = 0.7  # likeness, by `difflib`, from which another name may have been meant as well
_NULLS = frozenset(("none", "null", "nil", "nullptr", "undefined"))


def _unknown_name(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG401: the near name that the finding suggests, where this function's code has it."""
    match = _MEANT.search(finding.message)
    if match and _is_plain(match["name"], match["meant"], subject):
        text = every(_whole_name(match["name"]), text_of(subject), match["meant"])
        yield Edit(text, f"`{match['name']}` renamed to `{match['meant']}`")


def _whole_name(name: str) -> re.Pattern[str]:
    """The name where it is no part of a longer one; an attribute of something counts."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _is_plain(name: str, meant: str, subject: Subject) -> bool:
    """Whether a near name is one of this function's, and no other of them is nearly as near."""
    function = subject.function
    own = {*subject.body.identifiers, *(one.name for one in function.parameters)}
    own |= set(_words_in(function.qualified_name))
    if _folded(name) == _folded(meant):
        return meant in own
    return meant in own and set(get_close_matches(name, own, 3, LIKE)) <= {meant}


def _words_in(path: str) -> list[str]:
    """The names in a path such as `Pool::get` or `Pool.get`."""
    return re.findall(r"\w+", path)


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


# --- true and false ----------------------------------------------------------------------------


def _inverted_boolean(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG501: true for false and false for true wherever the comment says which is when; of "whether", `not`.

    Nothing where the name alone says the opposite, or where one value is returned whatever the condition.
    """
    text = text_of(subject)
    if verdict(subject.body) is None or "the name '" in finding.message or "only ever" in finding.message:
        return
    claims = list(truths.claims_of_truth(text))
    spans = [span for _, _, line in claims if (span := _sentence(text, line))]
    found = {match.start(): match for span in spans for match in _of_result(text, span)}
    if found:
        yield Edit(_flipped(text, list(found.values())), "true and false changed places")
    if len(claims) == 1:
        for match in list(found.values())[:1] if len(found) > 1 else ():
            yield Edit(
                _flipped(text, [match]), f"{match[0]} made {cased(_OPPOSITE[match[0].lower()], match[0])}"
            )
        for match in _ASKED.finditer(text, *spans[0]) if spans and not found else ():
            end = match.start("nots") if match["nots"] else match.end()
            words = match[1] if match["nots"] else f"{match[1]} not"
            behind = "" if match["nots"] else " not"
            yield Edit(text[:end] + behind + text[match.end() :], f"{match[0]!r} made {words!r}")


def _of_result(text: str, span: tuple[int, int]) -> list[re.Match[str]]:
    """The words of truth in a sentence; of two that are the same, for a case and otherwise, the first."""
    found = list(_TRUTH.finditer(text, *span))
    return found[:1] if len({match[0].lower() for match in found}) == 1 else found


def _one_result_for_both(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG505: the other value in one of the two places, where the code denies it in the other."""
    text = text_of(subject)
    span = _sentence(text, finding.quote)
    found = list(_TRUTH.finditer(text, *span)) if span else []
    if len(found) != 2:
        return
    second, first = (_flipped(text, [match]) for match in (found[1], found[0]))
    denied = [bool(check(with_comment(subject.function, one), rules=truths.RULES)) for one in (second, first)]
    if denied == [False, True]:
        yield Edit(second, f"the second {found[1][0]} turned round")
    elif denied == [True, False]:
        yield Edit(first, f"the first {found[0][0]} turned round")


def _flipped(text: str, found: list[re.Match[str]]) -> str:
    for match in sorted(found, key=lambda one: -one.start()):
        text = text[: match.start()] + cased(_OPPOSITE[match[0].lower()], match[0]) + text[match.end() :]
    return text


def _sentence(text: str, quote: str) -> tuple[int, int] | None:
    """From the quoted line to the end of its sentence, paragraph or entry."""
    span = quoted_at(text, quote)
    if span is None:
        return None
    stop = _STOPS.search(text, span[0] + 1)
    return span[0], max(span[1], stop.start() if stop else span[1])


# --- bounds and order --------------------------------------------------------------------------


def _inverted_bound(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG502: the opposite words, those with another edge, or the number that the code compares with."""
    text = text_of(subject)
    span = _sentence(text, finding.quote)
    if span is None:
        return
    if "the code compares" in finding.message:
        numbers = dict.fromkeys(re.findall(r"(?<![\w.])-?\d[\d.]*", finding.message.rpartition(" with ")[2]))
        for number in numbers:
            for changed in each(_NUMBER, text, span, number):
                yield Edit(changed, f"the bound made {number}")
        return
    for match in _BOUND.finditer(text, *span):
        for words in _bounds(match):
            new = cased(words, match[0])
            yield Edit(text[: match.start()] + new + text[match.end() :], f"{match[0]!r} made {new!r}")


def _bounds(match: re.Match[str]) -> list[str]:
    """What may be meant by words of a bound, the opposite first."""
    if match["at"]:
        least = match["at"].lower() == "least"
        return [
            "at most" if least else "at least",
            "less than" if least else "more than",
            "more than" if least else "less than",
        ]
    if match["sign"]:
        told = match["sign"].lower().replace("nonneg", "non-neg")
        return [one for one in _SIGNS if one != told]
    if match["symbol"]:
        flipped = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}[match["symbol"]]
        rest = [one for one in ("<", "<=", ">", ">=") if one not in (flipped, match["symbol"])]
        return [flipped, *rest]
    word = (match["word"] or match["than"]).lower().replace("fewer", "less")
    rising = word in _MORE
    other = _LESS[_MORE.index(word)] if rising else _MORE[_LESS.index(word)]
    if match["or"]:
        return [
            re.sub(r"^\w+", other, match["or"]), f"{word} than", f"{other} than",
        ]  # fmt: skip
    return [
        re.sub(r"^\w+", other, match[0]),
        f"{word} than or equal to",
        f"{other} than or equal to",
    ]


def _inverted_order(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG503: the opposite word everywhere, where the code itself uses it."""
    match = re.match(r"the comment says '([A-Za-z]+)'", finding.message)
    if match is None:
        return
    word, text = match[1], text_of(subject)
    used = _code_stems(subject)
    for pair in NOUNS:
        for one, other in (pair, pair[::-1]):
            shows = _shows(other, used) or (other in _ENDS and _ENDS[other].search(subject.function.code))
            if one == word and shows and not whole(other).search(text.lower()):
                yield Edit(_swapped(text, word, other), f"{word!r} made {other!r}")
    verb = next(iter(words_of(subject.function.name)), "")
    if stem(verb) in used and text.lower().startswith(word):
        new = verb if third(verb) == word or not word.endswith("s") else third(verb)
        yield Edit(cased(new, text) + text[len(word) :], f"{word!r} made {new!r}")


def _shows(word: str, used: frozenset[str]) -> bool:
    """Whether the code uses a noun, or the short form that code has for it."""
    short = {
        "minimum": "min", "minimal": "min", "lowest": "min", "smallest": "min", "smaller": "min",
        "maximum": "max", "maximal": "max", "highest": "max", "largest": "max", "larger": "max",
        "greatest": "max", "greater": "max", "uppercase": "upper", "lowercase": "lower",
    }  # fmt: skip
    return bool({stem(word), stem(short.get(word, word))} & used)


# How code takes the first and the last of something without a word for it.
_ENDS = {"first": re.compile(r"[\[(]\s*0\s*[\])]"), "last": re.compile(r"[\[(]\s*-\s*1\s*[\])]")}


def _swapped(text: str, word: str, other: str) -> str:
    return re.sub(rf"\b{word}\b", lambda match: cased(other, match[0]), text, flags=re.IGNORECASE)


def _code_stems(subject: Subject) -> frozenset[str]:
    function = subject.function
    code = code_of(function.code, function.inner_comments)
    return stems(words_of(code.replace(function.name, " ", 1)))


# --- results -----------------------------------------------------------------------------------


def _contradicting_result(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG504: the one literal that the code returns and the comment does not tell of."""
    text = text_of(subject)
    span = quoted_at(text, finding.quote)
    returned = dict.fromkeys(value.strip() for value in subject.body.returns)
    literals = [value for value in returned if re.fullmatch(r"-?\d+", value) or value.lower() in _NULLS]
    if span is None:
        return
    said = list(_RESULT.finditer(text, max(0, span[0] - 40), span[1]))
    for match in said:
        others = [value for value in literals if value != match["value"]]
        told = text[: match.start("value")] + text[match.end("value") :]
        free = [value for value in others if not whole(value).search(told)]
        if len(free) == 1 and match.start("value") >= span[0]:
            changed = text[: match.start("value")] + free[0] + text[match.end("value") :]
            yield Edit(changed, f"{match['value']} made {free[0]}")


MENDERS: Mapping[str, Callable[[Subject, Finding], Iterator[Edit]]] = {
    "CG401": _unknown_name,
    "CG501": _inverted_boolean,
    "CG502": _inverted_bound,
    "CG503": _inverted_order,
    "CG504": _contradicting_result,
    "CG505": _one_result_for_both,
}
