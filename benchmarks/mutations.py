"""Code that provably changed, with the comment it had: the labelled set, and what it gives away.

    python benchmarks/mutations.py build MBXP --out DIR [--language python] [--problems 100]

Each problem of MBXP that its own solution solves gives pairs of variants. Both variants went through the
same rewrites that preserve behaviour; one was then changed by one small edit more. The first is kept as
*consistent* when all tests still pass, the second as *inconsistent* when a test fails, and a pair only when
both are proved. The comment is the problem's sentence without its examples. A problem is in one split, in
all languages. At last the pairs whose code alone gives the label away are thinned out (`balanced`), and how
much is still given away is measured on problems that the measuring classifier did not see.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cells import cell, digest, say
from codegloss.curate.split import split_of
from codegloss.evaluate.files import json_lines, needed
from codegloss.extract import functions_in
from codegloss.quality import oracle
from codegloss.quality.mutations import mutants, rewritten
from common import save

ORIGINAL = "github.com/amazon-science/mxeval, data/mbxp"
VARIANTS = 4  # rewritten forms of a problem's solution
CHANGED = 3  # changes tried on each, of different kinds
BATCH = 8  # problems that share a sandbox
SHARES = {"validation": 0.15, "test": 0.25}


@dataclass(frozen=True, slots=True)
class Problem:
    """A solved problem: the program around the function, and the function without its comment."""

    id: str  # number of the problem, the same in every language
    language: str
    comment: str
    before: str  # the program's text before the function, and after it, tests included
    code: str
    after: str


@dataclass(frozen=True, slots=True)
class Item:
    """One labelled pair of comment and code."""

    id: str
    pair: str  # of the two variants that differ in one edit alone
    problem: str
    language: str
    split: str
    kind: str  # of the change that the pair differs in; "rewritten" for a consistent one in the end
    rewrites: str  # that both went through
    comment: str
    code: str
    label: int  # 1: a test that passed fails, 0: all still pass


# --- problems --------------------------------------------------------------------------------


def problems(folder: Path, wanted: Sequence[str]) -> Iterator[Problem]:
    """The solved problems in these languages whose function can be told from the program around it."""
    for file in sorted(needed(folder, ORIGINAL).glob("mb*.jsonl")):
        for row in json_lines(file, "task_id", "language", "prompt", "description", "canonical_solution"):
            solved = row["language"] in wanted and row["canonical_solution"]
            if solved and (problem := _problem(row)):
                yield problem


def _problem(row: dict[str, Any]) -> Problem | None:
    language = row["language"]
    between = "" if row["prompt"].endswith("\n") else "\n"
    text = row["prompt"] + between + row["canonical_solution"] + "\n"
    found = [function for function in functions_in(text, language) if function.name == row["entry_point"]]
    if len(found) != 1 or found[0].inner_comments or found[0].has_syntax_error or _learnt(row, found[0].code):
        return None
    data = text.encode("utf-8")
    after = data[found[0].end :].decode("utf-8") + row["test"]
    if language == "python":
        after += f"\ncheck({row['entry_point']})\n"
    return Problem(
        id=row["task_id"].rpartition("/")[2],
        language=language,
        comment=_sentence(row["description"]),
        before=data[: found[0].start].decode("utf-8"),
        code=found[0].code,
        after=_mended(after, language),
    )


def _sentence(description: str) -> str:
    """What is asked for, without worked examples and without the language's name."""
    text = re.split(r"\n\s*(?:>>>|Examples?\b|php >|irb>|>)", description)[0]
    return re.sub(r"^Write a(?: \S+)? function ", "Write a function ", " ".join(text.split()))


def _learnt(row: dict[str, Any], code: str) -> bool:
    """Whether the solution only repeats its tests: two of their numbers or strings stand in it."""
    literals = set(re.findall(r"\b\d{2,}\b|\"[^\"\n]{4,}\"|'[^'\n]{4,}'", row["test"]))
    known = {literal for literal in literals if "test" not in literal and "rror" not in literal}
    return sum(literal in code for literal in known) >= 3


# Slips in the published tests, by language: PHP compares with `==`, to which `true` equals any list, and
# JavaScript's message names a variable that is not there.
_SLIPS = {
    "php": ("return $x == $y;", "return is_bool($x) === is_bool($y) && $x == $y;"),
    "javascript": ("JSON.stringify(x)", '""'),
}


def _mended(text: str, language: str) -> str:
    return text.replace(*_SLIPS[language]) if language in _SLIPS else text


# --- variants and their proof ----------------------------------------------------------------


def items(batch: Sequence[Problem], seed: int) -> list[dict[str, Any]]:
    """The proved pairs of some problems in one language."""
    planned = [(problem, *plan) for problem in batch for plan in _plans(problem, seed)]
    texts = list(
        dict.fromkeys((p, code) for p, _, base, changed in planned for code in (base, *changed.values()))
    )
    programs = [p.before + code + p.after for p, code in texts]
    originals = [p.before + p.code + p.after for p in batch]
    told = oracle.verdicts([*originals, *programs], batch[0].language)
    sound = {p.id for p, verdict in zip(batch, told, strict=False) if verdict == "passed"}
    verdict_of = {(p.id, code): v for (p, code), v in zip(texts, told[len(originals) :], strict=True)}
    found = []
    for problem, rewrites, base, changed in planned:
        if problem.id not in sound or verdict_of[problem.id, base] != "passed":
            continue
        for kind, code in changed.items():
            if verdict_of[problem.id, code] == "failed":
                found += [asdict(item) for item in _pair(problem, kind, rewrites, base, code)]
    say(f"  {batch[0].language}: {dict(Counter(told))}, {len(found) // 2} pairs of {len(batch)} problems")
    return found


def _plans(problem: Problem, seed: int) -> Iterator[tuple[tuple[str, ...], str, dict[str, str]]]:
    """Rewritten forms of the solution, each with some changes of it by kind, the scarcer kinds first."""
    chance = random.Random(f"{seed}:{problem.language}:{problem.id}")
    tried = Counter[str]()
    forms: set[str] = set()
    for _ in range(VARIANTS):
        base, rewrites = rewritten(
            problem.code, problem.language, chance.choice((1, 2, 2, 3)), chance.randrange(1 << 30)
        )
        if base in forms or not rewrites:
            continue
        forms.add(base)
        by_kind: dict[str, list[str]] = defaultdict(list)
        for mutant in mutants(base, problem.language, chance.randrange(1 << 30)):
            if mutant.changes_behaviour is None:
                by_kind[mutant.kind].append(mutant.code)
        kinds = sorted(by_kind, key=lambda kind: (tried[kind], chance.random()))[:CHANGED]
        tried.update(kinds)
        yield rewrites, base, {kind: by_kind[kind][0] for kind in kinds}


def _pair(problem: Problem, kind: str, rewrites: tuple[str, ...], base: str, code: str) -> Iterator[Item]:
    name = digest(problem.language, problem.id, base, code)
    for label, text in ((0, base), (1, code)):
        yield Item(
            id=f"{name}-{label}",
            pair=name,
            problem=problem.id,
            language=problem.language,
            split=split_of(f"mbpp/{problem.id}", shares=SHARES),
            kind=kind,
            rewrites=" ".join(rewrites),
            comment=problem.comment,
            code=text,
            label=label,
        )


# --- what the code alone gives away ----------------------------------------------------------


def guessed(rows: Sequence[dict[str, Any]], seed: int) -> np.ndarray:
    """P(inconsistent) of each row from its code alone, by classifiers that did not see its problem.

    Shape (rows,). Logistic regression on hashed runs of one to four tokens, five folds by problem.
    """
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold

    vectors = HashingVectorizer(
        analyzer="word",
        token_pattern=r"\w+|[^\w\s]+|\n +",
        ngram_range=(1, 4),
        n_features=1 << 18,
        binary=True,
    ).transform([row["code"] for row in rows])
    labels = np.array([row["label"] for row in rows])
    groups = [row["problem"] for row in rows]
    found = np.full(len(rows), 0.5)
    for train, test in GroupKFold(5, shuffle=True, random_state=seed).split(vectors, labels, groups):
        model = LogisticRegression(C=1.0, max_iter=300, solver="liblinear", random_state=seed)
        found[test] = model.fit(vectors[train], labels[train]).predict_proba(vectors[test])[:, 1]
    return found


ROUNDS = 3
BANDS = 20


def balanced(rows: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """As many rows of either label in each band of what the code alone suggests.

    Propensity-score stratification (Rosenbaum and Rubin, 1984), language by language, a few rounds with
    other folds: what is left over of the label that a band has more of is dropped.
    """
    for language in sorted({row["language"] for row in rows}):
        own = [row for row in rows if row["language"] == language]
        others = [row for row in rows if row["language"] != language]
        for turn in range(ROUNDS):
            if len({row["problem"] for row in own}) < 10:
                break
            own = _even(own, guessed(own, seed + turn), random.Random(seed + turn))
        rows = others + own
    return sorted(rows, key=lambda row: (row["language"], int(row["problem"]), row["id"]))


def _even(rows: list[dict[str, Any]], scores: np.ndarray, chance: random.Random) -> list[dict[str, Any]]:
    edges = np.unique(np.quantile(scores, np.linspace(0, 1, BANDS + 1)[1:-1]))
    # Splits are balanced each for itself: a test set must not lean on what training rows make up for.
    strata: dict[tuple[int, str], dict[int, list[dict[str, Any]]]] = defaultdict(lambda: {0: [], 1: []})
    for row, band in zip(rows, np.digitize(scores, edges), strict=True):
        strata[int(band), row["split"]][row["label"]].append(row)
    kept = []
    for _, sides in sorted(strata.items()):
        fewest = min(map(len, sides.values()))
        kept += [row for side in sides.values() for row in chance.sample(side, fewest)]
    return kept


# --- the command -----------------------------------------------------------------------------


def build(arguments: argparse.Namespace) -> None:
    """Make the set, in cells that a stopped run finds again."""
    present = [name for name in arguments.language or oracle.languages() if name in oracle.languages()]
    by_language: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems(arguments.mbxp, present):
        by_language[problem.language].append(problem)
    rows: list[dict[str, Any]] = []
    for language, found in by_language.items():
        # A fixed shuffle, so that the first so many are a fair sample.
        random.Random(arguments.seed).shuffle(found)
        for start in range(0, min(len(found), arguments.problems), BATCH):
            batch = found[start : start + BATCH]
            name = f"{language}-{_name(batch, arguments.seed)}"
            rows += cell(arguments.out / "cells", name, _deferred(batch, arguments.seed))["items"]
    rows = unique(rows)
    kept = balanced(rows, arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows), arguments.out / "all.parquet")
    pq.write_table(pa.Table.from_pylist(kept), arguments.out / "mutations.parquet")
    (arguments.out / "mutations.json").write_text(
        json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    table = summary(rows, kept, arguments.seed)
    for line in table:
        say(str(line))
    if arguments.save:
        save(
            "mutations",
            table,
            ("tree-sitter", "scikit-learn"),
            languages=", ".join(by_language),
            seed=arguments.seed,
        )


def unique(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each variant once; a consistent one belongs to none of the kinds of change that were made to it."""
    seen: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        kind = row["kind"] if row["label"] else REWRITTEN
        seen.setdefault((row["language"], row["problem"], row["code"]), {**row, "kind": kind})
    return list(seen.values())


REWRITTEN = "rewritten"  # the kind of what was not changed


def _deferred(batch: Sequence[Problem], seed: int) -> Callable[[], dict[str, Any]]:
    return lambda: {"items": items(batch, seed)}


def _name(batch: Sequence[Problem], seed: int) -> str:
    return digest(seed, VARIANTS, CHANGED, [asdict(problem) for problem in batch], _code_of_operators())


def _code_of_operators() -> str:
    """What the operators and drivers are now: other code makes other cells."""
    from codegloss.quality import mutations

    folders = (Path(str(mutations.__file__)).parent, Path(str(oracle.__file__)).parent)
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.suffix in _SUFFIXES]
    return digest(*(file.read_text("utf-8") for file in files if file.name != "planted.py"))


_SUFFIXES = (".py", ".js", ".rb", ".php", ".java")


def summary(rows: list[dict[str, Any]], kept: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Rows of the table: by language and by kind of change, and the AUC of the code alone.

    A kind's AUC sets its inconsistent rows against all consistent ones.
    """
    before, after = guessed(rows, seed), guessed(kept, seed + ROUNDS)
    languages = [("language", name) for name in sorted({row["language"] for row in rows})]
    kinds = [("kind", name) for name in sorted({row["kind"] for row in rows} - {REWRITTEN})]
    table = []
    for column, name in [*languages, *kinds, ("all", "all")]:
        proved, own = _part(rows, column, name), _part(kept, column, name)
        changed = [place for place in own if kept[place]["label"]]
        table.append(
            {
                "part": name,
                "problems": len({rows[place]["problem"] for place in proved if rows[place]["label"]}),
                "proved inconsistent": sum(rows[place]["label"] for place in proved),
                "kept": len(changed),
                "of these test": sum(kept[place]["split"] == "test" for place in changed),
                "AUC of the code alone, proved": _auc(rows, before, proved),
                "AUC of the code alone, kept": _auc(kept, after, own),
            }
        )
    return table


def _part(rows: Sequence[dict[str, Any]], column: str, name: str) -> list[int]:
    """Places of the rows of a language, or of those changed in one way and all that are consistent."""
    if column == "kind":
        return [place for place, row in enumerate(rows) if not row["label"] or row["kind"] == name]
    return [place for place, row in enumerate(rows) if column == "all" or row["language"] == name]


def _auc(rows: Sequence[dict[str, Any]], scores: np.ndarray, places: Sequence[int]) -> float | None:
    from sklearn.metrics import roc_auc_score

    labels = [rows[place]["label"] for place in places]
    return float(roc_auc_score(labels, scores[places])) if len(set(labels)) == 2 else None


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("build", help="make the labelled set")
    making.add_argument("mbxp", type=Path)
    making.add_argument("--out", type=Path, required=True)
    making.add_argument("--language", action="append")
    making.add_argument("--problems", type=int, default=10_000, help="at most so many of each language")
    making.add_argument("--seed", type=int, default=0)
    making.add_argument("--save", action="store_true", help="write the table into results/ and README.md")
    build(parser.parse_args())


if __name__ == "__main__":
    main()
