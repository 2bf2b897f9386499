"""What the layers of an encoder take in: measured on texts, before their products are made 8-bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TEXTS = 128  # of them are used: more bring no text nearer to float32
_TOGETHER = 2048  # rows


@dataclass(frozen=True, slots=True)
class Inputs:
    """The rows x (n, K) that a product took in."""

    count: int  # n
    least: NDArray[np.float32]  # (K,)
    most: NDArray[np.float32]  # (K,)
    total: NDArray[np.float64]  # (K,), the sum of x
    gram: NDArray[np.float64]  # (K, K), the sum of x · xᵀ

    @staticmethod
    def of(rows: NDArray[np.float32]) -> Inputs:
        """Those of rows (n, K)."""
        gram = (rows.T @ rows).astype(np.float64)
        return Inputs(len(rows), rows.min(0), rows.max(0), rows.sum(0, np.float64), gram)

    def about(self, offset: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """(K, K), the gram matrix of x − offset."""
        offset = offset.astype(np.float64)
        crossed = np.outer(self.total, offset)
        about: NDArray[np.float64] = self.gram - crossed - crossed.T + self.count * np.outer(offset, offset)
        return about

    def __or__(self, other: Inputs) -> Inputs:
        """Those of both."""
        return Inputs(
            self.count + other.count,
            np.minimum(self.least, other.least),
            np.maximum(self.most, other.most),
            self.total + other.total,
            self.gram + other.gram,
        )


def own_texts() -> list[str]:
    """Code and doc comments of CodeGloss's own functions: always there, the same for one version."""
    import codegloss
    from codegloss.encoder.inputs import code_of
    from codegloss.extract import functions_in

    texts: dict[str, None] = {}
    for path in sorted(Path(codegloss.__file__).parent.rglob("*.py")):
        for function in functions_in(path.read_text(encoding="utf-8"), "python"):
            texts[code_of(function.code, function.inner_comments)] = None
            if function.comment_text:
                texts[function.comment_text] = None
    return list(texts)


def inputs_of(
    graphs: Sequence[Any], wanted: Sequence[Sequence[str]], embedded: Iterable[NDArray[np.float32]]
) -> list[Mapping[str, Inputs]]:
    """The inputs named in `wanted` of each graph (`onnx.ModelProto`) of a chain that runs on `embedded`.

    `embedded` are texts, (L, d) rows of the token table each. A text runs alone.
    """
    sessions = [_session(graph, names) for graph, names in zip(graphs, wanted, strict=True)]
    seen = [{name: _Rows() for name in names} for names in wanted]
    for rows in embedded:
        state: Any = rows[None]
        mask = np.ones(state.shape[:2], np.int64)
        for session, of_names in zip(sessions, seen, strict=True):
            takes = next(put.name for put in session.get_inputs() if put.name != "mask")
            gives = [put.name for put in session.get_outputs()]
            values = dict(zip(gives, session.run(gives, {takes: state, "mask": mask}), strict=True))
            values[takes] = state
            for name, known in of_names.items():
                known.add(values[name].reshape(-1, values[name].shape[-1]))
            state = values.get("next_hidden")
    return [{name: known.inputs() for name, known in of_names.items()} for of_names in seen]


class _Rows:
    """Rows of one value, summed up some thousand at a time: a gram matrix is large beside a short text."""

    def __init__(self) -> None:
        self._waiting: list[NDArray[np.float32]] = []
        self._sums: Inputs | None = None

    def add(self, rows: NDArray[np.float32]) -> None:
        self._waiting.append(rows)
        if sum(map(len, self._waiting)) >= _TOGETHER:
            self._sums = self.inputs()

    def inputs(self) -> Inputs:
        if self._waiting:
            found = Inputs.of(np.concatenate(self._waiting))
            self._waiting = []
            self._sums = self._sums | found if self._sums else found
        assert self._sums is not None, "no text to calibrate with"
        return self._sums


def _session(graph: Any, names: Sequence[str]) -> Any:
    """A session of `graph` that gives the values `names` too."""
    import onnx
    import onnxruntime

    widened = onnx.ModelProto()
    widened.CopyFrom(graph)
    known = {put.name for put in (*graph.graph.input, *graph.graph.output)}
    for name in names:
        if name not in known:
            widened.graph.output.append(
                onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
            )
    options = onnxruntime.SessionOptions()
    # One thread: sums in another order would give other bytes.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        widened.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
