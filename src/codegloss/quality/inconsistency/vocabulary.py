"""Words of comments and code as vectors, from the token table of the shipped encoder's exit 0.

Exit 0 is linear: the vector of a text is the sum of its words' vectors, brought to length 1. So
one table of words gives vectors of names, sentences and functions alike, and the length of a
word's vector is how much it counts: of `the` 0.4, of `closes` 1.3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder.checkpoint import Checkpoint

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]

_IDENTIFIER = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")  # HTTP, Server, größe, 404
_KNOWN = 1 << 16  # identifiers whose words are kept at hand
_MOST = 40_000  # words remembered, 60 MB of vectors; then all are forgotten
_LONGEST = 40  # characters of a word; longer ones are hashes and data


@lru_cache(_KNOWN)
def _parts(identifier: str) -> tuple[str, ...]:
    return tuple(part.lower() for part in _PART.findall(identifier) if len(part) <= _LONGEST)


def words(text: str) -> list[str]:
    """The words of prose or code in order, identifiers taken apart: `getUserName` is get, user, name."""
    return [part for identifier in _IDENTIFIER.findall(text) for part in _parts(identifier)]


class Vocabulary:
    """Vectors of words, made when they are first asked for; not to be shared between threads."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        """The token table of an encoder that has exit 0.

        Raises EncoderError for a table that cannot be read, ValueError where there is no exit 0.
        """
        tokens = checkpoint.tokens()
        if tokens.weight is None or tokens.project is None:
            raise ValueError(f"{checkpoint.folder}: the encoder has no exit 0")
        self._ids = checkpoint.tokeniser().ids
        self._table = tokens.table
        self._factor = (tokens.weight * tokens.scale)[:, None]
        self._project = tokens.project
        self._forget()

    def _forget(self) -> None:
        self._places: dict[str, int] = {}
        self.units = np.zeros((0, self._project.shape[1]), np.float32)
        self.lengths = np.zeros(0, np.float32)

    def learn(self, texts: Sequence[Sequence[str]]) -> None:
        """Make the vectors of all words of some texts; ids given before may mean nothing any more."""
        if len(self._places) > _MOST:
            self._forget()
        new = list(dict.fromkeys(word for text in texts for word in text if word not in self._places))
        if not new:
            return
        sums = np.stack([self._sum(word) for word in new]) @ self._project
        lengths = np.linalg.norm(sums, axis=1)
        self._places.update(zip(new, range(len(self._places), len(self._places) + len(new)), strict=True))
        self.units = np.concatenate([self.units, sums / np.maximum(lengths, 1e-6)[:, None]])
        self.lengths = np.concatenate([self.lengths, lengths])

    def _sum(self, word: str) -> Floats:
        ids = self._ids(word)
        total: Floats = (self._table[ids] * self._factor[ids]).sum(0, dtype=np.float32)
        return total

    def is_word(self, word: str) -> bool:
        """Whether a small word is one of the encoder's own, not put together: `read`, not `readall`."""
        return len(self._ids(word)) == 1

    def ids(self, text: Sequence[str]) -> Ids:
        """Ids of words that `learn` was given; rows of `units` and `lengths`."""
        return np.fromiter(map(self._places.__getitem__, text), np.int64, len(text))

    def vector(self, ids: Ids) -> Floats:
        """The unit vector of words taken together; zeros for none."""
        total = self.lengths[ids] @ self.units[ids]
        length = float(np.linalg.norm(total))
        return total / length if length else total
