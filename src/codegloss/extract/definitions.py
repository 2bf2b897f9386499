"""A definition, and how it is called: its bare name, its qualified name, the class it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from codegloss.extract.languages import Language
from codegloss.extract.signatures import Captures, fold

_QUOTED = re.compile(r"['\"`\[]|:(?!:)")  # `:name` is Ruby's
# A macro that the grammar took for a part of the name.
_BEFORE_NAME = re.compile(r"^(?!.*\boperator\b).*[\w>*&]\s+(?=[\w~]+(?:::~?\w+)*$)")


@dataclass(slots=True)
class Definition:
    """A function, or a scope (class or namespace) that functions stand in."""

    kind: str
    is_scope: bool
    node: Node  # the definition itself
    start: int  # bytes; wrappers and attributes included
    end: int
    captures: Captures
    name: str = ""
    qualified_name: str = ""
    owner: str | None = None  # qualified name of the class it is a member of
    owner_name: str | None = None  # the bare name of that class
    outer: Definition | None = None  # the definition directly around this one
    inner: list[tuple[int, int]] = field(default_factory=list)  # bytes of the functions directly inside

    @property
    def is_class(self) -> bool:
        """Whether it is a class, or opens one again (`impl`, `extension`)."""
        return self.kind in ("class", "extension")

    def detail(self, name: str) -> Node | None:
        """The first node captured under that name."""
        nodes = self.captures.get(name)
        return nodes[0] if nodes else None


def _words(definition: Definition, text: bytes) -> list[str]:
    """Source text of the nodes that name it; of a node that holds the parameters, what precedes them."""
    parameters = definition.detail("parameters")
    words = []
    for node in definition.captures.get("receiver", []) + definition.captures.get("name", []):
        start, end = node.start_byte, node.end_byte
        if parameters and start < parameters.start_byte < end:
            end = parameters.start_byte
        if end > start:
            words.append(fold(text[start:end]).strip())
    return words or ["(anonymous)"]


def _split(written: str, language: Language) -> tuple[str, str]:
    """A compound name's owner, empty where there is none, and its bare last part."""
    if language.member:
        match = language.member.search(written)
        return (written[: match.start()], match[1]) if match else ("", written)
    owner, _, name = written.rpartition(language.separator)
    return owner, name.strip() or written


_ARGUMENTS = re.compile(r"<([\w\s,.]*)>(?=::)")


def _without_own_parameters(written: str, definition: Definition, text: bytes) -> str:
    """`Foo<T>::bar` as `Foo::bar` where the definition itself declares `T`: it is no specialisation."""
    if "<" not in written or definition.node.start_byte == definition.start:
        return written
    declared = set(re.findall(r"\w+", text[definition.start : definition.node.start_byte].decode()))
    return _ARGUMENTS.sub(lambda m: "" if declared.issuperset(re.findall(r"\w+", m[1])) else m[0], written)


def give_name(definition: Definition, text: bytes, language: Language) -> None:
    """Give it its names; those of the definitions around it are known."""
    words = _words(definition, text)
    outer = definition.outer
    if len(words) > 1 and outer and outer.is_scope and words[0] == outer.name:
        del words[0]  # `def Foo.bar` in class Foo
    if definition.kind != "operator" and _QUOTED.match(
        words[-1]
    ):  # the separator separates nothing in a quoted or computed name
        name = words[-1] = words[-1].removeprefix(":").strip("'\"`") or words[-1]
        owner = language.separator.join(words[:-1])
        written = language.separator.join(words)
    else:
        written = language.separator.join(words)
        if language.member:
            written = _BEFORE_NAME.sub("", _without_own_parameters(written, definition, text))
        owner, name = _split(written, language)
    is_member = outer and outer.kind == "class" and not definition.is_scope
    separator = language.members if is_member else language.separator
    prefix = outer.qualified_name + separator if outer else ""
    if owner:
        definition.owner, definition.owner_name = prefix + owner, _split(owner, language)[1]
    elif outer and outer.is_class:
        definition.owner, definition.owner_name = outer.qualified_name, outer.name
    if language.macro and name != definition.owner_name and language.macro.match(name):
        written = _macro_head(definition, text) or written
    definition.name = name
    definition.qualified_name = prefix + written


def _macro_head(definition: Definition, text: bytes) -> str | None:
    """A macro's invocation with its arguments, where that is the head of a definition."""
    name, parameters = definition.detail("name"), definition.captures.get("parameters")
    if (
        not name
        or not parameters
        or "returns" in definition.captures
        or name.end_byte != parameters[0].start_byte
    ):
        return None
    del definition.captures["parameters"]  # they are arguments
    return fold(text[name.start_byte : parameters[0].end_byte])
