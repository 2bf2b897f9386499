"""Whether two versions of a file have the same syntax, comments apart.

Python: equal `ast` (type comments included) without the docstrings of functions, and the new text
compiles if the old one did. Other languages: the same tree-sitter tree, node by node and token by
token, without comments. What is shown is just this, "syntax-equal": a program that reads its own
source, or the line on which it stands, can still tell the two apart.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from tree_sitter import Node

from codegloss.extract.languages import languages, tools
from codegloss.extract.parsing import parse
from codegloss.extract.text import Text

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Unreadable(ValueError):
    """The text is not valid in its language."""


def syntax_equal(old: bytes, new: bytes, old_text: Text, new_text: Text, key: str) -> bool:
    """Whether the files `old` and `new` (and their texts) are the same but for comments.

    Raises Unreadable when the old one does not parse by Python.
    """
    if languages()[key].name == "python":
        return _equal_python(old, new)
    return _equal_trees(old_text.utf8, new_text.utf8, key)


def _equal_python(old: bytes, new: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of escapes in strings that are not ours
        for type_comments in (True, False):
            try:
                before = ast.parse(old, type_comments=type_comments)
                break
            except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
                if not type_comments:
                    raise Unreadable(str(error)) from error
        try:
            after = ast.parse(new, type_comments=type_comments)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        return _same(before, after) and (_compiles(new) or not _compiles(old))


def _compiles(data: bytes) -> bool:
    try:
        compile(data, "<file>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _same(one: ast.AST, two: ast.AST) -> bool:
    """Whether two trees are equal without positions and without the docstrings of functions."""
    pairs: list[tuple[object, object]] = [(one, two)]
    while pairs:
        left, right = pairs.pop()
        if type(left) is not type(right):
            return False
        if isinstance(left, ast.AST) and isinstance(right, ast.AST):
            pairs += [(_field(left, name), _field(right, name)) for name in left._fields]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return False
            pairs += zip(left, right, strict=True)
        elif left != right and repr(left) != repr(right):  # nan is not equal to itself
            return False
    return True


def _field(node: ast.AST, name: str) -> object:
    if isinstance(node, ast.TypeIgnore) and name == "lineno":
        return None  # a position
    value = getattr(node, name, None)
    if name == "body" and isinstance(node, _FUNCTIONS) and ast.get_docstring(node, clean=False) is not None:
        return node.body[1:]
    return value


def _equal_trees(old: bytes, new: bytes, key: str) -> bool:
    kit, language = tools(key), languages()[key]
    before = parse(kit.parser, language, old, None)
    after = parse(kit.parser, language, new, None)
    old_comments: list[tuple[int, int]] = []
    new_comments: list[tuple[int, int]] = []
    missing = object()
    others = iter(_nodes(after, new, new_comments))
    for node in _nodes(before, old, old_comments):
        if node != next(others, missing):
            return False
    # Grammars leave bytes between their tokens, such as the words of a string.
    return next(others, missing) is missing and _rest(old, old_comments) == _rest(new, new_comments)


def _nodes(root: Node, text: bytes, comments: list[tuple[int, int]]) -> Iterator[tuple[int, str, bytes]]:
    """Depth, type and, of a token, the bytes of each node that is no comment, in order.

    Of a token that is a line end only its type counts. Spans of comments are added to `comments`.
    """
    cursor = root.walk()
    depth = 0
    while True:
        node = cursor.node
        assert node is not None
        start, end = node.start_byte, node.end_byte
        if node.is_named and "comment" in node.type:
            comments.append((start, end))
        else:
            token = text[start:end] if node.child_count == 0 else b""
            yield depth, node.type, b"" if token.isspace() and not node.is_named else token
            if cursor.goto_first_child():
                depth += 1
                continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return
            depth -= 1


def _rest(text: bytes, comments: list[tuple[int, int]]) -> list[bytes]:
    """The words of a text outside comments."""
    parts, reached = [], 0
    for start, end in comments:
        parts.append(text[reached:start])
        reached = end
    return b" ".join([*parts, text[reached:]]).split()
