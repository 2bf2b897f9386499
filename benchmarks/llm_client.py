"""Our client over so many requests, as one process. Run by llm.py.

    llm_client.py URL COUNT [--journal FOLDER] [--most CONCURRENCY] [--rows]

Without a URL (`-`) a scripted model answers, for memory alone. Prints seconds and counts as JSON; with
`--rows` before that a line for each row that ends.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from pathlib import Path

from codegloss.llm import (
    Client,
    Endpoint,
    Journal,
    Message,
    Model,
    Pace,
    Parameters,
    Request,
    Scripted,
    complete_all,
)
from codegloss.llm.pace import MOST

CODE = (
    "def area(side: float) -> float:\n    if side < 0:\n        raise ValueError(side)\n    return side**2\n"
)


def question(number: int) -> Request:
    """A prompt of about 800 characters, other than all others."""
    return Request((Message("user", f"question {number}\n{CODE * 8}"),), Parameters(max_tokens=100))


async def run(url: str, count: int, journal: Path | None, most: int, rows: bool) -> dict[str, object]:
    """Ask everything once; what came of it."""
    model: Model = Scripted(lambda _: "A comment.") if url == "-" else Endpoint("tiny", url, name="loopback")
    statuses: Counter[str] = Counter()
    began = time.perf_counter()
    async with Client(model, Journal(journal) if journal else None, Pace(most)) as client:
        async for number, completion in complete_all(client, ((n, question(n)) for n in range(count))):
            statuses[str(completion.status)] += 1
            if rows:
                print(number, completion.status, flush=True)
    return {
        "seconds": time.perf_counter() - began,
        "statuses": statuses,
        "attempts": client.tally.attempts,
        "concurrency": client.pace.limit,
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("url")
    options.add_argument("count", type=int)
    options.add_argument("--journal", type=Path)
    options.add_argument("--most", type=int, default=MOST)
    options.add_argument("--rows", action="store_true")
    given = options.parse_args()
    print(json.dumps(asyncio.run(run(given.url, given.count, given.journal, given.most, given.rows))))
