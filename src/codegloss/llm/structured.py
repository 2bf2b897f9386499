"""Answers in the form of a pydantic model: asked for by JSON schema, checked, asked once more, or failed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from codegloss.llm.model import Message, Model, Request, Status, one_line
from codegloss.records import Completion

T = TypeVar("T", bound=BaseModel)

_THOUGHTS = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)  # of models that think aloud
_BLOCK = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Structured(Generic[T]):
    """An answer that fits its form, or None and a completion that says why."""

    value: T | None
    completion: Completion  # the last one; its status is invalid where two answers did not fit
    completions: tuple[Completion, ...]  # every one that was asked for, for what they cost


async def ask(model: Model, request: Request, form: type[T]) -> Structured[T]:
    """The model's answer as `form`.

    The schema goes along both as `response_schema`, which some servers enforce, and in words, for the
    others. An answer that does not fit is shown to the model with its error, once.
    """
    schema = strict_schema(form)
    request = replace(
        request,
        messages=(*request.messages[:-1], _with_schema(request.messages[-1], schema)),
        parameters=replace(request.parameters, response_schema=schema),
    )
    first = await model.complete(request)
    if first.text is None:
        return Structured(None, first, (first,))
    value, error = read(first.text, form)
    if value is not None:
        return Structured(value, first, (first,))
    if first.status == Status.LENGTH:  # the same limit would cut it again
        return Structured(None, _invalid(first, f"cut short at max_tokens: {error}"), (first,))
    told = Message("user", f"That does not fit: {error}\nAnswer again, with the corrected JSON alone.")
    again = replace(request, messages=(*request.messages, Message("assistant", first.text), told))
    second = await model.complete(again)
    both = (first, second)
    if second.text is None:
        return Structured(None, second, both)
    value, error = read(second.text, form)
    return Structured(value, second if value is not None else _invalid(second, error), both)


def read(text: str, form: type[T]) -> tuple[T | None, str]:
    """The answer as `form`, or None and what is wrong with it in one line."""
    text = _THOUGHTS.sub("", text).strip()
    if (block := _BLOCK.search(text)) and not text.startswith("{"):
        text = block[1]
    try:
        return form.model_validate_json(text), ""
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)[:3]
        said = "; ".join(
            f"{'.'.join(map(str, detail['loc'])) or 'answer'}: {detail['msg']}" for detail in details
        )
        return None, one_line(said)


def strict_schema(form: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema with every object closed and every property required, as strict servers demand."""
    schema: dict[str, Any] = _closed(form.model_json_schema())
    return schema


def _closed(node: Any) -> Any:
    if isinstance(node, Mapping):
        closed = {key: _closed(value) for key, value in node.items() if key != "default"}
        if closed.get("type") == "object" and "properties" in closed:
            closed |= {"additionalProperties": False, "required": list(closed["properties"])}
        return closed
    return [_closed(item) for item in node] if isinstance(node, list) else node


def _with_schema(message: Message, schema: Mapping[str, Any]) -> Message:
    return replace(
        message,
        content=f"{message.content}\n\nAnswer with JSON alone, that fits this schema:\n{json.dumps(schema)}",
    )


def _invalid(completion: Completion, error: str) -> Completion:
    return replace(completion, text=None, status=Status.INVALID, error=error)
