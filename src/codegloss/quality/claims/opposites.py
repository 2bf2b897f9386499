"""A comment that says the opposite of the function's name and code: the trace of copy and paste.

The name decides what the function is for; its code must not use the comment's word either, so that
`remove` whose code calls `add` on the other list is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from codegloss.encoder.inputs import code_of
from codegloss.quality.claims.phrases import line_of, stem, stems, words_of
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.records import Function

# One pair a row: the words of either side, as they stand in names. Verbs count where the summary
# begins with them, nouns anywhere in it.
_VERBS = """
add / remove delete
open / close
encode / decode
encrypt / decrypt
serialize serialise / deserialize deserialise unserialize
compress / decompress uncompress
enable activate / disable deactivate
start / stop
push / pop
lock / unlock
show / hide
get / set
increment increase / decrement decrease
attach / detach
register / unregister deregister
subscribe / unsubscribe
load / save store unload
insert / delete remove
acquire / release
connect / disconnect
expand / collapse
allocate / free deallocate
pause / resume
mount / unmount
install / uninstall
"""
_NOUNS = """
first / last
minimum min minimal lowest smallest smaller / maximum max maximal highest largest larger greatest
ascending / descending
prefix / suffix
width / height
left / right
top / bottom
upper uppercase / lower lowercase
"""
_SUMMARY = 200  # characters in which a noun is looked for
_TAGS = re.compile(r"\n\s*(?:[@\\:]\w|Args:|Parameters|Returns|Example)")
MOST = 1500  # characters of prose that are looked at
# Names in the summary are of other functions: "to be called after begin_fill()".
_CODE = re.compile(r"`[^`\n]*`|\{@\w+[^{}\n]*\}|\b\w+(?:\(\)|[_.#:]+\w)[\w.]*|\b[A-Za-z]+[a-z][A-Z]\w*|#\w+")
_NOTHING = frozenset({"void", "None", "Unit", "Void", "()"})
_MADE = frozenset({"constructor", "destructor", "operator"})  # named after their class
_SPOILS = frozenset({"reverse", "reversed", "opposite", "backwards", "instead"})
_SETS, _NO_SETTER = frozenset({"set", "sets"}), frozenset({"of", "for", "up", "to", "containing"})
_NOT = frozenset({"no", "not", "non", "zero", "without", "never"})
_LINKS = stems(("get", "set", "is", "to", "of", "in", "for", "from", "by", "the", "value", "all"))
_GIVES = frozenset({"return", "returns"})


@cache
def _pairs(table: str) -> dict[str, list[tuple[frozenset[str], frozenset[str]]]]:
    """By stem: the family that it is of, and the opposite one."""
    pairs: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for line in table.strip().splitlines():
        one, _, other = line.partition("/")
        left, right = frozenset(map(stem, one.split())), frozenset(map(stem, other.split()))
        for family, opposite in ((left, right), (right, left)):
            for word in family:
                pairs.setdefault(word, []).append((family, opposite))
    return pairs


def _inverted(subject: Subject) -> Iterator[Claim]:
    summary = _told(subject.function)[:_SUMMARY]
    said, named = words_of(_CODE.sub(" ", summary)), words_of(subject.function.name)
    if not said or not named or subject.function.kind in _MADE:
        return
    told, name = [stem(word) for word in said], [stem(word) for word in named]
    if _SPOILS & set(said) or "or" in named or (said[0] in _SETS and said[1:2] and said[1] in _NO_SETTER):
        return
    found = _opposed(told[:1], name[:1], told, name, _pairs(_VERBS)) or _opposed(
        told, name, told, name, _pairs(_NOUNS)
    )
    if found is None and name[0] == "set" and said[0] in _GIVES and subject.function.return_type in _NOTHING:
        found = 0, frozenset({"return"}), frozenset({"set"})
    if found is None:
        return
    place, family, opposite = found
    if _NOT & set(said[max(place - 2, 0) : place]) or not _is_accessor(name[0], subject.function):
        return
    if _named_too(subject, opposite) or not _same_object(told, name):
        return
    if not family & _code_stems(subject):
        word = said[place]
        yield Claim(
            quote=_line_with(subject.function.comment_text or summary, word),
            message=f"the comment says {word!r}, {subject.function.name!r} and its code the opposite",
        )


def _told(function: Function) -> str:
    """What the comment says first: its summary, or what is returned where it says nothing else."""
    returns = function.parts.returns if function.parts else None
    return (function.summary or (returns.description if returns else "")).strip()


def _opposed(
    said: list[str],
    named: list[str],
    told: list[str],
    name: list[str],
    pairs: dict[str, list[tuple[frozenset[str], frozenset[str]]]],
) -> tuple[int, frozenset[str], frozenset[str]] | None:
    """Place of the word among `said` that is the opposite of one `named`, its family and that of the name.

    None where the comment (`told`) has the name's word too, or the name has both.
    """
    for word in named:
        for family, opposite in pairs.get(word, ()):
            if family & set(told) or opposite & set(name):
                continue
            for place, candidate in enumerate(said):
                if candidate in opposite:
                    return place, opposite, family
    return None


def _is_accessor(verb: str, function: Function) -> bool:
    """False for a `get` that is given something to set, and a `set` that is given nothing."""
    given = [parameter for parameter in function.parameters if parameter.name not in ("self", "cls", "this")]
    return not given if verb == "get" else bool(given) or verb != "set"


def _same_object(told: list[str], name: list[str]) -> bool:
    """Whether comment and name, the opposites apart, speak of one thing; so does a name of one word."""
    rest = [
        word
        for word in name
        if word not in _LINKS and not _pairs(_VERBS).keys() | _pairs(_NOUNS).keys() >= {word}
    ]
    return not rest or bool(set(rest) & set(told))


def _named_too(subject: Subject, family: frozenset[str]) -> bool:
    """Whether the prose before any tags has the name's word as well, or one derived from it: "deletion"."""
    prose = _TAGS.split(subject.function.comment_text or "", maxsplit=1)[0][:MOST]
    words = [word for word in words_of(_CODE.sub(" ", prose)) if word not in ("setting", "settings")]
    return any(word.startswith(start) for word in words for start in family if len(start) > 2)


def _code_stems(subject: Subject) -> frozenset[str]:
    function = subject.function
    code = code_of(function.code, function.inner_comments)
    return stems(words_of(code.replace(function.name, " ")))


def _line_with(text: str, word: str) -> str:
    """The first line of the text in which the word stands."""
    match = re.search(rf"(?<![A-Za-z]){word}", text, re.IGNORECASE)
    return line_of(text, match.start() if match else 0)


_EXPLANATION = """\
The summary has a word (add, first, minimum, left, open) whose opposite stands in the function's name,
while neither name nor code has the comment's word: most often a comment copied from the twin.

No finding: where the code uses the comment's word, or the comment the name's; where they share no other word;
a `get` that is given an object to fill.

    /** Adds a listener. */
    void removeListener(Listener l) { listeners.drop(l); }

Cure: write the comment for the function that it stands on.
"""

RULES: tuple[Rule, ...] = (
    Rule(
        code="CG503",
        name="inverted-order",
        summary="the comment names the opposite of what the function's name and code say",
        explanation=_EXPLANATION,
        confidence=0.85,
        find=_inverted,
    ),
)
