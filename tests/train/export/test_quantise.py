"""8-bit products: hand-worked roundings, and the error they leave."""

from __future__ import annotations

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from codegloss.train.export.quantise import loosen, quantise, quantised, rounded


def test_a_column_has_one_scale_and_the_largest_becomes_127() -> None:
    weight = np.array([[1.27, -4.0], [0.01, 2.0]], np.float32)
    integers, scale = quantised(weight, axis=0)
    assert integers.tolist() == [[127, -127], [1, 64]]
    assert scale == pytest.approx([0.01, 4 / 127])


def test_zeros_stay_zeros_and_rounding_twice_changes_nothing() -> None:
    assert not rounded(np.zeros((3, 2), np.float32), axis=1).any()
    weight = np.random.default_rng(0).normal(size=(20, 30)).astype(np.float32)
    once = rounded(weight, axis=1)
    assert np.abs(once - weight).max() <= np.abs(weight).max() / 254 * 1.001
    assert np.allclose(rounded(once, axis=1), once, rtol=1e-6)


@pytest.mark.parametrize("activation", ["Gelu", "Identity"])
def test_a_product_after_any_activation_is_near_the_exact_one(activation: str) -> None:
    from onnxruntime import InferenceSession

    rng = np.random.default_rng(1)
    weight = rng.normal(size=(64, 48)).astype(np.float32)
    graph = helper.make_graph(
        [
            helper.make_node(activation, ["x"], ["a"]),
            helper.make_node("MatMul", ["a", "w"], ["y"]),
            helper.make_node("Identity", ["a"], ["kept"]),
        ],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", None]) for name in ("y", "kept")],
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    assert quantise(model) == 1
    session = InferenceSession(model.SerializeToString())
    x = rng.normal(size=(5, 64)).astype(np.float32)
    x[0] *= 1000  # rows have scales of their own
    x[4] = 0
    found, kept = session.run(["y", "kept"], {"x": x})
    exact = kept @ weight
    assert np.allclose(found[4], exact[4], atol=1e-3 if activation == "Gelu" else 0)
    for row in range(4):
        assert np.linalg.norm(found[row] - exact[row]) < 0.02 * np.linalg.norm(exact[row])


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
