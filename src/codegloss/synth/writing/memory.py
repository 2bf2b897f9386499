"""The documented functions of a codebase, to be asked for those that are like another one.

Alike by the vectors of the code (the shipped encoder's exit 0, which costs 0.1 ms a function, or exit 2),
by the same name, and by a parameter of the same name. Vectors are searched by brute force: 100,000
functions take 150 MB and 10 ms a question.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from codegloss.encoder import Encoder
from codegloss.encoder.inputs import code_of
from codegloss.records import DocumentedParameter, Function
from codegloss.synth.writing.convention import is_documented

Floats = NDArray[np.float32]
MOST_SAME_NAME = 8  # functions of the same name that are looked at


@dataclass(frozen=True, slots=True)
class Like:
    """A documented function that is like the one asked about."""

    function: Function
    similarity: float  # cosine of the codes' vectors


@dataclass(frozen=True, slots=True)
class Described:
    """A parameter as a function documents it."""

    function: Function
    parameter: DocumentedParameter
    type: str | None  # as that function declares it


class Memory:
    """Documented functions of one or more codebases and the vectors of their code."""

    def __init__(self, functions: Iterable[Function], encoder: Encoder, exit: int = 0) -> None:
        """Functions without a comment, and those generated, are passed over."""
        self.functions = [one for one in functions if one.has_body and is_documented(one)]
        self._encoder = encoder
        self._exit = exit

    def vectors(self, functions: Sequence[Function], progress: Callable[[int], None] | None = None) -> Floats:
        """Vectors of the functions' code, (n, dimensions)."""
        codes = [code_of(one.code, one.inner_comments) for one in functions]
        languages = [one.language for one in functions]
        return self._encoder.encode(codes, languages=languages, exit=self._exit, progress=progress).vectors

    @cached_property
    def _known(self) -> dict[str, tuple[list[int], Floats]]:
        """Of each language the places of its functions, and the vectors of their code."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, one in enumerate(self.functions):
            places[one.language].append(place)
        return {
            language: (own, self.vectors([self.functions[place] for place in own]))
            for language, own in places.items()
        }

    @cached_property
    def _places(self) -> dict[tuple[str, str], list[int]]:
        """Places of the functions by language and name."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, one in enumerate(self.functions):
            found[one.language, one.name].append(place)
        return found

    def like(self, function: Function, most: int) -> list[Like]:
        """The documented functions of the same language that are most like this one, the most alike first.

        Those of the same name are among them, however unlike they are.
        """
        if function.language not in self._known:
            return []
        own, vectors = self._known[function.language]
        cosines = vectors @ self.vectors([function])[0]
        scores = {
            own[row]: float(cosines[row]) for row in np.argsort(-cosines, kind="stable")[:most].tolist()
        }
        for place in self._places.get((function.language, function.name), ())[:MOST_SAME_NAME]:
            scores.setdefault(place, float(cosines[bisect_left(own, place)]))
        return [
            Like(self.functions[place], score)
            for place, score in sorted(scores.items(), key=lambda one: -one[1])
            if self.functions[place].id != function.id
        ]

    @cached_property
    def _described(self) -> dict[str, list[Described]]:
        found: dict[str, list[Described]] = defaultdict(list)
        for one in self.functions:
            declared = {parameter.name: parameter.type for parameter in one.parameters}
            for parameter in one.parts.parameters if one.parts else ():
                if parameter.description and parameter.name in declared:
                    found[parameter.name].append(Described(one, parameter, declared[parameter.name]))
        return found

    def described(self, name: str, function: Function) -> list[Described]:
        """How functions of the same language document a parameter of that name, this one left out."""
        return [
            one
            for one in self._described.get(name, ())
            if one.function.language == function.language and one.function.id != function.id
        ]

    @cached_property
    def rarity(self) -> Counter[str]:
        """In how many documented functions each name is called."""
        return Counter(name for one in self.functions for name in one.calls)
