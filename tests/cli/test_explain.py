"""`codegloss explain` lists the rules and explains one."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import run

from codegloss.quality.linter.rules import RULES


def test_every_rule_is_listed(tmp_path: Path) -> None:
    listed = run(tmp_path, "explain").stdout.splitlines()
    assert [line.split()[:2] for line in listed] == sorted([rule.code, rule.name] for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_explained_with_its_switch(tmp_path: Path, rule: object) -> None:
    code, name, explanation = (getattr(rule, field) for field in ("code", "name", "explanation"))
    said = run(tmp_path, "explain", code)
    assert said.exit_code == 0
    assert said.stdout == run(tmp_path, "explain", name).stdout
    assert explanation.split()[0] in said.stdout
    assert f"[{code}]" in said.stdout or f"--select {code}" in said.stdout


def test_an_unknown_rule_exits_with_2_and_the_near_ones(tmp_path: Path) -> None:
    said = run(tmp_path, "explain", "unknown-paramter")
    assert said.exit_code == 2
    assert "unknown rule 'unknown-paramter'; did you mean unknown-parameter" in said.stderr
    assert said.stdout == ""
