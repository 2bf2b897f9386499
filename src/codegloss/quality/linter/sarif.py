"""Findings as SARIF 2.1.0, the format that code hosts and editors read.

OASIS, Static Analysis Results Interchange Format version 2.1.0; section numbers below are of that text.
Paths are URI references relative to the working directory (`%SRCROOT%`, which hosts set to the root of
the checkout): run the check there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from codegloss import __version__
from codegloss.quality.claims.rule import Rule
from codegloss.quality.linter.examine import Located

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
BASE = "%SRCROOT%"


def sarif(found: Sequence[Located], rules: Sequence[Rule]) -> dict[str, Any]:
    """A SARIF log of one run (3.13, 3.14): the findings, and the rules that ran."""
    places = {rule.code: place for place, rule in enumerate(rules)}
    driver = {
        "name": "codegloss",
        "semanticVersion": __version__,
        "rules": [_descriptor(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(located, places[located.finding.rule]) for located in found],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _descriptor(rule: Rule) -> dict[str, Any]:
    """A reportingDescriptor (3.49)."""
    return {
        "id": rule.code,
        "name": "".join(map(str.capitalize, rule.name.split("-"))),  # a symbol in Pascal case, by 3.49.7
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": f"{rule.explanation}\n\ncodegloss explain {rule.code}"},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"precision": _precision(rule.confidence), "tags": ["documentation"]},
    }


def _precision(confidence: float) -> str:
    """GitHub's word for how often a rule is right, by which it sorts alerts."""
    levels = ((0.95, "very-high"), (0.8, "high"), (0.5, "medium"))
    return next((word for least, word in levels if confidence >= least), "low")


def _result(located: Located, place: int) -> dict[str, Any]:
    """A result (3.27); its rank is the confidence in percent."""
    finding = located.finding
    location = {
        "physicalLocation": {
            "artifactLocation": _artifact(finding.path),
            "region": {"startLine": finding.line, "snippet": {"text": finding.quote}},
        },
        "logicalLocations": [{"fullyQualifiedName": finding.qualified_name, "kind": "function"}],
    }
    return {
        "ruleId": finding.rule,
        "ruleIndex": place,
        "level": "warning",
        "message": {"text": finding.message},
        "rank": round(100 * finding.confidence, 1),
        "locations": [location],
        "partialFingerprints": {"codeglossFinding/v1": _fingerprint(located)},
    }


def _artifact(path: str) -> dict[str, Any]:
    """An artifactLocation (3.4): below the working directory relative to it, elsewhere absolute."""
    if path.startswith("/"):
        return {"uri": "file://" + quote(path)}
    # A colon in the first segment would be taken for a scheme; `quote` escapes it.
    return {"uri": quote(path), "uriBaseId": BASE}


def _fingerprint(located: Located) -> str:
    """Tells a finding on other lines of the same file again."""
    finding = located.finding
    parts = (finding.path, finding.qualified_name, str(located.ordinal), finding.rule, finding.quote)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
