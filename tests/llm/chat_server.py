"""A server that speaks chat completions and misbehaves on command.

In a test: `async with serving(behave) as server`. As a process of its own, which benchmarks/llm.py
uses too: `python chat_server.py --delay 0.05 --faults 0.2`; it prints its URL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

# What may go wrong with one attempt. The last two are no faults, but answers that one must know how to read.
FAULTS = ("429", "429+after", "500", "503", "drop", "half", "cut")
Behave = Callable[
    [int, dict[str, Any]], str | None
]  # number of the attempt, body → one of FAULTS or another word


def well(_number: int, _body: dict[str, Any]) -> str | None:
    """Nothing goes wrong."""
    return None


def sometimes(rate: float, seed: int = 0) -> Behave:
    """A fault in that share of the attempts."""
    draw = random.Random(seed)
    return lambda _number, _body: draw.choice(FAULTS) if draw.random() < rate else None


class ChatServer:
    """Answers every prompt with a text made from it, and remembers what it was asked."""

    def __init__(
        self,
        behave: Behave = well,
        delay: float = 0.0,
        slots: int | None = None,
        queue: bool = True,
        retry_after: float = 0.05,
        answer: Callable[[str], str] = lambda prompt: f"About {prompt}.",
    ) -> None:
        self.behave, self.delay, self.retry_after, self.answer = behave, delay, retry_after, answer
        self.asked: Counter[str] = Counter()  # attempts, by the last message
        self.answered: Counter[str] = Counter()  # whole answers
        self.bodies: list[dict[str, Any]] = []  # of the first hundred attempts
        self.headers: list[dict[str, str]] = []
        self.attempts = self.in_flight = self.peak = 0
        self.url = ""
        self._slots = asyncio.Semaphore(slots) if slots else None
        self._queue = queue  # whether one that finds no slot waits, or gets a 429

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/chat/completions."""
        body = await request.json()
        prompt = body["messages"][-1]["content"]
        self.attempts += 1
        self.asked[prompt] += 1
        if len(self.bodies) < 100:
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
        self.in_flight += 1
        self.peak = max(self.peak, self.in_flight)
        try:
            if self._slots is None:
                return await self._respond(request, body, prompt)
            if not self._queue and self._slots.locked():
                return problem(429, "all slots are taken")
            async with self._slots:
                return await self._respond(request, body, prompt)
        finally:
            self.in_flight -= 1

    async def _respond(self, request: web.Request, body: dict[str, Any], prompt: str) -> web.StreamResponse:
        fault = self.behave(self.attempts, body)
        if self.delay:
            await asyncio.sleep(self.delay)
        if fault in ("429", "500", "503", "400", "401", "404"):
            return problem(int(fault), f"planted {fault}")
        if fault == "429+after":
            return problem(429, "later", {"Retry-After": str(self.retry_after)})
        if fault == "html":
            return web.Response(text="<!DOCTYPE html><html>Welcome</html>", content_type="text/html")
        if fault == "hang":
            await asyncio.sleep(30)
        if fault == "drop":
            assert request.transport
            request.transport.close()
            return web.Response()
        content = answer_of(body, self.answer(prompt), fault)
        if fault == "half":
            return web.Response(body=content[: len(content) // 2], content_type="application/json")
        if fault == "cut":  # fewer bytes than were announced
            response = web.StreamResponse(headers={"Content-Length": str(len(content))})
            await response.prepare(request)
            await response.write(content[: len(content) // 2])
            assert request.transport
            request.transport.close()
            return response
        self.answered[prompt] += 1
        return web.Response(body=content, content_type="application/json")

    async def report(self, _request: web.Request) -> web.Response:
        """GET /report: what was asked so far."""
        counts = {"asked": self.asked, "answered": self.answered}
        return web.json_response({**counts, "attempts": self.attempts, "peak": self.peak})

    def application(self) -> web.Application:
        """The server as aiohttp runs it."""
        application = web.Application()
        application.router.add_post("/v1/chat/completions", self.chat)
        application.router.add_get("/report", self.report)
        return application


def answer_of(body: dict[str, Any], text: str, fault: str | None = None) -> bytes:
    """A chat completion, or one with length, content_filter, empty, refusal, no-usage or duplicate."""
    message: dict[str, Any] = {"role": "assistant", "content": "" if fault == "empty" else text}
    if fault == "refusal":
        message |= {"content": None, "refusal": "I would rather not."}
    finish = fault if fault in ("length", "content_filter") else "stop"
    choice = {"index": 0, "message": message, "finish_reason": finish}
    answer: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [choice, choice] if fault == "duplicate" else [choice],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }
    if fault == "no-usage":
        del answer["usage"]
    return json.dumps(answer).encode()


def problem(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    """An error as OpenAI words it."""
    return web.json_response(
        {"error": {"message": message, "type": "planted"}}, status=status, headers=headers
    )


@asynccontextmanager
async def serving(behave: Behave = well, port: int = 0, **options: Any) -> AsyncIterator[ChatServer]:
    """A server on loopback while the block lasts; `server.url` is its base URL."""
    server = ChatServer(behave, **options)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=2048)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


async def _main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    options.add_argument("--faults", type=float, default=0.0, help="share of attempts that go wrong")
    options.add_argument("--slots", type=int, help="answers under way at once")
    options.add_argument(
        "--reject", action="store_true", help="429 where no slot is free, instead of a queue"
    )
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # planted faults are no news
    behave = sometimes(given.faults, given.seed) if given.faults else well
    async with serving(behave, delay=given.delay, slots=given.slots, queue=not given.reject) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
