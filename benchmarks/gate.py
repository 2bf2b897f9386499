"""What the gate of `codegloss rebuild` lets through, on planted comments whose truth is known.

    python benchmarks/gate.py DATASET… [--count 500] [--save]

Good comments of people (no rule objects, and the classifier finds them likely) are replaced: half by the
comment of another function of their file, half by themselves with one fact told wrongly. A scripted writer
then proposes the true comment, or another wrong one of the same kind. Beside that the control writer's, the
name split into words, is proposed in place of good comments. Wanted: true ones in, all others out.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cells import say
from codegloss.encoder import load
from codegloss.quality.inconsistency.classifier import PRIOR
from codegloss.quality.inconsistency.classifier import load as load_classifier
from codegloss.quality.known import known_of
from codegloss.quality.mutations.planted import planted
from codegloss.records import Function
from codegloss.synth.gate import verdict
from codegloss.synth.measure import Measured, Scorer
from codegloss.synth.writing.context import Surroundings
from codegloss.synth.writing.control import ControlWriter
from codegloss.synth.writing.writers import Written, with_comment
from common import save
from corpora import repositories

MOST_OF_A_REPOSITORY = 25
SEED = 31
REPAIRED, EDITED, GOOD = "comment of another function", "one fact edited", "good comment"


@dataclass(frozen=True, slots=True)
class Case:
    """A function under a planted comment, and what is proposed for it."""

    old: Function
    new: Function
    planted: str  # REPAIRED, EDITED, GOOD
    proposed: str  # true, wrong, control


def moved(function: Function, others: Sequence[Function], chance: random.Random) -> list[Function]:
    """The function under the comments of two others, whose summaries are other ones."""
    foreign = [
        other
        for other in others
        if other.name != function.name and other.summary and other.summary != function.summary
    ]
    drawn = chance.sample(foreign, min(2, len(foreign)))
    return [with_comment(function, other.comment_text or "") for other in drawn]


def edited(function: Function, chance: random.Random) -> list[Function]:
    """The function with one fact of its comment told wrongly, in two different ways."""
    options = {plant.function.comment_text: plant.function for plant in planted(function, SEED)}
    drawn = chance.sample(sorted(text for text in options if text), min(2, len(options)))
    return [with_comment(function, text) for text in drawn]


def control_of(functions: Sequence[Function]) -> dict[str, Function]:
    """The functions under their own names split into words."""
    surroundings, writer = Surroundings(functions), ControlWriter()

    async def write() -> dict[str, Function]:
        found = {}
        for function in functions:
            proposal = await writer.write(function, surroundings.context(function))
            if isinstance(proposal, Written):
                found[function.id] = with_comment(function, proposal.comment)
        return found

    return asyncio.run(write())


def cases(good: Sequence[Function], functions: Sequence[Function], chance: random.Random) -> Iterator[Case]:
    """The cases of one repository, from its good comments."""
    files: dict[str, list[Function]] = defaultdict(list)
    for function in functions:
        if function.comment_text:
            files[function.path].append(function)
    controls = control_of(good)
    for number, function in enumerate(good):
        kind = (REPAIRED, EDITED)[number % 2]
        wrong = (
            moved(function, files[function.path], chance) if kind == REPAIRED else edited(function, chance)
        )
        if len(wrong) == 2:
            first, second = wrong
            yield Case(first, function, kind, "true")
            yield Case(first, second, kind, "wrong")
        if control := controls.get(function.id):
            yield Case(function, control, GOOD, "control")


def judged(
    path_functions: Sequence[Function], encoder: Any, classifier: Any, most: int, chance: random.Random
) -> Iterator[tuple[Case, bool, str | None]]:
    """Each case of one repository, whether the old facts had to be kept, and why the old comment stayed."""
    scorer = Scorer(path_functions, known_of(path_functions), encoder, classifier)
    documented = [
        one for one in path_functions if one.comment_text and one.is_doc and one.has_body and not one.is_test
    ]
    measured = zip(documented, scorer.measure(documented), strict=True)
    good = [
        one
        for one, found in measured
        if isinstance(found, Measured) and not found.findings and found.probability < PRIOR
    ]
    drawn = list(cases(chance.sample(good, min(len(good), most)), path_functions, chance))
    before, after = scorer.measure([one.old for one in drawn]), scorer.measure([one.new for one in drawn])
    for case, first, second in zip(drawn, before, after, strict=True):
        for keep in (False, True):
            reason = verdict(case.old, case.new, first, second, keep_facts=keep)
            yield case, keep, reason.name if reason else None


def main() -> None:
    """Plant, propose, count."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("dataset", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--save", action="store_true")
    options = parser.parse_args()
    chance, encoder, classifier = random.Random(SEED), load(), load_classifier()
    found = list[tuple[Case, bool, str | None]]()
    everything = list(repositories(options.dataset))
    chance.shuffle(everything)
    for functions in everything:
        if sum(case.proposed == "true" for case, keep, _ in found if keep) >= options.count:
            break
        found += judged(functions, encoder, classifier, MOST_OF_A_REPOSITORY, chance)
    rows = []
    for keep, mode in ((False, "blind"), (True, "refresh")):
        for planted_, proposed in sorted({(case.planted, case.proposed) for case, _, _ in found}):
            some = [
                reason
                for case, kept, reason in found
                if kept == keep and (case.planted, case.proposed) == (planted_, proposed)
            ]
            reasons = Counter(reason for reason in some if reason)
            rows.append(
                {
                    "mode": mode, "in place": planted_, "proposed": proposed, "cases": len(some),
                    "accepted": some.count(None) / len(some),
                    "kept most for": ", ".join(f"{name} {n}" for name, n in reasons.most_common(3)),
                }
            )  # fmt: skip
    for row in rows:
        say(str(row))
    if options.save:
        repositories_ = len({case.old.repository for case, _, _ in found})
        save("gate", rows, (), repositories=repositories_, seed=SEED)


if __name__ == "__main__":
    main()
