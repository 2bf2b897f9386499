"""The seam to any language model: a request, the one method that answers it, and what can go wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from codegloss.records import Completion


class Status(StrEnum):
    """What became of a request. All but OK and LENGTH have no text to use."""

    OK = "ok"
    LENGTH = "length"  # cut short at max_tokens; the text is there as far as it goes
    EMPTY = "empty"  # an answer without a word
    FILTERED = (
        "filtered"  # withheld by the endpoint's content filter, or refused by the model in its own field
    )
    INVALID = "invalid"  # does not fit the schema, after it was asked again
    REFUSED = "refused"  # the endpoint takes no such request: too long, a parameter it does not know
    FAILED = "failed"  # no answer after every attempt
    BUDGET = "over-budget"  # not sent: it could cost more than is left


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: str  # system, user or assistant
    content: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """How to answer. What is None is not sent, so that the endpoint's own default holds."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None  # of the answer
    seed: int | None = None
    stop: tuple[str, ...] = ()
    response_schema: Mapping[str, Any] | None = None  # JSON schema that the answer is held to
    extra: Mapping[str, Any] | None = None  # what only some servers know, as `reasoning_effort`


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model."""

    messages: tuple[Message, ...]
    parameters: Parameters = Parameters()
    sample: int = 0  # tells apart several answers to the same question

    def digest(self, endpoint: str, model: str) -> str:
        """SHA-256, hexadecimal, of everything that the answer may depend on, as canonical JSON."""
        exact = {
            "endpoint": endpoint,
            "model": model,
            "messages": [[message.role, message.content] for message in self.messages],
            "parameters": {name: getattr(self.parameters, name) for name in Parameters.__slots__},
            "sample": self.sample,
        }
        text = json.dumps(exact, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Model(Protocol):
    """A language model, wherever it runs."""

    @property
    def name(self) -> str:
        """The model's name, as the endpoint knows it."""

    @property
    def endpoint(self) -> str:
        """Where it runs; with the name this says whose answers these are."""

    async def complete(self, request: Request) -> Completion:
        """One answer. Raises ModelError where none came."""


class ModelError(Exception):
    """An attempt that brought no answer; the message is one line."""


class Transient(ModelError):
    """The same request may be answered later: a full or broken endpoint, a lost connection."""

    def __init__(
        self,
        message: str,
        *,
        busy: bool = False,
        maybe_charged: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.busy = busy  # the endpoint has more to do than it can: 429, 503, 529, a time-out
        self.maybe_charged = maybe_charged  # it was sent whole, and what became of it is not known
        self.retry_after = retry_after  # seconds that the endpoint asks to be left alone


class Rejected(ModelError):
    """This request will never be answered, others may be."""


class Unusable(ModelError):
    """No request will be answered before somebody does something: no key, wrong URL, no such model."""


class Stopped(Unusable):
    """The run ends here, with everything that was answered on disk; the message says how to go on."""


def one_line(text: str, limit: int = 300) -> str:
    """Text of unknown origin as part of a message: one line, not long."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[:limit] + " …"
