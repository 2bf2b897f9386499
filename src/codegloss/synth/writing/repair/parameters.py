"""Edits of which parameters there are: a present name, an entry less, an entry in its own place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches

from codegloss.quality.claims.documented import declared, documented
from codegloss.quality.claims.phrases import stems, words_of
from codegloss.quality.claims.rule import Subject
from codegloss.records import Finding
from codegloss.synth.writing.repair.edit import (
    EXAMPLE_LINE,
    Edit,
    code_in,
    entries_of,
    every,
    head_of,
    lines_of,
    text_of,
    text_without,
    whole,
)
from codegloss.synth.writing.repair.entries import Entry
from codegloss.synth.writing.repair.words import NOUNS

NEAR = 0.6  # likeness, by `difflib`, from which CG101 takes two names for one
_RECEIVERS = frozenset(("self", "cls", "this"))
# Before a name that is marked as code, and behind one that is.
_MARKED = r"(?:(?<=`)|(?<=\*)|(?<=['\"])|(?<=@code )|(?<=[@\\][pa] )|(?<=parameter )|(?<=argument ))"
_MARKS = r"(?=\(|[\"']? (?:parameter|argument)\b)"
# Where a word is the name all the same: `if x is None`, `join(x)`, `the given x`, `the x is null`.
_USED = (
    r"(?<=\b[Ii]f )NAME(?= (?:is|isn't|was|wasn't)\b)|(?<=\w\()NAME(?=[,)])"
    r"|(?:(?<=\bthe given )|(?<=\bthe specified )|(?<=\bthe supplied )|(?<=\bthe provided ))NAME(?!\w)"
    r"|(?<=\bthe )NAME(?= (?:is|was) (?:not )?(?:null|None|nil|undefined|empty|negative|invalid|missing)\b)"
)


def _unknown_parameter(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG101: under its present name, where it is plain which one that is; else without the entry."""
    name = code_in(finding)
    own = [one for one in entries_of(subject) if name in one.names and one.role in ("parameter", "type")]
    target = _present_name(subject, name, own)
    if not own or _is_told_elsewhere(subject, own, name):
        return
    for place in (0, 1) if target else ():  # `:param name name:` has the type first
        text = _renamed(subject, own, name, target or "", place)
        yield Edit(text, f"parameter `{name}` renamed to `{target}`")
    if _may_go(subject, own, name):
        yield Edit(_dropped(subject, own, name), f"entry of the parameter `{name}` removed")


def _may_go(subject: Subject, own: Sequence[Entry], name: str) -> bool:
    """Whether entries may be removed.

    Not where nothing of what is documented is declared, for such a comment documents what the function
    returns, or another overload; nor where the rest of the comment marks the name, nor examples.
    """
    lines = text_of(subject).split("\n")
    if any(EXAMPLE_LINE.match(line) for one in own for line in lines[one.start : one.end]):
        return False
    marked = _marked(name)
    if any(marked.search(line) for line in _outside(lines, own)):
        return False
    told = documented(subject.function)
    return len(told) == 1 or any(one.name in declared(subject.function) for one in told)


def _outside(lines: Sequence[str], own: Sequence[Entry]) -> list[str]:
    """The lines outside some entries that are none of examples."""
    inside = {number for one in own for number in range(one.start, one.end)}
    rest = (line for number, line in enumerate(lines) if number not in inside)
    return [line for line in rest if not EXAMPLE_LINE.match(line)]


def _marked(name: str) -> re.Pattern[str]:
    """The name where it is marked as code, or used as only a name is."""
    word, used = whole(name).pattern, _USED.replace("NAME", re.escape(name))
    return re.compile(f"{_MARKED}{word}|{word}{_MARKS}|{used}")


def _is_told_elsewhere(subject: Subject, own: Sequence[Entry], name: str) -> bool:
    """Whether prose outside its entries tells of the parameter: a short name, of which it cannot be sure."""
    lines = _outside(text_of(subject).split("\n"), own)
    return len(name) < 3 and any(whole(name).search(line) for line in lines)


def _present_name(subject: Subject, name: str, own: Sequence[Entry]) -> str | None:
    """The declared parameter that a documented one most likely is; None where that is not plain.

    By likeness of the names; by its place, where the other documented names stand in the order of the
    declaration; or because the entry has the words of one name that is not documented.
    """
    told = [one for entry in _in_order(subject) for one in entry.names]
    known = declared(subject.function)
    names = [one for one in known if one not in _RECEIVERS and known[one].kind != "receiver"]
    missing = [one for one in names if one not in told]
    folded = {one.lower().replace("_", ""): one for one in missing}
    near = get_close_matches(name.lower().replace("_", ""), folded, 1, NEAR)
    if near:
        return folded[near[0]]
    for kind, i, j, k, m in SequenceMatcher(None, told, names, autojunk=False).get_opcodes():
        if kind == "replace" and j - i == m - k and name in told[i:j]:
            return names[k + told[i:j].index(name)]
    text = text_of(subject)
    said = {word for entry in own for word in stems(words_of(text[slice(*lines_of(text, entry))]))}
    meant = [one for one in missing if stems(words_of(one)) and stems(words_of(one)) <= said]
    return meant[0] if len(meant) == 1 else None


def _in_order(subject: Subject) -> list[Entry]:
    """The entries of parameters, from above."""
    return sorted((one for one in entries_of(subject) if one.role == "parameter"), key=lambda one: one.start)


def _renamed(subject: Subject, own: Sequence[Entry], name: str, target: str, place: int) -> str:
    """The text with a parameter's name changed: in its entries, and where it is marked as code.

    A name that is no word of English goes everywhere. One that is one stays in prose, which may mean the
    thing and not the parameter: "name: the name of the header".
    """
    text, word = text_of(subject), whole(name)
    is_word = name.isalpha() and (name.islower() or name.isupper())
    for entry in own:
        start, end = _named(text, entry, name, place)
        if end:
            longer = len(target) - len(name) if _is_in_column(subject, text, end) else 0
            text = text[:start] + target + _aligned(text[end:], longer)
        if any({name, target} == set(pair) for pair in NOUNS):
            start, end = lines_of(text, entry)  # `width: the width of it`, copied from the twin
            text = text[:start] + word.sub(lambda _: target, text[start:end]) + text[end:]
    if name in subject.body.identifiers:
        return text
    if not is_word and len(name) > 2:
        return every(word, text, target)
    return every(_marked(name), text, target)


def _named(text: str, entry: Entry, name: str, place: int = 0) -> tuple[int, int]:
    """The name in an entry's head, the first or the next one; nothing, before the text, where it is not."""
    found = list(whole(name).finditer(text, *head_of(text, entry)))
    return found[place].span() if len(found) > place else (0, 0)


_GAP = re.compile(r":?( {2,})(?=\S)")


def _is_in_column(subject: Subject, text: str, end: int) -> bool:
    """Whether the description behind a name, which ends here, stands in one column with that of another."""
    match = _GAP.match(text, end)
    if match is None:
        return False
    column = match.end() - text.rfind("\n", 0, end) - 1
    heads = [text[slice(*head_of(text, one))] for one in entries_of(subject) if one.role == "parameter"]
    gaps = [
        len(line[:column]) - len(line[:column].rstrip())
        for line in heads
        if column < len(line) and not line[column].isspace()
    ]
    return sum(gap > 1 for gap in gaps) > 1 and max(gaps) > 2


def _aligned(text: str, longer: int) -> str:
    """What follows a name that got longer, with the description in its column as far as there is room."""
    match = _GAP.match(text)
    if match is None:
        return text
    return text[: match.start(1)] + " " * max(1, len(match[1]) - longer) + text[match.end() :]


def _dropped(subject: Subject, own: Sequence[Entry], name: str) -> str:
    """The text without a parameter: without its entries, or its name in a list of several."""
    shared = [one for one in own if len(one.names) > 1]
    if not shared:
        return text_without(subject, own)
    text = text_of(subject)
    for entry in shared:
        start, end = head_of(text, entry)
        among = re.compile(rf"(?<![\w.]){re.escape(name)}\s*[,/|&]\s*|\s*[,/|&]\s*{re.escape(name)}(?!\w)")
        text = text[:start] + among.sub("", text[start:end], count=1) + text[end:]
    return text


def _repeated_parameter(subject: Subject, finding: Finding) -> Iterator[Edit]:
    """CG104: the entry that stands in another's place gets its name; of two that say the same, one goes."""
    name = code_in(finding)
    own = [one for one in entries_of(subject) if one.names == (name,) and one.role == "parameter"]
    told = [one.names[0] for one in entries_of(subject) if one.role == "parameter" and len(one.names) == 1]
    known = declared(subject.function)
    missing = [one for one in known if one not in told and one not in _RECEIVERS]
    text = text_of(subject)
    places = [place for place, one in enumerate(told) if one == name]
    for entry, place in zip(own, places, strict=False) if len(missing) == 1 else ():
        order = iter(known)
        if all(one in order for one in (*told[:place], missing[0], *told[place + 1 :])):
            start, end = _named(text, entry, name)
            words = f"second entry of `{name}` renamed to `{missing[0]}`"
            yield Edit(text[:start] + missing[0] + text[end:], words)
    said = [" ".join(text[slice(*lines_of(text, one))].split()) for one in own]
    if len(set(said)) == 1 < len(own):
        yield Edit(text_without(subject, own[1:]), f"second entry of `{name}` removed")


MENDERS: Mapping[str, Callable[[Subject, Finding], Iterator[Edit]]] = {
    "CG101": _unknown_parameter,
    "CG104": _repeated_parameter,
}
