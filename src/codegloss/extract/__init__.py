"""From repositories to functions: find files, parse them, pair each function with its comment."""

from codegloss.extract.repos.sources import DiscoveryOptions
from codegloss.extract.stage import Extraction, extract, functions_in

__all__ = ["DiscoveryOptions", "Extraction", "extract", "functions_in"]
