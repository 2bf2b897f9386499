"""What the code of a function shows: calls that are always made, what is returned, what is raised and when.

Everything here is read from the syntax tree and nothing is inferred from names. Always made: not inside a
branch, a handler, a loop's body or an inner function; an early return before it is not looked for, so
it says "on the way to the end". Where the code cannot be parsed there is no evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from codegloss.quality.claims.body import Body
from codegloss.records import Function

_BRANCH = re.compile(
    r"if|else|elif|unless|switch|case|match|when|catch|except|rescue|handler|conditional|ternary|"
    r"boolean|logical|guard|finally_not|lambda|closure|default"
)
_LOOP = re.compile(r"^(?:for|while|do|loop|foreach|enhanced_for|list_comprehension|generator)")
_LAST_NAME = re.compile(r"([^\W\d][\w$]*[?!]?)\s*(?:<[^<>()]*>)?\s*$")
_IDENTIFIER = re.compile(r"[^\W\d][\w$]*")
_ERROR = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Failure|Fault)|[A-Z]\w+)\b")
_TEXT = re.compile(r"""(['"`])((?:(?!\1)[^\\\n{}%]){8,120})\1""")
_GONE_THROUGH = re.compile(
    r"for\b[^:{]*?\b(?:in|of|range)\s+[$&*]*([A-Za-z_][\w.]*(?:->\w+)*)\s*(?::|\{|\)|\Z)"
    r"|for\s*\([^:;]*:\s*([A-Za-z_][\w.]*)\s*\)"
)
_MADE = re.compile(r"(?:new\s+|&)?(?:\w+\.)*_?([A-Z]\w*[a-z]\w*)(?:<[^()]*>)?\s*[({]")
_LOOKED_UP = re.compile(r"[\w.$>-]+(?:\.get\(|\[)\s*[\"']([A-Za-z][\w -]*)[\"']\s*[^()\[\]]*[)\]]")
_TRUTH = re.compile(
    r"(?:true|false)\b(?!\s*[?(])|(?:not\b|!)(?!.*\bif\b)|(?!.*\b(?:for|if)\b)(?![\[{])[^?:]*"
    r"(?:==|!=|<=|>=|\s<\s|\s>\s|\s(?:not )?in\s|\sis\s)[^?:]*\Z",
    re.IGNORECASE,
)
MOST_CONDITION = 60  # characters of a condition that is quoted
OWN = frozenset(("self", "this", "cls", "super", "Self", "$this", "@", "base", "self_"))


@dataclass(frozen=True, slots=True)
class Call:
    """A call, taken apart."""

    name: str  # last name of the callee
    receiver: str  # what stands before the last point: `self.cache`; empty for none
    arguments: tuple[str, ...]  # source text of each
    always: bool  # on every way to the end of the function, as far as branches tell
    in_loop: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that this body raises."""

    type: str
    condition: str | None  # source text of the nearest condition; None for none, or for its opposite
    handled: str | None  # type of the exception in whose handler it stands
    message: str | None  # a literal message without placeholders


class Evidence:
    """What the code of one function shows; parsed when first asked for."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.body = Body(function.code, function.language)

    @property
    def known(self) -> bool:
        """Whether the code could be parsed and holds a definition."""
        return self.body.function is not None

    @cached_property
    def calls(self) -> list[Call]:
        """The own calls in order, those in `raise` statements left out."""
        raising = [(node.start_byte, node.end_byte) for node in self.body.raise_nodes]
        found = []
        for node in self.body.own("call"):
            if any(start <= node.start_byte < end for start, end in raising) or not self._in_block(node):
                continue
            call = self._call(node)
            if call:
                found.append(call)
        return found

    def _in_block(self, node: Node) -> bool:
        block = self.body.block
        return block is not None and block.start_byte <= node.start_byte and node.end_byte <= block.end_byte

    def _call(self, node: Node) -> Call | None:
        arguments = next(
            (
                child
                for child in reversed(node.named_children)
                if "argument" in child.type or child.type in ("token_tree", "value_arguments", "call_suffix")
            ),
            None,
        )
        text = self.body.text_of(node)
        head = text
        if arguments is not None:
            encoded = text.encode("utf-8", "replace")
            head = encoded[: arguments.start_byte - node.start_byte].decode("utf-8", "replace")
        match = _LAST_NAME.search(head.rstrip("!. \t\n"))
        if not match or "(" in match[1]:
            return None
        receiver = head[: match.start()].rstrip("!?. \t\n:->").removeprefix("new").strip()
        given = () if arguments is None else tuple(
            self.body.text_of(child).strip()
            for child in arguments.named_children
            if "comment" not in child.type
        )  # fmt: skip
        always, in_loop = self._place(node)
        return Call(match[1], receiver if "\n" not in receiver else "", given, always, in_loop)

    def _place(self, node: Node) -> tuple[bool, bool]:
        """Whether a node lies on every way, and whether in a loop."""
        always, in_loop = True, False
        inner, outer = node, node.parent
        function = self.body.function
        while outer is not None and outer != function:
            if _LOOP.match(outer.type):
                in_loop = True
            elif _BRANCH.search(outer.type) and not _is_condition(outer, inner):
                always = False
            inner, outer = outer, outer.parent
        return always, in_loop

    @cached_property
    def raised(self) -> list[Raised]:
        """What is raised by name, own, in order; the same type under the same condition once."""
        found: dict[tuple[str, str | None, str | None], Raised] = {}
        for node in self.body.raise_nodes:
            name = self.body.raised(node)
            if not name:
                continue
            condition, handled = self._condition(node)
            text = _TEXT.search(self.body.text_of(node))
            one = Raised(re.split(r"::|\\", name)[-1], condition, handled, text[2].strip() if text else None)
            found.setdefault((one.type, condition, handled), one)
        return list(found.values())

    def _condition(self, node: Node) -> tuple[str | None, str | None]:
        """The condition, or the handled exception, that stands nearest around a node."""
        inner, outer = node, node.parent
        while outer is not None and outer != self.body.function:
            if re.search(r"except|catch|rescue", outer.type) and not outer.type.startswith("try"):
                match = _ERROR.search(self.body.text_of(outer).split("\n", 1)[0])
                return None, match[1] if match else None
            condition = outer.child_by_field_name("condition")
            if condition is not None and re.search(r"if|unless|while|elsif", outer.type):
                branch = outer.child_by_field_name("consequence") or outer.child_by_field_name("body")
                inside = branch is not None and (
                    branch.start_byte <= inner.start_byte and inner.end_byte <= branch.end_byte
                )
                if not inside or "while" in outer.type:
                    return None, None
                text = " ".join(self.body.text_of(condition).split())
                while text.startswith("(") and text.endswith(")") and _is_one_group(text):
                    text = text[1:-1].strip()
                if "unless" in outer.type:
                    text = f"!({text})" if " " in text else f"!{text}"
                return (text if len(text) <= MOST_CONDITION else None), None
            if re.search(r"switch|case|match|when|else", outer.type):
                return None, None
            inner, outer = outer, outer.parent
        return None, None

    @cached_property
    def returned(self) -> list[str]:
        """Different expressions that are returned, each on one line, in order; empty for a bare return."""
        found = [" ".join(text.split()) for text in self.body.returns]
        if not found and self.body.implicit_return and self.body.statements:
            found = [" ".join(self.body.text_of(self.body.statements[-1]).split())]
        return list(dict.fromkeys(found))

    @property
    def gives_boolean(self) -> bool:
        """Whether all that is returned is a truth value by its form: constant, comparison, negation."""
        return bool(self.returned) and all(_TRUTH.match(text) for text in self.returned)

    @cached_property
    def stored(self) -> dict[str, str]:
        """Parameters that are kept as they are in an attribute of the object, and its name."""
        names = {parameter.name for parameter in self.function.parameters}
        pattern = re.compile(
            r"(?:\bself|\bthis|\$this|@)(?:\.|->)?([^\W\d]\w*)\s*=(?!=)\s*\$?([^\W\d]\w*)\s*(?:;|$)",
            re.MULTILINE,
        )
        return {value: kept for kept, value in pattern.findall(self.function.code) if value in names}

    @cached_property
    def looped(self) -> list[str]:
        """What loops go through that are always come to, as written; names and attributes only."""
        found = []
        for statement in self.body.statements:
            match = _GONE_THROUGH.match(" ".join(self.body.text_of(statement).split()))
            if match and _LOOP.match(statement.type):
                found.append(match[1] or match[2])
        return found

    @cached_property
    def made(self) -> str | None:
        """The class of which a new object is returned, where that is the only value; None for another."""
        values = [text for text in self.returned if text not in ("", "None", "null", "nil", "undefined")]
        match = _MADE.match(values[0]) if len(values) == 1 else None
        return match[1] if match else None

    @cached_property
    def looked_up(self) -> str | None:
        """The literal key under which the only value that is returned is found; None for another."""
        values = [text for text in self.returned if text]
        match = _LOOKED_UP.fullmatch(values[0]) if len(values) == 1 else None
        return match[1] if match else None

    def receivers_of(self, parameter: str) -> list[Call]:
        """The calls that are given a parameter as it is."""
        name = re.compile(rf"(?:\w+\s*[=:]\s*)?[$&*]*{re.escape(parameter)}\Z")
        return [call for call in self.calls if any(name.match(argument) for argument in call.arguments)]

    def iterates(self, parameter: str) -> bool:
        """Whether a loop goes over a parameter itself."""
        name = re.escape(parameter)
        return (
            re.search(
                rf"\bfor\b[^\n]*?(?:\bin\b|\bof\b|:|\brange\b)\s*[$&*]*{name}\s*[:)\]{{\n]",
                self.function.code,
            )
            is not None
        )


def _is_condition(outer: Node, inner: Node) -> bool:
    """Whether `inner` is what a branching node always evaluates: its condition or subject."""
    return any(
        (field := outer.child_by_field_name(name)) is not None
        and field.start_byte <= inner.start_byte
        and inner.end_byte <= field.end_byte
        for name in ("condition", "value", "subject", "left")
    ) and not re.match(r"case|except|catch|else", outer.type)


def _is_one_group(text: str) -> bool:
    """Whether the first bracket is closed by the last."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(text) - 1
    return False
