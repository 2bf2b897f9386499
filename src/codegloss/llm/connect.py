"""From what a user says of a model to a client of it.

Base URL and key come from the arguments, else from the environment (OPENAI_BASE_URL,
OPENAI_API_KEY), else from `config.toml` in ~/.config/codegloss:

    [llm]
    base-url = "http://localhost:11434/v1"
    key = "…"
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from codegloss.llm.budget import Budget
from codegloss.llm.client import Client
from codegloss.llm.endpoint import PROVIDER, TIMEOUT, Endpoint
from codegloss.llm.journal import Journal
from codegloss.llm.local import LocalModel
from codegloss.llm.model import Model, Unusable
from codegloss.llm.pace import MOST, Pace
from codegloss.llm.prices import PriceError, configuration_folder, price_of

_SETTINGS = ("base-url", "key")
LOCAL = "local:"  # before a path or a name on the hub: the model runs in this process


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use; None stands for no limit."""

    max_cost: float | None = None  # US dollars
    max_requests: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    concurrency: int = MOST
    timeout: float = TIMEOUT  # seconds for one answer


def connect(
    model: str,
    journal: Journal | None = None,
    *,
    base_url: str | None = None,
    key: str | None = None,
    prices: Path | None = None,
    limits: Limits = Limits(),
) -> Client:
    """A client of that model: behind a URL, or `local:PATH` for one in this process.

    To be called in the event loop that uses it. Raises Unusable, with one line, where something is
    missing that can be told without asking the endpoint.
    """
    try:
        price = price_of(model, prices)
    except PriceError as error:
        raise Unusable(str(error)) from None
    served: Model
    if model.startswith(LOCAL):
        served = LocalModel(model.removeprefix(LOCAL))
    else:
        settings = read_settings(configuration_folder() / "config.toml")
        url = base_url or os.environ.get("OPENAI_BASE_URL") or settings.get("base-url") or PROVIDER
        key = key or os.environ.get("OPENAI_API_KEY") or settings.get("key")
        if url == PROVIDER and not key:
            raise Unusable(
                f"no key for {PROVIDER}: set OPENAI_API_KEY, or name another server by --base-url, "
                "as http://localhost:11434/v1"
            )
        served = Endpoint(model, url, key, price=price, timeout=limits.timeout)
    pace = Pace(
        limits.concurrency,
        requests_per_minute=limits.requests_per_minute,
        tokens_per_minute=limits.tokens_per_minute,
    )
    return Client(served, journal, pace, Budget(price, limits.max_cost, limits.max_requests))


def read_settings(path: Path) -> dict[str, str]:
    """The table `[llm]` of a file of settings, empty without one. Raises Unusable for another content."""
    if not path.exists():
        return {}
    try:
        table = tomllib.loads(path.read_text("utf-8")).get("llm", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{path}: {error}") from None
    for name, value in table.items():
        if name not in _SETTINGS or not isinstance(value, str):
            raise Unusable(
                f"{path}: [llm] takes {' and '.join(_SETTINGS)}, both text, not {name} = {value!r}"
            )
    return dict(table)
