"""From what a user says to a client, or to one line that says what is missing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chat_server import serving

from codegloss.llm import Client, Message, Parameters, Price, Request, Scripted, Unusable, connect, estimate
from codegloss.llm.connect import Limits

if TYPE_CHECKING:
    from conftest import Python


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a user who has set nothing yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "CODEGLOSS_PRICES"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "codegloss").mkdir()
    return tmp_path / "codegloss" / "config.toml"


def test_without_aiohttp_one_line_says_what_to_install(python: Python) -> None:
    code = "import sys; sys.modules['aiohttp'] = None\nimport codegloss.llm as llm\nllm.Endpoint('m', 'http://h')"
    done = python("-c", code)
    assert done.stderr.splitlines()[-1].endswith("pip install 'codegloss[llm]'")
    light = python("-c", "import sys, codegloss.llm; print('aiohttp' in sys.modules, 'torch' in sys.modules)")
    assert light.stdout == "False False\n"


def connected(model: str = "tiny", **options: str | Limits) -> Client:
    async def scenario() -> Client:
        return connect(model, **options)  # type: ignore[arg-type]

    return asyncio.run(scenario())


def test_no_key() -> None:
    with pytest.raises(Unusable, match="set OPENAI_API_KEY, or name another server by --base-url"):
        connected()


def test_arguments_before_environment_before_settings(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.write_text('[llm]\nbase-url = "http://settings/v1"\n')
    assert connected().endpoint == "http://settings/v1"
    monkeypatch.setenv("OPENAI_BASE_URL", "http://environment/v1")
    assert connected().endpoint == "http://environment/v1"
    assert connected(base_url="http://argument/v1/").endpoint == "http://argument/v1"


@pytest.mark.parametrize("text", ["[llm]\nurl = 'x'", "[llm]\nkey = 3", "[llm"])
def test_settings_that_cannot_be_followed(settings: Path, text: str) -> None:
    settings.write_text(text)
    with pytest.raises(Unusable, match=r"config\.toml") as caught:
        connected()
    assert "\n" not in str(caught.value)


def test_the_key_reaches_the_server(settings: Path) -> None:
    async def scenario() -> None:
        async with serving() as server:
            settings.write_text(f'[llm]\nbase-url = "{server.url}"\nkey = "k-2"\n')
            async with connect("tiny") as client:
                assert (await client.complete(Request((Message("user", "x"),)))).text == "About x."
            assert server.headers[0]["Authorization"] == "Bearer k-2"

    asyncio.run(scenario())


def test_a_limit_of_money_for_a_model_without_a_price() -> None:
    with pytest.raises(Unusable, match=r"prices\.toml"):
        connected(base_url="http://host/v1", limits=Limits(max_cost=1.0))


def test_an_estimate_leaves_out_what_is_known_and_what_comes_twice() -> None:
    requests = [Request((Message("user", text * 35),), Parameters(max_tokens=100)) for text in "aabc"]
    found = estimate(requests, Scripted(str), price=Price(1.0, 10.0))
    assert (found.requests, found.reused) == (3, 1)
    assert found.prompt_tokens == 3 * (10 + 8)
    assert found.most_completion_tokens == 300
    assert found.most_cost == pytest.approx((54 * 1 + 300 * 10) / 1e6)
    endless = estimate([Request((Message("user", "x"),))], Scripted(str), price=Price(1.0, 10.0))
    assert (endless.most_completion_tokens, endless.most_cost) == (None, None)
