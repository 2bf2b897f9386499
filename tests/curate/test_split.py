"""Splits are by repository."""

from __future__ import annotations

import pytest

from codegloss.curate.split import SplitError, check_disjoint, split_of


def test_shares_are_about_met_and_the_name_alone_decides() -> None:
    names = [f"owner/{number}" for number in range(4000)]
    splits = [split_of(name, 3, {"validation": 0.1, "test": 0.2}) for name in names]
    assert 0.08 < splits.count("validation") / 4000 < 0.12
    assert 0.17 < splits.count("test") / 4000 < 0.23
    assert [split_of(name.upper(), 3, {"validation": 0.1, "test": 0.2}) for name in names] == splits
    assert [split_of(name, 4, {"validation": 0.1, "test": 0.2}) for name in names] != splits


@pytest.mark.parametrize("shares", [{"test": 1.2}, {"test": -0.1}, {"training": 0.5}])
def test_shares_that_are_none(shares: dict[str, float]) -> None:
    with pytest.raises(SplitError, match="shares must be"):
        split_of("a", 0, shares)


def test_a_repository_in_two_splits_is_named() -> None:
    check_disjoint({"train": ["a", "b"], "validation": ["c"], "test": ["d", "d"]})
    with pytest.raises(SplitError, match=r"1 repositories .* 'b' in test and train"):
        check_disjoint({"train": ["a", "b"], "test": ["B"]})
