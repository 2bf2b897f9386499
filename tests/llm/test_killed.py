"""A real process of ours, killed again and again over a server with faults: nothing is paid for twice."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.request import urlopen

from codegloss.llm import Journal, Message, Parameters, Request

REQUESTS = 300
KILLS = 3
CONCURRENCY = 16  # at most in flight at each kill

RUN = """
import asyncio, sys
from pathlib import Path
from codegloss.llm import Client, Endpoint, Journal, Pace, complete_all
sys.path.insert(0, sys.argv[1])
from test_killed import CONCURRENCY, REQUESTS, question

async def main(url, folder):
    endpoint, journal = Endpoint("tiny", url, name="here"), Journal(Path(folder))
    async with Client(endpoint, journal, Pace(CONCURRENCY), first_wait=0.01, attempts=20) as client:
        async for number, completion in complete_all(client, ((n, question(n)) for n in range(REQUESTS))):
            print(number, completion.status, flush=True)

asyncio.run(main(*sys.argv[2:]))
"""


def question(number: int) -> Request:
    return Request((Message("user", f"question {number}"),), Parameters(max_tokens=20))


def answered(url: str) -> Counter[str]:
    """How often the server gave a whole answer to each question."""
    with urlopen(url.removesuffix("/v1") + "/report") as response:
        return Counter(json.load(response)["answered"])


def journalled(folder: Path) -> set[str]:
    with Journal(folder) as journal:
        texts = [f"question {number}" for number in range(REQUESTS)]
        return {
            text for text, request in zip(texts, map(question, range(REQUESTS)), strict=True)
            if request.digest("here", "tiny") in journal
        }  # fmt: skip


def test_killed_again_and_again(tmp_path: Path) -> None:
    tests = Path(__file__).parent
    server = subprocess.Popen(
        [sys.executable, tests / "chat_server.py", "--delay", "0.02", "--faults", "0.2"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout
        url = server.stdout.readline().strip()
        command = [sys.executable, "-c", RUN, str(tests), url, str(tmp_path)]
        kept: dict[str, int] = {}  # question → answers given when it was found in the journal
        for kill in range(KILLS):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert process.stdout
            for _, _line in zip(range((kill + 1) * REQUESTS // (KILLS + 2)), process.stdout, strict=False):
                pass
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            counts = answered(url)
            kept = {text: kept.get(text, counts[text]) for text in journalled(tmp_path)}
            assert all(kept.values())
        whole = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        rows = dict(line.split() for line in whole.stdout.splitlines())
        assert rows == {str(number): "ok" for number in range(REQUESTS)}  # each once, none lost
        assert len(whole.stdout.splitlines()) == REQUESTS
        counts = answered(url)
        assert {text: counts[text] for text in kept} == kept  # nothing journalled was asked again
        assert counts.total() - REQUESTS <= KILLS * CONCURRENCY  # asked again: at most what was in flight
    finally:
        server.kill()
        server.wait()


def test_the_loop_is_free_while_answers_are_synced(tmp_path: Path) -> None:
    async def scenario() -> int:
        from codegloss.llm import Client, Scripted

        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0)

        heart = asyncio.create_task(beat())
        async with Client(Scripted(lambda _: "yes"), Journal(tmp_path)) as client:
            await client.complete(question(1))
        heart.cancel()
        return beats

    assert asyncio.run(scenario()) > 3
