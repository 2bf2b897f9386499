"""The mutation benchmark: what is a pair, what leaks, and how scores are set against labels."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import mutations
from mutations_leaks import balanced, guessed
from mutations_scores import auc, auc_within, standings


def row(number: int, label: int, code: str, problem: int, language: str = "python") -> dict[str, Any]:
    return {
        "id": str(number),
        "problem": str(problem),
        "language": language,
        "split": "test" if problem % 4 == 0 else "train",
        "kind": "off-by-one" if label else mutations.REWRITTEN,
        "comment": f"Find what number {problem} is.",
        "code": code,
        "label": label,
    }


@pytest.mark.parametrize(
    ("task", "text"),
    [
        ("Write a function to find x.", "Find x."),
        ("Write a function that matches a word.", "Matches a word."),
        ("## write a function to sort.", "Sort."),
        ("Find the least of three.", "Find the least of three."),
    ],
)
def test_a_task_as_a_comment_says_it(task: str, text: str) -> None:
    assert mutations.described(task) == text


def test_a_consistent_variant_is_kept_once_and_has_no_kind_of_change() -> None:
    rows = [row(1, 0, "same", 1) | {"kind": "a"}, row(2, 0, "same", 1) | {"kind": "b"}, row(3, 1, "other", 1)]
    assert [(found["id"], found["kind"]) for found in mutations.unique(rows)] == [
        ("1", mutations.REWRITTEN),
        ("3", "off-by-one"),
    ]


def test_two_builds_plan_the_same() -> None:
    code = "def f(values, limit):\n    total = 0\n    for value in values:\n        if value < limit:\n"
    code += "            total += value\n    return total + 1\n"
    problem = mutations.Problem("7", "python", "Sum the values below a limit.", "", code, "")
    plans = mutations.planned([problem], 3)
    assert plans == mutations.planned([problem], 3)
    bases = [base for _, _, base, _ in plans]
    assert bases
    assert len(set(bases)) == len(bases)
    assert all(base != code and base not in changed.values() for _, _, base, changed in plans)


def test_thinning_takes_out_what_the_code_alone_gives_away() -> None:
    pytest.importorskip("sklearn")
    chance = random.Random(1)
    rows = []
    for number in range(800):
        label = number % 2
        # The token `odd` is three times as frequent in what is inconsistent.
        words = ["odd" if chance.random() < (0.6 if label else 0.2) else "even"]
        words += chance.sample(["a", "b", "c", "d", "e"], 2)
        rows.append(row(number, label, " ".join(words), number // 8))
    kept = balanced(rows, 0)
    labels, left = (np.array([one["label"] for one in some], bool) for some in (rows, kept))
    assert auc(guessed(rows, 9), labels) > 0.65
    assert 0.4 < auc(guessed(kept, 9), left) < 0.55
    assert left.mean() == 0.5
    assert len(kept) > 200
    for split in ("train", "test"):
        assert np.mean([one["label"] for one in kept if one["split"] == split]) == 0.5


def test_auc_by_hand() -> None:
    # Positives 0.9 and 0.4 against 0.4 and 0.1: three above, one tie of four pairs.
    values, labels = np.array([0.9, 0.4, 0.4, 0.1]), np.array([True, True, False, False])
    assert auc(values, labels) == 3.5 / 4
    # Only pairs of one group: 0.9 against 0.4, and 0.4 against 0.1.
    assert auc_within(values, labels, np.array(["a", "b", "a", "b"])) == 1.0
    assert auc_within(values, labels, np.array(["a", "b", "c", "d"])) is None


def test_a_kind_stands_against_consistent_variants_of_its_own_problems() -> None:
    rows = [row(4 * p + n, n % 2, "", p) for p in range(12) for n in range(4)]
    # Another kind in problems that the first has no part in, with consistent variants that score high.
    rows += [row(100 + n, n % 2, "", 50 + n // 4) | ({"kind": "other"} if n % 2 else {}) for n in range(24)]
    labels = np.array([one["label"] for one in rows], np.float64)
    told = np.where(np.arange(len(rows)) < 48, labels, 1 - labels)
    table = {line["part"]: line for line in standings(rows, {"both": told})}
    assert table["off-by-one"]["AUC of both"] == 1.0
    assert table["off-by-one"]["seen"] == "yes"
    assert table["off-by-one"]["rows"] == 48
    assert table["other"]["AUC of both"] == 0.0
    assert table["other"]["seen"] == "the wrong way"
    assert 0.5 < table["all"]["AUC of both"] < 1.0
    assert table["all"]["base rate"] == 0.5
    constant = {line["part"]: line for line in standings(rows, {"both": np.zeros(len(rows))})}
    assert constant["all"]["AUC of both"] == 0.5
    assert constant["all"]["seen"] == "no"


def test_what_a_sentence_cannot_contradict_is_left_out() -> None:
    told = "def f(n):\n    return n == 0 or n == 1"
    one_by_one = "def f(n):\n    return 31 if n == 5 else 5 if 2 == n else 17 if n == 'x' else 0"
    rows = [
        row(1, 0, one_by_one, 1),
        row(2, 1, one_by_one.replace("31", "30"), 1),
        row(3, 0, told, 2),
        row(4, 1, told.replace("1", "2"), 2),
        row(5, 1, "def f(b, a): return b - a", 2) | {"kind": mutations.UNTOLD},
        row(6, 0, "def f(a, b):\n    return a == 17 and b == 13", 3),
        row(7, 0, "def f(words, word):\n    return word == 'green'", 4),
        row(8, 0, "function f($n, $k) { return $n + $k; }", 5, "php"),
        # The same problem's solution in another language may be a good one.
        row(9, 0, "function f(n) { return n > 1; }", 1, "javascript"),
    ]
    assert [found["id"] for found in mutations.telling(rows)] == ["3", "4", "8", "9"]
