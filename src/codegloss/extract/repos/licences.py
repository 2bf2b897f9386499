"""Licences as SPDX expressions, told from licence texts and the headers of files.

Texts are told by the phrases that set them apart, compared as bare words, so that line
breaks, quotes and comment marks do not matter. What is not told: a text that was
reworded, and whether two texts in one file are both binding (the first one counts).
The GNU licence texts do not say whether later versions are granted; without a notice
that does, the answer is `-only`, which promises less.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from codegloss.extract.repos.spdx import GNU_NAMES, expression, gnu_version, words_of

HEADER_CHARACTERS = 4096
_TEXT_CHARACTERS = 100_000
_LONGEST = 40_000  # characters of the longest single licence text, with an exception after it
_WINDOW = 4000  # characters after the key phrase in which a licence of a few paragraphs ends


@dataclass(frozen=True, slots=True)
class _Known:
    """A licence text: a phrase of it, and words that must or must not follow within the window."""

    name: str
    phrase: str
    following: str = ""
    without: str = ""


_MIT = "permission is hereby granted free of charge to any person obtaining a copy of"
_ISC = "permission to use copy modify and or distribute this software for any purpose with or without fee"
_ISC_OLD = "permission to use copy modify and distribute this software for any purpose with or without fee"
_BSD = "redistribution and use in source and binary forms with or without modification are permitted"
_ENDORSE = "to endorse or promote products derived from this software"

# Rows with one phrase stand from the more to the less demanding. https://spdx.org/licenses/
_TEXTS = (
    _Known("AGPL-3.0-only", "gnu affero general public license version 3 19 november 2007"),
    _Known("LGPL-3.0-only", "gnu lesser general public license version 3 29 june 2007"),
    _Known("LGPL-2.1-only", "gnu lesser general public license version 2 1 february 1999"),
    _Known("LGPL-2.0-only", "gnu library general public license version 2 june 1991"),
    _Known("GPL-3.0-only", "gnu general public license version 3 29 june 2007"),
    _Known("GPL-2.0-only", "gnu general public license version 2 june 1991"),
    _Known("GPL-1.0-only", "gnu general public license version 1 february 1989"),
    _Known("Apache-2.0", "apache license version 2 0 january 2004"),
    _Known("Apache-1.1", "the apache software license version 1 1"),
    _Known("MPL-2.0", "mozilla public license version 2 0 1 definitions"),
    _Known("MPL-2.0", "mozilla public license version 2 0", "1 1 contributor"),
    _Known("MPL-1.1", "mozilla public license version 1 1", "1 definitions"),
    _Known("EPL-2.0", "eclipse public license v 2 0"),
    _Known("EPL-1.0", "eclipse public license v 1 0"),
    _Known("CDDL-1.1", "common development and distribution license cddl version 1 1"),
    _Known("CDDL-1.0", "common development and distribution license cddl version 1 0"),
    _Known("Artistic-2.0", "the artistic license 2 0"),
    _Known("Artistic-1.0-Perl", "the artistic license preamble", "aggregation of this package"),
    _Known("Artistic-1.0", "the artistic license preamble"),
    _Known("BSL-1.0", "boost software license version 1 0"),
    _Known("PSF-2.0", "python software foundation license version 2"),
    _Known("PSF-2.0", "psf license agreement for python"),
    _Known("Unlicense", "this is free and unencumbered software released into the public domain"),
    _Known("CC0-1.0", "cc0 1 0 universal"),
    _Known("CC-BY-SA-4.0", "creative commons attribution sharealike 4 0 international"),
    _Known("CC-BY-4.0", "creative commons attribution 4 0 international"),
    _Known("WTFPL", "do what the fuck you want to public license"),
    _Known("OFL-1.1", "sil open font license version 1 1"),
    _Known("NCSA", "university of illinois ncsa open source license"),
    _Known("UPL-1.0", "the universal permissive license upl version 1 0"),
    _Known("EUPL-1.2", "european union public licence v 1 2"),
    _Known("MulanPSL-2.0", "mulan permissive software license version 2"),
    _Known("BlueOak-1.0.0", "blue oak model license version 1 0 0"),
    _Known("SSPL-1.0", "server side public license version 1"),
    _Known("BUSL-1.1", "business source license 1 1"),
    _Known("Elastic-2.0", "elastic license 2 0"),
    _Known("PHP-3.01", "the php license version 3 01"),
    _Known("Zlib", "without any express or implied warranty in no event will the author",
           "altered source versions must be plainly marked"),
    _Known("PostgreSQL", "permission to use copy modify and distribute this software and its documentation "
           "for any purpose without fee and without a written agreement is hereby granted"),
    _Known("ISC", _ISC, "provided that the above copyright notice"),
    _Known("ISC", _ISC_OLD, "provided that the above copyright notice"),
    _Known("0BSD", _ISC, "", "provided that"),
    _Known("MIT", _MIT, "permission notice shall be included in all copies or substantial portions"),
    _Known("MIT-0", _MIT, "the software is provided as is without warranty", "permission notice shall be"),
    _Known("BSD-4-Clause", _BSD, "all advertising materials mentioning features"),
    _Known("BSD-3-Clause-Clear", _BSD, "no express or implied licenses to any party s patent rights"),
    _Known("BSD-3-Clause", _BSD, _ENDORSE),
    _Known("BSD-2-Clause", _BSD, "redistributions in binary form must reproduce", _ENDORSE),
    _Known("BSD-1-Clause", _BSD, "redistributions of source code must retain", "in binary form must"),
)  # fmt: skip

# Notices that stand at the top of a file in place of a text.
_NOTICES = (
    ("Apache-2.0", "licensed under the apache license version 2 0"),
    ("Apache-2.0", "licensed to the apache software foundation asf under one or more contributor"),
    ("MPL-2.0", "subject to the terms of the mozilla public license v 2 0"),
    ("MPL-1.1", "subject to the mozilla public license version 1 1"),
    ("BSL-1.0", "distributed under the boost software license version 1 0"),
    ("EPL-2.0", "terms of the eclipse public license v 2 0"),
    ("EPL-2.0", "terms of the eclipse public license 2 0"),
    ("EPL-1.0", "terms of the eclipse public license v1 0"),
    ("CDDL-1.0", "subject to the terms of the common development and distribution license version 1 0"),
    ("MIT", "licensed under the mit license"),
    ("MIT", "released under the mit license"),
    ("MIT", "distributed under the mit license"),
    ("MIT", "licensed under the terms of the mit license"),
    ("Unlicense", "licensed under the unlicense"),
    ("CC0-1.0", "distributed under the cc0"),
)

_GNU = (
    re.compile(
        r"gnu (?P<kind>lesser |library |affero )?general public licen[sc]e (?:[al]?gpl )?"
        r"(?:as published by the free software foundation )?(?:either )?(?:version |v ?)"
        r"(?P<version>[123](?: [01])?)\b(?: of the licen[sc]e)?"
        r"(?P<later> (?:or |and )?(?:at your option )?(?:any )?later\b)?"
    ),
    re.compile(
        r"(?:either )?version (?P<version>[123](?: [01])?)"
        r"(?P<later> or (?:at your option )?any later version)?"
        r" of the gnu (?P<kind>lesser |library |affero )?general public licen[sc]e"
    ),
)
_EXCEPTIONS = (
    (
        "Classpath-exception-2.0",
        "linking this library statically or dynamically with other modules is making",
    ),
    ("GCC-exception-3.1", "gcc runtime library exception"),
    ("LLVM-exception", "llvm exceptions to the apache 2 0 license"),
)

_SPDX_MARK = re.compile(r"SPDX-License-Identifier:[ \t]*([^\r\n]{1,200})")
_TAG = re.compile(r"@licen[sc]e[ \t]+([A-Za-z0-9.+-]+)[ \t]*(?:$|[\r\n*;])")


def _gnu_notice(words: str) -> str | None:
    for pattern in _GNU:
        if match := pattern.search(words):
            return gnu_version(GNU_NAMES[match["kind"] or ""], match["version"], match["later"])
    return None


def _first_text(words: str) -> tuple[int, str] | None:
    """Where the first licence text begins, and its name."""
    best: tuple[int, str] | None = None
    for known in _TEXTS:
        start = words.find(known.phrase)
        if start < 0 or (best is not None and start >= best[0]):
            continue
        window = words[start : start + _WINDOW]
        if known.following in window and (not known.without or known.without not in window):
            best = start, known.name
    return best


def _with_exception(name: str, words: str) -> str:
    for exception, phrase in _EXCEPTIONS:
        if phrase in words[:_LONGEST]:
            return f"{name} WITH {exception}"
    return name


def detect_licence(text: str) -> str | None:
    """SPDX expression of a licence text (a LICENSE or COPYING file), None if it is not recognised."""
    if match := _SPDX_MARK.search(text[:HEADER_CHARACTERS]):
        return expression(_stripped(match[1]))
    words = words_of(text[:_TEXT_CHARACTERS])
    found = _first_text(words)
    if found is None:
        return _notice(words[:HEADER_CHARACTERS])
    start, name = found
    if name.endswith("-only"):
        notice = _gnu_notice(words[:start].replace("version 3 29 june", "").replace("version 2 june", ""))
        if notice and notice.endswith("-or-later") and notice.startswith(name.removesuffix("-only")):
            name = notice
        return _with_exception(name, words)
    return _with_exception(name, words) if name == "Apache-2.0" else name


def _stripped(text: str) -> str:
    """What follows an SPDX mark, without the end of the comment or string it stands in."""
    return re.split(r"\*/|-->|--\}|\*\)|\"|'|\\n|#\}|%>|;", text, maxsplit=1)[0].strip(" \t*#/")


def _notice(words: str) -> str | None:
    for name, phrase in _NOTICES:
        if phrase in words:
            return name
    if "general public licen" in words and (granted := _gnu_notice(words)):
        return _with_exception(granted, words)
    return None


def licence_from_header(text: str) -> str | None:
    """SPDX expression that the head of a source file states, None if it states none.

    A mark `SPDX-License-Identifier` counts first, then a licence text or notice. A notice
    that only points elsewhere ("that can be found in the LICENSE file") states none.
    """
    head = text[:HEADER_CHARACTERS]
    if "icen" not in head and "ICEN" not in head and "ermission" not in head and "edistribution" not in head:
        return None
    if "SPDX-License-Identifier" in head:
        marks = [expression(_stripped(match[1])) for match in _SPDX_MARK.finditer(head)]
        if any(marks):
            return next(filter(None, marks))
    words = words_of(head)
    if found := _first_text(words):
        return found[1]
    if named := _notice(words):
        return named
    tag = _TAG.search(head)
    return expression(tag[1], known=True) if tag else None
