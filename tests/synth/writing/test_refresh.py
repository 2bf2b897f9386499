from __future__ import annotations

from textwrap import dedent

from subjects import function

from codegloss.records import DocumentedParameter, DocumentedValue
from codegloss.synth.writing.compose import Doc, composed
from codegloss.synth.writing.convention import Convention
from codegloss.synth.writing.refresh import refreshed, says_more

NEW = Doc(
    "Read the settings",
    parameters=[
        DocumentedParameter("path", None, "New path."),
        DocumentedParameter("strict", None, "New strict."),
    ],
    raises=[DocumentedValue("ValueError", "If `path` is `None`.")],
)
CODE = "def read_settings(path, strict=False):\n    return parse_toml(path, strict)\n"
GOOGLE = Convention("google")


def refresh(old: str, code: str = CODE) -> str:
    text = dedent(old).strip()
    return composed(refreshed(NEW, text, function(code), GOOGLE), GOOGLE)


def test_where_an_entry_is_false_the_prose_and_the_other_entries_stay() -> None:
    assert refresh(
        """
        Take in what  the administrator wrote.

        Nobody likes it.

        Args:
            path: Where it lies.
            pedantic: Whether unknown keys are errors.

        Note:
            Slow.
        """
    ) == (
        "Take in what  the administrator wrote.\n\nNobody likes it.\n\n"
        "Args:\n    path: Where it lies.\n    strict: New strict.\n\n"
        "Raises:\n    ValueError: If `path` is `None`.\n\n"
        "Note:\n    Slow."
    )


def test_a_default_becomes_what_is_declared() -> None:
    said = refresh("Take it in.\n\nArgs:\n    path: Where.\n    strict: Be strict. Defaults to True.")
    assert "    strict: Be strict. Defaults to False." in said


def test_where_the_summary_is_false_the_new_one_takes_its_place() -> None:
    code = "def is_open(self):\n    if self.open:\n        return True\n    return False\n"
    said = refresh("Return False if the door is open.\nNobody knows why.\n\nIt  is so.", code)
    assert said.startswith("Read the settings. Nobody knows why.\n\nIt  is so.")


def test_a_comment_that_says_more_is_told_from_a_short_one() -> None:
    assert not says_more("Return the name.", "python")
    assert says_more("Return the name.\n\nArgs:\n    x: What.", "python")
    assert says_more("Return the name.\n\n>>> f()\n1", "python")
    assert says_more("Return the name. " * 10, "python")
