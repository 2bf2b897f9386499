"""What `codegloss check` is told in `pyproject.toml`, and which rules that leaves.

    [tool.codegloss.check]
    select = ["CG1", "CG301"]        # codes, beginnings of codes, or names of rules; all if not given
    ignore = ["undocumented-parameter"]
    min-confidence = 0.7
    exclude = ["tests/data/", "*_pb2.py"]
    baseline = "codegloss-baseline.json"

The file is the nearest one, upwards from the first path that is checked, with a `[tool.codegloss]`
table. Patterns are those of .gitignore; they and the baseline's path start from its folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from codegloss.quality.claims.rule import DEFAULT_CONFIDENCE, Rule


class ConfigurationError(ValueError):
    """A setting that cannot be followed; the message is one line that names it and the near ones."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings of `check`; None and () stand for what was not said."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: float | None = None
    exclude: tuple[str, ...] = ()
    baseline: Path | None = None
    root: Path | None = None  # folder of the file that this was read from


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_probability(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


# Key → what it must be, in words, and the test of that.
KEYS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "select": ("a list of codes", _is_texts),
    "ignore": ("a list of codes", _is_texts),
    "min-confidence": ("a number from 0 to 1", _is_probability),
    "exclude": ("a list of patterns", _is_texts),
    "baseline": ("a path", lambda value: isinstance(value, str)),
}
_COMMANDS = ("check",)  # tables below [tool.codegloss]


def near(word: str, known: Iterable[str]) -> str:
    """`; did you mean a or b?`, or nothing where no known word is like it."""
    folded = {other.lower(): other for other in known}
    close = get_close_matches(word.lower(), folded, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(folded[other] for other in close)}?" if close else ""


def configuration_file(path: Path) -> Path | None:
    """The nearest `pyproject.toml` with a `[tool.codegloss]` table, from a file or folder upwards.

    Raises ConfigurationError for one on the way that is no TOML.
    """
    path = path.resolve()
    for folder in (path, *path.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and _table(file) is not None:
            return file
    return None


def _table(file: Path) -> dict[str, Any] | None:
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: not TOML: {error}") from None
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}") from None
    tools = document.get("tool")
    table = tools.get("codegloss") if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None


def read_configuration(file: Path) -> Configuration:
    """The settings in a `pyproject.toml`; codes are not looked up, see `chosen`.

    Raises ConfigurationError for unknown keys and values of another kind.
    """
    table = _table(file) or {}
    for command in table:
        if command not in _COMMANDS:
            hint = f"; it belongs into [tool.codegloss.{_COMMANDS[0]}]" if command in KEYS else ""
            raise ConfigurationError(
                f"{file}: unknown key tool.codegloss.{command}{hint or near(command, _COMMANDS)}"
            )
    settings = table.get("check", {})
    if not isinstance(settings, dict):
        raise ConfigurationError(f"{file}: tool.codegloss.check must be a table")
    for key, value in settings.items():
        if key not in KEYS:
            raise ConfigurationError(
                f"{file}: unknown key tool.codegloss.check.{key}"
                f"{near(key, KEYS) or '; known are ' + ', '.join(KEYS)}"
            )
        kind, is_right = KEYS[key]
        if not is_right(value):
            raise ConfigurationError(f"{file}: tool.codegloss.check.{key} must be {kind}, not {value!r}")
    confidence = settings.get("min-confidence")
    baseline = settings.get("baseline")
    return Configuration(
        select=tuple(settings.get("select", ())),
        ignore=tuple(settings.get("ignore", ())),
        min_confidence=None if confidence is None else float(confidence),
        exclude=tuple(settings.get("exclude", ())),
        baseline=None if baseline is None else file.parent / baseline,
        root=file.parent,
    )


@dataclass(frozen=True, slots=True)
class Switched:
    """A rule that is on, and how certain a finding of it must be to be shown."""

    rule: Rule
    min_confidence: float  # 0–1


def chosen(
    rules: Sequence[Rule],
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    min_confidence: float | None = None,
) -> tuple[Switched, ...]:
    """The rules that are on: those selected (all if none is) but for those ignored.

    A rule that is selected by its whole code or name is shown whatever its confidence, unless
    `min_confidence` is given. Raises ConfigurationError for a word that means no rule.
    """
    for word in (*select, *ignore):
        if not any(_means(word, rule) for rule in rules):
            names = [text for rule in rules for text in (rule.code, rule.name)]
            raise ConfigurationError(f"unknown rule {word!r}{near(word, names) or '; see codegloss explain'}")
    switched = []
    for rule in rules:
        if (select and not _mean(select, rule)) or _mean(ignore, rule):
            continue
        named = {rule.code, rule.name} & {normalised(word) for word in select}
        default = 0.0 if named else DEFAULT_CONFIDENCE
        switched.append(Switched(rule, default if min_confidence is None else min_confidence))
    return tuple(switched)


def _mean(words: Iterable[str], rule: Rule) -> bool:
    return any(_means(word, rule) for word in words)


def normalised(word: str) -> str:
    """A word for a rule as rules have it: codes in capitals, names in small letters."""
    return word.upper() if word.upper().startswith("CG") else word.lower()


def _means(word: str, rule: Rule) -> bool:
    """Whether a word is a rule's code, a beginning of it, or its name."""
    word = normalised(word)
    return word == rule.name or (word.startswith("CG") and rule.code.startswith(word))


def rule_named(word: str, rules: Sequence[Rule]) -> Rule:
    """The rule of that code or name. Raises ConfigurationError, naming the near ones, where there is none."""
    for rule in rules:
        if normalised(word) in (rule.code, rule.name):
            return rule
    names = [text for rule in rules for text in (rule.code, rule.name)]
    raise ConfigurationError(f"unknown rule {word!r}{near(word, names)}")
