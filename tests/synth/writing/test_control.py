from __future__ import annotations

import asyncio

from subjects import function

from codegloss.quality.reasons import Reason
from codegloss.synth.writing.context import Surroundings
from codegloss.synth.writing.control import ControlWriter
from codegloss.synth.writing.writers import Written


def control(source: str) -> Written | Reason:
    own = function(source)
    return asyncio.run(ControlWriter().write(own, Surroundings([own]).context(own)))


def test_the_control_says_the_name_and_nothing_else() -> None:
    written = control("def getUserName(session, cached=True):\n    return session.user\n")
    assert isinstance(written, Written)
    assert written.comment == "Get user name."
    assert written.cost == 0


def test_a_name_without_words_is_refused() -> None:
    assert isinstance(control("def _(): pass\n"), Reason)
