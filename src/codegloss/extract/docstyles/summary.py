"""The first sentence or paragraph of a doc comment, as one line of prose without markup."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from codegloss.extract.docstyles import fields, google, numpydoc, tags, xmldoc

_SIGNATURE = re.compile(
    r"(?:[\w., ]{1,60}=)?\s*[\w.]{1,80}\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\s*->\s*.{1,80})?$"
)
_LIST_ITEM = re.compile(r"(?:[-*+•]|\d{1,3}[.)])\s")
_SWIFT_FIELD = re.compile(r"[-*+]\s+(?:[Pp]arameters?|[Rr]eturns?|[Tt]hrows?)\b[^:]*:")
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*\s+(?=[^a-z\s])|[。！？]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|Fig|Eq|Sec|No|St|Dr|Mr|al|[A-Z])|\.\.)\.$"
)

_INLINE_TAG = re.compile(r"\{@(\w+)((?:\s[^{}]*+)?)\}")
_HTML = re.compile(
    r"</?(?:p|code|b|i|em|strong|pre|tt|a|br|ul|ol|li|dl|dt|dd|sub|sup|h[1-6]|blockquote|span|div|kbd|var|samp|"
    r"small|u|font|center|hr|cite|img|table|tr|td|th|tbody)(?:\s[^<>]*+)?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:p|/p|ul|ol|dl|pre|blockquote|table|h[1-6]|hr)\b[^<>]*>|\{\{\{", re.IGNORECASE)
_ROLE = re.compile(r":[a-zA-Z][\w:+.-]{0,40}:`([^`]*)`")
_EPYTEXT = re.compile(r"\b[A-Z]\{([^{}]*)\}")
_LITERAL = re.compile(r"``([^`]+)``")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*\)")
_REFERENCE = re.compile(r"\[(`[^`]+`|[\w.:]+)\](?!\()(?:\[[^\[\]]*\])?")
_COMMAND = re.compile(r"[@\\](?:c|p|a|e|em|b|ref|link|endlink|cite|n)\b ?")

_MARKDOWN = frozenset({"rustdoc", "godoc", "swiftdoc", "kdoc", "tsdoc", "jsdoc"})
_WITH_HTML = frozenset(
    {"javadoc", "jsdoc", "tsdoc", "phpdoc", "kdoc", "scaladoc", "doxygen", "swiftdoc", "xmldoc"}
)


def summarise(text: str, convention: str) -> str:
    """One line of prose; empty when the comment has none.

    The first sentence where the language's own tool cuts there (Javadoc, Scaladoc,
    PHPDoc, GoDoc, Doxygen, YARD, LDoc), else the first paragraph. Markup is reduced
    to its text; titles, field lists, tags, lists, directives and code are no summary.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    dialect = tags.DIALECTS.get(convention)
    sentence = convention == "godoc"
    if convention == "docstring":
        prose = _docstring(text)
    elif dialect is not None:
        prose, explicit = _tagged(text, dialect)
        sentence = dialect.single_sentence and not explicit
    elif convention == "xmldoc":
        prose = _xml(text)
    else:
        prose = _paragraph(text.split("\n"), convention)
    prose = " ".join(prose.split())
    if prose and convention in _WITH_HTML and ("<" in prose or "{{{" in prose):
        prose = _before_break(prose)
    if sentence:
        prose = first_sentence(prose)
    prose = _without_markup(prose, convention)
    return prose if any(map(str.isalnum, prose)) else ""


def first_sentence(text: str) -> str:
    """Up to the first full stop before a space and no small letter, abbreviations apart."""
    for match in _SENTENCE_END.finditer(text):
        end = match.end()
        if not _ABBREVIATION.search(text[max(0, end - 16) : end].rstrip()):
            return text[:end].rstrip()
    return text


def _docstring(text: str) -> str:
    if "\n" not in text and text[:1] not in (":", "@", ">", "."):
        return "" if google.heading(text) else text
    lines = text.split("\n")
    found: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        stripped = line.strip()
        place += 1
        if not stripped:
            if found:
                if len(found) == 1 and _SIGNATURE.match(found[0][:400]) and _goes_on(lines, place):
                    found = []  # the signature of a function written in C
                    continue
                break
        elif stripped.startswith(".. ") and not found:
            margin = len(line) - len(line.lstrip())
            while place < len(lines) and (
                not lines[place].strip() or len(lines[place]) - len(lines[place].lstrip()) > margin
            ):
                place += 1
        elif _is_structure(stripped):
            break
        elif numpydoc.is_underline(stripped):
            if found and found[-1].rstrip(":").lower() in numpydoc.SECTIONS:
                found.pop()
                break
        elif found and place < len(lines) and stripped.lower() in numpydoc.SECTIONS:
            if numpydoc.is_underline(lines[place]):
                break
            found.append(stripped)
        else:
            found.append(stripped)
    prose = " ".join(found)
    return prose[:-1] if prose.endswith("::") else prose


def _goes_on(lines: Sequence[str], place: int) -> bool:
    while place < len(lines) and not lines[place].strip():
        place += 1
    if place == len(lines) or _is_structure(lines[place].strip()):
        return False
    return not (place + 1 < len(lines) and numpydoc.is_underline(lines[place + 1]))


def _is_structure(line: str) -> bool:
    """Whether a docstring's line begins a field, a section, a directive or an example."""
    first = line[0]
    if first == ":":
        return fields.sphinx_field(line) is not None
    if first == "@":
        field = fields.epytext_field(line)
        return field is not None and field[0].lower() in fields.MEANINGS
    if first == "." or first == ">":
        return line.startswith((".. ", ">>>"))
    return line[-1] == ":" and google.heading(line) is not None


def _paragraph(lines: Iterable[str], convention: str) -> str:
    """The first paragraph that is no heading, list, code or field."""
    found: list[str] = []
    fence = False
    markdown = convention in _MARKDOWN
    for line in lines:
        text = line.strip()
        if text.startswith(("```", "~~~")):
            if found:
                break
            fence = not fence
        elif fence:
            continue
        elif not text:
            if found:
                break
        elif convention == "swiftdoc" and _SWIFT_FIELD.match(text):
            break
        elif markdown and text.startswith(("# ", "## ")):
            if found or convention == "rustdoc":
                break
        elif numpydoc.is_underline(text):
            continue
        elif convention == "godoc" and (text.startswith("Deprecated:") or (not found and line[:1] in " \t")):
            if found:
                break
        elif _LIST_ITEM.match(text) and (found or markdown) and not (found and text[0].isdigit()):
            break
        else:
            found.append(text)
    return " ".join(found)


def _tagged(text: str, dialect: tags.Dialect) -> tuple[str, bool]:
    """The prose of a comment with block tags, and whether a tag of its own gives it."""
    if "@" not in text and not (dialect.backslash and "\\" in text):
        return _paragraph(text.split("\n"), ""), False
    main, blocks = tags.split(text.split("\n"), dialect)
    for block in blocks:
        if block.role == "summary":
            prose = _paragraph([block.first, *block.rest], "")
            if prose:
                return prose, True
    return _paragraph(main, ""), False


def _xml(text: str) -> str:
    if "<" not in text:
        return _paragraph(text.split("\n"), "")
    found = xmldoc.elements(text)
    for tag, _, inner in found:
        if tag == "summary":
            return _paragraph(xmldoc.inner_text(inner).split("\n"), "")
    return "" if found else _paragraph(xmldoc.inner_text(text).split("\n"), "")


def _before_break(text: str) -> str:
    """The text before the first block of HTML, unless it begins with that."""
    for match in _BREAK.finditer(text):
        if text[: match.start()].strip():
            return text[: match.start()]
    return text


def _without_markup(text: str, convention: str) -> str:
    if convention == "docstring":
        if "`" in text:
            text = _LITERAL.sub(r"\1", _ROLE.sub(_role_text, text))
        if "{" in text:
            text = _EPYTEXT.sub(r"\1", text)
        return text
    if "{@" in text:
        text = _INLINE_TAG.sub(_inline_text, text)
    if convention in _WITH_HTML:
        if "<" in text:
            text = _HTML.sub("", text)
        if "&" in text and convention != "xmldoc":
            text = html.unescape(text)
    if convention == "doxygen":
        text = _COMMAND.sub("", text)
    elif convention in _MARKDOWN and "[" in text:
        text = _REFERENCE.sub(r"\1", _LINK.sub(r"\1", text))
    return " ".join(text.split())


def _role_text(match: re.Match[str]) -> str:
    """`` :class:`~a.B` `` → `B`, `` :ref:`text <target>` `` → `text`."""
    target = match[1]
    if target.startswith("~"):
        return target[1:].rpartition(".")[2]
    if target.endswith(">") and " <" in target:
        return target[: target.rindex(" <")]
    return target.lstrip("!.")


def _inline_text(match: re.Match[str]) -> str:
    """`{@link X#y label}` → `label`, `{@link X#y}` → `X.y`, `{@code x}` → `x`, `{@inheritDoc}` → nothing."""
    tag, inner = match[1], match[2].strip()
    if tag.startswith("link"):
        target, bar, label = inner.partition("|")
        if not bar:
            target, _, label = inner.partition(" ")
        return label.strip() or target.strip().lstrip("#").replace("#", ".")
    return "" if tag.lower() == "inheritdoc" else inner
