"""What a run shows of itself."""

from __future__ import annotations

import io
import time

from codegloss.cli.progress import Bar, Lines, Tally, progress_on_stderr
from codegloss.engine import Silent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_display_fits_the_stream() -> None:
    assert isinstance(progress_on_stderr(silent=True, stream=Terminal()), Silent)
    lines = progress_on_stderr(stream=io.StringIO())
    assert isinstance(lines, Lines)
    lines.finish()
    bar = progress_on_stderr(stream=Terminal())
    assert isinstance(bar, Bar)
    bar.finish()


def test_a_line_comes_soon_then_at_intervals_then_at_the_end() -> None:
    stream = io.StringIO()
    lines = Lines("extract", "files", stream, first=0.05, every=0.1)
    lines.listed(1234, 0)
    time.sleep(0.12)
    lines.start(2000, 4_000_000, 1000)
    lines.advance(500, 1_000_000, 480, 15, 5)
    lines.note("a worker died")
    time.sleep(0.25)
    lines.finish()
    lines.finish()  # harmless
    said = stream.getvalue().splitlines()
    assert said[0] == "extract: listing the input, 1,234 files so far"
    assert "extract: a worker died" in said
    assert len(said) >= 4
    assert said[-1].startswith("extract: 1,500 of 2,000 files (75 %), ")
    assert "kept 480, dropped 15, failed 5" in said[-1]


def test_time_left_counts_what_this_run_did() -> None:
    tally = Tally("files")
    tally.start(1000, 0, 400)
    assert tally.seconds_left() is None
    tally.began = time.monotonic() - 10
    tally.advance(100, 0, 100, 0, 0)  # 100 in 10 s; 500 are left
    left = tally.seconds_left()
    assert left is not None
    assert round(left) == 50
    assert tally.left() == "0:00:50 left"
    assert tally.rate() == "10 files/s"
    tally.advance(0, 30_000_000, 0, 0, 0)
    assert tally.rate() == "10 files/s, 3.0 MB/s"


def test_a_bar_keeps_brackets_in_notes() -> None:
    stream = Terminal()
    bar = Bar("extract", "files", stream)
    bar.start(10, 0, 0)
    bar.advance(5, 0, 5, 0, 0)
    bar.note("odd [red]name[/red]")
    bar.finish()
    assert "odd [red]name[/red]" in stream.getvalue()
