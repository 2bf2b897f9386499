"""Code without its comments and docstrings, wherever they stand, so that a search cannot read them.

Not covered: strings that stand alone in the middle of a body, which some use as comments.
"""

from __future__ import annotations

from codegloss.encoder.inputs import code_of
from codegloss.extract.bounds import TangledError
from codegloss.extract.languages import languages
from codegloss.extract.syntax import Outline, outline


def _in_context(code: str, language: str) -> tuple[Outline, int]:
    """Outline of code in what its language needs around a lone function, and the bytes put before it."""
    best: tuple[Outline, int] | None = None
    for before, behind in (("", ""), *languages()[language].surroundings()):
        found = outline((before + code + behind).encode("utf-8", "surrogatepass"), language)
        head = len(before.encode())
        if not found.has_syntax_errors and any(not d.is_scope for d in found.definitions):
            return found, head
        if best is None or len(found.definitions) > len(best[0].definitions):
            best = (found, head)  # with errors, the reading that sees most of it
    assert best is not None
    return best


def without_comments(code: str, language: str) -> str:
    """The code without comments and docstrings, and without the blank lines they leave.

    Code that cannot be parsed within bounds, or of a language not in the table, stays as it is.
    """
    if language not in languages():
        return code
    try:
        found, head = _in_context(code, language)
    except TangledError:
        return code
    docstrings = ((node.start_byte, node.end_byte) for node in found.docstrings.values())
    spans = [(start - head, end - head) for start, end in (*found.comments.spans, *docstrings)]
    return code_of(code, [(max(start, 0), end) for start, end in spans if end > 0])
