"""BM25 over split identifiers, against a value worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from codegloss.search.lexical import K1, B, LexicalIndex, stem, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("getUserNames", ["get", "user", "name", "getusernames"]),
        ("HTTPServer", ["http", "server", "httpserver"]),
        ("MAX_RETRY_COUNT", ["max", "retry", "count", "max_retry_count"]),
        ("sha256", ["sha", "256", "sha256"]),
        ("naïveBayes größ 名前", ["naïv", "baye", "naïvebayes", "größ", "名前"]),
        ("the list of entries is parsed", ["list", "entry", "pars"]),
        ("isEmpty", ["empty", "isempty"]),
        ("", []),
        ("(); // __", []),
    ],
)
def test_identifiers_are_split_and_kept(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    "forms",
    [
        ["parse", "parses", "parsed", "parsing"],
        ["entry", "entries"],
        ["stop", "stops", "stopped", "stopping"],
        ["call", "calls", "called", "calling"],
        ["class"],
        ["status"],
    ],
)
def test_forms_of_a_word_share_a_stem(forms: list[str]) -> None:
    assert len(set(map(stem, forms))) == 1


def test_short_words_keep_their_endings() -> None:
    assert [stem(word) for word in ("is", "red", "ring", "use")] == ["is", "red", "ring", "use"]


def test_a_description_finds_the_code_that_spells_it() -> None:
    index = LexicalIndex(["def open_socket(): pass", "def parseUserName(s): pass", "int readFile();"])
    scores = index.scores(["parse a user name", "read the files", "unheard-of"])
    assert scores.argmax(1)[:2].tolist() == [1, 2]
    assert scores[2].tolist() == [0, 0, 0]


def test_scores_are_those_of_the_formula() -> None:
    documents = ["alpha beta", "alpha alpha gamma delta", "gamma"]
    scores = LexicalIndex(documents).scores(["alpha"])[0]
    mean = (2 + 4 + 1) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))

    def expected(count: int, length: int) -> float:
        return idf * count / (count + K1 * (1 - B + B * length / mean))

    np.testing.assert_allclose(scores, [expected(1, 2), expected(2, 4), 0.0], rtol=1e-5)


def test_equal_documents_have_equal_scores() -> None:
    index = LexicalIndex(["read one line", "write all", "read one line"])
    scores = index.scores(["read line"])[0]
    assert scores[0] == scores[2] > scores[1]


@pytest.mark.parametrize("documents", [[], [""], ["", "();"], ["\udcff", "read"]])
def test_documents_without_words_are_scored_nothing(documents: list[str]) -> None:
    scores = LexicalIndex(documents).scores(["", "read", "\ud800"])
    assert scores.shape == (3, len(documents))
    assert np.isfinite(scores).all()


def test_shares_rank_as_scores_and_are_small_where_words_are_missing() -> None:
    documents = ["alpha beta", "alpha alpha gamma delta", "gamma", "epsilon"]
    index = LexicalIndex(documents)
    queries = ["alpha gamma", "alpha gamma never heard of"]
    scores, shares = index.scores(queries), index.shares(queries)
    assert (np.argsort(scores) == np.argsort(shares)).all()
    assert 0 < shares[1].max() < shares[0].max() < 1
    idf = math.log1p((4 - 2 + 0.5) / (2 + 0.5))  # of alpha and of gamma, which two of four documents have
    np.testing.assert_allclose(shares[0], scores[0] / (2 * idf), rtol=1e-5)
    assert index.shares([""]).tolist() == [[0.0] * 4]
