"""From proposals to decisions: measured by the gate, decided, and appraised once more by a referee.

The referee's figures are for the report. No decision looks at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codegloss.quality.reasons import Reason
from codegloss.records import Appraisal, Function, Rewrite
from codegloss.synth.gate import Bounds, verdict
from codegloss.synth.measure import Measured, Scorer, measured
from codegloss.synth.writing.context import Surroundings
from codegloss.synth.writing.control import ControlWriter
from codegloss.synth.writing.writers import NO_ANSWER, Written, with_comment

REPLACED, KEPT, FAILED = "replaced", "kept", "failed"

Proposal = Written | Reason | Exception  # the last two: why nothing was written
Scores = Mapping[str, Measured | Reason]  # by id of the function


@dataclass(frozen=True, slots=True)
class Bench:
    """What decides about the comments of one repository, and who looks over its shoulder."""

    gate: Scorer
    referee: Scorer
    before: Scores  # the old comments, by the gate
    surroundings: Surroundings


async def decided(
    taken: Sequence[tuple[Function, str]],
    proposals: Mapping[str, Proposal],
    bench: Bench,
    bounds: Bounds,
    *,
    keep_facts: bool,
) -> list[Rewrite]:
    """The row of each function that was taken up, with why; `proposals` has all of them, by id."""
    functions = [function for function, _ in taken]
    old = [function for function in functions if function.comment is not None]
    new = [
        with_comment(function, proposal.comment)
        for function in functions
        if isinstance(proposal := proposals[function.id], Written)
    ]
    after = measured(bench.gate, new)
    referee = [measured(bench.referee, some) for some in (old, new, await _controls(functions, bench))]
    renewed = {function.id: function for function in new}
    rows = []
    for function, why in taken:
        proposal = proposals[function.id]
        reason: Reason | None
        if isinstance(proposal, Exception):
            decision, reason = FAILED, Reason(type(proposal).__name__, str(proposal).partition("\n")[0])
        elif isinstance(proposal, Reason):
            decision, reason = FAILED if proposal.name.startswith(NO_ANSWER) else KEPT, proposal
        else:
            stays = verdict(
                function if function.comment is not None else None,
                renewed[function.id],
                bench.before.get(function.id),
                after[function.id],
                keep_facts=keep_facts,
                bounds=bounds,
            )
            decision, reason = (KEPT, stays) if stays else (REPLACED, None)
        judged = (bench.before, after, *referee)
        rows.append(_row(function, why, proposal, decision, reason, [one.get(function.id) for one in judged]))
    return rows


def _row(
    function: Function,
    why: str,
    proposal: Proposal,
    decision: str,
    reason: Reason | None,
    judged: Sequence[Measured | Reason | None],
) -> Rewrite:
    """The row; `judged` are old and new by the gate, then old, new and control by the referee."""
    wrote = proposal if isinstance(proposal, Written) else None
    old_gate, new_gate, old_referee, new_referee, control_referee = map(_appraisal, judged)
    return Rewrite(
        function=function.id,
        repository=function.repository,
        path=function.path,
        qualified_name=function.qualified_name,
        language=function.language,
        start_line=function.start_line,
        why=why,
        old=function.comment_text,
        new=wrote.comment if wrote else None,
        decision=decision,
        reason=reason.name if reason else None,
        detail=reason.detail if reason else None,
        old_gate=old_gate,
        new_gate=new_gate,
        old_referee=old_referee,
        new_referee=new_referee,
        control_referee=control_referee,
        model=wrote.model if wrote else None,
        request=wrote.request if wrote else None,
        cost=wrote.cost if wrote else None,
        notes=list(wrote.notes) if wrote else [],
    )


async def _controls(functions: Sequence[Function], bench: Bench) -> list[Function]:
    """The functions under the comments of the control writer, those it has one for."""
    control, found = ControlWriter(), []
    for function in functions:
        proposal = await control.write(function, bench.surroundings.context(function))
        if isinstance(proposal, Written):
            found.append(with_comment(function, proposal.comment))
    return found


def _appraisal(found: Measured | Reason | None) -> Appraisal | None:
    if not isinstance(found, Measured):
        return None
    rules = list(dict.fromkeys(finding.rule for finding in found.findings))
    return Appraisal(found.probability, found.rank, found.pool, rules)
