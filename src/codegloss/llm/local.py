"""A model of `transformers` in this process, from a folder or from the hub.

Requests that come at the same time are answered as one batch. Greedy unless the request has a
temperature; then the draw follows its seed and sample index, so the same request gives the same text
on the same machine.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codegloss.llm.model import Parameters, Rejected, Request, Status, Unusable, one_line
from codegloss.records import Completion

BATCH = 8  # requests answered at once
MAX_TOKENS = 512  # of an answer whose request sets no limit
_INSTALL = "models in this process need more packages: pip install 'codegloss[train]'"
_MARKS = ("*.json", "*.safetensors", "*.bin", "*.jinja")  # files that make a model what it is

Job = tuple[Request, "asyncio.Future[Completion]"]


class LocalModel:
    """A causal language model, loaded at the first request."""

    def __init__(self, path: str, device: str | None = None, batch: int = BATCH) -> None:
        self._path, self._device, self._batch = path, device, batch
        self._endpoint = f"local:{fingerprint(Path(path))}" if Path(path).is_dir() else "local"
        self._loaded: tuple[Any, Any] | None = None  # tokenizer and model
        self._waiting: list[Job] = []
        self._working: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The path or name that it was given."""
        return self._path

    @property
    def endpoint(self) -> str:
        """`local`, with a fingerprint of the files of a folder: another training is another model."""
        return self._endpoint

    async def complete(self, request: Request) -> Completion:
        """One answer. Raises Unusable where there is no such model, Rejected for too long a prompt."""
        answer: asyncio.Future[Completion] = asyncio.get_running_loop().create_future()
        self._waiting.append((request, answer))
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await answer

    async def _work(self) -> None:
        try:
            await asyncio.sleep(0)  # let those that come together be together
            while self._waiting:
                first, *others = self._waiting
                alike = [job for job in others if _together(job[0].parameters, first[0].parameters)]
                batch = [first, *alike[: self._batch - 1]]
                self._waiting = [job for job in self._waiting if job not in batch]
                try:
                    results = await asyncio.to_thread(self._answer, [request for request, _ in batch])
                except Exception as error:  # belongs to whoever waits for this batch
                    results = [error] * len(batch)
                for (_, answer), result in zip(batch, results, strict=True):
                    if answer.done():  # cancelled meanwhile
                        continue
                    if isinstance(result, Exception):
                        answer.set_exception(result)
                    else:
                        answer.set_result(result)
        finally:
            self._working = None

    def _answer(self, requests: Sequence[Request]) -> list[Completion | Exception]:
        """The answers to requests that go together; in the place of a prompt too long an exception."""
        import torch

        started = time.monotonic()
        tokenizer, model = self._loaded = self._loaded or self._load()
        texts = [_prompt(tokenizer, request) for request in requests]
        given = requests[0].parameters
        most = given.max_tokens or MAX_TOKENS
        context = getattr(model.config, "max_position_embeddings", None) or 1 << 30
        lengths = [len(ids) for ids in tokenizer(texts, add_special_tokens=False)["input_ids"]]
        fitting = [index for index, length in enumerate(lengths) if length + most <= context]
        results: list[Completion | Exception] = [
            Rejected(f"a prompt of {length:,} tokens and {most:,} of answer are more than {context:,}")
            for length in lengths
        ]
        if fitting:
            inputs = tokenizer(
                [texts[index] for index in fitting],
                return_tensors="pt",
                padding=True,
                add_special_tokens=False,
            ).to(model.device)
            torch.manual_seed(_seed(requests[0]))
            with torch.inference_mode():
                output = model.generate(
                    **inputs,
                    max_new_tokens=most,
                    do_sample=bool(given.temperature),
                    temperature=given.temperature or None,
                    top_p=given.top_p if given.temperature else None,
                    top_k=None,
                    stop_strings=list(given.stop) or None,
                    tokenizer=tokenizer,
                    pad_token_id=tokenizer.pad_token_id,
                )
            seconds = time.monotonic() - started
            for index, row in zip(fitting, output[:, inputs["input_ids"].shape[1] :].tolist(), strict=True):
                ids = [token for token in row if token != tokenizer.pad_token_id]
                ended = len(row) < most or row[-1] in _ends(tokenizer, model)
                text = tokenizer.decode(ids, skip_special_tokens=True)
                results[index] = self._completion(
                    requests[index], text, lengths[index], len(ids), ended, seconds
                )
        return results

    def _completion(
        self, request: Request, text: str, prompt: int, length: int, ended: bool, seconds: float
    ) -> Completion:
        for stop in request.parameters.stop:
            ended = ended or stop in text
            text = text.split(stop)[0]
        status, error = (Status.OK, None) if ended else (Status.LENGTH, "cut short at max_tokens")
        if not text.strip():
            status, error = Status.EMPTY, "an answer without text"
        return Completion(
            request=request.digest(self.endpoint, self.name),
            sample=request.sample,
            endpoint=self.endpoint,
            model=self.name,
            text=text if status != Status.EMPTY else None,
            finish="stop" if ended else "length",
            prompt_tokens=prompt,
            completion_tokens=length,
            cost=0.0,
            seconds=round(seconds, 3),
            status=status,
            error=error,
            reused=False,
        )

    def _load(self) -> tuple[Any, Any]:
        try:
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer
        except ImportError:
            raise Unusable(_INSTALL) from None
        try:
            tokenizer = AutoTokenizer.from_pretrained(self._path, padding_side="left")
            model = AutoModelForCausalLM.from_pretrained(self._path, dtype="auto")
        except (OSError, ValueError) as error:
            raise Unusable(f"no causal language model at {self._path!r}: {one_line(str(error))}") from None
        if tokenizer.pad_token_id is None:
            tokenizer.pad_token = tokenizer.eos_token
        device = self._device or ("cuda" if torch.cuda.is_available() else "cpu")
        return tokenizer, model.to(device).eval()


def fingerprint(folder: Path) -> str:
    """Names, sizes and times of a model's files, as 12 hexadecimal digits: quick, for weights are large."""
    files = sorted(path for pattern in _MARKS for path in folder.glob(pattern))
    text = "\n".join(f"{file.name} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _together(parameters: Parameters, first: Parameters) -> bool:
    """Whether two requests may share a batch; a draw depends on all of the batch, so those go alone."""
    return parameters == first and not parameters.temperature


def _seed(request: Request) -> int:
    return (request.parameters.seed or 0) * 1_000_003 + request.sample


def _prompt(tokenizer: Any, request: Request) -> str:
    """The conversation as the model's chat template has it, or one text behind the other."""
    if tokenizer.chat_template:
        turns = [{"role": message.role, "content": message.content} for message in request.messages]
        return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))
    return "\n\n".join(message.content for message in request.messages) + "\n\n"


def _ends(tokenizer: Any, model: Any) -> set[int]:
    ids = model.generation_config.eos_token_id
    listed = ids if isinstance(ids, list) else [ids]
    return {token for token in [*listed, tokenizer.eos_token_id] if token is not None}
