"""All rules of `codegloss check`: those that look at one function, and those that look at its whole file."""

from codegloss.quality.claims.check import RULES as CLAIMS
from codegloss.quality.linter.doubts import RULES as DOUBTS

RULES = (*CLAIMS, *DOUBTS)
