"""Step 2: labelled examples from a sample, as features.

    python recipes/inconsistency/examples.py SAMPLE.parquet BANK.npz OUT.npz --cross CROSS.onnx
        [--mutations ROWS.parquet SPLIT] [--versions ROWS.parquet SPLIT]

Each documented function is one consistent example as it stands, and one inconsistent example of
a kind drawn by seed: the comment of another function of its file, that of a function of another
repository in its language, one that many functions bear word for word, or its own with one fact
edited. Nobody has checked the consistent ones: some comments of real code are wrong. ROWS of mutations
are functions over which a comment was checked by running tests (benchmarks/mutations.py builds them),
those of versions functions of two releases between which code and comment changed (versions.py).
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from sample import is_material

from codegloss.encoder.checkpoint import open_checkpoint
from codegloss.encoder.runtime import SHIPPED
from codegloss.quality.inconsistency.bank import from_arrays
from codegloss.quality.inconsistency.cross import Cross
from codegloss.quality.inconsistency.features import OPPOSITES, Example, around, measure
from codegloss.quality.inconsistency.vocabulary import Vocabulary, words
from codegloss.quality.mutations.commented import function_of
from codegloss.quality.reading import described
from codegloss.quality.reasons import Reason
from codegloss.records import CommentParts, Function, from_row

KINDS = {"neighbour": 0.4, "random": 0.15, "template": 0.1, "edited": 0.35}  # how often each is tried first
# Kinds that come with consistent examples of their own, so that nothing is learnt from where they come from:
# code over which tests still pass or fail, and comments that a later release left alone or changed.
PAIRED = {"mutated": "rewritten", "outdated": "updated"}
OF_A_TEMPLATE = 3  # functions of other names that bear a summary word for word, for it to be one
OWNER_LEFT_OUT = 0.5  # of the neighbours' comments: else a copy stands beside its original
ALIKE = 0.6  # Jaccard of the words of two summaries that might say the same
BATCH = 512


@dataclass(frozen=True, slots=True)
class Labelled:
    """An example and what is known of it."""

    example: Example
    kind: str  # `own` where the comment is the function's


def with_comment_of(function: Function, other: Function) -> Function:
    """A function under another's comment; the other's name at its beginning becomes the function's."""

    def renamed(text: str | None) -> str | None:
        return re.sub(rf"^(\W*){re.escape(other.name)}\b", rf"\g<1>{function.name}", text) if text else text

    return replace(
        function, comment=other.comment, comment_hash=other.comment_hash, summary=renamed(other.summary),
        comment_text=renamed(other.comment_text), parts=other.parts, is_doc=other.is_doc,
    )  # fmt: skip


def alike(one: Function, other: Function) -> bool:
    """Whether two comments or two functions may mean the same."""
    first, second = set(words(one.summary or "")), set(words(other.summary or ""))
    return (
        one.name == other.name
        or one.code_hash == other.code_hash
        or len(first & second) >= ALIKE * len(first | second)
    )


# --- one fact edited --------------------------------------------------------------------------


def edits(function: Function) -> Iterator[tuple[str, str]]:
    """Words of a comment and what they may be changed to, so that it says something else."""
    text = function.comment_text or ""
    for match in re.finditer(r"\b[a-zA-Z]+\b", text):
        for other in sorted(OPPOSITES.get(match[0].lower(), ())):
            yield match[0], other.capitalize() if match[0][0].isupper() else other
    for match in re.finditer(r"(?<![\w.])\d+(?![\w.])", text):
        yield match[0], str(int(match[0]) + 1)
    if function.parts:
        for part in function.parts.parameters:
            if len(part.name) > 1:
                yield (
                    part.name,
                    f"{part.name}_new" if "_" in part.name else f"new{part.name[:1].upper()}{part.name[1:]}",
                )
        for told in function.parts.raises:
            if told.type:
                yield told.type, "TimeoutError" if told.type != "TimeoutError" else "KeyError"


def edited(function: Function, order: random.Random) -> Function | None:
    """The function with one word of its comment changed; None where no change is known."""
    found = sorted(set(edits(function)))
    if not found:
        return None
    old, new = order.choice(found)
    pattern = re.compile(rf"\b{re.escape(old)}\b")

    def change(text: str) -> str:
        return pattern.sub(new, text)

    parts = function.parts
    if parts:
        parts = CommentParts(
            parts.style,
            [replace(p, name=change(p.name), description=change(p.description)) for p in parts.parameters],
            replace(parts.returns, description=change(parts.returns.description)) if parts.returns else None,
            [
                replace(r, type=change(r.type) if r.type else None, description=change(r.description))
                for r in parts.raises
            ],
            parts.deprecated,
            parts.examples,
        )
    return replace(
        function,
        comment_text=change(function.comment_text or ""),
        summary=change(function.summary or ""),
        parts=parts,
    )


# --- examples ---------------------------------------------------------------------------------


def templates(functions: Sequence[Function]) -> list[Function]:
    """Functions whose summary stands word for word over functions of other names, each such summary once."""
    names, first = defaultdict[str, set[str]](set), dict[str, Function]()
    for function in functions:
        text = " ".join((function.summary or "").lower().split())
        names[text].add(function.name)
        first.setdefault(text, function)
    return [first[text] for text, bearers in names.items() if len(bearers) >= OF_A_TEMPLATE]


def pools(functions: Sequence[Function], material: set[str]) -> Callable[[str, Function], Sequence[Function]]:
    """What gives the functions whose comments a function may be given, by kind."""
    counted = [function for function in functions if function.id in material]
    of_language = defaultdict[str, list[Function]](list)
    of_template = defaultdict[str, list[Function]](list)
    of_file = defaultdict[tuple[str, str], list[Function]](list)
    for function in counted:
        of_language[function.language].append(function)
        of_file[function.repository, function.path].append(function)
    for language, some in of_language.items():
        of_template[language] = templates(some)

    def pool(kind: str, function: Function) -> Sequence[Function]:
        if kind == "neighbour":
            return of_file[function.repository, function.path]
        return (of_template if kind == "template" else of_language)[function.language]

    return pool


def labelled(functions: Sequence[Function], material: set[str], seed: int) -> Iterator[Labelled]:
    """The examples of a sample; `material` are the ids of the functions whose comment counts."""
    pool = pools(functions, material)
    for example in around(functions):
        function = example.function
        if function.id not in material:
            continue
        yield Labelled(example, "own")
        order = random.Random(f"{seed}:{function.id}")
        first = order.choices(list(KINDS), list(KINDS.values()))[0]
        for kind in (first, "neighbour", "random"):
            made = planted(example, kind, pool(kind, function), order)
            if made:
                yield Labelled(made, kind)
                break


def planted(example: Example, kind: str, pool: Sequence[Function], order: random.Random) -> Example | None:
    """An inconsistent example of a kind, None where there is none of it."""
    function = example.function
    if kind == "edited":
        changed = edited(function, order)
        return Example(changed, example.others) if changed else None
    for other in order.sample(pool, min(len(pool), 8)):
        same_repository = other.repository == function.repository
        if alike(function, other) or (kind == "random" and same_repository):
            continue
        left_out = order.random() < OWNER_LEFT_OUT
        others = [one for one in example.others if not (left_out and one.id == other.id)]
        return Example(with_comment_of(function, other), others)
    return None


def proved(path: Path, split: str) -> Iterator[Labelled]:
    """The functions of one split of a table of `benchmarks/mutations.py`."""
    for row in pq.read_table(path).to_pylist():
        if row["split"] == split:
            function = function_of(row["code"], row["language"], row["comment"], row["id"])
            function = replace(function, repository=f"problem {row['problem']}")
            yield Labelled(Example(function, []), "mutated" if row["label"] else "rewritten")


def outdated(path: Path, split: str) -> Iterator[Labelled]:
    """Functions of a later release, under the comment that an earlier one gave them, and under their own."""
    for row in pq.read_table(path).to_pylist():
        if row["split"] == split and row["kind"] == "changed" and not row["is_addition"]:
            before, now = (from_row(row[name], Function) for name in ("old_function", "function"))
            yield Labelled(Example(now, []), "updated")
            yield Labelled(Example(with_comment_of(now, before), []), "outdated")


def read(path: Path) -> tuple[list[Function], set[str]]:
    """The functions of a sample, and the ids of those whose comment counts."""
    rows = pq.read_table(path).to_pylist()
    functions = [from_row(row, Function) for row in rows]
    counted = [function for row, function in zip(rows, functions, strict=True) if is_material(row)]
    return functions, {function.id for function in counted if described(function)}


def main() -> None:
    """Write the features of a sample's examples."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sample", type=Path)
    parser.add_argument("bank", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--mutations", nargs=2, metavar=("ROWS", "SPLIT"))
    parser.add_argument("--versions", nargs=2, metavar=("ROWS", "SPLIT"))
    parser.add_argument("--cross", type=Path, help="a cross-encoder of cross.py")
    parser.add_argument("--encoder", type=Path, default=SHIPPED)
    parser.add_argument("--seed", type=int, default=17)
    options = parser.parse_args()
    functions, material = read(options.sample)
    with np.load(options.bank) as arrays:
        bank = from_arrays(arrays)
        material -= set(arrays["ids"].tolist())
    examples = list(labelled(functions, material, options.seed))
    if options.mutations:
        examples += proved(Path(options.mutations[0]), options.mutations[1])
    if options.versions:
        examples += outdated(Path(options.versions[0]), options.versions[1])
    encoder = open_checkpoint(options.encoder)
    vocabulary = Vocabulary(encoder)
    cross = Cross(options.cross.read_bytes(), encoder) if options.cross else None
    rows, about = list[dict[str, float]](), list[tuple[str, str, str]]()
    for start in range(0, len(examples), BATCH):
        batch = examples[start : start + BATCH]
        found = measure([one.example for one in batch], vocabulary, bank, cross)
        for one, features in zip(batch, found, strict=True):
            if not isinstance(features, Reason):
                rows.append(features)
                about.append((one.kind, one.example.function.language, one.example.function.repository))
    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows], np.float32)
    kinds, languages, repositories = (np.array(column) for column in zip(*about, strict=True))
    np.savez(options.out, values=values, names=names, kind=kinds, language=languages, repository=repositories)
    print(f"{len(rows):,} examples:", dict(Counter(kinds.tolist())))


if __name__ == "__main__":
    main()
