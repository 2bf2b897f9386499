"""Which functions get a new comment: those without one, those whose comment is weak, or all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from codegloss.quality import material
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth.measure import Measured


class Only(StrEnum):
    """Which functions are taken up."""

    weak = "weak"
    missing = "missing"
    all = "all"


@dataclass(frozen=True, slots=True)
class Weak:
    """When a comment is weak; a finding of a rule is enough as well.

    That a comment is hard to find by is no reason: many a good one says what the code cannot.
    """

    probability: float = 0.3  # P(inconsistent) from which it is: three times the classifier's prior


WEAK = Weak()


def why(function: Function, measured: Measured | Reason | None, weak: Weak = WEAK) -> str | None:
    """`weak` or `missing`; None for a comment that may stay, and where there is too little to describe."""
    row = {name: getattr(function, name) for name in material.COLUMNS}
    if material.unfit(row):
        return None
    if function.comment is None:
        return None if material.missized(row) else "missing"
    if not isinstance(measured, Measured):
        return None
    return "weak" if measured.findings or measured.probability >= weak.probability else None


def chosen(
    functions: Sequence[Function],
    measured: Mapping[str, Measured | Reason],
    only: Only,
    limit: int | None = None,
    weak: Weak = WEAK,
) -> list[tuple[Function, str]]:
    """The functions that are taken up, each with why, in their order; of more than `limit` the weakest.

    Those without a comment come after the weak ones where a limit is set.
    """
    found = []
    for function in functions:
        reason = why(function, measured.get(function.id), weak)
        if only is Only.all and reason is None and isinstance(measured.get(function.id), Measured):
            reason = "all"
        if reason and only in (Only.all, reason):
            found.append((function, reason))
    if limit is not None and len(found) > limit:
        worst = sorted(found, key=lambda one: -_weakness(measured.get(one[0].id)))[:limit]
        ids = {function.id for function, _ in worst}
        found = [one for one in found if one[0].id in ids]
    return found


def _weakness(measured: Measured | Reason | None) -> float:
    """From 0 for a comment that is not there, to 2 for one that a rule contradicts."""
    return bool(measured.findings) + measured.probability if isinstance(measured, Measured) else 0.0
