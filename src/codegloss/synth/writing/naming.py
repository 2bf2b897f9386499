"""A function's name as an action: the verb and what it is done to, from the name, the head and the kind.

Where a name does not say what is done, or it cannot be told whether it does, there is no action.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from codegloss.records import Function, Parameter
from codegloss.synth.writing.english import (
    PREPOSITIONS,
    TABLE,
    article,
    complement,
    conjugated,
    expanded,
    gerund,
    listed,
    noun,
    verb_of,
    words_of,
    wordset,
)
from codegloss.synth.writing.evidence import OWN, Evidence

IsWord = Callable[[str], bool]  # whether a small word is one that people use, and not coined

_METHODS: Mapping[str, str] = TABLE["methods"]
_PREDICATES: Mapping[str, str] = TABLE["predicates"]
_FRAMES: Mapping[str, str] = TABLE["frames"]
_TRANSITIVE = wordset("transitive")
_KINDS = wordset("kinds")
# Verbs that a preposition follows at once: `wait_for_server` waits for it, and for nothing else.
_INTRANSITIVE = frozenset((
    "wait", "listen", "look", "search", "iterate", "ask", "proceed", "switch", "react", "respond",
    "subscribe", "connect", "log", "sleep", "jump", "exit", "walk", "return", "check", "recover", "move",
    "reply",
))  # fmt: skip
_WITHOUT_CLASSES = frozenset(("c", "bash", "lua"))
_ONLY_VERBS = frozenset(
    ("get", "set", "do", "try", "make", "start", "stop", "let", "run", "begin", "initialize")
)
_SELF = frozenset(("self", "cls", "this", "_", "mcs", "klass"))
_STATE = re.compile(
    r"valid|empty|enabled|available|active|ready|open|closed|equal|present|visible|full|done|ok|true|false|"
    r"\w+(?:able|ible)|\w{3,}ed|same|different|known|allowed|running|set|null|none|installed|free|safe"
)
# Verbs that names without capitals and underscores begin with: getlist, readall; no `mark` of `markdown`.
_JOINED = frozenset(
    ("get", "set", "read", "write", "load", "add", "make", "find", "list", "sort", "split", "parse")
)
_SHORTEST = 3  # letters of a word that a longer one may be taken apart into


@dataclass(frozen=True, slots=True)
class Action:
    """A verb in its base form and all that follows it."""

    verb: str
    rest: str

    def said(self, imperative: bool) -> str:
        """As the beginning of a summary: `Load the file`, `Loads the file`."""
        return f"{conjugated(self.verb, imperative)} {self.rest}".strip()

    def doing(self) -> str:
        """As a noun: `loading the file`."""
        return f"{gerund(self.verb)} {self.rest}".strip()


def subject(function: Function) -> str:
    """What a method belongs to, `the user session`; `this object` where the class's name is no words."""
    words = words_of(re.split(r"[.:\\#$]+", function.class_name or "")[-1])
    return noun(words) if words else "this object"


def first_parameter(function: Function) -> Parameter | None:
    """The first parameter that is given by the caller."""
    return next((one for one in described_parameters(function)), None)


def described_parameters(function: Function) -> list[Parameter]:
    """The parameters that a comment describes: not the receiver, nor what has no name."""
    return [
        one
        for place, one in enumerate(function.parameters)
        if one.name and one.kind not in ("receiver", "destructured")
        and not (place == 0 and one.name in _SELF)
        and re.fullmatch(r"[^\W\d][\w$]*", one.name.lstrip("*&$@"))
    ]  # fmt: skip


def named_action(function: Function, evidence: Evidence, is_word: IsWord) -> Action | None:
    """What the name says that the function does; None where it is no verb and names no returned value."""
    first = first_parameter(function)
    given = f"`{first.name}`" if first else ""
    if function.class_name and function.name in _METHODS:
        form = _METHODS[function.name]
        if "{first}" not in form or given:
            verb, _, rest = form.partition(" ")
            return Action(verb, rest.format(self=subject(function), first=given))
    words = _apart(words_of(function.name), is_word)
    while words and words[-1] in ("and", "or"):
        words.pop()
    if not words or function.kind == "operator":
        return None
    if function.kind == "constructor" or function.name in ("__init__", "__new__"):
        return _construction(function, evidence)
    if function.kind == "destructor":
        return Action("release", f"what {subject(function)} holds")
    if function.language in _WITHOUT_CLASSES and "is" in words[1:-1]:
        words = words[words.index("is") :]
    if words[0] in _PREDICATES or function.name.endswith("?"):
        return _predicate(function, evidence, words if words[0] in _PREDICATES else ["is", *words], given)
    if _is_property(function):
        return _nominal(function, evidence, words, given, is_word)
    return (
        _conversion(function, words, given)
        or _verbal(function, evidence, words, given)
        or _nominal(function, evidence, words, given, is_word)
    )


def _is_property(function: Function) -> bool:
    """Whether it is read or set like an attribute, so that its name is a noun whatever it looks like."""
    if function.kind in ("getter", "setter"):
        return True
    return any(re.match(r"@(?:[\w.]*property|\w+\.setter)\b", one) for one in function.decorators)


def _apart(words: Sequence[str], is_word: IsWord) -> list[str]:
    """The words of a name, taken apart where a verb begins what is written together: readall is read, all."""
    if not words or is_word(words[0]) or expanded(words[0]) != words[0] or verb_of(words):
        return list(words)
    first = words[0]
    for end in range(len(first) - _SHORTEST, _SHORTEST - 1, -1):
        if first[:end] in _JOINED and is_word(first[end:]):
            return [first[:end], first[end:], *words[1:]]
    return list(words)


def _construction(function: Function, evidence: Evidence) -> Action:
    kept = [one.name for one in described_parameters(function) if one.name in evidence.stored]
    given = [f"`{name}`" for name in kept[:4]]
    rest = subject(function)
    if kept and len(kept) <= 4:
        rest += f" with {listed(given)}"
    return Action("initialize", rest)


def _predicate(function: Function, evidence: Evidence, words: Sequence[str], given: str) -> Action | None:
    verb = "return" if evidence.body.gives_value else "check"
    rest = words[1:]
    if words[0] in ("is", "are") and len(rest) > 1 and _STATE.fullmatch(rest[-1]) and rest[0] != "not":
        return Action(verb, f"whether {noun(rest[:-1])} {words[0]} {expanded(rest[-1])}")
    who = subject(function) if function.class_name else given
    if given and rest and words_of(given.strip("`")) == rest:
        return Action(verb, f"whether {who} {words[0]} {given}") if function.class_name else None
    if given and rest and (_is_noun(rest) or _STATE.fullmatch(rest[-1])):
        who = given
    if not who:
        return Action(verb, f"whether {words[0]} {' '.join(map(expanded, rest))}".strip()) if rest else None
    form = _PREDICATES[words[0]]
    other = ""
    if rest and rest[-1] in PREPOSITIONS:
        others = [one.name for one in described_parameters(function) if f"`{one.name}`" != who]
        if not others:
            return None
        other = f" `{others[0]}`"
    if rest[:1] == ["not"]:
        form = form.replace("{rest}", "not {rest}")
        rest = rest[1:]
    if "{" in form and not rest:
        return None
    said = form.format(rest=" ".join(map(expanded, rest)), noun=noun(rest, "a"))
    if words[0] == "is" and rest and _is_noun(rest):
        said = f"is {noun(rest, 'a')}"
    return Action(verb, f"whether {who} {said}{other}")


def _is_noun(words: Sequence[str]) -> bool:
    """Whether words after `is` name a kind of thing: is_leaf_node, and not is_valid."""
    return words[-1] in _KINDS or (
        words[-1].endswith(("er", "or", "tion", "ment")) and not words[-1].endswith("other")
    )


def _conversion(function: Function, words: Sequence[str], given: str) -> Action | None:
    if words[0] in ("to", "as") and len(words) > 1:
        what = subject(function) if function.class_name else given
        if not what:
            return None
        joint = "to" if words[0] == "to" else "as"
        return Action("convert" if joint == "to" else "return", f"{what} {joint} {noun(words[1:], 'a')}")
    if words[0] == "from" and len(words) > 1:
        source = noun(words[1:], "a")
        if function.class_name:
            return Action("create", f"{_a(subject(function))} from {source}")
        return Action("convert", f"{given} from {source}") if given else None
    if words[0] == "new":
        what = noun(words[1:], "") or (subject(function).removeprefix("the ") if function.class_name else "")
        return Action("create", f"a new {what}") if what else None
    if words[0] == "on" and len(words) > 1:
        return Action(
            "handle", f"the {' '.join(map(expanded, words[1:]))} event".replace("event event", "event")
        )
    if words[0] == "test" and len(words) > 1:
        return Action("test", " ".join(map(expanded, words[1:])))
    if "as" in words[1:-1] and not verb_of(words) and given:
        place = list(words).index("as")
        return Action("return", f"{noun(words[:place])} as {noun(words[place + 1 :], '')}")
    if "to" in words[1:-1] and not verb_of(words):
        place = list(words).index("to")
        return Action("convert", f"{noun(words[:place], 'a')} to {noun(words[place + 1 :], 'a')}")
    return None


def _a(phrase: str) -> str:
    bare = phrase.removeprefix("the ")
    return f"{article(bare)} {bare}"


def _verbal(function: Function, evidence: Evidence, words: Sequence[str], given: str) -> Action | None:
    found = verb_of(words)
    is_prefix = len(words) > 1 and words[0] not in _ONLY_VERBS and verb_of(words[1:]) is not None
    if not found or (is_prefix and function.language in _WITHOUT_CLASSES):
        return _prefixed(function, words)
    verb, rest = found
    if verb == "do" and rest:
        return _verbal(function, evidence, rest, given)
    if verb == "get" and rest and (any(evidence.returned) or evidence.body.yields):
        verb = "yield" if evidence.body.yields else "return"
    if "and" in rest[:-1]:
        place = rest.index("and")
        second = verb_of(rest[place + 1 :])
        if second:
            what = complement(second[1]) or "it"
            return Action(verb, f"{complement(rest[:place])} and {second[0]} {what}".strip())
    if not rest or rest[0] == "all" or rest[0] in PREPOSITIONS:
        what = subject(function) if function.class_name else given
        if not rest and function.class_name and given:
            what = _FRAMES.get(verb, "{first}" if verb in _TRANSITIVE else "{self}").format(
                self=subject(function), first=given
            )
        if rest and verb in _INTRANSITIVE:
            what = ""
        if rest == ["all"]:
            return Action(verb, f"all of {what}" if what else "all")
        if rest[:1] != ["all"]:
            return Action(verb, f"{what} {complement(rest)}".strip())
    return Action(verb, complement(rest))


def _prefixed(function: Function, words: Sequence[str]) -> Action | None:
    """A name of a language without classes that begins with what it is about: `buffer_free`."""
    if function.language not in _WITHOUT_CLASSES:
        return None
    for place in range(1, len(words)):
        found = verb_of(words[place:])
        if found:
            verb, rest = found
            about = noun(words[:place])
            if not rest:
                return Action(verb, about)
            joint = (
                "to" if verb in ("add", "append") else "from" if verb in ("remove", "delete", "get") else "of"
            )
            return Action(verb, f"{complement(rest)} {joint} {about}")
    return None


def _nominal(
    function: Function, evidence: Evidence, words: Sequence[str], given: str, is_word: IsWord
) -> Action | None:
    if function.kind == "setter" or any(one.endswith(".setter") for one in function.decorators):
        return Action("set", noun(words) + (f" of {subject(function)}" if function.class_name else ""))
    is_state = _STATE.fullmatch(words[-1]) and (function.return_type or "").lower() in ("bool", "boolean")
    if is_state and (function.class_name or given):
        return Action(
            "return", f"whether {subject(function) if function.class_name else given} is {' '.join(words)}"
        )
    if "not" in words or words[0] in PREPOSITIONS or (_STATE.fullmatch(words[-1]) and not is_state):
        return None
    if evidence.gives_boolean and not _is_property(function):
        if "in" not in words[1:-1]:
            return None
        place = list(words).index("in")
        return Action("return", f"whether {noun(words[:place])} is in {noun(words[place + 1 :])}")
    if evidence.body.yields:
        return Action("yield", noun(words))
    if any(evidence.returned) and _names_value(function, evidence, words, is_word):
        rest = noun(words)
        own = any(one.split(".")[0].split("->")[0] in OWN for one in evidence.returned)
        if function.class_name and own:
            rest += f" of {subject(function)}"
        elif given and not function.class_name and len(described_parameters(function)) == 1:
            rest += f" of {given}"
        return Action("return", rest)
    return None


def _names_value(function: Function, evidence: Evidence, words: Sequence[str], is_word: IsWord) -> bool:
    """Whether a name without a verb names what is returned, and is no coined word or adjective.

    Of several words it is taken to; one alone must be that of a property, of something that takes no
    argument, or stand in what is returned.
    """
    if len(words) > 1 or _is_property(function):
        return True
    if not described_parameters(function):
        return is_word(words[0]) or expanded(words[0]) != words[0]
    return is_word(words[0]) and any(words[0] in words_of(text) for text in evidence.returned)
