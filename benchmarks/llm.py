"""The model layer against a server on loopback: throughput on one core, slots, faults with kills, memory.

    python benchmarks/llm.py --peers PEERS      # everything; PEERS/litellm and the like are environments
    python benchmarks/llm.py throughput --requests 2000     # one of: throughput, slots, faults, memory

PEERS holds an environment for each peer, named as it is: openai (`openai[aiohttp]`), litellm,
distilabel (`distilabel[openai] requests`). The server runs on another core than the client.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from codegloss.llm import Journal
from common import Run, measure, peak_mib, save
from llm_client import question

HERE = Path(__file__).parent
SERVER = HERE.parent / "tests" / "llm" / "chat_server.py"
CLIENT = HERE / "llm_client.py"
PEERS = ("openai", "litellm", "distilabel")
CONCURRENCY = 256  # of every client in the comparison
ROUNDS = 3
KILLS = 5
KILL_CONCURRENCY = 64


@contextmanager
def server(*options: str) -> Iterator[str]:
    """A server on the last core that this process may use; gives its base URL."""
    core = max(os.sched_getaffinity(0))
    process = subprocess.Popen(
        ["taskset", "-c", str(core), sys.executable, str(SERVER), *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def report(url: str) -> dict[str, Any]:
    """What a server was asked so far."""
    with urlopen(url.removesuffix("/v1") + "/report") as response:
        return dict(json.load(response))


def ours(url: str, count: int, *options: str | Path) -> tuple[Run, dict[str, Any]]:
    """Our client in a process on one core."""
    run = measure([sys.executable, CLIENT, url, str(count), *options], cores=1)
    return run, json.loads(run.output.splitlines()[-1])


def throughput(count: int, peers: Path) -> None:
    """Requests a second on one core, 50 ms an answer, ours with its journal."""
    runs: dict[str, list[tuple[Run, float]]] = {}
    with server("--delay", "0.05") as url, tempfile.TemporaryDirectory() as folder:
        for repetition in range(ROUNDS):
            run, result = ours(
                url, count, "--most", str(CONCURRENCY), "--journal", Path(folder) / str(repetition)
            )
            assert result["statuses"] == {"ok": count}
            runs.setdefault("codegloss", []).append((run, count / result["seconds"]))
            for name in PEERS:
                interpreter = peers / name / "bin" / "python"
                few = count // 5  # they take long
                command = [interpreter, HERE / "peers" / "chat.py", name, url, str(few), str(CONCURRENCY)]
                run = measure(command, cores=1)
                runs.setdefault(name, []).append((run, few / json.loads(run.output)["seconds"]))
    own = statistics.median(rate for _, rate in runs["codegloss"])
    rows = []
    for name, found in runs.items():
        rate = statistics.median(rate for _, rate in found)
        rows.append(
            {
                "client": name,
                "version": version_in(peers, name),
                "requests/s": rate,
                "codegloss is faster by": own / rate,
                "peak MiB": peak_mib(run for run, _ in found),
            }
        )
    save("llm_throughput", rows, ["aiohttp"], requests=count, at_once=CONCURRENCY, repetitions=ROUNDS)


def version_in(peers: Path, name: str) -> str:
    """Version of a peer, as its own environment has it."""
    if name == "codegloss":
        return metadata.version(name)
    code = f"from importlib.metadata import version; print(version({name!r}))"
    return subprocess.check_output([peers / name / "bin" / "python", "-c", code], text=True).strip()


def slots(count: int) -> None:
    """What share of a server with 64 slots of 250 ms is used, whether it queues or pushes back."""
    rows = []
    for kind, options in (("queues", []), ("answers 429", ["--reject"])):
        with server("--delay", "0.25", "--slots", "64", *options) as url:
            _, result = ours(url, count)
        rate = count / result["seconds"]
        rows.append(
            {
                "a full server": kind,
                "requests/s": rate,
                "share of what it can serve, %": 100 * rate / (64 / 0.25),
                "attempts": result["attempts"],
                "requests": count,
                "at once in the end": result["concurrency"],
            }
        )
    save("llm_slots", rows, ["aiohttp"], slots=64, milliseconds=250)


def journalled(folder: Path, count: int) -> set[str]:
    """The prompts whose answers are in a journal."""
    with Journal(folder) as journal:
        prompts = [question(number) for number in range(count)]
        return {one.messages[0].content for one in prompts if one.digest("loopback", "tiny") in journal}


def faults(count: int) -> None:
    """Every row once through 20 % faults and five SIGKILLs."""
    kept: dict[str, int] = {}
    with server("--delay", "0.05", "--faults", "0.2") as url, tempfile.TemporaryDirectory() as folder:
        journal = Path(folder)
        command = [sys.executable, CLIENT, url, str(count), "--rows", "--journal", folder]
        command += ["--most", str(KILL_CONCURRENCY)]
        for kill in range(KILLS):
            process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert process.stdout
            for line, _ in enumerate(process.stdout):
                if line >= count * (kill + 1) // (KILLS + 1):
                    break
            process.send_signal(signal.SIGKILL)
            process.wait()
            process.stdout.close()
            answered = Counter(report(url)["answered"])
            kept = {text: kept.get(text, answered[text]) for text in journalled(journal, count)}
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        *lines, last = done.stdout.splitlines()
        seen = Counter(line.split()[0] for line in lines)
        server_says = report(url)
        answered = Counter(server_says["answered"])
    statuses = json.loads(last)["statuses"]
    rows = [
        {
            "requests": count,
            "done": statuses.get("ok", 0),
            "failed with a reason": sum(statuses.values()) - statuses.get("ok", 0),
            "lost": count - len(seen),
            "doubled": sum(seen.values()) - len(seen),
            "journalled and asked again": sum(answered[text] > times for text, times in kept.items()),
            "answered again after kills": answered.total() - len(answered),
            "most in flight at the kills": KILLS * KILL_CONCURRENCY,
            "attempts": server_says["attempts"],
        }
    ]
    save("llm_faults", rows, ["aiohttp"], faults="20 %", kills=KILLS, at_once=KILL_CONCURRENCY)


def memory(count: int) -> None:
    """Peak memory with so many requests queued, and a hundredth of them."""
    rows = []
    for queued in (count // 100, count):
        for kept in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                run, result = ours("-", queued, *(["--journal", folder] if kept else []))
            assert result["statuses"] == {"ok": queued}
            rows.append(
                {
                    "requests queued": queued,
                    "journal": "yes" if kept else "no",
                    "peak MiB": peak_mib([run]),
                    "requests/s": queued / result["seconds"],
                }
            )
    save("llm_memory", rows, ["aiohttp"], model="scripted, answers at once")


def main() -> None:
    """Measure what was asked for."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", nargs="*", help="throughput, slots, faults, memory; all if none is named")
    options.add_argument("--peers", type=Path, default=Path("build/peers"))
    options.add_argument("--requests", type=int, help="how many, instead of the number that counts")
    given = options.parse_args()
    for what in given.what or ("throughput", "slots", "faults", "memory"):
        if what == "throughput":
            throughput(given.requests or 20_000, given.peers)
        elif what == "slots":
            slots(given.requests or 10_000)
        elif what == "faults":
            faults(given.requests or 10_000)
        elif what == "memory":
            memory(given.requests or 1_000_000)
        else:
            options.error(f"nothing is called {what}")


if __name__ == "__main__":
    main()
