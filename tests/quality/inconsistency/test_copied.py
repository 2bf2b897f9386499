"""Comments copied to another function of the file, and sentences that are rightly shared."""

from __future__ import annotations

import pytest

from codegloss.extract import functions_in
from codegloss.quality.inconsistency.classifier import load
from codegloss.quality.inconsistency.copied import Copy, copies

TABLE = '''
class Table:
    def get_top(self, widths):
        """{top}"""
        parts = [self.top_left]
        for last, width in loop_last(widths):
            parts.append(self.top * width)
            if not last:
                parts.append(self.top_divider)
        parts.append(self.top_right)
        return "".join(parts)

    def {name}(self, {parameters}):
        """{row}"""
        {body}
'''
ROW = """if level == "head":
            left, horizontal, right = self.head_row_left, self.head_row_horizontal, self.head_row_right
        else:
            left, horizontal, right = self.mid_left, " ", self.mid_right
        return left + horizontal.join(" " * width for width in widths) + right"""
TOP = "Get the top of a simple frame."


def found(
    *,
    top: str = TOP,
    name: str = "get_row",
    row: str = TOP,
    body: str = ROW,
    parameters: str = "widths, level",
) -> list[Copy]:
    """The copies in a file of two methods."""
    source = TABLE.format(top=top, name=name, row=row, body=body, parameters=parameters)
    return list(copies(list(functions_in(source, "python")), load))


def test_a_copied_comment_is_found_at_the_copy_with_the_word_that_gives_it_away() -> None:
    (copy,) = found()
    assert (copy.function.name, copy.original.name, copy.words) == ("get_row", "get_top", ("top",))
    assert copy.probability > 0.5


def test_a_comment_of_its_own_is_none() -> None:
    assert not found(row="Get the row that parts a simple frame.")


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "get_upper_edge", "body": "return self.get_top(widths)", "parameters": "widths"},
        {"row": TOP + "\n\n        An older name of `get_top`.", "name": "edge"},
        {"body": "raise NotImplementedError"},
        {"body": "pass"},
    ],
    ids=["an alias that calls the other", "an alias by its comment", "a stub that refuses", "an empty stub"],
)
def test_what_stands_for_the_other_is_no_copy(changed: dict[str, str]) -> None:
    assert not found(**changed)


def test_a_sentence_without_a_word_of_the_others_name_may_be_shared() -> None:
    said = "Lines are joined without a break between them."
    assert not found(top=said, row=said)


def test_siblings_may_share_a_sentence_that_fits_both() -> None:
    source = '''
def read_bytes(path):
    """Read the file at a path."""
    with open(path, "rb") as file:
        return file.read()

def read_text(path):
    """Read the file at a path."""
    with open(path, encoding="utf-8") as file:
        return file.read()
'''
    assert not list(copies(list(functions_in(source, "python")), load))


def test_it_reads_other_languages() -> None:
    source = """
class Iterator {
  /** Clears the predicate set efficiently. */
  void clearMask() { predicates.clearMask(); }
  /** Clears the predicate set efficiently. */
  void enableMask() { predicates.enableMask(); }
}
"""
    (copy,) = copies(list(functions_in(source, "java")), load)
    assert copy.function.name == "enableMask"


def test_no_classifier_is_loaded_where_no_summary_is_there_twice() -> None:
    def refuse() -> None:
        raise AssertionError("loaded")

    functions = list(functions_in('def one():\n    """Read a file."""\n    return open()\n', "python"))
    assert not list(copies(functions, refuse))  # type: ignore[arg-type]
