"""Many jobs at once: none lost, memory flat, the first error ends it in order."""

from __future__ import annotations

import asyncio
import gc
import random
import tracemalloc
from collections.abc import AsyncIterator, Iterator

import pytest
from virtual_time import run_virtually

from codegloss.llm import Client, Message, Request, Scripted, as_completed, complete_all


async def slowly(number: int) -> int:
    await asyncio.sleep(random.Random(number).random())
    return number * number


def test_every_item_comes_back_once_with_its_own_result() -> None:
    async def scenario() -> dict[int, int]:
        pairs = [pair async for pair in as_completed(slowly, range(1000), ahead=30)]
        assert len(pairs) == 1000
        return dict(pairs)

    assert run_virtually(scenario()) == {number: number * number for number in range(1000)}


def test_an_asynchronous_source_and_an_empty_one() -> None:
    async def numbers() -> AsyncIterator[int]:
        for number in range(5):
            await asyncio.sleep(0)
            yield number

    async def scenario() -> None:
        assert sorted([item async for item, _ in as_completed(slowly, numbers())]) == list(range(5))
        assert [item async for item, _ in as_completed(slowly, [])] == []

    run_virtually(scenario())


def test_no_more_is_taken_than_there_is_room_for() -> None:
    taken = 0

    def source() -> Iterator[int]:
        nonlocal taken
        for number in range(100):
            taken = number + 1
            yield number

    async def scenario() -> None:
        finished = 0
        async for _ in as_completed(slowly, source(), ahead=7):
            finished += 1
            assert taken <= finished + 7

    run_virtually(scenario())


def test_the_first_error_is_raised_and_the_others_are_cancelled() -> None:
    ended = []

    async def job(number: int) -> None:
        await asyncio.sleep(1 + number)
        ended.append(number)
        if number == 1:
            raise ValueError("one")

    async def scenario() -> None:
        async for _ in as_completed(job, range(100), ahead=5):
            pass

    with pytest.raises(ValueError, match="one"):
        run_virtually(scenario())
    assert ended == [0, 1]


def test_memory_does_not_grow_with_the_queue() -> None:
    async def scenario() -> list[int]:
        client = Client(Scripted(lambda _: "yes"))
        requests = ((number, Request((Message("user", f"{number} " * 50),))) for number in range(1000))
        used = []
        tracemalloc.start()
        async for number, _ in complete_all(client, requests, ahead=20):
            if number in (199, 899):
                gc.collect()
                used.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        return used

    early, late = asyncio.run(scenario())
    assert late < early + 20_000  # bytes: 700 prompts alone are ten times that
