"""What the text of a comment must not hold, by language and form: what ends it early or is read as more.

Covers what the languages' own lexers do. It does not cover tools that read comments (linters, generators):
directives are told when the file is read again, and a comment that has become one is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Characters that no comment gets: controls and other line ends (JavaScript, C# and Swift end a line at
# U+2028, C# at U+0085), marks of direction (CVE-2021-42574; rustc refuses them), the byte order mark (Go
# refuses it), halves of surrogate pairs.
NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")

# A backslash at the end of a line joins it to the next before comments are told (C11 5.1.1.2), also the
# trigraph for it; compilers overlook blanks behind it.
_SPLICED = r"(?m)(?:\\|\?\?/)[ \t]*$"
_NESTED = r"/\*"  # opens a comment within the comment, which then wants two ends
# Java reads `\uXXXX` before anything else (JLS 3.3): it may spell a star, a slash, a backslash or a
# newline, and what is no such escape is an error. Scala 2 did the same.
_UNICODE_ESCAPE = r"(?i)(?<!\\)(?:\\\\)*\\u+(?!(?!00(?:2[af]|5c|0[ad]))[0-9a-f]{4})"


@dataclass(frozen=True, slots=True)
class Hazards:
    """What must not stand in a comment of one language, beside the end of its form."""

    block: str | None = None  # pattern
    lines: str | None = None


HAZARDS = {
    "c": Hazards(block=r"(?m)\*(?:\\|\?\?/)[ \t]*$", lines=_SPLICED),
    "cpp": Hazards(block=r"(?m)\*(?:\\|\?\?/)[ \t]*$", lines=_SPLICED),
    "java": Hazards(block=_UNICODE_ESCAPE, lines=_UNICODE_ESCAPE),
    "kotlin": Hazards(block=_NESTED),
    "php": Hazards(lines=r"\?>"),  # ends the script, in a comment of one line
    "rust": Hazards(block=_NESTED),
    "scala": Hazards(block=f"{_UNICODE_ESCAPE}|{_NESTED}", lines=_UNICODE_ESCAPE),
    "swift": Hazards(block=_NESTED),
}
_NONE = Hazards()


def hazard(text: str, language: str, *, block: bool) -> str | None:
    """What in the text must not stand in such a comment; None if nothing."""
    if match := NEVER.search(text):
        return f"U+{ord(match[0]):04X}"
    row = HAZARDS.get(language, _NONE)
    pattern = row.block if block else row.lines
    match = re.search(pattern, text) if pattern else None
    return match[0] if match else None
