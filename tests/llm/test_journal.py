"""Answers outlive the process that bought them, torn records and all."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from codegloss.llm import Journal, Message, Request, Stopped
from codegloss.llm.segments import record
from codegloss.records import Completion


def answer(number: int, text: str | None = None) -> Completion:
    request = Request((Message("user", f"question {number}"),))
    return Completion(
        request=request.digest("here", "tiny"),
        sample=0,
        endpoint="here",
        model="tiny",
        text=text or f"answer {number}: «ä» \\ \n\t\u2028 \udcff",
        finish="stop",
        prompt_tokens=3,
        completion_tokens=None,
        cost=0.25,
        seconds=0.5,
        status="ok",
        error=None,
        reused=False,
    )


def write(journal: Journal, *answers: Completion) -> None:
    async def scenario() -> None:
        await asyncio.gather(*map(journal.append, answers))

    asyncio.run(scenario())


def only_file(folder: Path) -> Path:
    (file,) = folder.glob("*.journal")
    return file


def test_round_trip(tmp_path: Path) -> None:
    answers = [answer(number) for number in range(50)] + [answer(99, "long " * 10_000)]
    with Journal(tmp_path) as journal:
        assert journal.get(answers[0].request) is None
        write(journal, *answers)
        assert [journal.get(one.request) for one in answers] == [replace(one, reused=True) for one in answers]
    with Journal(tmp_path) as again:
        assert again.answers == 51
        assert [again.get(one.request) for one in answers] == [replace(one, reused=True) for one in answers]
        assert again.get("0" * 64) is None


def test_a_file_cut_anywhere_keeps_every_whole_record(tmp_path: Path) -> None:
    first, second = answer(1), answer(2)
    with Journal(tmp_path / "whole") as journal:
        write(journal, first)
        size = only_file(tmp_path / "whole").stat().st_size
        write(journal, second)
    data = only_file(tmp_path / "whole").read_bytes()
    for cut in range(size, len(data), 7):
        torn = tmp_path / str(cut)
        torn.mkdir()
        (torn / "1.journal").write_bytes(data[:cut])
        with Journal(torn) as journal:
            assert journal.answers == 1
            assert journal.get(first.request) is not None
            assert journal.get(second.request) is None
            if cut % 5 == 0:  # asked again, it goes to another file
                write(journal, second)
                assert journal.get(second.request) is not None
        if cut % 5 == 0:
            with Journal(torn) as journal:
                assert journal.answers == 2


def test_a_damaged_text_is_not_given_out(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        write(journal, answer(1, "spam and eggs"), answer(2))
    data = only_file(tmp_path).read_bytes()
    only_file(tmp_path).write_bytes(data.replace(b"spam and", b"spam amd"))
    with Journal(tmp_path) as journal:
        assert journal.get(answer(1).request) is None
        assert journal.get(answer(2).request) is not None


def test_what_another_process_writes_is_seen(tmp_path: Path) -> None:
    with Journal(tmp_path) as mine, Journal(tmp_path) as other:
        write(mine, answer(1))
        write(other, answer(2))
        mine.refresh()
        other.refresh()
        assert mine.get(answer(2).request) is not None
        assert other.get(answer(1).request) is not None
        write(other, answer(3))  # a file that is known already and grows
        mine.refresh()
        assert mine.get(answer(3).request) is not None
    assert len(list(tmp_path.glob("*.journal"))) == 2


WRITER = """
import asyncio, sys
from pathlib import Path
from codegloss.llm import Journal
sys.path.insert(0, sys.argv[1])
from test_journal import answer

async def main():
    journal = Journal(Path(sys.argv[2]))
    first = int(sys.argv[3])
    for number in range(first, first + 40, 4):
        await asyncio.gather(*(journal.append(answer(number + step)) for step in range(4)))

asyncio.run(main())
"""


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    tests = str(Path(__file__).parent)
    command = [sys.executable, "-c", WRITER, tests, str(tmp_path)]
    writers = [subprocess.Popen([*command, str(1000 * number)]) for number in range(3)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    with Journal(tmp_path) as journal:
        assert journal.answers == 120
        for start in (0, 1000, 2000):
            assert all(journal.get(answer(start + step).request) for step in range(40))


def test_a_full_disk_stops_the_run_and_leaves_the_journal_whole(tmp_path: Path) -> None:
    with Journal(tmp_path) as journal:
        write(journal, answer(1))
        size = only_file(tmp_path).stat().st_size
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, before[1]))
        try:
            with pytest.raises(Stopped, match="the journal cannot be written: File too large"):
                write(journal, answer(2))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert only_file(tmp_path).stat().st_size == size
        write(journal, answer(3))
    with Journal(tmp_path) as again:
        assert again.answers == 2


def test_memory_for_many_answers_is_small(tmp_path: Path) -> None:
    count = 20_000
    data = b"".join(record(f"{number:064x}"[::-1], b"{}") for number in range(count))
    (tmp_path / "1.journal").write_bytes(data)
    tracemalloc.start()
    with Journal(tmp_path) as journal:
        used, _ = tracemalloc.get_traced_memory()
        assert journal.answers == count
    tracemalloc.stop()
    assert used / count < 200  # bytes: a million answers in 200 MB
