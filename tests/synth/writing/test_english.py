from __future__ import annotations

import pytest

from codegloss.synth.writing.english import (
    VERBS,
    article,
    base,
    complement,
    gerund,
    listed,
    noun,
    third,
    verb_of,
    words_of,
)


def test_an_identifier_comes_apart_into_words_whatever_its_case() -> None:
    assert words_of("getHTTPPort") == ["get", "http", "port"]
    assert words_of("_load_cfg2") == ["load", "cfg2"]
    assert words_of("MAX_SIZE") == ["max", "size"]


@pytest.mark.parametrize(
    ("verb", "form"),
    [("copy", "copies"), ("do", "does"), ("match", "matches"), ("play", "plays"), ("set", "sets")],
)
def test_third_person(verb: str, form: str) -> None:
    assert third(verb) == form


@pytest.mark.parametrize(
    ("verb", "form"),
    [("make", "making"), ("set", "setting"), ("tie", "tying"), ("free", "freeing"), ("open", "opening")],
)
def test_gerund(verb: str, form: str) -> None:
    assert gerund(verb) == form


def test_every_verb_is_found_again_from_its_third_person() -> None:
    assert {verb for verb in VERBS if base(third(verb)) != verb} <= {"lay", "lie"}


def test_what_is_no_verb_has_no_base() -> None:
    assert base("the") is None
    assert base("class") is None


def test_a_short_form_is_a_verb_at_the_head_and_a_noun_behind_it() -> None:
    assert verb_of(["init", "cfg"]) == ("initialize", ["cfg"])
    assert verb_of(["user", "name"]) is None
    assert noun(["user", "cfg"]) == "the user configuration"


def test_articles_follow_the_sound_as_far_as_letters_tell() -> None:
    assert [article(word) for word in ("error", "user", "HTTP", "node", "URL")] == ["an", "a", "an", "a", "a"]
    assert noun(["names"], "a") == "names"


def test_a_complement_puts_articles_between_prepositions() -> None:
    assert complement(["user", "by", "name"]) == "the user by name"
    assert complement(["value", "to", "string"]) == "the value to a string"
    assert complement(["edges", "from"]) == "the edges"


def test_lists_end_with_a_word() -> None:
    assert [listed(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
