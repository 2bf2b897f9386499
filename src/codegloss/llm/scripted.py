"""A model that answers by a function: for tests, planted benchmarks and dry runs. It is deterministic."""

from __future__ import annotations

from collections.abc import Callable

from codegloss.llm.budget import likely_prompt_tokens
from codegloss.llm.model import Request, Status
from codegloss.records import Completion


class Scripted:
    """Answers each request with what the function makes of it, at no cost."""

    def __init__(self, answer: Callable[[Request], str], name: str = "scripted") -> None:
        self._answer, self._name = answer, name

    @property
    def name(self) -> str:
        """The name it was given."""
        return self._name

    @property
    def endpoint(self) -> str:
        """Where it runs: here."""
        return "scripted"

    async def complete(self, request: Request) -> Completion:
        """The function's answer; an empty one counts as none."""
        text = self._answer(request)
        return Completion(
            request=request.digest(self.endpoint, self.name),
            sample=request.sample,
            endpoint=self.endpoint,
            model=self.name,
            text=text if text.strip() else None,
            finish="stop",
            prompt_tokens=likely_prompt_tokens(request),
            completion_tokens=len(text.split()),
            cost=0.0,
            seconds=0.0,
            status=Status.OK if text.strip() else Status.EMPTY,
            error=None if text.strip() else "an answer without text",
            reused=False,
        )
