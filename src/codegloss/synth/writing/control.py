"""The trivial control: a function's name, split into words. Whatever claims to help must beat it."""

from __future__ import annotations

from codegloss.quality.reasons import Reason
from codegloss.records import Function
from codegloss.synth.writing.compose import Doc, composed
from codegloss.synth.writing.context import Context
from codegloss.synth.writing.english import words_of
from codegloss.synth.writing.writers import Written


class ControlWriter:
    """`getUserName` becomes "Get user name."; nothing else is looked at."""

    name = "control"

    async def write(self, function: Function, context: Context) -> Written | Reason:
        """As `Writer` says."""
        words = words_of(function.name)
        if not words:
            return Reason("no words in the name", function.name)
        return Written(composed(Doc(" ".join(words).capitalize()), context.convention), self.name)
