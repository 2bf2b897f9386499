"""The table of languages: what tells them apart, and the tree-sitter query that finds their definitions.

Every difference between languages stands in the files beside this one, `NAME.toml`, each a
row of the table; nothing else in the package asks which language it has. A row holds

- how a file is recognised: `extensions`, `filenames`, `shebangs`, and `hint`, a regular
  expression over the content where an extension is shared (`.h`);
- `grammar`, as `module:function` of an installed grammar wheel;
- conventions: the `separator` of qualified names and, where it is another, that of a class and its
  `members`; the `convention` of doc comments (see `docstyles`), the `markers` that begin one, and
  `marked_first` where only the first of its lines bears them; `constructors` by name (`{class}` for
  the class's own name), other `kinds` of function by a pattern of the name, and patterns:
  `directive` for comments to a tool beside those known to `comments`, `stub` for bodies that
  are none, `ignore` for comments that document something else than what follows, `test` for
  names of test functions; `attributes_before` where attributes are siblings that precede the
  definition (Rust); `joins_lines` where brackets suspend indentation (Python); `conditionals`
  where a preprocessor's `#if` may cut through any construct (C, C#);
- `repairs` for valid code that the grammar does not know: pairs of a pattern and what its first
  group is filled with, a character again and again or a word and blanks (see `parsing`);
  `shared_repairs`, made before them, which a row `like` this one has too;
- for declarations in the manner of C, where a name stands inside its type: `specifiers`, a
  pattern of what belongs to no type (`static`, attributes, macros); `member`, where the last
  part of a compound name begins, its bare name the group (`Foo<a::b>::operator c::d`); `macro`,
  names of macros that stand for a definition's head (`TEST(a, b) {}`); `vexing_parse` where a
  declaration inside a function is a variable though it looks like a function's;
- `snippets`, what may stand before and behind a function that is kept alone, the first pair that
  makes it valid code being taken; `{name}` in it is the function's name as the corpus has it,
  `{class}` that of the class before it;
- `like`, another row from which all that this one lacks is taken, group by group;
- `fragments`, texts that stand in patterns as `$NAME`;
- `query`, groups of tree-sitter patterns. What each group may capture:

| group | captures |
|---|---|
| definition | a kind (`function`, …) with `name`, `parameters`, `body`, `returns`, `receiver`, `whole` |
| scope | `class`, `extension` (of a class defined elsewhere) or `namespace` with `name`, `body`, `whole` |
| parameter | a kind (`positional`, `variadic`, …; see `signatures`) with `name`, `type`, `default` |
| wrapper | `wrapper`, a node that belongs to the definition `wrapped` in it |
| docstring | `docstring`, a string that opens the `body` it stands in |
| decorator, call, raise, branch, comment, import, symbol | a node each, of that name |

`whole` is the node whose bytes are the definition's where these are more than the function
itself (`f = function () {}`); `except`, in a call or definition, is a name that is no call.
Names that begin with `_` serve predicates. Where patterns match the same function, the one
with more captures counts, then the first.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from dataclasses import fields as fields_of
from functools import cache
from importlib import resources
from typing import Any

GROUPS = (
    "definition", "scope", "parameter", "wrapper", "docstring", "decorator",
    "call", "raise", "branch", "comment", "import", "symbol",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Language:
    """One row of the table."""

    name: str
    extensions: tuple[str, ...]
    filenames: tuple[str, ...]
    shebangs: tuple[str, ...]
    hint: re.Pattern[bytes] | None
    grammar: str
    separator: str
    members: str
    convention: str
    markers: tuple[bytes, ...]
    marked_first: bool
    directive: re.Pattern[bytes] | None
    constructors: frozenset[str]
    stub: re.Pattern[bytes] | None
    ignore: re.Pattern[bytes] | None
    test: re.Pattern[str] | None
    attributes_before: bool
    joins_lines: bool
    conditionals: bool
    repairs: tuple[tuple[re.Pattern[bytes], bytes], ...]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    member: re.Pattern[str] | None
    macro: re.Pattern[str] | None
    specifiers: re.Pattern[str] | None
    vexing_parse: bool
    snippets: tuple[tuple[str, str], ...]
    query: tuple[tuple[str, str], ...]  # (group, patterns)

    def surroundings(self, class_name: str = "_", name: str = "_") -> tuple[tuple[str, str], ...]:
        """`snippets` with the names that they ask for: what may stand before and behind a lone function."""
        return tuple(
            (before.replace("{class}", class_name).replace("{name}", name), behind)
            for before, behind in self.snippets
        )


_FIELDS = {field.name for field in fields_of(Language)} | {"like", "fragments", "shared_repairs"}


def _merged(key: str, table: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The row, with what it lacks taken from the row it is `like`, the language's name included."""
    row = table[key]
    if "like" not in row:
        return {"name": key} | row
    base = _merged(row["like"], table)
    return base | row | {part: base.get(part, {}) | row.get(part, {}) for part in ("query", "fragments")}


_FRAGMENT = re.compile(r"\$([A-Z]+)\b")


def _filled(patterns: str, fragments: dict[str, str]) -> str:
    """The patterns with each `$NAME` replaced by the fragment of that name, where there is one."""

    def fill(match: re.Match[str]) -> str:
        return _filled(fragments[match[1]], fragments) if match[1] in fragments else match[0]

    return _FRAGMENT.sub(fill, patterns)


def _row(key: str, table: dict[str, dict[str, Any]]) -> Language:
    row = _merged(key, table)

    def words(field: str) -> tuple[str, ...]:
        return tuple(row.get(field, ()))

    def pattern(field: str) -> str | None:
        return str(row[field]) if field in row else None

    def compiled(field: str) -> re.Pattern[str] | None:
        return re.compile(str(row[field])) if field in row else None

    hint, stub, ignore = pattern("hint"), pattern("stub"), pattern("ignore")
    directive = pattern("directive")
    query: dict[str, str] = row["query"]
    fragments: dict[str, str] = row.get("fragments", {})
    if unknown := (set(row) - _FIELDS) | (set(query) - set(GROUPS)):
        raise ValueError(f"languages/{key}.toml: unknown {', '.join(sorted(unknown))}")
    return Language(
        name=row["name"],
        extensions=words("extensions"),
        filenames=words("filenames"),
        shebangs=words("shebangs"),
        hint=re.compile(hint.encode(), re.MULTILINE) if hint else None,
        grammar=str(row["grammar"]),
        separator=str(row.get("separator", ".")),
        members=str(row.get("members", row.get("separator", "."))),
        convention=str(row.get("convention", "plain")),
        markers=tuple(marker.encode() for marker in words("markers")),
        marked_first=bool(row.get("marked_first")),
        directive=re.compile(directive.encode()) if directive else None,
        constructors=frozenset(words("constructors")),
        stub=re.compile(stub.encode(), re.DOTALL) if stub else None,
        ignore=re.compile(ignore.encode()) if ignore else None,
        test=compiled("test"),
        attributes_before=bool(row.get("attributes_before")),
        joins_lines=bool(row.get("joins_lines")),
        conditionals=bool(row.get("conditionals")),
        repairs=tuple(
            (re.compile(_filled(wrong, fragments).encode()), fill.encode())
            for wrong, fill in (*row.get("shared_repairs", ()), *row.get("repairs", ()))
        ),
        kinds=tuple((kind, re.compile(name)) for kind, name in row.get("kinds", {}).items()),
        member=compiled("member"),
        macro=compiled("macro"),
        specifiers=compiled("specifiers"),
        vexing_parse=bool(row.get("vexing_parse")),
        snippets=tuple((before, behind) for before, behind in row.get("snippets", ())),
        query=tuple((group, _filled(patterns, fragments)) for group, patterns in query.items()),
    )


@cache
def languages() -> dict[str, Language]:
    """The rows by key. `tsx` is a row of its own whose language is still `typescript`."""
    files = [file for file in resources.files(__package__).iterdir() if file.name.endswith(".toml")]
    table = {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
        for file in sorted(files, key=lambda file: file.name)
    }
    return {key: _row(key, table) for key in table}


@cache
def names() -> tuple[str, ...]:
    """Names of the languages, each once, in the table's order."""
    return tuple(dict.fromkeys(language.name for language in languages().values()))
