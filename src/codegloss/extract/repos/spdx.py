"""Licence expressions in SPDX's language, and the free-form names that package metadata uses."""

from __future__ import annotations

import re

GNU_NAMES = {"": "GPL", "lesser ": "LGPL", "library ": "LGPL", "affero ": "AGPL"}
_TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.:-]+\+?")
_WORD = re.compile(r"[a-z0-9]+")


def words_of(text: str) -> str:
    """The bare words of a text in lower case, one space between them."""
    return " ".join(_WORD.findall(text.lower()))


def gnu_version(family: str, version: str, later: str | None) -> str:
    """Identifier of a GNU licence from its family (GPL, …) and version as words, `2 1` for 2.1."""
    version = version.replace(" ", ".")
    return f"{family}-{version if '.' in version else version + '.0'}-{'or-later' if later else 'only'}"


_IDENTIFIERS = """
0BSD AFL-2.1 AFL-3.0 AGPL-1.0-only AGPL-3.0-only AGPL-3.0-or-later Apache-1.0 Apache-1.1 Apache-2.0
Artistic-1.0 Artistic-1.0-Perl Artistic-2.0 Beerware BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause
BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-3-Clause-LBNL BSD-4-Clause BSD-Source-Code
BSL-1.0 BUSL-1.1 bzip2-1.0.6 CC-BY-3.0 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-ND-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0
CC0-1.0 CDDL-1.0 CDDL-1.1 CECILL-2.1 CNRI-Python CPL-1.0 curl ECL-2.0 EFL-2.0 Elastic-2.0 EPL-1.0 EPL-2.0
EUPL-1.1 EUPL-1.2 FSFAP FTL GFDL-1.2-only GFDL-1.3-only GFDL-1.3-or-later GPL-1.0-only GPL-1.0-or-later
GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later HPND ICU IJG ISC JSON LGPL-2.0-only
LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later Libpng libpng-2.0
LPPL-1.3c MIT MIT-0 MIT-CMU MPL-1.0 MPL-1.1 MPL-2.0 MS-PL MS-RL MulanPSL-2.0 NCSA OFL-1.1 OpenSSL OSL-3.0
PHP-3.01 PostgreSQL PSF-2.0 Python-2.0 Python-2.0.1 QPL-1.0 Ruby SMLNJ SSPL-1.0 TCL Unicode-3.0
Unicode-DFS-2016 Unlicense UPL-1.0 Vim W3C WTFPL X11 Zlib zlib-acknowledgement ZPL-2.1
Autoconf-exception-3.0 Bison-exception-2.2 Classpath-exception-2.0 GCC-exception-3.1 Linux-syscall-note
LLVM-exception OpenSSL-exception
"""
_SPELLINGS = {name.lower(): name for name in _IDENTIFIERS.split()}

# Names that were current before SPDX 3.0 told -only from -or-later.
_DEPRECATED = re.compile(r"(?:[AL]?GPL-[123]\.[01])\+?", re.IGNORECASE)


def _spelled(identifier: str) -> str:
    if _DEPRECATED.fullmatch(identifier):
        return identifier.upper().removesuffix("+") + ("-or-later" if identifier.endswith("+") else "-only")
    return _SPELLINGS.get(identifier.lower(), identifier)


def expression(text: str, known: bool = False) -> str | None:
    """A licence expression in its regular spelling, or None if `text` is none (SPDX 2.3, annex D).

    With `known`, every identifier must be one that this module knows.
    """
    text = text.strip()
    tokens = _TOKEN.findall(text)
    if not tokens or "".join(tokens) != "".join(text.split()) or len(tokens) > 40:
        return None
    depth, parts, operand = 0, list[str](), True  # `operand`: whether an identifier must come next
    for token in tokens:
        if token == "(" and operand:
            depth += 1
        elif token == ")" and not operand and depth:
            depth -= 1
        elif token.upper() in ("AND", "OR", "WITH") and not operand:
            operand, token = True, token.upper()
        elif operand and token not in ("(", ")") and token.upper() not in ("AND", "OR", "WITH"):
            if known and _spelled(token) == token and token.lower() not in _SPELLINGS:
                return None
            operand, token = False, _spelled(token)
        else:
            return None
        parts.append(token)
    if depth or operand:
        return None
    return " ".join(parts).replace("( ", "(").replace(" )", ")")


# Free-form names in package metadata, as bare words.
_NAMES = (
    ("Apache-2.0", r"(?:the )?(?:apache|asl)(?: software)?(?: licen[sc]e)?(?: v| version)? ?2(?: 0)?"),
    ("MIT", r"(?:the )?(?:mit|expat)(?: licen[sc]e| x11)?"),
    ("BSD-3-Clause", r"(?=.*bsd)(?=.*(?:3|new|modified|revised))"
     r"(?:the|bsd|3|new|modified|revised|clause|licen[sc]e| )+"),
    ("BSD-2-Clause", r"(?=.*bsd)(?=.*(?:2|simplified|freebsd))"
     r"(?:the|bsd|2|simplified|freebsd|clause|licen[sc]e| )+"),
    ("ISC", r"(?:the )?isc(?: licen[sc]e)?(?: iscl)?"),
    ("MPL-2.0", r"(?:mozilla public licen[sc]e|mpl)(?: v| version)? ?2(?: 0)?(?: mpl 2 0)?"),
    ("EPL-2.0", r"(?:the )?(?:eclipse public licen[sc]e|epl)(?: v| version)? ?2(?: 0)?"),
    ("EPL-1.0", r"(?:the )?(?:eclipse public licen[sc]e|epl)(?: v| version)? ?1(?: 0)?"),
    ("CDDL-1.0", r"(?:cddl|common development and distribution licen[sc]e)(?: cddl)?(?: v| version)? ?1 0"),
    ("CDDL-1.1", r"(?:cddl|common development and distribution licen[sc]e)(?: cddl)?(?: v| version)? ?1 1"),
    ("BSL-1.0", r"(?:the )?boost software licen[sc]e(?: version)? ?1 0(?: bsl 1 0)?"),
    ("PSF-2.0", r"(?:python software foundation|psf)(?: licen[sc]e)?(?: version 2| 2 0)?"),
    ("Unlicense", r"(?:the )?unlicense(?: unlicense)?"),
    ("CC0-1.0", r"cc0(?: 1 0)?(?: universal)?(?: cc0 1 0)?(?: public domain dedication)?"),
    ("Zlib", r"zlib(?: libpng)?(?: licen[sc]e)?"),
    ("WTFPL", r"(?:wtfpl|do what the fuck you want to public licen[sc]e)"),
    ("Artistic-2.0", r"(?:the )?artistic(?: licen[sc]e)? 2(?: 0)?"),
)  # fmt: skip
_AMBIGUOUS = frozenset({"bsd", "bsd license", "the bsd license", "bsd licence"})
_GNU_NAME = re.compile(
    r"(?:the )?(?:gnu )?(?:(?P<kind>lesser |library |affero )?general public licen[sc]e|(?P<short>[al]?gpl))"
    r"(?: [al]?gpl)?,?(?: ?v| version)? ?(?P<version>[123](?: [01])?)"
    r"(?P<later> ?plus| or later| or newer| or any later version| and later)?"
    r"(?: [al]?gplv?[123](?: 1)?(?: plus)?)?"
)


def licence_from_name(name: str) -> str | None:
    """SPDX expression for what package metadata calls its licence, None if that is ambiguous.

    Understands expressions, `MIT/Apache-2.0`, full names, addresses and PyPI classifiers.
    """
    name = name.strip()
    if not name or len(name) > 200:
        return None
    if exact := expression(name, known=True):
        return exact
    if "/" in name and "://" not in name and (both := expression(name.replace("/", " OR "), known=True)):
        return both
    name = name.rsplit("::", 1)[-1]
    if "://" in name or name.startswith("www."):
        return _from_address(name)
    words = words_of(name.replace("+", " plus"))
    if words in _AMBIGUOUS:
        return None
    if match := _GNU_NAME.fullmatch(words):
        kind = GNU_NAMES[match["kind"] or ""] if match["short"] is None else match["short"].upper()
        return gnu_version(kind, match["version"], match["later"])
    return next((known for known, pattern in _NAMES if re.fullmatch(pattern, words)), None)


_ADDRESSES = (
    ("Apache-2.0", "apache.org/licenses/license-2.0"),
    ("MIT", "opensource.org/licenses/mit"),
    ("BSD-3-Clause", "opensource.org/licenses/bsd-3-clause"),
    ("BSD-2-Clause", "opensource.org/licenses/bsd-2-clause"),
    ("MPL-2.0", "mozilla.org/mpl/2.0"),
    ("MPL-2.0", "mozilla.org/en-us/mpl/2.0"),
    ("EPL-2.0", "eclipse.org/legal/epl-2.0"),
    ("EPL-2.0", "eclipse.org/legal/epl-v20"),
    ("EPL-1.0", "eclipse.org/legal/epl-v10"),
    ("CC0-1.0", "creativecommons.org/publicdomain/zero/1.0"),
)


def _from_address(address: str) -> str | None:
    return next((name for name, part in _ADDRESSES if part in address.lower()), None)
