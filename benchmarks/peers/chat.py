"""Other clients over so many requests to one server, as one process. Run by llm.py with a peer's interpreter.

    PEER/bin/python chat.py openai|litellm|distilabel URL COUNT CONCURRENCY

Each is used as its documentation has it for many requests at once. Prints seconds as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

CODE = (
    "def area(side: float) -> float:\n    if side < 0:\n        raise ValueError(side)\n    return side**2\n"
)


def messages(number: int) -> list[dict[str, str]]:
    """The same prompts as those of llm_client.py."""
    return [{"role": "user", "content": f"question {number}\n{CODE * 8}"}]


async def at_once(one: Callable[[int], Awaitable[Any]], count: int, concurrency: int) -> float:
    """Seconds that so many workers take, each with one request under way."""
    numbers = iter(range(count))
    before = time.perf_counter()

    async def work() -> None:
        for number in numbers:
            await one(number)

    await asyncio.gather(*(work() for _ in range(concurrency)))
    return time.perf_counter() - before


async def openai(url: str, count: int, concurrency: int) -> float:
    """The SDK over aiohttp."""
    from openai import AsyncOpenAI, DefaultAioHttpClient

    async with AsyncOpenAI(base_url=url, api_key="none", http_client=DefaultAioHttpClient()) as client:

        async def one(number: int) -> None:
            answer = await client.chat.completions.create(
                model="tiny",
                messages=messages(number),
                max_tokens=100,  # type: ignore[arg-type]
            )
            assert answer.choices[0].message.content

        return await at_once(one, count, concurrency)


async def litellm(url: str, count: int, concurrency: int) -> float:
    """`acompletion` towards an OpenAI-compatible server."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it is fetched from the net
    import litellm

    async def one(number: int) -> None:
        answer = await litellm.acompletion(
            model="openai/tiny", api_base=url, api_key="none", messages=messages(number), max_tokens=100
        )
        assert answer.choices[0].message.content

    return await at_once(one, count, concurrency)


def distilabel(url: str, count: int, concurrency: int) -> float:
    """`OpenAILLM` over batches, as its pipelines call it."""
    from distilabel.models.llms import OpenAILLM

    client = OpenAILLM(model="tiny", base_url=url, api_key="none")  # type: ignore[arg-type]
    client.load()
    before = time.perf_counter()
    for start in range(0, count, concurrency):
        batch = [messages(number) for number in range(start, min(start + concurrency, count))]
        answers = client.generate_outputs(inputs=batch, max_new_tokens=100)
        assert all(answer["generations"][0] for answer in answers)
    return time.perf_counter() - before


if __name__ == "__main__":
    which, url, count, concurrency = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    if which == "distilabel":
        seconds = distilabel(url, count, concurrency)
    else:
        seconds = asyncio.run({"openai": openai, "litellm": litellm}[which](url, count, concurrency))
    print(json.dumps({"seconds": seconds}))
