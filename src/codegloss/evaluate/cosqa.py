"""CoSQA: real web queries, searched in the Python functions of its retrieval pool."""

from __future__ import annotations

from pathlib import Path

from codegloss.evaluate.files import needed, read_json
from codegloss.evaluate.stripping import without_comments
from codegloss.evaluate.tasks import KEPT, STRIPPED, Task, TaskError, equals_ignored

ORIGINAL = "github.com/Jun-jie-Huang/CoCLR, data/search"
QUERIES = "cosqa-retrieval-dev-500.json"
POOL = "code_idx_map.txt"


def cosqa_tasks(path: Path, *, keep_comments: bool = False) -> list[Task]:
    """The one task of a folder that holds the 500 dev queries and the pool. Raises TaskError."""
    queries = read_json(needed(path / QUERIES, ORIGINAL))
    places: dict[str, int] = read_json(needed(path / POOL, ORIGINAL))
    if not isinstance(places, dict):
        raise TaskError(f"{path / POOL} is not CoSQA's: it maps each function to its number")
    codes = sorted(places, key=places.__getitem__)
    if [places[code] for code in codes] != list(range(len(codes))):
        raise TaskError(f"{path / POOL}: its numbers are not 0 to {len(codes) - 1}")
    try:
        asked = [(str(row["doc"]), int(row["retrieval_idx"])) for row in queries]
    except (KeyError, TypeError, ValueError) as error:
        raise TaskError(f"{path / QUERIES} is not CoSQA's: each row needs doc and retrieval_idx") from error
    if not all(0 <= place < len(codes) for _, place in asked):
        raise TaskError(f"{path / QUERIES} names a function that is not in {POOL}")
    pool = codes if keep_comments else [without_comments(code, "python") for code in codes]
    relevance = tuple({place: 1.0} for _, place in asked)
    return [
        Task(
            name="cosqa",
            queries=tuple(text for text, _ in asked),
            pool=tuple(pool),
            relevance=relevance,
            ignored=equals_ignored(pool, relevance),
            query_language=None,
            pool_language="python",
            comments=KEPT if keep_comments else STRIPPED,
            origin=f"CoSQA dev, {ORIGINAL}",
        )
    ]
