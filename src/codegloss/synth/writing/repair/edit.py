"""One edit of a comment's text, and the small means by which edits are made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codegloss.quality.claims.rule import Subject
from codegloss.records import Finding
from codegloss.synth.writing.convention import convention_key
from codegloss.synth.writing.repair.entries import Entry, entries, without

_CODE = re.compile(r"`([^`]+)`")
# Where the examples of a comment are: these stay as they are.
EXAMPLE_LINE = re.compile(r"\s*(?:>>>|\.\.\. |\$ )")


@dataclass(frozen=True, slots=True)
class Edit:
    """A comment's text after an edit."""

    text: str
    words: str  # what was done


def text_of(subject: Subject) -> str:
    """The comment's text; empty where there is none."""
    return subject.function.comment_text or ""


def code_in(finding: Finding) -> str:
    """The first name in code marks that a finding's message has; empty where it has none."""
    match = _CODE.search(finding.message)
    return match[1] if match else ""


def whole(word: str) -> re.Pattern[str]:
    """The word where it is no part of a longer one, and no attribute of another name."""
    return re.compile(rf"(?<![\w.]){re.escape(word)}(?!\w)")


def cased(word: str, like: str) -> str:
    """The word in the case of another: TRUE, True, true."""
    if len(like) > 1 and like.isupper():
        return word.upper()
    return word[:1].upper() + word[1:] if like[:1].isupper() else word[:1].lower() + word[1:]


def quoted_at(text: str, quote: str) -> tuple[int, int] | None:
    """The whole lines of a text on which a quote's first line stands; None where it is not there."""
    place = text.find(quote.split("\n")[0].strip())
    if place < 0:
        return None
    start = text.rfind("\n", 0, place) + 1
    end = text.find("\n", place)
    return start, len(text) if end < 0 else end


def each(pattern: re.Pattern[str], text: str, span: tuple[int, int], new: str) -> Iterator[str]:
    """The text with one of the matches in a span replaced, each in turn."""
    for match in pattern.finditer(text, *span):
        yield text[: match.start()] + new + text[match.end() :]


def every(pattern: re.Pattern[str], text: str, new: str) -> str:
    """The text with all matches replaced, but for those in lines of examples."""
    return "\n".join(
        line if EXAMPLE_LINE.match(line) else pattern.sub(lambda _: new, line) for line in text.split("\n")
    )


def entries_of(subject: Subject) -> list[Entry]:
    """The entries of a comment."""
    return entries(text_of(subject), convention_key(subject.function.language))


def lines_of(text: str, entry: Entry) -> tuple[int, int]:
    """The place of an entry's lines in a text."""
    lines = text.split("\n")
    start = sum(len(line) + 1 for line in lines[: entry.start])
    return start, start + sum(len(line) + 1 for line in lines[entry.start : entry.end]) - 1


def head_of(text: str, entry: Entry) -> tuple[int, int]:
    """The place of an entry's first line that is not blank, where name and type stand."""
    start, end = lines_of(text, entry)
    start += len(text[start:end]) - len(text[start:end].lstrip("\n"))
    line_end = text.find("\n", start, end)
    return start, end if line_end < 0 else line_end


def text_without(subject: Subject, gone: Sequence[Entry]) -> str:
    """The comment's text without some entries."""
    return "\n".join(without(text_of(subject).split("\n"), gone, entries_of(subject)))
