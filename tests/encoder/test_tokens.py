"""The fast tokeniser gives what the tokenizer.json gives, for any text."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tiny_encoder import tokenizer_json
from tokenizers import Tokenizer

from codegloss.encoder.tokens import Rule, Tokeniser, adapt

RULES = [
    Rule(),
    Rule(split_identifiers=False),
    Rule(dropped=""),
    Rule(split_identifiers=False, dropped="_.;"),
]
REFERENCES = [Tokenizer.from_str(adapt(tokenizer_json(), rule)) for rule in RULES]
FAST = [Tokeniser(adapt(tokenizer_json(), rule), rule) for rule in RULES]

# Letters of both cases, digits and punctuation, what Unicode knows of spaces, controls, marks and scripts.
CODE = st.text(st.sampled_from("aBcDgetXMLHttp09_ \t\n\r\f().;'\"\\[]{}<>=!+-*/%&|^~?@#$`:,"), max_size=60)
ODD = st.text(
    st.sampled_from("aB1_. \x00\x0b\x1c\x85\xa0\u2028\u200d\xad\ufffd\ufeffüÜßİıﬁé\u0301漢한😀Σς١٢ａＡ"),
    max_size=30,
)
MARKED = st.lists(st.sampled_from(["[CLS]", "[SEP]", "[MASK]", "[PAD]", "[UNK]", "a", "B", " ", "["])).map(
    "".join
)


def pieces(text: str, rule: Rule | None = None) -> list[str]:
    """Pieces of a text, by the reference."""
    return Tokenizer.from_str(adapt(tokenizer_json(), rule)).encode(text, add_special_tokens=False).tokens


@given(st.one_of(CODE, ODD, MARKED, st.text(max_size=40)))
@example("a\x0cB")
@example("x" * 300 + " " + "getUserName" * 40)
@example("[CLS]aB[SEP] [MASK]")
def test_both_give_the_same_pieces(text: str) -> None:
    for reference, fast in zip(REFERENCES, FAST, strict=True):
        assert fast.ids(text).tolist() == reference.encode(text, add_special_tokens=False).ids


def test_both_give_the_same_pieces_of_real_code() -> None:
    for path in [Path(__file__), *Path(sys.modules[Tokeniser.__module__].__file__ or "").parent.glob("*.py")]:
        text = path.read_text("utf-8")
        for reference, fast in zip(REFERENCES, FAST, strict=True):
            assert fast.ids(text).tolist() == reference.encode(text, add_special_tokens=False).ids


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("getUserName", ["get", "user", "name"]),
        ("HTTPServer", ["http", "server"]),
        ("get_user__name", ["get", "user", "name"]),
        ("parse(x, 'y');", ["parse", "x", "y"]),
        ("x <= y", ["x", "<", "=", "y"]),
        ("user\x0cname", ["user", "name"]),
        ("x1Y", ["x", "##1", "y"]),
    ],
)
def test_the_rule(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_each_part_of_the_rule_can_be_left_out() -> None:
    assert pieces("getUser", Rule(split_identifiers=False))[:2] == ["get", "##u"]
    assert pieces("a.b", Rule(dropped="")) == ["a", ".", "b"]


def test_adapt_removes_truncation_and_refuses_other_tokenizers() -> None:
    assert len(pieces("a " * 50)) == 50
    with pytest.raises(ValueError, match="not a BERT tokenizer"):
        adapt(adapt(tokenizer_json()))
    with pytest.raises(ValueError, match="not those of the rule"):
        Tokeniser(adapt(tokenizer_json()), Rule(split_identifiers=False))
    with pytest.raises(ValueError, match="not those of the rule"):
        Tokeniser(tokenizer_json(), Rule())


def test_without_a_rule_any_tokenizer_will_do() -> None:
    plain = Tokeniser(tokenizer_json(), None)
    reference = Tokenizer.from_str(tokenizer_json())
    reference.no_truncation()
    text = "getUser(x) " * 20
    assert plain.ids(text).tolist() == reference.encode(text, add_special_tokens=False).ids


def test_the_marks_around_a_text_are_found() -> None:
    vocabulary = REFERENCES[0].get_vocab()
    assert (FAST[0].before, FAST[0].after) == ((vocabulary["[CLS]"],), (vocabulary["[SEP]"],))


def test_half_a_character_is_no_reason_to_fail() -> None:
    assert FAST[0].ids("get \ud800 user\udfff").tolist() == FAST[0].ids("get user").tolist()


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("codegloss.encoder.tokens._MOST", 10)
    fresh = Tokeniser(adapt(tokenizer_json()), Rule())
    text = " ".join(f"x{i} " + "y" * 100 for i in range(100))
    assert np.array_equal(fresh.ids(text), FAST[0].ids(text))
    assert len(fresh._chunks) <= 10
    assert len(fresh._words) <= 10
