"""A lone function and a sentence about it, as the row that extraction makes of a file with the two."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace

from codegloss.extract import functions_in
from codegloss.quality.mutations.source import read
from codegloss.records import Function

WIDTH = 100  # columns of a comment's line


@dataclass(frozen=True, slots=True)
class Style:
    """How a doc comment above a function is written, and what a file has around a function."""

    begin: str = "/**"  # no line of its own where empty
    leader: str = " * "
    end: str = " */"
    before: str = ""
    behind: str = ""


STYLES: dict[str, Style] = {
    "java": Style(before="class Snippet {\n", behind="\n}"),
    "javascript": Style(),
    "typescript": Style(),
    "php": Style(before="<?php\n"),
    "python": Style('"""', "", '"""'),  # inside the function
    "ruby": Style("", "# ", ""),
}


def commented(code: str, language: str, text: str) -> str:
    """The code with `text` as its doc comment, in the usual style of its language.

    Raises ValueError for a language without a style here, for a text that would end the comment, and for
    Python that is no function.
    """
    if language not in STYLES:
        raise ValueError(f"no style of comments for {language!r}, only for {', '.join(STYLES)}")
    if '"""' in text or "*/" in text or "\\" in text:
        raise ValueError("the text holds what ends or escapes a comment")
    if language == "python":
        return _with_docstring(code, text)
    style = STYLES[language]
    margin = " " * (len(code) - len(code.lstrip(" ")))
    lines = [style.begin, *(style.leader + line for line in textwrap.wrap(text, WIDTH)), style.end]
    return "".join(f"{margin}{line}\n" for line in lines if line) + code


def _with_docstring(code: str, text: str) -> str:
    source = read(code, "python")
    heads = list(source.of(("function_definition",))) if source else []
    body = heads[0].child_by_field_name("body") if heads else None
    if source is None or body is None:
        raise ValueError("no function of Python")
    start = body.start_byte - source.shift
    before, behind = source.code[:start].decode("utf-8"), source.code[start:].decode("utf-8")
    margin = before.rpartition("\n")[2]
    if margin.strip():  # `def f(): return 1`
        margin = " " * (len(margin) - len(margin.lstrip()) + 4)
    quoted = textwrap.fill(text, WIDTH, subsequent_indent=margin)
    return f'{before.rstrip()}\n{margin}"""{quoted}"""\n{margin}{behind}'


def function_of(code: str, language: str, text: str, name: str) -> Function:
    """The row of a file that holds this function alone, with that comment; `name` is the file's path.

    Raises ValueError as `commented` does, and for code in which extraction finds no documented function.
    """
    style = STYLES.get(language, Style())
    whole = style.before + commented(code, language, text) + style.behind
    for function in functions_in(whole, language):
        if function.comment_text:
            return replace(function, id=name, repository=name, path=name)
    raise ValueError(f"no documented function in {name}")
