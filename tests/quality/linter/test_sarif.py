"""The SARIF log has the shape that the standard asks for.

`SHAPE` holds what the schema of SARIF 2.1.0 (OASIS, errata 01) says of the objects that are written: which
properties there may be, which there must be, and their types. Its names are held against `sarif_om`, whose
classes were made from the schema by a program; the types are not in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import attr
import pytest
import sarif_om

from codegloss.quality.claims.rule import Claim, Rule, Subject
from codegloss.quality.linter.examine import Located
from codegloss.quality.linter.sarif import sarif
from codegloss.records import Finding


def nothing(subject: Subject) -> Iterator[Claim]:
    return iter(())


RULES = [
    Rule("CG101", "unknown-parameter", "summary", "explanation", 0.9, nothing),
    Rule("CG201", "documented-return", "summary", "explanation", 0.4, nothing),
]


def located(path: str, line: int = 3) -> Located:
    finding = Finding("id", "r", path, line, "C.f", "python", "CG201", "n", "“x” is\nnot", "x <y>", 0.875)
    return Located(finding, f"/root/{path}", 0)


# Object → property → type, another object, a list of either, or the words that are allowed. `!`: required.
SHAPE: dict[str, dict[str, Any]] = {
    "log": {"$schema": str, "version!": {"2.1.0"}, "runs!": ["run"]},
    "run": {"tool!": "tool", "results": ["result"], "columnKind": {"utf16CodeUnits", "unicodeCodePoints"}},
    "tool": {"driver!": "component"},
    "component": {"name!": str, "semanticVersion": str, "rules": ["descriptor"]},
    "descriptor": {
        "id!": str,
        "name": str,
        "shortDescription": "text",
        "fullDescription": "text",
        "help": "text",
        "defaultConfiguration": "configuration",
        "properties": "properties",
    },
    "text": {"text!": str},
    "configuration": {"level": {"none", "note", "warning", "error"}},
    "properties": {"precision": {"very-high", "high", "medium", "low"}, "tags": [str]},
    "result": {
        "ruleId": str,
        "ruleIndex": int,
        "level": {"none", "note", "warning", "error"},
        "message!": "text",
        "rank": float,
        "locations": ["location"],
        "partialFingerprints": "fingerprints",
    },
    "location": {"physicalLocation": "physical", "logicalLocations": ["logical"]},
    "physical": {"artifactLocation": "artifact", "region": "region"},
    "artifact": {"uri": str, "uriBaseId": str},
    "region": {"startLine": int, "snippet": "text"},
    "logical": {"fullyQualifiedName": str, "kind": str},
    "fingerprints": {"codeglossFinding/v1": str},
}


# The object → the class that was made from its definition in the schema.
CLASSES = {
    "log": sarif_om.SarifLog,
    "run": sarif_om.Run,
    "tool": sarif_om.Tool,
    "component": sarif_om.ToolComponent,
    "descriptor": sarif_om.ReportingDescriptor,
    "configuration": sarif_om.ReportingConfiguration,
    "result": sarif_om.Result,
    "location": sarif_om.Location,
    "physical": sarif_om.PhysicalLocation,
    "artifact": sarif_om.ArtifactLocation,
    "region": sarif_om.Region,
    "logical": sarif_om.LogicalLocation,
}


@pytest.mark.parametrize("name", CLASSES)
def test_the_shape_is_that_of_the_schema(name: str) -> None:
    there = {field.metadata["schema_property_name"]: field for field in attr.fields(CLASSES[name])}
    needed = {prop for prop, field in there.items() if field.default is attr.NOTHING}
    assert {prop.rstrip("!") for prop in SHAPE[name]} <= set(there)
    assert {prop[:-1] for prop in SHAPE[name] if prop.endswith("!")} == needed


def assert_shape(value: Any, shape: Any, place: str = "log") -> None:
    if isinstance(shape, list):
        assert isinstance(value, list), place
        for number, item in enumerate(value):
            assert_shape(item, shape[0], f"{place}[{number}]")
    elif isinstance(shape, set):
        assert value in shape, place
    elif isinstance(shape, type):
        assert isinstance(value, shape), place
        assert not isinstance(value, bool), place
    else:
        assert isinstance(value, dict), place
        allowed = {name.rstrip("!"): inner for name, inner in SHAPE[shape].items()}
        assert set(value) <= set(allowed), place
        assert {name[:-1] for name in SHAPE[shape] if name.endswith("!")} <= set(value), place
        for name, inner in value.items():
            assert_shape(inner, allowed[name], f"{place}.{name}")


def test_it_keeps_to_the_schema() -> None:
    for found in ([], [located("a.py"), located("/b c.py")]):
        log = json.loads(json.dumps(sarif(found, RULES)))
        assert_shape(log, "log")
        assert len(log["runs"][0]["results"]) == len(found)


def test_ids_indices_and_ranks_agree() -> None:
    (run,) = sarif([located("a.py")], RULES)["runs"]
    rules, (result,) = run["tool"]["driver"]["rules"], run["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "CG201"
    assert rules[0]["name"] == "UnknownParameter"
    assert [rule["properties"]["precision"] for rule in rules] == ["high", "low"]
    assert result["rank"] == 87.5
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 3


def test_paths_are_uri_references() -> None:
    for path in ("src/a b#c?.py", "c:x.py", "é/ü.py", "/abs/x%41.py"):
        artifact = sarif([located(path)], RULES)["runs"][0]["results"][0]["locations"][0]["physicalLocation"][
            "artifactLocation"
        ]
        uri = artifact["uri"]
        assert re.fullmatch(r"(?:file://)?[\w./~%-]+", uri, re.ASCII)
        assert unquote(uri.removeprefix("file://")) == path
        assert ("uriBaseId" in artifact) is not path.startswith("/")


def test_the_fingerprint_outlives_moved_lines() -> None:
    def fingerprint(one: Located) -> dict[str, str]:
        prints: dict[str, str] = sarif([one], RULES)["runs"][0]["results"][0]["partialFingerprints"]
        return prints

    assert fingerprint(located("a.py", 3)) == fingerprint(located("a.py", 30)) != fingerprint(located("b.py"))
