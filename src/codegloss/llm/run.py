"""Many asynchronous jobs at once over an endless input, in memory that does not grow with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar

from codegloss.llm.model import Model, Request
from codegloss.llm.pace import MOST
from codegloss.records import Completion

T = TypeVar("T")
R = TypeVar("R")
K = TypeVar("K")

AHEAD = 2 * MOST  # jobs begun at once: those that wait for another attempt leave room for others


async def as_completed(
    job: Callable[[T], Awaitable[R]], items: Iterable[T] | AsyncIterable[T], ahead: int = AHEAD
) -> AsyncGenerator[tuple[T, R]]:
    """Each item with what its job gave, in the order in which they end.

    Items are taken as there is room. Where a job raises, or the consumer leaves, the others are cancelled.
    What a client has sent by then still reaches its journal, before the client is closed.
    """
    source = _asynchronous(items)
    tasks: dict[asyncio.Future[R], T] = {}
    finished: asyncio.Queue[asyncio.Future[R]] = asyncio.Queue()
    more = True
    try:
        while more or tasks:
            while more and len(tasks) < ahead and finished.empty():
                try:
                    item = await anext(source)
                except StopAsyncIteration:
                    more = False
                    break
                task: asyncio.Future[R] = asyncio.ensure_future(job(item))
                tasks[task] = item
                task.add_done_callback(finished.put_nowait)
            if tasks:
                done = await finished.get()
                item = tasks.pop(done)
                yield item, done.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def complete_all(
    model: Model, requests: Iterable[tuple[K, Request]] | AsyncIterable[tuple[K, Request]], ahead: int = AHEAD
) -> AsyncGenerator[tuple[K, Completion]]:
    """Each key with the answer to its request, in the order in which they come."""
    async for (key, _), completion in as_completed(lambda row: model.complete(row[1]), requests, ahead):
        yield key, completion


async def _asynchronous(items: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for number, item in enumerate(items):
            if number % 64 == 0:
                await asyncio.sleep(0)  # a long list of what is in the journal leaves others their turn
            yield item
