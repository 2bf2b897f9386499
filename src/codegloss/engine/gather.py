"""The results of a whole worklist, in its order, whatever happens to the workers."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing

from codegloss.engine import runners
from codegloss.engine.background import Lifeline, in_background
from codegloss.engine.plan import results
from codegloss.engine.stage import Engine, EngineError, Progress, Stage
from codegloss.engine.worker import Result
from codegloss.engine.worklist import Batch, Worklist

Answer = tuple[Batch, Result]

_PATIENCE = 4  # queries that may fail one after the other without a single result


def all_results(
    stage: Stage, worklist: Worklist, position: int, engine: Engine, progress: Progress
) -> Generator[Answer]:
    """What every batch from row `position` on gives, in order.

    A query that ends early, for a worker died, is followed by another over what is missing.
    Raises EngineError when that does not help.
    """
    fruitless = 0
    while position < worklist.rows:
        before = position
        trouble: Exception | None = None
        try:
            for batch, result in _query(stage, worklist, position, engine):
                yield batch, result
                position = batch.index + batch.rows
        except EngineError:
            raise
        except Exception as error:
            trouble = error
        fruitless = fruitless + 1 if position == before else 0
        if fruitless == _PATIENCE:
            raise EngineError(f"the engine failed at row {position:,}: {_last_line(trouble)}") from trouble
        if trouble:
            progress.note(f"a worker died near row {position:,}; going on, with the rows it had run apart")
        # Without trouble it was an interrupt that this process ignores, but Daft does not.


def _query(stage: Stage, worklist: Worklist, position: int, engine: Engine) -> Iterator[Answer]:
    """One Daft query over the rest of the worklist, in order."""
    # Here, not in the thread below: the kernel ends Ray's processes with the thread that started them.
    workers = runners.use_ray(engine) if engine.kind == "ray" else engine.worker_count()
    lifeline = Lifeline()

    def stop(early: bool) -> None:
        lifeline.cut()
        if early and engine.kind == "ray":
            runners.leave_ray()

    def query() -> Iterator[Answer]:
        return results(stage, worklist, position, engine.kind, workers, lifeline.path)

    answers = in_background(query, stop)
    with closing(answers):
        yield from in_order(answers, position)


def in_order(answers: Iterable[Answer], position: int) -> Iterator[Answer]:
    """The answers by index; one that comes before its turn waits here, one that comes twice is left out."""
    waiting: dict[int, Answer] = {}
    for answer in answers:
        waiting[answer[0].index] = answer
        while position in waiting:
            batch, result = waiting.pop(position)
            yield batch, result
            position += batch.rows


def _last_line(error: Exception | None) -> str:
    lines = str(error).strip().splitlines() if error else ["it stopped without a word"]
    return lines[-1].strip() if lines else type(error).__name__
