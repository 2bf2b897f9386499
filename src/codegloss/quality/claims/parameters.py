"""Claims about which parameters there are: documented without being declared, left out, repeated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from codegloss.extract.docstyles.google import BUILT_IN, NOT_TYPES
from codegloss.quality.claims import defaults
from codegloss.quality.claims.body import Body
from codegloss.quality.claims.documented import declared, documented, head_of, heads
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.records import Function

# Kinds of parameter that may take arguments of other names than their own.
_OPEN = frozenset(["variadic", "rest", "keywords", "destructured"])
# Names of parameters that hold what other parameters are called.
_BAGS = frozenset(
    [
        "opts", "options", "option", "params", "config", "props", "settings", "attributes", "attrs", "args",
        "kwargs",
    ]
)  # fmt: skip
# How a body reaches arguments that its head does not declare.
_HIDDEN = re.compile(r"\barguments\b|\bfunc_get_args?\b|\bva_start\b")
# The comment belongs to another declaration, or to several, or is completed from elsewhere.
_ELSEWHERE = re.compile(
    r"[@\\!](?:overload|typedef|callback|event|fn|name|function\s+\w|signature|inherit[dD]oc|copydoc|copybrief|def"
    r"|class|component|interface|type\s*\{|alias)\b"
    r"|\binheritdoc\b|\bcopydoc\b|%\(\w+\)s|\{\{?\w*(?:doc|param)\w*\}",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(
    r"\b(?:deprecated|obsolete|removed|no longer|unused|not used|ignored|not implemented|reserved|legacy)\b",
    re.IGNORECASE,
)
_OF_DECLARATION = 0.7  # confidence where there is no body: the comment may speak for several overloads
_IDENTIFIER = re.compile(r"[^\W\d][\w$]*[?!]?")
_PROSE = NOT_TYPES | BUILT_IN | frozenset(
    [
        "note", "notes", "todo", "args", "kwargs", "arguments", "parameters", "params", "optional",
        "required", "self", "cls", "this", "none", "nil", "void", "yields", "raises", "throws", "warnings",
        "e", "i", "eg", "ie", "defaults", "description", "and", "or", "option", "options", "value",
        "input", "inputs", "output", "outputs", "result", "results", "type", "types", "fixme", "important",
        "tip", "hint", "null", "block", "blk", "varargs", "va_args", "unused", "undefined", "new",
    ]
)  # fmt: skip
_ENTRY_STYLES = frozenset(["google", "numpy", "rustdoc", "swiftdoc"])  # whose entries may be prose misread
# Receivers and the like, which nobody documents.
_UNDOCUMENTED = frozenset(
    [
        "self", "cls", "this", "ctx", "context", "klass", "mcs", "mcls", "request", "event", "done", "next",
        "cancellationtoken", "block", "blk", "cb", "callback", "args", "kwargs", "options", "opts",
    ]
)  # fmt: skip
_LEAVES_TYPED = frozenset(["phpdoc"])  # where what the declaration says need not be said again
_IMPLICIT = re.compile(r"\((?:implicit|using)\s")  # parameters that no caller writes
_MORE = re.compile(
    r"\b(?:see|same|other|others|remaining|rest|etc|inherit\w*|similar|above|below|refer|passed|forwarded|"
    r"additional|further)\b|…|\.\.\.",
    re.IGNORECASE,
)


# Decorators that take what the function takes.
_HARMLESS = frozenset({
    "staticmethod", "classmethod", "override", "final", "abstractmethod", "contextmanager",
    "asynccontextmanager", "lru_cache", "cache", "wraps", "overload", "deprecated", "no_type_check",
    "singledispatch", "njit", "jit",
})  # fmt: skip


def _is_wrapped(function: Function) -> bool:
    """Whether something unknown may stand in the function's place: annotations of other languages cannot."""
    if function.language not in ("python", "javascript", "typescript"):
        return False
    names = (decorator.lstrip("@").partition("(")[0] for decorator in function.decorators)
    return any(name.strip().rpartition(".")[2] not in _HARMLESS for name in names)


def _is_readable(function: Function) -> bool:
    return not (
        function.has_syntax_error
        or function.parts is None
        or function.parts.style == "shdoc"
        or not function.is_doc
        or ".min." in function.path
        or _ELSEWHERE.search(function.comment_text or "")
    )


def _head_text(body: Body) -> str:
    """The code before the body, decorators included; all of it where the body's beginning is not known."""
    block = body.block
    if body.root is None or block is None:
        return body.code
    return body.text_of(body.root).encode()[: block.start_byte].decode("utf-8", "replace")


def _inner_parameters(body: Body) -> str:
    """The parameter lists of the functions inside."""
    lists = []
    for node in body.all("function"):
        if node != body.function:
            for field in ("parameters", "parameter", "declarator"):
                found = node.child_by_field_name(field)
                if found is not None:
                    lists.append(body.text_of(found))
    return " ".join(lists)


def _has_word(text: str, word: str) -> bool:
    word = re.escape(word).replace("_", "[-_]")  # an option `--dry-run` is the parameter `dry_run`
    return re.search(rf"(?<![\w$]){word}(?![\w$])", text) is not None


def _near(name: str, others: list[str]) -> str | None:
    """The name that a documented one most resembles, case and underscores aside."""
    folded = {other.lower().replace("_", ""): other for other in others}
    found = get_close_matches(name.lower().replace("_", ""), folded, 1, 0.6)
    return folded[found[0]] if found else None


def _unknown(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    known = declared(function)
    names = [parameter.name for parameter in documented(function)]
    if not names or all(name in known for name in names) or not _is_readable(function):
        return
    if any(parameter.kind in _OPEN or not parameter.name for parameter in function.parameters):
        return
    if subject.body.is_stub and not function.parameters:
        return  # does nothing with what its interface is given
    wrapped = _is_wrapped(function)
    if _HIDDEN.search(function.code):
        return
    head = _head_text(subject.body)
    inner = _inner_parameters(subject.body)
    missing = [name for name in known if name not in names]
    bare = {other.strip("_") for other in known}
    for parameter in documented(function):
        name = parameter.name
        if name in known or not _IDENTIFIER.fullmatch(name) or name.lower() in _PROSE:
            continue
        if _has_word(head, name) or _has_word(inner, name) or _WITHDRAWN.search(parameter.description):
            continue
        line = head_of(function, name)
        if line is None or _is_prose(parameter.description, missing) or name.strip("_") in bare:
            continue
        near = _near(name, missing)
        if near is None and (subject.body.is_stub or any(bag in known for bag in _BAGS)):
            continue
        if near is None and wrapped:
            continue  # what wraps it may take more than it hands on
        if near is None and function.parts and function.parts.style in _ENTRY_STYLES and name[0].isupper():
            continue
        ending = f"the code has `{near}`, which is not documented" if near else _takes(list(known))
        message = f"documents a parameter `{name}` that is not declared; {ending}"
        yield Claim(line.line, message, 0.95 if near else None if function.has_body else _OF_DECLARATION)


def _is_prose(description: str, missing: list[str]) -> bool:
    """Whether the name before a description is a word of a sentence: `@param which element`, `name of it`."""
    words = description.split(None, 1)[:1]
    return words == ["of"] or any(word in missing for word in words)


def _takes(names: list[str]) -> str:
    if not names:
        return "the code takes none"
    shown = ", ".join(f"`{name}`" for name in names[:6])
    return f"the code takes {shown}{', …' if len(names) > 6 else ''}"


def _worth_documenting(function: Function) -> list[str]:
    """Names of the parameters that a description of all parameters describes."""
    leaves_typed = function.parts is not None and function.parts.style in _LEAVES_TYPED
    return [
        name
        for name, parameter in declared(function).items()
        if parameter.kind not in _OPEN
        and parameter.kind != "receiver"
        and not name.startswith("_")
        and name.lower() not in _UNDOCUMENTED
        and _IDENTIFIER.fullmatch(name)
        and not (leaves_typed and parameter.type)
    ]


def _undocumented(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    known = declared(function)
    names = {parameter.name for parameter in documented(function)}
    if len(names) < 2 or not names <= known.keys() or not _is_readable(function):
        return
    text = function.comment_text or ""
    left = [name for name in _worth_documenting(function) if name not in names and not _has_word(text, name)]
    if not left or len(left) > len(names) or _MORE.search(text) or _IMPLICIT.search(function.code):
        return
    first = next((head for head in heads(function) if set(head.names) <= names), None)
    if first is None:
        return
    shown = ", ".join(f"`{name}`" for name in left)
    yield Claim(first.line, f"documents parameters, but not {shown}")


def _repeated(subject: Subject) -> Iterator[Claim]:
    function = subject.function
    if not documented(function) or not _is_readable(function):
        return
    known = declared(function)
    missing = [name for name in _worth_documenting(function) if not head_of(function, name)]
    ending = f"; `{missing[0]}` is not documented at all" if len(missing) == 1 else ""
    seen: dict[str, str] = {}
    told = set()
    for head in heads(function):
        for name in head.names:
            if name in seen and name in known and name not in told and head.tag == seen[name]:
                told.add(name)
                yield Claim(head.line, f"documents the parameter `{name}` a second time{ending}")
            seen.setdefault(name, head.tag)


RULES: tuple[Rule, ...] = (
    Rule(
        code="CG101",
        name="unknown-parameter",
        summary="a documented parameter that the function does not declare",
        explanation="""\
The names that the comment documents as parameters are looked for among those that the code declares. Where
a declared parameter of a similar name is left undocumented, the message names it: it was probably renamed.

No finding: functions that take arguments of any name (`*args`, `**kwargs`, `...`, a destructured object),
names with a dot (fields of a documented object), names that stand anywhere in the head of the definition
(type parameters, outer labels, options in a decorator) or among the parameters of a function inside it,
parameters that the comment itself calls removed or unused, and comments that document another declaration.

Example: `def load(path): \"\"\":param filename: the file\"\"\"`.

Cure: give the parameter its present name in the comment, or remove its description.
""",
        confidence=0.9,
        find=_unknown,
    ),
    Rule(
        code="CG102",
        name="undocumented-parameter",
        summary="parameters are documented, but not all of them",
        explanation="""\
The comment describes at least two of the parameters and leaves others out, though no more than it describes.
An omission, no contradiction: its confidence is kept below a half, so that it is reported only where it is
asked for.

No finding: receivers, names with a leading underscore, callbacks, contexts and option bags, parameters that
take the rest, a name that stands anywhere in the comment, and comments that refer to a description elsewhere
(`see`, `same as`, `other parameters`).

Example: `def scale(image, width, height): \"\"\":param image: …\\n:param width: …\"\"\"`.

Cure: describe the parameter.
""",
        confidence=0.4,
        find=_undocumented,
    ),
    Rule(
        code="CG104",
        name="repeated-parameter",
        summary="a parameter is documented twice",
        explanation="""\
Two entries of the same kind (two `@param`, two heads in sections of parameters) describe one parameter.
Often one of them was meant for its neighbour, whose name the message then gives.

No finding: entries of different kinds (`@param` and `@phpstan-param`), and names that are not declared.

Example: `@param width the width` above `@param width the height`.

Cure: rename or remove one of the two.
""",
        confidence=0.95,
        find=_repeated,
    ),
    *defaults.RULES,
)
