"""C#'s XML documentation, read tag by tag so that malformed XML loses only what is malformed."""

from __future__ import annotations

import html
import re

from codegloss.extract.docstyles.blocks import Draft, dedent, description
from codegloss.records import CommentParts

_TAG = re.compile(r"<(/?)([A-Za-z][\w:-]*+)([^<>]*+)>")
_ATTRIBUTE = re.compile(r"""\b(\w++)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)')""")
_TOP = frozenset(
    [
        "summary", "param", "typeparam", "returns", "value", "exception", "example", "remarks", "permission",
        "seealso", "inheritdoc", "include",
    ]
)  # fmt: skip
_SHOWN = ("cref", "name", "langword", "href")


def elements(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The top-level elements in order: tag, attributes, inner text as written.

    An element that is never closed ends where the next top-level element begins.
    """
    found: list[tuple[str, dict[str, str], str]] = []
    name = ""
    attributes: dict[str, str] = {}
    start = 0
    for match in _TAG.finditer(text):
        tag = match[2]
        if name:
            if match[1] and tag == name:
                found.append((name, attributes, text[start : match.start()]))
                name = ""
                continue
            if match[1] or tag not in _TOP or tag in ("seealso", "include"):
                continue
            found.append((name, attributes, text[start : match.start()]))
            name = ""
        if match[1] or tag not in _TOP:
            continue
        own = {key: double or single for key, double, single in _ATTRIBUTE.findall(match[3])}
        if match[3].endswith("/"):
            found.append((tag, own, ""))
        else:
            name, attributes, start = tag, own, match.end()
    if name:
        found.append((name, attributes, text[start:]))
    return found


def inner_text(text: str) -> str:
    """Inner text without its tags: `<see cref="T:X"/>` → `X`, `<paramref name="x"/>` → `x`."""
    if "<" in text:
        text = _TAG.sub(_shown, text)
    if "&" in text:
        text = html.unescape(text)
    first, *rest = text.strip().split("\n")
    return description(first, rest)


def _shown(match: re.Match[str]) -> str:
    if match[1] or not match[3].endswith("/"):
        return "\n" if match[2] in ("para", "br") else ""
    attributes = {key: double or single for key, double, single in _ATTRIBUTE.findall(match[3])}
    return next((unprefixed(attributes[key]) for key in _SHOWN if key in attributes), "")


def unprefixed(reference: str) -> str:
    """`T:System.String` → `System.String`."""
    return reference[2:] if reference[1:2] == ":" else reference


def parse(text: str) -> CommentParts:
    """The parts of an XML documentation comment."""
    draft = Draft()
    if "<" not in text:
        return draft.finish("xmldoc")
    for tag, attributes, inner in elements(text):
        if tag == "param":
            draft.add_parameter(attributes.get("name", ""), None, inner_text(inner))
        elif tag == "returns":
            draft.add_returns(None, inner_text(inner))
        elif tag == "exception":
            draft.add_raises(unprefixed(attributes.get("cref", "")) or None, inner_text(inner))
        elif tag == "example":
            draft.add_example(_example(inner))
    return draft.finish("xmldoc")


def _example(inner: str) -> str:
    """The code of an example when it has any, else its words."""
    start = inner.find("<code")
    start = inner.find(">", start) + 1 if start >= 0 else 0
    end = inner.find("</code>", start)
    if not start or end < 0:
        return inner_text(inner)
    code = inner[start:end].replace("<![CDATA[", "").replace("]]>", "")
    return dedent(html.unescape(code).split("\n")).strip()
