from __future__ import annotations

import pytest
from subjects import function

from codegloss.synth.writing.evidence import Evidence
from codegloss.synth.writing.phrases import condition, raising

SOURCE = """
def load(path, strict, items):
    if path is None:
        raise ValueError("a path is needed")
    self.cache.clear()
    if strict:
        verify_checksum(path)
    for item in items:
        register(item)
    try:
        data = read_bytes(path)
    except OSError:
        raise LoadError(path)
    return Settings(data)
"""


def test_calls_are_told_apart_by_whether_they_are_always_made() -> None:
    calls = {one.name: one for one in Evidence(function(SOURCE)).calls}
    assert calls["clear"].always
    assert calls["clear"].receiver == "self.cache"
    assert not calls["verify_checksum"].always
    assert calls["verify_checksum"].arguments == ("path",)
    assert calls["register"].in_loop
    assert "ValueError" not in calls


def test_an_exception_has_its_condition_or_what_is_handled() -> None:
    found = {one.type: one for one in Evidence(function(SOURCE)).raised}
    assert found["ValueError"].condition == "path is None"
    assert found["LoadError"].handled == "OSError"
    assert raising(found["ValueError"]) == "If `path` is `None`."
    assert raising(found["LoadError"]) == "If an `OSError` occurs."


def test_the_other_branch_has_no_condition() -> None:
    source = "def f(x):\n    if x > 1:\n        return x\n    else:\n        raise ValueError\n"
    assert Evidence(function(source)).raised[0].condition is None


def test_what_loops_go_through_and_what_is_made() -> None:
    evidence = Evidence(function(SOURCE))
    assert evidence.looped == ["items"]
    assert evidence.made == "Settings"
    assert evidence.iterates("items")
    assert not evidence.iterates("path")


def test_an_attribute_that_keeps_a_parameter() -> None:
    source = "class A:\n    def __init__(self, name, size):\n        self._name = name\n"
    assert Evidence(function(source)).stored == {"name": "_name"}


def test_a_literal_key() -> None:
    assert (
        Evidence(function('def name(self): return self.headers.get("Content-Type", "")')).looked_up
        == "Content-Type"
    )
    assert Evidence(function("def name(self): return self.headers.get(key)")).looked_up is None


def test_code_that_cannot_be_parsed_is_not_known() -> None:
    own = function("def f(x):\n    return x\n")
    broken = Evidence(type(own)(**{name: getattr(own, name) for name in own.__slots__} | {"code": "def f(x"}))
    assert not broken.known
    assert broken.calls == []
    assert broken.returned == []


@pytest.mark.parametrize(
    ("code", "clause"),
    [
        ("x is None", "`x` is `None`"),
        ("x !== undefined", "`x` is not `undefined`"),
        ("n < 0", "`n` is less than 0"),
        ("not items", "`items` is false or empty"),
        ("!this.ready", "`this.ready` is false or empty"),
        ("not isinstance(x, str)", "`x` is not a `str`"),
        ("node instanceof Leaf", "`node` is a `Leaf`"),
        ("a and n > 3", "`a` is true and `n` is greater than 3"),
        ("f(x) % 2 ^ 3", "`f(x) % 2 ^ 3`"),
    ],
)
def test_conditions_in_english(code: str, clause: str) -> None:
    assert condition(code) == clause


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("java", 'class A { void f(int n) { if (n < 0) { throw new IllegalArgumentException("x"); } } }'),
        ("javascript", 'function f(n) { if (n < 0) throw new RangeError("x"); }'),
        ("php", '<?php function f($n) { if ($n < 0) { throw new RangeException("x"); } }'),
        ("cpp", 'void f(int n) { if (n < 0) { throw RangeError("x"); } }'),
    ],
)
def test_conditions_are_found_in_other_languages(language: str, source: str) -> None:
    (raised,) = Evidence(function(source, language)).raised
    assert (raised.condition or "").replace("$", "") == "n < 0"
