"""Why a row is left out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row is left out: a short fixed phrase that can be counted, and what it was in this row."""

    name: str
    detail: str = ""
