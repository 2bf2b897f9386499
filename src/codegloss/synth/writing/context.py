"""What a writer is told beside the code: head, class, what callees say of themselves, the codebase's ways.

`Surroundings` reads a list of functions once and gives the context of any of them. A name is followed to
a callee only where one function of the repository bears it, or only one of the same class or file does;
comments of which it is known that they are weak can be left out (`trusted`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from codegloss.quality.claims.body import Body
from codegloss.records import Function
from codegloss.synth.writing.convention import Convention, conventions, default, is_documented

MOST_CALLEES = 8  # with a summary; the first that are called
MOST_NEIGHBOURS = 3  # documented functions of the same file, the nearest
MOST_NEIGHBOUR_CHARACTERS = 600  # of such a comment; a longer one is no example of style


@dataclass(frozen=True, slots=True)
class Callee:
    """A function of the same repository that is called, and what it does."""

    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A documented function of the same file."""

    name: str
    comment: str  # its text, without comment marks


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a function."""

    signature: str  # the head of its definition, on one line
    class_name: str | None
    class_summary: str | None
    callees: tuple[Callee, ...]
    neighbours: tuple[Neighbour, ...]
    convention: Convention
    old: str | None  # the comment that is to be refreshed; None where it is to be written blind
    known: Container[str] | None = None  # every identifier of the repository, where that is known


class Surroundings:
    """All functions of a dataset, by what is asked for: name, file, convention.

    Memory: the functions themselves and about 200 bytes each.
    """

    def __init__(
        self,
        functions: Sequence[Function],
        trusted: Container[str] | None = None,
        known: Container[str] | None = None,
    ) -> None:
        """`trusted` holds ids of the functions whose comments may be relied on; None for all.

        `known` holds every identifier of the repository; None where that is not known.
        """
        self.conventions = conventions(functions)
        self._by_name: dict[tuple[str, str, str], list[Function]] = defaultdict(list)
        self._files: dict[tuple[str, str], list[Function]] = defaultdict(list)
        for function in functions:
            self._by_name[function.repository, function.language, function.name].append(function)
            if is_documented(function) and (trusted is None or function.id in trusted):
                self._files[function.repository, function.path].append(function)
        self._trusted, self._known = trusted, known

    def context(self, function: Function, *, blind: bool = True) -> Context:
        """The context of a function; `blind` leaves its own comment out."""
        key = function.repository, function.language
        return Context(
            signature=signature(function),
            class_name=function.class_name,
            class_summary=function.class_summary,
            callees=self._callees(function),
            neighbours=self._neighbours(function),
            convention=self.conventions.get(key) or default(function.language),
            old=None if blind else function.comment_text,
            known=self._known,
        )

    def named(self, function: Function, name: str) -> Function | None:
        """The function of that name that `function` means by it; None where that is not certain."""
        found = self._by_name.get((function.repository, function.language, name), [])
        candidates: Iterable[list[Function]] = (
            [one for one in found if one.class_name == function.class_name and one.path == function.path],
            [one for one in found if one.path == function.path],
            found,
        )
        for some in candidates:
            if some:
                return some[0] if len(some) == 1 and some[0].id != function.id else None
        return None

    def _callees(self, function: Function) -> tuple[Callee, ...]:
        found: list[Callee] = []
        for name in function.calls:
            callee = self.named(function, name)
            if callee and callee.summary and (self._trusted is None or callee.id in self._trusted):
                found.append(Callee(name, callee.summary))
                if len(found) == MOST_CALLEES:
                    break
        return tuple(found)

    def _neighbours(self, function: Function) -> tuple[Neighbour, ...]:
        """The documented functions that stand nearest, those of the same class first."""
        file = self._files.get((function.repository, function.path), [])
        near = sorted(
            (
                one
                for one in file
                if one.id != function.id and len(one.comment_text or "") <= MOST_NEIGHBOUR_CHARACTERS
            ),
            key=lambda one: (one.class_name != function.class_name, abs(one.start - function.start)),
        )
        return tuple(Neighbour(one.name, one.comment_text or "") for one in near[:MOST_NEIGHBOURS])


def signature(function: Function) -> str:
    """The head of a definition on one line, its body left out; the first line where it cannot be parsed."""
    body = Body(function.code, function.language)
    whole, block = body.function, body.block
    if whole is None or block is None:
        return " ".join(function.code.strip().split("\n", 1)[0].split())
    data = body.text_of(whole).encode("utf-8", "replace")[: max(0, block.start_byte - whole.start_byte)]
    return " ".join(data.decode("utf-8", "replace").rstrip().removesuffix("{").split())
