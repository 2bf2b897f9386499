"""How many requests are under way at once, and how soon the next may go.

Concurrency follows the endpoint. Once for twice as many attempts as may be under way (about two
round trips) it looks at what came back:
- pushed back (429, 503, a time-out) with share s: × (1 − s/2), as DCTCP cuts its window (RFC 8257,
  3.3), so that a server that pushes back once in a while is not mistaken for one that is full;
- broken (other 5xx, lost connections) in more than half of the attempts: halved;
- half as many again under way as at the best rate yet, and no better rate: latency rises and
  nothing is gained; back to where it was best, and a little more;
- else up: doubled until the first of these, then by one.
An attempt that is pushed back holds its place as long as an answer takes, or one place too many would
push back the whole queue in turn. After a `Retry-After` nobody goes before its time is over, and the
steps up become so slow that pauses longer than an answer take a small share of the time.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

FIRST, MOST = 8, 512  # requests at once: at the start, and ever
LEAST_WINDOW = 16  # attempts to judge by
HALF = 0.5
BEYOND = 1.5  # times the concurrency of the best rate, where there must be a better one
GAIN = 0.2  # of the growth in concurrency, that a better rate must have grown by at least
SMALL_STEP = 1 / 8  # of the concurrency: a step up where one would be much
SMOOTH = 0.2  # weight of the newest value in a running mean
PAUSE_CUT = 0.05  # of the concurrency, for a pause of a second or more
PAUSE_STEPS, LONGEST_STEP = 4.0, 10.0  # between steps up: so many times the pause; seconds at most


@dataclass(slots=True)
class _Window:
    """What came back since the last judgement."""

    began: float
    finished: int = 0
    busy: int = 0
    broken: int = 0


class Pace:
    """The owner of the concurrency towards one endpoint, for one event loop."""

    def __init__(
        self,
        most: int = MOST,
        first: int = FIRST,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
    ) -> None:
        self.limit = float(min(first, most))  # requests that may be under way at once
        self.in_flight = 0
        self._most = most
        self._meters = [Meter(requests_per_minute), Meter(tokens_per_minute)]
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._not_before = 0.0  # nobody starts before this time
        self._alarm: asyncio.TimerHandle | None = None
        self._window: _Window | None = None
        self._doubling = True
        self._best, self._knee = 0.0, self.limit  # best rate (1/s), and the concurrency it was seen at
        self._typical = 0.0  # seconds that an answer takes
        self._step, self._stepped = 0.0, 0.0  # seconds between steps up, and when the last one was

    @asynccontextmanager
    async def slot(self, tokens: int = 0) -> AsyncIterator[None]:
        """Wait for leave to send a request of about so many tokens; it is under way until the end."""
        self._window = self._window or _Window(self._now())
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._let_go()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._leave()
            raise
        try:
            for meter, amount in zip(self._meters, (1, tokens), strict=True):
                if wait := meter.wait(amount, self._now()):
                    await asyncio.sleep(wait)
            yield
        finally:
            self._leave()

    def answered(self, seconds: float, estimated_tokens: int = 0, tokens: int | None = None) -> None:
        """An attempt brought an answer after that time, of so many tokens in truth."""
        if tokens is not None:
            self._meters[1].correct(tokens - estimated_tokens)
        self._typical += (seconds - self._typical) * (SMOOTH if self._typical else 1)
        self._judge()

    async def failed(self, busy: bool, retry_after: float | None = None) -> None:
        """An attempt was pushed back (`busy`) or broke; returns when its slot may go to another."""
        now = self._now()
        if retry_after:
            if now >= self._not_before and retry_after > self._typical:
                self.limit = max(self.limit * (1 - PAUSE_CUT * min(retry_after, 1.0)), 1.0)
                self._doubling = False
            self._not_before = max(self._not_before, now + retry_after)
            self._step = min(PAUSE_STEPS * retry_after, LONGEST_STEP) if retry_after > self._typical else 0.0
        self._judge(busy=busy, broken=not busy)
        if busy and not retry_after and self._typical:
            await asyncio.sleep(self._typical)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()

    def release(self) -> None:
        """Let everybody go at once: the run is over, and they only need to be told."""
        self._not_before, self.limit = 0.0, math.inf
        self._let_go()

    def _leave(self) -> None:
        self.in_flight -= 1
        self._let_go()

    def _let_go(self) -> None:
        """Start those who wait, as far as there is room."""
        if (pause := self._not_before - self._now()) > 0:
            if self._alarm is None and self._waiting:
                self._alarm = asyncio.get_running_loop().call_later(pause, self._wake)
            return
        while self._waiting and self.in_flight + 1 <= self.limit:
            turn = self._waiting.popleft()
            if not turn.done():  # else who waited was cancelled
                turn.set_result(None)
                self.in_flight += 1

    def _wake(self) -> None:
        self._alarm = None
        self._let_go()

    def _judge(self, busy: bool = False, broken: bool = False) -> None:
        if self.limit == math.inf or self._window is None:
            return
        window = self._window
        window.finished += 1
        window.busy += busy
        window.broken += broken
        if window.finished >= max(LEAST_WINDOW, int(2 * self.limit)):
            now = self._now()
            self.limit = min(max(self._next_limit(window, now), 1.0), float(self._most))
            self._window = _Window(now)
            self._let_go()

    def _next_limit(self, window: _Window, now: float) -> float:
        limit, share = self.limit, window.busy / window.finished
        if window.broken / window.finished > HALF or share:
            self._doubling = False
            cut = HALF if window.broken / window.finished > HALF else 1 - share / 2
            self._knee, self._best = limit * cut, 0.0
            return limit * cut + self._step_up(now)
        if not self._waiting and self.in_flight + 1 < int(limit):
            return limit  # fewer are asked for than may go, so nothing was tried
        rate = window.finished / max(now - window.began, 1e-9)
        if rate > self._best * (1 + GAIN * max(limit / self._knee - 1, 0)):
            self._best, self._knee = rate, limit
        elif limit > self._knee * BEYOND:
            self._doubling = False
            return self._knee * (1 + BEYOND) / 2
        else:
            self._best += (rate - self._best) * SMOOTH
        return limit * 2 if self._doubling else limit + self._step_up(now)

    def _step_up(self, now: float) -> float:
        if now - self._stepped < self._step:
            return 0.0
        self._stepped = now
        return min(1.0, self.limit * SMALL_STEP)


class Meter:
    """So much a minute, evenly: the virtual scheduling of the generic cell rate algorithm (ITU-T I.371)."""

    def __init__(self, per_minute: float | None) -> None:
        if per_minute is not None and per_minute <= 0:
            raise ValueError(f"a limit per minute is greater than 0, not {per_minute}")
        self._seconds = 60 / per_minute if per_minute else 0.0  # that one unit takes
        self._next = 0.0  # when what was let go so far is through

    def wait(self, amount: float, now: float) -> float:
        """Seconds until this amount may go; it is counted as gone."""
        start = max(now, self._next)
        self._next = start + amount * self._seconds
        return start - now

    def correct(self, amount: float) -> None:
        """It was more, or less, by so much than was let go."""
        self._next += amount * self._seconds
