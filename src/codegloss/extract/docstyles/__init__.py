"""What a doc comment says, read in the convention of its language.

`parse_parts` finds parameters, returned value, exceptions, deprecation and examples;
`summarise` finds the first sentence or paragraph. Both take comment text without its
markers and common indentation, as `inspect.cleandoc` leaves a docstring; both take
time linear in its length, and neither raises on any text.

Conventions: docstring (Python; Google, NumPy, Sphinx or Epytext style, told from the
text), javadoc, jsdoc, tsdoc, phpdoc, kdoc, scaladoc, doxygen, yard, ldoc, shdoc,
xmldoc, rustdoc, godoc, swiftdoc; any other name is plain prose without parts.
"""

from __future__ import annotations

from codegloss.extract.docstyles import docstring, markdown, tags, xmldoc
from codegloss.extract.docstyles.summary import summarise
from codegloss.records import CommentParts

__all__ = ["parse_parts", "summarise"]

_READERS = {
    "docstring": docstring.parse,
    "xmldoc": xmldoc.parse,
    "rustdoc": markdown.parse_rust,
    "godoc": markdown.parse_go,
    "swiftdoc": markdown.parse_swift,
}


def parse_parts(text: str, convention: str) -> CommentParts:
    """The parts of a doc comment; style is plain, and every list empty, when it has none.

    A parameter's name is the bare name that a signature has: no stars, sigils, quotes
    or optional brackets (`*args` → `args`, `$x` → `x`, `[n=1]` → `n`); only shell's
    positional `$1` keeps its sign. Types are as written, without a closing `optional`;
    descriptions are trimmed and dedented, their line breaks kept.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    reader = _READERS.get(convention)
    if reader is not None:
        return reader(text)
    if convention in tags.DIALECTS:
        return tags.parse(text, convention)
    return CommentParts("plain", [], None, [], None, [])
