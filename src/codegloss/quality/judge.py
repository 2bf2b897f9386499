"""A third opinion on a comment, where the user names a language model: words it quotes, and a reason.

Nothing here is calibrated: what a model answers is not a probability, and models are generous to fluent text.
The verdict stands beside the rules and the classifier, and never in their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import BaseModel, Field

from codegloss.llm.model import Message, Model, Parameters, Request
from codegloss.llm.prompt import fenced, with_rule
from codegloss.llm.structured import ask
from codegloss.quality.claims.check import unsupported
from codegloss.quality.reasons import Reason
from codegloss.records import Function

MOST_CODE = 24_000  # characters of a function that are sent; a longer one is not judged
PARAMETERS = Parameters(temperature=0.0, max_tokens=400)

_SYSTEM = """\
You are given a function and the comment that documents it. Say whether the code contradicts the comment.

- contradicted: some statement of the comment is false of this code. Quote it word for word.
- consistent: no statement is false. A comment that says little, or gives reasons that code cannot show,
  is consistent.
- unknown: whether it is true depends on code that is not shown."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model thinks of one comment."""

    verdict: str  # contradicted, consistent, unknown
    quote: str | None  # of the comment, verbatim; always there where it is contradicted
    reason: str  # one or two sentences
    model: str
    request: str  # hash of the request that it answers


class Judge(Protocol):
    """Anything that reads a comment and its code."""

    async def judge(self, function: Function) -> Opinion | Reason:
        """An opinion, or why there is none."""


class _Answer(BaseModel):
    quote: str = Field(description="the false words of the comment, verbatim; empty if there are none")
    reason: str = Field(description="one or two sentences, naming the code that decides")
    verdict: Literal["contradicted", "consistent", "unknown"]


class ModelJudge:
    """Asks a model; an answer that quotes what the comment does not say is no opinion."""

    def __init__(self, model: Model, parameters: Parameters = PARAMETERS) -> None:
        self._model, self._parameters = model, parameters

    async def judge(self, function: Function) -> Opinion | Reason:
        """As `Judge` says. Raises what the model raises when no request can be answered."""
        if reason := unsupported(function):
            return Reason(reason)
        if len(function.code) > MOST_CODE:
            return Reason("code too long", f"{len(function.code):,} characters")
        answer = await ask(self._model, self.request(function), _Answer)
        if answer.value is None:
            return Reason(f"no answer: {answer.completion.status}", answer.completion.error or "")
        said = " ".join((function.comment_text or "").split())
        quote = " ".join(answer.value.quote.split())
        if quote not in said or (answer.value.verdict == "contradicted" and not quote):
            return Reason("answer not understood", "it quotes what the comment does not say")
        return Opinion(
            answer.value.verdict, quote or None, answer.value.reason, answer.completion.model,
            answer.completion.request,
        )  # fmt: skip

    def request(self, function: Function) -> Request:
        """What is asked of a function."""
        text = f"Comment:\n{fenced(function.comment_text or '')}\n\nCode:\n{fenced(function.code)}"
        return Request((with_rule(_SYSTEM), Message("user", text)), self._parameters)
