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
EARLY = "if path.exists():\n        return False"


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
        ("Return True if the path exists.", "return not path.exists() and other", True),
        ("Return True if the path exists or not.", "return not path.exists()", True),
        ("Return True if the queue is empty.", "return not self.queue", False),  # asks the subject
    ],
)
def test_true_if(comment: str, code: str, contradicts: bool) -> None:
    assert codes(PYTHON.format(comment=comment, code=code), "python") == ["CG501"] * contradicts


@pytest.mark.parametrize(
    ("comment", "code", "contradicts"),
    [
        # what every part of a condition says
        ("Return False if the path exists and is local.", "return path.exists() and path.is_local()", True),
        ("Return True if the path exists and is local.", "return path.exists() and path.is_local()", False),
        ("Return False if the path exists or is local.", "return path.exists() or path.is_local()", True),
        # one part is enough to make it impossible
        ("Return True if the path exists.", "return not path.exists() and other", True),
        ("Return False if the path exists.", "return path.exists() or other", True),
        ("Return False if the path exists.", "return path.exists() and other", False),
        ("Return True if the path exists.", "return not path.exists() or other", False),
        # a return that comes before all others
        ("Return True if path exists.", f"{EARLY}\n    return g(other)", True),
        ("Return False if path exists.", f"{EARLY}\n    return g(other)", False),
        ("Return True if path exists.", f"if other:\n        return True\n    {EARLY}\n    return 1", False),
    ],
)  # fmt: skip
def test_true_if_among_several_conditions(comment: str, code: str, contradicts: bool) -> None:
    assert codes(PYTHON.format(comment=comment, code=code), "python") == ["CG501"] * contradicts


@pytest.mark.parametrize(
    ("comment", "contradicts"),
    [
        ("True if the path was found, true otherwise.", True),
        ("True if the path was found, false otherwise.", False),
        ("Return False if the path was found. Otherwise false.", True),
        ("Return True if found, False if not there, True otherwise.", False),
        ("``False`` if the path was found, otherwise returns ``False``.", True),
        ("True if the path was found, otherwise true if it was made.", False),
    ],
)
def test_one_result_for_both_cases(comment: str, contradicts: bool) -> None:
    assert codes(PYTHON.format(comment=comment, code="return g(path)"), "python") == ["CG505"] * contradicts


@pytest.mark.parametrize(
    ("comment", "test", "contradicts"),
    [
        ("The path must be at least 3.", "path < 5", True),  # another number
        ("The path must be at least 5.", "path < 5", False),
        ("The path must be greater than 4.", "path < 5", False),  # of whole numbers, the same
        ("The path must be at least 3.", "path < 5 or path > 9", True),
        ("The path must be between 5 and 9.", "path < 5 or path > 9", False),
        ("The path must be between 5 and 8.", "path < 5 or path > 9", True),
        ("The path must be between 5 and 8.", "not 5 <= path <= 9", True),
        ("The path must be between 5 and 9.", "not 5 <= path <= 9", False),
        ("Do.\n\n    :raises ValueError: if path is less than 5", "path > 5", True),
        ("Do.\n\n    :raises ValueError: if path is greater than 5", "path > 5", False),
        ("Do.\n\n    :raises ValueError: if path is greater than 7", "path > 5", True),
        (
            "Do.\n\n    :raises ValueError: if path is greater than the limit of it",
            "path < other.limit",
            True,
        ),
    ],
)
def test_limits_under_which_it_raises(comment: str, test: str, contradicts: bool) -> None:
    code = f"if {test}:\n        raise ValueError(path)"
    assert codes(PYTHON.format(comment=comment, code=code), "python") == ["CG502"] * contradicts


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
        ("Returns -1 if path is unknown.", "if other:\n        return other\n    return None", True),
        ("Returns -1 if path is unknown.", "other = -1 if path else 2\n    return other or None", False),
        (
            "Returns 0 if path is unknown.",
            "other = g()\n    if path:\n        return None\n    return other",
            False,
        ),
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


@pytest.mark.parametrize(
    ("comment", "code", "contradicts"),
    [
        ("Send it. Returns False if successful.", "send(path)\n    return True", True),
        ("Send it. Returns ``True`` if it failed.", "send(path)\n    return False", True),
        ("Send it. Returns True if successful.", "send(path)\n    return True", False),
        ("Send it. Returns False if successful, True if not.", "send(path)\n    return True", False),
        ("Send it. Returns False if successful.", "return True", False),  # a hook
        ("Returns True if it is a link.", "self.info(path)\n    return False", False),  # of the base class
        ("Send it. Returns False if successful.", "if send(path):\n        return True", False),
        ("Send it. Returns False if it fails; subclasses do.", "send(path)\n    return True", False),
        ("Returns whether it was sent.", "send(path)\n    return False", False),
    ],
)
def test_a_result_that_is_never_given(comment: str, code: str, contradicts: bool) -> None:
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
