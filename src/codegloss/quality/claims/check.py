"""All rules on one function: its findings, or why there can be none."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from codegloss.quality.claims import annotations as annotated
from codegloss.quality.claims import deprecations, names, parameters, phrases, raises, returns, words
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE, Claim, Rule, Subject
from codegloss.quality.english import foreign
from codegloss.records import Finding, Function

# Where comments stand between a head and its body, the one above is the head's that precedes.
_HEAD = 2_000  # characters of the code, among which the head is
_BELOW = re.compile(r"[^{}]*\)[^{};]*\n[ \t]*///[^{}]*\{")
_TAGS = re.compile(r"\{@\w[^{}\n]*\}|</?[A-Za-z][^<>\n]*>|[@\\]\w+")

MOST_CHARACTERS = 100_000  # of a comment that is read

RULES: tuple[Rule, ...] = (
    *parameters.RULES,
    *annotated.RULES,
    *deprecations.RULES,
    *returns.RULES,
    *raises.RULES,
    *names.RULES,
    *words.RULES,
)


def unsupported(function: Function) -> str | None:
    """Why the function's comment is not scored; None when it is."""
    text = function.comment_text
    if function.comment is None or text is None or function.comment_start_line is None:
        return "no comment"
    if len(text) > MOST_CHARACTERS:
        return "comment too long"
    if function.is_generated:
        return "generated file"
    if _has_only_tags(text):
        return "no words"
    if _BELOW.match(function.code[:_HEAD]) and function.comment.lstrip().startswith("///"):
        return "documented below its head"
    return "not in English" if foreign(text) else None


def _has_only_tags(text: str) -> bool:
    """Whether it has no word outside the names of its tags, such as `{@inheritDoc}` or `@test`."""
    return not any(map(str.isalpha, _TAGS.sub(" ", text)))


def check(
    function: Function, known: Container[str] | None = None, rules: Sequence[Rule] = RULES
) -> list[Finding]:
    """What the rules find in one function's comment, the most confident first.

    `known` holds every identifier of its repository, where that is known.
    """
    if unsupported(function):
        return []
    subject = Subject(function, Body(function.code, function.language), known)
    found = {
        (rule.code, claim.quote, claim.message): finding(function, rule, claim)
        for rule in rules
        if rule.find is not None
        for claim in rule.find(subject)
    }
    return sorted(found.values(), key=lambda one: (-one.confidence, one.line, one.rule))


def objections(function: Function, known: Container[str] | None = None) -> list[Finding]:
    """What all rules find that counts where nothing else is said; `known` as in `check`."""
    return [one for one in check(function, known) if one.confidence >= DEFAULT_CONFIDENCE]


def finding(function: Function, rule: Rule, claim: Claim) -> Finding:
    """A claim as a row. Raises ValueError for a function without a comment."""
    return Finding(
        function=function.id,
        repository=function.repository,
        path=function.path,
        line=line_of(function, claim.quote),
        qualified_name=function.qualified_name,
        language=function.language,
        rule=rule.code,
        name=rule.name,
        message=claim.message,
        quote=claim.quote,
        confidence=rule.confidence if claim.confidence is None else claim.confidence,
    )


def line_of(function: Function, quote: str) -> int:
    """Line of the file, from 1, on which a quote from `comment_text` stands; the comment's first if nowhere.

    Raises ValueError for a function without a comment.
    """
    raw, text, first = function.comment, function.comment_text, function.comment_start_line
    if raw is None or text is None or first is None:
        raise ValueError(f"{function.qualified_name} has no comment")
    quoted = quote.split("\n")[0].strip()
    place = text.find(quoted)
    # the quote's whole line first: a short quote may stand in a marker or in another word as well
    line = phrases.line_of(text, place) if place >= 0 else ""
    for sought in (line, quoted):
        offset = raw.find(sought) if sought else -1
        if offset >= 0:
            return first + raw.count("\n", 0, offset)
    return first
