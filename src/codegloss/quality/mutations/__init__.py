"""Code changed by small edits: some meant to change what it does, some meant to leave it as it is.

Neither is proved here: `quality.oracle` runs tests, and a mutant is called inconsistent with its
comment only when a test that passed fails, a rewrite consistent only when all still pass.
"""

from __future__ import annotations

from codegloss.quality.mutations.mutants import Mutant, mutants, rewritten

__all__ = ["Mutant", "mutants", "rewritten"]
