"""A model with a memory, a pace and a purse: asks once, tries again, and stops while it can go on later."""

from __future__ import annotations

import asyncio
import contextlib
import math
import random
from dataclasses import replace
from typing import Protocol, Self, runtime_checkable

from codegloss.llm.budget import Budget, likely_prompt_tokens
from codegloss.llm.journal import Journal
from codegloss.llm.model import (
    Model,
    ModelError,
    Rejected,
    Request,
    Status,
    Stopped,
    Transient,
    Unusable,
    one_line,
)
from codegloss.llm.pace import Pace
from codegloss.llm.secrets import masked_request
from codegloss.llm.tally import Tally
from codegloss.records import Completion

ATTEMPTS = 6  # at one request, that broke
PUSHED_BACK = 20  # times that a full endpoint may push back one request
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before another attempt; doubled from one to the next
PATIENCE = 120.0  # seconds without any answer, after which the run stops …
GRACE = 30.0  # seconds that answers on their way get to arrive when the client is closed
FEWEST_FAILURES = 10  # … if so many attempts failed since the last one


@runtime_checkable
class Closing(Protocol):
    """A model that holds something, as connections."""

    async def close(self) -> None:
        """Let go of it."""


class Client:
    """A Model over another one, which raises for no request: what failed is a Completion that says so.

    Only what ends the whole run is raised, as Stopped, from the call that met it and from every later
    one. Use it within one event loop.
    """

    def __init__(
        self,
        model: Model,
        journal: Journal | None = None,
        pace: Pace | None = None,
        budget: Budget | None = None,
        *,
        attempts: int = ATTEMPTS,
        first_wait: float = FIRST_WAIT,
        patience: float = PATIENCE,
    ) -> None:
        self.tally = Tally()
        self.pace = pace or Pace()
        self.budget = budget or Budget()
        self.journal = journal
        self._model = model
        self._attempts, self._first_wait, self._patience = attempts, first_wait, patience
        self._asking: dict[str, asyncio.Task[Completion]] = {}
        self._stopped: Stopped | None = None
        self._over = asyncio.Event()
        self._failures, self._answered = 0, math.inf  # since the last answer, and when that was

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def endpoint(self) -> str:
        """The endpoint's name."""
        return self._model.endpoint

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Send nothing more, wait a while for what is on its way, let go of connections and files."""
        self._stop("the client was closed")
        if self._asking:
            await asyncio.wait(self._asking.values(), timeout=GRACE)
        if isinstance(self._model, Closing):
            await self._model.close()
        if self.journal is not None:
            self.journal.close()

    async def complete(self, request: Request) -> Completion:
        """The answer, from the journal where it is there. Raises Stopped where the run must end."""
        request, secrets = masked_request(request)
        self.tally.secrets += secrets
        completion = await self._once(request)
        self.tally.count(completion)
        return completion

    async def _once(self, request: Request) -> Completion:
        digest = request.digest(self.endpoint, self.name)
        if self.journal is not None and (known := self.journal.get(digest)):
            return known
        if asking := self._asking.get(digest):
            return replace(await asyncio.shield(asking), reused=True)
        if self._stopped:
            raise Stopped(str(self._stopped))
        # A task of its own, so that an answer on its way is kept even where its first caller gives up.
        task = asyncio.create_task(self._ask(request, digest))
        self._asking[digest] = task
        task.add_done_callback(lambda done: self._forget(digest, done))
        return await asyncio.shield(task)

    def _forget(self, digest: str, task: asyncio.Task[Completion]) -> None:
        self._asking.pop(digest, None)
        if not task.cancelled():
            task.exception()  # seen, where its callers have gone

    async def _ask(self, request: Request, digest: str) -> Completion:
        """Attempts until there is an answer, which is in the journal when this returns."""
        tokens = likely_prompt_tokens(request) + (request.parameters.max_tokens or 0)
        broken = pushed_back = 0
        started = self._now()
        try:
            while True:
                answer = await self._attempt(request, tokens)
                if isinstance(answer, Completion):
                    if self.journal is not None:
                        await self.journal.append(answer)
                    return answer
                if answer is None:
                    return self._failure(
                        request, digest, Status.BUDGET, "more than is left of the budget", started
                    )
                if answer.busy and not answer.maybe_charged:
                    pushed_back += 1
                else:
                    broken += 1
                if broken >= self._attempts or pushed_back >= PUSHED_BACK:
                    said = f"{broken + pushed_back} attempts, the last: {answer}"
                    return self._failure(request, digest, Status.FAILED, said, started)
                if not answer.retry_after:  # else the pace lets nobody go before that time
                    longest = min(self._first_wait * 2 ** (broken + pushed_back - 1), LONGEST_WAIT)
                    await self._sleep(longest * random.uniform(0.5, 1))
        except Rejected as error:
            return self._failure(request, digest, Status.REFUSED, str(error), started)
        except Unusable as error:
            raise self._stop(str(error)) from None

    async def _attempt(self, request: Request, tokens: int) -> Completion | Transient | None:
        """One attempt: an answer, what broke it, or None where the budget does not allow it."""
        async with self.pace.slot(tokens):
            if self._stopped:
                raise self._stopped
            reserved = await self.budget.reserve(request)
            if reserved is None:
                return None
            cost: float | None = 0.0
            self.tally.attempts += 1
            self.tally.in_flight += 1
            sent = self._now()
            self._answered = min(self._answered, sent)  # before the first answer, patience begins here
            try:
                answer = await self._model.complete(request)
            except Transient as trouble:
                cost = None if trouble.maybe_charged else 0.0
                await self.pace.failed(trouble.busy, trouble.retry_after)
                self._notice_failure(trouble)
                return trouble
            except ModelError:
                raise
            except asyncio.CancelledError:
                cost = None
                raise
            except Exception as error:  # one row's trouble, out of memory for instance
                raise Rejected(one_line(f"{type(error).__name__}: {error}")) from error
            else:
                cost = answer.cost
                used = (answer.prompt_tokens or 0) + (answer.completion_tokens or 0)
                self.pace.answered(self._now() - sent, tokens, used or None)
                self._failures, self._answered = 0, self._now()
                return answer
            finally:
                self.tally.in_flight -= 1
                await self.budget.settle(reserved, cost)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    async def _sleep(self, seconds: float) -> None:
        """Wait so long, or until the run is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), seconds)

    def _notice_failure(self, trouble: Transient) -> None:
        """The circuit breaker. Raises Stopped where the endpoint seems to be down."""
        self._failures += 1
        silent = self._now() - self._answered
        if self._failures >= FEWEST_FAILURES and silent > self._patience:
            raise self._stop(
                f"no answer from {self.endpoint} for {silent:.0f} s, {self._failures} attempts failed, "
                f"the last: {trouble}"
            )

    def _stop(self, why: str) -> Stopped:
        if self._stopped is None:
            kept = f"; what was answered is in {self.journal.folder}" if self.journal is not None else ""
            again = "; run the same command again to go on from there" if self.journal is not None else ""
            self._stopped = Stopped(why + kept + again)
            self._over.set()
            self.pace.release()
        return self._stopped

    def _failure(
        self, request: Request, digest: str, status: Status, error: str, started: float
    ) -> Completion:
        return Completion(
            request=digest,
            sample=request.sample,
            endpoint=self.endpoint,
            model=self.name,
            text=None,
            finish=None,
            prompt_tokens=None,
            completion_tokens=None,
            cost=None,
            seconds=round(self._now() - started, 3),
            status=status,
            error=error,
            reused=False,
        )
