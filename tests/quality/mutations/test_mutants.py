"""Mutants parse, are the same twice, and do what their kind says: checked by running them."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from codegloss.quality.mutations import Mutant, mutants, rewritten
from codegloss.quality.mutations.source import Edit, apply

BEST = """\
def best(values, limit):
    total = 0
    for i in range(len(values)):
        if values[i] < limit:
            total += values[i] * 2
        else:
            total -= 1
    if not (total == 3):
        return max(total, limit - 1)
    return total > 10
"""
SORTED = '''\
def is_sorted(values, limit):
    """What this says is no code."""
    previous = values[0] if values else 0
    for value in values:
        if previous > value:
            return False
        previous = value
    return True
'''
INPUTS = [
    (list(values), limit)
    for size in range(4)
    for values in itertools.product((-1, 0, 1, 2, 5, 6), repeat=size)
    for limit in (0, 1, 2, 6, 7)
]

OTHERS = {
    "java": """\
    public static int bestOf(List<Integer> values, int limit) {
        int best = 0;
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) > limit) {
                best = Math.max(best, values.get(i) - limit);
            } else {
                best += 1;
            }
        }
        return best * 2;
    }""",
    "javascript": """\
function bestOf(values, limit) {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] > limit) {
      best = Math.max(best, values[i] - limit);
    } else {
      best += 1;
    }
  }
  return best * 2;
}""",
    "typescript": """\
function bestOf(values: number[], limit: number): number {
  let best = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i] > limit) {
      best = Math.max(best, values[i] - limit);
    } else {
      best += 1;
    }
  }
  return best * 2;
}""",
    "php": """\
function bestOf($values, $limit) {
    $best = 0;
    for ($i = 0; $i < count($values); $i++) {
        if ($values[$i] > $limit) {
            $best = max($best, $values[$i] - $limit);
        } else {
            $best += 1;
        }
    }
    return $best * 2;
}""",
    "ruby": """\
def best_of(values, limit)
  best = 0
  values.each do |value|
    if value > limit
      best = [best, value - limit].max
    else
      best += 1
    end
  end
  return best * 2
end""",
    "csharp": """\
public static int BestOf(List<int> values, int limit)
{
    int best = 0;
    for (int i = 0; i < values.Count; i++)
    {
        if (values[i] > limit)
        {
            best = Math.Max(best, values[i] - limit);
        }
        else
        {
            best += 1;
        }
    }
    return best * 2;
}""",
    "go": """\
func BestOf(values []int, limit int) int {
	best := 0
	for i := 0; i < len(values); i++ {
		if values[i] > limit {
			best = max(best, values[i]-limit)
		} else {
			best += 1
		}
	}
	return best * 2
}""",
}


def behaviour(code: str) -> list[Any]:
    """What the function gives for each input; the type of what it raises."""
    names: dict[str, Any] = {}
    exec(code, names)
    function: Callable[..., Any] = names["best" if "best" in names else "is_sorted"]
    found: list[Any] = []
    for values, limit in INPUTS:
        try:
            result = function(list(values), limit)
        except Exception as error:
            result = type(error)
        # True == 1, but a function that returns the one for the other does something else.
        found.append((type(result), result))
    return found


@pytest.mark.parametrize("code", [BEST, SORTED])
def test_rewrites_leave_the_behaviour_as_it_is(code: str) -> None:
    expected = behaviour(code)
    rewrites = [mutant for mutant in mutants(code, "python") if mutant.changes_behaviour is False]
    assert len(rewrites) >= 5
    for mutant in rewrites:
        assert behaviour(mutant.code) == expected, mutant


def test_chains_of_rewrites_leave_the_behaviour_as_it_is() -> None:
    expected = behaviour(BEST)
    chains = {rewritten(BEST, "python", steps, seed) for steps in (1, 2, 3, 4) for seed in range(10)}
    assert len(chains) > 25
    for code, kinds in chains:
        assert behaviour(code) == expected, kinds
        assert len(set(kinds)) == len(kinds) >= 1


def test_changes_change_the_behaviour() -> None:
    expected = behaviour(BEST)
    changes = [mutant for mutant in mutants(BEST, "python") if mutant.changes_behaviour is None]
    unchanged = [mutant.kind for mutant in changes if behaviour(mutant.code) == expected]
    assert len(changes) > 30
    # max() does not mind the order of its arguments, and the last line is only reached with 3, far from
    # the bound there (10 becomes 9 or 11, > becomes >=): what is equivalent is for the oracle to find out.
    assert sorted(unchanged) == ["off-by-one", "off-by-one", "swapped-arguments", "swapped-comparison"]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("swapped-comparison", "values[i] < limit", "values[i] <= limit"),
        ("reversed-comparison", "values[i] < limit", "values[i] > limit"),
        ("negated-condition", "if values[i] < limit", "if values[i] >= limit"),
        ("negated-condition", "if not (total == 3)", "if (total == 3)"),
        ("negated-result", "return total > 10", "return total <= 10"),
        ("off-by-one", "range(len(values))", "range(len(values) - 1)"),
        ("off-by-one", "limit - 1", "limit"),
        ("changed-constant", "total = 0", "total = 1"),
        ("changed-operator", "values[i] * 2", "values[i] + 2"),
        ("swapped-operands", "limit - 1", "1 - limit"),
        ("opposite", "max(total", "min(total"),
        ("swapped-parameters", "(values, limit)", "(limit, values)"),
        ("dropped-statement", "total -= 1", "pass"),
        ("dropped-branch", "\n        else:\n            total -= 1", ""),
        ("mirrored-comparison", "values[i] < limit", "limit > values[i]"),
        ("negated-twice", "values[i] < limit", "not (values[i] >= limit)"),
        ("folded-negation", "not (total == 3)", "total != 3"),
        ("commuted", "values[i] * 2", "2 * values[i]"),
        ("moved-bound", "range(len(values))", "range(0, len(values))"),
        ("written-out", "total -= 1", "total = total - 1"),
        ("respaced", "limit - 1", "limit-1"),
    ],
)
def test_what_a_kind_does(kind: str, before: str, after: str) -> None:
    assert BEST.count(before) == 1
    wanted = BEST.replace(before, after)
    assert wanted in [mutant.code for mutant in mutants(BEST, "python") if mutant.kind == kind]


def test_branches_change_places_under_the_negated_condition() -> None:
    inverted = [mutant.code for mutant in mutants(BEST, "python") if mutant.kind == "inverted-if"]
    assert len(inverted) == 1
    middle = (
        "if values[i] >= limit:\n            total -= 1\n        else:\n            total += values[i] * 2"
    )
    assert middle in inverted[0]


def test_a_raise_is_removed() -> None:
    code = "def half(n):\n    if n % 2:\n        raise ValueError(n)\n    return n // 2\n"
    found = [mutant.code for mutant in mutants(code, "python") if mutant.kind == "removed-raise"]
    assert found == [code.replace("raise ValueError(n)", "pass")]


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_usual_kinds(language: str) -> None:
    found = list(mutants(OTHERS[language], language))
    kinds = {mutant.kind for mutant in found}
    changes = {"swapped-comparison", "negated-condition", "changed-constant", "changed-operator", "opposite"}
    assert kinds >= changes - ({"opposite"} if language == "csharp" else set())
    assert kinds >= {"commuted", "mirrored-comparison", "negated-twice"}
    if language not in ("go",):
        assert kinds >= {"renamed-local", "renamed-parameter", "extracted-temporary", "dropped-statement"}


@pytest.mark.parametrize("language", ["python", *OTHERS])
def test_order_follows_the_seed_and_nothing_else(language: str) -> None:
    code = OTHERS.get(language, BEST)
    one, again, other = (list(mutants(code, language, seed)) for seed in (1, 1, 2))
    assert one == again != other
    assert set(one) == set(other)
    assert len({mutant.code for mutant in one} | {code}) == len(one) + 1


@pytest.mark.parametrize("language", ["python", *OTHERS])
def test_what_lies_outside_the_span_is_the_original(language: str) -> None:
    code = OTHERS.get(language, BEST).encode()
    for mutant in mutants(code.decode(), language):
        text = mutant.code.encode()
        assert code.startswith(text[: mutant.start]), mutant
        assert code.endswith(text[mutant.end :]), mutant


def test_comments_and_strings_are_left_alone() -> None:
    code = 'def f(limit):\n    # limit < 3\n    return "limit < 3"\n'
    assert [mutant.kind for mutant in mutants(code, "python")] == ["extracted-temporary"]


def test_text_that_is_no_code_has_no_mutants() -> None:
    assert list(mutants("def f(:", "python")) == []
    assert rewritten("def f(:", "python", 3) == ("def f(:", ())


def test_non_ascii_text_keeps_its_bytes() -> None:
    code = "def f(größe):\n    return größe < 3\n"
    kinds = {mutant.kind: mutant for mutant in mutants(code, "python")}
    assert isinstance(kinds["swapped-comparison"], Mutant)
    assert kinds["swapped-comparison"].code == code.replace("<", "<=")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="cobol"):
        list(mutants("x", "cobol"))


def test_edits_that_overlap_are_refused() -> None:
    assert apply(b"abcdef", [Edit(4, 5, b""), Edit(0, 2, b"xyz")]) == b"xyzcdf"
    with pytest.raises(ValueError, match="overlap"):
        apply(b"abcdef", [Edit(0, 3, b""), Edit(2, 4, b"")])
