"""The user's table of prices counts before the shipped one."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegloss.llm import Message, Parameters, Price, Request, price_of
from codegloss.llm.budget import likely_prompt_tokens, most_prompt_tokens
from codegloss.llm.prices import SHIPPED, PriceError, read_prices


@pytest.fixture(autouse=True)
def _no_table_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("CODEGLOSS_PRICES", raising=False)


def test_cost_by_hand() -> None:
    assert Price(0.15, 0.6).cost(1_000_000, 500_000) == pytest.approx(0.45)


def test_the_shipped_table() -> None:
    assert all(price.completion >= price.prompt > 0 for price in read_prices(SHIPPED).values())
    assert price_of("gpt-4o-mini") is not None
    assert price_of("gpt-4o-mini-2024-07-18") == price_of("gpt-4o-mini")
    assert price_of("nobody-knows-it") is None


def test_the_users_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(
        '["gpt-4o-mini"]\nprompt = 1\ncompletion = 2\n\n["my/model:8b"]\nprompt = 0\ncompletion = 0\n'
    )
    assert price_of("gpt-4o-mini", table) == Price(1, 2)
    assert price_of("gpt-4o", table) == price_of("gpt-4o")
    assert price_of("my/model:8b", table) == Price(0, 0)
    monkeypatch.setenv("CODEGLOSS_PRICES", str(table))
    assert price_of("gpt-4o-mini") == Price(1, 2)
    monkeypatch.delenv("CODEGLOSS_PRICES")
    (tmp_path / "config" / "codegloss").mkdir(parents=True)
    table.rename(tmp_path / "config" / "codegloss" / "prices.toml")
    assert price_of("gpt-4o-mini") == Price(1, 2)


@pytest.mark.parametrize(
    "text", ["prompt = ", "[m]\nprompt = 1", "[m]\nprompt = -1\ncompletion = 1", "m = 3", '[m]\nprompt = "1"']
)
def test_a_table_that_is_none(tmp_path: Path, text: str) -> None:
    table = tmp_path / "prices.toml"
    table.write_text(text)
    with pytest.raises(PriceError, match=r"prices\.toml") as caught:
        price_of("m", table)
    assert "\n" not in str(caught.value)


def test_the_most_tokens_are_never_fewer_than_a_tokenizer_makes() -> None:
    request = Request((Message("system", "ä" * 10), Message("user", "def f(): pass\n" * 30)), Parameters())
    assert most_prompt_tokens(request) >= 20 + 14 * 30
    assert likely_prompt_tokens(request) < most_prompt_tokens(request) / 3
