"""Truth, bounds, opposites and results in words: what contradicts is found, its true twin is not."""

from __future__ import annotations

import pytest

from codegloss.extract import functions_in
from codegloss.quality.claims import words
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.rule import Claim, Rule, Subject

RULES = words.RULES


def found(source: str, language: str, rules: tuple[Rule, ...] = RULES) -> list[tuple[str, Claim]]:
    (function,) = functions_in(source, language)
    subject = Subject(function, Body(function.code, function.language), None)
    claims = [(rule.code, claim) for rule in rules for claim in rule.find(subject)]
    for _, claim in claims:
        assert claim.quote in (function.comment_text or "")
    return claims


def codes(source: str, language: str) -> list[str]:
    return [code for code, _ in found(source, language)]


PYTHON = 'def f(path, other):\n    """{comment}"""\n    {code}\n'


@pytest.mark.parametrize(
    ("comment", "code", "contradicts"),
    [
        ("Return True if the path exists.", "return not path.exists()", True),
        ("Return True if the path exists.", "return path.exists()", False),
        ("Return False if the path exists.", "return path.exists()", True),
        ("Return True if the path does not exist.", "return not path.exists()", False),
        ("Return True if the path does not exist.", "return path.exists()", True),
        ("Check whether the path exists.", "return not path.exists()", True),
        (
            "Return True if the path exists.",
            "if not path.exists():\n        return True\n    return False",
            True,
        ),
        (
            "Return True if the path exists.",
            "if path.exists():\n        return True\n    return False",
            False,
        ),
        ("Return True if path is None.", "return path is not None", True),
        ("Return True if path is not None.", "return path is not None", False),
        ("Return True if the path is empty.", "return len(path) != 0", True),
        ("Return True if the path is missing.", "return not path.exists()", False),  # another word
        ("Return True if the path exists.", "return not path.exists() and other", False),  # not one condition
        ("Return True if the path exists or not.", "return not path.exists()", True),
        ("Return True if the queue is empty.", "return not self.queue", False),  # asks the subject
    ],
)
def test_true_if(comment: str, code: str, contradicts: bool) -> None:
    assert codes(PYTHON.format(comment=comment, code=code), "python") == ["CG501"] * contradicts


@pytest.mark.parametrize(
    ("language", "true", "false"),
    [
        ("java", "/** @return true if the list is empty */\nboolean f() { return list.isEmpty(); }", "!list"),
        ("cpp", "/// Returns true if the list is empty.\nbool f() { return list.empty(); }", "!list"),
        ("kotlin", "/** Returns true if the list is empty. */\nfun f() = list.isEmpty()", "!list"),
        ("go", "// f reports whether the list is empty.\nfunc f() bool { return list.IsEmpty() }", "!list"),
        ("rust", "/// Returns true if the list is empty.\nfn f() -> bool { list.is_empty() }", "!list"),
        ("ruby", "# Returns true if the list is empty.\ndef f\n  list.empty?\nend", "!list"),
    ],
)
def test_true_if_in_other_languages(language: str, true: str, false: str) -> None:
    assert codes(true, language) == []
    code = true.replace(" list.", f" {false}.")
    assert codes(code, language) == ["CG501"]


@pytest.mark.parametrize(
    ("comment", "code", "contradicts"),
    [
        ("Return True if path is greater than other.", "return path < other", True),
        ("Return True if path is greater than other.", "return path >= other", True),
        ("Return True if path is greater than other.", "return path > other", False),
        ("Return True if path is greater than other.", "return other < path", False),
        ("Return True if path is at least 3.", "return path > 3", True),
        ("Return True if path is at least 3.", "return path > 4", False),  # another bound
        ("The path must be at least 3.", "if path <= 3:\n        raise ValueError(path)", True),
        ("The path must be at least 3.", "if path < 3:\n        raise ValueError(path)", False),
        ("The path must be non-negative.", "if path <= 0:\n        raise ValueError(path)", True),
        ("The path must be less than other.", "if other <= path:\n        raise ValueError(path)", False),
    ],
)
def test_bounds(comment: str, code: str, contradicts: bool) -> None:
    assert codes(PYTHON.format(comment=comment, code=code), "python") == ["CG502"] * contradicts


@pytest.mark.parametrize(
    ("source", "contradicts"),
    [
        ("/** Adds a listener. */\nvoid removeListener(L l) { list.drop(l); }", True),
        ("/** Removes a listener. */\nvoid removeListener(L l) { list.drop(l); }", False),
        ("/** Adds a listener. */\nvoid removeListener(L l) { others.add(l); }", False),  # the code does so
        ("/** Returns the minimum value. */\nint getMaximum() { return high; }", True),
        ("/** Returns the maximum value. */\nint getMaximum() { return high; }", False),
        (
            "/** Returns the maximum, from which the minimum is taken. */\nint getMaximum() { return high; }",
            False,
        ),
    ],
)
def test_opposites(source: str, contradicts: bool) -> None:
    assert codes(source, "java") == ["CG503"] * contradicts


@pytest.mark.parametrize(
    ("comment", "code", "contradicts"),
    [
        ("Returns None if path is unknown.", "return path or 1", False),  # not decided
        ("Returns None if path is unknown.", "if other:\n        return 1\n    return 0", True),
        ("Returns None if path is unknown.", "if other:\n        return 1\n    return None", False),
        ("Returns None if path is unknown.", "if other:\n        return 1", False),  # falls off the end
        ("Returns -1 if path is unknown.", "if other:\n        return 1\n    return None", True),
        ("Never returns None.", "if other:\n        return 1\n    return None", True),
        ("Never returns None.", "return other", False),
    ],
)
def test_results(comment: str, code: str, contradicts: bool) -> None:
    assert codes(PYTHON.format(comment=comment, code=code), "python") == ["CG504"] * contradicts


@pytest.mark.parametrize(
    ("comment", "contradicts"),
    [
        ("Return False if the door is locked.", True),
        ("Return True if the door is not locked.", True),
        ("Return True if the door is locked.", False),
        ("Return True if the door is locked. Return False if the door is locked by us.", False),
        ("Return True if the door has non-locked wings.", False),
    ],
)
def test_the_name_decides_where_the_code_does_not(comment: str, contradicts: bool) -> None:
    source = f'def is_locked(door):\n    """{comment}"""\n    return ask(door)[0] or door.bolt\n'
    assert codes(source, "python") == ["CG501"] * contradicts


@pytest.mark.parametrize(
    ("comment", "code", "contradicts"),
    [
        ("Return True if the mode is unknown.", "return path != Mode.UNKNOWN", True),
        ("Return True if the mode is unknown.", "return path == Mode.UNKNOWN", False),
        ("Return True if the path is an Archive.", "return not isinstance(path, Archive)", True),
        ("Return True if the door was locked.", "if locked:\n        return False\n    return True", True),
        ("Return False if both are on one line.", "return path.line != other.line", False),
    ],
)
def test_what_is_equal_or_an_instance(comment: str, code: str, contradicts: bool) -> None:
    assert codes(PYTHON.format(comment=comment, code=code), "python") == ["CG501"] * contradicts


def test_an_accessor_with_the_comment_of_its_twin() -> None:
    assert codes("/** Sets the charset\n * of the page. */\nString getCharset() { return it; }", "java") == [
        "CG503"
    ]
    assert codes("/** Gets the charset. */\nvoid setCharset(String it) { this.it = it; }", "java") == [
        "CG503"
    ]
    assert codes("/** Sets x to the word. */\nvoid getWord(Out x) { x.word = it; }", "java") == []
    assert codes("/** Set of words. */\nSet getWords() { return it; }", "java") == []


def test_the_message_names_both_sides() -> None:
    source = PYTHON.format(comment="Return True if the path exists.", code="return not path.exists()")
    ((_, claim),) = found(source, "python")
    assert "the path exists" in claim.message
    assert "path.exists()" in claim.message
    assert claim.quote == "Return True if the path exists."


def test_a_hostile_comment_takes_no_time() -> None:
    for comment in (
        "true if " * 3000,
        "returns whether not " * 3000,
        "a " * 20000,
        "is greater than " * 2000,
    ):
        found(PYTHON.format(comment=comment, code="return not path.exists()"), "python")
