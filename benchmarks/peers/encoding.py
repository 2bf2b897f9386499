"""One system that takes in functions: tokenises them, or encodes them at one exit. Run by encoder.py.

    python encoding.py tokenizers|tokeniser|chain|sentence-transformers FOLDER [EXIT]

Answers a request with `texts` and `languages` by the seconds that they took.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cells import Message
from codegloss.encoder import Encoding
from workers import serve

Take = Callable[[list[str], list[str]], object]
BATCH = 32  # texts, the default of sentence-transformers


class SentenceExits:
    """A folder of sentence-transformers as an `Encoder`, exits and all where it has some; float32."""

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import SentenceTransformer

        # our folders bring a module of their own, without which no exit can be chosen
        self._model = SentenceTransformer(
            str(folder), device="cpu", trust_remote_code=True, local_files_only=True
        )
        self.name = "sentence-transformers"
        self.dimensions = int(self._model.get_embedding_dimension() or 0)
        self.exits: tuple[int, ...] = tuple(getattr(self._model[0], "exits", (1,)))

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        exit: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> Encoding:
        """Vectors of unit length; a text longer than the context is cut."""
        options: dict[str, Any] = {} if exit is None else {"exit": exit}
        vectors = self._model.encode(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False, **options
        )
        return Encoding(np.asarray(vectors, np.float32), np.ones(len(texts), np.int32))


def system(kind: str, folder: Path, exit: int | None) -> Take:
    """What is to be timed, everything loaded."""
    if kind == "tokenizers":
        from tokenizers import Tokenizer

        pipeline = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return lambda texts, _: pipeline.encode_batch_fast(texts, add_special_tokens=False)
    if kind == "sentence-transformers":
        theirs = SentenceExits(folder)
        return lambda texts, _: theirs.encode(texts, exit=exit)
    from codegloss.encoder import load

    ours = load(folder)
    if kind == "tokeniser":
        packed = ours.checkpoint.tokeniser().packed
        return lambda texts, _: [packed(text) for text in texts]
    return lambda texts, languages: ours.encode(texts, languages=languages, exit=exit)


if __name__ == "__main__":
    take = system(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else None)

    def answer(request: Message) -> Message:
        """Seconds of one run."""
        before = time.perf_counter()
        take(request["texts"], request["languages"])
        return {"seconds": time.perf_counter() - before}

    serve(answer)
