"""Claims about the types of parameters and of the returned value, and about what may be left out.

Types are compared by families (text, number, flag, …), and only where the words on both sides name one
family without doubt: a union of two, an alias, a class of the project or a protocol names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegloss.extract.docstyles.blocks import closing
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.documented import before, declared, documented, head_of
from codegloss.quality.claims.literals import literal
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.records import DocumentedParameter, Parameter

_COMMON = {
    "text": "str string",
    "number": "int integer float double number long",
    "flag": "bool boolean",
}
# The words of each language for a family of types; several words of one family do not contradict each other.
_FAMILIES = {
    "python": _COMMON
    | {
        "binary": "bytes",
        "list": "list",
        "tuple": "tuple",
        "mapping": "dict dictionary",
        "set": "set frozenset",
        "function": "callable function",
    },
    "php": _COMMON | {"array": "array list"},
    "javascript": _COMMON | {"list": "array", "function": "function"},
    "typescript": _COMMON | {"list": "array readonlyarray", "function": "function"},
    "ruby": _COMMON | {"list": "array", "mapping": "hash"},
    "lua": {"text": "string", "number": "number integer", "flag": "boolean bool"},
}
_FAMILY_OF = {
    language: {word: family for family, words in families.items() for word in words.split()}
    for language, families in _FAMILIES.items()
}
_NOTHING = frozenset(["none", "null", "nil", "undefined", "nonetype"])
_ROLE = re.compile(r":[a-zA-Z][\w:]{0,20}:`~?\.?([^`]*)`")
_UNION = re.compile(r"\s*\|\s*|\s+or\s+|\s*/\s*")
_OF = re.compile(r"(\w+)(?:\s+of\s.*|\s*[\[<{(].*[\]>})])?\Z", re.DOTALL)
# An empty or false default says "not given" rather than what type there is.
_SENTINELS = frozenset([("number", "0"), ("number", "-1"), ("number", "1"), ("text", ""), ("flag", "false")])

_SWITCH = re.compile(
    r"\W*(?:(?:if|when|set(?: this)? to)\W+true\b|whether\b|true\W+(?:if|to)\b)", re.IGNORECASE
)

# Languages in which a call fails that leaves out a parameter without a default.
_STRICT = frozenset(["python", "php", "typescript", "kotlin", "swift", "csharp", "scala"])
_OPTIONAL = re.compile(r"\boptional\b", re.IGNORECASE)
_OPTIONAL_FIRST = re.compile(r"[(\[]?optional[)\],.:;]", re.IGNORECASE)
_MAY_BE_NOTHING = re.compile(
    r"\?|\b(?:none|null|nil|undefined|optional\w*|option|any|object|mixed|void)\b", re.IGNORECASE
)


def family(text: str | None, language: str) -> str | None:
    """The family of types that a text names; None where it names none, or more than one."""
    words = _FAMILY_OF.get(language)
    if not text or words is None or len(text) > 200:
        return None
    text = _ROLE.sub(r"\1", text).strip(" `'\"")
    text = re.sub(r"\btyping\.|\bt\.|\bbuiltins\.", "", text).lstrip("?!").rstrip("?!")
    while text.lower().startswith("optional[") and closing(text, len("optional")) == len(text) - 1:
        text = text[len("optional[") : -1].strip()
    found = set()
    for part in _split(text):
        part = part.strip(" ()")
        if part.lower() in _NOTHING:
            continue
        if part.endswith("[]"):
            found.add(words.get("array"))
            continue
        match = _OF.match(part)
        found.add(words.get(match[1].lower()) if match else None)
    return found.pop() if len(found) == 1 else None


def _split(text: str) -> list[str]:
    """The members of a union, those inside brackets left together."""
    parts, depth, start, place = [], 0, 0, 0
    while place < len(text):
        character = text[place]
        depth += (character in "[(<{") - (character in "])>}")
        match = _UNION.match(text, place) if depth == 0 else None
        if match and match.end() > place:
            parts.append(text[start:place])
            start = place = match.end()
        else:
            place += 1
    return [*parts, text[start:]]


def _declared_family(parameter: Parameter, language: str, description: str) -> tuple[str, str] | None:
    """The family that the code gives a parameter, and the words that say so: its type, else its default."""
    if parameter.type:
        found = family(parameter.type, language)
        return (found, f"declared as `{parameter.type}`") if found else None
    value = literal(parameter.default) if parameter.default else None
    if value and value.kind == "flag" and _SWITCH.match(description):
        return "flag", f"`{parameter.default}` by default"
    if (
        value is None
        or value.stands_in
        or (value.kind, value.value) in _SENTINELS
        or value.kind not in _FAMILIES.get(language, ())
    ):
        return None
    return value.kind, f"`{parameter.default}` by default"


def _contradicts(one: str, other: str) -> bool:
    return one != other and {one, other} not in ({"number", "flag"}, {"list", "tuple"})


def _type(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    if function.has_syntax_error or function.language not in _FAMILIES:
        return
    known = declared(function)
    for parameter in documented(function):
        code = known.get(parameter.name)
        if code is None or parameter.type is None or code.kind in ("variadic", "rest", "keywords"):
            continue
        if code.default and code.default.strip("\"'") in parameter.description.split():
            continue  # a default that the description explains
        said = family(parameter.type, function.language)
        found = _declared_family(code, function.language, parameter.description) if said else None
        if said and found and _contradicts(said, found[0]):
            line = head_of(function, parameter.name)
            if line and parameter.type in (function.comment_text or ""):
                yield Claim(
                    line.line, f"says that `{parameter.name}` is of type `{parameter.type}`; it is {found[1]}"
                )
    yield from _returned(subject)


def _returned(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    returns = function.parts.returns if function.parts else None
    said = family(returns.type, function.language) if returns else None
    if returns is None or returns.type is None or said is None:
        return
    if function.return_type:
        found = family(function.return_type, function.language)
        ending = f"the return type is `{function.return_type}`"
    else:
        found, ending = _given_family(subject.body, function.language)
    if found and found != "tuple" and _contradicts(said, found):  # of several, the first is known
        text = function.comment_text or ""
        line = next((line.strip() for line in reversed(text.split("\n")) if returns.type in line), None)
        if line:
            yield Claim(line, f"says that `{returns.type}` is returned; {ending}")


def _given_family(body: Body, language: str) -> tuple[str | None, str]:
    """The family of all that the code returns, where these are literals, and the words that say so."""
    values = [literal(text) for text in body.returns] if body.known and not body.yields else []
    kinds = {value.kind for value in values if value and (value.kind, value.value) not in _SENTINELS}
    if len(kinds) != 1 or None in values or body.implicit_return or body.is_stub:
        return None, ""
    kind = kinds.pop()
    shown = ", ".join(dict.fromkeys(body.returns))
    return (kind if kind in _FAMILIES.get(language, ()) else None), f"the code returns {shown[:80]}"


def _says_optional(parameter: DocumentedParameter, line: str) -> bool:
    return bool(
        _OPTIONAL.search(before(line, parameter.description).partition(parameter.name)[2])
        or _OPTIONAL_FIRST.match(parameter.description)
    )


def _optionality(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    if function.has_syntax_error or function.language not in _STRICT or not function.has_body:
        return
    known = declared(function)
    for parameter in documented(function):
        code = known.get(parameter.name)
        if code is None or code.default is not None or code.kind not in ("positional", "keyword-only"):
            continue
        said = f"{code.type or ''} {parameter.type or ''}"
        if _MAY_BE_NOTHING.search(said) or re.search(r"\bNone\b|\bnull\b|\bnil\b", parameter.description):
            continue
        line = head_of(function, parameter.name)
        if line is None or not _says_optional(parameter, line.line) or _tested(function.code, parameter.name):
            continue
        yield Claim(
            line.line, f"says that `{parameter.name}` is optional; it has no default and must be given"
        )


def _tested(code: str, name: str) -> bool:
    """Whether the code asks if the parameter is there."""
    name = rf"\$?{re.escape(name)}"
    tests = (
        rf"\b(?:if|elif|while|and|or|not|unless|isset|empty|is_null)\b[\s(!]*{name}\b|{name}\s*(?:\?|&&|\|\||or\b|and\b|if\b)"
        rf"|!\s*{name}\b|{name}\s*(?:is|==|!=|===|!==)\s*(?:not\s+)?(?:None|null|nil|undefined)"
    )
    return re.search(tests, code) is not None


RULES: tuple[Rule, ...] = (
    Rule(
        code="CG111",
        name="contradicting-type",
        summary="a documented type that is another than the declared one",
        explanation="""\
The type that the comment gives for a parameter or for the returned value is compared with the declared type
or, where none is declared, with the literal that is the parameter's default, or the literals that are all
that is returned.

No finding: unless both name one family of simple types (text, number, flag, list, mapping, …): a union of
several, an alias, a class, a protocol, `array-like` name none. `int` and `float`, numbers and flags, lists
and tuples do not contradict each other, nor does a documented type contradict a default of None, False, 0 or
an empty text, unless the description of the False begins with "If True" or "Whether".

Example: `def read(names: list[str]): \"\"\":param str names: …\"\"\"`.

Cure: give the comment the declared type, or leave the type to the declaration.
""",
        confidence=0.9,
        find=_type,
    ),
    Rule(
        code="CG112",
        name="contradicting-optionality",
        summary="a parameter is said to be optional, and must be given",
        explanation="""\
The comment marks a parameter as `optional`, and the code declares it without a default, in a language in
which a call that leaves it out fails.

No finding: a declared or documented type that allows None or null, a body that asks whether the
parameter is there, and parameters that take the rest.

Example: `def send(to, subject): \"\"\":param subject: (optional) the subject\"\"\"`.

Cure: remove the word, or give the parameter a default.
""",
        confidence=0.8,
        find=_optionality,
    ),
)
