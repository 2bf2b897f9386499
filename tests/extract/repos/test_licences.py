"""Licences: texts told apart by their phrases, headers, and the names in metadata."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.extract.repos.licences import detect_licence, licence_from_header
from codegloss.extract.repos.spdx import expression, licence_from_name

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of … deal in it …
The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software."""
ISC = """Permission to use, copy, modify, and/or distribute this software for any purpose with or
without fee is hereby granted{condition}. THE SOFTWARE IS PROVIDED "AS IS" …"""
BSD = """Redistribution and use in source and binary forms, with or without modification, are permitted:
1. Redistributions of source code must retain …
{second}{third}"""
SECOND = "2. Redistributions in binary form must reproduce …\n"
THIRD = "3. Neither the name of X may be used\n * to endorse or promote products derived from\nthis software"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (MIT, "MIT"),
        (ISC.format(condition=", provided that the above copyright notice appears in all copies"), "ISC"),
        (ISC.format(condition=""), "0BSD"),
        (BSD.format(second=SECOND, third=THIRD), "BSD-3-Clause"),
        (BSD.format(second=SECOND, third=""), "BSD-2-Clause"),
        ("                 GNU GENERAL PUBLIC LICENSE\n   Version 2, June 1991", "GPL-2.0-only"),
        ("GNU LESSER GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007", "LGPL-3.0-only"),
        ("GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007", "AGPL-3.0-only"),
        ("Apache License\n  Version 2.0, January 2004", "Apache-2.0"),
        ("This is free and unencumbered software released into the public domain.", "Unlicense"),
        ("SPDX-License-Identifier: mit OR apache-2.0", "MIT OR Apache-2.0"),
        ("All rights reserved.", None),
        ("", None),
    ],
)
def test_texts(text: str, name: str | None) -> None:
    assert detect_licence(text) == name


def test_line_breaks_case_and_comment_marks_do_not_matter() -> None:
    wrapped = "\r\n".join(" *  " + word for word in MIT.upper().split(" "))
    assert detect_licence(wrapped) == "MIT"


def test_a_statement_above_the_gnu_text_grants_later_versions() -> None:
    statement = "under the GNU General Public License, version 2, or (at your option) any later version"
    text = f"{statement}.\n\nGNU GENERAL PUBLIC LICENSE Version 2, June 1991"
    assert detect_licence(text) == "GPL-2.0-or-later"


def test_the_first_of_several_texts_counts() -> None:
    assert detect_licence(f"{MIT}\n\nBundled code:\n{BSD.format(second=SECOND, third=THIRD)}") == "MIT"
    assert detect_licence(f"{BSD.format(second=SECOND, third=THIRD)}\n\nBundled:\n{MIT}") == "BSD-3-Clause"


@pytest.mark.parametrize(
    "name",
    [
        "Apache-2.0",
        "MPL-2.0",
        "MPL-1.1",
        "CC0-1.0",
        "GPL-1",
        "GPL-2",
        "GPL-3",
        "LGPL-2",
        "LGPL-2.1",
        "LGPL-3",
        "Artistic",
        "BSD",
    ],
)
def test_the_texts_that_debian_ships(name: str) -> None:
    file = Path("/usr/share/common-licenses") / name
    if not file.exists():
        pytest.skip("no Debian texts here")
    told = detect_licence(file.read_text("utf-8"))
    assert told is not None
    assert told.startswith(name)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "// SPDX-License-Identifier: GPL-2.0+ WITH Linux-syscall-note\n",
            "GPL-2.0-or-later WITH Linux-syscall-note",
        ),
        ("/* SPDX-License-Identifier: (mit OR Apache-2.0) */\n", "(MIT OR Apache-2.0)"),
        ("<!-- SPDX-License-Identifier: MIT -->", "MIT"),
        ("# SPDX-License-Identifier: not a licence at all\n", None),
        ('# Licensed under the Apache License, Version 2.0 (the "License"); you may', "Apache-2.0"),
        (" * version 2.1 of the License, or (at your option) any later version.", None),
        (
            " * modify it under the terms of the GNU Lesser General Public\n * License as published by the "
            "Free Software Foundation; either\n * version 2.1 of the License, or (at your option) any later.",
            "LGPL-2.1-or-later",
        ),
        ("under the terms of the GNU General Public License version 2 as published by", "GPL-2.0-only"),
        ("under the terms of version 3 of the GNU General Public License", "GPL-3.0-only"),
        (
            "Use of this source code is governed by a BSD-style\n// license that can be found in LICENSE.",
            None,
        ),
        (
            "// This Source Code Form is subject to the terms of the Mozilla Public\n// License, v. 2.0.",
            "MPL-2.0",
        ),
        ("/**\n * @license MIT\n */", "MIT"),
        ("import os\n\ndef licence():\n    return None\n", None),
    ],
)
def test_headers(header: str, name: str | None) -> None:
    assert licence_from_header(header) == name
    assert licence_from_header(header + "\nint main(void) { return 0; }\n") == name


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("MIT", "MIT"),
        ("mit", "MIT"),
        ("The MIT License", "MIT"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("ASL 2", "Apache-2.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", "Apache-2.0"),
        ("License :: OSI Approved :: Apache Software License", None),
        ("License :: OSI Approved :: MIT License", "MIT"),
        ("License :: OSI Approved :: GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
        ("License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("GPLv3+", "GPL-3.0-or-later"),
        ("GPL-3.0", "GPL-3.0-only"),
        ("LGPL v2.1", "LGPL-2.1-only"),
        ("New BSD License", "BSD-3-Clause"),
        ("BSD 3-Clause License", "BSD-3-Clause"),
        ("Simplified BSD", "BSD-2-Clause"),
        ("2-clause BSD", "BSD-2-Clause"),
        ("BSD", None),
        ("BSD License", None),
        ("SEE LICENSE IN LICENSE.md", None),
        ("UNLICENSED", None),
        ("Proprietary", None),
        ("", None),
        ("GPL", None),
    ],
)
def test_names_in_metadata(name: str, licence: str | None) -> None:
    assert licence_from_name(name) == licence


@pytest.mark.parametrize(
    ("text", "regular"),
    [
        ("mit and (apache-2.0 or isc)", "MIT AND (Apache-2.0 OR ISC)"),
        ("GPL-2.0 with classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("LicenseRef-Own", "LicenseRef-Own"),
        ("MIT OR", None),
        ("OR MIT", None),
        ("MIT ISC", None),
        ("(MIT", None),
        ("MIT)", None),
        ("()", None),
        ("MIT, ISC", None),
        ("", None),
    ],
)
def test_expressions(text: str, regular: str | None) -> None:
    assert expression(text) == regular


@given(st.lists(st.sampled_from(["MIT", "gpl-3.0", "AND", "or", "(", ")", "WITH", "x+"]), max_size=8))
def test_a_regular_expression_stays_as_it_is(tokens: list[str]) -> None:
    regular = expression(" ".join(tokens))
    if regular is not None:
        assert expression(regular) == regular


@given(st.text(max_size=300) | st.text(alphabet="SPDX-License-Identifier: MIT()\n/*", max_size=100))
def test_any_text_is_survived(text: str) -> None:
    detect_licence(text)
    licence_from_header(text)
    licence_from_name(text)
