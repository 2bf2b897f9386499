"""The reference is what the code says today."""

from __future__ import annotations

import ast

import pytest

import build_reference
from codegloss import records


def test_no_page_is_stale() -> None:
    written = {path.name: path.read_text("utf-8") for path in build_reference.REFERENCE.glob("*")}
    stale = sorted(name for name, text in build_reference.render().items() if written.pop(name, None) != text)
    assert stale == [], "run `make reference`"
    assert written == {}, "pages that nothing writes"


@pytest.fixture
def pages() -> dict[str, str]:
    return build_reference.render()


def test_every_field_of_every_record_is_there_with_its_comment(pages: dict[str, str]) -> None:
    page = pages["records.md"]
    for name in records.fields(records.Function):
        assert f"| `{name}` |" in page
    assert "| `end_line` | `int` |" in page
    assert "hash of repository, path, qualified name, ordinal" in page


def test_every_command_is_there(pages: dict[str, str]) -> None:
    assert "## `codegloss extract [OPTIONS]" in pages["cli.md"]
    assert "## `codegloss show [OPTIONS]" in pages["cli.md"]
    assert "| `--out" in pages["cli.md"]


def test_every_language_is_there(pages: dict[str, str]) -> None:
    assert "| python | `.py` `.pyi` `.pyw` |" in pages["languages.md"]


def test_signatures_and_fields_are_read_from_the_source() -> None:
    source = '''class Box(Shape):
    """A box."""

    width: float | None = None  # in metres — “m”
    height: int
    async def open(self, *, slowly: bool = True) -> None:
        """Open it."""
    @property
    def area(self) -> float: ...
    def _hidden(self): ...
'''
    box = ast.parse(source).body[0]
    assert isinstance(box, ast.ClassDef)
    assert list(build_reference.describe(box, source.split("\n"), 3)) == [
        "### `class Box(Shape)`",
        "A box.",
        "| field | type | meaning |\n| --- | --- | --- |\n"
        "| `width` | `float \\| None = None` | in metres — “m” |\n| `height` | `int` |  |",
        "#### `async open(self, *, slowly: bool=True) -> None`",
        "Open it.",
        "#### `area: float`",
        "",
    ]
