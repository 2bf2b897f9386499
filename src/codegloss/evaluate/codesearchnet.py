"""CodeSearchNet in its official forms, from the original's jsonl.gz files.

Two protocols over the documented functions of a language: each query in its own batch of 1,000,
as the original's MRR has it, and in all functions of valid and test, as later work has it; and the
99 queries whose answers experts graded, in whatever corpus is at hand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from codegloss.evaluate.files import csv_rows, json_lines, needed
from codegloss.evaluate.stripping import without_comments
from codegloss.evaluate.tasks import KEPT, STRIPPED, Task, TaskError, equals_ignored
from codegloss.extract.languages import names

ORIGINAL = "github.com/github/CodeSearchNet (resources/data, or code_search_net at huggingface.co)"
BATCH = 1_000  # functions that a query is searched in, in the original's protocol
_FIELDS = ("code", "docstring", "url")


@dataclass(frozen=True, slots=True)
class _Row:
    text: str
    code: str
    repository: str
    url: str


def batch_tasks(path: Path, language: str | None = None, *, keep_comments: bool = False) -> list[Task]:
    """The test functions in batches of 1,000, drawn with a fixed seed; what is over is left out, as there."""
    tasks = []
    for name in _languages(path, language):
        rows = [row for row in _rows(path, name, keep_comments, "test") if row.text]
        order = np.random.default_rng(0).permutation(len(rows)).tolist()
        if len(rows) < BATCH:
            raise TaskError(
                f"{path}: {len(rows):,} test functions in {name}, fewer than one batch of {BATCH:,}"
            )
        rows = [rows[place] for place in order[: len(rows) // BATCH * BATCH]]
        batches = [
            range(number // BATCH * BATCH, (number // BATCH + 1) * BATCH) for number in range(len(rows))
        ]
        task = _own_code(rows, rows, name, "codesearchnet", keep_comments, tuple(batches))
        tasks.append(task)
    return tasks


def corpus_tasks(path: Path, language: str | None = None, *, keep_comments: bool = False) -> list[Task]:
    """The test functions, searched in all of valid and test."""
    tasks = []
    for name in _languages(path, language):
        rows = [row for row in _rows(path, name, keep_comments, "test") if row.text]
        others = list(_rows(path, name, keep_comments, "valid"))
        if not rows:
            raise TaskError(f"{path}: no documented test functions in {name}")
        tasks.append(_own_code(rows, [*rows, *others], name, "codesearchnet-full", keep_comments, None))
    return tasks


def _own_code(
    asked: list[_Row],
    rows: list[_Row],
    language: str,
    kind: str,
    keep_comments: bool,
    candidates: tuple[range, ...] | None,
) -> Task:
    pool = tuple(row.code for row in rows)
    relevance = tuple({place: 1.0} for place in range(len(asked)))
    return Task(
        name=f"{kind}:{language}",
        queries=tuple(row.text for row in asked),
        pool=pool,
        relevance=relevance,
        query_language=None,
        pool_language=language,
        comments=KEPT if keep_comments else STRIPPED,
        origin=f"CodeSearchNet, {ORIGINAL}",
        candidates=candidates,
        ignored=equals_ignored(pool, relevance),
        groups=tuple(row.repository for row in asked),
    )


def annotated_tasks(
    annotations: Path, path: Path, language: str | None = None, *, keep_comments: bool = False
) -> list[Task]:
    """The 99 queries: for each language one task among the annotated functions, and one in all of `path`.

    `annotations` is the folder of annotationStore.csv; `path` holds the functions, told by URL. A
    grade is the mean of its annotators'. Functions that are not in `path` count for nothing, which
    the task's origin says; a query with nothing relevant left is left out, as in the original.
    """
    file = needed(annotations / "annotationStore.csv", f"{ORIGINAL}, resources")
    graded: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(dict))
    for row in csv_rows(file, "Language", "Query", "GitHubUrl", "Relevance"):
        try:
            grade = float(row["Relevance"])
        except ValueError as error:
            raise TaskError(f"{file}: relevance {row['Relevance']!r} is no number") from error
        graded[row["Language"].lower()][row["Query"]].setdefault(row["GitHubUrl"], []).append(grade)
    tasks = []
    for name in _languages(path, language):
        tasks += _annotated(graded.get(name, {}), list(_rows(path, name, keep_comments)), name, keep_comments)
    if not tasks:
        raise TaskError(f"{path} holds none of the functions annotated in {file}")
    return tasks


def _annotated(
    graded: dict[str, dict[str, list[float]]], rows: list[_Row], language: str, keep_comments: bool
) -> list[Task]:
    place = {row.url: number for number, row in enumerate(rows)}
    pool = tuple(row.code for row in rows)
    queries, relevance, candidates = [], [], []
    for query, grades in graded.items():
        there = {place[url]: float(np.mean(given)) for url, given in grades.items() if url in place}
        if any(there.values()):
            queries.append(query)
            relevance.append({number: grade for number, grade in there.items() if grade > 0})
            candidates.append(sorted(there))
    if not queries:
        return []
    urls = {url for grades in graded.values() for url in grades}
    origin = (
        f"CodeSearchNet's 99 queries, {ORIGINAL}; {len(urls & set(place)):,} of {len(urls):,} annotated "
        f"functions are in the corpus, {len(queries)} of {len(graded)} queries have a relevant one there"
    )
    comments = KEPT if keep_comments else STRIPPED
    return [
        Task(
            f"codesearchnet-99:{language}:{among}",
            tuple(queries),
            pool,
            tuple(relevance),
            None,
            language,
            comments,
            origin,
            only,
        )
        for among, only in (("annotated", tuple(candidates)), ("all", None))
    ]


def _languages(path: Path, language: str | None) -> list[str]:
    """Those in the folder, told by the names of its files, `python_test_0.jsonl.gz`."""
    found = sorted({_language(file) for file in _files(needed(path, ORIGINAL))} & set(names()))
    if language is not None and language not in found:
        raise TaskError(
            f"{path} has no functions in {language}; it has {', '.join(found) or 'no jsonl.gz files'}"
        )
    if not found:
        raise TaskError(f"{path} has no files like python_test_0.jsonl.gz; the original is at {ORIGINAL}")
    return [language] if language else found


def _files(path: Path) -> list[Path]:
    return sorted([*path.rglob("*_*_*.jsonl.gz"), *path.rglob("*_*_*.jsonl")])


def _language(file: Path) -> str:
    return file.name.partition("_")[0]


def _rows(path: Path, language: str, keep_comments: bool, split: str | None = None) -> Iterator[_Row]:
    for file in _files(path):
        name, part, _ = file.name.split("_", 2)
        if name == language and split in (None, part):
            for row in json_lines(file, *_FIELDS):
                code = row["code"] if keep_comments else without_comments(row["code"], language)
                yield _Row(_text(row), code, str(row.get("repo", "")), row["url"])


def _text(row: dict[str, Any]) -> str:
    """The first paragraph of the doc comment: the original's tokens where there are some."""
    if row.get("docstring_tokens"):
        return " ".join(row["docstring_tokens"])
    return str(row["docstring"]).strip().partition("\n\n")[0]
