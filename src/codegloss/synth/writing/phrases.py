"""English for what the body of a function shows: its steps, its conditions, what it goes through.

A phrase says nothing that the evidence does not: where there is nothing to say, there is no phrase.
"""

from __future__ import annotations

import re

from codegloss.synth.writing.english import (
    article,
    base,
    complement,
    expanded,
    listed,
    noun,
    verb_of,
    words_of,
    wordset,
)
from codegloss.synth.writing.evidence import OWN, Call, Evidence, Raised
from codegloss.synth.writing.naming import Action

_TRIVIAL = wordset("trivial")
_MEANINGLESS = wordset("meaningless")
_FORMATS = frozenset(
    ("json", "yaml", "csv", "xml", "html", "toml", "pickle", "gzip", "zlib", "base64", "sql", "http")
)
_COMPARISONS = {
    "<": "is less than", ">": "is greater than", "<=": "is at most", ">=": "is at least",
    "==": "equals", "===": "equals", "!=": "differs from", "!==": "differs from",
    "in": "is in", "not in": "is not in", "is": "is", "is not": "is not",
}  # fmt: skip
# A callee's summary that cannot be told as a step of the caller.
_NO_STEP = re.compile(r"[.;:!?`(]|\b(?:if|whether|when|this|unless|used|that)\b")
_GIVING = frozenset(("return", "get", "give", "yield", "raise", "test", "note"))
_NONE = frozenset(("None", "null", "nil", "undefined", "nullptr", "NULL"))
_OPERAND = r"[$&*]*[A-Za-z_][\w.$]*(?:->\w+)*(?:\(\))?|-?\d[\w.]*|'[^']*'|\"[^\"]*\"|len\([\w.]+\)"
_COMPARISON = re.compile(
    rf"({_OPERAND})\s*(<=|>=|===|!==|==|!=|<|>|\bnot in\b|\bin\b|\bis not\b|\bis\b)\s*({_OPERAND}|\([^()]*\))"
)
_NEGATION = re.compile(r"(?:not\s+|!\s*)\(?([$&*]*[A-Za-z_][\w.$]*)\)?")
_TYPE_TEST = re.compile(r"(not\s+|!)?\(?isinstance\(\s*([\w.]+)\s*,\s*\(?([\w., ]+?)\)?\s*\)\)?")
_TYPE_OF = re.compile(r"(!\s*\()?\s*\$?([\w.]+)\s+instanceof\s+([\w.]+)\s*\)?")


def step(call: Call, evidence: Evidence, summary: str | None = None) -> Action | None:
    """A call as something done; by the callee's own summary where there is one that begins with a verb."""
    if summary and (action := told(summary)):
        return action
    if is_trivial(call.name) or call.name.endswith("?"):
        return None
    found = verb_of(words_of(call.name))
    if not found:
        return None
    verb, rest = found
    if rest:
        what = complement(rest)
        return Action(verb, what) if what else None
    last = re.split(r"\.|->|::", call.receiver)[-1]
    names = {one.name for one in evidence.function.parameters}
    if last in _FORMATS:
        return Action(verb, expanded(last))
    is_object = (
        call.receiver.split(".")[0] in OWN or last in names or _is_assigned(last, evidence.function.code)
    )
    what = thing(last) if is_object else ""
    if not what and call.arguments:
        what = thing(call.arguments[0].lstrip("&*$"))
    return Action(verb, what) if what else None


def is_trivial(name: str) -> bool:
    """Whether a callee is called everywhere, so that its name tells nothing."""
    return name in _TRIVIAL or name.startswith("__")


def _is_assigned(name: str, code: str) -> bool:
    return (
        bool(name)
        and re.search(rf"\b{re.escape(name)}\b\s*(?::[^=\n]*)?:?=(?!=)|\bas {re.escape(name)}\b", code)
        is not None
    )


def thing(text: str) -> str:
    """`the user session` of `user_session` or `self.user_session`; empty for what says nothing."""
    if not re.fullmatch(r"[$@]?[A-Za-z_][\w.$]*", text):
        return ""
    words = words_of(re.split(r"\.|->", text)[-1])
    if not words or "".join(words) in _MEANINGLESS or len("".join(words)) < 3 or text in OWN:
        return ""
    return noun(words)


def told(summary: str) -> Action | None:
    """A summary that is short and begins with a verb, as an action; None for another."""
    text = summary.strip().rstrip(".")
    first, _, rest = text.partition(" ")
    verb = base(first)
    if not verb or not rest or len(text.split()) > 9 or _NO_STEP.search(rest) or verb in _GIVING:
        return None
    return Action(verb, rest)


def condition(text: str) -> str | None:
    """A condition as a clause after "if": "`x` is `None`"; quoted code where it is no simple one."""
    for joint, pattern in (("and", r"\s+and\s+|\s*&&\s*"), ("or", r"\s+or\s+|\s*\|\|\s*")):
        parts = re.split(pattern, text)
        if len(parts) > 1:
            said = [_simple(part) for part in parts]
            return f" {joint} ".join(map(str, said)) if all(said) and len(said) < 4 else _quoted(text)
    return _simple(text) or _quoted(text)


def _quoted(text: str) -> str | None:
    return f"`{text}`" if "`" not in text and '"""' not in text else None


def _simple(text: str) -> str | None:
    if match := _TYPE_TEST.fullmatch(text):
        kinds = listed([f"`{one.strip()}`" for one in match[3].split(",") if one.strip()], "or")
        return f"`{match[2]}` is {'not ' if match[1] else ''}{article(match[3])} {kinds}"
    if match := _TYPE_OF.fullmatch(text):
        return f"`{match[2]}` is {'not ' if match[1] else ''}{article(match[3])} `{match[3]}`"
    if match := _COMPARISON.fullmatch(text):
        left, sign, right = match.groups()
        if right in _NONE or right in ("True", "true", "False", "false"):
            return f"`{left}` {'is not' if '!' in sign or 'not' in sign else 'is'} `{right}`"
        is_number = re.fullmatch(r"-?\d[\w.]*", right)
        return f"`{left}` {_COMPARISONS[sign]} {right if is_number else f'`{right}`'}"
    if match := _NEGATION.fullmatch(text):
        return f"`{match[1]}` is false or empty"
    return f"`{text}` is true" if re.fullmatch(r"[$&*]*[A-Za-z_][\w.$]*(?:->\w+)*(?:\(\))?", text) else None


def raising(raised: Raised) -> str:
    """When an exception is raised, as a sentence; empty where the code shows nothing of it."""
    said = condition(raised.condition) if raised.condition else None
    if said:
        return f"If {said}."
    if raised.handled and raised.handled != raised.type:
        return f"If {article(raised.handled)} `{raised.handled}` occurs."
    if raised.message and re.match(r"[A-Za-z]+ [A-Za-z]", raised.message):
        text = raised.message.rstrip(" .:!,;(-'\"=")
        return f"{text[:1].upper()}{text[1:]}." if text else ""
    return ""
