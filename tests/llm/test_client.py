"""Once, in the end, and never twice: the client over a server that misbehaves, and over models in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from chat_server import ChatServer, serving, sometimes, well
from virtual_time import run_virtually

from codegloss.llm import (
    Budget,
    Client,
    Endpoint,
    Journal,
    Message,
    Parameters,
    Price,
    Request,
    Scripted,
    Stopped,
    complete_all,
)
from codegloss.llm.model import Rejected, Transient
from codegloss.records import Completion


def question(text: object, max_tokens: int | None = 10, sample: int = 0) -> Request:
    return Request((Message("user", str(text)),), Parameters(max_tokens=max_tokens), sample)


class Moody(Scripted):
    """Raises what it is told to before it answers, and takes its time for each attempt."""

    def __init__(self, trouble: Callable[[int], Exception | None], seconds: float = 1.0) -> None:
        super().__init__(lambda request: f"About {request.messages[-1].content}.")
        self.trouble, self.seconds, self.attempts = trouble, seconds, 0

    async def complete(self, request: Request) -> Completion:
        self.attempts += 1
        number = self.attempts
        await asyncio.sleep(self.seconds)
        if error := self.trouble(number):
            raise error
        return await super().complete(request)


def client_of(server: ChatServer, journal: Journal | None = None, **options: Any) -> Client:
    return Client(Endpoint("tiny", server.url), journal, **{"first_wait": 0.01, "attempts": 20, **options})


async def answers(client: Client, requests: list[Request]) -> list[Completion]:
    found = {key: completion async for key, completion in complete_all(client, enumerate(requests))}
    return [found[number] for number in range(len(requests))]


def test_every_request_is_answered_through_faults_and_each_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(sometimes(0.3)) as server, client_of(server, Journal(tmp_path)) as client:
            found = await answers(client, [question(number) for number in range(200)])
        assert [completion.text for completion in found] == [f"About {number}." for number in range(200)]
        assert set(server.answered.values()) == {1}
        assert client.tally.attempts == server.attempts > 200
        assert (client.tally.done, client.tally.failed, client.tally.in_flight) == (200, 0, 0)

    asyncio.run(scenario())


def test_what_is_in_the_journal_is_not_asked_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(lambda _number, _body: "length") as server:
            for attempts in (1, 0):
                async with client_of(server, Journal(tmp_path)) as client:
                    completion = await client.complete(question("x"))
                    assert completion.status == "length"
                    assert completion.reused == (attempts == 0)
                    assert client.tally.attempts == attempts
            async with client_of(server, Journal(tmp_path)) as client:  # only a higher limit buys it again
                await client.complete(question("x", max_tokens=20))
                assert client.tally.attempts == 1

    asyncio.run(scenario())


def test_whatever_the_answer_may_depend_on_makes_another_request() -> None:
    base = question("x")
    parameters: dict[str, Any] = {
        "max_tokens": 11,
        "temperature": 0.0,
        "top_p": 1.0,
        "seed": 0,
        "stop": ("x",),
        "response_schema": {},
        "extra": {"min_p": 0},
    }
    assert set(parameters) == {field.name for field in fields(Parameters)}
    others = [
        question("y"),
        question("x", sample=1),
        Request((Message("system", "x"),), base.parameters),
        *(
            Request(base.messages, Parameters(**{"max_tokens": 10, name: value}))
            for name, value in parameters.items()
        ),
    ]
    hashes = {request.digest("here", "tiny") for request in [base, *others]}
    hashes |= {base.digest("there", "tiny"), base.digest("here", "large")}
    assert len(hashes) == len(others) + 3
    assert base.digest("here", "tiny") == question("x").digest("here", "tiny")


def test_identical_requests_in_flight_are_asked_once() -> None:
    async def scenario() -> None:
        async with serving(delay=0.05) as server, client_of(server) as client:
            found = await answers(client, [question("x")] * 20)
        assert server.attempts == 1
        assert sum(completion.reused for completion in found) == 19
        assert {completion.text for completion in found} == {"About x."}

    asyncio.run(scenario())


def test_an_answer_on_its_way_is_kept_when_its_caller_gives_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with serving(delay=0.1) as server:
            client = client_of(server, Journal(tmp_path))
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(client.complete(question("x")), 0.02)
            await asyncio.sleep(0.2)
            assert (await client.complete(question("x"))).reused
            assert server.attempts == 1
            await client.close()

    asyncio.run(scenario())


def test_what_was_sent_reaches_the_journal_when_the_consumer_leaves(tmp_path: Path) -> None:
    async def scenario() -> ChatServer:
        async with serving(delay=0.1) as server:
            async with client_of(server, Journal(tmp_path)) as client:
                async for _ in complete_all(client, ((number, question(number)) for number in range(500))):
                    break
            return server

    server = asyncio.run(scenario())
    with Journal(tmp_path) as journal:
        assert 8 < journal.answers == server.attempts < 50


def test_a_request_that_is_refused_is_a_row_of_its_own() -> None:
    def behave(_number: int, body: dict[str, Any]) -> str | None:
        return "400" if body["messages"][-1]["content"] == "bad" else None

    async def scenario() -> None:
        async with serving(behave) as server, client_of(server) as client:
            good, bad = await answers(client, [question("good"), question("bad")])
        assert good.status == "ok"
        assert (bad.status, bad.text) == ("refused", None)
        assert "planted 400" in (bad.error or "")
        assert server.asked["bad"] == 1

    asyncio.run(scenario())


def test_attempts_come_to_an_end() -> None:
    model = Moody(lambda _attempt: Transient("500: broken"))
    completion = run_virtually(Client(model, patience=1e9).complete(question("x")))
    assert (completion.status, completion.text) == ("failed", None)
    assert completion.error == "6 attempts, the last: 500: broken"
    assert model.attempts == 6


def test_a_fault_of_the_model_in_this_process_is_one_rows_trouble() -> None:
    model = Moody(lambda attempt: MemoryError("no room") if attempt == 1 else None)

    async def scenario() -> list[Completion]:
        client = Client(model)
        return [await client.complete(question(number)) for number in range(2)]

    first, second = run_virtually(scenario())
    assert (first.status, first.error) == ("refused", "MemoryError: no room")
    assert second.status == "ok"


def test_an_endpoint_that_is_down_stops_the_run_and_says_how_to_go_on(tmp_path: Path) -> None:
    model = Moody(lambda attempt: Transient("502: bad gateway") if attempt > 50 else None, 0.001)

    async def scenario() -> str:
        client = Client(model, Journal(tmp_path), patience=0.5, attempts=1000, first_wait=0.01)
        async with client:
            with pytest.raises(Stopped) as caught:
                await answers(client, [question(number) for number in range(10_000)])
            with pytest.raises(Stopped):
                await client.complete(question("later"))
        return str(caught.value)

    said = asyncio.run(scenario())
    assert said.startswith("no answer from scripted for ")
    assert "502: bad gateway" in said
    assert str(tmp_path) in said
    assert said.endswith("run the same command again to go on from there")
    assert model.attempts < 10_000
    with Journal(tmp_path) as journal:
        assert journal.answers == 50


def test_patience_is_measured_from_the_last_answer() -> None:
    model = Moody(lambda attempt: Transient("502") if attempt > 50 else None)

    async def scenario() -> float:
        with pytest.raises(Stopped, match="scripted"):
            await answers(Client(model, patience=60, attempts=100), [question(n) for n in range(1000)])
        return asyncio.get_running_loop().time()

    assert 60 < run_virtually(scenario()) < 120


@pytest.mark.parametrize(("fault", "words"), [("401", "does not accept the key"), ("html", "a web page")])
def test_what_no_waiting_helps_stops_at_once(fault: str, words: str) -> None:
    async def scenario() -> ChatServer:
        async with serving(lambda _number, _body: fault) as server, client_of(server) as client:
            with pytest.raises(Stopped, match=words):
                await answers(client, [question(number) for number in range(100)])
            return server

    assert asyncio.run(scenario()).attempts <= 8


def test_nobody_goes_before_retry_after_is_over() -> None:
    times: list[float] = []

    class Watched(Moody):
        async def complete(self, request: Request) -> Completion:
            times.append(asyncio.get_running_loop().time())
            return await super().complete(request)

    model = Watched(lambda attempt: Transient("429", busy=True, retry_after=40) if attempt == 5 else None)

    async def scenario() -> list[Completion]:
        return await answers(Client(model), [question(number) for number in range(30)])

    assert all(completion.status == "ok" for completion in run_virtually(scenario()))
    assert len(times) == 31
    assert not [moment for moment in times if 1 < moment < 41]


def test_the_budget_holds_to_the_cent() -> None:
    price = Price(prompt=0.0, completion=100.0)  # ten tokens for a tenth of a cent

    class Priced(Moody):
        async def complete(self, request: Request) -> Completion:
            return replace(await super().complete(request), cost=0.001)

    async def scenario(budget: Budget) -> list[Completion]:
        return await answers(Client(Priced(lambda _: None), budget=budget), [question(n) for n in range(100)])

    budget = Budget(price, max_cost=0.0255)
    found = run_virtually(scenario(budget))
    assert sum(completion.status == "ok" for completion in found) == 25
    assert sum(completion.status == "over-budget" for completion in found) == 75
    assert budget.spent == pytest.approx(0.025)


def test_an_attempt_that_may_have_been_charged_counts_in_full() -> None:
    model = Moody(lambda attempt: Transient("time-out", maybe_charged=True) if attempt == 1 else None)
    budget = Budget(Price(0.0, 100.0), max_cost=1.0)
    completion = run_virtually(Client(model, budget=budget).complete(question("x")))
    assert completion.status == "ok"
    assert budget.spent == pytest.approx(0.001)  # the scripted answer itself costs nothing


def test_the_number_of_requests_holds_repeated_ones_included() -> None:
    model = Moody(lambda attempt: Transient("500") if attempt % 2 else None)

    async def scenario() -> list[Completion]:
        client = Client(model, budget=Budget(max_requests=10))
        return await answers(client, [question(number) for number in range(40)])

    found = run_virtually(scenario())
    assert model.attempts == 10
    assert {completion.status for completion in found} == {"ok", "over-budget"}
    assert sum(completion.status == "ok" for completion in found) == 5


def test_a_limit_of_money_needs_a_price_and_an_end() -> None:
    with pytest.raises(Stopped, match="set max_tokens"):
        run_virtually(
            Client(Scripted(str), budget=Budget(Price(1, 1), max_cost=1)).complete(
                question("x", max_tokens=None)
            )
        )
    with pytest.raises(Exception, match="--max-cost needs the model's price"):
        Budget(None, max_cost=1)


def test_secrets_do_not_leave() -> None:
    async def scenario() -> tuple[ChatServer, Client]:
        async with serving(well) as server, client_of(server) as client:
            await client.complete(question('key = "ghp_16C7e42F292c6912E7710c838347Ae178B4a"'))
            return server, client

    server, client = asyncio.run(scenario())
    assert list(server.asked) == ['key = "MASKED_SECRET"']
    assert client.tally.secrets == {"GitHub token": 1}


def test_an_order_to_the_tally() -> None:
    model = Moody(lambda attempt: Rejected("no") if attempt == 1 else None)

    async def scenario() -> str:
        client = Client(model)
        for text in ("a", "b", "b", "c"):
            await client.complete(question(text))
        return client.tally.line(total=8, spent=0.3)

    line = run_virtually(scenario())
    assert line.startswith("3 done of 8, 1 failed, 0 in flight, ")
    assert line.endswith("$0.30 of about $0.60")
