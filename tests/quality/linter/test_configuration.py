"""Settings are found, read strictly, and switch the rules that they name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.quality.linter.configuration import (
    DEFAULT_CONFIDENCE,
    ConfigurationError,
    chosen,
    configuration_file,
    read_configuration,
    rule_named,
)


def nothing(subject: Subject) -> Iterator[Claim]:
    return iter(())


RULES = tuple(
    Rule(code, name, "", "", confidence, nothing)
    for code, name, confidence in [
        ("CG101", "unknown-parameter", 0.9),
        ("CG102", "undocumented-parameter", 0.3),
        ("CG201", "documented-return", 0.8),
    ]
)


def codes(**settings: list[str]) -> list[str]:
    return [switched.rule.code for switched in chosen(RULES, **settings)]


def written(folder: Path, text: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(text, "utf-8")
    return file


def test_all_rules_are_on_unless_some_are_selected() -> None:
    assert codes() == ["CG101", "CG102", "CG201"]
    assert codes(select=["CG1"]) == ["CG101", "CG102"]
    assert codes(select=["cg2", "Unknown-Parameter"]) == ["CG101", "CG201"]


def test_what_is_ignored_is_off_even_if_selected() -> None:
    assert codes(select=["CG1"], ignore=["CG101"]) == ["CG102"]
    assert codes(ignore=["CG"]) == []


def test_a_rule_selected_in_full_is_shown_whatever_its_confidence() -> None:
    def least(**settings: list[str] | float) -> dict[str, float]:
        return {switched.rule.code: switched.min_confidence for switched in chosen(RULES, **settings)}

    assert least()["CG102"] == DEFAULT_CONFIDENCE > RULES[1].confidence
    assert least(select=["CG1"])["CG102"] == DEFAULT_CONFIDENCE
    assert least(select=["CG102"])["CG102"] == 0
    assert least(select=["undocumented-parameter"])["CG102"] == 0
    assert least(select=["CG102"], min_confidence=0.4)["CG102"] == 0.4


@pytest.mark.parametrize(
    ("word", "near"), [("CG202", "CG201"), ("unknown-paramter", "unknown-parameter"), ("E501", "explain")]
)
def test_an_unknown_rule_is_named_with_the_near_ones(word: str, near: str) -> None:
    for settings in ({"select": [word]}, {"ignore": [word]}):
        with pytest.raises(ConfigurationError, match=f"unknown rule '{word}'.*{near}"):
            chosen(RULES, **settings)


def test_a_rule_is_found_by_code_or_name() -> None:
    assert rule_named("cg101", RULES) is rule_named("unknown-parameter", RULES) is RULES[0]
    with pytest.raises(ConfigurationError, match=r"CG1.*did you mean"):
        rule_named("CG1", RULES)


def test_the_nearest_file_with_a_table_of_ours_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    outer = written(tmp_path, "[tool.codegloss.check]\nselect = ['CG1']\n")
    written(tmp_path / "a", "[project]\nname = 'a'\n")
    assert configuration_file(inner) == outer
    (inner / "x.py").write_text("")
    assert configuration_file(inner / "x.py") == outer
    nearer = written(inner, "[tool.codegloss.check]\n")
    assert configuration_file(inner / "x.py") == nearer


def test_every_setting_is_read(tmp_path: Path) -> None:
    settings = read_configuration(
        written(
            tmp_path,
            "[tool.codegloss.check]\nselect = ['CG1']\nignore = ['CG102']\nmin-confidence = 1\n"
            "exclude = ['*_pb2.py']\nbaseline = 'known.json'\n",
        )
    )
    assert (settings.select, settings.ignore, settings.exclude) == (("CG1",), ("CG102",), ("*_pb2.py",))
    assert settings.min_confidence == 1.0
    assert settings.baseline == tmp_path / "known.json"
    assert settings.root == tmp_path


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "[tool.codegloss.check]\nmin_confidence = 1",
            "tool.codegloss.check.min_confidence; .*min-confidence",
        ),
        ("[tool.codegloss.check]\nzebra = 1", "check.zebra; known are select, ignore"),
        ("[tool.codegloss.chek]\n", "tool.codegloss.chek; did you mean check"),
        ("[tool.codegloss]\nselect = []", r"tool.codegloss.select; it belongs into \[tool.codegloss.check\]"),
        ("[tool.codegloss]\ncheck = 1", "must be a table"),
        ("[tool.codegloss.check]\nselect = 'CG1'", "select must be a list of codes, not 'CG1'"),
        ("[tool.codegloss.check]\nignore = [1]", "ignore must be a list"),
        ("[tool.codegloss.check]\nmin-confidence = 70", "a number from 0 to 1, not 70"),
        ("[tool.codegloss.check]\nmin-confidence = true", "a number from 0 to 1"),
        ("[tool.codegloss.check]\nbaseline = []", "a path"),
        ("[tool.codegloss\n", "not TOML.*line 1"),
    ],
)
def test_what_cannot_be_followed_is_named(tmp_path: Path, text: str, complaint: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigurationError, match=complaint) as raised:
        read_configuration(file)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)
