"""A model of transformers in this process, and the same behind its own server; both made here, tiny."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import BaseModel

from codegloss.llm import Client, Endpoint, Journal, Message, Parameters, Request, complete_all, connect
from codegloss.llm.local import LocalModel
from codegloss.llm.model import ModelError, Rejected, Unusable
from codegloss.llm.structured import ask


class Form(BaseModel):
    summary: str


TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant:"


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random causal model over bytes, with a chat template."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: number for number, letter in enumerate([*letters, "<end>"])}
    tokenizer = Tokenizer(models.BPE(vocabulary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", pad_token="<end>")
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    configuration = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=128,
        eos_token_id=vocabulary["<end>"],
        pad_token_id=vocabulary["<end>"],
        bos_token_id=None,
    )
    LlamaForCausalLM(configuration).save_pretrained(folder)
    return folder


def question(text: str, **parameters: float) -> Request:
    return Request((Message("user", text),), Parameters(**{"max_tokens": 8, **parameters}))  # type: ignore[arg-type]


def test_answers_alone_and_together_are_the_same(tiny_model: Path) -> None:
    async def scenario() -> None:
        model = LocalModel(str(tiny_model))
        requests = [question("a" * length) for length in (1, 5, 20)]
        alone = [await model.complete(request) for request in requests]
        together = await asyncio.gather(*map(model.complete, requests))
        assert [completion.text for completion in together] == [completion.text for completion in alone]
        for completion, request in zip(alone, requests, strict=True):
            assert completion.status == "length"
            assert completion.completion_tokens == 8
            assert completion.prompt_tokens == len(f"user: {request.messages[0].content}\nassistant:")
            assert completion.cost == 0

    asyncio.run(scenario())


def test_a_draw_follows_seed_and_sample(tiny_model: Path) -> None:
    async def scenario() -> None:
        model = LocalModel(str(tiny_model))
        requests = [
            Request((Message("user", "a"),), Parameters(temperature=1.0, max_tokens=30, seed=seed), sample)
            for seed, sample in ((0, 0), (0, 0), (0, 1), (1, 0))
        ]
        first, again, other, seeded = [(await model.complete(request)).text for request in requests]
        assert first == again
        assert len({first, other, seeded}) == 3

    asyncio.run(scenario())


def test_a_stop_word_ends_the_answer(tiny_model: Path) -> None:
    async def scenario() -> None:
        model = LocalModel(str(tiny_model))
        whole = await model.complete(question("a", max_tokens=20))
        assert whole.text
        stop = whole.text[3:5]
        cut = await model.complete(Request((Message("user", "a"),), Parameters(max_tokens=20, stop=(stop,))))
        assert (cut.text, cut.finish) == (whole.text.split(stop)[0], "stop")

    asyncio.run(scenario())


def test_too_long_a_prompt_is_its_own_trouble(tiny_model: Path) -> None:
    async def scenario() -> None:
        model = LocalModel(str(tiny_model))
        short, long = await asyncio.gather(
            model.complete(question("a")), model.complete(question("a" * 200)), return_exceptions=True
        )
        assert not isinstance(short, BaseException)
        assert isinstance(long, Rejected)
        assert "more than 128" in str(long)

    asyncio.run(scenario())


def test_another_training_is_another_model(tiny_model: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny_model, copy)
    before = LocalModel(str(copy)).endpoint
    (copy / "config.json").write_text((copy / "config.json").read_text() + "\n")
    assert LocalModel(str(copy)).endpoint != before


def test_no_model_there(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with connect(f"local:{tmp_path}") as client:
            await client.complete(question("a"))

    with pytest.raises(Unusable, match="no causal language model at") as caught:
        asyncio.run(scenario())
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_behind_the_server_of_transformers(tiny_model: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [str(Path(sys.executable).with_name("transformers")), "serve", "--host", "127.0.0.1"]
    server = subprocess.Popen([*command, "--port", str(port), "--device", "cpu"])

    async def scenario() -> None:
        endpoint = Endpoint(str(tiny_model), f"http://127.0.0.1:{port}/v1")
        end = time.monotonic() + 120
        while True:
            try:
                await endpoint.complete(question("a"))
                break
            except ModelError:
                assert time.monotonic() < end
                await asyncio.sleep(1)
        async with Client(endpoint, Journal(tmp_path)) as client:
            requests = [(number, question("a" * number)) for number in range(1, 9)]
            found = {key: completion async for key, completion in complete_all(client, requests)}
            structured = await ask(client, question("a"), Form)
        assert len(found) == 8
        assert {completion.status for completion in found.values()} <= {"ok", "length", "empty"}
        assert structured.completion.status in {"invalid", "empty"}  # it has random weights; but it was asked

    try:
        asyncio.run(scenario())
    finally:
        server.kill()
        server.wait()
