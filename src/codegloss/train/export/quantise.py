"""8-bit matrix products, one scale for each row and each column.

A float32 product x · W (x (…, K), W (K, N)) becomes an integer one. Each column of W has a
scale, found here; each row of x, that is each token, has one too, found when it runs. A
vector so depends on its own text alone, and not on what shares its batch, as it would with
onnxruntime's own dynamic quantisation, where a batch has one scale; and it is closer to
float32's (docs/decisions.md has the figures).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_WIDTH = 16  # narrower products cost nothing
_TINY = 1e-12
# Gelu gives nothing below this, so that its outputs take the whole range of 8 bits.
_GELU_LEAST = 0.17
# Constants that products share: rows between −1 and 1, and rows `above` 0.
_SHARED = {
    "q.axis": np.array([-1], np.int64),
    "q.tiny": np.float32(_TINY),
    "q.least": np.float32(_GELU_LEAST),
    "q.scale.both": np.float32(1 / 127),
    "q.zero.both": np.uint8(128),
    "q.scale.above": np.float32(1 / 255),
    "q.zero.above": np.uint8(0),
}


def quantised(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Integers from −127 to 127 and scales; `axis` is the one along which a scale is shared."""
    scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), _TINY).astype(np.float32) / np.float32(
        127
    )
    return np.clip(np.rint(weight / scale), -127, 127).astype(np.int8), scale.squeeze(axis)


def rounded(weight: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """The numbers that `quantised` stands for."""
    integers, scale = quantised(weight, axis)
    return integers.astype(np.float32) * np.expand_dims(scale, axis)


def quantise(model: Any) -> int:
    """Change the products with constant weights in an `onnx.ModelProto` to 8 bits; how many there were."""
    from onnx import helper, numpy_helper

    pass_ = _Pass(model.graph)
    nodes = [new for node in model.graph.node for new in pass_.rewritten(node)]
    read = {name for node in nodes for name in node.input}
    shared = [
        numpy_helper.from_array(np.asarray(value), name) for name, value in _SHARED.items() if name in read
    ]
    kept = [tensor for tensor in model.graph.initializer if tensor.name not in pass_.replaced]
    del model.graph.node[:], model.graph.initializer[:]
    model.graph.node.extend(nodes)
    model.graph.initializer.extend(kept + shared + pass_.constants)
    if not any(known.domain == "com.microsoft" for known in model.opset_import):
        model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return len(pass_.replaced)


def loosen(model: Any) -> None:
    """Keep a residual sum and the LayerNormalization after it apart.

    onnxruntime fuses the two into SkipLayerNormalization, whose kernel takes ten times as long
    on a CPU as LayerNormalization (1.31). It does not look for the operator Sum.
    """
    normalised = {node.input[0] for node in model.graph.node if node.op_type == "LayerNormalization"}
    for node in model.graph.node:
        if node.op_type == "Add" and node.output[0] in normalised:
            node.op_type = "Sum"


class _Pass:
    """One walk over a graph: rows that are already quantised, constants that were made."""

    def __init__(self, graph: Any) -> None:
        from onnx import numpy_helper

        self._array = numpy_helper.to_array
        self._tensor = numpy_helper.from_array
        self._weights = {tensor.name: tensor for tensor in graph.initializer}
        self._makers = {name: node.op_type for node in graph.node for name in node.output}
        self._rows: dict[str, tuple[str, str]] = {}
        self.constants: list[Any] = []
        self.replaced: set[str] = set()

    def rewritten(self, node: Any) -> list[Any]:
        """The nodes that take the place of `node`: itself, unless it is such a product."""
        if node.op_type != "MatMul" or node.input[1] not in self._weights:
            return [node]
        weight = self._array(self._weights[node.input[1]]).astype(np.float32)
        if weight.ndim != 2 or min(weight.shape) < LEAST_WIDTH:
            return [node]
        self.replaced.add(node.input[1])
        return self._product(node, weight)

    def _product(self, node: Any, weight: NDArray[np.float32]) -> list[Any]:
        from onnx import helper

        rows, result = node.input[0], node.output[0]
        above = self._makers.get(rows) == "Gelu"
        made = [] if rows in self._rows else self._quantised_rows(rows, above)
        integers, largest = self._rows[rows]
        columns, scale = quantised(weight, axis=0)
        kind = "above" if above else "both"
        inputs = [
            integers,
            self._constant(f"{result}.weight", columns),
            f"q.scale.{kind}",
            self._constant(f"{result}.scale", scale),
            f"q.zero.{kind}",
        ]
        made.append(
            helper.make_node("MatMulIntegerToFloat", inputs, [f"{result}.unit"], domain="com.microsoft")
        )
        if not above:
            return [*made, helper.make_node("Mul", [f"{result}.unit", largest], [result])]
        # x · W = (x + c) · W − c · 1 · W
        shift = -np.float32(_GELU_LEAST) * (columns.astype(np.float32) * scale).sum(0)
        return [
            *made,
            helper.make_node("Mul", [f"{result}.unit", largest], [f"{result}.shifted"]),
            helper.make_node(
                "Add", [f"{result}.shifted", self._constant(f"{result}.shift", shift)], [result]
            ),
        ]

    def _quantised_rows(self, rows: str, above: bool) -> list[Any]:
        from onnx import helper

        size, largest, safe, unit, integers = (
            f"{rows}.{part}" for part in ("size", "largest", "safe", "unit", "integers")
        )
        kind = "above" if above else "both"
        self._rows[rows] = (integers, safe)
        return [
            helper.make_node("Add", [rows, "q.least"], [size])
            if above
            else helper.make_node("Abs", [rows], [size]),
            helper.make_node("ReduceMax", [size, "q.axis"], [largest], keepdims=1),
            helper.make_node("Max", [largest, "q.tiny"], [safe]),
            helper.make_node("Div", [size if above else rows, safe], [unit]),
            helper.make_node("QuantizeLinear", [unit, f"q.scale.{kind}", f"q.zero.{kind}"], [integers]),
        ]

    def _constant(self, name: str, value: Any) -> str:
        self.constants.append(self._tensor(np.asarray(value), name))
        return name
