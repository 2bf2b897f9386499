"""Finding source files in folders, git checkouts, archives and tables of code; and their licences."""

from codegloss.extract.repos.discovery import discover, read
from codegloss.extract.repos.sources import DiscoveryOptions, SourceError

__all__ = ["DiscoveryOptions", "SourceError", "discover", "read"]
