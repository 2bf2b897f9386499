"""Where each dialect of block tags writes type, name and text: `{T} x`, `T $x`, `x [T]`, …

Every reader takes the tag's name, the text on its line, the lines below, and the role
(parameter, returns or raises), and gives type, name and description.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from codegloss.extract.docstyles.blocks import closing, description
from codegloss.extract.docstyles.google import NOT_TYPES

Typed = Callable[[str, str, Sequence[str], str], tuple[str | None, str, str]]

_DASH = re.compile(r"\s*(?:--?|:|–|—)\s+|\s*--?$")
_NAME = re.compile(r"\s*+([^\s:]++):?")
_MODE = re.compile(r"\s*+\[\s*(?:in|out|inout|in\s*,\s*out|out\s*,\s*in)\s*\]")
_IDENTIFIER = re.compile(r"\s*+(~?[A-Za-z_\\][\w.:\\$]*+(?:<[^<>\s]*+>)?+[\w:]*+)(?=[\s,;]|$)[,;]?")
_LUA_TYPE = re.compile(
    r"\s*+((?:string|number|integer|boolean|bool|table|function|any|nil|thread|userdata|unknown|fun\(|self\b"
    r"|[\w.]+(?:\[\]|\?|<|\|)|[\w.]+\|)[^\s]*)"
)


def _text(rest_of_line: str, rest: Sequence[str]) -> str:
    """The description, without the hyphen or colon that parts it from the name."""
    text = description(rest_of_line, rest)
    dash = _DASH.match(text)
    return text[dash.end() :] if dash else text


def _word(line: str) -> tuple[str, str]:
    match = _NAME.match(line)
    return (match[1], line[match.end() :]) if match else ("", line)


def _drawn(first: str, rest: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The tag's line and the rest; when the line is empty, the next line moves up."""
    if not first.strip() and rest:
        return rest[0], rest[1:]
    return first, rest


def untyped(tag: str, first: str, rest: Sequence[str], role: str) -> tuple[str | None, str, str]:
    """`@param name text` (Javadoc, KDoc, Scaladoc, Doxygen); `@throws Type text`."""
    if role == "returns":
        return None, "", _text(first, rest)
    first, rest = _drawn(first, rest)
    if role == "raises":
        return _raised(first, rest)
    mode = _MODE.match(first)
    if mode:
        first = first[mode.end() :]
    elif first.startswith("["):  # KDoc: @param[name] text
        name, _, after = first[1:].partition("]")
        return None, name.strip(), _text(after, rest)
    elif first.lstrip().startswith("<"):
        return None, "", ""  # a type parameter
    name, after = _word(first)
    for _ in range(20):
        if not name.endswith(",") or not after.strip():
            break
        following, after = _word(after)  # Doxygen: @param x, y text
        name += following
    return None, name, _text(after, rest)


def _raised(first: str, rest: Sequence[str]) -> tuple[str | None, str, str]:
    match = _IDENTIFIER.match(first)
    if match is None or match[1].lower() in NOT_TYPES:
        return None, "", _text(first, rest)
    return match[1].rstrip(":."), "", _text(first[match.end() :], rest)


def braced(tag: str, first: str, rest: Sequence[str], role: str) -> tuple[str | None, str, str]:
    """`@param {Type} [name=default] - text` (JSDoc, TSDoc); `@throws {Type} text`."""
    first, rest = _drawn(first, rest)
    type_, first, rest = _in_braces(first, rest)
    if role != "parameter":
        if role == "raises" and type_ is None:
            match = _IDENTIFIER.match(first)
            if match and match[1].endswith(("Error", "Exception")):
                type_, first = match[1], first[match.end() :]
        return type_, "", _text(first, rest)
    first, rest = _drawn(first, rest)
    line = first.lstrip()
    if line.startswith("["):
        close = closing(line, 0)
        if close < 0:
            close = line.find("]") if "]" in line else len(line)
        name, line = line[1:close].partition("=")[0].strip(), line[close + 1 :]
    else:
        name, line = _word(line)
        if type_ is None and line.lstrip().startswith("{") and not line.lstrip().startswith("{@"):
            type_, line, rest = _in_braces(line, rest)  # Closure's older order
    return type_, name.rstrip(","), _text(line, rest)


def _in_braces(first: str, rest: Sequence[str]) -> tuple[str | None, str, Sequence[str]]:
    """The type in braces, which may reach over several lines, and what follows it."""
    line = first.lstrip()
    if not line.startswith("{"):
        return None, first, rest
    close = closing(line, 0)
    if close < 0:
        joined = "\n".join([line, *rest])
        close = closing(joined, 0)
        if close < 0:
            close = joined.find("}")
            if close < 0:
                return None, first, rest
        after, *rest = joined[close + 1 :].split("\n")
        line = joined[: close + 1].replace("\n", " ") + after
    type_ = " ".join(line[1:close].split())
    if type_.startswith(("@link", "@linkcode")):
        type_ = type_.partition(" ")[2].partition("|")[0].strip()
    elif type_.startswith("@"):
        return None, first, rest
    return type_.removesuffix("=") or None, line[close + 1 :], rest


def _leading_type(text: str) -> tuple[str, str]:
    """A type at the start of a text, up to the first space outside brackets and unions."""
    depth = 0
    text = text.lstrip()
    place = 0
    while place < len(text):
        character = text[place]
        if character in "([{<":
            depth += 1
        elif character in ")]}>":
            depth -= 1
        elif character.isspace() and depth <= 0:
            after = text[place:].lstrip()[:1]
            if after != "|" and text[place - 1] not in "|:":
                break
        place += 1
    return text[:place], text[place:]


def type_first(tag: str, first: str, rest: Sequence[str], role: str) -> tuple[str | None, str, str]:
    """`@param Type $name text`, `@return Type text` (PHPDoc)."""
    first, rest = _drawn(first, rest)
    if role == "raises":
        return _raised(first, rest)
    opening = first.count("{") + first.count("<") + first.count("(")
    if rest and opening > first.count("}") + first.count(">") + first.count(")"):
        whole = "\n".join([first, *rest])  # an array shape over several lines
        type_, after = _leading_type(whole)
        first, *rest = after.split("\n")
        type_ = " ".join(type_.split())
    else:
        type_, first = _leading_type(first)
    if role == "returns":
        if type_.lower() in NOT_TYPES - {"true", "false", "static"}:
            return None, "", _text(f"{type_}{first}", rest)
        return type_ or None, "", _text(first, rest)
    if type_.lstrip("&.").startswith("$"):
        return None, type_.rstrip(",:"), _text(first, rest)
    name, after = _word(first)
    if not name.lstrip("&.").startswith("$"):
        return None, "", ""  # without a name there is no parameter
    return type_ or None, name.rstrip(","), _text(after, rest)


def bracketed(tag: str, first: str, rest: Sequence[str], role: str) -> tuple[str | None, str, str]:
    """`@param name [Type] text` or `@param [Type] name text`, `@return [Type] text` (YARD)."""
    type_, first = _in_brackets(first)
    if role != "parameter":
        if role == "raises" and type_ is None:
            return _raised(first, rest)
        return type_, "", _text(first, rest)
    name, after = _word(first)
    if type_ is None:
        type_, after = _in_brackets(after)
    return type_, name, _text(after, rest)


def _in_brackets(line: str) -> tuple[str | None, str]:
    text = line.lstrip()
    close = closing(text, 0) if text.startswith("[") else -1
    return (text[1:close].strip() or None, text[close + 1 :]) if close > 0 else (None, line)


def lua_typed(tag: str, first: str, rest: Sequence[str], role: str) -> tuple[str | None, str, str]:
    """LDoc's `@tparam type name text`, `@treturn type text`; LuaLS's `@param name type text`."""
    if first.startswith("["):  # modifiers: @param[opt=1], @treturn[2]
        modifiers, _, first = first[1:].partition("]")
    else:
        modifiers = ""
    type_: str | None = None
    for modifier in modifiers.split(","):
        key, _, value = modifier.partition("=")
        if key.strip() == "type":
            type_ = value.strip()
    if tag in ("tparam", "treturn"):
        type_, first = _leading_type(first)
    elif tag in ("string", "number", "int", "bool", "func", "tab", "thread"):
        type_ = tag
    if role == "raises":
        return None, "", _text(first, rest)
    name = ""
    if role == "parameter":
        name, first = _word(first)
    if type_ is None and _LUA_TYPE.match(first):
        type_, first = _leading_type(first)
    text = _text(first, rest)
    return type_ or None, name, text.removeprefix("# ")


def shell_argument(tag: str, first: str, rest: Sequence[str], role: str) -> tuple[str | None, str, str]:
    """`@arg $1 string text` (shdoc): a positional parameter keeps its `$`."""
    if role != "parameter":
        return None, "", _text(first, rest)
    name, after = _word(first)
    type_, after = _word(after)
    return type_ or None, name, _text(after, rest)
