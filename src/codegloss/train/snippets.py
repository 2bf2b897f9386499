"""Examples for pre-training: snippets of code in one context, some of their tokens masked.

An example holds snippets of one repository in its first half and, in its second, more of the
same repository or of another one; which of the two is to be told (in-context classification,
arXiv 2503.03008). Half of the snippets keep their comment, which then stands above the code.

An example depends on seed, step and its row alone: a run that resumes, and another number
of processes, see the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from codegloss.dataset import Dataset

IGNORED = -100  # target of a token that is not to be predicted: cross_entropy's own mark
# Of the chosen tokens 80 % become the mask, 10 % another token, 10 % stay (BERT, arXiv 1810.04805).
MASKED, REPLACED = 0.8, 0.1
COMMENTED = 0.5  # probability that a snippet keeps its comment
MOST = 64  # snippets in one half of an example
SHORTEST = 8  # tokens of a snippet that was cut to fit
ENCODED = 1000  # texts tokenised at a time


@dataclass(frozen=True, slots=True)
class Snippets:
    """Tokenised snippets, n of them, those of one repository side by side."""

    ids: NDArray[np.int32]  # all tokens end to end; of each snippet its comment, then its code
    starts: NDArray[np.int64]  # (n + 1,) where a snippet begins in `ids`
    codes: NDArray[np.int64]  # (n,) where its code begins, after its comment
    repositories: NDArray[np.int64]  # (r + 1,) at which snippet a repository begins


@dataclass(frozen=True, slots=True)
class Marks:
    """The special tokens of an example: `begin` snippet `between` snippet … `end`."""

    begin: int
    between: int
    end: int
    padding: int
    mask: int
    plain: NDArray[np.int64]  # every token that is not special


@dataclass(frozen=True, slots=True)
class Examples:
    """B examples of at most L tokens."""

    ids: Tensor  # (B, L) int64, masked
    mask: Tensor  # (B, L) bool, false for padding
    targets: Tensor  # (B, L) int64, the token that stood there, or IGNORED
    same: Tensor  # (B,) int64, 1 where all snippets are of one repository

    def rows(self, part: slice, device: torch.device) -> Examples:
        """Some of them, on a device."""
        ids, mask, targets, same = (
            tensor[part].to(device) for tensor in (self.ids, self.mask, self.targets, self.same)
        )
        return Examples(ids, mask, targets, same)


# begin, between, end, padding, mask: BERT and ModernBERT; RoBERTa; ModularStarEncoder
_MARKS = (
    ("[CLS]", "[SEP]", "[SEP]", "[PAD]", "[MASK]"),
    ("<s>", "</s>", "</s>", "<pad>", "<mask>"),
    ("<sep>", "<sep>", "<cls>", "<|endoftext|>", "<mask>"),
)


def marks_of(tokeniser: Any) -> Marks:
    """The special tokens of a `tokenizers.Tokenizer`; raises ValueError where they are not known ones."""
    for names in _MARKS:
        found = [tokeniser.token_to_id(name) for name in names]
        if None not in found:
            added = tokeniser.get_added_tokens_decoder().items()
            special = [*found, *(number for number, token in added if token.special)]
            begin, between, end, padding, mask = found
            plain = np.setdiff1d(np.arange(tokeniser.get_vocab_size()), special)
            return Marks(begin, between, end, padding, mask, plain)
    wanted = " or ".join(f"{names[0]} and {names[-1]}" for names in _MARKS)
    raise ValueError(f"the tokenizer has no special tokens to pre-train with, such as {wanted}")


def read_snippets(path: str | Path, tokeniser: Any, split: str = "train") -> Snippets:
    """Snippets of a dataset of pairs (one split of it) or of extracted functions (all of them).

    Raises ValueError where there are not two repositories, one of them with two snippets.
    """
    dataset = Dataset.open(path)
    if "pairs" in dataset.manifest.tables:
        rows = _rows(dataset, "pairs", ["repository", "text", "code", "split"])
        of_split = ((r, text, code) for r, text, code, its in rows if its == split)
        return tokenised(of_split, tokeniser)
    return tokenised(_rows(dataset, "functions", ["repository", "comment_text", "code"]), tokeniser)


def _rows(dataset: Dataset, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    for batch in dataset.batches(table, columns):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def tokenised(rows: Iterable[tuple[str, str | None, str]], tokeniser: Any) -> Snippets:
    """Snippets of (repository, comment, code) rows; empty codes are left out.

    Raises ValueError as `read_snippets` does.
    """
    tokeniser.no_truncation()
    tokeniser.no_padding()
    kept = [(repository, comment or "", code) for repository, comment, code in rows if code.strip()]
    kept.sort(key=lambda row: row[0])
    names = np.array([repository for repository, _, _ in kept])
    begins = np.flatnonzero(np.r_[True, names[1:] != names[:-1]]) if kept else np.array([], np.int64)
    if len(begins) < 2 or len(begins) == len(kept):
        raise ValueError(
            f"{len(kept):,} snippets of {len(begins):,} repositories: pre-training needs two repositories, "
            "and two snippets in one of them"
        )
    comments = _encoded([comment and f"{comment}\n" for _, comment, _ in kept], tokeniser)
    codes = _encoded([code for _, _, code in kept], tokeniser)
    lengths = np.array([(len(comment), len(code)) for comment, code in zip(comments, codes, strict=True)])
    starts = np.concatenate([[0], lengths.sum(1).cumsum()])
    pieces = [piece for pair in zip(comments, codes, strict=True) for piece in pair]
    return Snippets(np.concatenate(pieces), starts, starts[:-1] + lengths[:, 0], np.append(begins, len(kept)))


def _encoded(texts: Sequence[str], tokeniser: Any) -> list[NDArray[np.int32]]:
    encoded: list[NDArray[np.int32]] = []
    for start in range(0, len(texts), ENCODED):
        batch = tokeniser.encode_batch_fast(texts[start : start + ENCODED], add_special_tokens=False)
        encoded += [np.array(encoding.ids, np.int32) for encoding in batch]
    return encoded


class Mixer:
    """Makes the examples of a step."""

    def __init__(self, snippets: Snippets, marks: Marks, *, length: int, share: float, seed: int) -> None:
        """Examples of at most `length` tokens, of which the share `share` is to be predicted."""
        self._snippets = snippets
        self._marks = marks
        self._length = length
        self._share = share
        self._seed = seed
        self._sizes = np.diff(snippets.repositories)
        # a repository is drawn as often as it has snippets; the first half needs one that has two
        self._any = self._sizes.cumsum()
        self._several = np.where(self._sizes > 1, self._sizes, 0).cumsum()

    def examples(self, step: int, rows: range) -> Examples:
        """Some rows of a step's batch: even ones of one repository, odd ones of two."""
        made = [self._example(step, row) for row in rows]
        shape = len(made), max(len(ids) for ids, _ in made)
        ids = np.full(shape, self._marks.padding, np.int64)
        targets = np.full(shape, IGNORED, np.int64)
        mask = np.zeros(shape, bool)
        for place, (tokens, wanted) in enumerate(made):
            ids[place, : len(tokens)] = tokens
            targets[place, : len(tokens)] = wanted
            mask[place, : len(tokens)] = True
        same = torch.tensor([1 - row % 2 for row in rows])
        return Examples(torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(targets), same)

    def _example(self, step: int, row: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(L,) masked token ids and (L,) targets."""
        random = np.random.default_rng((self._seed, step, row))
        ids = np.concatenate(list(self._joined(random, same=row % 2 == 0)))
        special = (self._marks.begin, self._marks.between, self._marks.end)
        places = np.flatnonzero(~np.isin(ids, special))
        chosen = random.choice(places, max(1, round(self._share * len(places))), replace=False)
        targets = np.full(len(ids), IGNORED, np.int64)
        targets[chosen] = ids[chosen]
        fate = random.random(len(chosen))
        others = random.choice(self._marks.plain, len(chosen))
        changed = np.where(fate < MASKED + REPLACED, others, ids[chosen])
        ids[chosen] = np.where(fate < MASKED, self._marks.mask, changed)
        return ids, targets

    def _joined(self, random: np.random.Generator, *, same: bool) -> Iterator[NDArray[np.int64]]:
        """The snippets of an example with the special tokens around them."""
        marks = self._marks
        first = int(np.searchsorted(self._several, random.integers(self._several[-1]), side="right"))
        order = self._drawn(first, random)
        room = (self._length - 2) // 2
        yield np.array([marks.begin])
        used = 0
        for tokens in self._fitting(order[:-1], room, random):
            yield np.array([marks.between][: used > 0])
            yield tokens
            used += 1
            room -= len(tokens) + 1
        # what the first half did not need goes to the second; as many snippets could follow from
        # another repository as from this one, so that their number does not tell the answer
        rest = order[used:]
        if not same:
            second = first
            while second == first:
                second = int(np.searchsorted(self._any, random.integers(self._any[-1]), side="right"))
            rest = self._drawn(second, random)[: len(rest)]
        for tokens in self._fitting(rest, room + (self._length - 2) // 2, random):
            yield np.array([marks.between])
            yield tokens
        yield np.array([marks.end])

    def _drawn(self, repository: int, random: np.random.Generator) -> NDArray[np.int64]:
        """Some snippets of a repository in random order: two halves' worth, or all."""
        start, end = self._snippets.repositories[repository : repository + 2]
        numbers: NDArray[np.int64] = random.permutation(np.arange(start, end))[: 2 * MOST]
        return numbers

    def _fitting(
        self, numbers: NDArray[np.int64], room: int, random: np.random.Generator
    ) -> Iterator[NDArray[np.int64]]:
        """Tokens of these snippets, with or without comment, until the room is used; one at the least.

        A snippet that is longer than the room left gives a part of it, begun at random.
        """
        for place, number in enumerate(numbers[:MOST]):
            if place and room < SHORTEST:
                return
            commented = random.random() < COMMENTED
            start = self._snippets.starts[number] if commented else self._snippets.codes[number]
            tokens = self._snippets.ids[start : self._snippets.starts[number + 1]].astype(np.int64)
            skipped = random.integers(max(0, len(tokens) - room) + 1)
            tokens = tokens[skipped : skipped + room]
            yield tokens
            room -= len(tokens) + 1
