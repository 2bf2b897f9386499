"""What the layers of an encoder take in: measured on texts, before their products are made 8-bit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

TEXTS = 96  # of them are used: more change the cosines to float32 by less than 0.0001


@dataclass(frozen=True, slots=True)
class Inputs:
    """The rows x (n, K) that a product took in."""

    largest: NDArray[np.float32]  # (K,) of |x|
    gram: NDArray[np.float64]  # (K, K), the sum of x · xᵀ


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
    found: list[dict[str, Inputs]] = [{} for _ in graphs]
    for rows in embedded:
        state, mask = rows[None], np.ones((1, len(rows)), np.int64)
        for session, names, seen in zip(sessions, wanted, found, strict=True):
            takes = next(put.name for put in session.get_inputs() if put.name != "mask")
            gives = [put.name for put in session.get_outputs()]
            values = dict(zip(gives, session.run(gives, {takes: state, "mask": mask}), strict=True))
            values[takes] = state
            for name in names:
                seen[name] = _with(seen.get(name), values[name].reshape(-1, values[name].shape[-1]))
            state = values.get("next_hidden")
    return list(found)


def _with(before: Inputs | None, rows: NDArray[np.float32]) -> Inputs:
    largest, gram = np.abs(rows).max(0), (rows.T @ rows).astype(np.float64)
    if before is None:
        return Inputs(largest, gram)
    return Inputs(np.maximum(before.largest, largest), before.gram + gram)


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
