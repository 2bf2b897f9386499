"""Comments of which single lines change: every other byte of the source stays."""

from __future__ import annotations

import pytest
from changing import changed, functions_of

from codegloss.quality.claims.check import objections
from codegloss.synth.source.patch import patched
from codegloss.synth.writing.repair import Repair, repaired

DOCSTRING = (
    '"""Load it.\n\n    Args:\n        filename:   the file  \n        limit: how many\n\n    '
    'Returns:\n        It.\n\n    """'
)
TEXT = "Load it.\n\nArgs:\n    filename:   the file\n    limit: how many\n\nReturns:\n    It."


def test_a_changed_line_leaves_the_others_as_they_are() -> None:
    new = TEXT.replace("filename", "path")
    assert patched(DOCSTRING, TEXT, new, 79) == DOCSTRING.replace("filename", "path")


def test_lines_that_go_take_nothing_with_them() -> None:
    new = TEXT.replace("    limit: how many\n", "")
    assert patched(DOCSTRING, TEXT, new, 79) == DOCSTRING.replace("        limit: how many\n", "")


def test_marks_margins_and_line_ends_stay() -> None:
    raw = "/**\r\n\t * Loads.\r\n\t *\r\n\t *   @param filename it\r\n\t *   @param limit  how many\r\n\t */"
    old = "Loads.\n\n@param filename it\n@param limit  how many"
    new = old.replace("filename", "path")
    assert patched(raw, old, new, 79) == raw.replace("filename", "path")


@pytest.mark.parametrize(
    ("raw", "old", "new"),
    [
        (DOCSTRING, TEXT, TEXT + "\nMore."),  # a new line
        (DOCSTRING, TEXT, TEXT.replace("It.", "A \\ it.")),  # what the literal would read otherwise
        (DOCSTRING, TEXT, "Another\ntext\naltogether."),
        (DOCSTRING, TEXT, TEXT.replace("how many", "how many " * 12)),  # too long a line
        (
            '"""One.\n\n    Two.\\n"""',
            "One.\n\nTwo.\nThree",
            "One.\n\nTwo.\nFour",
        ),  # another source
        ('"""One.\n\n    Two."""', "One.\n\nTwo.", "One."),  # the line with the closing mark
    ],
)
def test_where_lines_cannot_be_told_there_is_no_patch(raw: str, old: str, new: str) -> None:
    assert patched(raw, old, new, 79) is None


def test_a_repair_changes_one_line_of_the_file() -> None:
    long = b"Load it, in a line that is longer than any of the others by far, and is not broken for all that."
    source = b"\r\n".join((
        b"def load(path, limit=5):",
        b'    r"""' + long,
        b"",
        b"    :param  path : where",
        b"    :param limit: how many (default: 7)",
        b"",
        b'    """',
        b"    return open(path).read()[limit]",
        b"",
    ))  # fmt: skip
    function = functions_of(source, "a.py")["load"]
    repair = repaired(function, objections(function))
    assert isinstance(repair, Repair)
    assert changed(source, "a.py", {"load": repair.comment}) == source.replace(b"7", b"5")
