"""The languages: one TOML file each, beside the code that reads them."""

from codegloss.extract.languages.detection import (
    CONTAINERS,
    language_of_content,
    language_of_path,
    language_of_shebang,
)
from codegloss.extract.languages.table import GROUPS, Language, languages, names
from codegloss.extract.languages.tools import Tools, tools

__all__ = [
    "CONTAINERS",
    "GROUPS",
    "Language",
    "Tools",
    "language_of_content",
    "language_of_path",
    "language_of_shebang",
    "languages",
    "names",
    "tools",
]
