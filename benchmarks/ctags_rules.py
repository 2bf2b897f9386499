"""Why one side has a definition that the other lacks: a table of rules, and who is right in each class.

The first rule that fits gives the class. A rule sees the difference alone: its name, its
line, and the lines around it. A judgement begins with the side that is right or wrong; it
was found by reading samples.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A definition that only one side has."""

    language: str
    side: str  # ours or theirs: who has it
    place: str
    line: int
    name: str
    kind: str
    source: str  # the line of the name, stripped
    above: str  # the line before
    below: str  # the three lines after, joined
    in_error: bool  # ours: the definition holds a syntax error; theirs: the file does
    after_last: bool  # ours: the other side found nothing from here to the end of the file


Test = Callable[[Difference], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A class of differences."""

    side: str
    languages: str  # names apart by blanks; empty for all
    name: str
    test: Test
    judgement: str


def source(pattern: str) -> Test:
    """Whether the source line holds the pattern."""
    compiled = re.compile(pattern)
    return lambda difference: bool(compiled.search(difference.source))


RULES: tuple[Rule, ...] = (
    Rule("ours", "", "after the last tag of the file", lambda d: d.after_last, "not judged"),
    Rule("ours", "", "with a syntax error inside", lambda d: d.in_error, "not judged"),
    Rule("theirs", "", "in a file with syntax errors", lambda d: d.in_error, "not judged"),
)


def classify(difference: Difference) -> tuple[str, str]:
    """Class and judgement of a difference."""
    for rule in RULES:
        languages = rule.languages.split()
        if rule.side == difference.side and (not languages or difference.language in languages):
            if rule.test(difference):
                return rule.name, rule.judgement
    return "other", "not judged"
