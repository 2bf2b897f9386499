"""8-bit products are near the exact ones, whatever stands before them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from codegloss.train.export.calibrate import Inputs
from codegloss.train.export.quantise import loosen, products, quantise


def product(activation: str, weight: NDArray[np.float32]) -> Any:
    """The graph of activation(x) · weight, which gives both factors' product and the first."""
    width = len(weight)
    graph = helper.make_graph(
        [
            helper.make_node(activation, ["x"], ["a"]),
            helper.make_node("MatMul", ["a", "w"], ["y"]),
            helper.make_node("Identity", ["a"], ["kept"]),
        ],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", width])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", None]) for name in ("y", "kept")],
        [numpy_helper.from_array(weight, "w")],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(model: Any, x: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    from onnxruntime import InferenceSession

    found, kept = InferenceSession(model.SerializeToString()).run(["y", "kept"], {"x": x})
    return found, kept


@pytest.mark.parametrize("activation", ["Gelu", "Identity"])
def test_a_product_after_any_activation_is_near_the_exact_one(activation: str) -> None:
    rng = np.random.default_rng(1)
    weight = rng.normal(size=(64, 48)).astype(np.float32)
    model = product(activation, weight)
    assert list(products(model)) == ["a"]
    assert quantise(model) == 1
    assert products(model) == {}
    x = rng.normal(size=(5, 64)).astype(np.float32)
    x[0] *= 1000  # rows have scales of their own
    x[4] = 0
    found, kept = run(model, x)
    exact = kept @ weight
    assert np.allclose(found[4], exact[4], atol=1e-3 if activation == "Gelu" else 0)
    for row in range(4):
        assert np.linalg.norm(found[row] - exact[row]) < 0.02 * np.linalg.norm(exact[row])


@pytest.mark.parametrize("activation", ["Gelu", "Identity"])
def test_a_channel_that_reaches_far_does_not_spoil_the_others(activation: str) -> None:
    rng = np.random.default_rng(2)
    weight = rng.normal(size=(64, 48)).astype(np.float32)
    x = rng.normal(size=(200, 64)).astype(np.float32)
    x[:, 5] = 40
    model = product(activation, weight)
    plain, kept = run(quantised_with(model, None), x)
    smooth, _ = run(quantised_with(model, {"a": Inputs.of(kept)}), x)
    exact = kept @ weight
    # the share of the far channel is the same in every row: what tells rows apart is the rest
    assert np.linalg.norm(smooth - exact) < 0.4 * np.linalg.norm(plain - exact)


def quantised_with(model: Any, inputs: dict[str, Inputs] | None) -> Any:
    changed = type(model)()
    changed.CopyFrom(model)
    assert quantise(changed, inputs) == 1
    return changed


def test_residual_sums_before_a_norm_are_not_for_fusion() -> None:
    names = ["x", "y", "g", "b"]
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["x", "y"], ["sum"]),
            helper.make_node("LayerNormalization", ["sum", "g", "b"], ["out"]),
            helper.make_node("Add", ["out", "x"], ["end"]),
        ],
        "residual",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, [4]) for name in names],
        [helper.make_tensor_value_info("end", TensorProto.FLOAT, [4])],
    )
    model = helper.make_model(graph)
    loosen(model)
    assert [node.op_type for node in model.graph.node] == ["Sum", "LayerNormalization", "Add"]
