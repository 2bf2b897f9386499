"""What a run may spend. Before a request is sent, the most that it can cost is set aside.

Covers one run: a second one starts with a whole budget again, and pays nothing for what is in the
journal. An attempt whose outcome is not known (a time-out, a connection lost after sending) counts as
if it had been charged in full.
"""

from __future__ import annotations

import asyncio
import math

from codegloss.llm.model import Request, Unusable
from codegloss.llm.prices import Price

MESSAGE_TOKENS = 16  # around the text of a message: role and separators; chat templates use 3 to 10
BYTES_PER_TOKEN = 3.5  # of code and English, for estimates; byte-level vocabularies never need more than 1


class Budget:
    """The owner of money and number of requests, for one event loop."""

    def __init__(
        self, price: Price | None = None, max_cost: float | None = None, max_requests: int | None = None
    ) -> None:
        if max_cost is not None and price is None:
            raise Unusable(
                "--max-cost needs the model's price, and no table has it: add it to your table of prices "
                "(~/.config/codegloss/prices.toml)"
            )
        self.spent = 0.0  # US dollars, what may have been charged included
        self.sent = 0  # requests, repeated ones too
        self._price, self._reserved = price, 0.0
        self._max_cost = math.inf if max_cost is None else max_cost
        self._max_requests = math.inf if max_requests is None else max_requests
        self._settled = asyncio.Condition()

    async def reserve(self, request: Request) -> float | None:
        """Set aside the most that a request can cost, in US dollars; None where that is more than is left.

        Waits where what others have set aside may yet come free.
        """
        greatest = self.greatest_cost(request)
        async with self._settled:
            while self.spent + self._reserved + greatest > self._max_cost and self._reserved:
                await self._settled.wait()
            if self.spent + greatest > self._max_cost or self.sent >= self._max_requests:
                return None
            self._reserved += greatest
            self.sent += 1
            return greatest

    async def settle(self, reserved: float, cost: float | None) -> None:
        """Give back what was set aside, but for what it cost; None stands for all of it."""
        async with self._settled:
            self._reserved = max(0.0, self._reserved - reserved)
            self.spent += reserved if cost is None else cost
            self._settled.notify_all()

    def greatest_cost(self, request: Request) -> float:
        """The most that a request can cost. Raises Unusable where it has no end and money is limited."""
        if self._price is None:
            return 0.0
        longest = request.parameters.max_tokens
        if longest is None:
            if self._max_cost < math.inf:
                raise Unusable("--max-cost needs a limit to the length of answers: set max_tokens")
            return 0.0
        return self._price.cost(most_prompt_tokens(request), longest)


def most_prompt_tokens(request: Request) -> int:
    """No tokenizer makes more of a prompt: one for each byte, and what a chat template adds."""
    return sum(
        len(message.content.encode("utf-8", "replace")) + MESSAGE_TOKENS for message in request.messages
    )


def likely_prompt_tokens(request: Request) -> int:
    """About how many tokens a prompt has, without its tokenizer."""
    return round(
        sum(
            len(message.content.encode("utf-8", "replace")) / BYTES_PER_TOKEN + MESSAGE_TOKENS / 2
            for message in request.messages
        )
    )
