"""How far the parsed parts of Python docstrings agree with the package `docstring-parser`.

    python benchmarks/docstring_agreement.py [--limit N] [PACKAGE_FOLDER …]

Reads the docstrings of all functions and classes of the standard library and of the folders
given, with `ast`. Every docstring in which either side sees a structure is read by both:
`docstring-parser` once with its automatic choice of style, once told our style. What differs
is put into classes, each with its count, ten samples, and a verdict from docstring_judgements.py.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import json
import random
import re
import sysconfig
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docstring_parser
from docstring_parser.common import Docstring, DocstringStyle

from codegloss.extract.docstyles import parse_parts
from codegloss.records import CommentParts
from common import RESULTS, save
from docstring_judgements import JUDGEMENTS

STYLES = {
    "google": DocstringStyle.GOOGLE,
    "numpy": DocstringStyle.NUMPYDOC,
    "sphinx": DocstringStyle.REST,
    "epytext": DocstringStyle.EPYDOC,
}
NAMES = {style: name for name, style in STYLES.items()}
FIELDS = ["style", "parameters", "types", "descriptions", "return type", "raises"]
STRUCTURE = re.compile(r"(?m)^\s*(?:[:@]\w+|[-=]{3,}\s*$|[A-Z][\w ]{0,22}:\s*$)|>>>")
SAMPLES = 10


@dataclass
class Tally:
    """Counts of one style, and the classes of its differences."""

    compared: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    classes: Counter[tuple[str, str]] = field(default_factory=Counter)
    random: random.Random = field(default_factory=lambda: random.Random(0))
    samples: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def note(self, what: str, difference: str | None, sample: dict[str, Any]) -> None:
        """Count one comparison of one field; `difference` is the class, None for agreement."""
        self.compared[what] += 1
        if difference is None:
            self.agreed[what] += 1
            return
        key = (what, difference)
        self.classes[key] += 1
        drawn = self.samples[key]
        if len(drawn) < SAMPLES:
            drawn.append(sample)
        elif (place := self.random.randrange(self.classes[key])) < SAMPLES:
            drawn[place] = sample  # reservoir sampling: every difference has the same chance

    def ranked(self) -> list[tuple[str, str]]:
        """The classes, the largest first."""
        return [key for key, _ in self.classes.most_common()]


def docstrings(root: Path, limit: int) -> Iterator[tuple[str, str]]:
    """Place and cleaned docstring of functions and classes, at most `limit`, evenly drawn."""
    found = []
    for path in sorted(root.rglob("*.py")):
        if "site-packages" in path.parts[len(root.parts) :] or {"test", "tests"} & set(path.parts):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                text = ast.get_docstring(node, clean=False)
                if text and STRUCTURE.search(text):
                    found.append((f"{path.relative_to(root.parent)}:{node.name}", inspect.cleandoc(text)))
    step = max(1, -(-len(found) // limit))
    yield from found[::step]


def shortened(value: Any) -> str:
    """A value as a sample shows it."""
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def fold(text: str | None) -> str:
    """Whitespace folded, nothing for None."""
    return " ".join((text or "").split())


def structured(theirs: Docstring) -> bool:
    """Whether a reading holds anything that our record has a place for."""
    return bool(
        their_parameters(theirs) or theirs.returns or theirs.raises or theirs.deprecation or theirs.examples
    )


def their_parameters(theirs: Docstring) -> list[Any]:
    """The parameters, without a class's attributes."""
    return [param for param in theirs.params if param.args and not param.args[0].startswith("attr")]


def bare(name: str) -> str:
    """A name without stars, escapes and quotes."""
    return name.strip("`'\" ").lstrip("\\*").rstrip("?` ")


def class_of_names(ours: list[str], theirs: list[str]) -> str | None:
    """How two lists of parameter names differ."""
    if ours == theirs:
        return None
    theirs = [bare(name) for name in theirs]
    if ours == theirs:
        return "they keep stars, escapes or quotes in the name"
    split = [bare(part) for name in theirs for part in re.split(r"[,/&|]|\s(?:and|or)\s", name)]
    if ours == split or set(ours) == set(split):
        return "they keep several names as one"
    if set(ours) == set(theirs):
        return "the same names repeated or in another order"
    extra = set(theirs) - set(ours)
    if any(re.fullmatch(r"[-=~]{3,}", name) for name in theirs):
        return "they read the next section as parameters, its underline being longer or shorter"
    if [re.match(r"[-*•\s]*([\w.]*)", name)[1] for name in theirs] == ours:  # type: ignore[index]
        return "they keep a bullet, or a type with a colon inside or broken over lines, in the name"
    if extra and all(not re.fullmatch(r"[\w.]+", name) for name in extra) and not set(ours) - set(split):
        return "they take prose for a name"
    if not theirs:
        return "they find none"
    if not ours:
        return "we find none"
    if set(ours) > set(theirs):
        return "we find more"
    if set(ours) < set(theirs):
        return "they find more"
    return "other"


def class_of_type(ours: str | None, theirs: str | None) -> str | None:
    """How two types differ."""
    one, other = fold(ours), fold(theirs)
    if one == other:
        return None
    if one.replace(" ", "") == other.replace(" ", ""):
        return "they join the lines of a type without a space"
    reduced = re.sub(r":[\w:]+:`[~!]?\.?([^`]*)`", r"\1", other).replace("``", "").strip("`")
    reduced = re.sub(r"\b[LCIB]\{([^{}]*)\}", r"\1", reduced)
    if one == reduced.rstrip(": "):
        return "they keep markup"
    if other[-1:] in ("(", "[") or other.count("[") != other.count("]"):
        return "they cut a type at a colon inside it"
    if re.match(r"(?:class|attr|obj|meth):`", other):
        return "they lose the colon before a role"
    if one and re.search(r"optional|default", reduced, re.IGNORECASE) and reduced.startswith(one):
        return "they keep optional or the default"
    if not one and re.fullmatch(r"(?i)optional.*|default.*", other):
        return "they keep optional or the default"
    if not one:
        return "we find none"
    if not other:
        return "they find none"
    if one.startswith(other) or other.startswith(one):
        return "one is a part of the other"
    return "other"


def class_of_text(ours: str, theirs: str | None) -> str | None:
    """How two descriptions differ."""
    one, other = fold(ours), fold(theirs)
    if one == other:
        return None
    if not one:
        return "we find none"
    if not other:
        return "they find none"
    if other.startswith(one):
        return "theirs goes on further"
    if one.startswith(other):
        return "ours goes on further"
    if one in other:
        return "theirs begins earlier"
    if other in one:
        return "ours begins earlier"
    return "other"


def class_of_raises(ours: list[str], theirs: list[str]) -> str | None:
    """How two lists of exception types differ."""
    if ours == theirs:
        return None
    split = [
        re.sub(r"^:[\w:]+:`[~!]?\.?([^`]*)`$", r"\1", part.strip()).strip("`'\" ")
        for name in theirs
        for part in re.split(r",\s*(?:or\b|and\b)?|[|/]|\s(?:or|and)\s", name)
    ]
    split = [name.lstrip("~.") for name in split]
    if ours == split:
        return "they keep several names, or markup, as one"
    if ours == [re.split(r"[\s:]", name, maxsplit=1)[0] for name in split]:
        return "they keep the condition with the type"
    if not any(their_names_given(theirs)) and any(ours):
        return "they miss a type that the description names first"
    if not ours:
        return "we find none"
    if not theirs:
        return "they find none"
    if any(" " in name for name in split) and set(ours) - {""} <= set(split):
        return "they take prose for a type"
    return (
        "we find more" if set(ours) > set(split) else "they find more" if set(ours) < set(split) else "other"
    )


def their_names_given(names: list[str]) -> list[str]:
    """The exception names that are not empty."""
    return [name for name in names if name]


def compare(place: str, text: str, tallies: dict[str, Tally]) -> None:
    """Read one docstring both ways and count what agrees."""
    ours = parse_parts(text, "docstring")
    assert ours is not None
    try:
        automatic = docstring_parser.parse(text)
        their_style = NAMES[automatic.style] if automatic.style and structured(automatic) else "plain"
    except docstring_parser.ParseError:
        their_style = "fails"
    if ours.style == "plain" and their_style == "plain":
        return
    # A docstring of doctests alone is plain for us, and whatever comes first for them.
    tally = tallies[ours.style]
    sample = {"place": place}
    same = their_style == ours.style
    tally.note("style", None if same else f"{ours.style} / {their_style}", sample)
    if ours.style == "plain":
        return
    try:
        theirs = docstring_parser.parse(text, STYLES[ours.style])
    except Exception as error:
        tally.note("parameters", f"they raise {type(error).__name__}", sample)
        return
    _compare_parts(ours, theirs, tally, sample)


def _compare_parts(ours: CommentParts, theirs: Docstring, tally: Tally, sample: dict[str, Any]) -> None:
    def shown(one: Any, other: Any) -> dict[str, Any]:
        return {"ours": shortened(one), "theirs": shortened(other), **sample}

    params = their_parameters(theirs)
    names = [parameter.name for parameter in ours.parameters]
    their_names = [param.arg_name for param in params]
    if names or their_names:
        tally.note("parameters", class_of_names(names, their_names), shown(names, their_names))
    by_name = {bare(param.arg_name): param for param in reversed(params)}
    for parameter in ours.parameters:
        param = by_name.get(parameter.name)
        if param is None:
            continue
        if parameter.type or param.type_name:
            what = shown(parameter.type, param.type_name) | {"name": parameter.name}
            tally.note("types", class_of_type(parameter.type, param.type_name), what)
        if parameter.description or param.description:
            what = shown(parameter.description, param.description) | {"name": parameter.name}
            tally.note("descriptions", class_of_text(parameter.description, param.description), what)
    our_return = ours.returns.type if ours.returns else None
    their_return = theirs.returns.type_name if theirs.returns else None
    if our_return or their_return:
        several = len(theirs.many_returns or []) > 1
        difference = class_of_type(our_return, their_return)
        if difference and several:
            difference = "several values: we give all, they the first"
        tally.note("return type", difference, shown(our_return, their_return))
    raises = [value.type or "" for value in ours.raises]
    their_raises = [r.type_name or "" for r in theirs.raises if r.args[0] not in ("warns", "warn")]
    if raises or their_raises:
        tally.note("raises", class_of_raises(raises, their_raises), shown(raises, their_raises))


def main() -> None:
    """Compare, save the result, and print the classes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packages", nargs="*", type=Path)
    parser.add_argument("--limit", type=int, default=1500, help="docstrings of each package")
    parser.add_argument("--dry", action="store_true", help="print only, save nothing")
    options = parser.parse_args()
    tallies: dict[str, Tally] = {style: Tally() for style in [*STYLES, "plain"]}
    read = 0
    for root in [Path(sysconfig.get_path("stdlib")), *options.packages]:
        for place, text in docstrings(root, options.limit):
            compare(place, text, tallies)
            read += 1
    differences = [
        _difference(style, tally, key) for style, tally in tallies.items() for key in tally.ranked()
    ]
    rows = [
        _row(style, what, tally, differences)
        for style, tally in tallies.items()
        for what in FIELDS
        if tally.compared[what]
    ]
    for entry in differences:
        print(*(entry[key] for key in ("style", "field", "class", "count", "verdict")), sep=" | ")
    for row in rows:
        print(*row.values(), sep=" | ")
    if not options.dry:
        packages = ", ".join(sorted(root.name for root in options.packages))
        save("docstring_agreement", rows, ["docstring-parser"], docstrings=read, packages=packages or "none")
        path = RESULTS / "docstring_agreement.json"
        result = json.loads(path.read_text("utf-8")) | {"differences": differences}
        path.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _difference(style: str, tally: Tally, key: tuple[str, str]) -> dict[str, Any]:
    what, name = key
    verdict, reason = JUDGEMENTS.get(f"{what}: {name}", ("not judged", ""))
    return {
        "style": style,
        "field": what,
        "class": name,
        "count": tally.classes[key],
        "verdict": verdict,
        "reason": reason,
        "samples": tally.samples[key],
    }


def _row(style: str, what: str, tally: Tally, differences: list[dict[str, Any]]) -> dict[str, Any]:
    """Of one field in one style: comparisons, equal ones, and the differences by verdict."""
    counts: Counter[str] = Counter()
    for entry in differences:
        if entry["style"] == style and entry["field"] == what:
            counts[entry["verdict"]] += entry["count"]
    total = tally.compared[what]
    same = tally.agreed[what] + counts["notation"]
    return {
        "style": style,
        "field": what,
        "compared": total,
        "equal": tally.agreed[what],
        "equal but for notation, %": 100 * same / total,
        "we are right": counts["ours"],
        "taste": counts["taste"],
        "they are right": counts["theirs"],
        "not judged": counts["not judged"],
    }


if __name__ == "__main__":
    main()
