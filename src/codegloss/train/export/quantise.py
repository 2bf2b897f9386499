"""8-bit matrix products, one scale for each row and each column.

A float32 product x · W (x (…, K), W (K, N)) becomes an integer one. Each column of W has a
scale, found here; each row of x, that is each token, has one too, found when it runs. A
vector so depends on its own text alone, and not on what shares its batch, as it would with
onnxruntime's own dynamic quantisation, where a batch has one scale; and it is closer to
float32's (docs/decisions.md has the figures).

Some of the K channels of x reach twenty times as far as the others, and leave these few of the
256 steps. Where it is known what a product takes in, x is divided by a number for each channel,
and the row of W multiplied by it, so that the two are about as uneven (SmoothQuant, arXiv
2211.10438, with α = 1/2).

Weights are signed and activations are not. On x86 processors without VNNI, onnxruntime adds
pairs of such products in 16 bits, which cut off, unless its session is opened with
`session.x64quantprecision` 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.train.export.calibrate import Inputs
from codegloss.train.export.rounding import compensated, quantised, spreading

LEAST_WIDTH = 16  # narrower products cost nothing
_TINY = 1e-12
_LEAST_REACH = 1e-3  # of a channel that hardly ever was used
# Gelu gives nothing below minus this, so that its outputs take the whole range of 8 bits.
_GELU_LEAST = 0.17
# Constants that products share: rows between −1 and 1, and rows `above` 0.
_SHARED = {
    "q.axis": np.array([-1], np.int64),
    "q.tiny": np.float32(_TINY),
    "q.scale.both": np.float32(1 / 127),
    "q.zero.both": np.uint8(128),
    "q.scale.above": np.float32(1 / 255),
    "q.zero.above": np.uint8(0),
}


def products(model: Any) -> dict[str, list[Any]]:
    """The products with constant weights in an `onnx.ModelProto`, by the name of what they take in."""
    weights = {tensor.name: tensor.dims for tensor in model.graph.initializer}
    found: dict[str, list[Any]] = {}
    for node in model.graph.node:
        dims = weights.get(node.input[1]) if node.op_type == "MatMul" else None
        if dims is not None and len(dims) == 2 and min(dims) >= LEAST_WIDTH:
            found.setdefault(node.input[0], []).append(node)
    return found


def quantise(model: Any, inputs: Mapping[str, Inputs] | None = None) -> int:
    """Change the `products` of an `onnx.ModelProto` to 8 bits; how many there were.

    `inputs` has what they take in; a product whose input it does not have keeps its channels as they
    are, and its weights are rounded to the nearest.
    """
    from onnx import helper, numpy_helper

    pass_ = _Pass(model, inputs or {})
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


@dataclass(frozen=True, slots=True)
class _Rows:
    """What several products take in, made 8-bit; names of values in the graph."""

    integers: str
    largest: str  # of each row
    reach: NDArray[np.float32]  # (K,) what channels were divided by
    least: NDArray[np.float32] | None  # (K,) what was added then, where that makes all of them positive
    spread: NDArray[np.float32] | None  # of `compensated`


class _Pass:
    """One walk over a graph: rows that are already quantised, constants that were made."""

    def __init__(self, model: Any, inputs: Mapping[str, Inputs]) -> None:
        from onnx import numpy_helper

        self._tensor = numpy_helper.from_array
        self._inputs = inputs
        self._products = products(model)
        self._weights = {
            tensor.name: numpy_helper.to_array(tensor).astype(np.float32)
            for tensor in model.graph.initializer
            if any(tensor.name == node.input[1] for nodes in self._products.values() for node in nodes)
        }
        self._makers = {name: node.op_type for node in model.graph.node for name in node.output}
        self._rows: dict[str, _Rows] = {}
        self.constants: list[Any] = []
        self.replaced: set[str] = set()

    def rewritten(self, node: Any) -> list[Any]:
        """The nodes that take the place of `node`: itself, unless it is such a product."""
        if not any(
            node is product for product in self._products.get(node.input[0] if node.input else "", ())
        ):
            return [node]
        self.replaced.add(node.input[1])
        made = [] if node.input[0] in self._rows else self._quantised_rows(node.input[0])
        return [*made, *self._product(node, self._rows[node.input[0]])]

    def _product(self, node: Any, rows: _Rows) -> list[Any]:
        from onnx import helper

        result = node.output[0]
        weight = self._weights[node.input[1]] * rows.reach[:, None]
        columns, scale = (
            quantised(weight, axis=0) if rows.spread is None else compensated(weight, rows.spread)
        )
        kind = "both" if rows.least is None else "above"
        inputs = [
            rows.integers,
            self._constant(f"{result}.weight", columns),
            f"q.scale.{kind}",
            self._constant(f"{result}.scale", scale),
            f"q.zero.{kind}",
        ]
        made = [helper.make_node("MatMulIntegerToFloat", inputs, [f"{result}.unit"], domain="com.microsoft")]
        if rows.least is None:
            return [*made, helper.make_node("Mul", [f"{result}.unit", rows.largest], [result])]
        # x · W = (x + c) · W − c · W
        shift = -(rows.least @ (columns.astype(np.float32) * scale))
        return [
            *made,
            helper.make_node("Mul", [f"{result}.unit", rows.largest], [f"{result}.shifted"]),
            helper.make_node(
                "Add", [f"{result}.shifted", self._constant(f"{result}.shift", shift)], [result]
            ),
        ]

    def _quantised_rows(self, name: str) -> list[Any]:
        from onnx import helper

        even, size, largest, safe, unit, integers = (
            f"{name}.{part}" for part in ("even", "size", "largest", "safe", "unit", "integers")
        )
        reach, spread = self._reach(name)
        above = self._makers.get(name) == "Gelu"
        least = np.float32(_GELU_LEAST) / reach if above else None
        self._rows[name] = _Rows(integers, safe, reach, least, spread)
        made = []
        if spread is None:
            even = name
        else:
            made.append(helper.make_node("Mul", [name, self._constant(f"{name}.reach", 1 / reach)], [even]))
        kind = "above" if above else "both"
        return [
            *made,
            helper.make_node("Abs", [even], [size])
            if least is None
            else helper.make_node("Add", [even, self._constant(f"{name}.least", least)], [size]),
            helper.make_node("ReduceMax", [size, "q.axis"], [largest], keepdims=1),
            helper.make_node("Max", [largest, "q.tiny"], [safe]),
            helper.make_node("Div", [even if least is None else size, safe], [unit]),
            helper.make_node("QuantizeLinear", [unit, f"q.scale.{kind}", f"q.zero.{kind}"], [integers]),
        ]

    def _reach(self, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """What the channels of `name` are divided by, and how errors of its products are spread."""
        weights = [self._weights[node.input[1]] for node in self._products[name]]
        if name not in self._inputs:
            return np.ones(len(weights[0]), np.float32), None
        inputs = self._inputs[name]
        uses = np.max([np.abs(weight).max(1) for weight in weights], axis=0)
        reach = np.sqrt(np.maximum(inputs.largest, _LEAST_REACH) / np.maximum(uses, _TINY))
        reach = (reach / np.exp(np.log(reach).mean())).astype(np.float32)
        return reach, spreading(inputs.gram / np.outer(reach, reach).astype(np.float64))

    def _constant(self, name: str, value: Any) -> str:
        self.constants.append(self._tensor(np.asarray(value), name))
        return name
