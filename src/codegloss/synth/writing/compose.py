"""A doc comment put together from its parts, in the style of a codebase; without comment marks.

The text is what `Function.comment_text` holds of a comment: markers and indentation are for `layout` to
add. What `composed` writes, `extract.docstyles.parse_parts` reads back.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codegloss.records import DocumentedParameter, DocumentedValue
from codegloss.synth.writing.convention import Convention

_VERBATIM = re.compile(r"^\s|^(?:>>>|\.\.\s|[-*+•]\s|\d+[.)]\s|```|~~~|\||[@\\:]\w+|<)", re.MULTILINE)
INDENT = 4  # of the bodies of Google's and NumPy's sections


@dataclass(frozen=True, slots=True)
class Doc:
    """What a doc comment says, before it is written in a style."""

    summary: str  # one sentence
    description: str = ""  # paragraphs below it, blank lines between them
    prose: str = ""  # takes the place of both as it is, where a comment's own is kept
    parameters: Sequence[DocumentedParameter] = ()
    returns: DocumentedValue | None = None
    raises: Sequence[DocumentedValue] = ()
    yields: bool = False  # what is returned is yielded, one by one
    verbatim: Sequence[str] = ()  # blocks that stand at the end as they are: examples, tags


def composed(doc: Doc, convention: Convention) -> str:
    """The text of a doc comment.

    A style without sections of its own (plain, godoc) keeps the description only: parameters, returned
    value and exceptions are left out there.
    """
    parts = [] if convention.style == "xmldoc" else _prose(doc, convention)
    verbatim = [block.strip("\n") for block in doc.verbatim if block.strip()]
    parts += [block for block in verbatim if block.startswith("..")]  # Sphinx's directives stand above fields
    parts += [block for block in _WRITERS.get(convention.style, _none)(doc, convention) if block]
    parts += [block for block in verbatim if not block.startswith("..")]
    joint = "\n" if convention.style == "xmldoc" else "\n\n"
    return joint.join(parts)


def sentence(text: str, convention: Convention) -> str:
    """A summary as the codebase ends and begins its own."""
    text = text.strip()
    if text and convention.full_stop and text[-1].isalnum() | (text[-1] in "`'\")]"):
        text += "."
    elif not convention.full_stop and text.endswith(".") and not text.endswith(("..", "etc.")):
        text = text[:-1]
    is_name = not text[1:2].islower() or "_" in text.partition(" ")[0]
    return text if convention.capital or is_name else text[:1].lower() + text[1:]


def _prose(doc: Doc, convention: Convention) -> list[str]:
    if doc.prose:
        return [doc.prose.strip()]
    paragraphs = [sentence(doc.summary, convention), *re.split(r"\n\s*\n", doc.description.strip())]
    return [wrapped(paragraph, convention.width) for paragraph in paragraphs if paragraph.strip()]


def wrapped(text: str, width: int, first: str = "", rest: str = "") -> str:
    """Prose on lines of at most `width` columns; what is laid out already (lists, code, tags) as it is."""
    if "\n" in text and _VERBATIM.search(text):
        head, *below = text.split("\n")
        return "\n".join([first + head, *(f"{rest}{line}".rstrip() for line in below)])
    return textwrap.fill(
        " ".join(text.split()), max(40, width), initial_indent=first, subsequent_indent=rest,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _none(doc: Doc, convention: Convention) -> list[str]:
    return []


def _google(doc: Doc, convention: Convention) -> list[str]:
    inner, deeper = " " * INDENT, " " * 2 * INDENT

    def item(head: str, text: str) -> str:
        return wrapped(f"{head}: {text}".rstrip(), convention.width, inner, deeper)

    sections = {
        "parameters": [
            item(f"{one.name} ({one.type})" if one.type and convention.types else one.name, one.description)
            for one in doc.parameters
        ],
        "returns": [wrapped(_value(doc.returns, convention.types), convention.width, inner, inner)]
        if doc.returns
        else [],
        "raises": [item(one.type or "Exception", one.description) for one in doc.raises],
    }
    usual = {"parameters": "Args", "returns": "Yields" if doc.yields else "Returns", "raises": "Raises"}
    return [
        "\n".join([f"{_title(section, usual, doc, convention)}:", *sections[section]])
        for section in convention.sections
        if sections[section]
    ]


def _title(section: str, usual: dict[str, str], doc: Doc, convention: Convention) -> str:
    if section == "returns" and doc.yields:
        return usual[section]
    return convention.heading(section, usual[section])


def _value(value: DocumentedValue, typed: bool) -> str:
    if value.type and (typed or not value.description):
        return f"{value.type}: {value.description}" if value.description else value.type
    return value.description


def _numpy(doc: Doc, convention: Convention) -> list[str]:
    indent = " " * INDENT

    def item(head: str, text: str) -> str:
        return f"{head}\n{wrapped(text, convention.width, indent, indent)}" if text else head

    sections = {
        "parameters": [
            item(f"{one.name} : {one.type}" if one.type else one.name, one.description)
            for one in doc.parameters
        ],
        "returns": [item(doc.returns.type, doc.returns.description)]
        if doc.returns and doc.returns.type
        else [wrapped(doc.returns.description, convention.width)]
        if doc.returns
        else [],
        "raises": [item(one.type or "Exception", one.description) for one in doc.raises],
    }
    usual = {"parameters": "Parameters", "returns": "Yields" if doc.yields else "Returns", "raises": "Raises"}
    blocks = []
    for section in convention.sections:
        if sections[section]:
            title = _title(section, usual, doc, convention)
            blocks.append("\n".join([title, "-" * len(title), *sections[section]]))
    return blocks


@dataclass(frozen=True, slots=True)
class _Tags:
    """How a style writes its tags; `{name}`, `{type}` and `{text}` are filled in."""

    parameter: str
    returns: str
    raises: str
    typed_parameter: str = ""  # where types are written
    typed_returns: str = ""
    hyphen: bool = False  # it may have one between name and description


_TAGS = {
    "javadoc": _Tags("@param {name} {text}", "@return {text}", "@throws {type} {text}", hyphen=True),
    "kdoc": _Tags("@param {name} {text}", "@return {text}", "@throws {type} {text}", hyphen=True),
    "scaladoc": _Tags("@param {name} {text}", "@return {text}", "@throws {type} {text}", hyphen=True),
    "doxygen": _Tags("@param {name} {text}", "@return {text}", "@throws {type} {text}", hyphen=True),
    "jsdoc": _Tags(
        "@param {name} {text}", "@returns {text}", "@throws {{{type}}} {text}",
        "@param {{{type}}} {name} {text}", "@returns {{{type}}} {text}", hyphen=True,
    ),
    "tsdoc": _Tags(
        "@param {name} {text}", "@returns {text}", "@throws {{{type}}} {text}",
        "@param {{{type}}} {name} {text}", "@returns {{{type}}} {text}", hyphen=True,
    ),
    "phpdoc": _Tags(
        "@param ${name} {text}", "@return {type} {text}", "@throws {type} {text}",
        "@param {type} ${name} {text}", "@return {type} {text}",
    ),
    "yard": _Tags(
        "@param {name} {text}", "@return {text}", "@raise [{type}] {text}",
        "@param {name} [{type}] {text}", "@return [{type}] {text}",
    ),
    "ldoc": _Tags(
        "@param {name} {text}", "@return {text}", "@raise {text}",
        "@tparam {type} {name} {text}", "@treturn {type} {text}",
    ),
    "shdoc": _Tags("@arg ${name} {text}", "@exitcode {text}", "@exitcode {text}"),
    "sphinx": _Tags(
        ":param {name}: {text}", ":returns: {text}", ":raises {type}: {text}",
        ":param {type} {name}: {text}", ":returns: {text}",
    ),
    "epytext": _Tags("@param {name}: {text}", "@return: {text}", "@raise {type}: {text}"),
    "swiftdoc": _Tags("- Parameter {name}: {text}", "- Returns: {text}", "- Throws: `{type}` {text}"),
}  # fmt: skip


def _tagged(doc: Doc, convention: Convention) -> list[str]:
    """One block of tags, each line of which goes on below, indented."""
    tags = _TAGS[convention.style]

    def line(plain: str, typed: str, name: str, type_: str | None, text: str) -> str:
        form = typed if typed and type_ and convention.types else plain
        if convention.hyphen and tags.hyphen and "{name}" in form and text:
            form = form.replace("{name} {text}", "{name} - {text}")
        if "{type}" in form and not type_:
            form = form.replace("{{{type}}} ", "").replace("[{type}] ", "").replace("{type} ", "")
        said = form.format(name=name, type=type_ or "", text=text).rstrip(" -" if not text else " ")
        return wrapped(said, convention.width, "", " " * INDENT)

    lines = {
        "parameters": [
            line(tags.parameter, tags.typed_parameter, one.name, one.type, one.description)
            for one in doc.parameters
        ],
        "returns": [line(tags.returns, tags.typed_returns, "", doc.returns.type, doc.returns.description)]
        if doc.returns
        else [],
        "raises": [line(tags.raises, "", "", one.type, one.description) for one in doc.raises],
    }
    found = "\n".join(one for section in convention.sections for one in lines[section])
    return [re.sub(r"^@", r"\\", found, flags=re.MULTILINE) if convention.backslash else found]


def _rustdoc(doc: Doc, convention: Convention) -> list[str]:
    panics = [one for one in doc.raises if one.type == "panic"]
    errors = [one for one in doc.raises if one.type != "panic"]
    sections = {
        "parameters": [("# Arguments", [f"* `{one.name}` - {one.description}" for one in doc.parameters])],
        "returns": [("# Returns", [doc.returns.description] if doc.returns else [])],
        "raises": [
            ("# Errors", [f"* `{one.type}`: {one.description}" for one in errors]),
            ("# Panics", [one.description for one in panics]),
        ],
    }  # fmt: skip
    return [
        f"{title}\n\n" + "\n".join(wrapped(item, convention.width, "", "  ") for item in items)
        for section in convention.sections
        for title, items in sections[section]
        if items
    ]


def _xmldoc(doc: Doc, convention: Convention) -> list[str]:
    def element(tag: str, text: str, attribute: str = "") -> str:
        return wrapped(f"<{tag}{attribute}>{_escaped(text)}</{tag}>", convention.width)

    lines = {
        "parameters": [
            element("param", one.description, f' name="{one.name}"') for one in doc.parameters
        ],
        "returns": [element("returns", doc.returns.description)] if doc.returns else [],
        "raises": [
            element("exception", one.description, f' cref="{one.type or "Exception"}"') for one in doc.raises
        ],
    }  # fmt: skip
    summary = wrapped(_escaped(doc.prose or sentence(doc.summary, convention)), convention.width)
    found = ["<summary>", summary, "</summary>"]
    if doc.description.strip() and not doc.prose:
        found += ["<remarks>", wrapped(_escaped(doc.description), convention.width), "</remarks>"]
    return ["\n".join([*found, *(line for section in convention.sections for line in lines[section])])]


def _escaped(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<c>\1</c>", html.escape(text, quote=False))


_WRITERS: dict[str, Callable[[Doc, Convention], list[str]]] = {
    "google": _google,
    "numpy": _numpy,
    "rustdoc": _rustdoc,
    "xmldoc": _xmldoc,
    **dict.fromkeys(_TAGS, _tagged),
}
