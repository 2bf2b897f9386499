"""Pairs of text and code that can be trusted: cleaned, deduplicated, split by repository, decontaminated."""

from codegloss.curate.stage import pairs_dataset

__all__ = ["pairs_dataset"]
