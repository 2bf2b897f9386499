"""What the classifier looks at, on functions small enough to be counted by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED
from codegloss.extract import functions_in
from codegloss.quality.inconsistency.bank import Bank
from codegloss.quality.inconsistency.features import Features, around, measure
from codegloss.quality.inconsistency.vocabulary import Vocabulary, words
from codegloss.quality.reasons import Reason
from codegloss.records import Function

pytestmark = pytest.mark.skipif(not SHIPPED.is_dir(), reason="this build ships no encoder")

SOURCE = '''
def remove_user(users, name, timeout=30):
    """Add the first user with that `login` within 20 seconds.

    Args:
        users: where to look.
        wait: how long.

    Raises:
        KeyError: there is none.
    """
    if name not in users:
        raise ValueError(name)
    return users.pop(name)


def parse_header(line):
    """Parse a header line into name and value."""
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def draw_circle(canvas, radius):
    """Draw a circle on the canvas."""
    canvas.arc(0, 0, radius, 0, 360)
'''


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return Vocabulary(open_checkpoint(SHIPPED))


@pytest.fixture(scope="module")
def found(vocabulary: Vocabulary) -> dict[str, Features]:
    functions = functions_in(SOURCE, "python")
    rows = measure(list(around(functions)), vocabulary)
    return {f.name: row for f, row in zip(functions, rows, strict=True) if not isinstance(row, Reason)}


def test_words_of_identifiers() -> None:
    assert words("HTTPServer.getUserName2(größe)") == ["http", "server", "get", "user", "name", "2", "größe"]


def test_parts_against_the_head(found: dict[str, Features]) -> None:
    row = found["remove_user"]
    assert row["parameters"] == 3
    assert row["documented_exist"] == 0.5  # users does, wait does not
    assert row["declared_documented"] == pytest.approx(1 / 3)
    assert row["raises_found"] == 0  # KeyError
    assert row["gives_value"] == 1


def test_opposites_numbers_and_marked_names(found: dict[str, Features]) -> None:
    row = found["remove_user"]
    assert row["opposites_name"] == 1  # add, and the name says remove
    assert row["numbers_missing"] == 1  # 20
    assert row["marked_found"] == 0  # login
    assert math.isnan(found["parse_header"]["numbers_found"])
    assert found["parse_header"]["opposites_code"] == 0


def test_a_comment_is_nearer_to_its_own_code_than_to_its_neighbours(found: dict[str, Features]) -> None:
    for name in ("parse_header", "draw_circle"):
        assert found[name]["beaten_by"] == 0
        assert found[name]["above_best"] > 0
        assert found[name]["named_first"] == 1


def test_all_words_found_is_a_share_of_one(vocabulary: Vocabulary) -> None:
    (function,) = functions_in('def draw_circle():\n    """Draw circle."""\n    return 1\n', "python")
    row = measure(list(around([function])), vocabulary)[0]
    assert isinstance(row, Reason)  # two distinct words say no more than a name
    (function,) = functions_in('def draw_red_circle():\n    """Draw red circle."""\n    return 1\n', "python")
    (row,) = measure(list(around([function])), vocabulary)
    assert not isinstance(row, Reason)
    assert row["share_lead_code"] == pytest.approx(1)
    assert row["late_lead_code"] == pytest.approx(1, abs=1e-5)
    assert math.isnan(row["above_mean"])  # nothing stands around it


def test_a_bank_adds_where_a_comment_stands_among_others(vocabulary: Vocabulary) -> None:
    examples = list(around(functions_in(SOURCE, "python")))
    vectors = np.eye(3, 384, dtype=np.float32)
    (bare, *_), (banked, *_) = (
        measure(examples, vocabulary),
        measure(examples, vocabulary, Bank(vectors, vectors)),
    )
    assert not isinstance(bare, Reason)
    assert not isinstance(banked, Reason)
    assert banked.items() >= {name: value for name, value in bare.items() if not math.isnan(value)}.items()
    assert {"scaled", "among_codes", "typical"} <= banked.keys() - bare.keys()


def test_overloads_and_declarations_are_no_rivals(vocabulary: Vocabulary) -> None:
    one = "/** Draws a red circle here. */ void draw(int x) { f(x); }"
    source = f"class A {{ {one} void draw() {{ draw(1); }} }}"
    rows = measure(list(around(functions_in(source, "java"))), vocabulary)
    assert not isinstance(rows[0], Reason)
    assert math.isnan(rows[0]["beaten_by"])


def test_the_order_of_a_batch_does_not_matter(vocabulary: Vocabulary) -> None:
    examples = list(around(functions_in(SOURCE, "python")))
    forth, back = (
        measure(examples, vocabulary),
        measure(examples[::-1], Vocabulary(open_checkpoint(SHIPPED)))[::-1],
    )
    for one, other in zip(forth, back, strict=True):
        assert not isinstance(one, Reason)
        assert not isinstance(other, Reason)
        assert np.allclose(list(one.values()), list(other.values()), atol=1e-5, equal_nan=True)


def test_a_vocabulary_that_forgets_says_the_same(
    vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codegloss.quality.inconsistency.vocabulary._MOST", 3)
    small = Vocabulary(open_checkpoint(SHIPPED))
    for text in ("open the file", "close the red door", "open the file"):
        small.learn([words(text)])
        vocabulary.learn([words(text)])
        ours, theirs = small.vector(small.ids(words(text))), vocabulary.vector(vocabulary.ids(words(text)))
        assert np.allclose(ours, theirs, atol=1e-6)


def test_the_vector_of_words_is_that_of_exit_0(vocabulary: Vocabulary) -> None:
    from codegloss.encoder import load

    text = "reads the next header line of a message"
    vocabulary.learn([words(text)])
    ours = vocabulary.vector(vocabulary.ids(words(text)))
    theirs = load().encode([text], exit=0).vectors[0]
    assert ours @ theirs == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("Gibt die Anzahl der Zeilen zurück und ist nicht leer.", "another language"),
        ("TODO: write this text", "boilerplate"),
    ],
)
def test_what_cannot_be_judged_says_why(vocabulary: Vocabulary, comment: str, reason: str) -> None:
    functions: list[Function] = list(
        functions_in(f'def f(x):\n    """{comment}"""\n    return x\n', "python")
    )
    (row,) = measure(list(around(functions)), vocabulary)
    assert isinstance(row, Reason)
    assert row.name == reason
