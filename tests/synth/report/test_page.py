"""The page of a report: hostile text is shown and does nothing, failures are seen, and it stays quick."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from codegloss.extract import extract
from codegloss.records import Function, Rewrite, SourceFile
from codegloss.synth.report.page import page

EMPTY: dict[str, Any] = {"functions": 0, "base": "", "measures": {}, "change": {}}
FOUND: dict[str, Any] = {
    "headline": "1 of 1 functions were taken up.",
    "decisions": {"replaced": 1, "kept": 0, "failed": 0},
    "reasons": {},
    "why": {"all": 1},
    "models": {"tiny": 1},
    "cost": {"dollars": 0, "unknown": 1},
    "notes": {},
    "parameters": {
        "weak": {"probability": 0.3},
        "bounds": {"probability": 0.1, "odds": 1.5},
        "refresh": True,
    },
    "documented": EMPTY,
    "missing": EMPTY,
}
HOSTILE = "</pre><script>alert(1)</script><img src=x onerror=alert(2)> \x00 \x1b[31m \u202e & 👩‍👧 إغلاق"


def rewrite(**changed: Any) -> Rewrite:
    given: dict[str, Any] = dict.fromkeys(Rewrite.__dataclass_fields__)
    given |= {
        "repository": "demo", "path": "box.py", "qualified_name": "open_box", "language": "python",
        "start_line": 1, "old": "Open.", "new": "Open a box.", "decision": "replaced", "notes": [],
    }  # fmt: skip
    return Rewrite(**given | changed)


class _Tags(HTMLParser):
    """The tags of a page in their order, and whether each is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.begun.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def test_hostile_text_is_shown_and_does_nothing() -> None:
    fields = ("repository", "path", "qualified_name", "language", "reason", "detail", "old", "new")
    found = page(FOUND, [rewrite(**dict.fromkeys(fields, HOSTILE), decision="kept")])
    tags = _Tags()
    tags.feed(found)
    assert tags.begun.count("script") == 1
    assert "img" not in tags.begun
    assert not tags.handlers
    for hidden in "\x00\x1b\u202e":
        assert hidden not in found
        assert f"U+{ord(hidden):04X}" in found


def test_a_function_of_which_nothing_was_written_is_shown_with_its_error() -> None:
    found = page(FOUND, [rewrite(new=None, decision="failed", reason="no answer", detail="500: planted")])
    assert "no answer: 500: planted" in found


def test_texts_without_end_are_shown_in_a_moment() -> None:
    began = time.monotonic()
    found = page(FOUND, [rewrite(old="( [ " * 10_000, new="[ ( " * 10_000, detail="x" * 10_000)])
    assert time.monotonic() - began < 5
    assert "x" * 1_000 not in found


def test_nothing_of_the_page_is_taken_for_source_code(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page(FOUND, [rewrite()]), "utf-8")
    rows = list(extract(tmp_path))
    assert all(row.is_generated for row in rows if isinstance(row, Function | SourceFile))
