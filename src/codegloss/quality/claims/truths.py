"""Boolean and comparing words of a comment against the one condition that decides in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegloss.quality.claims.conditions import Condition, Verdict, verdict
from codegloss.quality.claims.phrases import line_of, stem, stems, words_of
from codegloss.quality.claims.rule import Claim, Rule, Subject

# Lengths are bounded, here as in all patterns of comments, so that none takes quadratic time.
_CLAUSE = r"[^.;\n(]{3,120}(?:\n[^.;\n(@:\\]{1,80})?"
_TRUE_IF = re.compile(
    r"(?:^|\n|[.;,:({]|\b(?:return\w{0,4}|evaluates?\s+to|is|gives?)\b)\W{0,12}(?:@code\s+|bool\w{0,3}\W{1,6}|value\s+)?"
    r"(?P<value>true|false)\b[`'\"*_}>\s]{0,8},?\s{0,8}"
    rf"\b(?:if\s+and\s+only\s+if|only\s+if|iff?|when(?:ever)?)\b\s*(?P<clause>{_CLAUSE})"
    r"|(?:^|\n)\W{0,12}(?:\w{1,60}\s)?(?:returns?\W{1,4}|reports?\s|indicates?\s|(?P<asks>checks?|tests?|determines?|tells?)\s)?"
    rf"\b(?P<whether>whether|(?(asks)if|(?!)))\b(?:\s+or\s+not)?\s+(?P<asked>{_CLAUSE})",
    re.IGNORECASE,
)
_END = re.compile(
    r"\b(?:else|otherwise|and\s+returns?|or\s+not|false|true|because|since|so\s+that|unless|but)\b|,|\s-+\s|:\s",
    re.IGNORECASE,
)
_SYMBOLS = re.compile(r"[=<>]|&&|\|\|")
_COMPOUND = re.compile(r"\b(?:and|or|either|neither|nor|both|except|only)\b", re.IGNORECASE)
_CONNECTIVES = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|cannot|never|no|non|n't)\b|n't\b", re.IGNORECASE)
# Words that turn a clause round as `not` does, but not plainly enough to count them.
_TURNS = re.compile(
    r"\b(?:without|neither|like|fail\w*|miss\w*|absent|lack\w*|unable|other|differ\w*|outside|unless|instead|rather|yet|longer"
    r"|invalid\w*|false|disable\w*|remov\w*|delet\w*|exclud\w*|inverse|opposite|stop\w*|neg\w*|still)\b|n[o']t\s+only|any\s?more",
    re.IGNORECASE,
)
_NULL = re.compile(r"\b(?:null|none|nil|nullptr|undefined)\b", re.IGNORECASE)
_THERE = re.compile(r"\b(?:exists?|present|available|defined|configured|specified)\b", re.IGNORECASE)
_INVERTERS = frozenset({"not", "negate", "negated", "inverse", "inverted", "exclude"})  # `Not.matches`
_PLACES = frozenset(
    {"after", "before", "equal", "equals", "greater", "less"}
)  # relations, whose order counts
_ABSENCE = re.compile(r"[Uu]n[a-z]|[Nn]o[A-Z_]|[Cc]ause|[Ee]rror|[Ff]ail|[Mm]iss|[Ii]nvalid|[Pp]roblem")
_LEADS = frozenset({
    "is", "are", "was", "has", "have", "can", "could", "should", "will", "would", "does", "do", "did", "get",
    "check", "test", "be", "been",
})  # fmt: skip
_VERBS = (_LEADS - {"get", "check", "test", "be", "been"}) | {"may", "might", "must", "equals", "contains"}
_ARTICLES = frozenset({"a", "an", "the", "any", "such"})
_PREPOSITIONS = frozenset({"of", "to", "from", "for", "by", "with"})  # "a reference to a definition"
_CONSTANT = re.compile(r"[\w.:]+(?:\.|::)[A-Z]\w*$|:\w+$")  # `Mode.UNKNOWN`, `:unknown`, no variable
_INSTANCE = re.compile(r"isinstance\(.{1,60}?,\s*([\w.]+)\)$")
_PREDICATE = re.compile(
    r"_*(?:is|has|can|should|are|was|needs?|supports?|contains|matches|includes|allows|requires|accepts)(?=[A-Z_])"
)
_TRUTH = re.compile(r"\b(?:true|false)\b", re.IGNORECASE)
# Of what was done: what is asked of an object may be answered by a class below.
_OUTCOME = re.compile(r"succe|fail|error|\bok\b|went through|complete|worked", re.IGNORECASE)
_LEAST_STATEMENTS = 2  # of a body that does something before it returns the one value that it has
_LAST_NAME = re.compile(r"([A-Za-z_]\w*)[?!]?\s*(?:\((?:[^()]|\([^()]*\))*\))?$")


def claims_of_truth(text: str) -> Iterator[tuple[bool, str, str]]:
    """Each "true if …" of a comment: the value, the clause, the line it stands on."""
    found = list(_TRUE_IF.finditer(text))
    # "Check if the path exists. Returns False if it does": what is said of the result counts.
    told = [match for match in found if match["value"]]
    for match in told or found:
        value = (match["value"] or "true").lower() == "true"
        clause = match["clause"] or match["asked"]
        start = match.start("value" if match["value"] else "whether")
        whole = " ".join(clause.split())
        end = _END.search(whole)
        clause = (whole[: end.start()] if end else whole).strip()
        if clause:
            yield value, clause, line_of(text, start)


def _says_in_part(clause: str, code: Condition) -> bool | None:
    """What the first part of a clause that speaks of the condition says; "it exists and is local" has two."""
    told = (_says(part, code) for part in _CONNECTIVES.split(clause))
    return next((says for says in told if says is not None), None)


def _says(clause: str, code: Condition) -> bool | None:
    """Whether the clause says that the condition's own words hold; None where it speaks of something else."""
    core = _core(code)
    if _COMPOUND.search(clause) or _SYMBOLS.search(clause):
        return None
    if any(stem(words_of(match[0])[0]) not in core for match in _TURNS.finditer(clause)):
        return None
    said = clause
    negations = [match for match in _NOT.finditer(clause) if not _NULL.match(match[0])]
    if code.is_null:
        null = _NULL.search(said)
        if len(negations) > 1 or not _shared(said, code.left):
            return None
        if null is None:
            there = _THERE.search(said)
            if there is None or _ABSENCE.search(code.left):
                return None
            return None if negations and negations[0].start() > there.start() else bool(negations)
        if negations and negations[0].start() > null.start():
            return None
        return not negations
    place = _place(core, [stem(word) for word in words_of(said)])
    if place is None or len(negations) > 1 or _NULL.search(said):
        return None
    if negations:
        start = len(words_of(said[: negations[0].start()]))
        reach = len(core) if negations[0][0].lower() in ("no", "non") else 3 + len(core)
        if not start <= place <= start + reach:
            return None
    words = words_of(said)
    before = [word for word in words[: place - len(core) + 1] if word not in _ARTICLES][-1:]
    if _VERBS & set(words[place + 1 :]) or (before and before[0] in _PREPOSITIONS):
        return None  # what is asked is the subject of the clause: "the queue is empty" for `queue`
    return not negations


def _core(code: Condition) -> list[str]:
    """Stems of what a condition without comparison asks: `path.is_valid()` asks `valid`."""
    if code.is_empty:
        return ["empt"]
    if code.operator not in ("", "=="):
        return []
    instance = _INSTANCE.match(code.left)
    if code.right and not _CONSTANT.match(code.right):
        return []
    match = _LAST_NAME.search(instance[1] if instance else code.right or code.left)
    other = _LAST_NAME.search(code.left) if code.right else None
    if match and other and (match[1] == other[1] or code.right in code.left):
        return []
    words = words_of(match[1]) if match else []
    while words and words[0] in _LEADS:
        words = words[1:]
    if _NOT.search(" ".join(words)) or set(words) <= _PLACES or max(map(len, words)) < 3:
        return []
    return [stem(word) for word in words]


def _place(needle: list[str], words: list[str]) -> int | None:
    """Where the last of the stems stands in the text, the others before it in their order."""
    rest = list(needle)
    for place, word in enumerate(words):
        if rest and word == rest[0]:
            rest.pop(0)
            if not rest:
                return place
    return None


def _shared(text: str, code: str) -> bool:
    small = {"it", "thi", "the", "get", "self"}
    return bool((stems(words_of(text)) & stems(words_of(code))) - small)


def _is_assigned(name: str, code: str) -> bool:
    """Whether the function sets what it asks: then the comment may speak of what was before, or is after."""
    return re.search(rf"(?<![\w.]){re.escape(name)}\s*(?::=|=(?!=)|\+\+)", code) is not None


def _denied(value: bool, clause: str, code: Verdict) -> Condition | None:
    """The part of the verdict by which "`value` if `clause`" is false; None where it may be true."""
    if len(code.parts) == 1 and code.whole:
        says = _says(clause, code.parts[0])
        return code.parts[0] if says is not None and (says == value) == code.parts[0].negated else None
    every = [_says_in_part(clause, part) for part in code.parts]
    if code.whole and None not in every:
        holds = {says != part.negated for says, part in zip(every, code.parts, strict=True)}
        return code.parts[0] if holds == {not value} else None
    for part in code.parts if value == code.every else ():  # one part alone makes the value impossible
        says = _says(clause, part)
        if says is not None and (says == value) == part.negated:
            return part
    return None


def _agrees(value: bool, clause: str, code: Verdict) -> bool:
    """Whether "`value` if `clause`" is what a part of the verdict says."""
    told = ((part, (_says if len(code.parts) == 1 else _says_in_part)(clause, part)) for part in code.parts)
    return any(says is not None and (says == value) != part.negated for part, says in told)


def _inverted_boolean(subject: Subject) -> Iterator[Claim]:
    text = subject.function.comment_text or ""
    claims = list(claims_of_truth(text))
    if not claims or _INVERTERS & set(words_of(subject.function.qualified_name)):
        return
    code = verdict(subject.body)
    if code is None or not any(
        _says_in_part(clause, part) is not None for _, clause, _ in claims for part in code.parts
    ):
        named = Condition(subject.function.name, "", "", False)
        code = Verdict(True, (named,), whole=True) if _PREDICATE.match(named.left) else None
        claims = [claim for claim in claims if _is_asked(claim[1], _core(named))]
    if code is None or any(_is_assigned(part.left, subject.function.code) for part in code.parts):
        return
    if any(_agrees(value, clause, code) for value, clause, _ in claims):
        return  # what agrees with the code is the rule, the rest its exceptions
    for value, clause, line in claims:
        if part := _denied(value, clause, code):
            said = f"the comment says {str(value).lower()} if {clause!r}"
            yield Claim(quote=line, message=f"{said}, {_shown(part, code, subject.function.name)}")


# Words by which a comment speaks for what overrides the method, which may return the other value.
_FOR_OTHERS = re.compile(r"sub-?class|overrid|implement|by default|hook|derived|abstract", re.IGNORECASE)


def _never_given(subject: Subject) -> Iterator[Claim]:
    """ "False if successful" above a function that only ever returns True, or the reverse."""
    function, body = subject.function, subject.body
    text = function.comment_text or ""
    told = [
        claim for claim in claims_of_truth(text) if _TRUTH.search(claim[2]) and _OUTCOME.search(claim[1])
    ]  # no "whether"
    if not told or not function.has_body or function.kind not in ("function", "method"):
        return
    returned = {value.strip("(); ").lower() for value in body.returns} if body.known else set()
    if len(returned) != 1 or not returned <= {"true", "false"} or body.yields or body.implicit_return:
        return
    if len(body.statements) < _LEAST_STATEMENTS or _FOR_OTHERS.search(text):
        return  # a hook that does nothing yet
    last = body.text_of(body.statements[-1])
    only = "true" in returned
    if not last.startswith("return") or any(value == only for value, _, _ in told):
        return
    told_of_result = function.parts.returns.description if function.parts and function.parts.returns else text
    if re.search(rf"\b{only}\b", told_of_result, re.IGNORECASE):
        return  # "False if successful, True if not"
    for value, clause, line in told:
        said = f"the comment says {str(value).lower()} if {clause!r}"
        yield Claim(quote=line, message=f"{said}, the code only ever returns {str(only).lower()}")


def _is_asked(clause: str, core: list[str]) -> bool:
    """Whether the clause's verb stands right before the name's words: "is (not) a link", not "of a link"."""
    words = words_of(clause)
    place = _place(core, [stem(word) for word in words])
    before = [word for word in words[: (place or 0) - len(core) + 1] if word not in _ARTICLES][-1:]
    return place is not None and bool(before) and before[0] in _LEADS | {"not", "no", "its"}


def _shown(part: Condition, code: Verdict, name: str) -> str:
    if part.left == name:
        return f"the name {name!r} says the opposite"
    shown = " ".join(filter(None, (part.left, part.operator, part.right)))
    if len(code.parts) == 1 and code.whole:
        when = "does not hold" if part.negated else "holds"
        return f"the code returns true when `{shown}` {when}"
    when = "holds" if part.negated == code.every else "does not hold"
    return f"the code returns {str(not code.every).lower()} when `{shown}` {when}"


def _find(subject: Subject) -> Iterator[Claim]:
    yield from _inverted_boolean(subject)
    yield from _never_given(subject)


_EXPLANATION = '''\
"True if X" and "False when X" are compared with the condition on which the function returns True, where
a single condition decides: `return not path.exists()`, or `if not path.exists(): return True` before
`return False`. The clause must use the condition's own word. Where no single condition decides, the name
does: "False if the door is locked" on `is_locked`.

A function that does something and then only ever returns True is compared as well with what is said of its
success: "False if successful".

No finding: conditions with `and` or `or`, clauses with two parts or with another word for the opposite
("missing" for `not exists`), functions that set what they ask, comments of which another "true if" agrees.

    def is_new(path):
        """Return True if the path exists."""
        return not path.exists()

Cure: turn the comment or the code round.
'''

RULES: tuple[Rule, ...] = (
    Rule(
        code="CG501",
        name="inverted-boolean",
        summary="the comment says True where the code returns False, or the reverse",
        explanation=_EXPLANATION,
        confidence=0.8,
        find=_find,
    ),
)
