"""Code → code across languages, on the solutions of MBXP: one problem, solved in two languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codegloss.evaluate.files import json_lines, needed
from codegloss.evaluate.stripping import without_comments
from codegloss.evaluate.tasks import KEPT, STRIPPED, Task, TaskError, equals_ignored, folded
from codegloss.extract.languages import languages

ORIGINAL = "github.com/amazon-science/mxeval, data/mbxp"
ASKING = "python"  # the language of the queries where no two are named
FEWEST = 20  # problems solved in both languages, for a task of its own


def mbxp_tasks(path: Path, *, direction: str | None = None, keep_comments: bool = False) -> list[Task]:
    """From Python to each other language, or in one direction such as `java-python`.

    The comments of both sides hold the same English words, so they are cut even from the
    prompt; a solution that says them again elsewhere is left out. The names of the functions stay.
    Raises TaskError for a folder without solutions or a direction that is not there.
    """
    files = sorted(needed(path, ORIGINAL).glob("mb*.jsonl"))
    if not files:
        raise TaskError(f"{path} has no file mb*.jsonl; the public original is at {ORIGINAL}")
    solutions: dict[str, dict[str, str]] = {}  # language → number of the problem → code
    for file in files:
        for language, problem, code in _solutions(file, keep_comments):
            solutions.setdefault(language, {})[problem] = code
    tasks = [
        _task(source, target, solutions, KEPT if keep_comments else STRIPPED)
        for source, target in _directions(direction, solutions, path)
    ]
    if not any(tasks):
        raise TaskError(f"{path}: no two languages have {FEWEST} problems in common that are solved in both")
    return [task for task in tasks if task]


def _solutions(file: Path, keep_comments: bool) -> Iterator[tuple[str, str, str]]:
    for row in json_lines(file, "task_id", "language", "prompt", "description", "canonical_solution"):
        language, solution = row["language"], row["canonical_solution"]
        if not solution or language not in languages():
            continue
        between = "" if row["prompt"].endswith("\n") else "\n"
        code = row["prompt"] + between + solution
        if not keep_comments:
            code = without_comments(code, language)
            if folded(row["description"]) in folded(code):
                continue
        yield language, row["task_id"].rpartition("/")[2], code


def _directions(
    direction: str | None, solutions: dict[str, dict[str, str]], path: Path
) -> list[tuple[str, str]]:
    if direction is None:
        return [(ASKING, target) for target in sorted(solutions) if target != ASKING and ASKING in solutions]
    source, _, target = direction.partition("-")
    for language in (source, target):
        if language not in solutions:
            raise TaskError(
                f"{path} has no solutions in {language!r}, only in {', '.join(sorted(solutions))}"
            )
    return [(source, target)]


def _task(source: str, target: str, solutions: dict[str, dict[str, str]], comments: str) -> Task | None:
    asked = [problem for problem in solutions[source] if problem in solutions[target]]
    if len(asked) < FEWEST:
        return None
    place = {problem: number for number, problem in enumerate(solutions[target])}
    pool = tuple(solutions[target].values())
    relevance = tuple({place[problem]: 1.0} for problem in asked)
    return Task(
        name=f"mbxp:{source}-{target}",
        queries=tuple(solutions[source][problem] for problem in asked),
        pool=pool,
        relevance=relevance,
        ignored=equals_ignored(pool, relevance),
        query_language=source,
        pool_language=target,
        comments=comments,
        origin=f"solutions of MBXP, {ORIGINAL}; the pool is every solution in {target}",
    )
