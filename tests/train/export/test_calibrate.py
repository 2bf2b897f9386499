"""What products take in: sums over rows, wherever these are cut, and texts that are always there."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from codegloss.train.export.calibrate import Inputs, inputs_of, own_texts
from codegloss.train.export.quantise import products


def test_inputs_of_two_parts_are_those_of_the_whole() -> None:
    rows = np.random.default_rng(0).normal(2, size=(50, 6)).astype(np.float32)
    both, whole = Inputs.of(rows[:20]) | Inputs.of(rows[20:]), Inputs.of(rows)
    assert both.count == 50
    assert np.array_equal(both.least, rows.min(0))
    assert np.array_equal(both.most, rows.max(0))
    assert np.allclose(both.gram, whole.gram)
    offset = rows.mean(0)
    assert np.allclose(both.about(offset), (rows - offset).T @ (rows - offset), atol=1e-3)


def link(takes: str, weight: np.ndarray) -> Any:
    """A segment that doubles what it takes, multiplies that by `weight`, and hands both on."""
    nodes = [
        helper.make_node("Add", [takes, takes], ["doubled"]),
        helper.make_node("MatMul", ["doubled", "w"], ["vector"]),
        helper.make_node("Identity", ["vector"], ["next_hidden"]),
    ]
    shape = ["batch", "length", 16]
    puts = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("vector", "next_hidden")
    ]
    mask = helper.make_tensor_value_info("mask", TensorProto.INT64, shape[:2])
    state = helper.make_tensor_value_info(takes, TensorProto.FLOAT, shape)
    graph = helper.make_graph(nodes, "link", [state, mask], puts, [numpy_helper.from_array(weight, "w")])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def test_a_segment_takes_in_what_the_one_before_gives() -> None:
    rng = np.random.default_rng(1)
    graphs = [
        link("embedded", 3 * np.eye(16, dtype=np.float32)),
        link("hidden", np.eye(16, dtype=np.float32)),
    ]
    wanted = [list(products(graph)) for graph in graphs]
    assert wanted == [["doubled"], ["doubled"]]
    texts = [rng.normal(size=(n, 16)).astype(np.float32) for n in (5, 9)]
    first, second = (seen["doubled"] for seen in inputs_of(graphs, wanted, texts))
    rows = np.concatenate(texts)
    assert first.count == second.count == 14
    assert np.allclose(first.most, 2 * rows.max(0))
    assert np.allclose(second.most, 12 * rows.max(0))


def test_own_texts_are_functions_and_comments() -> None:
    texts = own_texts()
    assert texts == own_texts()
    assert any(text.startswith("def own_texts()") for text in texts)
    assert (
        "Code and doc comments of CodeGloss's own functions: always there, the same for one version." in texts
    )
