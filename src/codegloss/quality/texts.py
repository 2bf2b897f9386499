"""The text of a pair: what a doc comment says, or why it says nothing worth learning."""

from __future__ import annotations

import re

from codegloss.quality.english import foreign
from codegloss.quality.reasons import Reason

MIN_WORDS, MAX_WORDS = 3, 200  # fewer words say no more than a name, more are a manual
MIN_LETTER_SHARE = 0.6  # of the characters that are no space; tables, art and data have less

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CODE_MARKS = re.compile(r"[{}=;\[\]<>\\|$^~@#&]|->|::|\(\)")
_SIGNATURE = re.compile(r"[\w.:~<>]+\s?\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\s*(?:->|:)\s*\S+.*)?[.;]?")
_ARGUMENTS = re.compile(  # `name (type, optional): …`, a list of parameters that has no heading
    r"[\w.*]+ \((?:str|int|bool|float|list|tuple|dict|torch|np|tf|[A-Z])"
    r"[\w.,\[\]*| ]*(?:\([^()]*\))?[^()]{0,60}\):"
)
_LICENCE = re.compile(
    r"\b(?:licen[sc]ed? (?:under|to you)|copyright|\(c\) ?\d{4}|all rights reserved|redistribution and use|"
    r"permission is hereby granted|SPDX-License|without warrant(?:y|ies)|as[- ]is\" basis)\b",
    re.IGNORECASE,
)

# How texts begin that describe no behaviour; `$` where nothing may follow.
_NO_DESCRIPTION = re.compile(
    "|".join(
        (
            r"todo|fixme|xxx|hack|tbd|wip|lorem ipsum|undocumented|docs? for |documentation (?:for|is)",
            r"internal use only|for internal use|not (?:used|documented)|no longer (?:used|documented)",
            r"(?:this (?:method|function|class) (?:is|was) )?(?:auto[- ]?|automatically )generated",
            r"generated (?:by|from|code)|code generated|(?:do not|don't) (?:edit|call|use)\b",
            r"non[- ]?javadoc|inherit(?:ed|s|doc)?\b.{0,20}$|description (?:of|here)|unit tests? ",
            r"(?:method|function) (?:stub|description)|@see|see (?:also\b|the |\w*[.#:(]|\w+$)",
            r"see (?:rfc|section|base|parent|super|https?|above|below|about|issue|documentation)\b",
            r"@?deprecated\b|ditto|as above|like above|(?:the )?same (?:thing )?as\b|similar to\b",
            r"(?:alias|shorthand|synonym) (?:of|for|to)\b|(?:copied|adapted|taken|borrowed|ported) from\b",
            r"eslint|jshint|istanbul|ts-|phpcs|noinspection|pylint|mypy|type:|noqa|prettier|jsx\b|@?suppress",
            r"(?:partial )?(?:implementation|implements?|overrides?|overridden|overriding|inherited)"
            r"(?: (?:of|the|from|for|by|method|in))*\s+\S+$",
            r"implements? (?:the )?[\w.:<>#()-]+(?: (?:interface|method|protocol|trait))?\.?$",
            r"(?:(?:default|copy|move|the|public|private|class|standard|empty|no-arg(?:ument)?) )*"
            r"(?:constructor|destructor|ctor|dtor|initiali[sz]er)s?"
            r"(?: (?:and|or|&) (?:constructor|destructor|ctor|dtor)s?)?(?: (?:for|of) \S+)?\.?$",
            r"(?:(?:an? |the )?(?:event )?(?:getter|setter|accessor|mutator|handler|callback|helper)) "
            r"(?:for|of|to)\s+\S+$",
        )
    ),
    re.IGNORECASE,
)


def without_own_name(text: str, name: str) -> str:
    """A text that opens with the name of what it describes, as Go's do, without it: nobody searches so."""
    first, _, rest = text.partition(" ")
    verb = rest.partition(" ")[0]
    if (
        first.strip("()*") == name
        and verb.isalpha()
        and verb.islower()
        and verb not in ("is", "are", "and", "or")
    ):
        return rest[0].upper() + rest[1:]
    return text


def words(text: str) -> list[str]:
    """The words of a text: runs of letters."""
    return _WORD.findall(text)


def objection(text: str) -> Reason | None:
    """Why a cleaned text is no description of a function, None where it is one."""
    found = words(text)
    distinct = {word for word in text.split() if any(map(str.isalpha, word))}
    if len(distinct) < MIN_WORDS:
        return Reason("text too short", text[:80])
    if len(found) > MAX_WORDS:
        return Reason("text too long", f"{len(found)} words")
    if _LICENCE.search(text):
        return Reason("licence text", text[:80])
    if _NO_DESCRIPTION.match(text):
        return Reason("boilerplate", text[:80])
    letters = sum(map(len, found))
    if foreign(text):
        return Reason("another language", text[:80])
    if letters < MIN_LETTER_SHARE * (len(text) - text.count(" ")):
        return Reason("no prose", text[:80])
    if len(_CODE_MARKS.findall(text)) > max(4, len(found) // 2):
        return Reason("no prose", text[:80])
    if _SIGNATURE.fullmatch(text) or _ARGUMENTS.match(text):
        return Reason("no prose", text[:80])
    return None
