"""The parser and the compiled query of a language."""

from __future__ import annotations

import importlib
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache

from tree_sitter import Language as Grammar
from tree_sitter import Parser, Query

from codegloss.extract.languages.table import languages


@dataclass(frozen=True, slots=True)
class Tools:
    """A parser and its query, compiled once a process."""

    parser: Parser
    query: Query
    groups: tuple[str, ...]  # group of each pattern, by its index


@cache
def tools(key: str) -> Tools:
    """Parser and compiled query of a row.

    Raises ValueError, naming the group, for a query the grammar does not accept.
    """
    language = languages()[key]
    module, function = language.grammar.split(":")
    grammar = Grammar(getattr(importlib.import_module(module), function)())
    text, begins = "", []
    for _, patterns in language.query:
        begins.append(len(text.encode()))
        text += patterns + "\n"
    try:
        query = Query(grammar, text)
    except Exception:
        for group, patterns in language.query:
            try:
                Query(grammar, patterns)
            except Exception as error:
                raise ValueError(f"languages/{key}.toml, {group}: {error}") from error
        raise
    in_order = [group for group, _ in language.query]
    places = (bisect_right(begins, query.start_byte_for_pattern(i)) - 1 for i in range(query.pattern_count))
    groups = tuple(in_order[place] for place in places)
    return Tools(Parser(grammar), query, groups)
