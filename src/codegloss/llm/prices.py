"""What tokens cost: a table that comes with the package, and the user's own over it.

["my-model"]
prompt = 0.20       # US dollars per million tokens
completion = 0.80
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).with_name("prices.toml")
_DATED = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})$")  # gpt-4o-mini-2024-07-18
_MILLION = 1_000_000


class PriceError(ValueError):
    """A table of prices that cannot be used; the message is one line and names the file."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    prompt: float
    completion: float

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars for one answer."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / _MILLION


def price_of(model: str, table: Path | None = None) -> Price | None:
    """The price of a model: from the user's table, else from the shipped one; None where neither has it.

    The user's table is `table`, else what CODEGLOSS_PRICES names, else `prices.toml` in the folder of
    `configuration_folder` where there is one. Raises PriceError for a table that cannot be read.
    """
    named = table or (Path(path) if (path := os.environ.get("CODEGLOSS_PRICES")) else None)
    default = configuration_folder() / "prices.toml"
    prices = read_prices(SHIPPED)
    if named or default.exists():
        prices |= read_prices(named or default)
    return prices.get(model) or prices.get(_DATED.sub("", model))


def configuration_folder() -> Path:
    """Where a user's own settings lie: ~/.config/codegloss, or below XDG_CONFIG_HOME."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "codegloss"


def read_prices(path: Path) -> dict[str, Price]:
    """A table of prices by the model's name. Raises PriceError for what is no such table."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PriceError(f"{path}: no table of prices: {error}") from None
    return {model: _price(path, model, row) for model, row in table.items()}


def _price(path: Path, model: str, row: object) -> Price:
    values = [row.get(key) for key in ("prompt", "completion")] if isinstance(row, dict) else [None]
    if not all(isinstance(value, int | float) and value >= 0 for value in values):
        raise PriceError(
            f'{path}: ["{model}"] needs prompt and completion, in US dollars per million tokens, from 0 up'
        )
    prompt, completion = map(float, values)  # type: ignore[arg-type]
    return Price(prompt, completion)
