"""Pairs of text and code that can be trusted: cleaned, deduplicated, split by repository, decontaminated."""

from codegloss.curate.pools import PoolError
from codegloss.curate.split import SplitError
from codegloss.curate.stage import pairs_dataset

__all__ = ["PoolError", "SplitError", "pairs_dataset"]
