"""Encode texts and code with an encoder's folder: choose an exit, get vectors."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.blocks import split
from codegloss.encoder.chain import Chain
from codegloss.encoder.checkpoint import Checkpoint, EncoderError, open_checkpoint
from codegloss.encoder.static import StaticExit, unit

# Texts prepared and encoded at a time, between two reports of progress, and characters of them: this bounds
# memory. Exit 0 takes more, as two threads at work in Python hand over to each other every 5 ms only.
WINDOW_TEXTS, WINDOW_CHARACTERS = 512, 2_000_000
STATIC_WINDOW_TEXTS, STATIC_WINDOW_CHARACTERS = 2_048, 8_000_000
# Padded tokens run together: as many as stay in a core's cache. For code, 1,024 take 1.3 times as long as
# 256; one block a run takes as long for code, but twice as long for short queries.
BATCH_TOKENS = 256

T = TypeVar("T")
R = TypeVar("R")
Key = tuple[str, str | None]  # a text and its language

SHIPPED = Path(__file__).parent / "weights"


@dataclass(frozen=True, slots=True)
class Encoding:
    """Vectors of n texts."""

    vectors: NDArray[np.float32]  # (n, dimensions), of length 1; a row of zeros for a text without tokens
    blocks: NDArray[np.int32]  # (n,) blocks each text was split into: 0 for none, 1 whole, else too long
    cut: int = 0  # texts of which the end was left out, as other encoders do; ours splits instead


class Encoder(Protocol):
    """What gives vectors of texts and code, close where they mean the same."""

    @property
    def name(self) -> str: ...
    @property
    def dimensions(self) -> int: ...
    @property
    def exits(self) -> tuple[int, ...]: ...

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        """Vectors of `texts`; `languages` are those of code, None for natural language.

        `exit` is the layer to stop at, None for the last; `progress` is told how many texts
        were done since it was last called.
        """
        ...


def load(path: str | Path | None = None, *, threads: int | None = None) -> ExitEncoder:
    """The encoder in a folder, or the shipped one; on `threads` threads, or as many as there are cores.

    Raises EncoderError for a folder that is no encoder, or not a whole one.
    """
    if path is None and not SHIPPED.is_dir():
        raise EncoderError(f"{SHIPPED}: this build ships no encoder; give the path of one")
    return ExitEncoder(open_checkpoint(SHIPPED if path is None else Path(path)), threads)


class ExitEncoder:
    """An `Encoder` read from a folder; threads may share it."""

    def __init__(self, checkpoint: Checkpoint, threads: int | None = None) -> None:
        """Raises EncoderError for a folder that is not whole."""
        self.name = checkpoint.name
        self.dimensions = checkpoint.dimensions
        self.exits = checkpoint.exits
        self.checkpoint = checkpoint
        self._threads = threads or _cores()
        self._tokeniser = checkpoint.tokeniser()
        self._tokens = checkpoint.tokens()
        self._static: StaticExit | None = None  # made when it is first asked for
        self._chain = Chain(checkpoint, self._tokens)
        marks = (self._tokeniser.before, self._tokeniser.after)
        self._before, self._after = (np.asarray(ids, np.int32).tobytes() for ids in marks)
        self._budget = checkpoint.context - sum(map(len, marks))

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        """Vectors of `texts`, as `Encoder` says; equal texts are encoded once.

        A text longer than the context is split and its blocks' vectors are averaged, each counting
        by its tokens; exit 0 has no context and takes any text whole. Raises EncoderError for an
        exit that does not exist, TypeError for texts that are none, ValueError where there are not
        as many languages as texts.
        """
        exit = self.exits[-1] if exit is None else exit
        if exit not in self.exits:
            known = ", ".join(map(str, self.exits))
            raise EncoderError(f"{self.checkpoint.folder}: there is no exit {exit}; choose one of {known}")
        keys = self._keys(texts, languages)
        places: dict[Key, int] = {}
        which = [places.setdefault(key, len(places)) for key in keys]
        repeats = np.bincount(which, minlength=1)
        vectors = np.zeros((len(places), self.dimensions), np.float32)
        blocks = np.zeros(len(places), np.int32)
        start = 0
        prepare: Callable[[str, str | None], list[bytes]] = self._split
        run: Callable[[Sequence[list[bytes]]], NDArray[np.float32]] = partial(self._chained, exit)
        windows = _windows(places, WINDOW_TEXTS, WINDOW_CHARACTERS)
        if exit == 0:
            prepare, run = self._whole, self._pooled
            windows = _windows(places, STATIC_WINDOW_TEXTS, STATIC_WINDOW_CHARACTERS)
        prepared = ([prepare(text, language) for text, language in window] for window in windows)
        for lists, part in _ahead(run, prepared):
            window = slice(start, start + len(lists))
            vectors[window], blocks[window] = part, list(map(len, lists))
            if progress:
                progress(int(repeats[window].sum()))
            start = window.stop
        return Encoding(vectors[which], blocks[which])

    def _keys(self, texts: Sequence[str], languages: Sequence[str | None] | None) -> Iterable[Key]:
        """What is encoded: each text with its prompt, unless it is empty, and its language."""
        if isinstance(texts, str):
            raise TypeError("texts is one string; give a list of them")
        if wrong := set(map(type, texts)) - {str}:
            names = ", ".join(sorted(kind.__name__ for kind in wrong))
            raise TypeError(f"texts holds values of type {names}; give strings, empty ones for no text")
        languages = [None] * len(texts) if languages is None else languages
        if len(languages) != len(texts):
            raise ValueError(f"{len(languages)} languages for {len(texts)} texts; give one each, or None")
        of_text, of_code = (self.checkpoint.prompts.get(kind, "") for kind in ("text", "code"))
        if of_text or of_code:
            prompts = [of_code if language else of_text for language in languages]
            texts = [text and prompt + text for text, prompt in zip(texts, prompts, strict=True)]
        return zip(texts, languages, strict=True)

    def _whole(self, text: str, language: str | None) -> list[bytes]:
        packed = self._tokeniser.packed(text)
        return [packed] if packed else []

    def _split(self, text: str, language: str | None) -> list[bytes]:
        whole = self._whole(text, language)
        if whole and len(whole[0]) > 4 * self._budget:
            return split(text, language, self._budget, self._tokeniser.packed)
        return whole

    def _pooled(self, texts: Sequence[list[bytes]]) -> NDArray[np.float32]:
        if self._static is None:
            self._static = StaticExit(self._tokens, self._tokeniser.specials)
        return self._static.pool([b"".join(blocks) for blocks in texts])

    def _chained(self, exit: int, texts: Sequence[list[bytes]]) -> NDArray[np.float32]:
        """(n, dimensions) of n texts, each its blocks."""
        places: dict[bytes, int] = {}
        which = [places.setdefault(block, len(places)) for blocks in texts for block in blocks]
        owners = np.repeat(np.arange(len(texts)), [len(blocks) for blocks in texts])
        vectors = self._encoded(list(places), exit)
        tokens = np.fromiter(map(len, places), np.float32, len(places))
        sums = np.zeros((len(texts), self.dimensions), np.float32)
        np.add.at(sums, owners, vectors[which] * tokens[which, None])
        return unit(sums)

    def _encoded(self, blocks: Sequence[bytes], exit: int) -> NDArray[np.float32]:
        """(n, dimensions) of n blocks, on all threads."""
        vectors = np.zeros((len(blocks), self.dimensions), np.float32)

        def encode(batch: list[int]) -> None:
            ids = [np.frombuffer(self._before + blocks[place] + self._after, np.int32) for place in batch]
            vectors[batch] = self._chain.run(ids, exit)

        with ThreadPoolExecutor(self._threads) as pool:
            for _ in pool.map(encode, _batches([len(block) // 4 for block in blocks])):
                pass
        return vectors


def _cores() -> int:
    """Cores that this process may use; the system's where that is not told."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _windows(keys: Iterable[Key], most_texts: int, most_characters: int) -> Iterator[list[Key]]:
    window: list[Key] = []
    characters = 0
    for key in keys:
        window.append(key)
        characters += len(key[0])
        if len(window) == most_texts or characters >= most_characters:
            yield window
            window, characters = [], 0
    if window:
        yield window


def _batches(lengths: Sequence[int]) -> list[list[int]]:
    """Blocks to be run together: of like length, longest first, so that no thread works alone at the end."""
    batches: list[list[int]] = []
    for place in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batches and lengths[batches[-1][0]] * (len(batches[-1]) + 1) <= BATCH_TOKENS:
            batches[-1].append(place)
        else:
            batches.append([place])
    return batches


def _ahead(run: Callable[[T], R], items: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Each item and what `run` makes of it; the next item is made while `run` is at work on one."""
    with ThreadPoolExecutor(1) as pool:
        before: tuple[T, Future[R]] | None = None
        for item in items:
            future = pool.submit(run, item)
            if before:
                yield before[0], before[1].result()
            before = item, future
        if before:
            yield before[0], before[1].result()
