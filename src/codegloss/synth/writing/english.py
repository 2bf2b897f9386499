"""What English needs to make a sentence of an identifier: verbs and their forms, articles, plurals.

Two moods are written: imperative ("Return the name", as PEP 257 asks) and indicative ("Returns the name",
as Javadoc asks). Words are those of identifiers: small, acronyms apart, which stand as people write them.
What is known of single words stands in `words.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

TABLE: Mapping[str, Any] = tomllib.loads((resources.files(__package__) / "words.toml").read_text("utf-8"))


def wordset(name: str) -> frozenset[str]:
    """A list of words of the table."""
    return frozenset(str(TABLE[name]).split())


_PART = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[^\W\d_A-Z]+\d*|\d+")  # HTTP, Server, größe, float64, 404
_VOWELS = "aeiou"
_PLURAL_EXCEPTIONS = ("ss", "us", "is", "as", "os", "ys")
_PLURAL = wordset("uncounted")
_DOUBLED = wordset("doubled")
_EXPANSIONS: Mapping[str, str] = TABLE["forms"]
_VERB_FORMS: Mapping[str, str] = TABLE["verb_forms"]
_IMPLIED: Mapping[str, str] = TABLE["implied"]

VERBS = wordset("verbs")
PREPOSITIONS = frozenset((
    "to", "from", "by", "with", "without", "for", "in", "of", "as", "into", "on", "onto", "at", "over",
    "under", "between", "before", "after", "until", "via", "per", "using", "through", "against",
    "within", "if", "when", "across", "like",
))  # fmt: skip
_BARE_AFTER = frozenset(
    ("as", "by", "with", "without", "using", "via", "per", "if", "when", "like", "between")
)
_DETERMINERS = frozenset((
    "the", "a", "an", "all", "any", "each", "every", "no", "some", "its", "this", "that", "these",
    "those", "only", "one", "two", "both", "many", "more",
))  # fmt: skip
_ADVERBS = frozenset((
    "again", "once", "twice", "fast", "recursively", "back", "down", "up", "out", "off", "away",
    "safely", "lazily", "now", "async",
))  # fmt: skip


def words_of(identifier: str) -> list[str]:
    """The words of an identifier, small: `getHTTPPort` is get, http, port."""
    return [part.lower() for part in _PART.findall(identifier)]


def expanded(word: str) -> str:
    """What a short form stands for, the word itself for any other: `cfg` is configuration, `url` URL.

    Three letters or less without a vowel are taken for an acronym.
    """
    if word in _EXPANSIONS:
        return _EXPANSIONS[word]
    return word.upper() if 1 < len(word) <= 3 and word.isalpha() and not set(word) & set("aeiouy") else word


def verb_of(words: Sequence[str]) -> tuple[str, list[str]] | None:
    """The verb that a name begins with, in its base form, and the words behind it; None for no verb."""
    if not words:
        return None
    first, rest = words[0], list(words[1:])
    if first in _VERB_FORMS:
        implied = [_IMPLIED[first]] if first in _IMPLIED and not rest else []
        return _VERB_FORMS[first], implied + rest
    return (first, rest) if first in VERBS else None


def base(verb: str) -> str | None:
    """The base form of a verb in the third person or the base form: returns → return; None for no verb."""
    verb = verb.lower()
    if verb in VERBS:
        return verb
    candidates = [verb[:-3] + "y"] if verb.endswith("ies") else []
    candidates += [verb[:-2]] if verb.endswith("es") else []
    candidates += [verb[:-1]] if verb.endswith("s") else []
    return next((one for one in candidates if one in VERBS), None)


def third(verb: str) -> str:
    """The third person singular: copy → copies, do → does."""
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) and verb != "echo" else f"{verb}s"


def gerund(verb: str) -> str:
    """The `-ing` form: make → making, set → setting, tie → tying."""
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing"
    return f"{verb}ing"


def is_plural(word: str) -> bool:
    """Whether a noun looks like a plural, or has none: names, children, data."""
    last = word.lower()
    if last in _PLURAL:
        return True
    return len(last) > 2 and last.endswith("s") and not last.endswith(_PLURAL_EXCEPTIONS)


def article(phrase: str) -> str:
    """`a` or `an`, by the first letter; acronyms by how they are spelt out."""
    first = phrase.strip("`")[:1]
    if phrase[:2].isupper():
        return "an" if first in "AEFHILMNORSX" else "a"
    return (
        "an" if first.lower() in _VOWELS and not phrase.lower().startswith(("un", "us", "eu", "one")) else "a"
    )


def noun(words: Sequence[str], determiner: str = "the") -> str:
    """A noun phrase of an identifier's words: user, cfg → `the user configuration`; empty for none.

    With `a` for a determiner, plurals, acronyms and what cannot be counted get none.
    """
    said = [expanded(word) for word in words]
    if not said:
        return ""
    phrase = " ".join(said)
    if said[0] in _DETERMINERS or not determiner or phrase.replace(" ", "").isdigit():
        return phrase
    if determiner == "a":
        last = said[-1].split()[-1]
        return phrase if is_plural(last) or last.isupper() else f"{article(phrase)} {phrase}"
    return f"{determiner} {phrase}"


def complement(words: Sequence[str]) -> str:
    """What follows a verb, of an identifier's words: user, by, name → `the user by name`."""
    chunks: list[tuple[str, list[str]]] = [("", [])]
    for word in words:
        if word in PREPOSITIONS and (word not in ("like", "over", "under") or chunks[-1][1]):
            chunks.append((word, []))
        else:
            chunks[-1][1].append(word)
    said = []
    for preposition, chunk in chunks:
        if preposition and not chunk:
            continue
        adverbs: list[str] = []
        while chunk and chunk[-1] in _ADVERBS:
            adverbs.insert(0, chunk.pop())
        determiner = "" if preposition in _BARE_AFTER else "a" if preposition in ("to", "into") else "the"
        if preposition in ("to", "into", "from") and chunk and expanded(chunk[-1]).isupper():
            determiner = ""
        said += [preposition, noun(chunk, determiner), *adverbs]
    return " ".join(part for part in said if part)


def conjugated(verb: str, imperative: bool) -> str:
    """The verb as a summary begins with it, a capital first: Return, or Returns."""
    form = verb if imperative else third(verb)
    return form[:1].upper() + form[1:]


def listed(parts: Sequence[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"
