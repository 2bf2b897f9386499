"""Facts of a function's body: what it returns, raises, calls and names.

Parsed when first asked for. Own means: of this function, not of a function or lambda inside it; in
languages where `return` in a lambda leaves the function around it (Kotlin, Ruby, Scala), the lambda's
count. Where the code cannot be parsed, `known` is False and there are no facts but its words.

Not covered: what macros and preprocessors hide, and what a call does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, cached_property

from tree_sitter import Node, Query, QueryCursor

from codegloss.extract.bounds import TangledError
from codegloss.extract.languages import languages, tools
from codegloss.extract.parsing import parse
from codegloss.quality.claims.grammars import GRAMMARS, Nodes

MOST_BYTES = 200_000  # of code that is parsed

_WORD = re.compile(r"(?<!\w)[@$#]*[^\W\d][\w$]*[?!]?")
_MARKS = "@$#?!"
_RETURNS = re.compile(r"(?:co_)?return\b(?:@\w+)?\s*(.*?);?\s*\Z", re.DOTALL)
# What follows `raise`: a name, then what shows that it was the whole of it, or a call of it.
_RAISES = re.compile(
    r"(?P<word>raise|fail|throw)\b\s*\(?\s*(?P<new>new\s+)?(?P<name>[\\\w.:]*\w)?\s*(?P<next>[^\s\w]|\w|\Z)"
)
_MADE = re.compile(r"(?:\.|::)(?:new|exception)\Z")  # Ruby: `raise Missing.new(1)`
_TYPE_NAME = re.compile(r"_*[A-Z]")
_ERROR_NAME = re.compile(r"error|exception|fault|failure", re.IGNORECASE)
_IDLE = re.compile(r"(?:pass|\.\.\.|\?\?\?|return\s*(?:NotImplemented)?\s*;?)\s*\Z")
_REFUSAL = re.compile(
    r"""(?:raise|throw|fail)\b .* (?:NotImplement|Unsupported|NotSupported|Abstract|MustOverride|Subclass)
      | (?:todo|unimplemented|unreachable)! | TODO\( | fatalError\( | preconditionFailure\( | abort\(
      | panic\( .* (?:implement|support) | [\w.]*(?:throw|not_?implemented|abstract|unimplemented)\w*\(
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_TYPED = re.compile(r"->\s*(?!(?:\(\s*\)|Void|!)\s*\Z)(?=\S)")  # the head of a function in Rust, Swift
_SHARE = 0.5  # of the code that the outermost function node must cover to be taken for the definition


@cache
def _query(key: str) -> Query:
    nodes = GRAMMARS[key]
    kinds = {
        "function": nodes.functions,
        "call": nodes.calls,
        "number": nodes.numbers,
        "string": nodes.strings,
        "comment": nodes.comments,
        "return": nodes.returns,
        "yield": nodes.yields,
        "raise": nodes.raises,
    }
    patterns = [
        f"[{' '.join(f'({name})' for name in names)}] @{kind}" for kind, names in kinds.items() if names
    ]
    language = tools(key).parser.language
    assert language is not None
    return Query(language, "\n".join(patterns))


def _keys(language: str) -> list[str]:
    """Rows of the languages' table whose grammar may read a language of that name."""
    return [key for key, row in languages().items() if row.name == language and key in GRAMMARS]


def _parsed(code: str, language: str) -> tuple[str, str, int, Node] | None:
    """Key of the grammar, the text parsed, the bytes put before the code, and a tree without errors."""
    if len(code) > MOST_BYTES:
        return None
    for key in _keys(language):
        filler = GRAMMARS[key].filler
        if filler and code.rstrip().endswith(":"):
            code = f"{code.rstrip()} {filler}"
        for before, behind in (*languages()[key].surroundings(), ("", "")):
            text = before + code + behind
            try:
                root = parse(tools(key).parser, languages()[key], text.encode("utf-8", "replace"), None)
            except TangledError:
                continue
            if not root.has_error:
                return key, text, len(before.encode()), root
    return None


class Body:
    """The code of one function, and what can be seen in it."""

    def __init__(self, code: str, language: str) -> None:
        self.code = code
        self.language = language

    @cached_property
    def _tree(self) -> tuple[str, str, int, Node] | None:
        return _parsed(self.code, self.language)

    @property
    def root(self) -> Node | None:
        """The tree of the code, in what its language needs around a lone function; None if not `known`."""
        return self._tree[3] if self._tree else None

    @property
    def known(self) -> bool:
        """Whether the code could be parsed without an error."""
        return self._tree is not None

    @cached_property
    def _text(self) -> bytes:
        return self._tree[1].encode("utf-8", "replace") if self._tree else b""

    def text_of(self, node: Node) -> str:
        """Source text of a node of this tree."""
        return self._text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    @property
    def _nodes(self) -> Nodes:
        assert self._tree is not None
        return GRAMMARS[self._tree[0]]

    @cached_property
    def _found(self) -> dict[str, list[Node]]:
        if self._tree is None:
            return {}
        key, _, _, root = self._tree
        return QueryCursor(_query(key)).captures(root)

    @cached_property
    def function(self) -> Node | None:
        """The node of the definition itself; None where the code is something else, such as a macro."""
        if self._tree is None:
            return None
        functions = self._found.get("function", [])
        widest = max(functions, key=lambda node: node.end_byte - node.start_byte, default=None)
        if widest is None or widest.end_byte - widest.start_byte < _SHARE * len(self.code.encode()):
            return None
        return widest

    @cached_property
    def block(self) -> Node | None:
        """The body of the definition: a block, or the expression that is its value."""
        function = self.function
        if function is None:
            return None
        body = function.child_by_field_name("body") or next(
            (
                child
                for child in reversed(function.named_children)
                if "body" in child.type or child.type == "block"
            ),
            None,
        )
        if body is not None and body.type == "function_body" and body.named_child_count == 1:
            return body.named_child(0)  # Kotlin, Swift: a hull around either
        return body

    @cached_property
    def _inner(self) -> tuple[list[int], list[int]]:
        """Starts and ends of the outermost functions inside the definition, in order."""
        starts: list[int] = []
        ends: list[int] = []
        outer = self.function
        spans = sorted(
            (node.start_byte, node.end_byte) for node in self._found.get("function", []) if node != outer
        )
        for start, end in spans:
            if outer is not None and not (outer.start_byte <= start and end <= outer.end_byte):
                continue
            if not ends or start >= ends[-1]:
                starts.append(start)
                ends.append(end)
        return starts, ends

    def all(self, kind: str) -> list[Node]:
        """Nodes of a kind wherever they stand, in order.

        The kinds: function, call, number, string, comment, return, yield, raise.
        """
        return sorted(self._found.get(kind, []), key=lambda node: (node.start_byte, -node.end_byte))

    def own(self, kind: str) -> list[Node]:
        """Nodes of a kind that are in no function inside this one."""
        starts, ends = self._inner
        own = []
        for node in self.all(kind):
            place = bisect_right(starts, node.start_byte) - 1
            if place < 0 or node.start_byte >= ends[place]:
                own.append(node)
        return own

    @cached_property
    def returns(self) -> list[str]:
        """Texts of the returned expressions, own; empty for a bare `return`."""
        matches = (_RETURNS.match(self.text_of(node)) for node in self.own("return"))
        return [match[1].strip() for match in matches if match]

    @cached_property
    def implicit_return(self) -> bool:
        """Whether the body is an expression, or a block whose last expression is its value."""
        block, function = self.block, self.function
        if block is None or function is None:
            return False
        head = self._text[function.start_byte : block.start_byte].decode("utf-8", "replace").rstrip()
        unit = re.search(r":\s*Unit\s*=\Z", head) is not None
        if block.type not in self._nodes.blocks or head.endswith("="):
            return not unit
        if not self.statements or self._nodes.last_value == "never":
            return False
        if self._nodes.last_value == "single" and len(self.statements) > 1:
            return False
        return self._nodes.last_value == "always" or _TYPED.search(head) is not None

    @property
    def gives_value(self) -> bool:
        """Whether some way through the body returns a value, or may."""
        return any(self.returns) or self.implicit_return

    @cached_property
    def yields(self) -> bool:
        """Whether it is a generator, or, in Ruby, calls the block it is given."""
        return bool(self.own("yield"))

    def raised(self, node: Node) -> str | None:
        """Name of the exception type at a node of kind `raise`; None for a bare one or a variable."""
        match = _RAISES.match(self.text_of(node))
        if not match or not match["name"]:
            return None
        name = _MADE.sub("", match["name"])
        last = re.split(r"[.:\\]", name)[-1]
        named = _TYPE_NAME.match(last) is not None
        if match["new"] or self._nodes.made_by_new:
            return name if match["new"] else None
        if match["next"] in ("(", "{", "<"):  # `throw std::runtime_error("…")`, `raise make_error()`
            return name if named or _ERROR_NAME.search(last) else None
        return name if named else None

    @cached_property
    def raise_nodes(self) -> list[Node]:
        """Own nodes that raise, named or not."""
        nodes: dict[int, Node] = {}
        for node in self.own("raise"):  # in Ruby a call and, at the same place, the method's name
            if _RAISES.match(self.text_of(node)):
                nodes.setdefault(node.start_byte, node)
        return list(nodes.values())

    @cached_property
    def raises(self) -> list[str | None]:
        """Exception types raised by name, own; None for a bare re-raise or a variable."""
        return [self.raised(node) for node in self.raise_nodes]

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Every word of the code outside comments and strings, attributes and keywords included.

        A word with a sigil or a mark (`@x`, `$x`, `empty?`) stands there with and without it. Without a
        tree, words of comments and strings are among them.
        """
        code = self.code.encode("utf-8", "replace")
        head = self._tree[2] if self._tree else 0
        kept, reached = [], 0
        for node in sorted((*self.all("comment"), *self.all("string")), key=lambda node: node.start_byte):
            if node.start_byte - head >= reached:
                kept.append(code[reached : node.start_byte - head])
                reached = node.end_byte - head
        kept.append(code[reached:])
        words = _WORD.findall(b" ".join(kept).decode("utf-8", "replace"))
        return frozenset(words) | {word.strip(_MARKS) for word in words}

    @cached_property
    def numbers(self) -> frozenset[str]:
        """The numbers in the code, as `number` writes them."""
        return frozenset(number(self.text_of(node)) for node in self.all("number"))

    @cached_property
    def strings(self) -> frozenset[str]:
        """Contents of the string literals, escapes as written."""
        return frozenset(self.text_of(node).strip("\"'`") for node in self.all("string"))

    @cached_property
    def statements(self) -> list[Node]:
        """Top level of the body: its statements, docstrings and comments left out."""
        block = self.block
        if block is None:
            return []
        if block.type not in self._nodes.blocks:
            return [block]
        children = [child for child in block.named_children if child.type not in self._nodes.comments]
        if len(children) == 1 and children[0].type in ("statement_list", "statements"):  # Go, Swift
            children = [
                child for child in children[0].named_children if child.type not in self._nodes.comments
            ]
        return [child for child in children if not _is_string(child)]

    @cached_property
    def is_stub(self) -> bool:
        """Whether the body does nothing yet: empty, `pass`, a bare return, or a refusal to be called."""
        if self.function is None:
            return False
        texts = [self.text_of(node).strip() for node in self.statements[:3]]
        if not texts or (len(texts) == 1 and _IDLE.match(texts[0])):
            return True
        return len(texts) <= 2 and _REFUSAL.match(texts[-1]) is not None


def _is_string(node: Node) -> bool:
    return (
        node.type == "expression_statement"
        and node.named_child_count == 1
        and node.named_children[0].type
        in (
            "string",
            "concatenated_string",
        )
    )


_SUFFIX = re.compile(r"(?<=[\da-fA-F.])(?:[uUlLnNmMdD]+|[iuf](?:8|16|32|64|128|size))\Z")


def number(text: str) -> str:
    """A number literal in one form, whatever the base, the separators and the suffix: `1_000L` is `1000`."""
    plain = text.strip().replace("_", "").replace("'", "")
    is_hex = plain[:2].lower() == "0x"
    plain = re.sub(r"[uUlL]+\Z" if is_hex else _SUFFIX, "", plain)
    if not is_hex:
        plain = re.sub(r"(?<=[\d.])[fF]\Z", "", plain)
    if re.fullmatch(r"0[0-7]+", plain):
        plain = f"0o{plain[1:]}"
    try:
        return str(int(plain, 0))
    except ValueError:
        pass
    try:
        value = float(plain)
    except ValueError:
        return text.strip()
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
