"""Field lists: Sphinx's `:param x: …` and Epytext's `@param x: …`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codegloss.extract.docstyles.blocks import Draft, bare_name, bare_type, dedent, description, raised

# Sphinx's own spellings and Epydoc's, and the ones that people invent beside them.
MEANINGS = {
    **dict.fromkeys(["param", "params", "parameter", "arg", "argument"], "parameter"),
    **dict.fromkeys(["key", "keyword", "kwarg", "kwparam"], "parameter"),
    **dict.fromkeys(["type", "kwtype", "paramtype"], "type"),
    **dict.fromkeys(["return", "returns", "yield", "yields"], "returns"),
    **dict.fromkeys(["rtype", "returntype", "ytype"], "return type"),
    **dict.fromkeys(["raise", "raises", "except", "exception", "throws"], "raises"),
    **dict.fromkeys(["deprecated", "deprecation"], "deprecated"),
    **dict.fromkeys(["example", "examples"], "example"),
    **dict.fromkeys(["ivar", "cvar", "var"], "variable"),
}

_SPHINX = re.compile(
    r"\s*+:(\w++)((?:[^:`]|`[^`]*+`|:[a-zA-Z][\w+.-]{0,30}+(?::[a-zA-Z][\w+.-]{0,30}+)?:(?=`))*+):(?!`)(.*+)",
    re.DOTALL,
)
_SPHINX_PLAIN = re.compile(r"\s*+:(\w++)(\s[^:]*+)?:(?!`)(.*+)", re.DOTALL)
_MARKUP = re.compile(r"\b[LCIB]\{([^{}]*+)\}")
_EPYTEXT = re.compile(r"\s*+@(\w++)([ \t][^:]*+)?:(.*+)", re.DOTALL)
_JAVADOC = re.compile(
    r"\s*+@(?:(param|arg|raise|raises|throws)\s++([^\s:]++)|(returns?)(?=\s|$))(?!:)(.*+)", re.DOTALL
)


def sphinx_field(line: str) -> tuple[str, str, str] | None:
    """Keyword, argument and first words of `:keyword argument: words`."""
    match = _SPHINX.match(line) or _SPHINX_PLAIN.match(line)
    return (match[1], (match[2] or "").strip(), match[3]) if match else None


def epytext_field(line: str) -> tuple[str, str, str] | None:
    """Keyword, argument and first words of `@keyword argument: words`, the colon forgotten or not."""
    match = _EPYTEXT.match(line)
    if match and (" " not in (match[2] or "").strip() or match[1].lower() not in MEANINGS):
        return match[1], (match[2] or "").strip(), match[3]
    loose = _JAVADOC.match(line)
    if loose:
        return loose[1] or loose[3], loose[2] or "", loose[4]
    return (match[1], (match[2] or "").strip(), match[3]) if match else None


def parse(lines: Sequence[str], marker: str) -> Draft:
    """The parts of a docstring whose fields begin with `:` or with `@`."""
    read = sphinx_field if marker == ":" else epytext_field
    draft = Draft()
    types: dict[str, str] = {}
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if not line.lstrip().startswith(marker):
            continue
        field = read(line)
        if field is None:
            continue
        end = _field_end(lines, place, len(line) - len(line.lstrip()), marker)
        _add(draft, types, field, lines[place:end])
        place = end
    for name, type_ in types.items():
        if type_:
            draft.set_type(name, bare_type(type_))
    return draft


def _field_end(lines: Sequence[str], start: int, margin: int, marker: str) -> int:
    """A field reaches over deeper lines, and over unindented ones that follow without a blank line."""
    place = start
    blank = False
    while place < len(lines):
        text = lines[place].lstrip()
        if not text:
            blank = True
        else:
            indent = len(lines[place]) - len(text)
            if indent <= margin and (blank or text.startswith((marker, ".. ", ">>>"))):
                break
            blank = blank and indent <= margin
        place += 1
    return place


def _add(draft: Draft, types: dict[str, str], field: tuple[str, str, str], rest: Sequence[str]) -> None:
    keyword, argument, first = field
    meaning = MEANINGS.get(keyword.lower())
    if meaning is None:
        return
    text = description(first, rest)
    if meaning == "parameter":
        _add_parameter(draft, argument, text)
    elif meaning == "type":
        types.setdefault(bare_name(argument), _on_one_line(text))
    elif meaning == "variable":
        types[bare_name(argument)] = ""  # so that its type makes no parameter of it
    elif meaning == "returns":
        draft.add_returns(bare_type(argument), text)
    elif meaning == "return type":
        draft.add_returns(bare_type(_on_one_line(text)), "")
    elif meaning == "raises":
        if not argument or " " in argument:
            type_, words = raised(argument or text)
            if type_:
                argument, text = type_, "\n".join(filter(None, [words, text if argument else ""]))
        draft.add_raises(argument or None, text)
    elif meaning == "deprecated":
        draft.deprecated = text
    else:
        draft.add_example(text if not first.strip() else f"{first.strip()}\n{dedent(rest)}".strip())


def _on_one_line(type_: str) -> str:
    """A type without line breaks and Epytext's `L{…}` and `C{…}`."""
    if "{" in type_:
        type_ = _MARKUP.sub(r"\1", type_)
    return " ".join(type_.split())


def _add_parameter(draft: Draft, argument: str, text: str) -> None:
    """`:param type name:`, `:param a, b:`, or the name alone."""
    words = argument.split()
    if not words:
        return
    if len(words) > 1 and all(word.endswith(",") for word in words[:-1]) and "[" not in argument:
        for word in words:
            draft.add_parameter(word.rstrip(","), None, text)
        return
    name = words[-1]
    draft.add_parameter(name, bare_type(argument[: len(argument) - len(name)].strip()), text)
