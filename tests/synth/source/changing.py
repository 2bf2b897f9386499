"""What the tests of new comments share: a file in memory, read and planned."""

from __future__ import annotations

from collections.abc import Mapping

from codegloss.extract.stage import rows_of
from codegloss.records import Function, Source
from codegloss.synth.source.plan import Planned, Refused, Replacement, plan_file


def functions_of(data: bytes, path: str) -> dict[str, Function]:
    """The functions of a file by qualified name."""
    source = Source("repository", None, path, path, None, data, len(data), None, None)
    return {row.qualified_name: row for row in rows_of(source) if isinstance(row, Function)}


def plan(data: bytes, path: str, comments: Mapping[str, str]) -> Planned | Refused:
    """The plan of a file with these comments, by qualified name."""
    functions = functions_of(data, path)
    return plan_file(data, [Replacement(functions[name], text) for name, text in comments.items()])


def changed(data: bytes, path: str, comments: Mapping[str, str]) -> bytes:
    """The new bytes of a file in which every one of the comments was put."""
    planned = plan(data, path, comments)
    assert isinstance(planned, Planned), planned
    assert not planned.skipped, planned.skipped
    return planned.data


def reason(data: bytes, path: str, name: str, text: str) -> tuple[str, str]:
    """Why the comment of that function was not put in: the reason's name and its detail."""
    planned = plan(data, path, {name: text})
    assert isinstance(planned, Refused), planned
    ((_, found),) = planned.skipped
    return found.name, found.detail
