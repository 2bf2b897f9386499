"""8-bit matrix products, one scale for each row and each column.

A float32 product x · W (x (…, K), W (K, N)) becomes an integer one. Each column of W has a
scale, found here; each row of x, that is each token, has one too, found when it runs. A
vector so depends on its own text alone, and not on what shares its batch, as it would with
onnxruntime's own dynamic quantisation, where a batch has one scale; and it is closer to
float32's (docs/decisions.md has the figures).

Some of the K channels of x reach twenty times as far as the others, and leave these few of the
256 steps. Where it is known what a product takes in, a channel's mean is taken off, and given back
after the product; and x is divided by a number for each channel, and the row of W multiplied by
it, so that the two are about as uneven (SmoothQuant, arXiv 2211.10438, with α = 1/2).

Weights are signed and activations are not. On x86 processors without VNNI, onnxruntime adds
pairs of such products in 16 bits, which cut off, unless its session is opened with
`session.x64quantprecision` 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codegloss.train.export.calibrate import Inputs
from codegloss.train.export.rounding import compensated, quantised, spreading

LEAST_WIDTH = 16  # narrower products cost nothing
_TINY = 1e-12
_AFTER_ATTENTION = "Reshape"  # as `segments` writes it
_LEAST_REACH = 1e-3  # of a channel that hardly ever was used
# Gelu gives nothing below this: without it all outputs are positive, and take the whole range of 8 bits.
_GELU_LEAST = -0.17
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
    positive: bool  # they are all
    offset: NDArray[np.float32]  # (K,) what was taken off
    reach: NDArray[np.float32]  # (K,) what they were divided by then
    spread: NDArray[np.float32] | None  # of `compensated`


class _Pass:
    """One walk over a graph: rows that are already quantised, constants that were made."""

    def __init__(self, model: Any, inputs: Mapping[str, Inputs]) -> None:
        from onnx import numpy_helper

        self._tensor = numpy_helper.from_array
        self._inputs = inputs
        self._products = products(model)
        self._results = {node.output[0] for nodes in self._products.values() for node in nodes}
        read = {node.input[1] for nodes in self._products.values() for node in nodes}
        self._weights = {
            tensor.name: numpy_helper.to_array(tensor).astype(np.float32)
            for tensor in model.graph.initializer
            if tensor.name in read
        }
        self._makers = {name: node.op_type for node in model.graph.node for name in node.output}
        self._rows: dict[str, _Rows] = {}
        self.constants: list[Any] = []
        self.replaced: set[str] = set()

    def rewritten(self, node: Any) -> list[Any]:
        """The nodes that take the place of `node`: itself, unless it is such a product."""
        if node.output[0] not in self._results:
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
        kind = "above" if rows.positive else "both"
        inputs = [
            rows.integers,
            self._constant(f"{result}.weight", columns),
            f"q.scale.{kind}",
            self._constant(f"{result}.scale", scale),
            f"q.zero.{kind}",
        ]
        made = [helper.make_node("MatMulIntegerToFloat", inputs, [f"{result}.unit"], domain="com.microsoft")]
        if not rows.offset.any():
            return [*made, helper.make_node("Mul", [f"{result}.unit", rows.largest], [result])]
        # x · W = (x − c) · W + c · W
        if rows.spread is None:  # what is near 0 shall stay there: with the errors of W that x has
            weight = columns.astype(np.float32) * scale
        given_back = (rows.offset / rows.reach) @ weight
        return [
            *made,
            helper.make_node("Mul", [f"{result}.unit", rows.largest], [f"{result}.without"]),
            helper.make_node(
                "Add", [f"{result}.without", self._constant(f"{result}.offset", given_back)], [result]
            ),
        ]

    def _quantised_rows(self, name: str) -> list[Any]:
        from onnx import helper

        size, largest, safe, unit, integers = (
            f"{name}.{part}" for part in ("size", "largest", "safe", "unit", "integers")
        )
        rows = self._known(name, integers, safe)
        self._rows[name] = rows
        made, even = [], name
        if rows.offset.any():
            made.append(
                helper.make_node(
                    "Sub", [even, self._constant(f"{name}.offset", rows.offset)], [f"{name}.off"]
                )
            )
            even = f"{name}.off"
        if (rows.reach != 1).any():
            made.append(
                helper.make_node(
                    "Mul", [even, self._constant(f"{name}.reach", 1 / rows.reach)], [f"{name}.even"]
                )
            )
            even = f"{name}.even"
        if rows.positive:
            size = even
        else:
            made.append(helper.make_node("Abs", [even], [size]))
        kind = "above" if rows.positive else "both"
        return [
            *made,
            helper.make_node("ReduceMax", [size, "q.axis"], [largest], keepdims=1),
            helper.make_node("Max", [largest, "q.tiny"], [safe]),
            helper.make_node("Div", [even, safe], [unit]),
            helper.make_node("QuantizeLinear", [unit, f"q.scale.{kind}", f"q.zero.{kind}"], [integers]),
        ]

    def _known(self, name: str, integers: str, largest: str) -> _Rows:
        """What is to be done to the rows `name`."""
        weights = [self._weights[node.input[1]] for node in self._products[name]]
        width = len(weights[0])
        positive = self._makers.get(name) == "Gelu"
        offset = np.full(width, _GELU_LEAST if positive else 0, np.float32)
        if name not in self._inputs:
            return _Rows(integers, largest, positive, offset, np.ones(width, np.float32), None)
        inputs = self._inputs[name]
        reach = np.ones(width, np.float32)
        # Channels of what attention gives reach about as far: there is nothing to gain.
        if self._makers.get(name) != _AFTER_ATTENTION:
            if not positive:
                offset = (inputs.total / inputs.count).astype(np.float32)
            reach = _reach(inputs, offset, weights)
        spread = spreading(inputs.about(offset) / np.outer(reach, reach).astype(np.float64))
        return _Rows(integers, largest, positive, offset, reach, spread)

    def _constant(self, name: str, value: Any) -> str:
        self.constants.append(self._tensor(np.asarray(value), name))
        return name


def _reach(
    inputs: Inputs, offset: NDArray[np.float32], weights: Sequence[NDArray[np.float32]]
) -> NDArray[np.float32]:
    """(K,) what to divide x − offset by, so that its channels and the rows of `weights` are as uneven."""
    channels = np.maximum(inputs.most - offset, offset - inputs.least)
    rows = np.max([np.abs(weight).max(1) for weight in weights], axis=0)
    reach = np.sqrt(np.maximum(channels, _LEAST_REACH) / np.maximum(rows, _TINY))
    scaled: NDArray[np.float32] = (reach / np.exp(np.log(reach).mean())).astype(np.float32)
    return scaled
