"""How a codebase writes its doc comments, told from those it has: style, sections, mood, human language.

A convention is that of one programming language in one repository. Where there are too few documented
functions to tell, it is what the language's own tool asks for (`DEFAULTS`); Python has several, of which
`google` is taken.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cmp_to_key

from codegloss.extract.languages import languages
from codegloss.quality.english import foreign
from codegloss.quality.material import MARKED
from codegloss.records import CommentParts, Function
from codegloss.synth.writing.english import VERBS, base

LEAST = 5  # documented functions below which a default stands
LEAST_STYLED = 3  # of them with sections, below which the style is the default
MOST_LOOKED_AT = 2_000  # documented functions of one convention; more tell no more
LEAST_FOREIGN = 0.3  # share of comments in another language from which that is the codebase's
MANY = 0.5  # share from which a habit is the codebase's

ENGLISH = "English"
_WIDTHS = (72, 79, 80, 88, 100, 120)  # columns at which lines are wrapped, as tools have them

# Scripts that tell a language, and small words that tell one of those in Latin letters.
_SCRIPTS = {
    "Japanese": re.compile(r"[\u3040-\u30ff]"),
    "Korean": re.compile(r"[\uac00-\ud7af]"),
    "Chinese": re.compile(r"[\u4e00-\u9fff]"),
    "Russian": re.compile(r"[\u0400-\u04ff]"),
    "Greek": re.compile(r"[\u0370-\u03ff]"),
    "Arabic": re.compile(r"[\u0600-\u06ff]"),
    "Hebrew": re.compile(r"[\u0590-\u05ff]"),
    "Thai": re.compile(r"[\u0e00-\u0e7f]"),
}
_SMALL_WORDS = {
    "German": "der die das und ist nicht ein eine einen wird werden mit von zur zum wenn oder auf aus für",
    "French": "le les des une est et pour dans que qui du sur avec pas cette ce si renvoie retourne la un",
    "Spanish": "el los las una por para con del como se es la un que en y si devuelve",
    "Portuguese": "o os as um uma por para com do da como se não é que em e retorna",
    "Italian": "il lo gli della di che un una sono con per se del la e nel",
    "Dutch": "het een voor niet wordt van de en is met of als naar",
    "Polish": "jest nie dla oraz lub przez się do na w z",
    "Turkish": "ve bir ile için bu bu̇ olarak veya değil",
}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Convention:
    """How doc comments of one language are written in one repository."""

    style: str  # of the sections: google, numpy, sphinx, epytext, javadoc, …, or plain for none
    human_language: str = ENGLISH
    imperative: bool = True  # "Return the name" and not "Returns the name"
    full_stop: bool = True  # at the end of a summary
    capital: bool = True  # at its beginning
    names_itself: bool = False  # summaries begin with the function's own name, as Go's do
    sections: tuple[str, ...] = ("parameters", "returns", "raises")  # that are written, in their order
    headings: tuple[tuple[str, str], ...] = ()  # how a section is called where it is not as usual
    types: bool = False  # parameters' types are written in the comment
    hyphen: bool = False  # between a parameter's name and its description, in block tags
    backslash: bool = False  # before Doxygen's commands, in place of @
    width: int = 88  # columns that a line of the comment's text may take, indentation not counted
    examples: int = 0  # documented functions that this was told from

    def heading(self, section: str, usual: str) -> str:
        """The heading of a section as the codebase has it."""
        return dict(self.headings).get(section, usual)


# What the tool of each language asks for; the key is the `convention` of the languages' table.
DEFAULTS: Mapping[str, Convention] = {
    "docstring": Convention("google"),
    "javadoc": Convention("javadoc", imperative=False),
    "kdoc": Convention("kdoc", imperative=False),
    "scaladoc": Convention("scaladoc", imperative=False),
    "jsdoc": Convention("jsdoc", imperative=False, types=True, hyphen=True),
    "tsdoc": Convention("tsdoc", imperative=False, hyphen=True),
    "phpdoc": Convention("phpdoc", types=True),
    "doxygen": Convention("doxygen", imperative=False),
    "yard": Convention("yard", imperative=False, types=True),
    "ldoc": Convention("ldoc", imperative=False),
    "shdoc": Convention("shdoc"),
    "xmldoc": Convention("xmldoc", imperative=False),
    "rustdoc": Convention("rustdoc", imperative=False, sections=("raises",)),
    "godoc": Convention("godoc", imperative=False, names_itself=True, sections=()),
    "swiftdoc": Convention("swiftdoc", imperative=False),
    "plain": Convention("plain", sections=()),
}


@cache
def convention_key(language: str) -> str:
    """Name of the comment convention of a language, as `extract.docstyles` takes it."""
    return next((row.convention for row in languages().values() if row.name == language), "plain")


def default(language: str) -> Convention:
    """The convention of a codebase that documents nothing."""
    return DEFAULTS[convention_key(language)]


def human_language(text: str) -> str:
    """English, or the name of another language that a text is written in."""
    if not foreign(text):
        return ENGLISH
    for name, script in _SCRIPTS.items():
        if len(script.findall(text)) * 5 > sum(map(str.isalpha, text)):
            return name
    words = Counter(_WORD.findall(text.lower()))
    found = {name: sum(words[word] for word in small.split()) for name, small in _SMALL_WORDS.items()}
    best = max(found, key=lambda name: found[name])
    return best if found[best] else "another language"


def is_documented(function: Function) -> bool:
    """Whether the function has a doc comment that says something."""
    marked = function.is_doc or function.language not in MARKED
    return bool(function.summary) and marked and not function.is_generated


def conventions(functions: Iterable[Function]) -> dict[tuple[str, str], Convention]:
    """The convention of each repository and language among the functions."""
    found: dict[tuple[str, str], list[Function]] = defaultdict(list)
    for function in functions:
        members = found[function.repository, function.language]
        if len(members) < MOST_LOOKED_AT and is_documented(function):
            members.append(function)
    return {key: convention_of(members, key[1]) for key, members in found.items()}


def convention_of(documented: Sequence[Function], language: str) -> Convention:
    """The convention that documented functions of one language keep."""
    usual = default(language)
    if len(documented) < LEAST:
        return usual
    styles = Counter(one.parts.style for one in documented if one.parts and one.parts.style != "plain")
    style = usual.style
    if styles and styles.most_common(1)[0][1] >= LEAST_STYLED:
        style = styles.most_common(1)[0][0]
    own = [one for one in documented if one.parts and one.parts.style == style]
    openings = [opening for one in documented if (opening := _opening(one))]
    moods = Counter(word in VERBS for word in openings if base(word))
    summaries = [one.summary for one in documented if one.summary]
    sections = _sections(documented, own, style)
    return Convention(
        style=style if sections or convention_key(language) != "docstring" else "plain",
        human_language=_spoken(documented),
        imperative=moods[True] >= moods[False] if sum(moods.values()) >= LEAST_STYLED else usual.imperative,
        full_stop=_share(summary.rstrip().endswith((".", "。")) for summary in summaries) >= MANY,
        capital=_share(not _begins_small(one) for one in documented) >= MANY,
        names_itself=_share((one.summary or "").startswith(f"{one.name} ") for one in documented) >= MANY,
        sections=sections,
        headings=_headings(own, style),
        types=_share(
            part.type is not None for one in own if one.parts for part in one.parts.parameters
        ) >= MANY,
        hyphen=_share(_has_hyphen(one) for one in own if one.parts and one.parts.parameters) >= MANY,
        backslash=_share("\\" in (one.comment_text or "") for one in own) >= MANY,
        width=_width(documented),
        examples=len(documented),
    )  # fmt: skip


def as_in(convention: Convention, parts: CommentParts | None) -> Convention:
    """The convention with the style and the sections that one comment has, so that none of them is lost."""
    if parts is None or parts.style == "plain":
        return convention
    present = {"parameters": parts.parameters, "returns": parts.returns, "raises": parts.raises}
    sections = (*convention.sections, *(name for name in present if name not in convention.sections))
    typed = any(one.type for one in parts.parameters) or bool(parts.returns and parts.returns.type)
    return replace(
        convention,
        style=parts.style,
        sections=tuple(name for name in sections if name in convention.sections or present[name]),
        types=convention.types or typed,
    )


def _share(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _spoken(documented: Sequence[Function]) -> str:
    tongues = Counter(human_language(one.comment_text or "") for one in documented)
    others = {name: count for name, count in tongues.items() if name != ENGLISH}
    if sum(others.values()) < LEAST_FOREIGN * len(documented):
        return ENGLISH
    return max(others, key=lambda name: others[name])


def _opening(function: Function) -> str:
    """The first word of a summary, small, the function's own name left out."""
    said = (function.summary or "").removeprefix(f"{function.name} ")
    match = _WORD.match(said.lstrip())
    return match[0].lower() if match else ""


def _begins_small(function: Function) -> bool:
    said = (function.summary or "").removeprefix(f"{function.name} ")
    return said[:1].islower() and not (function.summary or "").startswith(function.name)


def _sections(documented: Sequence[Function], own: Sequence[Function], style: str) -> tuple[str, ...]:
    """The sections that most functions have that could have them, in the order of most comments."""
    could: dict[str, list[bool]] = {"parameters": [], "returns": [], "raises": []}
    for one in documented:
        parts = one.parts if one.parts and one.parts.style == style else None
        if any(
            parameter.kind != "receiver" and parameter.name not in ("self", "cls")
            for parameter in one.parameters
        ):
            could["parameters"].append(bool(parts and parts.parameters))
        if one.return_type not in (None, "None", "void", "()", "Unit"):
            could["returns"].append(bool(parts and parts.returns))
        if one.raises:
            could["raises"].append(bool(parts and parts.raises))
    # Most public comments, though not all, have the sections: a third is a habit.
    written = {name for name, had in could.items() if _share(had) >= MANY / 1.5}
    if "parameters" in written and _share(bool(one.parts and one.parts.returns) for one in own) >= MANY / 1.5:
        written.add("returns")
    # What no function could have had is written as well, where anything is.
    written |= {name for name, had in could.items() if written and not had}
    before = Counter(pair for one in own for pair in _order(one))
    usual = ("parameters", "returns", "raises")

    def compare(one: str, other: str) -> int:
        return before[other, one] - before[one, other] or usual.index(one) - usual.index(other)

    return tuple(sorted(written, key=cmp_to_key(compare)))


_PLACES = {
    "parameters": r"[:@\\]param\b|(?:Args|Arguments|Parameters|Params)\b|<param\b|- Param|# (?:Arg|Param)",
    "returns": r"[:@\\]returns?\b|(?:Returns?|Yields?)\s*:?\s*$|Returns:|<returns\b|- Returns|# Return",
    "raises": r"[:@\\](?:raise|throw|exception)|Raises\s*:?\s*$|<exception\b|- Throws|# (?:Errors|Panics)",
}  # fmt: skip


def _order(function: Function) -> list[tuple[str, str]]:
    """Pairs of sections of which the first stands before the second."""
    text = function.comment_text or ""
    places = {
        name: match.start()
        for name, place in _PLACES.items()
        if (match := re.search(rf"^\s*(?:{place})", text, re.MULTILINE))
    }
    ordered = sorted(places, key=lambda name: places[name])
    return [(one, other) for number, one in enumerate(ordered) for other in ordered[number + 1 :]]


_HEADINGS = {
    "parameters": re.compile(
        r"^[ \t]*(?:# )?(Args|Arguments|Parameters|Params)[ \t]*:?[ \t]*$", re.MULTILINE
    ),
    "returns": re.compile(r"^[ \t]*(?:# )?(Returns|Return)[ \t]*:?[ \t]*$", re.MULTILINE),
    "raises": re.compile(r"^[ \t]*(?:# )?(Raises|Throws|Exceptions|Errors)[ \t]*:?[ \t]*$", re.MULTILINE),
}


def _headings(own: Sequence[Function], style: str) -> tuple[tuple[str, str], ...]:
    if style not in ("google", "numpy", "rustdoc"):
        return ()
    found = []
    for section, pattern in _HEADINGS.items():
        counts = Counter(match for one in own for match in pattern.findall(one.comment_text or ""))
        if counts:
            found.append((section, counts.most_common(1)[0][0]))
    return tuple(found)


def _has_hyphen(function: Function) -> bool:
    return re.search(r"@param\s[^\n]*?\s-\s", function.comment_text or "") is not None


def _width(documented: Sequence[Function]) -> int:
    """The column of a common tool within which nearly all lines of comments lie."""
    lengths = sorted(
        len(line) for one in documented for line in (one.comment_text or "").split("\n") if line.strip()
    )
    longest = lengths[int(0.98 * (len(lengths) - 1))] if lengths else 80
    return next((width for width in _WIDTHS if width >= longest), _WIDTHS[-1])
