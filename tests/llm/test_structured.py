"""Answers held to a form: by schema, by a second try, and by a failure that says so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, Field

from codegloss.llm import Message, Request, Scripted
from codegloss.llm.structured import Structured, ask, read, strict_schema


class Parameter(BaseModel):
    name: str
    description: str = ""


class Comment(BaseModel):
    summary: str = Field(min_length=3)
    parameters: list[Parameter] = []


GOOD = '{"summary": "Adds two numbers.", "parameters": [{"name": "a", "description": "one"}]}'
WRONG = '{"summary": "A"}'
QUESTION = Request((Message("user", "Document add."),))


def asked(*replies: str) -> tuple[Structured[Comment], list[Request]]:
    requests: list[Request] = []
    coming: Iterator[str] = iter(replies)

    def reply(request: Request) -> str:
        requests.append(request)
        return next(coming)

    return asyncio.run(ask(Scripted(reply), QUESTION, Comment)), requests


@pytest.mark.parametrize(
    "reply",
    [
        GOOD,
        f"\n{GOOD}\n",
        f"```json\n{GOOD}\n```",
        f"Here it is:\n```\n{GOOD}\n```\nAnything else?",
        f"<think>{{ hmm }}</think>\n{GOOD}",
    ],
)
def test_an_answer_that_fits(reply: str) -> None:
    result, requests = asked(reply)
    assert result.value == Comment(
        summary="Adds two numbers.", parameters=[Parameter(name="a", description="one")]
    )
    assert (result.completion.status, len(result.completions), len(requests)) == ("ok", 1, 1)


def test_the_schema_goes_along_in_both_ways() -> None:
    _, (request,) = asked(GOOD)
    schema = request.parameters.response_schema
    assert schema == strict_schema(Comment)
    assert json.dumps(schema) in request.messages[-1].content


def test_it_is_asked_again_once_and_shown_the_error() -> None:
    result, (_, again) = asked(WRONG, GOOD)
    assert result.value is not None
    assert [message.role for message in again.messages] == ["user", "assistant", "user"]
    assert again.messages[1].content == WRONG
    assert "summary: String should have at least 3 characters" in again.messages[2].content
    assert len(result.completions) == 2


@pytest.mark.parametrize("reply", [WRONG, "I cannot do that.", GOOD[:30], f"{GOOD}{GOOD}", "[]", "null"])
def test_two_that_do_not_fit_are_a_failure(reply: str) -> None:
    result, requests = asked(reply, reply)
    assert result.value is None
    assert (result.completion.status, result.completion.text) == ("invalid", None)
    assert result.completion.error
    assert "\n" not in result.completion.error
    assert len(requests) == 2


def test_no_answer_is_not_asked_again() -> None:
    result, requests = asked("")
    assert (result.value, result.completion.status, len(requests)) == (None, "empty", 1)


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from objects(item)


def test_strict_servers_want_closed_objects_with_every_property() -> None:
    found = list(objects(strict_schema(Comment)))
    assert len(found) == 2
    for schema in found:
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


def test_reading_names_the_place() -> None:
    value, error = read('{"summary": "Adds.", "parameters": [{}]}', Comment)
    assert value is None
    assert error == "parameters.0.name: Field required"
