"""Words of a comment that ask for an operator, and whether the code has one: more than, remainder, last.

This is all that the trees see of a condition turned round or an operator changed. They see it only
where the one thing that the words ask for is gone: code full of comparisons hides a wrong one.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

MOST_CHARACTERS = 6_000  # of code that is searched


@dataclass(frozen=True, slots=True)
class Demand:
    """Words, and what code that does what they say is written with."""

    said: re.Pattern[str]
    written: re.Pattern[str]


def _demand(said: str, written: str) -> Demand:
    return Demand(re.compile(rf"\b(?:{said})\b", re.IGNORECASE), re.compile(written))


DEMANDS = {
    "less": _demand(
        "less|fewer|lower|smaller|below|under|at most|up to|smallest|minimum|min|least|before|ascending"
        "|increasing",
        r"(?<![<\-=])<=?(?!<)|[mM]in\b",
    ),
    "greater": _demand(
        "greater|more than|larger|bigger|higher|above|over|at least|exceeds?|largest|maximum|max|most|after"
        "|longest|highest|descending",
        r"(?<![>\-=])>=?(?!>)|[mM]ax\b|reverse",
    ),
    "equal": _demand("equals?|same|identical|match|matches", r"==|\bequals\b|\bis\b"),
    "unequal": _demand(
        "differs?|different|distinct|unequal|other than|non-?zero|unique",
        r"!=|<>|\bis not\b|\bset\(|\bnot in\b|new Set",
    ),
    "negated": _demand(
        r"not|no|without|unless|neither|never|cannot|except|exclud\w+|non-?\w+", r"!|\bnot\b|[fF]alse\b"
    ),
    "plus": _demand(
        r"sum|adds?|added|adding|plus|total|increment\w*|increase\w*|append\w*|concat\w*|combine\w*",
        r"\+|\bsum\b|[aA]ppend|push|[cC]oncat|extend|[aA]dd|insert",
    ),
    "minus": _demand(
        r"difference|minus|subtract\w*|decrement\w*|decrease\w*|remaining|distance", r"(?<!-)-(?!>)"
    ),
    "times": _demand(
        r"product|multipl\w+|times|squared?|cubed?|area|volume|power|factorial", r"\*|\bpow\b|prod"
    ),
    "divided": _demand(
        r"divid\w+|divisible|quotient|ratio|average|mean|half|fraction|percent\w*", r"/(?![/*])|%|\bmean\b|>>"
    ),
    "remainder": _demand(r"modul\w+|remainder|divisible|even|odd|multiples?|prime|leap", r"%|[mM]od\b|& ?1"),
    "first": _demand(
        r"first|begin\w*|start\w*|head|leading|initial|prefix",
        r"\[ ?0 ?\]|[fF]irst|\[:|[sS]tarts?_?[wW]ith|shift|[fF]ront|\b0\b",
    ),
    "last": _demand(
        r"last|end|ends|ending|tail|trailing|final|suffix",
        r"\[ ?-1 ?\]|\w\)? ?- ?1\b|[lL]ast|[eE]nds?_?[wW]ith|\bpop\b|[bB]ack",
    ),
}
ALONE = ("less", "greater", "remainder", "first", "last")  # that are told one by one as well


def operators(said: str, source: str) -> dict[str, float]:
    """How many demands the code meets and how many not; of some how often it has what they ask for."""
    source = source[:MOST_CHARACTERS]
    times = {
        name: len(demand.written.findall(source))
        for name, demand in DEMANDS.items()
        if demand.said.search(said)
    }
    return {
        "demands_met": float(sum(count > 0 for count in times.values())),
        "demands_missed": float(sum(count == 0 for count in times.values())),
        **{f"asks_{name}": float(min(times[name], 4)) if name in times else math.nan for name in ALONE},
    }
