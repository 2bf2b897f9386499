"""What users write for a task, `cosqa:FOLDER`, and the loader that makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from codegloss.evaluate.codesearchnet import annotated_tasks, batch_tasks, corpus_tasks
from codegloss.evaluate.cosqa import cosqa_tasks
from codegloss.evaluate.functions import TEST, function_tasks
from codegloss.evaluate.mbxp import mbxp_tasks
from codegloss.evaluate.tasks import Task, TaskError
from codegloss.extract.languages import names


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of task, as users write it."""

    form: str
    what: str
    load: Callable[[list[str], bool], list[Task]]  # of the parts behind the kind, and whether comments stay


def _functions(parts: list[str], keep: bool) -> list[Task]:
    path, at, split = parts[0].rpartition("@")
    if not at or Path(parts[0]).exists():  # a folder may have an @ in its name
        path, split = parts[0], TEST
    return function_tasks(Path(path), split=split, language=_language(parts[1:]), keep_comments=keep)


def _mbxp(parts: list[str], keep: bool) -> list[Task]:
    return mbxp_tasks(Path(parts[0]), direction=parts[1] if parts[1:] else None, keep_comments=keep)


def _language(parts: list[str]) -> str | None:
    if parts and parts[0] not in names():
        raise TaskError(f"unknown language {parts[0]!r}; known are {', '.join(names())}")
    return parts[0] if parts else None


KINDS = {
    "functions": Kind(
        "functions:DATASET[@split][:language]",
        "text → code in a dataset of functions or pairs, a task a language (split: test)",
        _functions,
    ),
    "mbxp": Kind("mbxp:FOLDER[:java-python]", "code → code across languages, on MBXP's solutions", _mbxp),
    "cosqa": Kind(
        "cosqa:FOLDER",
        "500 web queries in 6,267 Python functions",
        lambda parts, keep: cosqa_tasks(Path(parts[0]), keep_comments=keep),
    ),
    "codesearchnet": Kind(
        "codesearchnet:FOLDER[:language]",
        "CodeSearchNet's test functions, each query in its own 1,000",
        lambda parts, keep: batch_tasks(Path(parts[0]), _language(parts[1:]), keep_comments=keep),
    ),
    "codesearchnet-full": Kind(
        "codesearchnet-full:FOLDER[:language]",
        "the same queries in all functions of valid and test",
        lambda parts, keep: corpus_tasks(Path(parts[0]), _language(parts[1:]), keep_comments=keep),
    ),
    "codesearchnet-99": Kind(
        "codesearchnet-99:ANNOTATIONS:FOLDER[:language]",
        "the 99 queries with graded relevance, in the functions of FOLDER",
        lambda parts, keep: annotated_tasks(
            Path(parts[0]), Path(parts[1]), _language(parts[2:]), keep_comments=keep
        ),
    ),
}


def tasks_of(spec: str, *, keep_comments: bool = False) -> list[Task]:
    """The tasks that a specification names. Raises TaskError that says what is wrong with it."""
    name, *parts = spec.split(":")
    kind = KINDS.get(name)
    if kind is None:
        raise TaskError(f"unknown task {spec!r}; known are {', '.join(kind.form for kind in KINDS.values())}")
    most = kind.form.count(":")
    if not most - kind.form.count("[:") <= len(parts) <= most or not all(parts):
        raise TaskError(f"task {spec!r} is not of the form {kind.form}")
    return kind.load(parts, keep_comments)
