"""The results of a whole worklist, in its order, whatever happens to the workers."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain, islice

from codegloss.engine.background import Lifeline, in_background
from codegloss.engine.plan import results, under_way
from codegloss.engine.rescue import rescue
from codegloss.engine.stage import Engine, EngineError, Progress, Stage
from codegloss.engine.worker import Result, merged
from codegloss.engine.worklist import Batch, Worklist

Answer = tuple[Batch, Result]

_SUSPECTS_PER_WORKER = 4  # batches that may have been under way when a worker died


def all_results(
    stage: Stage, worklist: Worklist, position: int, engine: Engine, progress: Progress
) -> Generator[Answer]:
    """What every batch from row `position` on gives, in order.

    When a worker dies, the batches it may have had are run apart, and the query starts
    again behind them. Raises EngineError when it fails twice at one place with no row to blame.
    """
    fruitless = 0
    while position < worklist.rows:
        before = position
        trouble: Exception | None = None
        try:
            for batch, result in _query(stage, worklist, position, engine, progress):
                yield batch, result
                position = batch.index + batch.rows
        except EngineError:
            raise
        except Exception as error:
            trouble = error
        if position == worklist.rows:
            return
        fruitless = fruitless + 1 if position == before else 0
        if fruitless == 2:
            raise EngineError(f"the engine failed at row {position:,}: {_last_line(trouble)}") from trouble
        if trouble is None:  # an interrupt that this process ignores: Daft takes it as a wish to stop
            continue
        progress.note(f"a worker died near row {position:,} ({_last_line(trouble)}); looking for the cause")
        suspects = worklist.batches(position)
        for batch in islice(suspects, _SUSPECTS_PER_WORKER * engine.worker_count()):
            result, deaths = _rescued(stage, worklist, batch, progress)
            yield batch, result
            position = batch.index + batch.rows
            if deaths:
                fruitless = 0
                break


def _query(
    stage: Stage, worklist: Worklist, position: int, engine: Engine, progress: Progress
) -> Iterator[Answer]:
    """One Daft query over the rest of the worklist, in order."""
    apart = {
        batch.index: (batch, _rescued(stage, worklist, batch, progress)[0])
        for batch in under_way(worklist)
        if batch.index >= position
    }
    lifeline = Lifeline()
    answers = in_background(
        lambda: results(stage, worklist, position, engine, lifeline.path, list(apart)), lifeline.cut
    )
    with closing(answers):
        yield from _in_order(answers, position, apart)


def _in_order(answers: Iterable[Answer], position: int, waiting: dict[int, Answer]) -> Iterator[Answer]:
    """The answers by index; one that comes before its turn waits here."""
    for answer in chain(answers, [None]):
        if answer:
            waiting[answer[0].index] = answer
        while position in waiting:
            batch, result = waiting.pop(position)
            yield batch, result
            position += batch.rows


def _rescued(stage: Stage, worklist: Worklist, batch: Batch, progress: Progress) -> tuple[Result, int]:
    found = rescue(stage, worklist, batch)
    for message in found.deaths:
        progress.note(message)
    return merged(stage, found.results), len(found.deaths)


def _last_line(error: Exception | None) -> str:
    if error is None:
        return "it stopped without a word"
    lines = str(error).strip().splitlines()
    return lines[-1].strip() if lines else type(error).__name__
