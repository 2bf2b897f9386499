"""A bank of comments and code: where a comment and its code stand among them, in two dimensions."""

from __future__ import annotations

import numpy as np
import pytest

from codegloss.quality.inconsistency.bank import Bank, from_arrays, relative

EAST, NORTH = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
BANK = Bank(texts=np.array([EAST, NORTH, -EAST, -NORTH]), codes=np.array([NORTH, NORTH, -NORTH, -NORTH]))


def test_worked_by_hand() -> None:
    (found,) = relative(EAST[None], EAST[None], BANK)
    # the comment has cosine 0 with every code of the bank, the code 1, 0, −1, 0 with the comments
    assert found["codes_nearer"] == 0
    assert found["texts_nearer"] == 0.25  # an equal one counts
    assert found["above_nearest_codes"] == pytest.approx(1)
    assert found["above_nearest_texts"] == pytest.approx(1)  # of fewer than 8 the mean of all
    assert found["scaled"] == pytest.approx(2)
    assert found["among_texts"] == pytest.approx(2**0.5)
    assert found["typical"] == pytest.approx(0)


def test_a_comment_of_other_code_stands_lower() -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(64, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    bank = Bank(rows[:32], rows[32:])
    own, other = relative(rows[:2], rows[[0, 0]], bank)
    for name in ("among_codes", "among_texts", "above_nearest_codes", "above_nearest_texts", "scaled"):
        assert own[name] > other[name]
    assert own["codes_nearer"] < other["codes_nearer"]


def test_the_order_of_the_bank_does_not_matter() -> None:
    turned = Bank(BANK.texts[::-1], BANK.codes[::-1])
    (found,), (again,) = (relative(EAST[None], NORTH[None], one) for one in (BANK, turned))
    assert again == pytest.approx(found)


def test_arrays_make_the_same_bank() -> None:
    again = from_arrays(BANK.arrays())
    assert np.array_equal(again.texts, BANK.texts)
    assert np.array_equal(again.codes, BANK.codes)
    with pytest.raises(KeyError):
        from_arrays({"bank_texts": BANK.texts})
