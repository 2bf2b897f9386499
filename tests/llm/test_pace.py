"""Pace against endpoints of known capacity, in virtual time: the same figures on every machine."""

from __future__ import annotations

import asyncio
import random

import pytest
from virtual_time import run_virtually

from codegloss.llm import Client, Message, Pace, Request, Scripted, complete_all
from codegloss.llm.model import Transient
from codegloss.llm.pace import Meter
from codegloss.records import Completion


class Capacity(Scripted):
    """Answers so many requests at once, each in so many seconds; the rest waits, or is pushed back."""

    def __init__(
        self,
        slots: int,
        seconds: float,
        queues: bool = True,
        retry_after: float | None = None,
        faults: float = 0.0,
        spread: float = 0.0,
    ) -> None:
        super().__init__(lambda _: "yes")
        self.slots, self.seconds, self.queues = asyncio.Semaphore(slots), seconds, queues
        self.retry_after, self.faults, self.spread = retry_after, faults, spread
        self.attempts = self.under_way = self.peak = 0
        self.random = random.Random(7)

    async def complete(self, request: Request) -> Completion:
        self.attempts += 1
        if not self.queues and self.slots.locked():
            raise Transient("429", busy=True, retry_after=self.retry_after)
        self.under_way += 1
        self.peak = max(self.peak, self.under_way)
        async with self.slots:
            await asyncio.sleep(self.seconds * self.random.uniform(1 - self.spread, 1 + self.spread))
        self.under_way -= 1
        if self.random.random() < self.faults:
            raise Transient("500")
        return await super().complete(request)


def rate(model: Scripted, count: int, pace: Pace | None = None) -> tuple[float, float]:
    """Requests a second once it is under way, and the concurrency at the end."""

    async def scenario() -> tuple[float, float]:
        now = asyncio.get_running_loop().time
        client, times = Client(model, pace=pace, attempts=20), []  # so that faults by lot fail none
        requests = ((number, Request((Message("user", str(number)),))) for number in range(count))
        async for _, completion in complete_all(client, requests):
            assert completion.status == "ok"
            times.append(now())
        first, last = count // 2, count * 19 // 20  # the slow end of the last few is left out
        return (last - first) / (times[last] - times[first]), client.pace.limit

    return run_virtually(scenario())


@pytest.mark.parametrize("spread", [0.0, 0.9])
def test_a_server_with_slots_and_a_queue_is_kept_busy_but_not_swamped(spread: float) -> None:
    model = Capacity(64, 0.25, spread=spread)
    reached, limit = rate(model, 3000)
    assert reached > 0.9 * 64 / 0.25
    assert 64 <= limit <= (2 + spread) * 64  # times that vary blur where the best rate is


def test_a_server_that_pushes_back_is_kept_busy_with_few_attempts_in_vain() -> None:
    model = Capacity(64, 0.25, queues=False)
    reached, limit = rate(model, 3000)
    assert reached > 0.9 * 64 / 0.25
    assert 58 <= limit <= 70
    assert model.attempts < 1.15 * 3000


def test_with_retry_after_the_pauses_take_little_of_the_time() -> None:
    model = Capacity(64, 0.25, queues=False, retry_after=1.0)
    reached, _ = rate(model, 4000)
    assert reached > 0.8 * 64 / 0.25
    assert model.attempts < 1.05 * 4000


def test_two_slots_are_few() -> None:
    model = Capacity(2, 1.0, queues=False)
    reached, limit = rate(model, 200)
    assert reached > 1.6
    assert limit < 5


def test_an_endpoint_without_limits_is_used_up_to_the_greatest_concurrency() -> None:
    model = Capacity(10_000, 0.05)
    reached, limit = rate(model, 5000)
    assert (limit, model.peak) == (512, 512)
    assert reached > 4000
    model = Capacity(10_000, 0.05)
    rate(model, 200, Pace(most=20))
    assert model.peak == 20


def test_faults_once_in_a_while_slow_nobody_down() -> None:
    _, limit = rate(Capacity(10_000, 0.05, faults=0.2), 2000)
    assert limit > 200


def test_an_endpoint_that_breaks_under_load_gets_less() -> None:
    class Fragile(Capacity):
        async def complete(self, request: Request) -> Completion:
            if self.under_way >= 20:
                await asyncio.sleep(0.2)
                raise Transient("500")
            return await super().complete(request)

    _, limit = rate(Fragile(10_000, 0.2), 2000)
    assert limit < 60


def test_requests_per_minute() -> None:
    reached, _ = rate(Capacity(10_000, 0.05), 240, Pace(requests_per_minute=120))
    assert reached * 60 == pytest.approx(120, rel=0.02)


def test_tokens_per_minute_are_those_that_were_used() -> None:
    # A prompt of one to three digits is estimated at 9 tokens; the answer has 1.
    reached, _ = rate(Capacity(10_000, 0.05), 300, Pace(tokens_per_minute=1000))
    assert reached * 60 == pytest.approx(100, rel=0.05)


def test_the_meter_by_hand() -> None:
    meter = Meter(60)  # one a second
    assert [meter.wait(1, 10.0), meter.wait(2, 10.0), meter.wait(1, 10.0)] == [0, 1, 3]
    meter.correct(-2)  # the second one was free after all
    assert meter.wait(1, 10.0) == 2
    assert meter.wait(1, 100.0) == 0
    assert Meter(None).wait(1e9, 0.0) == 0
    with pytest.raises(ValueError, match="greater than 0"):
        Meter(0)
