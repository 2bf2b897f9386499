"""What is known of a comment without a reference: is it inconsistent, is it findable, does a rule object.

A `Scorer` measures comments of one repository's functions. The gate has one; a report has another, with an
encoder and a classifier that the gate never saw, so that nothing marks its own homework.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder import Encoder
from codegloss.encoder.inputs import code_of
from codegloss.quality import material
from codegloss.quality.claims.check import objections, unsupported
from codegloss.quality.inconsistency.classifier import Classifier
from codegloss.quality.inconsistency.copied import copies
from codegloss.quality.inconsistency.features import Example, around
from codegloss.quality.linter.doubts import copied_finding
from codegloss.quality.reasons import Reason
from codegloss.quality.searchability import TIE, shuffled, without_own
from codegloss.records import Finding, Function

POOL = 1_000  # codes of a repository's language among which a comment's own is to be found
BROKEN = "cannot be measured"
SEED = 0  # of what is drawn from a larger repository

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found of one comment."""

    probability: float  # P(inconsistent)
    rank: int  # of its own code in the pool, from 1, ties against it; identifiers of its own taken out
    pool: int  # codes
    findings: tuple[Finding, ...]  # contradictions to the code, more likely true than not


@dataclass(frozen=True, slots=True)
class _Pool:
    vectors: Floats  # (codes, dimensions), unit
    hashes: NDArray[np.str_]  # (codes,)


class Scorer:
    """Measures comments of the functions of one repository; reads its code once."""

    def __init__(
        self,
        functions: Sequence[Function],
        known: Container[str],
        encoder: Encoder,
        classifier: Classifier,
        *,
        exit: int | None = 0,
        pool: int = POOL,
        seed: int = SEED,
    ) -> None:
        """`known` holds every identifier of the repository. Raises EncoderError for an exit there is not."""
        self._known, self._encoder, self._classifier, self._exit = known, encoder, classifier, exit
        self._examples: Mapping[str, Example] = {one.function.id: one for one in around(functions)}
        self._own: dict[tuple[str, str], Floats] = {}  # vectors of code by language and hash, made once
        self._pools = self._read(functions, pool, seed)
        self._files: dict[str, list[Function]] = {}
        for function in functions:
            self._files.setdefault(function.path, []).append(function)

    def measure(self, commented: Sequence[Function]) -> list[Measured | Reason]:
        """Each comment, or why it cannot be scored; the functions may bear other comments than they had."""
        judged = self._classifier.judge_examples(
            [replace(self._examples[one.id], function=one) for one in commented]
        )
        ranks = self._ranks(commented)
        found: list[Measured | Reason] = []
        for function, judgement, (rank, pool) in zip(commented, judged, ranks, strict=True):
            if judgement.reason:
                found.append(judgement.reason)
            elif reason := unsupported(function):
                found.append(Reason(reason))
            else:
                claims = [*objections(function, self._known), *self._copied(function)]
                found.append(Measured(judgement.probability, rank, pool, tuple(claims)))
        return found

    def _copied(self, function: Function) -> list[Finding]:
        """Whether the comment was copied from another function of its file."""
        file = self._files.get(function.path, [])
        if all(one.summary != function.summary or one.id == function.id for one in file):
            return []
        file = [function if one.id == function.id else one for one in file]
        return [copied_finding(copy) for copy in copies(file, lambda: self._classifier, {function.id})]

    def _read(self, functions: Sequence[Function], most: int, seed: int) -> dict[str, _Pool]:
        """The codes of each language, each once, drawn by hash and seed where they are too many."""
        codes: dict[str, dict[str, Function]] = {}
        for function in functions:
            row = {name: getattr(function, name) for name in material.COLUMNS}
            if not material.unfit(row) and not material.missized(row):
                codes.setdefault(function.language, {}).setdefault(function.code_hash, function)
        pools = {}
        for language, by_hash in codes.items():
            keys = list(by_hash)
            drawn = [keys[place] for place in shuffled([key.encode() for key in keys], seed)[:most]]
            vectors = self._vectors([by_hash[key] for key in drawn])
            self._own |= zip(((language, key) for key in drawn), vectors, strict=True)
            pools[language] = _Pool(vectors, np.array(drawn))
        return pools

    def _vectors(self, functions: Sequence[Function]) -> Floats:
        codes = [code_of(one.code, one.inner_comments) for one in functions]
        languages = [one.language for one in functions]
        return self._encoder.encode(codes, languages=languages, exit=self._exit).vectors

    def _ranks(self, commented: Sequence[Function]) -> list[tuple[int, int]]:
        """Rank of each own code, and the size of its pool; the last where no word is left to search by."""
        texts = [bare(function) for function in commented]
        asking = self._encoder.encode(texts, exit=self._exit).vectors if texts else None
        keys = {(one.language, one.code_hash): one for one in commented}
        new = {key: one for key, one in keys.items() if key not in self._own}
        if new:
            self._own |= zip(new, self._vectors(list(new.values())), strict=True)
        found = []
        for place, function in enumerate(commented):
            pool = self._pools.get(function.language)
            if pool is None or asking is None:
                found.append((1, 1))
                continue
            others = pool.hashes != function.code_hash
            size = int(others.sum()) + 1
            if not texts[place]:
                found.append((size, size))
                continue
            least = float(asking[place] @ self._own[function.language, function.code_hash]) - TIE
            rivals = (pool.vectors @ asking[place] >= least) & others
            found.append((int(rivals.sum()) + 1, size))
        return found


def measured(scorer: Scorer, functions: Sequence[Function]) -> dict[str, Measured | Reason]:
    """Each function's comment by its id; one that the scorer breaks down at costs no other its score."""
    ids = [function.id for function in functions]
    try:
        return dict(zip(ids, scorer.measure(functions), strict=True))
    except Exception:
        return {function.id: _measured_alone(scorer, function) for function in functions}


def _measured_alone(scorer: Scorer, function: Function) -> Measured | Reason:
    try:
        return scorer.measure([function])[0]
    except Exception as error:
        return Reason(BROKEN, f"{type(error).__name__}: {error}".partition("\n")[0])


def bare(function: Function) -> str:
    """The summary as a query, without the words of the function's own identifiers; empty if none is left."""
    row = {name: getattr(function, name) for name in material.COLUMNS}
    if not function.summary:
        return ""
    text = material.description(row)
    if isinstance(text, Reason):
        return ""
    own = [function.name, function.class_name or "", *(one.name for one in function.parameters)]
    return without_own(text, own)
