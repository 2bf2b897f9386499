"""What a run has done so far, and what one would do: figures for the live line and for a dry run."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from codegloss.llm.budget import likely_prompt_tokens
from codegloss.llm.journal import Journal
from codegloss.llm.model import Model, Request
from codegloss.llm.prices import Price
from codegloss.llm.secrets import masked_request
from codegloss.records import Completion


@dataclass(slots=True)
class Tally:
    """What a client has done so far."""

    done: int = 0  # requests that have an answer, those from the journal included
    reused: int = 0  # of these, from the journal or shared with an identical request
    failed: int = 0
    prompt_tokens: int = 0  # of what was asked in this run
    completion_tokens: int = 0
    attempts: int = 0  # requests sent
    in_flight: int = 0
    secrets: Counter[str] = field(default_factory=Counter)  # masked in prompts, by kind
    started: float = field(default_factory=time.monotonic)

    def count(self, completion: Completion) -> None:
        """Take in one request that is finished."""
        if completion.text is not None:
            self.done += 1
        else:
            self.failed += 1
        self.reused += completion.reused
        if not completion.reused:
            self.prompt_tokens += completion.prompt_tokens or 0
            self.completion_tokens += completion.completion_tokens or 0

    def line(self, total: int | None = None, spent: float | None = None) -> str:
        """All of it in one line. `spent` is in US dollars, None where prices are not known."""
        finished, asked = self.done + self.failed, self.done + self.failed - self.reused
        seconds = max(time.monotonic() - self.started, 1e-9)
        parts = [
            f"{self.done:,} done" + (f" of {total:,}" if total else ""),
            f"{self.failed:,} failed",
            f"{self.in_flight:,} in flight",
            f"{finished / seconds:,.1f}/s",
            f"{self.prompt_tokens + self.completion_tokens:,} tokens",
        ]
        if self.reused:
            parts.insert(1, f"{self.reused:,} from the journal")
        if spent is None:
            parts.append("cost unknown")
        else:
            whole = f" of about ${spent / asked * (total - self.reused):,.2f}" if total and asked else ""
            parts.append(f"${spent:,.2f}{whole}")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run would ask and cost."""

    requests: int  # to be sent
    reused: int  # answered by the journal, or identical to one before
    prompt_tokens: int  # about, of those to be sent
    most_completion_tokens: int | None  # None where a request sets no limit
    most_cost: float | None  # US dollars, about, if every answer is as long as it may be; None where unknown


def estimate(
    requests: Iterable[Request], model: Model, journal: Journal | None = None, price: Price | None = None
) -> Estimate:
    """What these requests would come to, without sending one. Memory: 100 bytes for each."""
    seen: set[int] = set()
    count = sent = prompt = 0
    longest: int | None = 0
    for request in requests:
        request, _ = masked_request(request)
        count += 1
        digest = request.digest(model.endpoint, model.name)
        if int(digest[:32], 16) in seen or (journal is not None and digest in journal):
            continue
        seen.add(int(digest[:32], 16))
        sent += 1
        prompt += likely_prompt_tokens(request)
        limit = request.parameters.max_tokens
        longest = None if longest is None or limit is None else longest + limit
    cost = price.cost(prompt, longest) if price and longest is not None else None
    return Estimate(sent, count - sent, prompt, longest, cost)
