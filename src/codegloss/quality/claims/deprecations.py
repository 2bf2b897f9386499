"""Claims of deprecation notes: the replacement that a note names must exist.

Names are taken from code marks alone (`` `x` ``, `{@link X#x}`, `:func:`x``, `<see cref="x"/>`, `x()`), and
only where the words before them say that they are the replacement.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from codegloss.quality.claims.rule import Claim, Rule, Subject

MOST_CHARACTERS = 2000  # of a note

_REPLACED = re.compile(
    r"\b(?:use|using|call|calling|prefer|see|replaced\s+(?:by|with)|superseded\s+by|moved\s+to|renamed\s+to"
    r"|in\s+favou?r\s+of|succeeded\s+by|switch\s+to|migrate\s+to)\s+"
    r"(?:the\s+|an?\s+)?(?:new\s+|newer\s+)?(?:(?:function|method|class|property)\s+)?",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"""\{@(?:link|linkplain|code|see)\s+(?P<link>[^\s{}|]+)[^{}]*\}
      | :(?:\w+:)?(?P<role>func|meth|class|attr|obj|exc|data|function|method)\s*:`[~!]?(?P<target>[^`<>]+)`
      | <(?:see|c)\b[^<>]*\bcref\s*=\s*["'](?:\w:)?(?P<cref>[^"']+)["'][^<>]*/?>
      | \[?``?(?P<code>[^`\n]+)``?\]?
      | ["']?(?P<call>[A-Za-z_][\w.:\#]*)\(\)["']?
      | L\{(?P<epytext>[^{}]+)\} | (?P<hash>\#[A-Za-z_]\w*)(?=\(|[\s.,]|$)
    """,
    re.VERBOSE,
)
_PATH = re.compile(r"[#@$&.~]?\\?[A-Za-z_]\w*(?:(?:\.|::|\#|->|\\)[A-Za-z_]\w*[?!]?)*")
_SEPARATOR = re.compile(r"\.|::|#|->|\\")
_FROM_ELSEWHERE = re.compile(
    r"\b(?:from|package|module|library|crate|contract|endpoint|protocol|service|instead\s+of)\b",
    re.IGNORECASE,
)


def replacements(note: str) -> list[str]:
    """The names, as written, that a note gives for what to use instead."""
    found = []
    note = note[:MOST_CHARACTERS]
    for match in _REPLACED.finditer(note):
        marked = _MARKED.match(note, match.end())
        if marked:
            target = next(text for key, text in marked.groupdict().items() if text and key != "role")
            path = _PATH.fullmatch(target.split("(")[0].strip())
            if path:
                found.append(path[0].lstrip("#@$&.~\\"))
    return found


def _is_missing(path: str, known: Container[str]) -> bool:
    """Whether a path ends in a name that is unknown, in a place that is known or not told."""
    *place, name = _SEPARATOR.split(path)
    if name in known or name.rstrip("?!") in known:
        return False
    return not place or place[-1] in known


def _replacement_missing(subject: Subject) -> Iterator[Claim]:
    note = subject.function.parts.deprecated if subject.function.parts else None
    if subject.known is None or not note:
        return
    text = subject.function.comment_text or ""
    for path in replacements(note):
        if not _is_missing(path, subject.known):
            continue
        line = next((line.strip() for line in text.split("\n") if path in line), None)
        if line is None or _FROM_ELSEWHERE.search(line):
            continue
        place = _SEPARATOR.split(path)[:-1]
        elsewhere = place and place[-1] != (subject.function.class_name or "").split(".")[-1]
        yield Claim(
            line,
            f"names `{path}` as the replacement, which exists nowhere in this repository",
            0.6 if elsewhere else None,  # a known name may be imported, and have what nobody here uses
        )


RULES: tuple[Rule, ...] = (
    Rule(
        code="CG131",
        name="deprecated-replacement-missing",
        summary="a deprecation note that names a replacement which does not exist",
        explanation="""\
The name that a deprecation note gives in code marks for what to use instead is looked for among all
identifiers of the repository.

No finding: where these are not known; a name without code marks; a path into a place that the repository
never names, such as another library; a sentence that names a package or module to take it from.

Example: `@deprecated use {@link #readAll}` where nothing is called `readAll`.

Cure: name the replacement as it is called now.
""",
        confidence=0.7,
        find=_replacement_missing,
    ),
)
