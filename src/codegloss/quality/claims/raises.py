"""What a comment says is raised, against what the code raises.

What a called function raises is not seen: a documented exception that this body does not raise itself is
no finding, unless its name is one that the body nearly bears, or nothing in the body can go wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from tree_sitter import Node

from codegloss.quality.claims.hierarchy import covers, is_builtin, is_unchecked
from codegloss.quality.claims.phrases import stems, words_of
from codegloss.quality.claims.rule import Claim, Rule, Subject

_NAME = re.compile(r"[^\W\d]\w*")
_ERROR = re.compile(r"\w*(?:Error|Exception|Fault|Failure|Warning|Exit|_error|Interrupt)\w*")
_HANDLERS = frozenset(
    (
        "except_clause",
        "except_group_clause",
        "catch_clause",
        "catch_block",
        "rescue",
        "catch",
        "catch_declaration",
    )
)
_UNREACHABLE = re.compile(
    r"unreachable|should (?:never|not) |impossible|internal error|\bbug\b", re.IGNORECASE
)
_TYPE_TEST = re.compile(r"\b(?:isinstance|issubclass|type|typeof|instanceof|callable)\b")
_SUPPRESSED = re.compile(r"\b(?:suppress|raises|assertRaises\w*)\b")

# Raised to say that a line is not reached or not written, and not part of what a caller is told.
_DEFENSIVE_NAMES = """
NotImplementedError AssertionError StopIteration StopAsyncIteration GeneratorExit SystemExit
KeyboardInterrupt UnsupportedOperationException NotImplementedException NotSupportedException
AssertionException InternalError NullPointerException ArgumentNullException Exception Error
RuntimeException Throwable NullReferenceException
"""
_DEFENSIVE = frozenset(_DEFENSIVE_NAMES.split())
# Roots, which say nothing, and what is raised where something is not installed.
_UNTOLD = frozenset(
    ("Exception", "Error", "Throwable", "BaseException", "ImportError", "ModuleNotFoundError")
)
# Confidence where another exception is described in the place of the one that is raised, and where none of
# those that are listed is raised here.
_MISTAKEN, _DISJOINT = 0.85, 0.6
_COMMON_WORDS = """
the and not for new this self when with that are has have null none error exception raise throw raised
thrown invalid value argument given any was
"""
_COMMON_STEMS = stems(_COMMON_WORDS.split())


def _last(name: str) -> str:
    return re.split(r"[.:\\]+", name)[-1]


def _documented(subject: Subject) -> list[str] | None:
    """Bare names of the documented exceptions; None where one is described without a name."""
    parts = subject.function.parts
    if not parts or not parts.raises:
        return None
    names: list[str] = []
    for raised in parts.raises:
        found = [_last(word) for word in re.findall(r"[\w.:\\]*\w", raised.type or "")]
        if not found:
            return None
        names += found
    return names


def _is_caught(subject: Subject, node: Node) -> bool:
    """Whether a handler of this function stands around a raise."""
    inner, outer = node, node.parent
    while outer is not None and outer != subject.body.function:
        if any(
            child.type in _HANDLERS and child.start_byte >= inner.end_byte for child in outer.named_children
        ):
            return True
        if outer.type == "with_statement" and _SUPPRESSED.search(
            subject.body.text_of(outer).split("\n", 1)[0]
        ):
            return True
        inner, outer = outer, outer.parent
    return False


def _guards_type(subject: Subject, node: Node, raised: str) -> bool:
    """Whether a raise refuses an argument of a wrong type, or a line that is never reached."""
    if _UNREACHABLE.search(subject.body.text_of(node)):
        return True
    outer = node.parent
    while outer is not None and raised == "TypeError" and outer != subject.body.function:
        if outer.type == "if_statement":
            return _TYPE_TEST.search(subject.body.text_of(outer)) is not None
        outer = outer.parent
    return False


def _undocumented_raise(subject: Subject) -> Iterator[Claim]:
    return (claim for claim in _unlisted(subject) if claim.confidence is None)


def _mistaken_raise(subject: Subject) -> Iterator[Claim]:
    return (claim for claim in _unlisted(subject) if claim.confidence is not None)


def _unlisted(subject: Subject) -> Iterator[Claim]:
    """Raised exceptions that the list lacks, with a confidence where another is listed in their place."""
    function, body = subject.function, subject.body
    documented = _documented(subject)
    if not documented or not body.known or function.has_syntax_error or body.function is None:
        return
    text = function.comment_text or ""
    said = frozenset(_NAME.findall(text))
    disjoint = _are_disjoint(subject, documented)
    told: set[str] = set()
    for node in body.raise_nodes:
        name = body.raised(node)
        last = _last(name) if name else ""
        if not last or last in told or last in said or last in _UNTOLD or last.startswith("_"):
            continue
        if any(covers(other, last, function.language) for other in documented) or _is_caught(subject, node):
            continue
        instead = _in_its_place(subject, node, last)
        if not instead and (
            last in _DEFENSIVE
            or not _is_told(last, documented, function.language)
            or _guards_type(subject, node, last)
        ):
            continue
        told.add(last)
        listed = ", ".join(dict.fromkeys(documented))
        yield Claim(
            _line_with(text, instead or documented[0]),
            f"The comment lists {listed} as raised, but not {last}, which `{function.name}` raises.",
            _MISTAKEN if instead else _DISJOINT if disjoint else None,
        )


def _are_disjoint(subject: Subject, documented: list[str]) -> bool:
    """Whether code and comment have no exception in common, and all on either side come with the language."""
    language = subject.function.language
    raised = [_last(name) for name in subject.body.raises if name]
    return all(is_builtin(name, language) for name in (*documented, *raised)) and not (
        subject.body.identifiers & frozenset(documented)
    )


def _in_its_place(subject: Subject, node: Node, raised: str) -> str | None:
    """The documented exception that the one raised here was most likely meant by.

    It comes with the language, stands nowhere in the code, and its description shares a word with the raise
    or with the test before it.
    """
    parts, language, body = subject.function.parts, subject.function.language, subject.body
    if not is_builtin(raised, language):
        return None
    for entry in parts.raises if parts else ():
        names = [_last(word) for word in re.findall(r"[\w.:\\]*\w", entry.type or "")]
        if len(names) != 1 or names[0] in body.identifiers or not is_builtin(names[0], language):
            continue
        if covers(raised, names[0], language):
            continue
        shared = _stems(entry.description) & _stems(_with_test(subject, node))
        if shared - _stems(raised) - _stems(names[0]):
            return names[0]
    return None


def _stems(text: str) -> frozenset[str]:
    return stems(word for word in words_of(text) if len(word) > 2) - _COMMON_STEMS


def _with_test(subject: Subject, node: Node) -> str:
    """Source text of a raise and of the innermost test before it."""
    outer, text = node.parent, subject.body.text_of(node)
    while outer is not None and outer != subject.body.function:
        test = outer.child_by_field_name("condition")
        if test is not None:
            return f"{text} {subject.body.text_of(test)}"
        outer = outer.parent
    return text


def _is_told(raised: str, documented: list[str], language: str) -> bool:
    """Whether a comment that lists those types should list this one too.

    It must come with the language, for of others it is not known what they are kinds of; where
    some exceptions are checked by the compiler, many list these alone.
    """
    if not is_builtin(raised, language):
        return False
    return not is_unchecked(raised, language) or any(is_unchecked(other, language) for other in documented)


def _line_with(text: str, name: str) -> str:
    """The line of the text that documents the exception of that name."""
    lines = [line.strip() for line in text.split("\n") if re.search(rf"\b{re.escape(name)}\b", line)]
    marked = (
        line
        for line in lines
        if re.match(rf"\W*(?:(?:raise|throw|except)\w*\W+)?[\w.:\\]*{re.escape(name)}\b", line)
    )
    return next(marked, lines[0] if lines else name)


# A comment that also speaks for what overrides the method, or for another accessor of the property.
_FOR_OTHERS = re.compile(
    r"sub-?class|overrid|implement|concrete|abstract|derived|hook|inherit|extend|\bset\b|default",
    re.IGNORECASE,
)
# Languages in which a bare name is read; in the others it may be a call (Ruby, Scala) or run a getter.
_NAMES_ARE_READ = frozenset(("python", "java", "javascript", "typescript", "php", "lua", "cpp"))
# An assignment to a member, which may run a setter of the class, in languages that have such; one whose name
# begins with an underscore is by convention what a setter would fill.
_MAY_RUN_A_SETTER = re.compile(r"(?:\.|->|::\$)(?!_)\w+\s*(?::\s*[^=\n]*)?=(?!=)")
_HAVE_SETTERS = frozenset(("python", "javascript", "typescript", "php", "lua"))
_COMMON = re.compile(r"error|exception", re.IGNORECASE)
_ALIKE = 0.8  # share of two names that agrees, by `difflib`
# Nodes of a body in which nothing can go wrong.
_SAFE_NODES = """
block return_statement expression_statement assignment identifier attribute none true false integer
float string string_start string_content string_end pass_statement comment if_statement not_operator
else_clause statement_block this null undefined number line_comment block_comment null_literal
decimal_integer_literal string_literal string_fragment boolean field_access this_expression nil
compound_statement member_access name variable_name member_access_expression
"""
_SAFE = frozenset(_SAFE_NODES.split())


def _impossible_raise(subject: Subject) -> Iterator[Claim]:
    function, body = subject.function, subject.body
    parts = function.parts
    if not parts or not parts.raises or not body.known or function.has_syntax_error or not function.has_body:
        return
    block = body.block
    if body.function is None or block is None or body.is_stub:
        return
    text = function.comment_text or ""
    documented = _documented(subject) or []
    raised = [_last(name) for name in body.raises if name]
    bare = frozenset(documented)
    for name in dict.fromkeys(documented):
        if name in body.identifiers or is_builtin(name, function.language) or not _ERROR.fullmatch(name):
            continue
        if name in map(_last, function.raises) or (subject.known is not None and name in subject.known):
            continue
        near = [other for other in raised if other not in bare and _alike(name, other)]
        if near:
            yield Claim(
                _line_with(text, name),
                f"The comment says that {name} is raised, but `{function.name}` raises {near[0]}.",
            )
            return
    if body.raise_nodes or function.raises or body.all("call") or body.yields or not documented:
        return
    if function.kind in ("getter", "setter") or function.decorators or _FOR_OTHERS.search(text):
        return
    if function.language not in _NAMES_ARE_READ:
        return
    if function.language in _HAVE_SETTERS and _MAY_RUN_A_SETTER.search(body.text_of(block)):
        return
    if all(node.type in _SAFE for node in _inside(block)):
        yield Claim(
            _line_with(text, documented[0]),
            f"The comment says that {documented[0]} is raised; nothing in `{function.name}` can raise it.",
        )


def _alike(one: str, other: str) -> bool:
    """Whether two names are one name misspelt or changed, whatever common word they end in."""
    one, other = (_COMMON.sub("", name).lower() for name in (one, other))
    if one != other and one in other:
        return False  # the more special name may be a kind of the other
    return min(len(one), len(other)) >= 3 and SequenceMatcher(None, one, other).ratio() >= _ALIKE


def _inside(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.named_children


RULES: tuple[Rule, ...] = (
    Rule(
        "CG301",
        "impossible-raise",
        "an exception is documented that the body cannot raise",
        """Either the documented name exists neither in the body nor in the repository and the body raises one
that is nearly the same, or the body consists of nothing that can fail: no call, no raise, no operation.

No finding: an exception that the body does not raise itself, since what it calls may; declared exceptions
(`throws`); stubs, accessors, decorated functions; comments that speak for subclasses; in Python, JavaScript,
PHP and Lua, a body that assigns `self.name`, for that may run a setter which raises.

    def name(self):
        \"\"\"Give the name.

        Raises:
            KeyError: if there is none.
        \"\"\"
        return self._name

Cure: correct the name, or drop the entry.""",
        0.85,
        _impossible_raise,
    ),
    Rule(
        "CG302",
        "undocumented-raise",
        "exceptions are documented, but not one that the body raises",
        """The comment lists the exceptions that are raised, and the body raises one that comes with the
language, that no listed type is a parent of, and that the comment names nowhere.

Where another exception is listed in its place, that is CG303. What is left is an omission, no contradiction:
its confidence is kept below a half, so that it is reported only where it is asked for.

No finding: bare re-raises and raised variables; what a handler of the same function catches; exceptions of
the repository's own, whose parents are not seen; those that mark what is unwritten or unreachable
(NotImplementedError, AssertionError, …); a TypeError for an argument whose type is tested, and refusals of
null; private ones; and, where a compiler checks some exceptions (Java),
unchecked ones unless others of these are listed.

Cure: list the exception, or raise one that is listed.""",
        0.4,
        _undocumented_raise,
    ),
    Rule(
        "CG303",
        "mistaken-raise",
        "another exception is documented than the one that the body raises",
        """The comment lists an exception that stands nowhere in the code, but not the one that the body
raises. Both come with the language, and neither is a kind of the other. It is most certain where the
description of the listed one has a word of the raise or of the test before it; less so where nothing that is
listed stands in the code.

No finding: what is none for CG302, but for refusals of null and of wrong types where such a word is shared.

    def take(count):
        \"\"\"Take some.

        Raises:
            ValueError: if the count is negative.
        \"\"\"
        if count < 0:
            raise IndexError(count)

Cure: list the exception that is raised, or raise the one that is listed.""",
        _MISTAKEN,
        _mistaken_raise,
    ),
)
