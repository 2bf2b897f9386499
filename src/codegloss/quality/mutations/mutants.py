"""Every single change of a function that the operators know, and chains of rewrites."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from codegloss.quality.mutations.changes import CHANGES
from codegloss.quality.mutations.rewrites import REWRITES, renamed_parameters
from codegloss.quality.mutations.source import Change, apply, parses, read


@dataclass(frozen=True, slots=True)
class Mutant:
    """A function's code with one change made to it."""

    kind: str  # swapped-comparison, …, or that of a rewrite: commuted, …
    code: str
    start: int  # bytes of `code` between which it differs from the original
    end: int
    changes_behaviour: bool | None  # False for what is meant to preserve it; None: for an oracle to say


def mutants(code: str, language: str, seed: int = 0) -> Iterator[Mutant]:
    """Each mutant once, changes and rewrites mixed, in an order that `seed` decides; all of them parse.

    A renamed parameter is among the rewrites: it changes no behaviour, but a comment that names it
    is no longer true. Raises ValueError for a language that `syntax` does not know.
    """
    source = read(code, language)
    if source is None:
        return
    found: list[tuple[Change, bool | None]] = [
        (change, None) for operator in CHANGES for change in operator(source)
    ]
    found += [(change, False) for operator in REWRITES for change in operator(source)]
    found += [(change, False) for change in renamed_parameters(source)]
    random.Random(seed).shuffle(found)
    seen = {code}
    for change, changes_behaviour in found:
        data = apply(source.code, change.edits)
        text = data.decode("utf-8")
        if text not in seen and parses(data, language):
            seen.add(text)
            start = min(edit.start for edit in change.edits)
            behind = len(source.code) - max(edit.end for edit in change.edits)
            yield Mutant(change.kind, text, start, len(data) - behind, changes_behaviour)


def rewritten(code: str, language: str, steps: int, seed: int = 0) -> tuple[str, tuple[str, ...]]:
    """The code after so many rewrites of different kinds, and these; fewer where no more can be made.

    The kind is drawn first and then the place, so that what code is full of is not all that is made.
    """
    chance = random.Random(seed)
    kinds: list[str] = []
    for _ in range(steps):
        step = next(_steps(code, language, kinds, chance), None)
        if step is None:
            break
        kinds.append(step[0])
        code = step[1]
    return code, tuple(kinds)


def _steps(code: str, language: str, kinds: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    """Kind and outcome of each rewrite that is of none of these kinds, in an order left to chance."""
    source = read(code, language)
    if source is None:
        return
    for operator in chance.sample(REWRITES, len(REWRITES)):
        changes = list(operator(source))
        for change in chance.sample(changes, len(changes)):
            data = apply(source.code, change.edits)
            if change.kind not in kinds and data != source.code and parses(data, language):
                yield change.kind, data.decode("utf-8")
