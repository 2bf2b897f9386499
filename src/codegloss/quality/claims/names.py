"""Names in a comment that exist nowhere: what was renamed or removed while its mention stayed.

Without the identifiers of the whole repository (`Subject.known`) nothing is said. A name of another
library cannot be told from one that is gone, so a name counts only where the comment itself calls it
the function's own (`self.x`, `{@link #x}`, a role with a leading dot), where a name that differs
by a letter, by case or by underscores stands in this function, or where a name of the repository is what
this one was before a slip of the pen.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from codegloss.quality.claims.phrases import line_of
from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.quality.known import misspelt, nearest, written_otherwise

_NAME = r"[A-Za-z_]\w*"
# `self.x` and its like; Javadoc's `#x`; Sphinx's role with a leading dot. Groups: the name.
_OWN = re.compile(
    rf"(?<![\w.])(?:self|this|cls)(?:\.|->)(?P<attribute>{_NAME})"
    rf"|(?:\{{@link(?:plain)?\s+|@see\s+)#(?P<member>{_NAME})"
    rf"|:(?:meth|attr|func):`~?\.(?P<role>{_NAME})(?:\(\))?`"
)
_PATH = rf"{_NAME}(?:\.{_NAME}){{0,5}}"
_MARKED = re.compile(
    rf"(?<![\w`])(`{{1,2}})(?:(?P<module>{_PATH})\.)?(?P<marked>{_NAME})(?:\(\))?\1(?![\w`])"
    rf"|<(?:code|tt)>(?P<html>{_NAME})(?:\(\))?</(?:code|tt)>|\{{@code\s+(?P<tag>{_NAME})(?:\(\))?\}}"
    rf"|:(?!ref:|doc:|term:|option:)\w+:`[~!]?\.?(?:(?P<owner>{_PATH})\.)?(?P<sphinx>{_NAME})(?:\(\))?`"
    r"|(?<![\w.`:#/@$%<-])(?P<called>[a-z]\w{0,80})\(\)"
)
_EXAMPLES = re.compile(
    r"^(```|~~~).*?^\1|^[ \t]*(?:>>>|\.\.\. |\$ |#include)[^\n]*|^(?: {4,}|\t)[^\n]*", re.M | re.S
)
# In Python's docstrings a description is indented, and an example follows a double colon.
_PYTHON_EXAMPLES = re.compile(
    r"^(```|~~~).*?^\1|^[ \t]*(?:>>>|\.\.\. |\$ |#include)[^\n]*"
    r"|::[ \t]*\n(?:[ \t]*\n)*+(?:[ \t]+[^\n]+(?:\n|\Z))++",
    re.M | re.S,
)
_PLACEHOLDER = re.compile(
    r"^(?i:foo|bar|baz|qux|xxx+|my_?\w*|some_?\w*|your_?\w*|example\w*)$|_$|^__|[a-z]X$|_x$"  # `loadFromX`
)
MOST = 40  # mentions of one comment that are looked up
_SHORTEST = 5  # letters below which two names are near by chance
_SHORTEST_SLIP = 6  # the same, where all names of the repository are looked at
MOST_LETTERS = 2  # that a slip of the pen changes
_LONG = 8  # letters from which a name of one word is looked at, where it has a role
# Members of what comes with Python, which a comment may name though no code of the repository does.
_BUILTIN = frozenset(
    name
    for kind in (builtins, str, bytes, int, float, dict, list, set, tuple, BaseException, type)
    for name in dir(kind)
)


@dataclass(frozen=True, slots=True)
class _Mention:
    name: str
    place: int
    own: bool  # the comment says that it belongs to this object or class
    owner: str = ""  # what stands before its last dot
    is_indented: bool = False  # in a description or a list, where names of an interface stand as well


def _mentions(text: str, language: str) -> Iterator[_Mention]:
    """Names that the comment marks as code."""
    blank = _EXAMPLES.sub(_blank, text)
    for match in _OWN.finditer(blank):
        yield _Mention(match[match.lastgroup or 0], match.start(), True)
    described = _PYTHON_EXAMPLES.sub(_blank, text) if language == "python" else blank
    for match in _MARKED.finditer(described):
        is_indented = blank[match.start() : match.end()] != match[0]
        if match["called"] and is_indented:
            continue
        name = match[match.lastgroup or 0]
        if _is_code(name) or (match.lastgroup == "sphinx" and len(name) >= _LONG):
            yield _Mention(name, match.start(), False, match["module"] or match["owner"] or "", is_indented)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _is_code(name: str) -> bool:
    """Whether it is no plain word, no constant and no environment variable: two words, in code's way."""
    return not name.isupper() and ("_" in name.strip("_") or re.search(r"[a-z][A-Z]", name) is not None)


def _unknown_name(subject: Subject) -> Iterator[Claim]:
    known, function = subject.known, subject.function
    text = function.comment_text or ""
    if known is None or not text:
        return
    seen: set[str] = set()
    own: set[str] | None = None
    for mention in islice(_mentions(text, function.language), MOST):
        name = mention.name
        if name in seen or name in known or _PLACEHOLDER.search(name):
            continue
        seen.add(name)
        own = _own_names(subject) if own is None else own
        if (
            name in own
            or len(name) < _SHORTEST
            or any(one in known or one in own for one in _variants(mention))
        ):
            continue
        meant = nearest(name, own) if _is_code(name) and not mention.owner else None
        if meant and not mention.own and (_part(name, meant) or not _is_near(name, meant)):
            continue
        is_other_kind = meant is not None and meant[0].isupper() != name[0].isupper()  # a type and a variable
        if meant and (mention.is_indented or is_other_kind) and written_otherwise(name, meant):
            continue
        meant = meant or _slip(mention, known)
        if meant is None and not mention.own:
            continue
        if meant is None and isinstance(known, Iterable):
            meant = nearest(name, known)
        hint = f"; is {meant!r} meant?" if meant else ""
        yield Claim(
            quote=line_of(text, mention.place),
            message=f"the comment names {name!r}, which is nowhere in the repository{hint}",
        )


def _slip(mention: _Mention, known: Container[str]) -> str | None:
    """The name of the repository that was meant by one that is a letter off, and whose owner is known."""
    name = mention.name
    if len(name) < _SHORTEST_SLIP or name in _BUILTIN:
        return None
    if mention.owner and not any(part in known for part in mention.owner.split(".")):
        return None
    return misspelt(name, known)


def _variants(mention: _Mention) -> tuple[str, ...]:
    """What else may stand for the name.

    The same with another first letter, as bindings to another language write it; what it may be the plural
    of: "many `Creators`" are of the type `Creator`; in a description also what it is one of, a `type_id`
    of the `type_ids`, and the same with an underscore behind, as scikit-learn writes what is fitted.
    """
    name = mention.name
    found = [name[0].swapcase() + name[1:]]
    if mention.is_indented:
        found += [name + "s", name + "_"]
    if name.endswith("s"):
        found += [name[:-1], name[:-1].removesuffix("e")]
    if name.endswith("ies"):
        found.append(name[:-3] + "y")
    return tuple(found)


def _part(name: str, other: str) -> bool:
    """Whether one is the other and a word more: an interface and its `Impl`, not a slip of the pen."""
    longer, shorter = sorted((name, other), key=len, reverse=True)
    return len(longer) - len(shorter) > 2 and (longer.startswith(shorter) or longer.endswith(shorter))


def _is_near(name: str, other: str) -> bool:
    """Whether one may be a slip for the other: a letter or two apart, or written another way.

    An underscore in front alone is none: `shape_differs` is what another language calls `_shape_differs`.
    """
    if name.strip("_") == other.strip("_"):
        return False
    if written_otherwise(name, other):
        return "_" not in name or "_" not in other  # `zh_hant` is no slip for `zh_Hant`
    blocks = SequenceMatcher(None, name, other, autojunk=False).get_matching_blocks()
    return max(len(name), len(other)) - sum(block.size for block in blocks) <= MOST_LETTERS


def _own_names(subject: Subject) -> set[str]:
    """Names in the function: in its code, its parameters, its own and its class's name."""
    function = subject.function
    names = set(subject.body.identifiers) | {parameter.name for parameter in function.parameters}
    for string in subject.body.strings:
        names.update(re.findall(_NAME, string))
    return names | set(re.findall(_NAME, function.qualified_name))


_EXPLANATION = '''\
A name in code marks that stands nowhere in the repository's code: renamed or removed, the mention left
behind. Only names that the comment calls the object's own (`self.x`, `{@link #x}`), names that differ from
one in this very function by a letter, by case or by underscores, and names that are a name of the repository
but for one letter left out, doubled, changed or in another's place.

No finding: names of other packages, dotted ones whose first parts are unknown, constants, environment
variables, files, placeholders, plurals, a letter that makes another word (`loads`, `aclose`), a name and a
word more (`Pool` for `PoolImpl`), examples. Nothing is said where the
identifiers of the repository are not known.

    def fill(self, max_retries):
        """Try at most `maxRetry` times."""

Cure: name what the code names.
'''

RULES: tuple[Rule, ...] = (
    Rule(
        code="CG401",
        name="unknown-name",
        summary="the comment names an identifier that exists nowhere in the repository",
        explanation=_EXPLANATION,
        confidence=0.65,
        find=_unknown_name,
    ),
)
