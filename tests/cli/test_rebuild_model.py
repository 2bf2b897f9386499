"""`codegloss rebuild --model` against a real server on loopback: answers, refusals, SIGKILL."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from extracting import COMMAND

from codegloss.synth.report.figures import rewrites_of

sys.path.insert(0, str(Path(__file__).parents[1] / "llm"))
from chat_server import Behave, ChatServer, serving, well

FUNCTIONS = 30
NAMES = [f"step_{number}" for number in range(FUNCTIONS)]


def source() -> str:
    """Functions without a comment, each a little different."""
    parts = [
        f"def {name}(values, factor):\n    scaled = [value * factor + {number} for value in values]\n"
        f"    return sorted(scaled)[: {number} + 1]\n"
        for number, name in enumerate(NAMES)
    ]
    return "\n\n".join(parts)


def answer(prompt: str) -> str:
    """A comment as the model layer wants it, for the function in the prompt."""
    found = re.search(r"Function: `(\w+)`", prompt)
    number = found[1].split("_")[1] if found else "?"
    return json.dumps(
        {
            "summary": f"Return the smallest of the values scaled and shifted by {number}.",
            "description": "",
            "parameters": [],
            "returns": "the lowest scaled numbers in order",
            "raises": [],
        }
    )


@contextmanager
def server(behave: Behave = well, **options: Any) -> Iterator[ChatServer]:
    """A chat server in a thread of its own while the block lasts."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    found: list[ChatServer] = []

    async def run() -> None:
        async with serving(behave, answer=answer, **options) as one:
            found.append(one)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(30)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


def command(url: str, folder: Path, *more: str) -> list[str]:
    if not (folder / "code").exists():
        (folder / "code").mkdir()
        (folder / "code" / "steps.py").write_text(source(), "utf-8")
    return [COMMAND, "rebuild", str(folder / "code"), "--out", str(folder / "out"), "--only", "all", "-q",
            "--model", "tiny", "--base-url", url, *more]  # fmt: skip


def run(url: str, folder: Path, *more: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(url, folder, *more), capture_output=True, text=True, timeout=300, env=clean()
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == status, done.stderr
    return done


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}


def test_comments_come_from_the_model_and_every_answer_is_kept(tmp_path: Path) -> None:
    with server() as model:
        run(model.url, tmp_path)
        assert sum(model.answered.values()) == FUNCTIONS
        rows = rewrites_of(tmp_path / "out" / "dataset")
        assert {row.model for row in rows} == {"tiny"}
        assert all(row.request and row.new and row.new.startswith("Return the smallest") for row in rows)
        run(model.url, tmp_path, "--overwrite")  # decided anew, and nothing is asked again
        assert sum(model.answered.values()) == FUNCTIONS


def test_what_the_endpoint_refuses_is_a_failed_row_and_no_ones_else(tmp_path: Path) -> None:
    def refuse(_number: int, body: dict[str, Any]) -> str | None:
        return "400" if "`step_7`" in body["messages"][-1]["content"] else None

    with server(refuse) as model:
        run(model.url, tmp_path)
    decisions = {row.qualified_name: row for row in rewrites_of(tmp_path / "out" / "dataset")}
    assert decisions["step_7"].decision == "failed"
    assert [name for name, row in decisions.items() if row.decision == "failed"] == ["step_7"]


def test_a_run_that_is_killed_pays_again_for_no_answer_it_had(tmp_path: Path) -> None:
    with server(delay=0.3, slots=4) as model:
        first = subprocess.Popen(command(model.url, tmp_path), stderr=subprocess.PIPE, env=clean())
        limit = time.monotonic() + 120
        while sum(model.answered.values()) < 8 and time.monotonic() < limit:
            time.sleep(0.05)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        run(model.url, tmp_path)
        again = sum(count - 1 for count in model.answered.values())
    assert len(rewrites_of(tmp_path / "out" / "dataset")) == FUNCTIONS
    assert len(model.answered) == FUNCTIONS
    assert again <= 8  # what was in flight at the kill


def test_an_endpoint_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    done = run("http://127.0.0.1:9/v1", tmp_path, status=2)
    assert "nothing answers at http://127.0.0.1:9/v1" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_requests_end_where_the_budget_ends(tmp_path: Path) -> None:
    with server() as model:
        run(model.url, tmp_path, "--max-requests", "5")
        assert model.attempts == 5
    failed = [row for row in rewrites_of(tmp_path / "out" / "dataset") if row.decision == "failed"]
    assert len(failed) == FUNCTIONS - 5


def test_a_run_in_which_everything_failed_says_why_and_is_no_success(tmp_path: Path) -> None:
    with server(lambda _number, _body: "400") as model:
        done = run(model.url, tmp_path, status=1)
    assert f"failed: no answer: refused (400: planted 400) {FUNCTIONS}" in done.stdout
    assert "planted 400" in (tmp_path / "out" / "report.html").read_text("utf-8")
