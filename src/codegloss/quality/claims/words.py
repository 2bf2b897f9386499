"""Words that turn a sentence round: true and false, more and less, first and last, never."""

from __future__ import annotations

from codegloss.quality.claims import bounds, opposites, results, truths
from codegloss.quality.claims.rule import Rule

RULES: tuple[Rule, ...] = (*truths.RULES, *bounds.RULES, *opposites.RULES, *results.RULES)
