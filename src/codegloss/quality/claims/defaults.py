"""Claims about default values: literal against literal, where both are plain to see."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codegloss.quality.claims.documented import before, declared, documented, head_of, heads
from codegloss.quality.claims.literals import Literal, literal
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.records import DocumentedParameter, Function, Parameter

_NUMBER = r"[-+]?(?:0[xX][\da-fA-F]+|\d[\d_]*(?:\.\d+|\.(?=[eE]))?(?:[eE][-+]?\d+)?|\.\d+)"
_QUOTED = r"""'[^'\n]{0,80}'|"[^"\n]{0,80}\""""
_VALUE = (
    rf"(?:{_QUOTED}|{_NUMBER}(?![\w%]|\.\d)|True|False|None|true|false|TRUE|FALSE|null|NULL|nil|undefined)"
)
_STATED = re.compile(
    rf"\bdefault(?:s|ed|ing)?(?:\s+value)?\s*(?:to|is|=|:|as|of|being|-(?=\s))?\s*+:?\s*+(?P<mark>``|`|\*\*?|<tt>|<code>|\{{@code\s)?"
    rf"(?P<value>{_VALUE})(?P<close>``|`|\*\*?|</tt>|</code>|\}})?(?=(?P<next>[^\n]{{0,40}}))",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf"\[\s*[\w$]+\s*=\s*(?P<value>{_VALUE})\s*\]")
# What may follow the value; any other word makes a unit, a condition or a part of a longer thing of it.
_ENDS = re.compile(
    r"\s*(?:[)\].;}>|]|,(?!\s*\d)|$|-\s|–|—)|\s+(?:and|which|which means|meaning|means|i\.e\.)\s"
)
_CONDITION = re.compile(
    r"\b(?:if|when|unless|for|on|otherwise|except|depending|platform|under|in case|else|deprecated|changed|"
    r"will|was|were|previously|formerly|until|since|before|prior|future|environment|config\w*|setting)\b",
    re.IGNORECASE,
)
_BEHIND = 25  # characters behind a parenthesis in which a condition is looked for: "(default: 5) on Windows"
# What is no condition: that no value is given, and what comes of the default.
_LEFT_OUT = re.compile(
    r"\b(?:if|when)\s+(?:(?:it\s+is\s+|it's\s+)?(?:not|un)\s?(?:given|specified|provided|set|passed|supplied)"
    r"|none\s+is\s+(?:given|specified|provided)|(?:it\s+is\s+)?(?:omitted|left out))\b"
)
_ASIDE = re.compile(r",\s+(?:which|so that|meaning)\s")
# How a body gives a value to a parameter that was left out; NAME stands for the parameter.
_LITERAL = rf"(?P<source>{_VALUE})[ \t]*(?:[;#\n]|\Z|//)"
_SET = (
    rf"\bif NAME is None:\s+NAME = {_LITERAL}",
    rf"NAME = NAME (?:or|\|\||\?\?) {_LITERAL}",
    rf"NAME (?:\|\||\?\?)= {_LITERAL}",
    rf"NAME = {_VALUE.join(('(?P<source>', ')'))} if NAME is None else NAME\b",
)


def _statements(text: str) -> list[tuple[Literal, str]]:
    """The default values that a description states, each with the words that state it."""
    found = []
    for match in _STATED.finditer(text):
        marked = bool(match["mark"])
        if marked and not match["close"]:
            continue
        if not _ENDS.match(match["next"]) and not (marked and not match["next"].strip()):
            continue
        value = literal(_lower(match["value"]))
        if value is not None:
            found.append((value, match[0]))
    return found


def _lower(source: str) -> str:
    return source if source[:1] in "'\"" else source.lower()


def _agree(stated: Literal, code: Literal) -> bool:
    """Whether two values are the same, or stand for the same where flags are numbers and texts are words."""
    if stated.kind == code.kind:
        return stated.value == code.value or (
            stated.kind == "text" and _bare(stated.value) == _bare(code.value)
        )
    if code.kind in ("list", "mapping", "tuple"):
        return True  # a default of one of its members
    if "nothing" in (stated.kind, code.kind):
        # "None" may be said of what is empty, and code's None of a value that the body sets
        return code.kind == "nothing" or code.value in ("", "0", "-1", "false")
    if {(stated.kind, stated.value), (code.kind, code.value)} == {("flag", "false"), ("text", "")}:
        return True  # what is not given is off
    return _in_one_form(stated) == _in_one_form(code)


def _bare(text: str) -> str:
    """A text without what markup and escapes add to it."""
    return "".join(text.replace("\\\\", "\\").replace("%%", "%").strip("`").split()).lower()


def _in_one_form(value: Literal) -> str:
    """A value as text, where quotes are not meant (`'False'`) and flags may be numbers."""
    inner = literal(_lower(value.value)) if value.kind == "text" else value
    return {"true": "1", "false": "0"}.get(inner.value, inner.value) if inner else _bare(value.value)


def _said_of(text: str, words: str) -> str:
    """What may condition the words: their parenthesis and what follows it, or else the sentence around them.

    On the line with name and type, nothing but that line.
    """
    place = text.find(words)
    open_one, close = text.rfind("(", 0, place + 1), text.find(")", place + len(words))
    stop = text.find(". ", place + len(words))
    end = stop if stop >= 0 else len(text)
    if open_one >= 0 <= close and not {"(", ")"} & set(text[open_one + 1 : place]):
        return text[open_one : max(close, min(end, close + _BEHIND))]
    if place < (head := text.find("\n")):
        return text[:head]
    start = max(text.rfind(". ", 0, place), text.rfind(".\n", 0, place), text.rfind("\n\n", 0, place)) + 1
    return _LEFT_OUT.sub(" ", _ASIDE.split(text[start:end], maxsplit=1)[0])


def _quote(function: Function, name: str, words: str) -> str | None:
    """The line of the comment that has the words, at or below the parameter's own."""
    text = function.comment_text or ""
    head = head_of(function, name)
    if head is None:
        return None
    lines = text[text.index(head.line) :].split("\n")
    others = {line.line for line in heads(function)} - {head.line}
    wanted = words.split("\n")[0].strip()
    for line in lines:
        if line.strip() in others:
            return None
        if wanted in line:
            return line.strip()
    return None


def _stated(function: Function, parameter: DocumentedParameter) -> tuple[Literal, str] | None:
    """The one default that the comment states for a parameter, and the words that state it."""
    head = head_of(function, parameter.name)
    if head is None or ("efault" not in parameter.description + head.line and "=" not in head.line):
        return None
    described = f"{before(head.line, parameter.description)}\n{parameter.description}"
    stated = _statements(described)
    stated += [
        (value, match[0])
        for match in _BRACKETED.finditer(described)
        if (value := literal(_lower(match["value"])))
    ]
    if len({value for value, _ in stated}) != 1 or _CONDITION.search(_said_of(described, stated[0][1])):
        return None
    return stated[0]


def default_of(function: Function, parameter: Parameter) -> str | None:
    """The default in the code: that of the declaration or, where this is none, what the body plainly sets."""
    declared_one = literal(parameter.default) if parameter.default else None
    if declared_one is not None and declared_one.kind != "nothing":
        return parameter.default
    if parameter.kind not in ("positional", "keyword-only", "optional"):
        return None
    name = rf"(?<![\w.$]){re.escape(parameter.name)}"
    found = {
        match["source"].strip()
        for pattern in _SET
        for match in re.finditer(pattern.replace("NAME", name), function.code)
    }
    return found.pop() if len(found) == 1 else None


def _contradicting(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    text = function.comment_text
    if not text or ("efault" not in text.lower() and "=" not in text) or function.has_syntax_error:
        return
    known = declared(function)
    for parameter in documented(function):
        code = known.get(parameter.name)
        stated = _stated(function, parameter) if code else None
        source = default_of(function, code) if code and stated else None
        value = literal(source) if source else None
        if code is None or stated is None or source is None or value is None or _agree(stated[0], value):
            continue
        is_declared = source == code.default
        if stated[0].kind == "nothing" and not is_declared:
            continue  # the comment speaks of the declaration
        if value.stands_in and stated[0].kind != "text":
            continue  # the comment speaks of what comes of it
        quote = _quote(function, parameter.name, stated[1])
        if quote:
            shown = stated[1].split("\n")[-1].strip()
            place = "the default is" if is_declared else "the body makes it"
            yield Claim(quote, f"says of `{parameter.name}` “{shown}”; {place} `{source}`")


RULES: tuple[Rule, ...] = (
    Rule(
        code="CG121",
        name="contradicting-default",
        summary="a documented default that is another than the one in the code",
        explanation="""\
What the description of a parameter states as its default (`default 5`, `Defaults to True`, `(default: 'x')`,
`[x=5]`) is compared with the default that the code declares: literal against literal, by value, so that
`1e3` is `1000`, `'x'` is `"x"` and `True` is `1`.

Where the code declares None, the one literal that the body plainly sets instead (`if x is None: x = 5`,
`x = x or 5`) is its default.

No finding: a default of None that the body does not replace so; a name, or no default in the code; a value
with a unit behind it; several values; a condition in the same sentence or, where the default stands in a
parenthesis, in that or right behind it ("if not given" is none).

Example: `def wait(timeout=10): \"\"\":param timeout: seconds to wait (default: 30)\"\"\"`.

Cure: state the default that the code has, or give the code the one that was meant.
""",
        confidence=0.9,
        find=_contradicting,
    ),
)
