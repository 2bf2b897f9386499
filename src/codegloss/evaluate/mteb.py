"""Our encoders in `mteb`, to be run on its tasks; those about code are named here.

    import mteb
    from codegloss.encoder import load
    from codegloss.evaluate.mteb import CODE_TASKS, MtebEncoder

    tasks = mteb.get_tasks(tasks=list(CODE_TASKS))
    mteb.evaluate(MtebEncoder(load(), exit=6), tasks)

The tasks' data come from the Hugging Face hub, or from its cache on this machine. Comments are
not cut from the code there: figures are comparable with others of `mteb`, not with ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from codegloss import __version__
from codegloss.encoder import Encoder
from codegloss.evaluate.retrieval import system_name
from codegloss.extract.languages import names

if TYPE_CHECKING:
    from mteb.models import ModelMeta

Vectors = NDArray[np.float32]
CODE_TASKS = (
    "AppsRetrieval", "CodeEditSearchRetrieval", "CodeFeedbackMT", "CodeFeedbackST",
    "CodeSearchNetCCRetrieval", "CodeSearchNetRetrieval", "CodeTransOceanContest", "CodeTransOceanDL",
    "COIRCodeSearchNetRetrieval",
    "CosQA", "StackOverflowQA", "SyntheticText2SQL",
)  # fmt: skip


class MtebEncoder:
    """An `Encoder`, stopped at one exit, as `mteb` wants a model (its EncoderProtocol)."""

    def __init__(self, encoder: Encoder, exit: int | None = None) -> None:
        self._encoder = encoder
        self._exit = encoder.exits[-1] if exit is None else exit

    @property
    def mteb_model_meta(self) -> ModelMeta:
        """Name, version and kind, under which `mteb` files the results."""
        from mteb.models import ModelMeta
        from mteb.models.model_meta import ScoringFunction

        return ModelMeta.create_empty(
            {
                "name": f"codegloss/{system_name(self._encoder, self._exit)}",
                "revision": __version__,
                "embed_dim": self._encoder.dimensions,
                "similarity_fn_name": ScoringFunction.COSINE,
            }
        )

    def encode(
        self,
        inputs: Iterable[Mapping[str, Any]],
        *,
        task_metadata: Any,
        hf_split: str,
        hf_subset: str,
        prompt_type: Any = None,
        **kwargs: Any,
    ) -> Vectors:
        """Vectors (n, dimensions) of the batches' texts; the subset tells the language of documents."""
        texts = [text for batch in inputs for text in batch["text"]]
        languages: Sequence[str | None] | None = None
        if getattr(prompt_type, "value", prompt_type) == "document":
            languages = [hf_subset if hf_subset in names() else None] * len(texts)
        return self._encoder.encode(texts, languages=languages, exit=self._exit).vectors

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Any:
        """Cosines of all pairs, as a tensor."""
        from mteb.similarity_functions import cos_sim

        return cos_sim(embeddings1, embeddings2)

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> Any:
        """Cosines of the pairs of corresponding rows, as a tensor."""
        from mteb.similarity_functions import pairwise_cos_sim

        return pairwise_cos_sim(embeddings1, embeddings2)
