"""How far the named definitions found in real source trees agree with those of universal-ctags.

    python benchmarks/ctags_agreement.py LANGUAGE PATH… [--limit N] [--dry] [--show CLASS]

Both read the same files, drawn evenly from each path. A definition is a function, method,
constructor, accessor or operator that has a name and a body. Two agree when file and last
name are the same and the line that ctags gives lies in the head of ours. What ctags has a
kind for no word of (a getter in C#, say), and what we hold for a declaration without a body,
counts on neither side. What only one side has is put into classes by `ctags_rules.py`, which
also says who is right. ctags 5.9 does not read Scala and Swift: there a regular expression
stands in, which knows nothing of comments and strings.

Agreement is matched / (matched + only ours + only theirs). The figures go to
`results/ctags_agreement.json`, the classes with ten samples each to
`results/differences/ctags_agreement.json`; languages not run this time keep theirs.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from codegloss.extract.languages import CONTAINERS, language_of_path, language_of_shebang, languages
from codegloss.extract.stage import rows_of
from codegloss.records import Function, Source, SourceFile
from common import RESULTS, commit, save
from ctags_rules import Difference, classify
from ctags_tags import CTAGS, REGEXES, Tag, tags_of_command, tags_of_ctags, tags_of_regex

DIFFERENCES = RESULTS / "differences" / "ctags_agreement.json"
SAMPLES = 10
# Lines from a definition's beginning, decorators included, to its name.
HEAD = 400

# Kinds of ours that ctags has no word for.
UNKNOWN_KINDS = {
    "csharp": {"getter", "setter"},
    "kotlin": {"getter", "setter", "constructor"},
    "scala": {"getter", "setter"},
    "swift": {"getter", "setter", "constructor", "destructor"},
}


# Kinds of another reader that are no definitions here: what they call counts for the function around them.
LEFT_OUT = {"go": {"closure", "field"}}


@dataclass(frozen=True, slots=True)
class File:
    """A file with our rows of it."""

    place: str  # project/path, as shown
    path: Path
    lines: list[str]
    row: SourceFile
    functions: list[Function]


def last_name(name: str) -> str:
    """The name without scopes, blanks, what marks an operator or destructor, and a macro's arguments."""
    name = re.sub(r"(?<=\w)\s*\(.*", "", name, flags=re.DOTALL)
    name = re.sub(r"\s+|`", "", re.sub(r"^~|^operator(?=\W)", "", name))
    return re.split(r"[.:#\\]+", name)[-1] if re.fullmatch(r"[\w.:#$~\\?!=]*\w[?!=]?", name) else name


def drawn(language: str, roots: Sequence[Path], limit: int) -> list[File]:
    """The files of the language, at most `limit`, with an even share of every root."""
    files: list[File] = []
    for place, root in enumerate(roots):
        share = (limit - len(files)) // (len(roots) - place)
        paths = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
        random.Random(0).shuffle(paths)
        taken = 0
        for path in paths:
            if taken == share:
                break
            file = read(language, root, path)
            if file:
                files.append(file)
                taken += 1
    return files


def read(language: str, root: Path, path: Path) -> File | None:
    """Our rows of a file; None when it is no plain source of the language."""
    with path.open("rb") as stream:
        key = language_of_path(path.name) or language_of_shebang(stream.read(128))
    if key is None or key in CONTAINERS.values() or language not in _sharing(key):
        return None
    data = path.read_bytes()
    place = f"{root.name}/{path.relative_to(root)}"
    rows = rows_of(Source(root.name, None, place, str(path), None, data, len(data), None, None))
    row = next((row for row in rows if isinstance(row, SourceFile)), None)
    if row is None or row.language != language:
        return None
    functions = [row for row in rows if isinstance(row, Function)]
    return File(place, path.resolve(), data.decode("utf-8", "replace").split("\n"), row, functions)


def _sharing(key: str) -> set[str]:
    """Languages whose rows share an extension with this row."""
    own = set(languages()[key].extensions)
    return {languages()[key].name} | {row.name for row in languages().values() if own & set(row.extensions)}


def pair(
    file: File, functions: Sequence[Function], tags: Sequence[Tag]
) -> tuple[list[tuple[Function, Tag]], list[Tag]]:
    """Pairs of one file, and the tags that found no partner.

    First those whose name stands on the tag's line, then the innermost that holds the line.
    """
    free: dict[str, list[tuple[int, Function]]] = defaultdict(list)
    for function in functions:
        free[last_name(function.name)].append((line_of_name(file, function), function))
    pairs = []
    alone = sorted(tags, key=lambda tag: -tag.line)
    for exactly in (True, False):
        unpaired = []
        for tag in alone:
            candidates = [
                (function.start, number, function)
                for number, function in free[last_name(tag.name)]
                if (
                    number == tag.line
                    if exactly
                    else function.start_line - 1 <= tag.line <= function.end_line
                )
            ]
            if candidates:
                _, number, best = max(candidates, key=lambda candidate: candidate[0])
                free[last_name(tag.name)].remove((number, best))
                pairs.append((best, tag))
            else:
                unpaired.append(tag)
        alone = unpaired
    return pairs, alone


def line_of_name(file: File, function: Function) -> int:
    """The line, from 1, on which the name of a definition stands; its first line when it is not seen."""
    for number in range(function.start_line, min(function.end_line, function.start_line + HEAD) + 1):
        if function.name in file.lines[number - 1]:
            return number
    return function.start_line


def compare(file: File, tags: Sequence[Tag], against: str) -> Iterator[tuple[str, Difference | None]]:
    """Each definition: `both`, `declared`, `unknown kind`, `left out`, or, explained, `ours` or `theirs`."""
    lines, language = file.lines, file.row.language
    pairs, alone = pair(file, [function for function in file.functions if function.has_body], tags)
    declared, alone = pair(file, [function for function in file.functions if not function.has_body], alone)
    yield from [("both", None)] * len(pairs)
    yield from [("declared", None)] * len(declared)
    matched = {function.id for function, _ in pairs}
    paired = {(last_name(tag.name), tag.line) for _, tag in pairs}
    last = max((tag.line for tag in tags), default=0)

    def difference(side: str, name: str, kind: str, number: int, **how: bool) -> Difference:
        return Difference(
            language, against, side, file.place, number, name, kind,
            source=lines[number - 1].strip() if number <= len(lines) else "",
            above=lines[number - 2].strip() if number > 1 else "",
            below=" ".join(line.strip() for line in lines[number : number + 3]),
            **how,
        )  # fmt: skip

    for function in file.functions:
        if function.id in matched or not function.has_body:
            continue
        if function.kind in UNKNOWN_KINDS.get(language, ()):
            yield "unknown kind", None
            continue
        number = line_of_name(file, function)
        yield "ours", difference(
            "ours", function.name, function.kind, number,
            in_error=function.has_syntax_error, after_last=number > last,
        )  # fmt: skip
    for tag in alone:
        if tag.kind in LEFT_OUT.get(language, ()):
            yield "left out", None
            continue
        yield "theirs", difference(
            "theirs", tag.name, tag.kind, tag.line,
            in_error=file.row.has_syntax_errors, repeated=(last_name(tag.name), tag.line) in paired,
        )  # fmt: skip


def classes(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """The differences by class, most frequent first, with the judgement and a few samples, evenly drawn."""
    grouped: dict[tuple[str, str, str], list[Difference]] = defaultdict(list)
    for difference in differences:
        grouped[difference.side, *classify(difference)].append(difference)
    return [
        {
            "side": side,
            "class": name,
            "count": len(members),
            "judgement": judgement,
            "samples": [asdict(member) for member in members[:: -(-len(members) // SAMPLES)]],
        }
        for (side, name, judgement), members in sorted(grouped.items(), key=lambda item: -len(item[1]))
    ]


def merged(path: Path, entry: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a result with one of them new, in the order of the language table."""

    def key(row: dict[str, Any]) -> tuple[int, bool, str]:
        return order.index(row["language"]), row["against"] != "ctags", row["against"]

    order = list(dict.fromkeys(language.name for language in languages().values()))
    old = json.loads(path.read_text("utf-8"))["rows"] if path.exists() else []
    return sorted({key(row): row for row in [*old, entry]}.values(), key=key)


def main() -> None:
    """Compare, print the classes, and save the result."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("language", choices=[*CTAGS, *REGEXES])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="one source tree each")
    parser.add_argument("--limit", type=int, default=1500, help="files of all paths together")
    parser.add_argument("--command", help="another parser to compare with, in place of ctags (see readers/)")
    parser.add_argument("--reader", default="another parser", help="name and version of that parser")
    parser.add_argument("--dry", action="store_true", help="print only, save nothing")
    parser.add_argument(
        "--show", metavar="CLASS", help="print every difference of the classes with this in their name"
    )
    options = parser.parse_args()
    language: str = options.language
    files = drawn(language, options.paths, options.limit)
    if not files:
        parser.error(f"no {language} files under these paths")
    paths = [file.path for file in files]
    if options.command:
        against, tags = options.reader, tags_of_command(options.command, paths)
    elif language in CTAGS:
        against, tags = "ctags", tags_of_ctags(language, paths)
    else:
        against, tags = "regular expression", tags_of_regex(language, paths)
    counts: Counter[str] = Counter()
    differences: list[Difference] = []
    for file in files:
        for outcome, difference in compare(file, tags.get(file.path, []), against):
            counts[outcome] += 1
            if difference:
                differences.append(difference)
    found = classes(differences)
    ours_wrong = sum(entry["count"] for entry in found if entry["judgement"].startswith("ours is wrong"))
    unjudged = sum(entry["count"] for entry in found if entry["judgement"].startswith("not judged"))
    union = counts["both"] + counts["ours"] + counts["theirs"]
    row = {
        "language": language,
        "against": against,
        "trees": len({file.place.split("/")[0] for file in files}),
        "files": len(files),
        "files with syntax errors": sum(file.row.has_syntax_errors for file in files),
        "both": counts["both"],
        "only ours": counts["ours"],
        "only theirs": counts["theirs"],
        "agreement": round(counts["both"] / union, 4) if union else None,
        "ours wrong": ours_wrong,
        "not judged": unjudged,
    }
    for entry in found:
        print(f"{entry['side']:7}{entry['count']:6}  {entry['class']}: {entry['judgement']}")
        samples = entry["samples"]
        if options.show and options.show in entry["class"]:
            key = (entry["side"], entry["class"])
            samples = [asdict(one) for one in differences if (one.side, classify(one)[0]) == key]
        for one in samples:
            print(f"{'':9}{one['place']}:{one['line']}  {one['kind']} {one['name']} | {one['source'][:110]}")
    print(row, dict(counts))
    if not options.dry:
        record(row, counts, found, files)


def without_text(sample: dict[str, Any]) -> dict[str, Any]:
    """A sample as it is saved: where it is and what it is called, not the lines of other people's files."""
    return {field: sample[field] for field in ("place", "line", "kind", "name")}


def record(
    row: dict[str, Any], counts: Counter[str], found: list[dict[str, Any]], files: Sequence[File]
) -> None:
    """Save the figures of one language, and its differences beside them."""
    language = row["language"]
    version = subprocess.run(["ctags", "--version"], capture_output=True, text=True, check=True).stdout
    entry = {
        "language": language,
        "against": row["against"],
        "measured": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "grammar": sorted({r.grammar for r in languages().values() if r.name == language}),
        "trees": Counter(file.place.split("/")[0] for file in files),
        "outcomes": counts,
        "classes": [{**one, "samples": list(map(without_text, one["samples"]))} for one in found],
    }
    DIFFERENCES.parent.mkdir(parents=True, exist_ok=True)
    result = {"rows": merged(DIFFERENCES, entry)}
    DIFFERENCES.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    save(
        "ctags_agreement",
        merged(RESULTS / "ctags_agreement.json", row),
        ["tree-sitter"],
        ctags=version.partition(",")[0].removeprefix("Universal Ctags "),
    )


if __name__ == "__main__":
    main()
