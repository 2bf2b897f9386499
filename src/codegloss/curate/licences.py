"""Which licences let their code be trained on and the weights be passed on."""

from __future__ import annotations

import re

# SPDX identifiers that ask for a notice at most: no copyleft, no field of use, no non-commercial clause.
_IDENTIFIERS = """
0BSD AFL-2.1 AFL-3.0 Apache-1.1 Apache-2.0 Artistic-2.0 Beerware BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause
BSD-2-Clause-Patent BSD-3-Clause BSD-3-Clause-Clear BSD-3-Clause-LBNL BSD-Source-Code BSL-1.0 bzip2-1.0.6
CC0-1.0 CNRI-Python curl ECL-2.0 FSFAP FTL HPND ICU IJG ISC Libpng libpng-2.0 MIT MIT-0 MIT-CMU MulanPSL-2.0
NCSA PHP-3.01 PostgreSQL PSF-2.0 Python-2.0 Python-2.0.1 Ruby SMLNJ TCL Unicode-3.0 Unicode-DFS-2016
Unlicense UPL-1.0 W3C WTFPL X11 Zlib zlib-acknowledgement ZPL-2.1
"""
PERMISSIVE = frozenset(_IDENTIFIERS.split())
_TOKEN = re.compile(r"\(|\)|[A-Za-z0-9.:+-]+")


def is_permissive(expression: str | None) -> bool:
    """Whether an SPDX expression leaves a permissive choice; False for none, unknown or malformed ones.

    `A OR B` needs one permissive side, `A AND B` both; an exception (`WITH`) only ever permits more.
    """
    tokens = _TOKEN.findall(expression or "")[::-1]
    try:
        return bool(tokens) and _either(tokens) and not tokens
    except IndexError:
        return False


def _either(tokens: list[str]) -> bool:
    found = _both(tokens)
    while tokens and tokens[-1].upper() == "OR":
        tokens.pop()
        found = _both(tokens) or found
    return found


def _both(tokens: list[str]) -> bool:
    found = _one(tokens)
    while tokens and tokens[-1].upper() == "AND":
        tokens.pop()
        found = _one(tokens) and found
    return found


def _one(tokens: list[str]) -> bool:
    token = tokens.pop()
    if token == "(":
        found = _either(tokens)
        if tokens.pop() != ")":
            raise IndexError
        return found
    if tokens and tokens[-1].upper() == "WITH":
        del tokens[-2:]
    return token in PERMISSIVE
