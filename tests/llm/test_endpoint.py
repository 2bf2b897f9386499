"""The protocol: what is sent, what is read, and one clear line for whatever is no answer."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.utils import formatdate
from typing import Any

import pytest
from chat_server import Behave, ChatServer, serving, well

from codegloss.llm import Endpoint, Message, ModelError, Parameters, Price, Request
from codegloss.llm.endpoint import retry_after
from codegloss.llm.model import Rejected, Transient, Unusable
from codegloss.records import Completion

QUESTION = Request((Message("system", "Be brief."), Message("user", "a list")), Parameters(max_tokens=50))


def always(fault: str) -> Behave:
    return lambda _number, _body: fault


def asked(
    request: Request = QUESTION,
    behave: Behave = well,
    server_options: dict[str, Any] | None = None,
    **options: Any,
) -> tuple[Completion, ChatServer]:
    """The answer to one request, and the server that gave it."""

    async def scenario() -> tuple[Completion, ChatServer]:
        async with serving(behave, **(server_options or {})) as server:
            endpoint = Endpoint("tiny", server.url, **options)
            try:
                return await endpoint.complete(request), server
            finally:
                await endpoint.close()

    return asyncio.run(scenario())


def test_an_answer() -> None:
    completion, server = asked(price=Price(prompt=1.0, completion=2.0), key="k-1", name="mine")
    assert completion.text == "About a list."
    assert (completion.status, completion.finish, completion.error) == ("ok", "stop", None)
    assert (completion.prompt_tokens, completion.completion_tokens) == (10, 5)
    assert completion.cost == pytest.approx((10 * 1.0 + 5 * 2.0) / 1e6)
    assert (completion.endpoint, completion.model) == ("mine", "tiny")
    assert completion.request == QUESTION.digest("mine", "tiny")
    assert server.headers[0]["Authorization"] == "Bearer k-1"


def test_only_what_was_set_is_sent() -> None:
    _, server = asked()
    assert server.bodies[0] == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "a list"}],
        "max_tokens": 50,
    }
    everything = Parameters(0.5, 0.9, 10, 7, ("\n",), {"type": "object"}, {"min_p": 0.1})
    _, server = asked(Request(QUESTION.messages, everything))
    sent = server.bodies[0]
    assert (sent["temperature"], sent["top_p"], sent["seed"], sent["stop"], sent["min_p"]) == (
        0.5,
        0.9,
        7,
        ["\n"],
        0.1,
    )
    assert sent["response_format"]["json_schema"]["schema"] == {"type": "object"}


@pytest.mark.parametrize(
    ("fault", "status", "has_text"),
    [
        ("length", "length", True),
        ("duplicate", "ok", True),
        ("no-usage", "ok", True),
        ("empty", "empty", False),
        ("refusal", "filtered", False),
        ("content_filter", "filtered", False),
    ],
)
def test_answers_out_of_the_ordinary(fault: str, status: str, has_text: bool) -> None:
    completion, _ = asked(behave=always(fault), price=Price(1, 1))
    assert completion.status == status
    assert (completion.text is not None) == has_text
    assert completion.text != ""
    assert (completion.error is None) == (status == "ok")
    assert (completion.cost is None) == (fault == "no-usage")


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("429", Transient, "429: planted 429"),
        ("500", Transient, "500: planted"),
        ("half", Transient, "unreadable answer"),
        ("cut", Transient, "connection broke"),
        ("drop", Transient, "connection broke"),
        ("hang", Transient, "no answer within 0.3 s"),
        ("400", Rejected, "400: planted"),
        ("401", Unusable, "OPENAI_API_KEY"),
        ("404", Unusable, "knows no model 'tiny'"),
        ("html", Unusable, "web page"),
    ],
)
def test_no_answer_is_one_clear_line(fault: str, kind: type[ModelError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        asked(behave=always(fault), timeout=0.3)
    assert "\n" not in str(caught.value)
    if isinstance(caught.value, Transient):
        assert caught.value.busy == (fault in ("429", "hang"))
        assert caught.value.maybe_charged == (fault in ("half", "cut", "drop", "hang"))


def test_a_server_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    async def scenario() -> None:
        endpoint = Endpoint("tiny", f"http://127.0.0.1:{port}/v1")
        try:
            await endpoint.complete(QUESTION)
        finally:
            await endpoint.close()

    with pytest.raises(Unusable, match=f"nothing answers at http://127.0.0.1:{port}/v1"):
        asyncio.run(scenario())


def test_a_server_that_has_gone_may_come_back() -> None:
    async def scenario() -> None:
        endpoint = Endpoint("tiny", "http://127.0.0.1:1/v1")
        async with serving() as server:
            endpoint.base_url = server.url
            await endpoint.complete(QUESTION)
        with pytest.raises(Transient):
            await endpoint.complete(QUESTION)
        await endpoint.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("url", ["localhost:8000", "", "ftp://host/v1"])
def test_no_url(url: str) -> None:
    with pytest.raises(Unusable, match="is no URL"):
        Endpoint("tiny", url)


def test_the_whole_path_may_be_given() -> None:
    assert Endpoint("tiny", "http://host/v1/chat/completions").base_url == "http://host/v1"


@pytest.mark.parametrize(
    ("field", "complaint", "instead"),
    [
        (
            "max_tokens",
            "Unsupported: 'max_tokens'. Use 'max_completion_tokens' instead.",
            "max_completion_tokens",
        ),
        ("response_format", "Unsupported fields in the request: {'response_format'}", None),
    ],
)
def test_a_server_of_another_dialect(field: str, complaint: str, instead: str | None) -> None:
    question = replace(QUESTION, parameters=Parameters(max_tokens=50, response_schema={"type": "object"}))

    async def picky(scenario: Callable[[Endpoint], Awaitable[None]]) -> list[dict[str, Any]]:
        from aiohttp import web

        bodies: list[dict[str, Any]] = []

        async def chat(request: web.Request) -> web.Response:
            bodies.append(await request.json())
            if field in bodies[-1]:
                return web.json_response({"detail": complaint}, status=422)
            return web.json_response({"choices": [{"message": {"content": "Yes."}, "finish_reason": "stop"}]})

        application = web.Application()
        application.router.add_post("/v1/chat/completions", chat)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        endpoint = Endpoint("tiny", f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        await scenario(endpoint)
        await endpoint.close()
        await runner.cleanup()
        return bodies

    async def twice(endpoint: Endpoint) -> None:
        together = await asyncio.gather(*(endpoint.complete(question) for _ in range(2)))
        later = await endpoint.complete(question)
        assert [completion.text for completion in (*together, later)] == ["Yes."] * 3

    bodies = asyncio.run(picky(twice))
    assert [field in body for body in bodies] == [True, True, False, False, False]
    assert instead is None or bodies[-1][instead] == bodies[0][field]


def test_retry_after() -> None:
    now = time.time()
    assert retry_after({"Retry-After": "7"}, now) == 7
    assert retry_after({"Retry-After": "0.25"}, now) == 0.25
    assert retry_after({"retry-after-ms": "40", "Retry-After": "7"}, now) == 0.04
    assert retry_after({"Retry-After": formatdate(now + 30, usegmt=True)}, now) == pytest.approx(30, abs=1)
    assert retry_after({"Retry-After": formatdate(now - 30, usegmt=True)}, now) == 0
    assert retry_after({"Retry-After": "soon"}, now) is None
    assert retry_after({}, now) is None
