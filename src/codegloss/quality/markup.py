"""What markup in a comment comes to when it is read aloud: prose on one line."""

from __future__ import annotations

import html
import re

# Sphinx, Markdown, wiki: the words that are shown.
_ROLE = re.compile(r"(?::[a-zA-Z][\w+.-]*)+:`([^`]*)`")
_ROLE_TITLE = re.compile(r"^(.*\S)\s*<[^<>]*>$")
_RST_LINK = re.compile(r"`([^`<>]+?)\s*<[^<>`]*>`__?")
_MARKDOWN_LINK = re.compile(r"!?\[([^\[\]]+)\](?:\([^()\s]*\)|\[[^\[\]]*\])")
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3}|_{2})(?=\S)([^*\n]{1,200}?)(?<=\S)\1(?![\w*])")
_TICKS = re.compile(r"`(__?)(?!\w)|[`´]+|(?<!\w)'{2,3}(?=\w)|(?<=\w)'{2,3}(?!\w)")
_RULE = re.compile(r"[-=*#~_/\\+.<>|!]{3,}")

# HTML and .NET's XML; other angle brackets are types and comparisons.
_HTML_TAGS = """
p code b i em strong pre tt a br ul ol li dl dt dd sub sup blockquote span div kbd var samp small big u s font
center hr cite img table tr td th tbody thead c para see seealso paramref typeparamref summary remarks value
returns inheritdoc nobr dfn abbr q example note
"""
_HTML = re.compile(rf"</?(?:h[1-6]|{'|'.join(_HTML_TAGS.split())})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.MULTILINE)  # what is not closed ends with the line
_REFERENCE = re.compile(
    r"<(?:see|seealso|paramref|typeparamref)\s+(?:cref|name|langword|href)=\"(?:[A-Z]:)?([^\"]*)\"\s*/>"
)

# Javadoc, Doxygen and their kin. A command is left out, a tag with all that follows it.
_INLINE_TAG = re.compile(r"\{@(?:link(?:plain|code)?|code|literal|value|see)\s+([^{}]*)\}")
_OTHER_TAG = re.compile(r"\{@\w+[^{}]*\}")
_COMMANDS = """
c p a e em b ref code endcode verbatim brief short summary details doc class fn method function name memberof
internal private public static hidden api inheritdoc ingroup addtogroup abstract description desc constructor
async override
"""
_COMMAND = re.compile(rf"(?<![\w\\])[@\\](?:{'|'.join(_COMMANDS.split())})\b")
_TAGS = """
param params arg argument return returns retval throw throws exception since see deprecated author version
todo note example type typedef template tparam
link sa pre post default defaultvalue memberof access package
global var property yield yields ignore category
"""
_TAIL = re.compile(rf"(?:^|(?<=[.!?:;)\s]))[@\\](?:{'|'.join(_TAGS.split())})\b.*$", re.DOTALL)
_FIELD_TAIL = re.compile(
    r"(?:^|\s):(?:param|type|returns?|rtype|raises?|arg|keyword|var|ivar|cvar)\b.*$", re.DOTALL
)

_ADDRESS = re.compile(r"<?\b(?:https?|ftp|file)://[^\s<>\"')\]]+>?|\bwww\.[\w-]+\.[^\s<>\"')\]]+")
_LEAD = re.compile(
    r"^(?:[-*+•#!|:;,./\\=~>)\]}\s]+|\(?[a-z0-9]{1,2}\)\s+|(?:@|\\)?brief\b[:\s]*|"
    r"(?:public|internal|private|protected):\s+)+",  # TomDoc's word for who may call
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_EMPTY_CALL = re.compile(r"\(\s*\)(?=\s|$)")
_SPACE_BEFORE = re.compile(r"\s+([,;:!?]|\.(?!\w))")


def clean(summary: str) -> str:
    """One line of plain prose from a summary: no tags, roles, links, addresses, quoting ticks or rules."""
    text = html.unescape(_REFERENCE.sub(r"\1", summary)) if "&" in summary else _REFERENCE.sub(r"\1", summary)
    if "<" in text:
        text = _HTML.sub(" ", _HTML_COMMENT.sub(" ", text))
    if "{@" in text:
        text = _OTHER_TAG.sub(" ", _INLINE_TAG.sub(lambda match: _label(match[1]), text))
    if "`" in text:
        text = _RST_LINK.sub(r"\1", _ROLE.sub(lambda match: _target(match[1]), text))
    if "[" in text:
        text = _MARKDOWN_LINK.sub(r"\1", _WIKI_LINK.sub(r"\1", text))
    if "@" in text or "\\" in text:
        text = _COMMAND.sub(" ", _TAIL.sub("", text))
    if ":" in text:
        text = _FIELD_TAIL.sub("", text)
    text = _ADDRESS.sub(" ", text)
    text = _EMPHASIS.sub(r"\2", text)
    text = _RULE.sub(lambda match: "..." if set(match[0]) == {"."} else " ", _TICKS.sub("", text))
    text = _LEAD.sub("", _SPACES.sub(" ", text).strip())
    return _SPACE_BEFORE.sub(r"\1", _EMPTY_CALL.sub("", text)).strip(" -*/\\|=~:,;<>")


def _label(target: str) -> str:
    """What is shown for `{@link Type#member label}`: the label, or the name."""
    name, _, label = target.strip().partition(" ")
    if label.strip() and not name.endswith((",", "(")):
        return label.strip() if "(" not in name or ")" in name else target.partition("(")[0].lstrip("#")
    return target.strip().lstrip("#").replace("#", ".")


def _target(role: str) -> str:
    """What is shown for the target of a Sphinx role: a title before `<target>`, `~` and `!` dropped."""
    title = _ROLE_TITLE.match(role)
    if title:
        return title[1]
    return role.rsplit(".", 1)[-1] if role.startswith("~") else role.lstrip("!.")
