"""What a package says of itself in its metadata and licence files: name, version, licence.

The same functions serve folders and archives: they take the files' contents by name.
Metadata that names its licence plainly wins over licence texts, as it alone can say
"or later" and "either of both"; a damaged metadata file says nothing.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from typing import Any
from xml.etree import ElementTree

from codegloss.extract.repos.licences import detect_licence
from codegloss.extract.repos.spdx import expression, licence_from_name


@dataclass(frozen=True, slots=True)
class Package:
    """What the metadata files of one folder say; None where they are silent."""

    name: str | None = None
    version: str | None = None
    licence: str | None = None  # SPDX expression


def _string(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _any_of(names: Any) -> str | None:
    """One expression for a list of names of which the user may choose, None if one is not understood."""
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        return None
    known = [licence_from_name(name) for name in names]
    return expression(" OR ".join(f"({k})" if " " in k else k for k in known if k)) if all(known) else None


def _classified(classifiers: Any) -> str | None:
    """The licence of trove classifiers, if they name exactly one."""
    lines = classifiers if isinstance(classifiers, list) else []
    names = [line for line in lines if isinstance(line, str) and line.startswith("License ::")]
    found = {licence_from_name(name) for name in names} - {None}
    return found.pop() if len(found) == 1 else None


def _package_json(text: str) -> Package:
    data = _table(json.loads(text))
    stated = data.get("license", data.get("licenses"))
    if isinstance(stated, list):  # how npm once had it
        licence = _any_of([_table(one).get("type", one) for one in stated])
    else:
        licence = licence_from_name(_string(_table(stated).get("type")) or _string(stated) or "")
    return Package(_string(data.get("name")), _string(data.get("version")), licence)


def _composer_json(text: str) -> Package:
    data = _table(json.loads(text))
    stated = data.get("license")
    licence = _any_of(stated) if isinstance(stated, list) else licence_from_name(_string(stated) or "")
    return Package(_string(data.get("name")), _string(data.get("version")), licence)


def _core_metadata(text: str) -> Package:
    """Python's METADATA and PKG-INFO: https://packaging.python.org/specifications/core-metadata/."""
    head = HeaderParser().parsestr(text)
    free = str(head.get("License") or "")
    licence = (
        expression(str(head.get("License-Expression") or ""))
        or licence_from_name(free)
        or _classified(head.get_all("Classifier"))
        or (detect_licence(free) if len(free) > 200 else None)
    )
    return Package(_string(head.get("Name")), _string(head.get("Version")), licence)


def _pyproject(text: str) -> Package:
    data = tomllib.loads(text)
    project = _table(data.get("project")) or _table(_table(data.get("tool")).get("poetry"))
    stated = project.get("license")
    words = _string(stated) or _string(_table(stated).get("text")) or ""
    licence = licence_from_name(words) or detect_licence(words) or _classified(project.get("classifiers"))
    return Package(_string(project.get("name")), _string(project.get("version")), licence)


def _setup_cfg(text: str) -> Package:
    parser = configparser.RawConfigParser(strict=False)
    parser.read_string(text)
    if not parser.has_section("metadata"):
        return Package()
    data = dict(parser.items("metadata"))
    licence = licence_from_name(data.get("license", "")) or _classified(
        data.get("classifiers", "").splitlines()
    )
    version = data.get("version", "")
    return Package(_string(data.get("name")), None if ":" in version else _string(version), licence)


def _cargo(text: str) -> Package:
    data = tomllib.loads(text)
    package = _table(data.get("package")) or _table(_table(data.get("workspace")).get("package"))
    licence = licence_from_name(_string(package.get("license")) or "")
    return Package(_string(package.get("name")), _string(package.get("version")), licence)


def _pom(text: str) -> Package:
    root = ElementTree.fromstring(text)  # expat bounds the expansion of entities itself
    space = root.tag.partition("}")[0] + "}" if root.tag.startswith("{") else ""

    def value(*steps: str) -> str | None:
        return _string(root.findtext("/".join(space + step for step in steps)))

    group = value("groupId") or value("parent", "groupId")
    name = value("artifactId")
    version = value("version") or value("parent", "version")
    names = [node.findtext(f"{space}name") for node in root.iter(f"{space}license")]
    addresses = [node.findtext(f"{space}url") for node in root.iter(f"{space}license")]
    return Package(
        f"{group}:{name}" if group and name else name,
        None if version and "$" in version else version,
        _any_of(names) or _any_of(addresses),
    )


_GEM_FIELD = re.compile(r"\.(name|version|licenses?)\s{0,9}=([^\n]{0,400})")
_QUOTED = re.compile(r"""["']([^"'#{}]{1,100})["']""")


def _gemspec(text: str) -> Package:
    fields = {match[1]: _QUOTED.findall(match[2]) for match in _GEM_FIELD.finditer(text)}
    name, version = (next(iter(fields.get(field, ())), None) for field in ("name", "version"))
    return Package(name, version, _any_of(fields.get("licenses") or fields.get("license")))


def _maven_properties(text: str) -> Package:
    pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#")
    group, name = _string(pairs.get("groupId")), _string(pairs.get("artifactId"))
    return Package(f"{group}:{name}" if group and name else name, _string(pairs.get("version")), None)


def _manifest(text: str) -> Package:
    """A jar's META-INF/MANIFEST.MF, whose lines go on after a newline and a space."""
    pairs = dict(line.split(": ", 1) for line in re.sub(r"\r?\n ", "", text).splitlines() if ": " in line)
    return Package(None, None, licence_from_name(pairs.get("Bundle-License", "").split(";")[0]))


# In the order in which they are believed.
_READERS: dict[str, Callable[[str], Package]] = {
    "METADATA": _core_metadata,
    "PKG-INFO": _core_metadata,
    "package.json": _package_json,
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "Cargo.toml": _cargo,
    "pom.properties": _maven_properties,
    "pom.xml": _pom,
    "composer.json": _composer_json,
    "MANIFEST.MF": _manifest,
}
_LICENCE_FILE = re.compile(
    r"(?:.{0,40}[-_.])?(?:licen[sc]e|copying|unlicen[sc]e|copyright)s?(?:[-_.].{0,40})?", re.I
)
_NO_TEXT = re.compile(r"\.(?!txt|md|rst|html?|mit|apache|bsd|lesser|lib|gpl|v?\d)[a-z]\w*$", re.I)


def _is_licence_text(name: str) -> bool:
    return bool(_LICENCE_FILE.fullmatch(name)) and not _NO_TEXT.search(name)


def is_metadata(name: str) -> bool:
    """Whether a file of this name can say something about the package it lies in."""
    return name in _READERS or name.endswith(".gemspec") or _is_licence_text(name)


def _read(reader: Callable[[str], Package], data: bytes) -> Package:
    try:
        return reader(data.decode("utf-8-sig", "replace"))
    except (ValueError, ElementTree.ParseError, configparser.Error, RecursionError):
        return Package()  # the file is met again as a file of its own


def repository_licence(files: Mapping[str, bytes]) -> str | None:
    """SPDX expression for a package, from its metadata and licence files by name; None if they tell none."""
    return described(files).licence


def described(files: Mapping[str, bytes]) -> Package:
    """What the metadata and licence files of one folder say, by file name.

    Each of name, version and licence comes from the first file that has it.
    """
    said = [_read(reader, files[name]) for name, reader in _READERS.items() if name in files]
    said += [_read(_gemspec, data) for name, data in sorted(files.items()) if name.endswith(".gemspec")]
    licence = next((package.licence for package in said if package.licence), None)
    return Package(
        next((package.name for package in said if package.name), None),
        next((package.version for package in said if package.version), None),
        licence or _of_texts(files),
    )


def _of_texts(files: Mapping[str, bytes]) -> str | None:
    texts = {name: data for name, data in sorted(files.items()) if _is_licence_text(name)}
    found = {name: detect_licence(data.decode("utf-8-sig", "replace")) for name, data in texts.items()}
    known = dict.fromkeys(licence for licence in found.values() if licence)
    if len(known) > 1 and set(known) & {"LGPL-3.0-only", "LGPL-3.0-or-later"}:
        known.pop("GPL-3.0-only", None)  # the LGPL 3 is written as an addition to it
    if len(known) < 2:
        return next(iter(known), None)
    # LICENSE-MIT beside LICENSE-APACHE offers a choice; other texts side by side cover different parts.
    choice = set(known) == {"MIT", "Apache-2.0"} and len(texts) == 2
    return (" OR " if choice else " AND ").join(f"({k})" if " OR " in k else k for k in known)
