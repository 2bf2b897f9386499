"""The encoders that are compared: ours by folder, any sentence-transformers model by path, or BM25 alone."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder import Encoder, EncoderError, Encoding, load
from codegloss.encoder.runtime import SHIPPED as SHIPPED_FOLDER

SHIPPED = "codegloss-mini"
LEXICAL = "bm25"
OURS = "encoder.json"
THEIRS = ("modules.json", "config_sentence_transformers.json", "config.json")
_BATCH = 32
_PROGRESS_EVERY = 512  # texts


@dataclass(frozen=True, slots=True)
class Named:
    """An encoder under another name."""

    name: str
    encoder: Encoder

    @property
    def dimensions(self) -> int:
        """Of its vectors."""
        return self.encoder.dimensions

    @property
    def exits(self) -> tuple[int, ...]:
        """Of the encoder itself."""
        return self.encoder.exits

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        """As the encoder itself does."""
        return self.encoder.encode(texts, languages=languages, exit=exit, progress=progress)


def open_encoder(model: str, *, threads: int | None = None) -> Encoder:
    """The encoder of that name or in that folder; `LABEL=FOLDER` gives it another name.

    Raises EncoderError where there is none, or what it needs is not installed.
    """
    if model == SHIPPED:
        return load(threads=threads)
    label, equals, folder = model.partition("=")
    if equals and not Path(model).exists():
        return Named(label, open_encoder(folder, threads=threads))
    path = Path(model)
    if (path / OURS).is_file():
        return load(path, threads=threads)
    if any((path / name).is_file() for name in THEIRS):
        return SentenceEncoder(path, threads=threads)
    raise EncoderError(
        f"{model}: no model there; give {LEXICAL}, {SHIPPED}, a folder with {OURS}, "
        "or a folder that sentence-transformers loads"
    )


def folder_of(model: str) -> Path:
    """Where the encoder that `open_encoder` opens lies."""
    if model == SHIPPED:
        return SHIPPED_FOLDER
    _, equals, folder = model.partition("=")
    return folder_of(folder) if equals and not Path(model).exists() else Path(model)


class SentenceEncoder:
    """A sentence-transformers model as an `Encoder` with one exit, its last layer."""

    def __init__(self, path: Path, *, threads: int | None = None) -> None:
        """Raises EncoderError where sentence-transformers is missing or cannot load the folder."""
        if importlib.util.find_spec("sentence_transformers") is None:
            raise EncoderError(
                f"{path} needs sentence-transformers: python -m pip install 'codegloss[train]'"
            )
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # the command line shows its own
        if threads:
            torch.set_num_threads(threads)
        try:
            self._model = SentenceTransformer(str(path), local_files_only=True)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            reason = str(error).partition("\n")[0]
            raise EncoderError(f"{path} cannot be loaded by sentence-transformers: {reason}") from error
        self.name = path.resolve().name
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self.exits = (_layers(self._model),)

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        """Vectors of unit length; the model's own prompts for queries (no languages) and documents.

        A text longer than the model's context is cut, as sentence-transformers does, and counted. Raises
        EncoderError for another exit than the one there is.
        """
        if exit not in (None, *self.exits):
            raise EncoderError(f"{self.name}: there is no exit {exit}, only {self.exits[0]}")
        encode = self._model.encode_query if languages is None else self._model.encode_document
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        blocks = np.array([bool(text.strip()) for text in texts], np.int32)
        # longest first, so that texts of one length share a batch over the whole pool
        places = sorted(np.flatnonzero(blocks).tolist(), key=lambda place: -len(texts[place]))
        for begin in range(0, len(places), _PROGRESS_EVERY):
            part = places[begin : begin + _PROGRESS_EVERY]
            vectors[part] = _array(encode, [texts[place] for place in part])
            if progress:
                progress(len(part))
        return Encoding(vectors, blocks, self._cut(texts))

    def _cut(self, texts: Sequence[str]) -> int:
        """How many of them are longer than the context."""
        longest = self._model.max_seq_length
        tokeniser = getattr(self._model, "tokenizer", None)
        if longest is None or not callable(tokeniser):
            return 0
        # a token has at least one character
        perhaps = [text for text in texts if len(text) > longest - 2]
        if not perhaps:
            return 0
        return sum(len(ids) > longest for ids in tokeniser(perhaps, truncation=False)["input_ids"])


def _array(encode: Callable[..., Any], texts: list[str]) -> NDArray[np.float32]:
    found = encode(texts, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
    return np.asarray(found, np.float32)


def _layers(model: Any) -> int:
    """Layers of the transformer inside; 0 where there is none, as in a static model."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return int(getattr(config, "num_hidden_layers", 0) or 0)
