"""`mteb` runs our encoders, and finds what we find."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from codegloss.evaluate.mteb import CODE_TASKS, MtebEncoder

if TYPE_CHECKING:
    from conftest import HashedWords

mteb = pytest.importorskip("mteb")
pytestmark = pytest.mark.slow  # its import alone takes many seconds

QUERIES = {"q0": "open a socket", "q1": "sort the ledger", "q2": "parse a matrix"}
CORPUS = {
    "d0": "def open_socket(port): return connect(port)",
    "d1": "def sort_ledger(rows): return sorted(rows)",
    "d2": "def parse_matrix(text): return rows(text)",
    "d3": "def close_window(): pass",
}


def local_task() -> Any:
    from datasets import Dataset
    from mteb.abstasks import AbsTaskRetrieval
    from mteb.abstasks.task_metadata import TaskMetadata

    class Local(AbsTaskRetrieval):
        metadata = TaskMetadata(
            name="LocalCodeRetrieval",
            description="Three queries over four functions.",
            dataset={"path": "none", "revision": "1"},
            type="Retrieval",
            category="t2t",
            modalities=["text"],
            eval_splits=["test"],
            eval_langs={"python": ["python-Code"]},
            main_score="ndcg_at_10",
        )

        def load_data(self, num_proc: int | None = None, **given: Any) -> None:
            self.dataset = {
                "python": {
                    "test": {
                        "queries": Dataset.from_list([{"id": k, "text": v} for k, v in QUERIES.items()]),
                        "corpus": Dataset.from_list(
                            [{"id": k, "text": v, "title": ""} for k, v in CORPUS.items()]
                        ),
                        "relevant_docs": {f"q{n}": {f"d{n}": 1} for n in range(3)},
                        "top_ranked": None,
                    }
                }
            }
            self.data_loaded = True

    return Local()


def test_a_task_runs_at_the_exit_it_is_given(hashed: HashedWords, tmp_path: Path) -> None:
    result = mteb.evaluate(
        MtebEncoder(hashed, exit=1), local_task(), cache=None, co2_tracker=False, show_progress_bar=False
    )
    (scores,) = result.task_results[0].scores["test"]
    assert scores["ndcg_at_10"] == scores["mrr_at_10"] == 1.0
    asked = {size: (languages, exit) for size, languages, exit in hashed.asked}
    assert asked == {3: (None, 1), 4: (["python"] * 4, 1)}


def test_the_model_is_filed_under_its_name_and_exit(hashed: HashedWords) -> None:
    meta = MtebEncoder(hashed).mteb_model_meta
    assert (meta.name, meta.embed_dim) == ("codegloss/hashed@2", 64)


def test_the_code_tasks_are_known_to_mteb() -> None:
    import mteb.tasks.retrieval.code as code

    known = {getattr(code, name).metadata.name for name in code.__all__}
    assert set(CODE_TASKS) <= known
