"""Text → code on a dataset of functions or of pairs, one task a language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from codegloss.dataset import Dataset, DatasetError
from codegloss.encoder.inputs import code_of
from codegloss.evaluate.tasks import KEPT, STRIPPED, Example, Task, TaskError, task_of_examples

TEST = "test"
FEWEST_WORDS = 3  # of a summary that says something
FEWEST_LINES = 3  # of code that does something
_PAIR = ("text", "code", "repository", "language", "cluster", "split")
_FUNCTION = (
    "summary", "comment", "is_doc", "code", "code_lines", "inner_comments", "repository", "language",
    "has_body", "is_generated", "is_test", "has_syntax_error",
)  # fmt: skip


def function_tasks(
    path: Path, *, split: str = TEST, language: str | None = None, keep_comments: bool = False
) -> list[Task]:
    """A task for each language, or for one, in the main table of a dataset.

    Of pairs, those of `split` are taken. Of functions, those with a body and a doc comment that
    says something, no tests, no generated code; the query is the comment's summary.
    Raises TaskError where the dataset holds none.
    """
    try:
        dataset = Dataset.open(path)
        columns = set(dataset.table().schema)
        if set(_PAIR) <= columns:
            if keep_comments:
                raise TaskError(f"{path} holds pairs, whose code has no comments to keep: name the functions")
            found = _pairs(dataset, split)
        elif set(_FUNCTION) <= columns:
            if split != TEST:
                raise TaskError(f"{path} holds functions, which have no splits: leave out @{split}")
            found = _functions(dataset, keep_comments)
        else:
            raise TaskError(f"{path} is a dataset of neither functions nor pairs")
        examples: dict[str, list[Example]] = defaultdict(list)
        for name, example in found:
            if language in (None, name):
                examples[name].append(example)
    except DatasetError as error:
        raise TaskError(str(error)) from error
    if not examples:
        wanted = f"of {language} " if language else ""
        raise TaskError(f"{path} has no rows {wanted}to be searched (of pairs, those of split {split!r} are)")
    return [
        task_of_examples(
            examples[name],
            name=f"functions:{path.name}{'' if split == TEST else '@' + split}:{name}",
            language=name,
            comments=KEPT if keep_comments else STRIPPED,
            origin=f"{len(examples[name]):,} documented functions of the dataset {path.name}, "
            f"fingerprint {dataset.manifest.fingerprint[:12]}",
        )
        for name in sorted(examples)
    ]


def _pairs(dataset: Dataset, split: str) -> Iterator[tuple[str, Example]]:
    for batch in dataset.batches(columns=list(_PAIR)):
        for row in batch.to_pylist():
            if row["split"] == split:
                yield row["language"], Example(row["text"], row["code"], row["repository"], row["cluster"])


def _functions(dataset: Dataset, keep_comments: bool) -> Iterator[tuple[str, Example]]:
    for batch in dataset.batches(columns=list(_FUNCTION)):
        for row in batch.to_pylist():
            if _says_something(row):
                if keep_comments:
                    code = f"{row['comment']}\n{row['code']}"
                else:
                    code = code_of(row["code"], [(s["start"], s["end"]) for s in row["inner_comments"]])
                yield row["language"], Example(row["summary"], code, row["repository"], None)


def _says_something(row: dict[str, Any]) -> bool:
    return (
        row["is_doc"]
        and row["has_body"]
        and not (row["is_generated"] or row["is_test"] or row["has_syntax_error"])
        and row["code_lines"] >= FEWEST_LINES
        and len((row["summary"] or "").split()) >= FEWEST_WORDS
    )
