"""What the tests of writers share: functions made from source, contexts, and the shipped encoder's words."""

from __future__ import annotations

from functools import cache
from textwrap import dedent

from codegloss.encoder import load
from codegloss.extract import functions_in
from codegloss.quality.inconsistency import classifier
from codegloss.quality.inconsistency.vocabulary import Vocabulary
from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth.writing.builtin import BuiltinWriter
from codegloss.synth.writing.context import Surroundings
from codegloss.synth.writing.memory import Memory
from codegloss.synth.writing.writers import Written, without_comment


@cache
def vocabulary() -> Vocabulary:
    """Words of the shipped encoder."""
    return classifier.load().vocabulary


def functions(source: str, language: str = "python") -> list[Function]:
    """The functions of a source."""
    return functions_in(dedent(source), language)


def function(source: str, language: str = "python", name: str | None = None) -> Function:
    """The last function of a source, or the one of that name."""
    return next(one for one in reversed(functions(source, language)) if name in (None, one.name))


def builtin(
    source: str, language: str = "python", name: str | None = None, *, refresh: bool = False
) -> str | Reason:
    """What the builtin writer says of one function of a source, its own comment hidden unless refreshed."""
    everything = functions(source, language)
    own = next(one for one in reversed(everything) if name in (None, one.name))
    left = [without_comment(one) if one.id == own.id else one for one in everything]
    writer = BuiltinWriter(Memory(left, load()), vocabulary())
    written = writer.comment(own, Surroundings(left).context(own, blind=not refresh))
    return written.comment if isinstance(written, Written) else written
