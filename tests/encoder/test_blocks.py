"""Long texts are split into blocks that fit; nothing is cut off."""

from __future__ import annotations

import time
from itertools import chain, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_encoder import tokenizer_json

from codegloss.encoder.blocks import split
from codegloss.encoder.tokens import Rule, Tokeniser, adapt
from codegloss.extract.languages import names

TOKENISER = Tokeniser(adapt(tokenizer_json()), Rule())

FUNCTION = """
def {name}(data):
    value = {name}_count
    for x in data:
        if x > value:
            value = x
    return value
"""
MODULE = "".join(FUNCTION.format(name=name) for name in ("get", "set", "read", "write", "open", "close"))


def blocks(text: str, language: str | None, budget: int) -> list[list[int]]:
    return [
        np.frombuffer(block, np.int32).tolist() for block in split(text, language, budget, TOKENISER.packed)
    ]


def words(block: list[int]) -> str:
    """The block's pieces, put together."""
    return TOKENISER._pipeline.decode(block)


@given(
    st.text(st.sampled_from("get user(x) = y + 1; \n\n\tif ü漢\"'/*#{}"), max_size=400),
    st.sampled_from([None, "python", "java", "php", "c", "no such language"]),
    st.integers(4, 40),
)
def test_every_token_is_in_one_block_in_order(text: str, language: str | None, budget: int) -> None:
    found = blocks(text, language, budget)
    # No place that this alphabet offers for a cut is inside a word, other than where a word is cut by force.
    assert list(chain.from_iterable(found)) == TOKENISER.ids(text).tolist()
    assert all(0 < len(block) <= budget for block in found)
    for one, other in pairwise(found):
        assert len(one) + len(other) > budget // 2


def test_blocks_end_between_functions() -> None:
    size = len(TOKENISER.ids(FUNCTION.format(name="get")))
    found = blocks(MODULE, "python", size + size // 2)
    starts = [words(block).split()[:2] for block in found]
    assert starts == [["def", name] for name in ("get", "set", "read", "write", "open", "close")]


def test_blocks_end_between_statements_where_a_function_is_too_long() -> None:
    body = "".join(f"    value = get_{name}(x + {i})\n" for i, name in enumerate(["user", "name"] * 20))
    found = blocks(f"def read(x):\n{body}", "python", 40)
    assert len(found) > 4
    assert all(words(block).startswith("value =") for block in found[1:])


def test_a_method_alone_is_split_along_its_tree() -> None:
    # On one line, so that lines are no help.
    body = " ".join(f"if (x > {i}) {{ value = get(x) + {i}; count = count + value; }}" for i in range(30))
    found = blocks(f"public int read(int x) {{ {body} }}", "java", 60)
    assert len(found) > 4
    assert all(words(block).startswith("if x >") for block in found[1:])


def test_language_is_split_between_paragraphs_then_sentences() -> None:
    sentence = "the user name of a list is the value. "
    paragraph = sentence * 3
    size = len(TOKENISER.ids(paragraph))
    found = blocks("\n\n".join([paragraph] * 4), None, size + size // 2)
    assert [len(block) for block in found] == [size] * 4
    found = blocks(sentence * 20, None, size - 2)
    assert len({tuple(block) for block in found[:-1]}) == 1
    assert len(found[0]) % len(TOKENISER.ids(sentence)) == 0


@pytest.mark.parametrize("language", [None, *names()])
def test_nonsense_is_split_in_any_language(language: str | None) -> None:
    for text in ("(" * 3000, "x" * 3000, "a+" * 1500, "/*" + "a " * 1500, "\ud800 get" * 900, "<" * 3000):
        found = blocks(text, language, 64)
        assert all(0 < len(block) <= 64 for block in found)
        assert sum(map(len, found)) == len(TOKENISER.ids(text))


HOSTILE = {
    "lines": ("get user = name + 1\n", "python"),
    "one expression": ("a + ", "c"),
    "braces": ("{", "javascript"),
    "operators that keep the parser busy": ("& ", "swift"),
    "an expression that takes its square": ("a & ", "lua"),
    "one word": ("x", None),
    "words": ("name ", None),
    "letters of several bytes": ("漢", "java"),
}


def split_in_time(name: str, tokens: int, seconds: float) -> None:
    unit, language = HOSTILE[name]
    text = unit * (tokens // max(1, len(TOKENISER.ids(unit))))
    start = time.process_time()
    found = split(text, language, 254, TOKENISER.packed)
    assert time.process_time() - start < seconds
    assert sum(map(len, found)) == len(TOKENISER.packed(text))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_no_more_than_its_share(name: str) -> None:
    split_in_time(name, 10_000, seconds=10)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_million_tokens_take_no_more_than_their_share(name: str) -> None:
    split_in_time(name, 1_000_000, seconds=300)


def test_code_is_parsed_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(TOKENISER.ids(FUNCTION.format(name="get")))
    whole = blocks(MODULE * 5, "python", size + size // 2)
    monkeypatch.setattr("codegloss.encoder.blocks._PARSED", len(MODULE) + 7)
    assert blocks(MODULE * 5, "python", size + size // 2) == whole
