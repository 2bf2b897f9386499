"""Package metadata of each ecosystem, well formed and damaged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegloss.extract.repos.packages import Package, described, is_metadata, repository_licence

MIT_TEXT = b"SPDX-License-Identifier: MIT\n"
APACHE_TEXT = b"Apache License\nVersion 2.0, January 2004\n"
POM = b"""<?xml version="1.0"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent><groupId>org.p</groupId><artifactId>parent</artifactId><version>7</version></parent>
  <artifactId>child</artifactId>
  <licenses><license><name>The Apache Software License, Version 2.0</name></license></licenses>
  <dependencies><dependency><artifactId>other</artifactId><version>1</version></dependency></dependencies>
</project>"""
GEMSPEC = b"""Gem::Specification.new do |s|
  s.name = "thing"
  s.version = Thing::VERSION
  s.licenses = ['MIT', "Ruby"]
end"""


@pytest.mark.parametrize(
    ("file", "content", "package"),
    [
        (
            "package.json",
            b'{"name":"a","version":"1.0.0","license":"(MIT OR GPL-2.0)"}',
            Package("a", "1.0.0", "(MIT OR GPL-2.0-only)"),
        ),
        (
            "package.json",
            b'{"licenses":[{"type":"MIT"},{"type":"Apache-2.0"}]}',
            Package(None, None, "MIT OR Apache-2.0"),
        ),
        ("package.json", b'{"name":"a","license":{"type":"ISC","url":"x"}}', Package("a", None, "ISC")),
        ("package.json", b'{"name":"a","license":"UNLICENSED"}', Package("a")),
        (
            "METADATA",
            b"Name: a\nVersion: 2\nLicense-Expression: MIT AND BSD-3-Clause\nLicense: x\n\nLicense: GPL",
            Package("a", "2", "MIT AND BSD-3-Clause"),
        ),
        (
            "PKG-INFO",
            b"Name: a\nVersion: 2\nLicense: ?\nClassifier: License :: OSI Approved :: ISC License (ISCL)\n",
            Package("a", "2", "ISC"),
        ),
        (
            "pyproject.toml",
            b'[project]\nname="a"\nversion="3"\nlicense="MPL-2.0"\n',
            Package("a", "3", "MPL-2.0"),
        ),
        (
            "pyproject.toml",
            b'[tool.poetry]\nname="a"\nlicense="LGPL-2.1+"\n',
            Package("a", None, "LGPL-2.1-or-later"),
        ),
        (
            "setup.cfg",
            b"[metadata]\nname = a\nversion = attr: a.v\nlicense = BSD-2-Clause\n",
            Package("a", None, "BSD-2-Clause"),
        ),
        (
            "Cargo.toml",
            b'[package]\nname="a"\nversion="0.1.0"\nlicense="MIT/Apache-2.0"\n',
            Package("a", "0.1.0", "MIT OR Apache-2.0"),
        ),
        (
            "composer.json",
            b'{"name":"v/p","license":["MIT","GPL-3.0-or-later"]}',
            Package("v/p", None, "MIT OR GPL-3.0-or-later"),
        ),
        ("pom.xml", POM, Package("org.p:child", "7", "Apache-2.0")),
        ("thing.gemspec", GEMSPEC, Package("thing", None, "MIT OR Ruby")),
    ],
)
def test_each_kind_of_metadata(file: str, content: bytes, package: Package) -> None:
    assert is_metadata(file)
    assert described({file: content}) == package


def test_metadata_wins_over_texts_which_win_over_nothing() -> None:
    cargo = b'[package]\nlicense = "MIT OR Apache-2.0"\n'
    texts = {"LICENSE-MIT": MIT_TEXT, "LICENSE-APACHE": APACHE_TEXT}
    assert repository_licence({"Cargo.toml": cargo, "LICENSE-MIT": MIT_TEXT}) == "MIT OR Apache-2.0"
    assert repository_licence({"Cargo.toml": b"[package]\n", "COPYING": MIT_TEXT}) == "MIT"
    assert repository_licence(texts) == "Apache-2.0 OR MIT"
    assert (
        repository_licence({"LICENSE": MIT_TEXT, "LICENSE-docs": b"SPDX-License-Identifier: CC-BY-4.0"})
        == "MIT AND CC-BY-4.0"
    )
    gnu = {
        "COPYING": b"GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007",
        "COPYING.LESSER": b"GNU LESSER GENERAL PUBLIC LICENSE Version 3, 29 June 2007",
    }
    assert repository_licence(gnu) == "LGPL-3.0-only"
    assert repository_licence({}) is None


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "LICENCE.txt",
        "license.md",
        "COPYING",
        "COPYING.LESSER",
        "MIT-LICENSE",
        "LICENSE-APACHE",
        "LICENSE.MIT",
        "UNLICENSE",
        "LICENSE-2.0.txt",
    ],
)
def test_licence_files_by_name(name: str) -> None:
    assert is_metadata(name)


@pytest.mark.parametrize(
    "name", ["license.py", "LicenseManager.java", "licensing", "copying.c", "main.go", "LICENSE.go"]
)
def test_sources_that_speak_of_licences_are_none(name: str) -> None:
    assert not is_metadata(name)


@given(
    st.sampled_from(
        [
            "package.json",
            "METADATA",
            "pyproject.toml",
            "setup.cfg",
            "Cargo.toml",
            "pom.xml",
            "pom.properties",
            "composer.json",
            "MANIFEST.MF",
            "x.gemspec",
            "LICENSE",
        ]
    ),
    st.binary(max_size=80)
    | st.sampled_from(
        [
            b"[" * 90_000,
            b'{"license":' * 9_000,
            b"null",
            b"[]",
            b'{"license": 3}',
            b"[project]\nlicense = 3",
            b"<a>" * 9_000,
            b"a = " + b"[" * 9_000,
        ]
    ),
)
def test_damaged_metadata_says_nothing(name: str, content: bytes) -> None:
    assert isinstance(described({name: content}), Package)


def test_entities_do_not_expand_without_end() -> None:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "x" * 100}">' for i in range(12))
    bomb = f"<!DOCTYPE p [{entities}]><project><artifactId>&e11;</artifactId></project>"
    assert described({"pom.xml": bomb.encode()}) == Package()
