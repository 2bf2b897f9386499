"""Tasks hold what their makers promise: what is relevant, what is left out, what is drawn."""

from __future__ import annotations

import pytest

from codegloss.evaluate.tasks import Example, Task, TaskError, equals_ignored, sampled, task_of_examples


def task(examples: list[Example]) -> Task:
    return task_of_examples(examples, "t", "python", "stripped", "here")


def test_equal_codes_are_one_document_and_equal_texts_one_query() -> None:
    found = task(
        [
            Example("Gives one.", "return 1", "a", None),
            Example("Gives  ONE.", "return 0 + 1", "b", None),
            Example("The first.", "return  1", "c", None),
        ]
    )
    assert found.pool == ("return 1", "return 0 + 1")
    assert found.queries == ("Gives one.", "The first.")
    assert found.relevance == ({0: 1.0, 1: 1.0}, {0: 1.0})
    assert found.groups == ("a", "c")


def test_near_duplicates_are_neither_right_nor_wrong() -> None:
    words = "sets the width of the given column to so many characters and returns the table again"
    found = task(
        [
            Example(words, "return 1", "a", 7),
            Example(words + " now", "return 2", "a", 7),  # a near-duplicate of the first and of the third
            Example(words.removeprefix("sets the width of ") + " now", "return 3", "a", 7),
            Example(words + " then", "return 4", "a", None),  # nobody looked
        ]
    )
    assert found.ignored == ([1], [0, 2], [1], [])
    left_out = found.left_out(0)
    assert left_out is not None
    assert left_out.tolist() == [False, True, False, False]
    assert found.spared == pytest.approx(4 / 4)


def test_documents_equal_to_a_relevant_one_are_left_out() -> None:
    assert equals_ignored(["a b", "c", "a  b"], [{0: 1.0}, {1: 1.0}]) == ([2], [])
    assert equals_ignored(["a", "b"], [{0: 1.0}]) is None


def test_a_query_must_have_something_relevant() -> None:
    for relevance in ({}, {0: 0.0}):
        with pytest.raises(TaskError, match="query 0 has nothing relevant"):
            Task("t", ("q",), ("d",), (relevance,), None, "python", "stripped", "here")
    with pytest.raises(TaskError, match="no query"):
        Task("t", (), ("d",), (), None, "python", "stripped", "here")


def numbered(size: int) -> Task:
    """Query n asks for document n; the next is ignored, and only those of the same ten are candidates."""
    return Task(
        "t",
        tuple(f"q{n}" for n in range(size)),
        tuple(f"d{n}" for n in range(size)),
        tuple({n: 1.0} for n in range(size)),
        None,
        "python",
        "stripped",
        "here",
        candidates=tuple(range(n // 10 * 10, n // 10 * 10 + 10) for n in range(size)),
        ignored=tuple([n + 1] if n + 1 < size else [] for n in range(size)),
        groups=tuple(f"g{n % 3}" for n in range(size)),
    )


def test_a_sample_keeps_each_query_with_what_is_its_own() -> None:
    whole = numbered(40)
    for seed in range(5):
        some = sampled(whole, 8, 20, seed)
        assert len(some.queries) == 8
        assert len(some.pool) == 20
        assert some.groups is not None
        assert some.candidates is not None
        assert some.ignored is not None
        for place, query in enumerate(some.queries):
            number = int(query[1:])
            assert [some.pool[document] for document in some.relevance[place]] == [f"d{number}"]
            assert some.groups[place] == f"g{number % 3}"
            tens = {some.pool[document] for document in some.candidates[place]}
            assert tens == {d for d in some.pool if int(d[1:]) // 10 == number // 10}
            assert {some.pool[d] for d in some.ignored[place]} <= {f"d{number + 1}"}


def test_only_candidates_count_as_left_out() -> None:
    # the next document is ignored, but for the last of each ten it is no candidate
    assert numbered(40).spared == pytest.approx(36 / 40)


def test_a_sample_is_drawn_by_its_seed_alone() -> None:
    assert sampled(numbered(40), 8, 20, 1) == sampled(numbered(40), 8, 20, 1)
    assert sampled(numbered(40), 8, 20, 1) != sampled(numbered(40), 8, 20, 2)
    assert sampled(numbered(40), None, None, 0) == numbered(40)
    assert sampled(numbered(40), 99, 99, 0) == numbered(40)


def test_a_pool_is_never_smaller_than_what_is_relevant() -> None:
    assert len(sampled(numbered(40), 12, 3, 0).pool) == 12
