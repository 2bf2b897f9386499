"""Code that provably changed, with the comment it had: the labelled set, and what scorers see of it.

    python benchmarks/mutations.py build MBXP --out DIR [--language python] [--problems 100] [--save]
    python benchmarks/mutations.py score DIR [--split test] [--classifier FILE] [--save]

Each problem of MBXP that its own solution solves gives pairs of variants. Both variants went through the
same rewrites that preserve behaviour; one was then changed by one small edit more. The first is kept as
*consistent* when all tests still pass, the second as *inconsistent* when a test fails, and a pair only when
both are proved. The comment is the problem's sentence without its examples and without "Write a function
to". What a sentence cannot contradict is left out (`telling`). A problem is in one split, in all languages.
At last the set is thinned until the code alone no longer tells the label (`mutations_leaks.balanced`), and
how much either side alone still gives away is measured on problems that the measuring classifier did not
see.

A renamed parameter is none of the kinds: it changes no behaviour. Few solutions raise, and the tests seldom
ask for it, so that a removed raise is rare. `planted.py` plants both in comments that speak of them.

`DIR/mutations.parquet` holds the set, `DIR/all.parquet` what was proved before thinning. A trainer reads
the rows whose `split` is train or validation and makes functions of them with
`codegloss.quality.mutations.commented.function_of(code, language, comment, id)`. The columns:

    id        of the variant
    pair      the two variants that differ in one edit alone share it; thinning may have left one of them
    problem   its number in MBPP, the same in every language: what to group and resample by
    language  python, javascript, java, ruby or php
    split     train, validation or test: of the problem
    kind      of the edit that changed what the code does; "rewritten" for a consistent variant
    rewrites  that preserve behaviour, made before that edit; names divided by blanks
    comment   plain text, without marks
    code      one function, without comment
    label     1: a test that passed fails, 0: all still pass
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
from codegloss.quality.mutations.source import parameter_names, read
from common import RESULTS, save
from mutations_leaks import ROUNDS, balanced, guessed
from mutations_scores import auc, parts, score

ORIGINAL = "github.com/amazon-science/mxeval, data/mbxp"
VARIANTS = 4  # rewritten forms of a problem's solution
CHANGED = 3  # changes tried on each, of different kinds
BATCH = 8  # problems that share a sandbox
SECONDS = 0.5  # for one program; what is slower proves nothing, and mutants that never end are many
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


Plan = tuple[Problem, tuple[str, ...], str, dict[str, str]]  # rewrites, their outcome, changes of it by kind


def planned(batch: Sequence[Problem], seed: int) -> list[Plan]:
    """What is to be proved of some problems in one language."""
    return [(problem, *plan) for problem in batch for plan in _plans(problem, seed)]


def proved(batch: Sequence[Problem], plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """The pairs of the plans of which the tests prove both sides."""
    texts = list(
        dict.fromkeys((p, code) for p, _, base, changed in plans for code in (base, *changed.values()))
    )
    programs = [p.before + code + p.after for p, code in texts]
    originals = [p.before + p.code + p.after for p in batch]
    told = oracle.verdicts([*originals, *programs], batch[0].language, SECONDS)
    sound = {p.id for p, verdict in zip(batch, told, strict=False) if verdict == "passed"}
    verdict_of = {(p.id, code): v for (p, code), v in zip(texts, told[len(originals) :], strict=True)}
    found = []
    for problem, rewrites, base, changed in plans:
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


# --- the command -----------------------------------------------------------------------------


def build(arguments: argparse.Namespace) -> None:
    """Make the set, in cells that a stopped run finds again."""
    present = [name for name in arguments.language or oracle.languages() if name in oracle.languages()]
    by_language: dict[str, list[Problem]] = {language: [] for language in present}
    for problem in problems(arguments.mbxp, present):
        by_language[problem.language].append(problem)
    rows: list[dict[str, Any]] = []
    for found in by_language.values():
        # A fixed shuffle, so that the first so many are a fair sample.
        random.Random(arguments.seed).shuffle(found)
    for start in range(0, min(max(map(len, by_language.values())), arguments.problems), BATCH):
        for found in by_language.values():
            if batch := found[start : min(start + BATCH, arguments.problems)]:
                plans = planned(batch, arguments.seed)
                rows += cell(arguments.out / "cells", _name(batch, plans), _deferred(batch, plans))["items"]
    rows = unique(telling(rows))
    kept = balanced(rows, arguments.seed)
    for name, some in (("all", rows), ("mutations", kept)):
        pq.write_table(pa.Table.from_pylist(some), arguments.out / f"{name}.partial")
        (arguments.out / f"{name}.partial").rename(arguments.out / f"{name}.parquet")
    table = summary(rows, kept, arguments.seed)
    for line in table:
        say(str(line))
    if arguments.save:
        save(
            "mutations",
            table,
            ("tree-sitter", "scikit-learn"),
            solutions_tried=sum(min(len(found), arguments.problems) for found in by_language.values()),
            seed=arguments.seed,
            **read_by_hand(),
        )


def read_by_hand() -> dict[str, int]:
    """Of rows drawn by chance from train and validation, and read: how many labels are right, by label."""
    read = json.loads((RESULTS / "verdicts" / "mutations.json").read_text("utf-8"))
    labels = {0: "consistent", 1: "inconsistent"}
    found = Counter(f"label_{labels[one['label']]}_read_as_{one['verdict']}" for one in read)
    return dict(sorted(found.items()))


# Behaviour changes, and the sentence stays true: it does not say in which order the parameters come.
UNTOLD = "swapped-parameters"
_COMPARED = re.compile(r"""[=!]==?\s*-?(?:(\d+)|["'])|(?:\b(\d+)|["'])\s*[=!]==?""")


def telling(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows whose comment speaks of what the code does.

    Left out are changes that no sentence contradicts, and solutions that pass the tests without doing what
    is asked for, as far as their form shows it: they answer the tests one by one, or leave a parameter
    unused.
    """
    doubtful = {
        (row["language"], row["problem"])
        for row in rows
        if not row["label"] and (_answers_one_by_one(row["code"]) or _unused(row["code"], row["language"]))
    }
    return [
        row for row in rows if row["kind"] != UNTOLD and (row["language"], row["problem"]) not in doubtful
    ]


def _answers_one_by_one(code: str) -> bool:
    """Whether there are three comparisons with a literal, or two with a number of two digits or more."""
    numbers = [one or two for one, two in _COMPARED.findall(code)]
    return len(numbers) >= 3 or sum(len(number) >= 2 for number in numbers) >= 2


def _unused(code: str, language: str) -> bool:
    source = read(code, language)
    names = [source.text(node) for node in parameter_names(source)] if source else []
    return any(
        len(re.findall(rb"(?<![\w$])" + re.escape(name) + rb"(?!\w)", code.encode())) < 2 for name in names
    )


def unique(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each variant once; a consistent one belongs to none of the kinds of change that were made to it."""
    seen: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        kind = row["kind"] if row["label"] else REWRITTEN
        told = {**row, "kind": kind, "comment": described(row["comment"])}
        seen.setdefault((row["language"], row["problem"], row["code"]), told)
    return list(seen.values())


def described(task: str) -> str:
    """What is asked for, as a comment says it: "Write a function to find x." is "Find x."."""
    text = re.sub(r"^.*?\bwrite (?:a )?function (?:to |that |which |for |of |where )?", "", task, flags=re.I)
    text = text.split(" > indented block")[0]
    return text[:1].upper() + text[1:]


REWRITTEN = "rewritten"  # the kind of what was not changed


def _deferred(batch: Sequence[Problem], plans: Sequence[Plan]) -> Callable[[], dict[str, Any]]:
    return lambda: {"items": proved(batch, plans)}


def _name(batch: Sequence[Problem], plans: Sequence[Plan]) -> str:
    """Named after what is run, and by what: a change of an operator makes anew what it changes."""
    language = batch[0].language
    driver = Path(str(oracle.__file__)).parent / "drivers" / oracle.DRIVERS[language].file
    programs = [[problem.id, *rest] for problem, *rest in plans]
    about = digest(list(map(asdict, batch)), programs, driver.read_text("utf-8"), SECONDS)
    return f"{language}-{about}"


def summary(rows: list[dict[str, Any]], kept: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Rows of the table: by language and by kind of change, and the AUC of either side alone."""
    proved = dict(parts(rows))
    before = guessed(rows, seed)
    code, comment = (guessed(kept, seed + ROUNDS, side) for side in ("code", "comment"))
    labels, left = (np.array([row["label"] for row in some], bool) for some in (rows, kept))
    tested = np.array([row["split"] == "test" for row in kept])
    return [
        {
            "part": name,
            "problems": len({kept[place]["problem"] for place in own}),
            "proved inconsistent": int(labels[proved[name]].sum()),
            "kept": int(left[own].sum()),
            "of these test": int((left & tested)[own].sum()),
            "consistent": int((~left)[own].sum()),
            "AUC of the code alone, proved": auc(before[proved[name]], labels[proved[name]]),
            "AUC of the code alone, kept": auc(code[own], left[own]),
            "AUC of the comment alone, kept": auc(comment[own], left[own]),
        }
        for name, own in parts(kept)
    ]


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
    making.set_defaults(do=build)
    scoring = commands.add_parser("score", help="what the classifier and the claim rules see of it")
    scoring.add_argument("set", type=Path, help="what `build` made")
    scoring.add_argument("--split", default="test", choices=("train", "validation", "test"))
    scoring.add_argument("--classifier", type=Path, help="another model than the shipped one")
    scoring.add_argument("--save", action="store_true", help="write the table into results/ and README.md")
    scoring.set_defaults(do=score)
    arguments = parser.parse_args()
    arguments.do(arguments)


if __name__ == "__main__":
    main()
